"""A docked suit: one number, one request; each report once; filing never undone (R-14, R-61)."""

from dataclasses import replace
from uuid import UUID

import pytest

from services.mediation.cases.values import SuitStage
from services.mediation.suits.decider import (
    CourtReportMade,
    CourtReportTaken,
    DockSuit,
    FilingStands,
    NoSuchReport,
    NoteStage,
    Report,
    ReportKind,
    SuitDocked,
    SuitNumberCode,
    SuitStageNoted,
    TakeReport,
    suit_decider,
)
from services.mediation.suits.store import request_of_suit
from shared.contracts.codes import ReasonCode
from shared.kernel import CorruptHistory, UnitCode
from tests.mediation.cases.samples import CASE, COWSHED_OWNER, MONDAY, REQUEST, WORKSHOP_OWNER, text
from tests.support.spec import Spec

suit = Spec(suit_decider)
COURT = UnitCode("COURT-1")
NUMBER = SuitNumberCode("(2026)冀0581民诉前调17号")
DOCK = DockSuit(
    request_id=REQUEST,
    court=COURT,
    number=NUMBER,
    stage=SuitStage.PRE_SUIT,
    claim=text(1),
    claimant=WORKSHOP_OWNER,
    defendant=COWSHED_OWNER,
    at=MONDAY,
)


def reports(kind: ReportKind, cause: UUID = CASE) -> Report:
    return Report(cause=cause, kind=kind, case_id=CASE, reason=ReasonCode.TIME_OUT, duties_watched=0, at=MONDAY)


def test_the_same_number_of_the_same_court_is_the_same_request() -> None:
    assert request_of_suit(COURT, NUMBER) == request_of_suit(COURT, NUMBER)
    assert request_of_suit(UnitCode("COURT-2"), NUMBER) != request_of_suit(COURT, NUMBER)


def test_a_number_is_docked_once_whatever_else_comes_with_it() -> None:
    (event,) = suit.when(DOCK).events
    assert isinstance(event, SuitDocked)
    docked = suit.after(DOCK)
    docked.when(DOCK).then_nothing()
    docked.when(replace(DOCK, claim=text(2))).then_nothing()


def test_r_61_what_was_filed_does_not_become_unfiled() -> None:
    docked = suit.after(DOCK)
    filed = NoteStage(stage=SuitStage.SIMPLE, at=MONDAY)
    assert isinstance(docked.when(filed).events[0], SuitStageNoted)
    after = docked.after(filed)
    after.when(filed).then_nothing()
    back = NoteStage(stage=SuitStage.PRE_SUIT, at=MONDAY)
    assert after.when(back).then_rejected(FilingStands).rule == "R-61"


def test_each_result_is_reported_once_and_numbered() -> None:
    docked = suit.after(DOCK)
    (first,) = docked.when(reports(ReportKind.BEGUN)).events
    assert isinstance(first, CourtReportMade)
    begun = docked.after(reports(ReportKind.BEGUN))
    begun.when(reports(ReportKind.BEGUN)).then_nothing()
    (second,) = begun.when(reports(ReportKind.FAILED)).events
    assert isinstance(second, CourtReportMade)
    assert (first.place, second.place, second.reason) == (1, 2, ReasonCode.TIME_OUT)


def test_a_report_is_taken_once_and_only_if_it_was_made() -> None:
    begun = suit.after(DOCK, reports(ReportKind.BEGUN))
    take = TakeReport(place=1, at=MONDAY)
    assert isinstance(begun.when(take).events[0], CourtReportTaken)
    begun.after(take).when(take).then_nothing()
    begun.when(TakeReport(place=2, at=MONDAY)).then_rejected(NoSuchReport)


def test_nothing_is_said_of_a_suit_that_was_never_docked() -> None:
    with pytest.raises(CorruptHistory):
        suit.when(reports(ReportKind.BEGUN))
