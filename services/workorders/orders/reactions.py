"""Routed requests become orders; revoked and withdrawn ones are taken away; limits that pass are noted."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Protocol
from uuid import NAMESPACE_URL, UUID, uuid5

from services.workorders.orders.decider import OfferOrder
from services.workorders.orders.rules.broadcast_facts import RecallCause
from services.workorders.orders.rules.broadcasts import RecallBroadcast
from services.workorders.orders.rules.endings import RevokeOrder, WithdrawOrder
from services.workorders.orders.rules.facts import Offer
from services.workorders.orders.rules.playbook import Playbook
from services.workorders.orders.store import CATEGORY, OrderHandler, broadcast_of_timer
from services.workorders.orders.timers import command_of
from shared.contracts.codes import Category, Channel, Flag
from shared.contracts.intake import RequestReopenedV1, WithdrawnV1
from shared.contracts.routing import HandlingRevokedV1, RequestRoutedV1
from shared.eventstore import Due, Incoming, TimerReaction, Transaction
from shared.kernel import BUREAU_ZONE, Context, NotThereYet, RequestId, derive_id
from shared.messaging import Reaction

ORDER_NAMESPACE = uuid5(NAMESPACE_URL, "urn:lounge:orders")
HANDLED_ELSEWHERE = frozenset({Channel.PM, Channel.PSM, Channel.IM, Channel.JM, Channel.EPS, Channel.CHILD})
"""Mediation, which has the child lane too, and the enterprise workstation."""
CROSSED = timedelta(minutes=1)
"""A withdrawal and a routing so close together crossed on their way; later ones mean a reopening."""

ChoosePlaybook = Callable[[Channel, Category, tuple[Flag, ...], date], Playbook | None]


class Elsewhere(Protocol):
    """Who may have a routed request instead of an order: asked under the request's lock, in the same transaction."""

    async def open(self, routed: RequestRoutedV1, context: Context, tx: Transaction) -> bool:
        """True: it is taken, and no order is opened."""
        ...

    async def revoke(self, revoked: HandlingRevokedV1, context: Context, tx: Transaction) -> None: ...

    async def withdraw(self, withdrawn: WithdrawnV1, context: Context, tx: Transaction) -> None: ...


class PlaybookMissing(Exception):
    """No playbook counts for this channel on this day: the shelf is incomplete, and a person has to look."""


def order_id_of(request_id: RequestId, attempt: int) -> UUID:
    return derive_id(ORDER_NAMESPACE, request_id, attempt)


def follow_routing(orders: OrderHandler, choose: ChoosePlaybook, elsewhere: Elsewhere) -> Reaction:
    async def follow(record: Incoming, tx: Transaction) -> None:
        desk = orders.within(tx)
        match record.body:
            case RequestRoutedV1() as routed if routed.channel not in HANDLED_ELSEWHERE:
                await _open(routed, choose, desk, elsewhere, record.context, tx)
            case HandlingRevokedV1() as revoked:
                order_id = order_id_of(revoked.request_id, revoked.attempt)
                await desk.handle(order_id, RevokeOrder(reason=revoked.reason, at=revoked.at), record.context)
                await elsewhere.revoke(revoked, record.context, tx)
            case _:
                return

    return Reaction(
        reader="workorders.follow_routing",
        causes=(("routing", RequestRoutedV1), ("routing", HandlingRevokedV1)),
        handle=follow,
    )


def follow_intake(orders: OrderHandler, elsewhere: Elsewhere) -> Reaction:
    """A reader of its own: a routing that waits for a reopening must not hold that reopening back."""

    async def follow(record: Incoming, tx: Transaction) -> None:
        match record.body:
            case WithdrawnV1() as withdrawn:
                await _withdraw(withdrawn, orders.within(tx), record.context, tx)
                await elsewhere.withdraw(withdrawn, record.context, tx)
            case RequestReopenedV1() as reopened:
                await _lock(tx, reopened.request_id)
                await tx.execute("DELETE FROM withdrawn_request WHERE request_id = $1", reopened.request_id)
            case _:
                return

    return Reaction(
        reader="workorders.follow_intake",
        causes=(("intake", WithdrawnV1), ("intake", RequestReopenedV1)),
        handle=follow,
    )


async def _open(
    routed: RequestRoutedV1,
    choose: ChoosePlaybook,
    desk: OrderHandler,
    elsewhere: Elsewhere,
    context: Context,
    tx: Transaction,
) -> None:
    await _lock(tx, routed.request_id)
    withdrawn_at = await tx.fetchval(
        "SELECT withdrawn_at FROM withdrawn_request WHERE request_id = $1", routed.request_id
    )
    if withdrawn_at is not None and routed.at > withdrawn_at + CROSSED:
        raise NotThereYet("the reopening that this routing follows")
    if await elsewhere.open(routed, context, tx):
        if withdrawn_at is not None:
            await elsewhere.withdraw(WithdrawnV1(request_id=routed.request_id, at=withdrawn_at), context, tx)
        return
    order_id = order_id_of(routed.request_id, routed.attempt)
    day = routed.at.astimezone(BUREAU_ZONE).date()
    playbook = choose(routed.channel, routed.category, routed.flags, day)
    if playbook is None:
        raise PlaybookMissing(routed.channel)
    await desk.handle(order_id, OfferOrder(offer=_offer(order_id, routed, playbook), at=routed.at), context)
    await tx.execute(
        "INSERT INTO order_of_request (request_id, order_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        routed.request_id,
        order_id,
    )
    if withdrawn_at is not None:
        await desk.handle(order_id, WithdrawOrder(at=withdrawn_at), context)


async def _withdraw(withdrawn: WithdrawnV1, desk: OrderHandler, context: Context, tx: Transaction) -> None:
    await _lock(tx, withdrawn.request_id)
    await tx.execute(
        "INSERT INTO withdrawn_request (request_id, withdrawn_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        withdrawn.request_id,
        withdrawn.at,
    )
    rows = await tx.fetch(
        "SELECT order_id FROM order_of_request WHERE request_id = $1 ORDER BY order_id", withdrawn.request_id
    )
    for row in rows:
        await desk.handle(row["order_id"], WithdrawOrder(at=withdrawn.at), context)


async def _lock(tx: Transaction, request_id: RequestId) -> None:
    """Two services' records about one request are handled one after the other."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"request {request_id}")


def _offer(order_id: UUID, routed: RequestRoutedV1, playbook: Playbook) -> Offer:
    return Offer(
        order_id=order_id,
        request_id=routed.request_id,
        attempt=routed.attempt,
        category=routed.category,
        priority=routed.priority,
        channel=routed.channel,
        unit=routed.unit,
        owner=routed.owner,
        requester=routed.requester,
        other_party=routed.other_party,
        excluded=routed.excluded,
        narrative=routed.narrative,
        playbook=playbook,
        answer_due=routed.answer_due,
        flags=routed.flags,
        deputy=routed.deputy,
    )


def note_overdue(orders: OrderHandler) -> TimerReaction:
    async def note(due: Due, tx: Transaction) -> None:
        command = command_of(due.name, due.due_at, due.now)
        if (broadcast_id := broadcast_of_timer(due.name)) is not None:
            command = RecallBroadcast(broadcast_id=broadcast_id, cause=RecallCause.EXPIRED, at=due.now)
        await orders.within(tx).handle(due.id, command, due.context)

    return TimerReaction(category=CATEGORY, handle=note)
