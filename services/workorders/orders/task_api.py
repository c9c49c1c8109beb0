"""A unit's own parts over HTTP: it learns what its part needs, signs, answers, objects; the order stays closed."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from fastapi import Query as Param

from services.workorders.adapters.playbook_steps import Words
from services.workorders.adapters.playbooks import Shelf
from services.workorders.orders.api import Done, doer_in
from services.workorders.orders.bodies import ObjectionBody, TaskAnswerBody
from services.workorders.orders.decider import OrderCommand
from services.workorders.orders.desk import OrderDesk, doer_of
from services.workorders.orders.doors import Doors
from services.workorders.orders.rules.playbook import Proof, Share, step_of
from services.workorders.orders.rules.states import GONE, Ended, Signed, SubOrder, TaskState, task_of
from services.workorders.orders.rules.task_facts import TaskResult, UnitsAsked
from services.workorders.orders.rules.tasks import AnswerTask, ObjectTask, SignTask, TaskCommand
from services.workorders.orders.shown import Tried, tried
from services.workorders.orders.shown_course import Title, as_title
from services.workorders.orders.store import note_text
from services.workorders.orders.task_views import list_tasks
from shared.contracts.codes import ReasonCode, UnitKind
from shared.eventstore import EventStore
from shared.kernel import Clock, NotFound
from shared.web import Call, Guard, Query, StrictModel


class TaskRow(StrictModel):
    task_id: UUID
    order_id: UUID
    request_id: UUID
    step: str
    unit: str
    kind: UnitKind
    lead: bool
    state: TaskState
    late: bool
    due: datetime | None
    asked_at: datetime


class TaskList(StrictModel):
    tasks: tuple[TaskRow, ...]


class TaskAnswer(StrictModel):
    """What a unit sees of its part: the stub of the request, and the fields that were shared."""

    task_id: UUID
    order_id: UUID
    request_id: UUID
    step: str
    title: Title | None
    unit: str
    kind: UnitKind
    lead: bool
    state: TaskState
    shared: dict[Share, str | None]
    """None: erased, or the vault does not answer. R-37: nothing once the part is not the unit's any more."""
    proof: tuple[Proof, ...]
    due: datetime | None
    asked_at: datetime
    signed_by: UUID | None
    result: TaskResult | None
    next: tuple[Tried, ...]
    version: int


def tasks_router(desk: OrderDesk, store: EventStore, shelf: Shelf, guard: Guard, clock: Clock) -> APIRouter:
    router = APIRouter(prefix="/workorders/v1", tags=["tasks"])
    doors = Doors(guard, desk.orders)

    @router.get("/tasks", operation_id="workorders.list_tasks")
    async def list_all(
        query: Annotated[Query, doors.board],
        request_id: UUID | None = None,
        is_open: Annotated[bool | None, Param(alias="open")] = None,
        after: UUID | None = None,
        limit: Annotated[int, Param(ge=1, le=200)] = 50,
    ) -> TaskList:
        """The parts of the reader's unit, soonest due first."""
        if after is not None:
            await store.wait_for_view("task_board", after)
        rows = await list_tasks(store.pool, query.actor.unit, request_id, is_open, limit)
        return TaskList(tasks=tuple(TaskRow.model_validate(dict(row)) for row in rows))

    @router.get("/orders/{order_id}/tasks/{task_id}", operation_id="workorders.get_task")
    async def get_task(order_id: UUID, task_id: UUID, query: Annotated[Query, doors.task_reading]) -> TaskAnswer:
        history = await desk.orders.history(order_id)
        order = desk.orders.decider.fold(stored.event for stored in history)
        asked = next(
            (
                event
                for stored in history
                if isinstance(event := stored.event, UnitsAsked) and task_id in {part.task_id for part in event.parts}
            ),
            None,
        )
        signed = _before_its_end(desk, order, [stored.event for stored in history])
        task = task_of(signed, task_id) if signed is not None else None
        if asked is None or task is None or signed is None:
            raise NotFound
        shared = () if isinstance(order, Ended) or task.state in GONE else task.part.shared
        texts = await desk.read_shared(signed, [each.text.item for each in shared], query)
        return TaskAnswer(
            task_id=task_id,
            order_id=order_id,
            request_id=signed.offer.request_id,
            step=task.step,
            title=_title(shelf, signed, task),
            unit=task.part.unit,
            kind=task.part.kind,
            lead=task.part.lead,
            state=task.state,
            shared={each.what: texts.get(each.text.item) for each in shared},
            proof=_proof(signed, task),
            due=asked.due,
            asked_at=asked.occurred_at,
            signed_by=task.signed_by,
            result=task.result,
            next=_next(order, task, query, clock.now()),
            version=len(history),
        )

    @router.post("/orders/{order_id}/tasks/{task_id}/signature", operation_id="workorders.sign_for_task")
    async def sign(order_id: UUID, task_id: UUID, call: Annotated[Call, doors.task_doing]) -> Done:
        return await _do(order_id, SignTask(doer=doer_in(call), task_id=task_id, at=clock.now()), call)

    @router.post("/orders/{order_id}/tasks/{task_id}/answer", operation_id="workorders.answer_task")
    async def answer(
        order_id: UUID, task_id: UUID, body: TaskAnswerBody, call: Annotated[Call, doors.task_doing]
    ) -> Done:
        texts = {"words": note_text(body.words), **body.evidence.texts()}
        refs = await desk.seal_all(order_id, texts, call)
        command = AnswerTask(
            doer=doer_in(call),
            task_id=task_id,
            result=body.result,
            words=refs.get("words"),
            evidence=body.evidence.evidence(refs),
            at=clock.now(),
        )
        return await _do(order_id, command, call)

    @router.post("/orders/{order_id}/tasks/{task_id}/objection", operation_id="workorders.object_to_task")
    async def object_to(
        order_id: UUID, task_id: UUID, body: ObjectionBody, call: Annotated[Call, doors.task_objecting]
    ) -> Done:
        note = await desk.seal_note(order_id, body.note, call)
        command = ObjectTask(doer=doer_in(call), task_id=task_id, reason=body.reason, note=note, at=clock.now())
        return await _do(order_id, command, call)

    async def _do(order_id: UUID, command: OrderCommand, call: Call) -> Done:
        return Done.model_validate(await desk.do(order_id, command, call))

    return router


def _before_its_end(desk: OrderDesk, order: object, events: list[object]) -> Signed | None:
    """A unit may look at its part after the order ended."""
    if isinstance(order, Ended):
        order = desk.orders.decider.fold(events[:-1])  # type: ignore[arg-type]
    return order if isinstance(order, Signed) else None


def _title(shelf: Shelf, order: Signed, task: SubOrder) -> Title | None:
    sheet = shelf.sheet_of(order.offer.playbook)
    words: Words | None = sheet.step_titles.get(task.step) if sheet else None
    return as_title(words) if words else None


def _proof(order: Signed, task: SubOrder) -> tuple[Proof, ...]:
    step = step_of(order.offer.playbook, task.step)
    return step.task.proof if step and step.task else ()


def _next(order: object, task: SubOrder, query: Query, at: datetime) -> tuple[Tried, ...]:
    doer = doer_of(query.actor)
    if doer is None or not isinstance(order, Signed):
        return ()
    task_id = task.part.task_id
    acts: list[tuple[str, TaskCommand]] = [
        ("workorders.sign_for_task", SignTask(doer=doer, task_id=task_id, at=at)),
        (
            "workorders.answer_task",
            AnswerTask(doer=doer, task_id=task_id, result=TaskResult.UNABLE, words=None, at=at),
        ),
        (
            "workorders.object_to_task",
            ObjectTask(doer=doer, task_id=task_id, reason=ReasonCode.OTHER_UNIT, note=None, at=at),
        ),
    ]
    return tuple(each for name, command in acts if (each := tried(name, command, order)) is not None)
