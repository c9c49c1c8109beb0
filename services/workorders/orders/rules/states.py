"""Where an order stands. "Done without an owner" cannot be written."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from services.workorders.orders.rules.broadcast_facts import Broadcasts
from services.workorders.orders.rules.course import Done, Progress
from services.workorders.orders.rules.facts import Offer, OrderEnd, OrderReturned, OutcomeReported
from services.workorders.orders.rules.hands import Hands
from services.workorders.orders.rules.task_facts import Part, TaskResult
from shared.contracts.codes import Category
from shared.kernel import ItemCode, PersonId, Rejection, TextRef, UnitCode, state


@state
class Unoffered:
    pass


@state
class Offered:
    offer: Offer
    overdue: bool = False
    broadcasts: Broadcasts = ()
    rung: int = 0
    """How far the ladder of the signature was climbed."""
    noted: datetime | None = None
    """The last time that passed without a signature."""


class TaskState(StrEnum):
    OFFERED = "offered"
    SIGNED = "signed"
    ANSWERED = "answered"
    OBJECTED = "objected"
    RECALLED = "recalled"


SILENT = frozenset({TaskState.OFFERED, TaskState.SIGNED})
GONE = frozenset({TaskState.OBJECTED, TaskState.RECALLED})


@state
class SubOrder:
    """One unit's part of a step, and where it stands."""

    part: Part
    step: ItemCode
    state: TaskState = TaskState.OFFERED
    signed_by: PersonId | None = None
    result: TaskResult | None = None
    overdue: bool = False
    round: int = 0
    """Parts of an earlier round answered a try that was in vain."""


@state
class Signed:
    offer: Offer
    owner: PersonId
    unit: UnitCode
    done: Done = frozenset()
    started: bool = False
    answer: TextRef | None = None
    overdue: Done = frozenset()
    broadcasts: Broadcasts = ()
    tries: Mapping[ItemCode, int] = field(default_factory=dict)
    results: Mapping[ItemCode, ItemCode] = field(default_factory=dict)
    opened: Mapping[ItemCode, datetime] = field(default_factory=dict)
    """Since when each open step could be done."""
    tasks: tuple[SubOrder, ...] = ()
    tiers: frozenset[int] = frozenset()
    deadline: datetime | None = None
    deadline_noted: bool = False
    granted_by: Mapping[ItemCode, PersonId] = field(default_factory=dict)
    """Approvals that count, and who gave them."""
    offered_to: PersonId | None = None
    """A colleague who was asked to take the order over."""

    @property
    def progress(self) -> Progress:
        return Progress(self.done, self.tries, self.results)


@state
class Ended:
    """Returned, revoked, withdrawn, or with an outcome: a later attempt is a new order."""

    offer: Offer
    by: OrderEnd


OrderState = Unoffered | Offered | Signed | Ended


class OrderUnknown(Rejection):
    """No order was offered under this id."""


class NotSignedYet(Rejection):
    """Nobody is accountable yet."""


class OrderEnded(Rejection):
    """The order was returned, revoked or withdrawn, or its outcome is reported."""


def hands_of(offer: Offer) -> Hands:
    return Hands(
        unit=offer.unit,
        owner=offer.owner,
        requester=offer.requester,
        other_party=offer.other_party,
        is_complaint=offer.category is Category.CPL,
        excluded=offer.excluded,
    )


def task_of(order: Signed, task_id: UUID) -> SubOrder | None:
    return next((task for task in order.tasks if task.part.task_id == task_id), None)


def tasks_of(order: Signed, step: ItemCode) -> tuple[SubOrder, ...]:
    """The parts of this round that still count."""
    current = order.tries.get(step, 0)
    return tuple(task for task in order.tasks if task.step == step and task.state not in GONE and task.round == current)


def require_signed(state: OrderState) -> Signed:
    match state:
        case Signed():
            return state
        case Offered():
            raise NotSignedYet
        case Ended():
            raise OrderEnded
        case Unoffered():
            raise OrderUnknown
        case _:
            assert_never(state)


def require_offered(state: OrderState) -> Offered:
    if isinstance(state, Offered):
        return state
    if isinstance(state, Unoffered):
        raise OrderUnknown
    raise OrderEnded


def owner_of(state: Offered | Signed | Ended) -> PersonId | None:
    """Who is accountable; before the signature, who was named."""
    match state:
        case Offered():
            return state.offer.owner
        case Signed():
            return state.owner
        case Ended(by=OutcomeReported(handler=handler)):
            return handler
        case Ended(by=OrderReturned(owner=owner)):
            return owner
        case Ended():
            return state.offer.owner
        case _:
            assert_never(state)
