"""R-52: the form of a credit code is refused, its check characters only warn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.enterprise.firms.rules.credit_code import (
    ALPHABET,
    CreditCode,
    CreditCodeMalformed,
    check_character,
    checks_hold,
    organisation_check_character,
    read_credit_code,
)

SAMPLE = "91350100M000100Y43"
"""Of rules.csv; belongs to nobody in this county."""


def test_the_sample_of_the_rule_holds() -> None:
    assert checks_hold(read_credit_code(SAMPLE))


@pytest.mark.parametrize("typed", ["9135 0100 M000 100Y 43", "91350100-m000100y4-3"])
def test_spaces_hyphens_and_small_letters_are_mended(typed: str) -> None:
    assert read_credit_code(typed) == SAMPLE


@pytest.mark.parametrize(
    "typed", ["", "91350100M000100Y4", "91350100M000100Y433", "9135O100M000100Y43", "91350100M00I100Y43", "九1350100"]
)
def test_r_52_a_wrong_form_is_refused(typed: str) -> None:
    with pytest.raises(CreditCodeMalformed) as refused:
        read_credit_code(typed)
    assert refused.value.rule == "R-52"


@pytest.mark.parametrize("typed", ["91350100M000100Y44", "91350100M000100Y53"])
def test_r_52_a_wrong_check_character_is_only_warned_of(typed: str) -> None:
    assert not checks_hold(read_credit_code(typed))


@given(st.text("0123456789", min_size=6, max_size=6), st.text("0123456789ABCDEFGH", min_size=8, max_size=8))
def test_what_both_checks_complete_always_holds_and_no_neighbour_of_it_does(area: str, organisation: str) -> None:
    body = f"91{area}{organisation}"
    body += organisation_check_character(body + "00")
    if body[-1] not in ALPHABET:
        return
    code = read_credit_code(body + check_character(body + "0"))
    assert checks_hold(code)
    for other in set(ALPHABET) - {code[-1]}:
        assert not checks_hold(CreditCode(code[:-1] + other))
