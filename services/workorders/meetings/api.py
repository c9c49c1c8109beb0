"""Meetings over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from fastapi import Query as Param

from services.workorders.clerk import Clerk, acting, end_of
from services.workorders.meetings.bodies import (
    Agenda,
    AgendaBody,
    AgendaRow,
    FirmRecord,
    HeldBody,
    MeetingAnswer,
    MeetingBody,
    MeetingList,
    MeetingRow,
    SharingBody,
    TaskAnswerBody,
    TaskBody,
    TaskRow,
)
from services.workorders.meetings.commands import (
    AgreeSharing,
    AnswerTask,
    CallMeeting,
    CloseMeeting,
    ExtendAgenda,
    HoldMeeting,
    SetTask,
    SignTask,
)
from services.workorders.meetings.facts import FirmId, MeetingId, Summoned, TaskId
from services.workorders.meetings.relations import (
    of_calling,
    of_firm_record,
    of_lists,
    of_meeting,
    of_task,
    sees_everything,
)
from services.workorders.meetings.shown import MeetingReader
from services.workorders.meetings.store import MeetingHandler
from services.workorders.meetings.views import AgendaFilter, agenda_candidates, list_meetings, list_tasks
from services.workorders.orders.relations import of_the_board, seen_by
from shared.contracts.codes import Category, Operation, Role
from shared.kernel import ItemCode, RequestId, RuleId, UnitCode, derive_id
from shared.web import Call, Guard, Query
from shared.web.clerk import Done, act
from shared.web.doors import command_by_role

SIGN = {
    Role.VILLAGE_OFFICIAL: Operation.ANSWER_TASK,
    Role.CENTRE_OFFICER: Operation.ANSWER_TASK,
    Role.GRID_WORKER: Operation.ANSWER_TASK,
    Role.HOTLINE_LIAISON: Operation.ANSWER_TASK,
}
"""Outside the bureau nobody signs for anything; there a task is taken on by who will answer it."""
ANSWER = {
    Role.COMMUNITY_OFFICER: Operation.HANDLE,
    Role.ENTERPRISE_OFFICER: Operation.HANDLE,
    Role.PERMIT_OFFICER: Operation.HANDLE,
    Role.WINDOW_CLERK: Operation.HANDLE,
}


def meetings_router(meetings: MeetingHandler, clerk: Clerk, guard: Guard) -> APIRouter:
    router = APIRouter(prefix="/workorders/v1", tags=["meetings"])
    _readings(router, meetings, clerk, guard)
    _tasks(router, meetings, clerk, guard)
    keeping = guard.command(Operation.COORDINATE, relation=of_meeting(meetings))

    @router.post("/meetings", operation_id="workorders.call_meeting", status_code=201)
    async def call_meeting(
        body: MeetingBody, call: Annotated[Call, guard.command(Operation.COORDINATE, relation=of_calling)]
    ) -> Done:
        meeting_id = MeetingId(derive_id(call.actor.person or UUID(int=0), "meeting", call.key))
        request_id = RequestId(body.request_id) if body.request_id else None
        firms = [Summoned(FirmId(each.firm_id), await clerk.person_of(call, each.phone)) for each in body.firms]
        refs = await clerk.seal_for_units(call, meeting_id, {"title": body.title})
        wish = CallMeeting(
            doer=acting(call.actor),
            meeting_id=meeting_id,
            kind=body.kind,
            request_id=request_id,
            units=tuple(UnitCode(each) for each in body.units),
            firms=tuple(firms),
            agenda=tuple(RequestId(each) for each in body.agenda),
            title=refs["title"],
            starts_at=body.starts_at,
            at=clerk.now(),
        )
        return await act(meetings, meeting_id, wish, call)

    @router.post("/meetings/{meeting_id}/agenda", operation_id="workorders.extend_agenda")
    async def extend(meeting_id: UUID, body: AgendaBody, call: Annotated[Call, keeping]) -> Done:
        wish = ExtendAgenda(doer=acting(call.actor), request_id=RequestId(body.request_id), at=clerk.now())
        return await act(meetings, meeting_id, wish, call)

    @router.post("/meetings/{meeting_id}/minutes", operation_id="workorders.hold_meeting")
    async def hold(meeting_id: UUID, body: HeldBody, call: Annotated[Call, keeping]) -> Done:
        refs = await clerk.seal_for_units(call, meeting_id, {"minutes": body.minutes})
        wish = HoldMeeting(
            doer=acting(call.actor),
            units=tuple(UnitCode(each) for each in body.units),
            firms=tuple(FirmId(each) for each in body.firms),
            minutes=refs["minutes"],
            at=clerk.now(),
        )
        return await act(meetings, meeting_id, wish, call)

    @router.post("/meetings/{meeting_id}/sharing", operation_id="workorders.agree_sharing")
    async def share(meeting_id: UUID, body: SharingBody, call: Annotated[Call, keeping]) -> Done:
        wish = AgreeSharing(
            doer=acting(call.actor),
            partner=UnitCode(body.partner),
            purpose=body.purpose,
            fields=tuple(dict.fromkeys(ItemCode(each) for each in body.fields)),
            ground=RuleId(body.ground) if body.ground else None,
            at=clerk.now(),
        )
        return await act(meetings, meeting_id, wish, call)

    @router.post("/meetings/{meeting_id}/closing", operation_id="workorders.close_meeting")
    async def close(meeting_id: UUID, call: Annotated[Call, keeping]) -> Done:
        return await act(meetings, meeting_id, CloseMeeting(doer=acting(call.actor), at=clerk.now()), call)

    return router


def _tasks(router: APIRouter, meetings: MeetingHandler, clerk: Clerk, guard: Guard) -> None:
    keeping = guard.command(Operation.COORDINATE, relation=of_meeting(meetings))
    theirs = of_task(meetings)

    @router.post("/meetings/{meeting_id}/tasks", operation_id="workorders.set_task", status_code=201)
    async def set_task(meeting_id: UUID, body: TaskBody, call: Annotated[Call, keeping]) -> Done:
        """The answer names the task."""
        task_id = TaskId(derive_id(meeting_id, "task", call.principal, call.key))
        refs = await clerk.seal_for_units(call, task_id, {"what": body.what})
        wish = SetTask(
            doer=acting(call.actor),
            task_id=task_id,
            unit=UnitCode(body.unit),
            firm=FirmId(body.firm_id) if body.firm_id else None,
            about=RequestId(body.about) if body.about else None,
            what=refs["what"],
            due=end_of(body.due),
            at=clerk.now(),
        )
        return await act(meetings, meeting_id, wish, call, named=task_id)

    @router.post("/meetings/{meeting_id}/tasks/{task_id}/signature", operation_id="workorders.sign_for_meeting_task")
    async def sign(
        meeting_id: UUID,
        task_id: UUID,
        call: Annotated[Call, command_by_role(guard, Operation.SIGN_FOR, SIGN, relation=theirs)],
    ) -> Done:
        wish = SignTask(doer=acting(call.actor), task_id=TaskId(task_id), at=clerk.now())
        return await act(meetings, meeting_id, wish, call, named=task_id)

    @router.post("/meetings/{meeting_id}/tasks/{task_id}/answer", operation_id="workorders.answer_meeting_task")
    async def answer(
        meeting_id: UUID,
        task_id: UUID,
        body: TaskAnswerBody,
        call: Annotated[Call, command_by_role(guard, Operation.ANSWER_TASK, ANSWER, relation=theirs)],
    ) -> Done:
        refs = await clerk.seal_for_units(call, task_id, {"answer": body.answer})
        wish = AnswerTask(
            doer=acting(call.actor), task_id=TaskId(task_id), kept=body.kept, answer=refs["answer"], at=clerk.now()
        )
        return await act(meetings, meeting_id, wish, call, named=task_id)


def _readings(router: APIRouter, meetings: MeetingHandler, clerk: Clerk, guard: Guard) -> None:
    reader = MeetingReader(meetings, clerk)
    pool = meetings.store.pool
    listing: Any = guard.query(Operation.READ, relation=of_lists)

    @router.get("/meetings", operation_id="workorders.list_meetings")
    async def list_all(
        query: Annotated[Query, listing],
        after: UUID | None = None,
        limit: Annotated[int, Param(ge=1, le=200)] = 50,
    ) -> MeetingList:
        if after is not None:
            await meetings.store.wait_for_view("meeting_list", after)
            await meetings.store.wait_for_view("meeting_tasks", after)
        everything, unit = sees_everything(query.actor), query.actor.unit
        rows = await list_meetings(pool, everything, unit, query.actor.person, limit)
        tasks = await list_tasks(pool, everything, unit, limit)
        return MeetingList(
            meetings=tuple(MeetingRow.model_validate(dict(row)) for row in rows),
            tasks=tuple(TaskRow.model_validate(dict(row)) for row in tasks),
        )

    @router.get("/meeting-agenda", operation_id="workorders.list_agenda_candidates")
    async def candidates(
        query: Annotated[Query, guard.query(Operation.READ, relation=of_the_board)],
        late: bool = False,
        several_units: bool = False,
        category: Category | None = None,
        unit: Annotated[str | None, Param(max_length=64)] = None,
        limit: Annotated[int, Param(ge=1, le=200)] = 50,
    ) -> Agenda:
        wanted = AgendaFilter(late, several_units, category, unit, clerk.now(), limit)
        rows = await agenda_candidates(pool, seen_by(query.actor), wanted)
        return Agenda(candidates=tuple(AgendaRow.model_validate(dict(row)) for row in rows))

    @router.get("/meetings/{meeting_id}", operation_id="workorders.get_meeting")
    async def get_meeting(
        meeting_id: UUID, query: Annotated[Query, guard.query(Operation.READ, relation=of_meeting(meetings))]
    ) -> MeetingAnswer:
        return await reader.whole(meeting_id, query)

    @router.get("/meetings/{meeting_id}/firms/{firm_id}", operation_id="workorders.get_firm_record")
    async def get_record(
        meeting_id: UUID,
        firm_id: UUID,
        query: Annotated[Query, guard.query(Operation.READ, relation=of_firm_record(meetings))],
    ) -> FirmRecord:
        return await reader.of_firm(meeting_id, FirmId(firm_id), query)
