"""Orders over HTTP."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path
from fastapi import Query as Param

from services.workorders.adapters.playbooks import Sheet, Shelf
from services.workorders.adapters.units import Units
from services.workorders.orders.decider import OrderCommand, SignFor
from services.workorders.orders.desk import OrderDesk, doer_of
from services.workorders.orders.doors import Doors
from services.workorders.orders.relations import seen_by
from services.workorders.orders.rules.endings import ReportOutcome, ReturnOrder
from services.workorders.orders.rules.hands import Doer
from services.workorders.orders.rules.steps import AnswerOrder, RespondFirst
from services.workorders.orders.shelf_page import PlaybookPage, playbook_page
from services.workorders.orders.shown import OrderAnswer
from services.workorders.orders.shown_course import Title
from services.workorders.orders.views import Wanted, list_orders
from shared.contracts.codes import Category, Channel, Flag, Outcome, OutcomeDetail, ReasonCode, UnitKind
from shared.eventstore import EventStore
from shared.kernel import BUREAU_ZONE, Clock, NotFound
from shared.web import Call, Guard, LongText, Query, StrictModel
from shared.web.cursors import Place, read_cursor, write_cursor
from shared.web.errors import NotAllowed


class NoteBody(StrictModel):
    note: LongText | None = None


class AnswerBody(StrictModel):
    answer: LongText


class OutcomeBody(StrictModel):
    outcome: Literal[Outcome.DONE, Outcome.REFUSED, Outcome.FAILED, Outcome.HANDED_OVER]
    detail: OutcomeDetail | None = None


class ReturnBody(StrictModel):
    reason: ReasonCode
    note: LongText | None = None


class Done(StrictModel):
    order_id: UUID
    version: int
    record_id: UUID | None
    """None: it was so already."""


class OrderRow(StrictModel):
    order_id: UUID
    request_id: UUID
    attempt: int
    category: str
    priority: str
    channel: str
    unit: str
    owner: UUID | None
    state: str
    open: bool
    late: tuple[str, ...]
    answer_due: datetime
    offered_at: datetime
    signed_at: datetime | None
    ended_at: datetime | None


class OrderList(StrictModel):
    orders: tuple[OrderRow, ...]
    cursor: str | None
    """Where the next page begins; None on the last one."""


class PlaybookAnswer(StrictModel):
    playbook: str
    version: str
    title: Title
    channels: tuple[Channel, ...]
    valid_from: date
    valid_until: date | None
    steps: tuple[str, ...]
    categories: tuple[Category, ...]
    flags: tuple[Flag, ...]
    by_hand: bool
    """Only an owner chooses it."""


class PlaybookList(StrictModel):
    playbooks: tuple[PlaybookAnswer, ...]


def orders_router(
    desk: OrderDesk, store: EventStore, shelf: Shelf, units: Units, guard: Guard, clock: Clock
) -> APIRouter:
    router = APIRouter(prefix="/workorders/v1", tags=["orders"])
    doors = Doors(guard, desk.orders)

    @router.get("/orders", operation_id="workorders.list_orders")
    async def list_all(
        query: Annotated[Query, doors.board],
        request_id: UUID | None = None,
        state: Annotated[str | None, Param(max_length=40, pattern="^[A-Z_]+$")] = None,
        is_open: Annotated[bool | None, Param(alias="open")] = None,
        unit_kind: UnitKind | None = None,
        late: bool | None = None,
        after: UUID | None = None,
        cursor: Annotated[str | None, Param(max_length=120)] = None,
        limit: Annotated[int, Param(ge=1, le=200)] = 50,
    ) -> OrderList:
        if after is not None:
            await store.wait_for_view("order_board", after)
        of_kind = units.of(frozenset({unit_kind})) if unit_kind else None
        wanted = Wanted(request_id, state, is_open, read_cursor(cursor) if cursor else None, limit, of_kind, late)
        rows = await list_orders(store.pool, seen_by(query.actor), wanted)
        found = tuple(OrderRow.model_validate(dict(row)) for row in rows)
        return OrderList(orders=found, cursor=_place(found[-1]) if len(found) == limit else None)

    @router.get("/playbooks", operation_id="workorders.list_playbooks")
    async def list_playbooks(query: Annotated[Query, doors.board]) -> PlaybookList:
        return PlaybookList(playbooks=tuple(_playbook(sheet) for sheet in shelf.sheets))

    @router.get("/playbooks/{code}", operation_id="workorders.get_playbook")
    async def get_playbook(
        code: Annotated[str, Path(max_length=40, pattern="^[a-z_]+$")], query: Annotated[Query, doors.board]
    ) -> PlaybookPage:
        """The version that counts today, or the last one."""
        sheets = [sheet for sheet in shelf.sheets if sheet.playbook.code == code]
        if not sheets:
            raise NotFound
        today = clock.now().astimezone(BUREAU_ZONE).date()
        return playbook_page(max(sheets, key=lambda sheet: (sheet.counts_on(today), sheet.valid_from)), shelf)

    @router.get("/orders/{order_id}", operation_id="workorders.get_order")
    async def get_order(order_id: UUID, query: Annotated[Query, doors.reading]) -> OrderAnswer:
        return await desk.show(order_id, query, clock.now())

    @router.post("/orders/{order_id}/signature", operation_id="workorders.sign_for_order")
    async def sign(order_id: UUID, call: Annotated[Call, doors.signing]) -> Done:
        return await _do(order_id, SignFor(doer=doer_in(call), at=clock.now()), call)

    @router.post("/orders/{order_id}/first-response", operation_id="workorders.respond_first")
    async def respond(order_id: UUID, body: NoteBody, call: Annotated[Call, doors.working]) -> Done:
        note = await desk.seal_note(order_id, body.note, call)
        return await _do(order_id, RespondFirst(doer=doer_in(call), note=note, at=clock.now()), call)

    @router.post("/orders/{order_id}/answer", operation_id="workorders.answer_order")
    async def answer(order_id: UUID, body: AnswerBody, call: Annotated[Call, doors.working]) -> Done:
        text = await desk.seal_answer(order_id, body.answer, call)
        return await _do(order_id, AnswerOrder(doer=doer_in(call), answer=text, at=clock.now()), call)

    @router.post("/orders/{order_id}/outcome", operation_id="workorders.report_outcome")
    async def report_outcome(order_id: UUID, body: OutcomeBody, call: Annotated[Call, doors.working]) -> Done:
        command = ReportOutcome(doer=doer_in(call), outcome=body.outcome, detail=body.detail, at=clock.now())
        return await _do(order_id, command, call)

    @router.post("/orders/{order_id}/return", operation_id="workorders.return_order")
    async def send_back(order_id: UUID, body: ReturnBody, call: Annotated[Call, doors.returning]) -> Done:
        note = await desk.seal_note(order_id, body.note, call)
        return await _do(order_id, ReturnOrder(doer=doer_in(call), reason=body.reason, note=note, at=clock.now()), call)

    async def _do(order_id: UUID, command: OrderCommand, call: Call) -> Done:
        return Done.model_validate(await desk.do(order_id, command, call))

    return router


def doer_in(call: Call) -> Doer:
    doer = doer_of(call.actor)
    if doer is None:
        raise NotAllowed
    return doer


def _place(row: OrderRow) -> str:
    return write_cursor(Place(row.offered_at, row.order_id))


def _playbook(sheet: Sheet) -> PlaybookAnswer:
    return PlaybookAnswer(
        playbook=sheet.playbook.code,
        version=sheet.playbook.version,
        title=Title(zh=sheet.title.zh, en=sheet.title.en),
        channels=tuple(sorted(sheet.channels)),
        valid_from=sheet.valid_from,
        valid_until=sheet.valid_until,
        steps=tuple(step.code for step in sheet.playbook.steps),
        categories=tuple(sorted(sheet.takes.categories)),
        flags=tuple(sorted(sheet.takes.flags)),
        by_hand=sheet.takes.by_hand,
    )
