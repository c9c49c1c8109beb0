"""What somebody may wish of a request that another body sent."""

from datetime import datetime
from uuid import UUID

from services.workorders.arrivals.facts import Stage
from shared.contracts.codes import Door, Outcome, ReasonCode
from shared.contracts.danger import DangerKind
from shared.kernel import PersonId, RequestId, TextRef, UnitCode, command


@command
class SendIn:
    """By a signed message; intake opens the request because of it."""

    request_id: RequestId
    body: UnitCode
    door: Door
    external: TextRef
    narrative: TextRef
    place: TextRef | None
    requester: PersonId | None
    danger: tuple[DangerKind, ...]
    at: datetime


@command
class NoteArrival:
    """It was filed at a door of intake."""

    request_id: RequestId
    body: UnitCode | None
    door: Door
    external: TextRef | None
    at: datetime


@command
class TellStage:
    stage: Stage
    cause: UUID
    unit: UnitCode | None
    outcome: Outcome | None
    answer: TextRef | None
    at: datetime


@command
class ObjectToArrival:
    reason: ReasonCode
    note: TextRef | None
    due: datetime
    """Until when an objection counts."""
    by: PersonId
    at: datetime


@command
class TakeRequestBack:
    at: datetime


@command
class GiveNotice:
    notice_id: UUID
    notice: TextRef
    reply_due: datetime
    at: datetime


@command
class AnswerNotice:
    notice_id: UUID
    reply: TextRef
    fixed: bool
    proof: TextRef | None
    by: PersonId
    at: datetime


@command
class NoteOverdue:
    notice_id: UUID
    due: datetime
    at: datetime


ArrivalCommand = (
    SendIn | NoteArrival | TellStage | ObjectToArrival | TakeRequestBack | GiveNotice | AnswerNotice | NoteOverdue
)
