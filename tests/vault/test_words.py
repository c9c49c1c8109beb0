"""Every refusal of this service has words that its reader understands."""

import importlib
import pkgutil
from pathlib import Path

import pytest
import yaml

import services.vault
from shared.kernel import Rejection

WORDS = yaml.safe_load((Path(services.vault.__file__).parent / "problems.yaml").read_text(encoding="utf-8"))


def refusals() -> list[type[Rejection]]:
    for module in pkgutil.walk_packages(services.vault.__path__, "services.vault."):
        importlib.import_module(module.name)
    found: list[type[Rejection]] = []
    waiting: list[type[Rejection]] = [Rejection]
    while waiting:
        for cls in waiting.pop().__subclasses__():
            waiting.append(cls)
            if cls.__module__.startswith("services.vault."):
                found.append(cls)
    return found


@pytest.mark.parametrize("refusal", refusals(), ids=lambda cls: cls.slug)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_refusal_is_told_in_words(refusal: type[Rejection], language: str) -> None:
    told = WORDS[refusal.slug][language]
    assert told["title"]
    assert told["detail"]
    assert told["detail"].isascii() == (language == "en")


def test_no_words_are_left_over() -> None:
    assert set(WORDS) == {refusal.slug for refusal in refusals()}
