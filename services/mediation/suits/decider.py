"""A suit that a court left to mediation: docked once under the court's own number, answered fact by fact (R-14, R-61).

The stream's id is that of the request it becomes, so that the same number can never become two.
"""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType, assert_never
from uuid import UUID

from services.mediation.cases.values import CaseId, SuitStage
from shared.contracts.codes import ReasonCode
from shared.kernel import (
    CorruptHistory,
    Decider,
    PersonId,
    Rejection,
    RequestId,
    TextRef,
    UnitCode,
    command,
    fact,
    state,
)

SuitNumberCode = NewType("SuitNumberCode", str)
"""The court's own number of the suit: year, court, kind, serial. No name is part of it."""


class ReportKind(StrEnum):
    """What a court learns: results and performance, never what was said (R-15)."""

    BEGUN = "begun"
    SETTLED = "settled"
    FAILED = "failed"
    HANDED_BACK = "handed_back"
    STOPPED = "stopped"
    PERFORMED = "performed"
    DEFAULTED = "defaulted"


@fact("suit_docked")
class SuitDocked:
    request_id: RequestId
    court: UnitCode
    number: SuitNumberCode
    stage: SuitStage
    claim: TextRef
    claimant: PersonId | None
    defendant: PersonId | None
    occurred_at: datetime


@fact("suit_stage_noted")
class SuitStageNoted:
    request_id: RequestId
    stage: SuitStage
    occurred_at: datetime


@fact("court_report_made")
class CourtReportMade:
    request_id: RequestId
    place: int
    cause: UUID
    """The case, or the duty, that it is about: told once of each kind."""
    kind: ReportKind
    case_id: CaseId
    reason: ReasonCode | None
    duties_watched: int
    occurred_at: datetime


@fact("court_report_taken")
class CourtReportTaken:
    request_id: RequestId
    place: int
    occurred_at: datetime


SuitEvent = SuitDocked | SuitStageNoted | CourtReportMade | CourtReportTaken


@command
class DockSuit:
    request_id: RequestId
    court: UnitCode
    number: SuitNumberCode
    stage: SuitStage
    claim: TextRef
    claimant: PersonId | None
    defendant: PersonId | None
    at: datetime


@command
class NoteStage:
    stage: SuitStage
    at: datetime


@command
class Report:
    cause: UUID
    kind: ReportKind
    case_id: CaseId
    reason: ReasonCode | None
    duties_watched: int
    at: datetime


@command
class TakeReport:
    place: int
    at: datetime


SuitCommand = DockSuit | NoteStage | Report | TakeReport


@state
class Undocked:
    pass


@state
class Docked:
    request_id: RequestId
    court: UnitCode
    number: SuitNumberCode
    stage: SuitStage
    reported: Mapping[tuple[UUID, ReportKind], int] = field(default_factory=dict)
    taken: frozenset[int] = frozenset()


SuitState = Undocked | Docked


class FilingStands(Rejection):
    """What was filed does not become unfiled."""

    rule = "R-61"


class NoSuchReport(Rejection):
    """Nothing was reported under that number."""


def _filed(stage: SuitStage) -> bool:
    return stage is not SuitStage.PRE_SUIT


def evolve(state: SuitState, event: SuitEvent) -> SuitState:
    match state, event:
        case Undocked(), SuitDocked():
            return Docked(event.request_id, event.court, event.number, event.stage)
        case Docked(), SuitStageNoted():
            return replace(state, stage=event.stage)
        case Docked(), CourtReportMade():
            return replace(state, reported={**state.reported, (event.cause, event.kind): event.place})
        case Docked(), CourtReportTaken():
            return replace(state, taken=state.taken | {event.place})
        case _:
            raise CorruptHistory(f"{type(event).__name__} after {type(state).__name__}")


def decide(command: SuitCommand, state: SuitState) -> tuple[SuitEvent, ...]:
    if isinstance(command, DockSuit):
        return _dock(command, state)
    if isinstance(state, Undocked):
        raise CorruptHistory(f"{type(command).__name__} before the suit was docked")
    match command:
        case NoteStage():
            return _note_stage(command, state)
        case Report():
            return _report(command, state)
        case TakeReport():
            return _take_report(command, state)
        case _:
            assert_never(command)


def _dock(command: DockSuit, state: SuitState) -> tuple[SuitEvent, ...]:
    """The number decides: whatever else comes with it a second time, it is the same suit."""
    if isinstance(state, Docked):
        return ()
    return (
        SuitDocked(
            request_id=command.request_id,
            court=command.court,
            number=command.number,
            stage=command.stage,
            claim=command.claim,
            claimant=command.claimant,
            defendant=command.defendant,
            occurred_at=command.at,
        ),
    )


def _note_stage(command: NoteStage, suit: Docked) -> tuple[SuitEvent, ...]:
    """R-61. From mediation before filing to trial, never back."""
    if command.stage is suit.stage:
        return ()
    if _filed(suit.stage):
        raise FilingStands
    return (SuitStageNoted(request_id=suit.request_id, stage=command.stage, occurred_at=command.at),)


def _report(command: Report, suit: Docked) -> tuple[SuitEvent, ...]:
    if (command.cause, command.kind) in suit.reported:
        return ()
    return (
        CourtReportMade(
            request_id=suit.request_id,
            place=len(suit.reported) + 1,
            cause=command.cause,
            kind=command.kind,
            case_id=command.case_id,
            reason=command.reason,
            duties_watched=command.duties_watched,
            occurred_at=command.at,
        ),
    )


def _take_report(command: TakeReport, suit: Docked) -> tuple[SuitEvent, ...]:
    if command.place not in suit.reported.values():
        raise NoSuchReport
    if command.place in suit.taken:
        return ()
    return (CourtReportTaken(request_id=suit.request_id, place=command.place, occurred_at=command.at),)


suit_decider: Decider[SuitCommand, SuitState, SuitEvent] = Decider(Undocked(), decide, evolve)
