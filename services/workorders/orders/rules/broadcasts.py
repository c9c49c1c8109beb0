"""A broadcast in groups: only while somebody is in danger, with the least that is needed, recalled after the find.

R-37: an emergency needs no consent, and goes no further than it must. R-34: who is missing may be described, a minor
too; nobody else's child is.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.workorders.groups.rules.publishable import Leak
from services.workorders.orders.rules.broadcast_facts import (
    Broadcast,
    BroadcastEvent,
    BroadcastRecalled,
    Broadcasts,
    BroadcastSent,
    RecallCause,
    Sought,
)
from services.workorders.orders.rules.facts import Offer
from services.workorders.orders.rules.states import Offered, OrderEnded, OrderState, OrderUnknown, Signed, Unoffered
from shared.contracts.codes import Category
from shared.kernel import ItemCode, Rejection, command

LONGEST: Final = timedelta(hours=24)
MOST_GROUPS: Final = 30


@command
class SendBroadcast:
    broadcast_id: UUID
    groups: tuple[ItemCode, ...]
    open_groups: frozenset[ItemCode]
    """Those of the registry that exist today."""
    sought: Sought
    leaks: tuple[Leak, ...]
    """What was found in the typed words before they were sealed."""
    expires_at: datetime
    at: datetime


@command
class RecallBroadcast:
    broadcast_id: UUID
    cause: RecallCause
    at: datetime


BroadcastCommand = SendBroadcast | RecallBroadcast


class NoDangerNoBroadcast(Rejection):
    """Only an emergency is told to groups."""

    rule = "R-37"


class MoreThanTheMinimum(Rejection):
    """The description holds `leaks`: what leads to a person, or concerns nobody else."""

    rule = "R-37"


class BroadcastTimeWrong(Rejection):
    """Somebody was seen before now, and the broadcast ends by itself within a day."""

    rule = "R-37"


class GroupNotOpen(Rejection):
    """`groups` are not in the registry today."""


class NoGroupChosen(Rejection):
    """A broadcast goes to one group at least, and to thirty at most."""


class BroadcastRunsAlready(Rejection):
    """One at a time: groups never read two descriptions of one person."""


class BroadcastUnknown(Rejection):
    """The order has no such broadcast."""


class BroadcastIsOver(Rejection):
    """After the recall nobody outside reads on who was sought."""

    rule = "R-37"


class BroadcastStillOpen(Rejection):
    """An order does not end before its broadcast was recalled in every group."""

    rule = "R-37"


def broadcasting(command: BroadcastCommand, state: OrderState) -> tuple[BroadcastEvent, ...]:
    match command:
        case SendBroadcast():
            return _send(command, _require_under_way(state))
        case RecallBroadcast():
            return _recall(command, state)


def _require_under_way(state: OrderState) -> Offered | Signed:
    if isinstance(state, Offered | Signed):
        return state
    raise OrderUnknown if isinstance(state, Unoffered) else OrderEnded


def _send(command: SendBroadcast, order: Offered | Signed) -> tuple[BroadcastEvent, ...]:
    """R-37. Nobody waits for a signature: danger comes first."""
    if any(each.broadcast_id == command.broadcast_id for each in order.broadcasts):
        return ()
    if order.offer.category is not Category.EMG:
        raise NoDangerNoBroadcast
    if command.leaks:
        raise MoreThanTheMinimum(leaks=command.leaks)
    if running(order.broadcasts):
        raise BroadcastRunsAlready
    if not 0 < len(command.groups) <= MOST_GROUPS:
        raise NoGroupChosen
    if unknown := tuple(group for group in command.groups if group not in command.open_groups):
        raise GroupNotOpen(groups=unknown)
    in_time = command.at < command.expires_at <= command.at + LONGEST
    if not in_time or command.sought.seen_at > command.at:
        raise BroadcastTimeWrong
    return (
        BroadcastSent(
            order_id=order.offer.order_id,
            request_id=order.offer.request_id,
            broadcast_id=command.broadcast_id,
            groups=command.groups,
            sought=command.sought,
            expires_at=command.expires_at,
            occurred_at=command.at,
        ),
    )


def _recall(command: RecallBroadcast, state: OrderState) -> tuple[BroadcastEvent, ...]:
    """A timer that rings too late, and a second recall, find nothing left to do."""
    if command.cause is RecallCause.EXPIRED and not isinstance(state, Offered | Signed):
        return ()
    order = _require_under_way(state)
    found = next((each for each in order.broadcasts if each.broadcast_id == command.broadcast_id), None)
    if found is None:
        raise BroadcastUnknown
    return () if found.recalled else (_recalled(found, order.offer, command.cause, command.at),)


def _recalled(broadcast: Broadcast, offer: Offer, cause: RecallCause, at: datetime) -> BroadcastRecalled:
    return BroadcastRecalled(
        order_id=offer.order_id,
        request_id=offer.request_id,
        broadcast_id=broadcast.broadcast_id,
        groups=broadcast.groups,
        cause=cause,
        occurred_at=at,
    )


def running(broadcasts: Iterable[Broadcast]) -> Broadcasts:
    return tuple(each for each in broadcasts if not each.recalled)


def require_open_outside(*, running: bool) -> None:
    """R-37. Who is found is nobody's business any more."""
    if not running:
        raise BroadcastIsOver


def require_recalled(order: Offered | Signed) -> None:
    """R-37. The recall is the step that people forget."""
    if running(order.broadcasts):
        raise BroadcastStillOpen


def recalled_with(order: Offered | Signed, at: datetime) -> tuple[BroadcastRecalled, ...]:
    """R-37. What is taken away cannot refuse to go; whatever still runs is recalled with it."""
    return tuple(_recalled(each, order.offer, RecallCause.ORDER_ENDED, at) for each in running(order.broadcasts))


def remembered(broadcasts: Broadcasts, event: BroadcastEvent) -> Broadcasts:
    match event:
        case BroadcastSent():
            return (*broadcasts, Broadcast(event.broadcast_id, event.groups, event.sought, event.expires_at))
        case BroadcastRecalled():
            return tuple(
                replace(each, recalled=True) if each.broadcast_id == event.broadcast_id else each for each in broadcasts
            )
