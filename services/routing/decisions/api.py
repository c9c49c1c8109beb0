"""Decisions over HTTP: read, confirm, overrule within reach of one click, undo either."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi import Query as Param
from pydantic import AwareDatetime, Field

from services.routing.clocks.table import ClockRules
from services.routing.decisions.acting import Acting, Done, matter_in
from services.routing.decisions.answers import DecisionAnswer, RowOf, show
from services.routing.decisions.commands import Confirm, Overrule, UndoConfirmation, UndoOverrule
from services.routing.decisions.decider import merged
from services.routing.decisions.doors import reading
from services.routing.decisions.lists import MAX_PAGE, ClockList, DecisionLists, Order, Wanted, Worklist, WorklistCounts
from services.routing.decisions.relations import decision_of, of_decision, of_lists
from services.routing.decisions.rosters import Rosters
from services.routing.decisions.store import DecisionHandler
from services.routing.decisions.views import Stage, clock_board, worklist
from shared.contracts.codes import Category, Channel, Flag, Operation, Police, Priority, ReasonCode
from shared.kernel import Clock, RequestId, UnitCode
from shared.web import Call, CodeText, Guard, LongText, Query, StrictModel


class ConfirmBody(StrictModel):
    note: LongText | None = None


class OverruleBody(StrictModel):
    category: Category | None = None
    flags: Annotated[tuple[Flag, ...], Field(max_length=18)] | None = None
    priority: Priority | None = None
    police: Police | None = None
    channel: Channel | None = None
    unit: CodeText | None = None
    reason: ReasonCode = ReasonCode.OVERRULED
    note: LongText | None = None


def decisions_router(
    decisions: DecisionHandler,
    lists: DecisionLists,
    rosters: Rosters,
    rules: ClockRules,
    row_of: RowOf,
    acting: Acting,
    guard: Guard,
    clock: Clock,
) -> APIRouter:
    router = APIRouter(prefix="/routing/v1", tags=["decisions"])
    relate = of_decision(decisions, rosters, clock)

    @router.get("/decisions/{request_id}", operation_id="routing.get_decision")
    async def get_decision(
        request_id: UUID, response: Response, query: Annotated[Query, reading(guard, relate)]
    ) -> DecisionAnswer:
        history = [stored.event for stored in await decisions.history(request_id)]
        answer = show(matter_in(decisions.decider.fold(history)), history, rules, row_of, clock.now())
        response.headers["ETag"] = f'"{answer.version}"'
        return answer

    @router.get("/worklist", operation_id="routing.list_worklist")
    async def list_worklist(
        query: Annotated[Query, reading(guard, of_lists)],
        state: Stage | None = None,
        priority: Priority | None = None,
        late: bool | None = None,
        mine: bool | None = None,
        about: Annotated[tuple[Annotated[str, Field(max_length=40)], ...], Param(max_length=40)] = (),
        order: Order = Order.URGENCY,
        after: UUID | None = None,
        cursor: Annotated[str | None, Param(max_length=200)] = None,
        limit: Annotated[int, Param(ge=1, le=MAX_PAGE)] = 50,
    ) -> Worklist:
        """The most urgent first; `about` keeps what has any of these codes, or is the request of this id."""
        if after is not None:
            await decisions.store.wait_for_view(worklist.name, after)
        wanted = Wanted(state, priority, late, mine, about, order, cursor, limit)
        return await lists.worklist(query.actor, await rosters.desk(clock.now()), wanted)

    @router.get("/worklist/counts", operation_id="routing.count_worklist")
    async def count_worklist(
        query: Annotated[Query, reading(guard, of_lists)], since: AwareDatetime | None = None
    ) -> WorklistCounts:
        """How much is open, by state; and how much of it was filed after `since`."""
        now = clock.now()
        return await lists.counts(query.actor, await rosters.desk(now), since or now)

    @router.get("/clocks", operation_id="routing.list_clocks")
    async def list_clocks(
        query: Annotated[Query, reading(guard, of_lists)],
        request_id: UUID | None = None,
        after: UUID | None = None,
        limit: Annotated[int, Param(ge=1, le=MAX_PAGE)] = 100,
    ) -> ClockList:
        if after is not None:
            await decisions.store.wait_for_view(clock_board.name, after)
        return await lists.clocks(query.actor, await rosters.desk(clock.now()), request_id, limit)

    @router.post("/decisions/{request_id}/confirmation", operation_id="routing.confirm")
    async def confirm(
        request_id: UUID,
        call: Annotated[Call, guard.command(Operation.CLASSIFY, relation=relate)],
        body: ConfirmBody | None = None,
    ) -> Done:
        matter, _ = await decision_of(decisions, str(request_id))
        now = clock.now()
        command = Confirm(
            request_id=matter.request_id,
            note=await acting.note(request_id, body.note if body else None, call),
            roster=await rosters.on(now, matter.grid),
            at=now,
        )
        return await acting.do(request_id, command, call)

    @router.post("/decisions/{request_id}/overrule", operation_id="routing.overrule")
    async def overrule(
        request_id: UUID,
        body: OverruleBody,
        call: Annotated[Call, guard.command(Operation.OVERRULE, relation=relate)],
    ) -> Done:
        matter, _ = await decision_of(decisions, str(request_id))
        now = clock.now()
        channel = merged(body, matter.ruling).channel
        command = Overrule(
            request_id=matter.request_id,
            category=body.category,
            flags=body.flags,
            priority=body.priority,
            police=body.police,
            channel=body.channel,
            chosen=await rosters.of_unit(now, UnitCode(body.unit), channel) if body.unit else None,
            reason=body.reason,
            note=await acting.note(request_id, body.note, call),
            roster=await rosters.on(now, matter.grid),
            at=now,
        )
        return await acting.do(request_id, command, call)

    @router.post("/decisions/{request_id}/overrule/undo", operation_id="routing.undo_overrule")
    async def undo(request_id: UUID, call: Annotated[Call, guard.command(Operation.OVERRULE, relation=relate)]) -> Done:
        now = clock.now()
        command = UndoOverrule(request_id=RequestId(request_id), roster=await rosters.on(now, None), at=now)
        return await acting.do(request_id, command, call)

    @router.post("/decisions/{request_id}/confirmation/undo", operation_id="routing.undo_confirmation")
    async def undo_confirmation(
        request_id: UUID, call: Annotated[Call, guard.command(Operation.CLASSIFY, relation=relate)]
    ) -> Done:
        now = clock.now()
        command = UndoConfirmation(request_id=RequestId(request_id), roster=await rosters.on(now, None), at=now)
        return await acting.do(request_id, command, call)

    return router
