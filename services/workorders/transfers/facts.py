"""What can happen to a transfer. Every fact names the transfer and its request, so that its record stands alone."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.contracts.codes import Category, Channel, Outcome, OutcomeDetail, Priority, ReasonCode, UnitKind
from shared.kernel import PersonId, RequestId, TextRef, UnitCode, fact, value


class Sees(StrEnum):
    """How much of a request a body may be told (R-37, R-44)."""

    STUB = "stub"
    """Ids, codes and times."""
    TASK = "task"
    """And what is asked of it, in words that staff wrote for it."""


class Late(StrEnum):
    SENDING = "sending"
    RECEIPT = "receipt"
    ANSWER = "answer"


class Result(StrEnum):
    """What a body says came of it."""

    DONE = "done"
    SETTLED = "settled"
    FAILED = "failed"


@value
class Offer:
    """What routing decided."""

    transfer_id: UUID
    request_id: RequestId
    attempt: int
    category: Category
    priority: Priority
    channel: Channel
    unit: UnitCode
    """The body."""
    owner: PersonId | None
    requester: PersonId | None
    other_party: PersonId | None
    excluded: tuple[PersonId, ...]
    narrative: TextRef
    send_due: datetime
    answer_due: datetime


@value
class Destination:
    """A body as it stood in the registry on the day of sending."""

    code: UnitCode
    kind: UnitKind
    takes: tuple[Category, ...]
    sees: Sees
    proof: tuple[Category, ...]
    """Matters whose result it has to prove by a photo."""


@fact("transfer_offered")
class TransferOffered:
    offer: Offer
    occurred_at: datetime


@fact("danger_acted")
class DangerActed:
    """Officers did what could not wait."""

    transfer_id: UUID
    request_id: RequestId
    note: TextRef
    by: PersonId
    occurred_at: datetime


@fact("transfer_signed")
class TransferSigned:
    """Who sends stays accountable until the person has a result."""

    transfer_id: UUID
    request_id: RequestId
    attempt: int
    owner: PersonId
    unit: UnitCode
    occurred_at: datetime


@fact("transfer_notified")
class TransferNotified:
    """The person is told where the matter went, and why (R-22)."""

    transfer_id: UUID
    request_id: RequestId
    notice: TextRef
    occurred_at: datetime


@fact("transfer_sent")
class TransferSent:
    transfer_id: UUID
    request_id: RequestId
    attempt: int
    to: Destination
    reason: ReasonCode
    task: TextRef | None
    category: Category
    priority: Priority
    proof_demanded: bool
    receipt_due: datetime
    objection_due: datetime
    answer_due: datetime
    occurred_at: datetime


@fact("transfer_received")
class TransferReceived:
    transfer_id: UUID
    request_id: RequestId
    body: UnitCode
    number: TextRef | None
    """The body's own number."""
    by_hand: PersonId | None
    """Who wrote down what the body said by telephone or letter."""
    occurred_at: datetime


@fact("handling_started")
class HandlingStarted:
    transfer_id: UUID
    request_id: RequestId
    occurred_at: datetime


@fact("transfer_objected")
class TransferObjected:
    transfer_id: UUID
    request_id: RequestId
    body: UnitCode
    reason: ReasonCode
    note: TextRef | None
    by_hand: PersonId | None
    occurred_at: datetime


@fact("transfer_answered")
class TransferAnswered:
    transfer_id: UUID
    request_id: RequestId
    body: UnitCode
    result: Result
    answer: TextRef
    proof: TextRef | None
    by_hand: PersonId | None
    occurred_at: datetime


@fact("answer_sent_back")
class AnswerSentBack:
    """A person looked: that is no answer to what was asked."""

    transfer_id: UUID
    request_id: RequestId
    body: UnitCode
    note: TextRef | None
    occurred_at: datetime


@fact("transfer_returned")
class TransferReturned:
    """Routing decides anew."""

    transfer_id: UUID
    request_id: RequestId
    attempt: int
    body: UnitCode | None
    """To whom it had gone."""
    reason: ReasonCode
    occurred_at: datetime


@fact("transfer_revoked")
class TransferRevoked:
    transfer_id: UUID
    request_id: RequestId
    body: UnitCode | None
    reason: ReasonCode
    occurred_at: datetime


@fact("transfer_withdrawn")
class TransferWithdrawn:
    transfer_id: UUID
    request_id: RequestId
    body: UnitCode | None
    occurred_at: datetime


@fact("transfer_overdue")
class TransferOverdue:
    transfer_id: UUID
    request_id: RequestId
    late: Late
    due: datetime
    occurred_at: datetime


@fact("outcome_reported")
class OutcomeReported:
    transfer_id: UUID
    request_id: RequestId
    attempt: int
    channel: Channel
    outcome: Outcome
    detail: OutcomeDetail | None
    answer: TextRef
    handler: PersonId
    occurred_at: datetime


TransferEnd = TransferReturned | TransferRevoked | TransferWithdrawn | OutcomeReported
TransferEvent = (
    TransferOffered
    | DangerActed
    | TransferSigned
    | TransferNotified
    | TransferSent
    | TransferReceived
    | HandlingStarted
    | TransferObjected
    | TransferAnswered
    | AnswerSentBack
    | TransferReturned
    | TransferRevoked
    | TransferWithdrawn
    | TransferOverdue
    | OutcomeReported
)
