"""What somebody wants of a child's file."""

from datetime import datetime

from services.mediation.children.facts import (
    ClockStep,
    Conflict,
    Offer,
    ReadId,
    ReportedTo,
    SealedScope,
    Seat,
    SessionId,
)
from shared.contracts.codes import Outcome, OutcomeDetail, ReasonCode, Role
from shared.kernel import ClockId, PersonId, TextRef, UnitCode, command, value


@value
class Hand:
    """Who acts, and what part he has in the group today; None for seats and strangers."""

    person: PersonId
    part: Role | None
    unit: UnitCode | None = None


@command
class OfferChildFile:
    offer: Offer
    report_due: datetime
    escalates_at: datetime
    at: datetime


@command
class SignForChild:
    hand: Hand
    at: datetime


@command
class RespondToChild:
    hand: Hand
    note: TextRef | None
    at: datetime


@command
class ReportHarm:
    hand: Hand
    to: tuple[ReportedTo, ...]
    note: TextRef | None
    at: datetime


@command
class NoteCasework:
    hand: Hand
    feedback_due: datetime
    warn_at: datetime | None
    at: datetime


@command
class TellReporterUnit:
    hand: Hand
    answer: TextRef
    at: datetime


@command
class ReportBullying:
    hand: Hand
    result_due: datetime
    warn_at: datetime | None
    at: datetime


@command
class GiveSchoolResult:
    hand: Hand
    result: TextRef
    at: datetime


@command
class GiveSeat:
    hand: Hand
    seat: Seat
    person: PersonId
    part: Role | None
    """What part the seated person has in the group today: counsellors come from it."""
    at: datetime


@command
class ExcludeSeat:
    hand: Hand
    person: PersonId
    conflict: Conflict
    at: datetime


@command
class RecordInterview:
    hand: Hand
    session_id: SessionId
    adult: PersonId
    girl: bool
    woman_asks: bool
    recording: TextRef | None
    notes: TextRef
    at: datetime


@command
class HoldCounselling:
    hand: Hand
    session_id: SessionId
    notes: TextRef
    at: datetime


@command
class AskRead:
    hand: Hand
    read_id: ReadId
    scope: SealedScope
    why: TextRef
    until: datetime
    at: datetime


@command
class ApproveRead:
    hand: Hand
    read_id: ReadId
    until: datetime
    at: datetime


@command
class DeclineRead:
    hand: Hand
    read_id: ReadId
    at: datetime


@command
class OpenSealed:
    hand: Hand
    read_id: ReadId
    at: datetime


@command
class WatchChildClock:
    clock: ClockId
    step: ClockStep
    at: datetime


@command
class CloseChildFile:
    hand: Hand
    outcome: Outcome
    detail: OutcomeDetail | None
    answer: TextRef | None
    at: datetime


@command
class ReturnChildFile:
    hand: Hand
    reason: ReasonCode
    at: datetime


@command
class StopChildFile:
    at: datetime


ChildCommand = (
    OfferChildFile
    | SignForChild
    | RespondToChild
    | ReportHarm
    | NoteCasework
    | TellReporterUnit
    | ReportBullying
    | GiveSchoolResult
    | GiveSeat
    | ExcludeSeat
    | RecordInterview
    | HoldCounselling
    | AskRead
    | ApproveRead
    | DeclineRead
    | OpenSealed
    | WatchChildClock
    | CloseChildFile
    | ReturnChildFile
    | StopChildFile
)
