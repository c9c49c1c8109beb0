"""交办督办: what a department is asked, by when, and who is told when it stays silent (S83, CL-091)."""

from collections.abc import Mapping

from services.enterprise.matters.commands import AnswerTask, AssignTask, NoteTaskTime, ObjectToTask, UrgeTask
from services.enterprise.matters.facts import (
    Kind,
    MatterEvent,
    TaskAnswered,
    TaskAssigned,
    TaskId,
    TaskObjected,
    TaskOverdue,
    TaskUrged,
    TaskWarned,
)
from services.enterprise.matters.rules.hands import require_of_department, require_of_workstation
from services.enterprise.matters.state import Signed, Task, TaskState, hands_of
from shared.contracts.codes import ReasonCode, Role
from shared.kernel import Rejection

NEXT_RUNG: Mapping[Role | None, Role | None] = {None: Role.SUPERVISOR, Role.SUPERVISOR: Role.BUREAU_LEADER}
"""CL-091: first the supervisor, then the bureau leader, then nobody is left."""

OBJECTIONS = frozenset(
    {ReasonCode.WRONG_CATEGORY, ReasonCode.WRONG_GRID, ReasonCode.CONFLICT_OF_INTEREST, ReasonCode.NOT_POLICE}
)


class TaskUnknown(Rejection):
    """No such task was assigned in this matter."""


class TaskClosed(Rejection):
    """The task was answered or objected to already."""


class TaskDueInThePast(Rejection):
    """A task needs a day that is still to come."""


class NeverToTheUnitComplainedOf(Rejection):
    """The firm's complaint does not go to the unit that it is about."""

    rule = "R-24"


class ComplainedOfNotNamed(Rejection):
    """Before anybody is asked it has to be known whom the complaint is about."""

    rule = "R-24"


class ObjectionTooLate(Rejection):
    """Five working days were given."""

    rule = "R-24"


class ReasonNotForObjection(Rejection):
    """A department objects because the task is not its own, never because it is busy."""


def assign(command: AssignTask, matter: Signed) -> tuple[MatterEvent, ...]:
    """R-24: a complaint never reaches the unit complained of, so that unit has to be known first."""
    require_of_workstation(command.doer, hands_of(matter.offer), matter.owner)
    if command.task_id in matter.tasks:
        return ()
    if matter.kind is Kind.DEPARTMENT_COMPLAINT and matter.complained_of is None:
        raise ComplainedOfNotNamed
    if command.unit == matter.complained_of:
        raise NeverToTheUnitComplainedOf
    if command.due <= command.at:
        raise TaskDueInThePast(due=command.due)
    return (
        TaskAssigned(
            matter_id=matter.offer.matter_id,
            request_id=matter.offer.request_id,
            task_id=command.task_id,
            unit=command.unit,
            demand=command.demand,
            due=command.due,
            warn_at=command.warn_at,
            object_until=command.object_until,
            occurred_at=command.at,
        ),
    )


def urge(command: UrgeTask, matter: Signed) -> tuple[MatterEvent, ...]:
    task = _open_task(command.task_id, matter)
    if task.urged and task.urged_with == command.note:
        return ()
    return (
        TaskUrged(
            matter_id=matter.offer.matter_id,
            request_id=matter.offer.request_id,
            task_id=command.task_id,
            note=command.note,
            occurred_at=command.at,
        ),
    )


def object_to(command: ObjectToTask, matter: Signed) -> tuple[MatterEvent, ...]:
    """R-24: within five working days, and only because somebody else is in charge."""
    task = _task(command.task_id, matter)
    require_of_department(command.doer, task.unit)
    if task.stands is TaskState.OBJECTED:
        return ()
    task = _open_task(command.task_id, matter)
    if command.reason not in OBJECTIONS:
        raise ReasonNotForObjection
    if command.at > task.object_until:
        raise ObjectionTooLate(until=task.object_until)
    return (
        TaskObjected(
            matter_id=matter.offer.matter_id,
            request_id=matter.offer.request_id,
            task_id=command.task_id,
            reason=command.reason,
            note=command.note,
            occurred_at=command.at,
        ),
    )


def answer(command: AnswerTask, matter: Signed) -> tuple[MatterEvent, ...]:
    """R-44: each department answers its own task, however late."""
    task = _task(command.task_id, matter)
    require_of_department(command.doer, task.unit)
    if task.stands is TaskState.ANSWERED:
        return ()
    _open_task(command.task_id, matter)
    return (
        TaskAnswered(
            matter_id=matter.offer.matter_id,
            request_id=matter.offer.request_id,
            task_id=command.task_id,
            reply=command.reply,
            occurred_at=command.at,
        ),
    )


def time_passed(command: NoteTaskTime, matter: Signed) -> tuple[MatterEvent, ...]:
    task = matter.tasks.get(command.task_id)
    if task is None or task.stands is not TaskState.OPEN:
        return ()
    ids = matter.offer.matter_id, matter.offer.request_id
    if command.warning:
        if task.warned or task.rung is not None:
            return ()
        return (
            TaskWarned(
                matter_id=ids[0], request_id=ids[1], task_id=command.task_id, due=task.due, occurred_at=command.at
            ),
        )
    rung = NEXT_RUNG.get(task.rung)
    if rung is None:
        return ()
    return (
        TaskOverdue(
            matter_id=ids[0],
            request_id=ids[1],
            task_id=command.task_id,
            unit=task.unit,
            due=task.due,
            rung=rung,
            climbs_at=command.climbs_at if NEXT_RUNG.get(rung) is not None else None,
            occurred_at=command.at,
        ),
    )


def unanswered(matter: Signed) -> tuple[TaskId, ...]:
    return tuple(task_id for task_id, task in matter.tasks.items() if task.stands is TaskState.OPEN)


def _task(task_id: TaskId, matter: Signed) -> Task:
    task = matter.tasks.get(task_id)
    if task is None:
        raise TaskUnknown
    return task


def _open_task(task_id: TaskId, matter: Signed) -> Task:
    task = _task(task_id, matter)
    if task.stands is not TaskState.OPEN:
        raise TaskClosed
    return task
