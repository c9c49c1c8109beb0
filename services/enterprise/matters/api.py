"""Firms' matters over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from fastapi import Query as Param

from services.enterprise.clerk import doer_of
from services.enterprise.firms.decider import Firm, FirmId, FirmUnknown
from services.enterprise.firms.relations import of_lists, sees_everything
from services.enterprise.firms.views import FirmBook
from services.enterprise.matters import deadlines
from services.enterprise.matters.bodies import (
    AnswerBody,
    BatchAnswer,
    BatchBody,
    ConsentBody,
    FirmOfBody,
    LegalityBody,
    MatterAnswer,
    MatterList,
    MatterRow,
    MediationBody,
    NoteBody,
    ObjectionBody,
    OutcomeBody,
    ReturnBody,
    RoundBody,
    SignBody,
    TaskBody,
    TaskDone,
    TaskList,
    TaskRow,
    UnitBody,
)
from services.enterprise.matters.commands import (
    AnswerFirm,
    AnswerTask,
    AskMediation,
    AssignTask,
    CheckLegality,
    HoldRound,
    MatterCommand,
    NameComplainedOf,
    NameFirm,
    ObjectToTask,
    RecordConsent,
    ReportOutcome,
    RespondFirst,
    ReturnMatter,
    SignFor,
    UrgeTask,
)
from services.enterprise.matters.desk import MatterDesk
from services.enterprise.matters.facts import RoundId, TaskId
from services.enterprise.matters.relations import of_matter
from services.enterprise.matters.store import answer_text, demand_text, evidence_text, note_text, reply_text
from services.enterprise.matters.views import Seen, Wanted, list_matters, list_tasks
from shared.contracts.codes import Operation
from shared.eventstore import EventStore
from shared.kernel import UnitCode, derive_id
from shared.web import Call, Guard, Query, Relate
from shared.web.clerk import Done
from shared.web.cursors import Place, read_cursor, write_cursor


def matters_router(desk: MatterDesk, book: FirmBook, store: EventStore, guard: Guard) -> APIRouter:
    router = APIRouter(prefix="/enterprise/v1", tags=["matters"])
    relate = of_matter(desk.matters, desk.firms)
    _readings(router, desk, book, store, guard, relate)
    _beginnings(router, desk, guard, relate)
    _coordination(router, desk, guard, relate)
    _tasks(router, desk, guard, relate)
    _endings(router, desk, guard, relate)
    return router


async def _do(desk: MatterDesk, matter_id: UUID, command: MatterCommand, call: Call) -> Done:
    return Done.model_validate(await desk.do(matter_id, command, call))


def _readings(
    router: APIRouter, desk: MatterDesk, book: FirmBook, store: EventStore, guard: Guard, relate: Relate
) -> None:
    @router.get("/matters", operation_id="enterprise.list_matters")
    async def list_all(
        query: Annotated[Query, guard.query(Operation.READ, relation=of_lists)],
        request_id: UUID | None = None,
        firm_id: UUID | None = None,
        is_open: Annotated[bool | None, Param(alias="open")] = None,
        after: UUID | None = None,
        cursor: Annotated[str | None, Param(max_length=120)] = None,
        limit: Annotated[int, Param(ge=1, le=200)] = 50,
    ) -> MatterList:
        """Soonest due first."""
        if after is not None:
            await store.wait_for_view("matter_board", after)
        actor = query.actor
        seen = Seen(sees_everything(actor), actor.unit, actor.person, await book.firms_of(actor.person))
        wanted = Wanted(request_id, firm_id, is_open, read_cursor(cursor) if cursor else None, limit)
        found = tuple(MatterRow.model_validate(dict(row)) for row in await list_matters(store.pool, seen, wanted))
        last = write_cursor(Place(found[-1].next_due, found[-1].matter_id)) if len(found) == limit else None
        return MatterList(matters=found, cursor=last)

    @router.get("/tasks", operation_id="enterprise.list_tasks")
    async def list_own_tasks(
        query: Annotated[Query, guard.query(Operation.READ, relation=of_lists)],
        is_open: Annotated[bool | None, Param(alias="open")] = None,
        after: UUID | None = None,
    ) -> TaskList:
        """What the reader's own unit was asked."""
        if after is not None:
            await store.wait_for_view("matter_tasks", after)
        if query.actor.unit is None and not sees_everything(query.actor):
            return TaskList(tasks=())
        unit = None if sees_everything(query.actor) else query.actor.unit
        rows = await list_tasks(store.pool, unit, is_open)
        return TaskList(tasks=tuple(TaskRow.model_validate(dict(row)) for row in rows))

    @router.get("/matters/{matter_id}", operation_id="enterprise.get_matter")
    async def get_matter(
        matter_id: UUID, query: Annotated[Query, guard.query(Operation.READ, relation=relate)]
    ) -> MatterAnswer:
        return await desk.show(matter_id, query)


def _beginnings(router: APIRouter, desk: MatterDesk, guard: Guard, relate: Relate) -> None:
    handling = guard.command(Operation.HANDLE, relation=relate)

    @router.post("/matters/{matter_id}/signature", operation_id="enterprise.sign_for_matter")
    async def sign(
        matter_id: UUID,
        body: SignBody,
        call: Annotated[Call, guard.command(Operation.SIGN_FOR, relation=relate)],
    ) -> Done:
        now = desk.clerk.now()
        wish = SignFor(doer=doer_of(call.actor), kind=body.kind, gate_due=deadlines.gate_due(now), at=now)
        return await _do(desk, matter_id, wish, call)

    @router.post("/matters/{matter_id}/firm", operation_id="enterprise.name_firm")
    async def name_firm(matter_id: UUID, body: FirmOfBody, call: Annotated[Call, handling]) -> Done:
        firm, _ = await desk.firms.state(body.firm_id)
        if not isinstance(firm, Firm):
            raise FirmUnknown
        wish = NameFirm(doer=doer_of(call.actor), firm_id=FirmId(body.firm_id), at=desk.clerk.now())
        return await _do(desk, matter_id, wish, call)

    @router.post("/matters/{matter_id}/first-response", operation_id="enterprise.respond_to_firm")
    async def respond(matter_id: UUID, body: NoteBody, call: Annotated[Call, handling]) -> Done:
        note = await desk.seal(matter_id, "note", note_text(body.note), call)
        return await _do(desk, matter_id, RespondFirst(doer=doer_of(call.actor), note=note, at=desk.clerk.now()), call)

    @router.post("/matters/{matter_id}/workers", operation_id="enterprise.lodge_staff")
    async def lodge_staff(matter_id: UUID, body: BatchBody, call: Annotated[Call, handling]) -> BatchAnswer:
        return await desk.lodge(matter_id, body.workers, call)


def _coordination(router: APIRouter, desk: MatterDesk, guard: Guard, relate: Relate) -> None:
    coordinating = guard.command(Operation.COORDINATE, relation=relate)

    @router.post("/matters/{matter_id}/consent", operation_id="enterprise.record_consent")
    async def record_consent(matter_id: UUID, body: ConsentBody, call: Annotated[Call, coordinating]) -> Done:
        evidence = await desk.seal(matter_id, "evidence", evidence_text(body.evidence), call)
        assert evidence is not None
        wish = RecordConsent(doer=doer_of(call.actor), evidence=evidence, at=desk.clerk.now())
        return await _do(desk, matter_id, wish, call)

    @router.post("/matters/{matter_id}/legality", operation_id="enterprise.check_legality")
    async def check_legality(matter_id: UUID, body: LegalityBody, call: Annotated[Call, coordinating]) -> Done:
        evidence = await desk.seal(matter_id, "evidence", evidence_text(body.evidence), call)
        assert evidence is not None
        wish = CheckLegality(doer=doer_of(call.actor), result=body.result, evidence=evidence, at=desk.clerk.now())
        return await _do(desk, matter_id, wish, call)

    @router.post("/matters/{matter_id}/rounds", operation_id="enterprise.hold_round")
    async def hold_round(matter_id: UUID, body: RoundBody, call: Annotated[Call, coordinating]) -> Done:
        note = await desk.seal(matter_id, "note", note_text(body.note), call)
        wish = HoldRound(
            doer=doer_of(call.actor),
            round_id=RoundId(derive_id(matter_id, "round", call.principal, call.key)),
            measures=body.measures,
            away=body.away,
            expenses_fen=body.expenses_fen,
            note=note,
            at=desk.clerk.now(),
        )
        return await _do(desk, matter_id, wish, call)

    @router.post("/matters/{matter_id}/complained-of", operation_id="enterprise.name_complained_of")
    async def name_complained_of(matter_id: UUID, body: UnitBody, call: Annotated[Call, coordinating]) -> Done:
        wish = NameComplainedOf(doer=doer_of(call.actor), unit=UnitCode(body.unit), at=desk.clerk.now())
        return await _do(desk, matter_id, wish, call)

    @router.post("/matters/{matter_id}/mediation", operation_id="enterprise.ask_mediation")
    async def ask_mediation(matter_id: UUID, body: MediationBody, call: Annotated[Call, coordinating]) -> Done:
        wish = AskMediation(doer=doer_of(call.actor), channel=body.channel, at=desk.clerk.now())
        return await _do(desk, matter_id, wish, call)


def _tasks(router: APIRouter, desk: MatterDesk, guard: Guard, relate: Relate) -> None:
    @router.post("/matters/{matter_id}/tasks", operation_id="enterprise.assign_task", status_code=201)
    async def assign_task(
        matter_id: UUID,
        body: TaskBody,
        call: Annotated[Call, guard.command(Operation.COORDINATE, relation=relate)],
    ) -> TaskDone:
        now, due = desk.clerk.now(), deadlines.end_of(body.due)
        demand = await desk.seal_words(matter_id, "demand", demand_text(body.demand), call)
        task_id = TaskId(derive_id(matter_id, "task", call.principal, call.key))
        wish = AssignTask(
            doer=doer_of(call.actor),
            task_id=task_id,
            unit=UnitCode(body.unit),
            demand=demand,
            due=due,
            warn_at=max(now, deadlines.warn_at(due)),
            object_until=deadlines.object_until(now),
            at=now,
        )
        return TaskDone.model_validate(await desk.do(matter_id, wish, call, task_id=str(task_id)))

    @router.post("/matters/{matter_id}/tasks/{task_id}/urging", operation_id="enterprise.urge_task")
    async def urge_task(
        matter_id: UUID,
        task_id: UUID,
        body: NoteBody,
        call: Annotated[Call, guard.command(Operation.SUPERVISE_ORDER, relation=relate)],
    ) -> Done:
        note = await desk.seal(matter_id, "note", note_text(body.note), call)
        return await _do(desk, matter_id, UrgeTask(task_id=TaskId(task_id), note=note, at=desk.clerk.now()), call)

    @router.post("/matters/{matter_id}/tasks/{task_id}/answer", operation_id="enterprise.answer_task")
    async def answer_task(
        matter_id: UUID,
        task_id: UUID,
        body: AnswerBody,
        call: Annotated[Call, guard.command(Operation.ANSWER_TASK, relation=relate)],
    ) -> Done:
        reply = await desk.seal_words(matter_id, "reply", reply_text(body.answer), call)
        wish = AnswerTask(doer=doer_of(call.actor), task_id=TaskId(task_id), reply=reply, at=desk.clerk.now())
        return await _do(desk, matter_id, wish, call)

    @router.post("/matters/{matter_id}/tasks/{task_id}/objection", operation_id="enterprise.object_to_task")
    async def object_to_task(
        matter_id: UUID,
        task_id: UUID,
        body: ObjectionBody,
        call: Annotated[Call, guard.command(Operation.OBJECT, relation=relate)],
    ) -> Done:
        note = await desk.seal(matter_id, "note", note_text(body.note), call)
        wish = ObjectToTask(
            doer=doer_of(call.actor), task_id=TaskId(task_id), reason=body.reason, note=note, at=desk.clerk.now()
        )
        return await _do(desk, matter_id, wish, call)


def _endings(router: APIRouter, desk: MatterDesk, guard: Guard, relate: Relate) -> None:
    handling = guard.command(Operation.HANDLE, relation=relate)

    @router.post("/matters/{matter_id}/answer", operation_id="enterprise.answer_firm")
    async def answer_firm(matter_id: UUID, body: AnswerBody, call: Annotated[Call, handling]) -> Done:
        text = await desk.seal_words(matter_id, "answer", answer_text(body.answer), call)
        return await _do(desk, matter_id, AnswerFirm(doer=doer_of(call.actor), answer=text, at=desk.clerk.now()), call)

    @router.post("/matters/{matter_id}/outcome", operation_id="enterprise.report_matter")
    async def report(matter_id: UUID, body: OutcomeBody, call: Annotated[Call, handling]) -> Done:
        wish = ReportOutcome(doer=doer_of(call.actor), outcome=body.outcome, detail=body.detail, at=desk.clerk.now())
        return await _do(desk, matter_id, wish, call)

    @router.post("/matters/{matter_id}/return", operation_id="enterprise.return_matter")
    async def send_back(
        matter_id: UUID,
        body: ReturnBody,
        call: Annotated[Call, guard.command(Operation.RETURN, relation=relate)],
    ) -> Done:
        note = await desk.seal(matter_id, "note", note_text(body.note), call)
        wish = ReturnMatter(doer=doer_of(call.actor), reason=body.reason, note=note, at=desk.clerk.now())
        return await _do(desk, matter_id, wish, call)
