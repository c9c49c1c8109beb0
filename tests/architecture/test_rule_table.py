"""docs/rules.md is what the code says, and has no hole; each kind of hole is found when somebody makes one."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from shared.kernel import Rejection
from tests.architecture.rule_table import (
    DEMANDED,
    PAGE,
    Clock,
    Found,
    Listed,
    NotYet,
    Rule,
    clocks,
    holes,
    listed,
    page,
    read,
    slug,
)

KEPT = {
    "services/mediation/cases/rules/consent.py": '''
from shared.kernel import Rejection

MONTH = "CL-029"

class ConsentMissing(Rejection):
    """Somebody has not said yes."""

    rule = "R-09"

def require_consents(case):
    """R-09: everybody for himself."""
    raise ConsentMissing
''',
    "tests/mediation/test_consent.py": """
def test_r_09_nobody_is_mediated_without_consent():
    case.when(opens()).then_rejected(ConsentMissing)
""",
}
CONSENT, SESSIONS = "services/mediation/cases/rules/consent.py", "tests/mediation/test_consent.py"
LATER = NotYet("nobody builds it", "somebody does")
KNOWN = Listed({"R-09": Rule("R-09", "consent", "law")})
MONTH = (Clock("CL-029", "R-09", "1 month", "case_opened"),)


def planted(tree: Path, changes: dict[str, Callable[[str], str]]) -> Found:
    for place, text in KEPT.items():
        file = tree / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(changes.get(place, str)(text), encoding="utf-8")
    return read(tree)


def without(old: str, new: str = "") -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return change


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(listed(), read(), clocks()), "stale: run `make rules`"


def test_no_demanded_rule_has_a_hole() -> None:
    assert holes(listed(), read(), clocks()) == []


def test_every_demanded_rule_is_on_the_list_and_most_are_kept() -> None:
    known = listed()
    assert set(DEMANDED) <= known.rules.keys()
    assert len(DEMANDED) == 32
    assert sum(known.rules[rule].not_yet is None for rule in DEMANDED) >= 28


def test_a_slug_is_written_here_as_the_kernel_writes_it() -> None:
    class SecondSessionTooLate(Rejection):
        pass

    assert slug("SecondSessionTooLate") == SecondSessionTooLate.slug


def test_a_kept_rule_has_no_hole(tmp_path: Path) -> None:
    assert holes(KNOWN, planted(tmp_path, {}), MONTH, ["R-09"]) == []


@pytest.mark.parametrize(
    ("place", "change", "told"),
    [
        (CONSENT, without('"""R-09: everybody for himself."""', "pass"), "R-09 is cited by no function"),
        (CONSENT, without('    rule = "R-09"\n'), "R-09 has no refusal"),
        (SESSIONS, without("_r_09_", "_"), "R-09 has no test that names one of its refusals"),
        (SESSIONS, without("then_rejected(ConsentMissing)", "then_nothing()"), "R-09 has no test that names one"),
        (SESSIONS, without("ConsentMissing", "SomethingElse"), "R-09 has no test that names one of its refusals"),
        (CONSENT, without("everybody for", "like R-99 everybody for"), "R-99 is cited in"),
        (CONSENT, without("CL-029", "no clock"), "CL-029 of R-09 is counted nowhere"),
    ],
    ids=["function", "refusal", "test", "test without refusal", "test of another", "unlisted", "clock"],
)
def test_each_kind_of_hole_is_found(tmp_path: Path, place: str, change: Callable[[str], str], told: str) -> None:
    [hole] = holes(KNOWN, planted(tmp_path, {place: change}), MONTH, ["R-09"])
    assert hole.startswith(told)


def test_a_refusal_may_be_named_by_its_slug(tmp_path: Path) -> None:
    over_http = without("then_rejected(ConsentMissing)", 'refused("consent-missing")')
    assert holes(KNOWN, planted(tmp_path, {SESSIONS: over_http}), MONTH, ["R-09"]) == []


def test_a_demanded_rule_that_nobody_listed_is_a_hole(tmp_path: Path) -> None:
    assert holes(KNOWN, planted(tmp_path, {}), MONTH, ["R-09", "R-10"]) == ["R-10 is demanded and not listed"]


def test_an_excuse_does_not_outlive_its_reason(tmp_path: Path) -> None:
    found = planted(tmp_path, {})
    excused = Listed({"R-09": replace(KNOWN.rules["R-09"], not_yet=LATER)})
    assert holes(excused, found, MONTH, ["R-09"]) == ["R-09 is said not to be kept yet, and it is"]
    assert holes(excused, Found(), MONTH, ["R-09"]) == []
    late = Listed(KNOWN.rules, {"CL-029": LATER})
    assert holes(late, found, MONTH, ["R-09"]) == ["CL-029 of R-09 is said not to be counted yet, and it is"]
    assert holes(late, planted(tmp_path, {CONSENT: without("CL-029", "no clock")}), MONTH, ["R-09"]) == []


def test_a_stale_page_is_told_from_a_fresh_one(tmp_path: Path) -> None:
    fresh = page(KNOWN, planted(tmp_path, {}), MONTH)
    moved = planted(tmp_path, {SESSIONS: without("nobody_is_mediated", "no_session")})
    assert "require_consents" in fresh
    assert page(KNOWN, moved, MONTH) != fresh
