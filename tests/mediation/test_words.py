"""Every refusal of mediation is said in Chinese and in English, and every word belongs to a refusal."""

import importlib
import inspect

import yaml

from services.mediation.main import PROBLEMS
from shared.kernel import Rejection

MODULES = (
    "services.mediation.cases.refusals",
    "services.mediation.agreements.refusals",
    "services.mediation.mediators.decider",
)


def refusals() -> set[str]:
    found = set()
    for name in MODULES:
        for each in vars(importlib.import_module(name)).values():
            if inspect.isclass(each) and issubclass(each, Rejection) and each is not Rejection:
                found.add(each.slug)
    return found


def test_every_refusal_has_its_words() -> None:
    words = yaml.safe_load(PROBLEMS.read_text(encoding="utf-8"))
    assert set(words) == refusals()
    for slug, told in words.items():
        for language in ("zh", "en"):
            assert told[language]["title"], slug
            assert told[language]["detail"], slug
