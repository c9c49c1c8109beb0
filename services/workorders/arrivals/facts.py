"""What can happen to a request that another body sent, and what that body is told of it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.contracts.codes import Door, Outcome, ReasonCode
from shared.contracts.danger import DangerKind
from shared.kernel import PersonId, RequestId, TextRef, UnitCode, fact


class Stage(StrEnum):
    """The states that the sender is told, in their order; the last one is certain to come."""

    ACCEPTED = "accepted"
    IN_HAND = "in_hand"
    RESULT = "result"
    NOT_ACCEPTED = "not_accepted"
    CLOSED = "closed"


@fact("request_sent")
class RequestSent:
    request_id: RequestId
    body: UnitCode
    door: Door
    external: TextRef
    narrative: TextRef
    place: TextRef | None
    requester: PersonId | None
    danger: tuple[DangerKind, ...]
    occurred_at: datetime


@fact("arrival_noted")
class ArrivalNoted:
    request_id: RequestId
    body: UnitCode | None
    """Whom to tell by the connector; None where somebody reads it here."""
    door: Door
    external: TextRef | None
    occurred_at: datetime


@fact("stage_told")
class StageTold:
    request_id: RequestId
    place: int
    stage: Stage
    cause: UUID
    unit: UnitCode | None
    outcome: Outcome | None
    answer: TextRef | None
    occurred_at: datetime


@fact("arrival_objected")
class ArrivalObjected:
    """Not ours: the sender is told why, and it stays in hand until the sender takes it back."""

    request_id: RequestId
    reason: ReasonCode
    note: TextRef | None
    by: PersonId
    occurred_at: datetime


@fact("request_taken_back")
class RequestTakenBack:
    request_id: RequestId
    occurred_at: datetime


@fact("supervision_noticed")
class SupervisionNoticed:
    request_id: RequestId
    notice_id: UUID
    notice: TextRef
    reply_due: datetime
    occurred_at: datetime


@fact("supervision_answered")
class SupervisionAnswered:
    request_id: RequestId
    notice_id: UUID
    reply: TextRef
    fixed: bool
    proof: TextRef | None
    by: PersonId
    occurred_at: datetime


@fact("supervision_overdue")
class SupervisionOverdue:
    request_id: RequestId
    notice_id: UUID
    due: datetime
    occurred_at: datetime


ArrivalEvent = (
    RequestSent
    | ArrivalNoted
    | StageTold
    | ArrivalObjected
    | RequestTakenBack
    | SupervisionNoticed
    | SupervisionAnswered
    | SupervisionOverdue
)
