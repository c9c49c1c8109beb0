"""What can happen to an order. Most facts name the order and the request, so that their records stand alone."""

from datetime import datetime
from uuid import UUID

from services.workorders.orders.rules.broadcast_facts import BroadcastRecalled, BroadcastSent
from services.workorders.orders.rules.course_facts import CourseEvent
from services.workorders.orders.rules.playbook import Playbook
from services.workorders.orders.rules.proof import NOTHING, Evidence
from services.workorders.orders.rules.task_facts import TaskEvent
from shared.contracts.codes import Category, Channel, Flag, Outcome, OutcomeDetail, Priority, ReasonCode
from shared.kernel import ItemCode, PersonId, RequestId, TextRef, UnitCode, fact, value


@value
class Offer:
    """What routing decided, and the playbook of that day."""

    order_id: UUID
    request_id: RequestId
    attempt: int
    category: Category
    priority: Priority
    channel: Channel
    unit: UnitCode
    owner: PersonId | None
    requester: PersonId | None
    other_party: PersonId | None
    excluded: tuple[PersonId, ...]
    narrative: TextRef
    playbook: Playbook
    answer_due: datetime
    flags: tuple[Flag, ...] = ()
    deputy: PersonId | None = None


@fact("order_offered")
class OrderOffered:
    offer: Offer
    occurred_at: datetime


@fact("order_signed")
class OrderSigned:
    order_id: UUID
    request_id: RequestId
    attempt: int
    unit: UnitCode
    owner: PersonId
    occurred_at: datetime


@fact("first_response_given")
class FirstResponseGiven:
    order_id: UUID
    request_id: RequestId
    step: ItemCode
    note: TextRef | None
    occurred_at: datetime


@fact("handling_started")
class HandlingStarted:
    order_id: UUID
    request_id: RequestId
    occurred_at: datetime


@fact("step_reported")
class StepReported:
    order_id: UUID
    request_id: RequestId
    step: ItemCode
    note: TextRef | None
    evidence: Evidence = NOTHING
    result: ItemCode | None = None
    items: tuple[ItemCode, ...] = ()
    fen: int | None = None
    deadline: datetime | None = None
    occurred_at: datetime


@fact("answer_given")
class AnswerGiven:
    order_id: UUID
    request_id: RequestId
    step: ItemCode
    answer: TextRef
    occurred_at: datetime


@fact("signature_overdue")
class SignatureOverdue:
    order_id: UUID
    request_id: RequestId
    due: datetime
    occurred_at: datetime


@fact("step_overdue")
class StepOverdue:
    order_id: UUID
    request_id: RequestId
    step: ItemCode
    due: datetime
    occurred_at: datetime


@fact("order_returned")
class OrderReturned:
    order_id: UUID
    request_id: RequestId
    attempt: int
    reason: ReasonCode
    note: TextRef | None
    owner: PersonId | None
    occurred_at: datetime


@fact("order_revoked")
class OrderRevoked:
    order_id: UUID
    request_id: RequestId
    reason: ReasonCode
    occurred_at: datetime


@fact("order_withdrawn")
class OrderWithdrawn:
    order_id: UUID
    request_id: RequestId
    occurred_at: datetime


@fact("outcome_reported")
class OutcomeReported:
    order_id: UUID
    request_id: RequestId
    attempt: int
    channel: Channel
    outcome: Outcome
    detail: OutcomeDetail | None
    answer: TextRef | None
    handler: PersonId
    occurred_at: datetime


OrderEnd = OrderReturned | OrderRevoked | OrderWithdrawn | OutcomeReported
OrderEvent = (
    OrderOffered
    | OrderSigned
    | FirstResponseGiven
    | HandlingStarted
    | StepReported
    | AnswerGiven
    | SignatureOverdue
    | StepOverdue
    | BroadcastSent
    | BroadcastRecalled
    | OrderReturned
    | OrderRevoked
    | OrderWithdrawn
    | OutcomeReported
    | CourseEvent
    | TaskEvent
)
