"""Purpose × level × role, held against the lists that they come from."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest
import yaml

from services.vault.items.refusals import REFUSALS
from services.vault.items.rules.reads import (
    OUTSIDE_A_CASE,
    PURPOSE_CEILING,
    ROLE_CEILING,
    RULES,
    WITH_APPROVAL_ONLY,
    Denial,
    Reader,
    Service,
    denial_of,
    is_outside_a_case,
)
from shared.contracts.codes import DataLevel, Purpose, Role

DOMAIN = Path(__file__).parents[3] / "shared/contracts/domain"
NOT_KEPT_HERE = {"own_caucus", "synthetic"}
"""Relations whose items the vault does not hold: caucus notes in this form, and made-up data."""


def rows_of_reading() -> list[dict[str, str]]:
    with (DOMAIN / "access.csv").open(encoding="utf-8", newline="") as file:
        return [
            row
            for row in csv.DictReader(file)
            if row["operation"] == "read" and row["role"] != "*" and row["relation"] not in NOT_KEPT_HERE
        ]


def test_the_ceilings_of_purposes_are_those_of_the_list() -> None:
    codes = yaml.safe_load((DOMAIN / "codes.yaml").read_text(encoding="utf-8"))
    assert {purpose["code"]: purpose["max_level"] for purpose in codes["purposes"]} == PURPOSE_CEILING


def test_the_ceilings_of_roles_are_the_highest_rows_that_allow_a_read() -> None:
    highest: dict[str, str] = defaultdict(str)
    for row in rows_of_reading():
        if row["effect"] == "allow":
            highest[row["role"]] = max(highest[row["role"]], row["max_level"])
    assert dict(highest) == ROLE_CEILING


def test_roles_with_nothing_but_approved_reads_are_known() -> None:
    effects: dict[str, set[str]] = defaultdict(set)
    for row in rows_of_reading():
        effects[row["role"]].add(row["effect"])
    assert {role for role, found in effects.items() if found == {"approve"}} == WITH_APPROVAL_ONLY


def test_every_denial_cites_a_rule_and_has_a_name() -> None:
    assert set(RULES) == set(Denial) == set(REFUSALS)


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("level", DataLevel)
def test_no_role_reads_above_the_ceiling_of_a_purpose(purpose: Purpose, level: DataLevel) -> None:
    allowed = [role for role in Role if denial_of(level, purpose, Reader(role=role)) is None]
    assert not allowed or level <= PURPOSE_CEILING[purpose]


@pytest.mark.parametrize("role", Role)
def test_no_role_reads_above_its_own_ceiling(role: Role) -> None:
    for purpose in Purpose:
        for level in DataLevel:
            if denial_of(level, purpose, Reader(role=role)) is None:
                assert level <= ROLE_CEILING.get(role, DataLevel.L0)


@pytest.mark.parametrize("service", Service)
def test_no_service_reads_the_highest_level_by_itself(service: Service) -> None:
    assert all(denial_of(DataLevel.L4, purpose, Reader(service=service)) is not None for purpose in Purpose)


def test_only_an_investigator_reads_the_highest_level_and_only_for_casework() -> None:
    allowed = {
        (role, purpose)
        for role in Role
        for purpose in Purpose
        if denial_of(DataLevel.L4, purpose, Reader(role=role)) is None
    }
    assert allowed == {(Role.CASE_INVESTIGATOR, Purpose.CASEWORK)}


def test_nobody_in_particular_reads_nothing() -> None:
    assert all(
        denial_of(level, purpose, Reader()) is Denial.PURPOSE_NOT_YOURS for level in DataLevel for purpose in Purpose
    )


def test_an_operator_gets_no_words_of_anybody() -> None:
    assert denial_of(DataLevel.L2, Purpose.HANDLING, Reader(role=Role.OPERATOR)) is Denial.LEVEL_ABOVE_ROLE


def test_an_anonymous_reporter_gets_the_state_and_no_text() -> None:
    reporter = Reader(role=Role.ANONYMOUS_REPORTER, service=Service.INTAKE)
    assert denial_of(DataLevel.L3, Purpose.DATA_RIGHTS, reader=reporter) is Denial.LEVEL_ABOVE_ROLE


def test_notices_are_written_without_the_narrative() -> None:
    reader = Reader(service=Service.NOTIFICATIONS)
    assert denial_of(DataLevel.L2, Purpose.NOTIFY, reader) is None
    assert denial_of(DataLevel.L3, Purpose.NOTIFY, reader) is Denial.LEVEL_ABOVE_PURPOSE


def test_the_requester_may_see_what_the_requester_wrote() -> None:
    reader = Reader(role=Role.REQUESTER, service=Service.INTAKE)
    assert denial_of(DataLevel.L3, Purpose.DATA_RIGHTS, reader) is None


def test_an_auditor_reads_for_legal_review_and_for_nothing_else() -> None:
    auditor = Reader(role=Role.AUDITOR)
    assert [p for p in Purpose if denial_of(DataLevel.L2, p, auditor) is None] == [Purpose.LEGAL_REVIEW]


def test_casework_is_read_for_casework_by_its_investigators_only() -> None:
    for role in set(Role) - {Role.CASE_INVESTIGATOR}:
        assert denial_of(DataLevel.L2, Purpose.CASEWORK, Reader(role=role)) is Denial.PURPOSE_NOT_YOURS


def test_a_triage_officer_reads_typed_words_for_triage_only() -> None:
    officer = Reader(role=Role.TRIAGE_OFFICER)
    assert denial_of(DataLevel.L3, Purpose.TRIAGE, officer) is None
    assert denial_of(DataLevel.L2, Purpose.HANDLING, officer) is None
    assert denial_of(DataLevel.L3, Purpose.HANDLING, officer) is Denial.LEVEL_ABOVE_ROLE


def test_nobody_reads_for_training_in_person() -> None:
    assert all(denial_of(DataLevel.L1, Purpose.TRAINING, Reader(role=role)) is not None for role in Role)
    assert denial_of(DataLevel.L2, Purpose.TRAINING, Reader(service=Service.ROUTING)) is None


def test_a_child_officer_needs_another_person_each_time() -> None:
    officer = Reader(role=Role.CHILD_OFFICER, service=Service.WORKORDERS)
    assert denial_of(DataLevel.L3, Purpose.HANDLING, officer) is Denial.APPROVAL_MISSING


def test_those_who_handle_a_case_never_wait_for_the_log() -> None:
    officer = Reader(role=Role.COMMUNITY_OFFICER, service=Service.WORKORDERS)
    in_hand = (Purpose.TRIAGE, Purpose.HANDLING, Purpose.MEDIATION, Purpose.DISPATCH, Purpose.CASEWORK)
    assert not any(is_outside_a_case(purpose, officer) for purpose in in_hand)
    assert all(is_outside_a_case(purpose, officer) for purpose in OUTSIDE_A_CASE)


def test_a_party_does_not_wait_for_its_own_words_but_the_data_officer_does() -> None:
    assert not is_outside_a_case(Purpose.DATA_RIGHTS, Reader(role=Role.REQUESTER))
    assert is_outside_a_case(Purpose.DATA_RIGHTS, Reader(role=Role.DPO))
