"""Every refusal of this service has words in Chinese and English."""

import pkgutil
from importlib import import_module

import pytest
import yaml

import services.intake
from shared.kernel import Rejection

FOLDER = services.intake.__path__[0]


def refusals() -> list[type[Rejection]]:
    modules = [import_module(found.name) for found in pkgutil.walk_packages([FOLDER], "services.intake.")]
    found = {member for module in modules for member in vars(module).values() if isinstance(member, type)}
    own = [each for each in found if issubclass(each, Rejection) and each.__module__.startswith("services.")]
    return sorted(own, key=lambda each: each.slug)


@pytest.mark.parametrize("refusal", refusals(), ids=lambda refusal: refusal.slug)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_refusal_says_what_is_wrong(refusal: type[Rejection], language: str) -> None:
    with open(f"{FOLDER}/problems.yaml", encoding="utf-8") as file:
        words = yaml.safe_load(file)[refusal.slug][language]
    assert words["title"]
    assert words["detail"]


def test_there_are_no_words_without_a_refusal() -> None:
    with open(f"{FOLDER}/problems.yaml", encoding="utf-8") as file:
        assert set(yaml.safe_load(file)) == {refusal.slug for refusal in refusals()}
