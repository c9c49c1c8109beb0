"""What happens on the course of a playbook beside its steps: tries, told facts, approvals, rungs, another owner."""

from datetime import datetime
from uuid import UUID

from services.workorders.orders.rules.playbook import OrderFact, Playbook
from shared.contracts.codes import Ladder, Role
from shared.kernel import ItemCode, PersonId, RequestId, TextRef, UnitCode, fact


@fact("step_failed")
class StepFailed:
    """Tried, in vain: a call that nobody took, a picture that the system refused."""

    order_id: UUID
    request_id: RequestId
    step: ItemCode
    attempt: int
    note: TextRef | None
    occurred_at: datetime


@fact("order_fact_told")
class OrderFactTold:
    """A fact of codes.yaml came about with a step; it goes out under its own name."""

    order_id: UUID
    request_id: RequestId
    step: ItemCode
    tells: OrderFact
    occurred_at: datetime


@fact("stage_decided")
class StageDecided:
    order_id: UUID
    request_id: RequestId
    step: ItemCode
    granted: bool
    decided_by: PersonId
    note: TextRef | None
    undone: tuple[ItemCode, ...]
    """What has to be done again after a no."""
    occurred_at: datetime


@fact("playbook_changed")
class PlaybookChanged:
    order_id: UUID
    request_id: RequestId
    playbook: Playbook
    former: tuple[ItemCode, ...]
    """Steps of the former playbook whose time was running."""
    occurred_at: datetime


@fact("rung_climbed")
class RungClimbed:
    """A ladder went on by itself: nobody signed, nobody arrived."""

    order_id: UUID
    request_id: RequestId
    ladder: Ladder
    rung: int
    told: tuple[Role, ...]
    person: PersonId | None
    unit: UnitCode
    due: datetime
    occurred_at: datetime


@fact("deadline_near")
class DeadlineNear:
    order_id: UUID
    request_id: RequestId
    deadline: datetime
    occurred_at: datetime


@fact("ownership_offered")
class OwnershipOffered:
    order_id: UUID
    request_id: RequestId
    to: PersonId
    note: TextRef | None
    occurred_at: datetime


@fact("owner_changed")
class OwnerChanged:
    order_id: UUID
    request_id: RequestId
    unit: UnitCode
    owner: PersonId
    former: PersonId
    occurred_at: datetime


CourseEvent = (
    StepFailed
    | OrderFactTold
    | StageDecided
    | PlaybookChanged
    | RungClimbed
    | DeadlineNear
    | OwnershipOffered
    | OwnerChanged
)
