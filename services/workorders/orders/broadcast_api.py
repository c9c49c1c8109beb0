"""Broadcasts over HTTP: sent and recalled by the dispatcher in an emergency, read outside while they run."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, Field, StringConstraints

from services.workorders.groups.book import GroupBook
from services.workorders.groups.clerk import Done, GroupClerk, act
from services.workorders.groups.posts import PostState
from services.workorders.groups.reading import PostReader
from services.workorders.groups.store import GroupHandler, open_among
from services.workorders.orders.relations import of_order
from services.workorders.orders.rules.broadcast_facts import (
    AgeBand,
    BroadcastRecalled,
    BroadcastSent,
    RecallCause,
    Sex,
    Sought,
)
from services.workorders.orders.rules.broadcasts import (
    BroadcastUnknown,
    RecallBroadcast,
    SendBroadcast,
    require_open_outside,
)
from services.workorders.orders.rules.states import Unoffered
from services.workorders.orders.store import OrderHandler, looks_text
from shared.contracts.codes import Operation, Relation, Role
from shared.kernel import SYSTEM, Actor, Context, ItemCode, NotFound, RequestId, derive_id
from shared.web import Call, CodeText, Guard, Query, Relate, ShortText, StrictModel
from shared.web.doors import query_by_role

OUTSIDE = {Role.VOLUNTEER: Relation.OWN, Role.GRID_WORKER: Relation.OWN_PLACE}
"""They read a broadcast that runs, as everybody in the group does, and nothing of the order."""

Looks = Annotated[ShortText, StringConstraints(max_length=60)]


class BroadcastBody(StrictModel):
    groups: Annotated[tuple[CodeText, ...], Field(min_length=1, max_length=30)]
    age: AgeBand | None = None
    sex: Sex | None = None
    looks: Looks | None = None
    area: CodeText
    seen_at: AwareDatetime
    hours: Annotated[int, Field(strict=True, ge=1, le=24)] = 2
    """CL-086: two hours, if nobody says otherwise."""


class RecallBody(StrictModel):
    cause: Literal[RecallCause.FOUND, RecallCause.MISTAKEN]


class BroadcastDone(Done):
    broadcast_id: UUID


class GroupTold(StrictModel):
    code: str
    name: str
    state: PostState | None
    """None: on its way."""


class BroadcastAnswer(StrictModel):
    broadcast_id: UUID
    order_id: UUID
    running: bool
    groups: tuple[GroupTold, ...]
    words: str | None
    """As the groups read it; None after the recall, and while the vault does not answer."""
    sent_at: datetime
    expires_at: datetime
    recalled_at: datetime | None
    cause: RecallCause | None


class BroadcastList(StrictModel):
    broadcasts: tuple[BroadcastAnswer, ...]


class BroadcastDesk:
    def __init__(
        self, orders: OrderHandler, groups: GroupHandler, posts: PostReader, book: GroupBook, clerk: GroupClerk
    ) -> None:
        self.orders = orders
        self._groups = groups
        self._posts = posts
        self._book = book
        self._clerk = clerk

    async def request_of(self, order_id: UUID) -> RequestId:
        state, _ = await self.orders.state(order_id)
        if isinstance(state, Unoffered):
            raise NotFound("order")
        return state.offer.request_id

    async def send(self, order_id: UUID, body: BroadcastBody, call: Call) -> BroadcastDone:
        request_id = await self.request_of(order_id)
        leaks = await self._clerk.leaks(body.looks, request_id, call.context) if body.looks else ()
        # Words that may not go out are not kept either.
        texts = {"looks": looks_text(body.looks) if body.looks and not leaks else None}
        refs = await self._clerk.seal(call, order_id, texts, request_id)
        wanted = tuple(ItemCode(group) for group in dict.fromkeys(body.groups))
        now = self._clerk.now()
        wish = SendBroadcast(
            broadcast_id=derive_id(order_id, "broadcast", call.principal, call.key),
            groups=wanted,
            open_groups=await open_among(self._groups, wanted, self._clerk.today()),
            sought=Sought(body.age, body.sex, refs.get("looks"), ItemCode(body.area), body.seen_at),
            leaks=leaks,
            expires_at=now + timedelta(hours=body.hours),
            at=now,
        )
        done = await act(self.orders, order_id, wish, call, broadcast_id=str(wish.broadcast_id))
        return BroadcastDone.model_validate(done)

    async def recall(self, order_id: UUID, broadcast_id: UUID, cause: RecallCause, call: Call) -> BroadcastDone:
        wish = RecallBroadcast(broadcast_id=broadcast_id, cause=cause, at=self._clerk.now())
        done = await act(self.orders, order_id, wish, call, broadcast_id=str(broadcast_id))
        return BroadcastDone.model_validate(done)

    async def of_order(self, order_id: UUID, context: Context) -> tuple[BroadcastAnswer, ...]:
        """Newest first."""
        history = [stored.event for stored in await self.orders.history(order_id)]
        recalls = {event.broadcast_id: event for event in history if isinstance(event, BroadcastRecalled)}
        states = await self._posts.states_of(order_id)
        sent = [event for event in history if isinstance(event, BroadcastSent)]
        return tuple(
            [await self._shown(each, recalls.get(each.broadcast_id), states, context) for each in reversed(sent)]
        )

    async def _shown(
        self,
        sent: BroadcastSent,
        recalled: BroadcastRecalled | None,
        states: Mapping[tuple[UUID, str], PostState],
        context: Context,
    ) -> BroadcastAnswer:
        words = None if recalled else await self._posts.broadcast(sent.sought, sent.request_id, context)
        return BroadcastAnswer(
            broadcast_id=sent.broadcast_id,
            order_id=sent.order_id,
            running=recalled is None,
            groups=tuple(
                GroupTold(code=group, name=self._book.name_of(group), state=states.get((sent.broadcast_id, group)))
                for group in sent.groups
            ),
            words=words,
            sent_at=sent.occurred_at,
            expires_at=sent.expires_at,
            recalled_at=recalled.occurred_at if recalled else None,
            cause=recalled.cause if recalled else None,
        )

    async def one(self, order_id: UUID, broadcast_id: UUID, query: Query) -> BroadcastAnswer:
        """R-37. Outside, the description is gone with the recall: nobody reads on who was sought."""
        outside = query.actor.role in OUTSIDE
        # Members of a group have no right of their own in the vault: they read what the desk posted.
        context = Context(actor=SYSTEM, trace=query.context.trace) if outside else query.context
        found = [each for each in await self.of_order(order_id, context) if each.broadcast_id == broadcast_id]
        if not found:
            raise BroadcastUnknown
        if outside:
            require_open_outside(running=found[0].running)
        return found[0]


def of_running(orders: OrderHandler) -> Relate:
    inside = of_order(orders)

    async def relate(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        """Staff stand to the order; members of a group to what was posted there."""
        if actor.role in OUTSIDE:
            return frozenset({OUTSIDE[Role(actor.role)]})
        return await inside(actor, path)

    return relate


def broadcasts_router(desk: BroadcastDesk, guard: Guard) -> APIRouter:
    router = APIRouter(prefix="/workorders/v1/orders/{order_id}/broadcasts", tags=["broadcasts"])
    relate = of_order(desk.orders)
    reading = guard.query(Operation.READ, relation=relate)
    outside = dict.fromkeys(OUTSIDE, Operation.SUBMIT_CLUE)

    @router.post("", operation_id="workorders.send_broadcast", status_code=201)
    async def send(
        order_id: UUID,
        body: BroadcastBody,
        call: Annotated[Call, guard.command(Operation.BROADCAST, relation=relate)],
    ) -> BroadcastDone:
        return await desk.send(order_id, body, call)

    @router.post("/{broadcast_id}/recall", operation_id="workorders.recall_broadcast")
    async def recall(
        order_id: UUID,
        broadcast_id: UUID,
        body: RecallBody,
        call: Annotated[Call, guard.command(Operation.RECALL, relation=relate)],
    ) -> BroadcastDone:
        return await desk.recall(order_id, broadcast_id, body.cause, call)

    @router.get("", operation_id="workorders.list_broadcasts")
    async def list_all(order_id: UUID, query: Annotated[Query, reading]) -> BroadcastList:
        return BroadcastList(broadcasts=await desk.of_order(order_id, query.context))

    @router.get("/{broadcast_id}", operation_id="workorders.get_broadcast")
    async def get_one(
        order_id: UUID,
        broadcast_id: UUID,
        query: Annotated[Query, query_by_role(guard, Operation.READ, outside, relation=of_running(desk.orders))],
    ) -> BroadcastAnswer:
        return await desk.one(order_id, broadcast_id, query)

    return router
