"""Every row that can be written can be read: the words of the pages against the rows of the packs."""

import pytest

from services.portal.pages.contexts import Choice
from services.portal.pages.gate_specs import RESULTS
from services.portal.pages.rule_rows import CLOSING, MOST_LINES, lines_of, outcome_fields
from services.portal.pages.rule_words import (
    ASKED,
    BECOMES,
    REASONS,
    Row,
    example_in_words,
    names_of,
    then_in_words,
    when_in_words,
)
from services.routing.decisions.rules.acts import ActKind
from services.routing.decisions.rules.pack import RowReason
from services.routing.rulepacks.bodies import MOST_LINES as TAKEN
from services.routing.rulepacks.bodies import ChangeBody, ConditionsBody, shown
from services.routing.rulepacks.checking import OPENING
from services.routing.rulepacks.shipped import shipped_packs
from shared.contracts.danger import DangerKind

ROWS = [Row.model_validate(row.model_dump(mode="json")) for pack in shipped_packs() for row in shown(pack.rows)]


def test_there_are_words_for_all_that_a_row_may_hold() -> None:
    assert set(ASKED) == set(ConditionsBody.model_fields)
    assert set(BECOMES) == set(ChangeBody.model_fields)
    assert set(REASONS) == set(RowReason)
    assert set(names_of("danger")) == set(DangerKind)
    assert set(names_of("acts")) == set(ActKind)
    assert MOST_LINES == TAKEN


def test_no_row_is_offered_a_result_that_opens_a_gate() -> None:
    assert set(CLOSING).isdisjoint(OPENING)
    assert set(CLOSING) <= set(RESULTS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.reason}-{row.number}")
def test_a_shipped_row_reads_without_codes_and_fills_its_form(row: Row) -> None:
    words = " ".join((*map(when_in_words, row.when), then_in_words(row)))
    assert "还没有" not in words
    assert not any(letter.isascii() and letter.isalpha() for letter in words), words
    for line, form in zip(row.when, lines_of(row), strict=False):
        chosen = {field.name.split("-", 1)[1]: _chosen(field.choices) for field in form.fields}
        assert {name: set(codes) for name, codes in line.items()} == {name: set(chosen[name]) for name in line}
    picked = {field.name: _chosen(field.choices) for field in outcome_fields(row) if field.name in BECOMES}
    assert {name: codes[0] if codes else None for name, codes in picked.items()} == dict(row.then)


def test_an_example_is_told_in_words() -> None:
    assert example_in_words(["ENT", "PM", "DV", "fire"]) == "涉企诉求、人民调解、家庭暴力、火情"


def _chosen(choices: tuple[Choice, ...]) -> list[str]:
    return [choice.value for choice in choices if choice.chosen]
