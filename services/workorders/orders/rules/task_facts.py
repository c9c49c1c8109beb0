"""What can happen to a part that another unit does: a sub-order inside the stream of its order."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.workorders.orders.rules.playbook import Share
from services.workorders.orders.rules.proof import Evidence
from shared.contracts.codes import ReasonCode, UnitKind
from shared.kernel import ItemCode, PersonId, RequestId, TextRef, UnitCode, fact, value


class TaskResult(StrEnum):
    DONE = "done"
    UNABLE = "unable"


@value
class Shared:
    """One field that the other unit learns; the words lie in the vault."""

    what: Share
    text: TextRef


@value
class Part:
    """One unit's part of a step."""

    task_id: UUID
    unit: UnitCode
    kind: UnitKind
    lead: bool
    shared: tuple[Shared, ...] = ()


@fact("units_asked")
class UnitsAsked:
    order_id: UUID
    request_id: RequestId
    step: ItemCode
    parts: tuple[Part, ...]
    due: datetime | None
    occurred_at: datetime


@fact("task_signed")
class TaskSigned:
    order_id: UUID
    request_id: RequestId
    task_id: UUID
    unit: UnitCode
    signed_by: PersonId
    occurred_at: datetime


@fact("task_answered")
class TaskAnswered:
    order_id: UUID
    request_id: RequestId
    task_id: UUID
    result: TaskResult
    words: TextRef | None
    evidence: Evidence
    occurred_at: datetime


@fact("task_objected")
class TaskObjected:
    order_id: UUID
    request_id: RequestId
    task_id: UUID
    reason: ReasonCode
    note: TextRef | None
    occurred_at: datetime


@fact("task_recalled")
class TaskRecalled:
    order_id: UUID
    request_id: RequestId
    task_id: UUID
    occurred_at: datetime


@fact("task_overdue")
class TaskOverdue:
    order_id: UUID
    request_id: RequestId
    task_id: UUID
    step: ItemCode
    due: datetime
    occurred_at: datetime


TaskEvent = UnitsAsked | TaskSigned | TaskAnswered | TaskObjected | TaskRecalled | TaskOverdue
