"""What no pack may do: every fault by its name, and every law by a row that loosens it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from services.routing.decisions.rules.gates import GateResult
from services.routing.decisions.rules.pack import Change, Closes, Conditions, Pack, Row, RowReason
from services.routing.rulepacks.checking import (
    ComplaintsLoosened,
    CrimeGateLoosened,
    DangerLoosened,
    FamilyViolenceLoosened,
    GuardianLoosened,
    LawUnknown,
    MinorsLoosened,
    RowAsksNothing,
    RowContradictsItself,
    RowDoesNothing,
    RowNeverReached,
    RowOpensGate,
    ViolationLoosened,
    check,
    faults,
)
from services.routing.rulepacks.desk import known_laws
from shared.contracts.codes import Category, Channel, Flag, Gate, Police, Priority
from shared.contracts.danger import DangerKind
from shared.kernel import Rejection, RuleId
from tests.routing.rulepacks.packs import SHIPPED, WAGES

LAWFUL = SHIPPED[-1].rows
NOTHING = Change()


def with_row(when: Conditions, then: Change = NOTHING, closes: Closes | None = None) -> tuple[Row, ...]:
    return (*LAWFUL, Row(len(LAWFUL) + 1, None, RowReason.LOCAL_PRACTICE, (when,), then, closes))


def without(*numbers: int) -> tuple[Row, ...]:
    left = (row for row in LAWFUL if row.number not in numbers)
    return tuple(replace(row, number=at) for at, row in enumerate(left, 1))


def kinds(rows: tuple[Row, ...]) -> set[type[Rejection]]:
    return {type(fault) for fault in faults(rows, known_laws())}


@pytest.mark.parametrize("pack", SHIPPED, ids=lambda pack: pack.version)
def test_the_shipped_packs_are_without_fault(pack: Pack) -> None:
    assert faults(pack.rows, known_laws()) == ()


def test_a_row_that_narrows_is_no_fault() -> None:
    check((*LAWFUL, WAGES), known_laws())


def _faulty() -> Iterator[tuple[type[Rejection], tuple[Row, ...]]]:
    dispute = Conditions(categories=(Category.DIS,))
    yield RowAsksNothing, with_row(Conditions(), Change(flag=Flag.MEDIA))
    yield RowDoesNothing, with_row(dispute)
    yield (
        RowContradictsItself,
        with_row(Conditions(flags_all=(Flag.WAGE,), flags_none=(Flag.WAGE,)), Change(flag=Flag.MEDIA)),
    )
    yield (
        RowContradictsItself,
        with_row(Conditions(channels=(Channel.PM,), not_channels=(Channel.PM,)), Change(flag=Flag.MEDIA)),
    )
    yield (
        RowNeverReached,
        with_row(Conditions(categories=(Category.CPL,), channels=(Channel.PM,)), Change(channel=Channel.SUP)),
    )
    yield RowOpensGate, with_row(dispute, closes=Closes(Gate.DV_GATE, GateResult.NOT_DV))
    yield RowOpensGate, with_row(dispute, closes=Closes(Gate.DV_GATE, GateResult.CRIME))


@pytest.mark.parametrize(("expected", "rows"), list(_faulty()))
def test_a_faulty_row_is_refused_by_name(expected: type[Rejection], rows: tuple[Row, ...]) -> None:
    assert expected in kinds(rows)
    with pytest.raises(expected):
        check(rows, known_laws())


def test_a_row_cites_a_rule_that_stands_in_the_rules() -> None:
    assert kinds((*LAWFUL, replace(WAGES, law=RuleId("R-99")))) == {LawUnknown}


def test_r_22_a_row_that_calms_danger_is_refused() -> None:
    after = with_row(Conditions(categories=(Category.EMG,)), Change(priority=Priority.P2))
    assert DangerLoosened in kinds(after)
    assert DangerLoosened in kinds(with_row(Conditions(danger_any=(DangerKind.FIRE,)), Change(channel=Channel.XDEP)))
    assert DangerLoosened in kinds(without(1))


def test_r_18_a_row_that_sends_family_violence_to_mediation_is_refused() -> None:
    to_mediators = Change(channel=Channel.PM, police=Police.LEAD)
    assert kinds(with_row(Conditions(flags_all=(Flag.DV,)), to_mediators)) >= {FamilyViolenceLoosened}
    quiet = Conditions(flags_all=(Flag.DV, Flag.ELDERLY), channels=(Channel.DSP,))
    assert FamilyViolenceLoosened in kinds(with_row(quiet, to_mediators))
    assert FamilyViolenceLoosened in kinds(without(9))


def test_r_32_a_row_that_takes_a_harmed_child_from_its_lane_is_refused() -> None:
    assert MinorsLoosened in kinds(with_row(Conditions(categories=(Category.MIN,)), Change(channel=Channel.WIN)))
    assert MinorsLoosened in kinds(without(6))
    assert MinorsLoosened in kinds(without(3))


def test_r_06_a_pack_that_forgets_the_guardian_is_refused() -> None:
    assert kinds(without(14)) == {GuardianLoosened}


def test_r_28_a_pack_that_skips_the_crime_question_is_refused() -> None:
    assert CrimeGateLoosened in kinds(without(12))
    assert CrimeGateLoosened in kinds(with_row(Conditions(categories=(Category.CRM,)), Change(channel=Channel.IM)))


def test_r_24_a_row_that_gives_a_complaint_to_another_than_supervision_is_refused() -> None:
    assert ComplaintsLoosened in kinds(with_row(Conditions(categories=(Category.CPL,)), Change(channel=Channel.XDEP)))
    assert kinds(without(8)) == {ComplaintsLoosened}


def test_r_01_a_row_that_brings_a_plain_dispute_to_police_mediation_is_refused() -> None:
    assert ViolationLoosened in kinds(with_row(Conditions(categories=(Category.DIS,)), Change(channel=Channel.PSM)))
    assert kinds(without(11)) == {ViolationLoosened}


def test_r_27_a_row_closes_gates_and_opens_none() -> None:
    lifted = Closes(Gate.DV_GATE, GateResult.LIFTED_WITH_REASON)
    assert RowOpensGate in kinds(with_row(Conditions(flags_all=(Flag.DV,)), closes=lifted))
