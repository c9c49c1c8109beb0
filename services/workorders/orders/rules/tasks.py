"""Parts of a step that other units do: asked with the least they need, signed, answered, joined when all have answered.

R-37, R-44: another unit learns what its part needs and nothing else. R-24: it may object; silence never counts as yes.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from services.workorders.orders.rules.asking import AskUnits, ask_units
from services.workorders.orders.rules.course_facts import StepFailed
from services.workorders.orders.rules.facts import OrderEvent, StepReported
from services.workorders.orders.rules.hands import AuxiliaryNeverSigns, Doer, require_owner, require_untouched
from services.workorders.orders.rules.playbook import Step, step_of
from services.workorders.orders.rules.proof import NOTHING, Evidence, require_proof
from services.workorders.orders.rules.states import (
    GONE,
    SILENT,
    Ended,
    OrderEnded,
    OrderState,
    Signed,
    SubOrder,
    TaskState,
    hands_of,
    require_signed,
    task_of,
    tasks_of,
)
from services.workorders.orders.rules.steps import told_with
from services.workorders.orders.rules.task_facts import (
    TaskAnswered,
    TaskEvent,
    TaskObjected,
    TaskOverdue,
    TaskRecalled,
    TaskResult,
    TaskSigned,
    UnitsAsked,
)
from shared.contracts.codes import ReasonCode, Role
from shared.kernel import Rejection, TextRef, command

OBJECTIONS = frozenset(
    {ReasonCode.OTHER_UNIT, ReasonCode.WRONG_GRID, ReasonCode.CONFLICT_OF_INTEREST, ReasonCode.OVERLOAD}
)


@command
class SignTask:
    doer: Doer
    task_id: UUID
    at: datetime


@command
class AnswerTask:
    doer: Doer
    task_id: UUID
    result: TaskResult
    words: TextRef | None
    evidence: Evidence = NOTHING
    at: datetime


@command
class ObjectTask:
    doer: Doer
    task_id: UUID
    reason: ReasonCode
    note: TextRef | None
    at: datetime


@command
class RecallTask:
    doer: Doer
    task_id: UUID
    at: datetime


@command
class NoteTaskOverdue:
    task_id: UUID
    due: datetime
    at: datetime


TaskCommand = AskUnits | SignTask | AnswerTask | ObjectTask | RecallTask | NoteTaskOverdue


class TaskUnknown(Rejection):
    """The order has no such part."""


class TaskOfAnotherUnit(Rejection):
    """A department answers its own part and sees no other's."""

    rule = "R-44"


class TaskUnsigned(Rejection):
    """Nobody of the unit has taken the part yet."""


class TaskOver(Rejection):
    """The part was answered, objected to or recalled."""


class ReasonNotForObjection(Rejection):
    """A unit objects because the part is not its own, or it may not or cannot do it."""

    rule = "R-24"


class UnitsSilent(Rejection):
    """`silent` of the units asked have not answered."""


def on_tasks(command: TaskCommand, state: OrderState) -> tuple[OrderEvent, ...]:
    if isinstance(command, NoteTaskOverdue):
        return _note_overdue(command, state)
    if isinstance(state, Ended):
        raise OrderEnded
    order = require_signed(state)
    match command:
        case AskUnits():
            return ask_units(command, order)
        case SignTask():
            return _sign(command, order)
        case AnswerTask():
            return _answer(command, order)
        case ObjectTask():
            return _object(command, order)
        case RecallTask():
            return _recall(command, order)
        case _:
            assert_never(command)


def _own(doer: Doer, task_id: UUID, order: Signed) -> SubOrder:
    """R-44: a unit sees and answers its own part only."""
    task = task_of(order, task_id)
    if task is None:
        raise TaskUnknown
    if doer.unit != task.part.unit:
        raise TaskOfAnotherUnit
    require_untouched(doer, hands_of(order.offer))
    return task


def _sign(command: SignTask, order: Signed) -> tuple[OrderEvent, ...]:
    """R-07: an auxiliary helps and takes nothing on."""
    task = _own(command.doer, command.task_id, order)
    if command.doer.role is Role.AUXILIARY:
        raise AuxiliaryNeverSigns
    if task.state is not TaskState.OFFERED:
        if task.state is TaskState.SIGNED:
            return ()
        raise TaskOver
    return (
        TaskSigned(
            order_id=order.offer.order_id,
            request_id=order.offer.request_id,
            task_id=command.task_id,
            unit=task.part.unit,
            signed_by=command.doer.person,
            occurred_at=command.at,
        ),
    )


def _answer(command: AnswerTask, order: Signed) -> tuple[OrderEvent, ...]:
    task = _own(command.doer, command.task_id, order)
    if task.state is TaskState.ANSWERED and task.result is command.result:
        return ()
    if task.state is TaskState.OFFERED:
        raise TaskUnsigned
    if task.state is not TaskState.SIGNED:
        raise TaskOver
    step = _step(order, task)
    assert step.task is not None
    if command.result is TaskResult.DONE:
        require_proof(step.task.proof, command.evidence)
    answered = TaskAnswered(
        order_id=order.offer.order_id,
        request_id=order.offer.request_id,
        task_id=command.task_id,
        result=command.result,
        words=command.words,
        evidence=command.evidence,
        occurred_at=command.at,
    )
    now = replace(task, state=TaskState.ANSWERED, result=command.result)
    return (answered, *_joined(_parts_with(order, now), order, step, command.at))


def _step(order: Signed, task: SubOrder) -> Step:
    step = step_of(order.offer.playbook, task.step)
    assert step is not None
    return step


def _parts_with(order: Signed, changed: SubOrder) -> list[SubOrder]:
    """The parts of the step as they will stand."""
    others = [each for each in tasks_of(order, changed.step) if each.part.task_id != changed.part.task_id]
    return [*others, *([changed] if changed.state not in GONE else [])]


def _joined(parts: Sequence[SubOrder], order: Signed, step: Step, at: datetime) -> tuple[OrderEvent, ...]:
    """All have answered, one of them as lead: the step is done, or was tried in vain when the lead could not."""
    leads = [task for task in parts if task.part.lead]
    if any(task.state in SILENT for task in parts) or not leads or step.code in order.done:
        return ()
    ids = order.offer.order_id, order.offer.request_id
    if leads[0].result is TaskResult.UNABLE:
        attempt = order.tries.get(step.code, 0) + 1
        return (
            StepFailed(order_id=ids[0], request_id=ids[1], step=step.code, attempt=attempt, note=None, occurred_at=at),
        )
    done = StepReported(order_id=ids[0], request_id=ids[1], step=step.code, note=None, occurred_at=at)
    return (done, *told_with(step, order, at))


def _object(command: ObjectTask, order: Signed) -> tuple[OrderEvent, ...]:
    """R-24: a unit may object, with a reason; the owner then asks another."""
    task = _own(command.doer, command.task_id, order)
    if command.reason not in OBJECTIONS:
        raise ReasonNotForObjection
    if task.state is TaskState.OBJECTED:
        return ()
    if task.state not in SILENT:
        raise TaskOver
    objected = TaskObjected(
        order_id=order.offer.order_id,
        request_id=order.offer.request_id,
        task_id=command.task_id,
        reason=command.reason,
        note=command.note,
        occurred_at=command.at,
    )
    gone = replace(task, state=TaskState.OBJECTED)
    return (objected, *_joined(_parts_with(order, gone), order, _step(order, task), command.at))


def _recall(command: RecallTask, order: Signed) -> tuple[OrderEvent, ...]:
    require_untouched(command.doer, hands_of(order.offer))
    require_owner(command.doer, order.owner)
    task = task_of(order, command.task_id)
    if task is None:
        raise TaskUnknown
    if task.state is TaskState.RECALLED:
        return ()
    if task.state not in SILENT:
        raise TaskOver
    ids = order.offer.order_id, order.offer.request_id
    recalled = TaskRecalled(order_id=ids[0], request_id=ids[1], task_id=command.task_id, occurred_at=command.at)
    gone = replace(task, state=TaskState.RECALLED)
    return (recalled, *_joined(_parts_with(order, gone), order, _step(order, task), command.at))


def _note_overdue(command: NoteTaskOverdue, state: OrderState) -> tuple[OrderEvent, ...]:
    task = task_of(state, command.task_id) if isinstance(state, Signed) else None
    if task is None or task.state not in SILENT or task.overdue:
        return ()
    assert isinstance(state, Signed)
    return (
        TaskOverdue(
            order_id=state.offer.order_id,
            request_id=state.offer.request_id,
            task_id=command.task_id,
            step=task.step,
            due=command.due,
            occurred_at=command.at,
        ),
    )


def require_answered(order: Signed) -> None:
    if silent := tuple(task.part.unit for task in order.tasks if task.state in SILENT):
        raise UnitsSilent(silent=silent)


def evolve_tasks(order: Signed, event: TaskEvent) -> Signed:
    match event:
        case UnitsAsked():
            current = order.tries.get(event.step, 0)
            asked = tuple(SubOrder(part, event.step, round=current) for part in event.parts)
            return replace(order, tasks=(*order.tasks, *asked))
        case TaskSigned():
            return _with(order, event.task_id, state=TaskState.SIGNED, signed_by=event.signed_by)
        case TaskAnswered():
            return _with(order, event.task_id, state=TaskState.ANSWERED, result=event.result)
        case TaskObjected():
            return _with(order, event.task_id, state=TaskState.OBJECTED)
        case TaskRecalled():
            return _with(order, event.task_id, state=TaskState.RECALLED)
        case TaskOverdue():
            return _with(order, event.task_id, overdue=True)
        case _:
            assert_never(event)


def _with(order: Signed, task_id: UUID, **changes: object) -> Signed:
    tasks = tuple(
        replace(task, **changes) if task.part.task_id == task_id else task  # type: ignore[arg-type]
        for task in order.tasks
    )
    return replace(order, tasks=tasks)
