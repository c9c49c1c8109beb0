"""Every refusal and every problem has words in Chinese and in English."""

import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from string import Formatter

import yaml

import services
import shared
from shared.kernel import Rejection
from shared.web.problems import OWN_WORDS

ROOT = Path(services.__path__[0]).parent
ALWAYS = {
    "conflict", "http", "internal", "invalid", "key-reused", "method-not-allowed", "not-found", "precondition-failed",
    "too-large", "unavailable", "unreadable",
}  # fmt: skip
"""Problems that are no refusal of a rule."""


def _refusals() -> Iterator[type[Rejection]]:
    for package in (services, shared):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = import_module(found.name)
            for member in vars(module).values():
                if isinstance(member, type) and issubclass(member, Rejection) and member is not Rejection:
                    yield member


def _catalogue_of(refusal: type[Rejection]) -> Path:
    package, name = refusal.__module__.split(".")[:2]
    return ROOT / package / name / "problems.yaml" if package == "services" else OWN_WORDS


@cache
def _words(file: Path) -> dict[str, dict[str, dict[str, str]]]:
    return (yaml.safe_load(file.read_text(encoding="utf-8")) or {}) if file.exists() else {}


def test_every_refusal_of_the_tree_has_words_in_both_languages() -> None:
    refusals = set(_refusals())
    assert len(refusals) > 20
    missing = sorted(
        f"{_catalogue_of(refusal).relative_to(ROOT)}: {refusal.slug}.{language}.{part}"
        for refusal in refusals
        for language in ("zh", "en")
        for part in ("title", "detail")
        if not _words(_catalogue_of(refusal)).get(refusal.slug, {}).get(language, {}).get(part)
        and not _words(OWN_WORDS).get(refusal.slug, {}).get(language, {}).get(part)
    )
    assert missing == []


def test_no_words_speak_of_a_refusal_that_does_not_exist() -> None:
    files = [OWN_WORDS, *sorted((ROOT / "services").glob("*/problems.yaml"))]
    known = {(str(_catalogue_of(refusal)), refusal.slug) for refusal in _refusals()}
    orphans = [
        f"{file.relative_to(ROOT)}: {slug}"
        for file in files
        for slug in _words(file)
        if (str(file), slug) not in known and not (file == OWN_WORDS and slug in ALWAYS)
    ]
    assert orphans == []
    assert set(_words(OWN_WORDS)) >= ALWAYS


def test_both_languages_of_a_problem_are_filled_from_the_same_details() -> None:
    for file in [OWN_WORDS, *sorted((ROOT / "services").glob("*/problems.yaml"))]:
        for slug, words in _words(file).items():
            names = {
                language: {name for _, name, _, _ in Formatter().parse(words[language]["detail"]) if name}
                for language in ("zh", "en")
            }
            assert names["zh"] == names["en"], f"{file}: {slug}"


def test_two_refusals_of_one_service_never_share_a_slug() -> None:
    seen: dict[tuple[Path, str], type[Rejection]] = {}
    for refusal in sorted(set(_refusals()), key=lambda each: f"{each.__module__}.{each.__name__}"):
        other = seen.setdefault((_catalogue_of(refusal), refusal.slug), refusal)
        assert other is refusal, f"{other} and {refusal}"
