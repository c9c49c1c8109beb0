"""How somebody stands to an order, in the words of the access table."""

from collections.abc import Mapping
from uuid import UUID

from services.workorders.orders.rules.facts import Offer
from services.workorders.orders.rules.states import Ended, Offered, OrderState, Signed, Unoffered, owner_of
from services.workorders.orders.rules.task_facts import UnitsAsked
from services.workorders.orders.store import OrderHandler
from services.workorders.orders.views import Seen
from shared.contracts.codes import Category, Channel, Relation, Role
from shared.kernel import Actor, NotFound, UnitCode
from shared.web import Relate

SEE_EVERY_STUB = frozenset({Role.TRIAGE_OFFICER, Role.BUREAU_LEADER, Role.AUDITOR, Role.HOTLINE_LIAISON, Role.OPERATOR})
"""Roles that read something of every request; a row of the board holds ids, codes and times only (L1)."""

CHANNELS_OF = {Role.DISPATCHER: Channel.DSP, Role.SUPERVISOR: Channel.SUP}

MEDIATORS = frozenset({Role.INDUSTRY_MEDIATOR, Role.COURT_MEDIATOR})

CLOSED_CHANNELS = {Channel.CHILD: Role.CHILD_OFFICER, Channel.CASE: Role.CASE_INVESTIGATOR}
"""Channels that a unit's other roles do not even see in a list; overseers see that casework exists, children never."""


def of_order(orders: OrderHandler) -> Relate:
    async def relate(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        state = await _order(orders, path)
        if isinstance(state, Unoffered):
            raise NotFound
        return relations(actor, state)

    return relate


def of_task(orders: OrderHandler) -> Relate:
    """To one part of an order: the unit that was asked, and nobody else."""

    async def relate(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        state = await _order(orders, path)
        unit = await _unit_of(orders, path, state)
        if unit is None:
            raise NotFound
        if actor.unit != unit:
            return frozenset()
        return frozenset({Relation.TASK, Relation.OWN, Relation.OWN_PLACE, Relation.OWN_PUPIL})

    return relate


async def _unit_of(orders: OrderHandler, path: Mapping[str, str], state: OrderState) -> UnitCode | None:
    if isinstance(state, Unoffered):
        return None
    task_id = path.get("task_id", "")
    if isinstance(state, Signed):
        return next((task.part.unit for task in state.tasks if str(task.part.task_id) == task_id), None)
    asked = [
        stored.event for stored in await orders.history(state.offer.order_id) if isinstance(stored.event, UnitsAsked)
    ]
    return next((part.unit for event in asked for part in event.parts if str(part.task_id) == task_id), None)


async def is_inquiry(orders: OrderHandler, path: Mapping[str, str]) -> bool:
    state = await _order(orders, path)
    return not isinstance(state, Unoffered) and state.offer.channel is Channel.BOT


async def _order(orders: OrderHandler, path: Mapping[str, str]) -> OrderState:
    try:
        order_id = UUID(path["order_id"])
    except ValueError:
        raise NotFound from None
    state, _ = await orders.state(order_id)
    return state


async def of_the_board(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
    """To the rows that `seen_by` leaves."""
    found = {Relation.OWN, Relation.OWN_UNIT, Relation.TASK}
    if actor.unit is not None:
        # Villages and grids know their own place only; the rows are those of their unit.
        found.add(Relation.OWN_PLACE)
    if Role.SUPERVISOR in actor.roles:
        found.add(Relation.COMPLAINT)
    if Role.DISPATCHER in actor.roles:
        found.add(Relation.LIVE)
    if Role.CASE_INVESTIGATOR in actor.roles:
        found.add(Relation.CASEWORK)
    if Role.CHILD_OFFICER in actor.roles:
        found.add(Relation.MINOR)
    return frozenset(found)


def seen_by(actor: Actor) -> Seen:
    if actor.about is not None:
        return Seen(request=actor.about)
    everything = bool(SEE_EVERY_STUB & set(actor.roles))
    hidden = [channel for channel, role in CLOSED_CHANNELS.items() if role not in actor.roles]
    if everything and Channel.CASE in hidden:
        hidden.remove(Channel.CASE)
    return Seen(
        everything=everything,
        unit=actor.unit,
        person=actor.person,
        channels=tuple(channel for role, channel in CHANNELS_OF.items() if role in actor.roles),
        hidden=tuple(hidden),
    )


def relations(actor: Actor, state: OrderState) -> frozenset[Relation]:
    if isinstance(state, Unoffered):
        return frozenset()
    offer = state.offer
    if as_party := _as_party(actor, offer):
        return frozenset(as_party)
    ours = actor.unit is not None and actor.unit == offer.unit
    mine = actor.person is not None and actor.person == owner_of(state)
    return frozenset({*_as_staff(actor, state, ours, mine), *_by_matter(actor, state, ours or mine)})


def _as_party(actor: Actor, offer: Offer) -> set[Relation]:
    if actor.about is not None and actor.about == offer.request_id and Role.REQUESTER in actor.roles:
        return {Relation.OWN}
    if actor.person is None:
        return set()
    if actor.person == offer.requester:
        return {Relation.OWN}
    if actor.person == offer.other_party:
        return {Relation.COMPLAINED_OF} if offer.category is Category.CPL else {Relation.PANEL}
    return set()


def _as_staff(actor: Actor, state: Offered | Signed | Ended, ours: bool, mine: bool) -> set[Relation]:
    found: set[Relation] = set()
    if mine:
        found |= {Relation.OWN, Relation.TASK}
        if not MEDIATORS.isdisjoint(actor.roles):
            found.add(Relation.PANEL)
    # Who was asked to take it over is asked to sign.
    if isinstance(state, Signed) and actor.person is not None and actor.person == state.offered_to:
        found |= {Relation.OWN, Relation.TASK}
    if ours:
        found |= {Relation.OWN_UNIT, Relation.OWN_PLACE, Relation.TASK}
        # While nobody has signed, the order is assigned to the whole unit.
        if isinstance(state, Offered):
            found.add(Relation.OWN)
    return found


def _by_matter(actor: Actor, state: Offered | Signed | Ended, involved: bool) -> set[Relation]:
    """What the order is about opens it to some, and closes it to others whatever else holds."""
    offer = state.offer
    found: set[Relation] = set()
    if offer.channel is Channel.CASE and (involved or Role.CASE_INVESTIGATOR not in actor.roles):
        found.add(Relation.CASEWORK)
    if offer.category is Category.CPL or offer.channel is Channel.SUP:
        found.add(Relation.COMPLAINT)
    if offer.channel is Channel.CHILD:
        found.add(Relation.MINOR)
    if offer.channel is Channel.DSP and not isinstance(state, Ended):
        found.add(Relation.LIVE)
    return found
