from datetime import date
from pathlib import Path

import pytest

from services.notifications.subscriptions.purposes import (
    PURPOSES,
    PurposeInvalid,
    agreement,
    load_agencies,
    load_purposes,
    names_what_never_leaves,
)
from shared.contracts.codes import Channel, DataLevel, Flag
from shared.contracts.published import BY_TYPE
from shared.kernel import PersonId, RequestId, TextRef, UnitCode

TODAY = date(2026, 3, 2)


def _changed(tmp_path: Path, old: str, new: str) -> Path:
    text = PURPOSES.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    file = tmp_path / "purposes.yaml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return file


def _line_of(file: Path, word: str) -> int:
    return next(n for n, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1) if word in line)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("[request_id, handling_id, at]", "[request_id, handling_id, note]", "has no field note"),
        ("outcome, detail, at]", "outcome, answer, at]", "outcome_reported.answer names a person"),
        ("attempt, category, priority", "attempt, owner, priority", "request_routed.owner names a person"),
        ("attempt, category, priority", "attempt, flags, priority", "request_routed.flags names a person"),
        ("[request_id, case_id, channel, at]", "[request_id, parties, at]", "case_opened.parties names a person"),
        ("      withdrawn: [request_id, at]", "      nobody_said: [request_id, at]", "nobody publishes nobody_said"),
    ],
)
def test_r_37_a_purpose_that_names_too_much_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, what: str
) -> None:
    file = _changed(tmp_path, old, new)
    with pytest.raises(PurposeInvalid, match=what) as refused:
        load_purposes(file)
    assert refused.value.line == _line_of(file, new)


def test_a_tie_to_a_field_that_is_not_there_is_refused(tmp_path: Path) -> None:
    file = _changed(tmp_path, "suit_docked: court", "suit_docked: judge")
    with pytest.raises(PurposeInvalid, match="suit_docked with a field judge"):
        load_purposes(file)


def test_an_unknown_word_and_broken_yaml_are_refused_with_their_lines(tmp_path: Path) -> None:
    file = _changed(tmp_path, "    scope: own", "    scope: everything")
    with pytest.raises(PurposeInvalid, match="scope") as refused:
        load_purposes(file)
    assert refused.value.line == _line_of(file, "scope: everything")
    broken = tmp_path / "broken.yaml"
    broken.write_text("version: 1\npurposes: [", encoding="utf-8")
    with pytest.raises(PurposeInvalid):
        load_purposes(broken)


def test_persons_texts_and_labels_are_found_wherever_they_hide() -> None:
    assert names_what_never_leaves(PersonId | None)
    assert names_what_never_leaves(tuple[PersonId, ...])
    assert names_what_never_leaves(TextRef | None)
    assert names_what_never_leaves(tuple[Flag, ...])
    assert not names_what_never_leaves(RequestId)
    assert not names_what_never_leaves(UnitCode)
    assert not names_what_never_leaves(Channel)


def test_no_purpose_speaks_of_the_vault_of_ratings_or_of_legal_aid() -> None:
    told = {fact for purpose in load_purposes().purposes.values() for fact in purpose.facts}
    forbidden = {
        contract.fact
        for type_, contract in BY_TYPE.items()
        if ".vault." in type_ or contract.fact.startswith("legal_aid")
    }
    assert not told & (forbidden | {"rated", "escalation_reported", "party_refused", "contact_left"})


def test_r_41_a_contract_counts_from_its_first_to_its_last_day() -> None:
    purposes, agencies = load_purposes(), load_agencies()
    assert agreement(purposes, agencies, UnitCode("FIRE-1"), "joint_task", TODAY).grant is not None
    assert not agreement(purposes, agencies, UnitCode("MARKET-1"), "joint_task", TODAY).in_force
    assert agreement(purposes, agencies, UnitCode("MARKET-1"), "joint_task", date(2026, 1, 1)).in_force is False
    assert not agreement(purposes, agencies, UnitCode("NOBODY"), "joint_task", TODAY).in_force
    assert not agreement(purposes, agencies, None, "joint_task", TODAY).in_force


def test_r_44_a_bank_gets_its_own_matter_and_nothing_of_the_town() -> None:
    purposes, agencies = load_purposes(), load_agencies()
    bank = UnitCode("BANK-1")
    assert agreement(purposes, agencies, bank, "own_matter", TODAY).grant is not None
    assert agreement(purposes, agencies, bank, "governance", TODAY).grant is None
    assert agreement(purposes, agencies, bank, "joint_task", TODAY).grant is None


def test_the_delivered_purposes_are_l1() -> None:
    assert {purpose.level for purpose in load_purposes().purposes.values()} == {DataLevel.L1}
