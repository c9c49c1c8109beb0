"""A meeting from the call to the last answer: what was decided there is a task of somebody, with a day."""

from typing import assert_never

from services.workorders.meetings.commands import (
    AgreeSharing,
    AnswerTask,
    CallMeeting,
    CloseMeeting,
    ExtendAgenda,
    HoldMeeting,
    MeetingCommand,
    NoteTaskOverdue,
    SetTask,
    SignTask,
)
from services.workorders.meetings.facts import (
    AgendaExtended,
    MeetingCalled,
    MeetingClosed,
    MeetingEvent,
    MeetingHeld,
    MeetingKind,
    SharingAgreed,
    TaskAnswered,
    TaskId,
    TaskOverdue,
    TaskSet,
    TaskSigned,
)
from services.workorders.meetings.refusals import (
    AuxiliarySignsNoTask,
    MeetingHeldAlready,
    MeetingNotHeld,
    MeetingOver,
    MeetingTaskOfAnotherUnit,
    MeetingTaskSigned,
    MeetingTasksUnanswered,
    MeetingTaskUnsigned,
    NobodyInvited,
    NotInvited,
    NotTheConvener,
    TalkWithoutFirm,
    TaskDueInThePast,
)
from services.workorders.meetings.rules.sharing import require_lawful_fields, require_partner
from services.workorders.meetings.state import Meeting, MeetingState, Task, Uncalled, evolve
from services.workorders.orders.rules.hands import Doer
from shared.contracts.codes import Role
from shared.kernel import Decider, NotFound


def decide(command: MeetingCommand, known: MeetingState) -> tuple[MeetingEvent, ...]:
    if isinstance(command, CallMeeting):
        return _call(command) if isinstance(known, Uncalled) else ()
    if isinstance(known, Uncalled):
        raise NotFound("meeting")
    match command:
        case ExtendAgenda():
            return _extend(command, known)
        case HoldMeeting():
            return _hold(command, known)
        case SetTask():
            return _set_task(command, known)
        case SignTask():
            return _sign(command, known)
        case AnswerTask():
            return _answer(command, known)
        case NoteTaskOverdue():
            return _overdue(command, known)
        case AgreeSharing():
            return _share(command, known)
        case CloseMeeting():
            return _close(command, known)
        case _:
            assert_never(command)


def _call(command: CallMeeting) -> tuple[MeetingEvent, ...]:
    unit = command.doer.unit
    units = tuple(dict.fromkeys(each for each in command.units if each != unit))
    if command.kind is MeetingKind.TALK and not command.firms:
        raise TalkWithoutFirm
    if unit is None or (not units and not command.firms):
        raise NobodyInvited
    return (
        MeetingCalled(
            meeting_id=command.meeting_id,
            kind=command.kind,
            request_id=command.request_id,
            convener=command.doer.person,
            unit=unit,
            units=units,
            firms=command.firms,
            agenda=tuple(dict.fromkeys(command.agenda)),
            title=command.title,
            starts_at=command.starts_at,
            occurred_at=command.at,
        ),
    )


def require_convener(doer: Doer, meeting: Meeting) -> None:
    """Whose meeting it is keeps its record; a guest answers for his own tasks."""
    if meeting.closed:
        raise MeetingOver
    if doer.unit != meeting.unit:
        raise NotTheConvener(unit=meeting.unit)


def require_held(meeting: Meeting) -> None:
    if meeting.minutes is None:
        raise MeetingNotHeld


def _extend(command: ExtendAgenda, meeting: Meeting) -> tuple[MeetingEvent, ...]:
    require_convener(command.doer, meeting)
    if command.request_id in meeting.agenda:
        return ()
    if meeting.minutes is not None:
        raise MeetingHeldAlready
    extended = AgendaExtended(meeting_id=meeting.meeting_id, request_id=command.request_id, occurred_at=command.at)
    return (extended,)


def _hold(command: HoldMeeting, meeting: Meeting) -> tuple[MeetingEvent, ...]:
    require_convener(command.doer, meeting)
    if meeting.minutes is not None:
        if meeting.minutes.item == command.minutes.item:
            return ()
        raise MeetingHeldAlready
    summoned = {each.firm for each in meeting.firms}
    strangers = [str(unit) for unit in command.units if unit not in meeting.units | {meeting.unit}]
    strangers += [str(firm) for firm in command.firms if firm not in summoned]
    if strangers:
        raise NotInvited(who=strangers[0])
    return (
        MeetingHeld(
            meeting_id=meeting.meeting_id,
            units=tuple(dict.fromkeys((meeting.unit, *command.units))),
            firms=tuple(dict.fromkeys(command.firms)),
            minutes=command.minutes,
            occurred_at=command.at,
        ),
    )


def _set_task(command: SetTask, meeting: Meeting) -> tuple[MeetingEvent, ...]:
    """A unit that did not come may get a task all the same: it was invited, and reads the minutes."""
    require_convener(command.doer, meeting)
    require_held(meeting)
    if command.task_id in meeting.tasks:
        return ()
    if command.unit not in meeting.units | {meeting.unit}:
        raise NotInvited(who=command.unit)
    if command.firm is not None and command.firm not in {each.firm for each in meeting.firms}:
        raise NotInvited(who=str(command.firm))
    if command.due <= command.at:
        raise TaskDueInThePast(due=command.due)
    return (
        TaskSet(
            meeting_id=meeting.meeting_id,
            task_id=command.task_id,
            unit=command.unit,
            firm=command.firm,
            about=command.about,
            what=command.what,
            due=command.due,
            occurred_at=command.at,
        ),
    )


def _own_task(doer: Doer, task_id: TaskId, meeting: Meeting) -> Task:
    task = meeting.tasks.get(task_id)
    if task is None:
        raise NotFound("meeting task")
    if meeting.closed:
        raise MeetingOver
    if doer.unit != task.unit:
        raise MeetingTaskOfAnotherUnit(unit=task.unit)
    return task


def _sign(command: SignTask, meeting: Meeting) -> tuple[MeetingEvent, ...]:
    """R-07: an auxiliary helps with a task and is not accountable for it."""
    task = _own_task(command.doer, command.task_id, meeting)
    if command.doer.role is Role.AUXILIARY:
        raise AuxiliarySignsNoTask
    if task.owner is not None:
        if task.owner == command.doer.person:
            return ()
        raise MeetingTaskSigned
    signed = TaskSigned(
        meeting_id=meeting.meeting_id, task_id=command.task_id, owner=command.doer.person, occurred_at=command.at
    )
    return (signed,)


def _answer(command: AnswerTask, meeting: Meeting) -> tuple[MeetingEvent, ...]:
    """A second answer replaces the first until the meeting is closed: what was not done may be done later."""
    task = _own_task(command.doer, command.task_id, meeting)
    if task.owner is None:
        raise MeetingTaskUnsigned
    if (task.answer, task.kept) == (command.answer, command.kept):
        return ()
    return (
        TaskAnswered(
            meeting_id=meeting.meeting_id,
            task_id=command.task_id,
            kept=command.kept,
            answer=command.answer,
            occurred_at=command.at,
        ),
    )


def _overdue(command: NoteTaskOverdue, meeting: Meeting) -> tuple[MeetingEvent, ...]:
    task = meeting.tasks.get(command.task_id)
    if task is None or task.late or task.answer is not None or meeting.closed or command.at < task.due:
        return ()
    late = TaskOverdue(meeting_id=meeting.meeting_id, task_id=command.task_id, due=task.due, occurred_at=command.at)
    return (late,)


def _share(command: AgreeSharing, meeting: Meeting) -> tuple[MeetingEvent, ...]:
    """R-37, R-44: purpose and fields are named; persons only on a ground; departments that were there only."""
    require_convener(command.doer, meeting)
    require_held(meeting)
    require_partner(command.partner, meeting.came, meeting.unit)
    require_lawful_fields(command.fields, command.ground)
    if meeting.links.get(command.partner) == (command.purpose, command.fields):
        return ()
    return (
        SharingAgreed(
            meeting_id=meeting.meeting_id,
            partner=command.partner,
            purpose=command.purpose,
            fields=command.fields,
            ground=command.ground,
            occurred_at=command.at,
        ),
    )


def _close(command: CloseMeeting, meeting: Meeting) -> tuple[MeetingEvent, ...]:
    if meeting.closed:
        return ()
    require_convener(command.doer, meeting)
    require_held(meeting)
    if missing := sum(task.answer is None for task in meeting.tasks.values()):
        raise MeetingTasksUnanswered(missing=missing)
    return (MeetingClosed(meeting_id=meeting.meeting_id, occurred_at=command.at),)


meeting_decider: Decider[MeetingCommand, MeetingState, MeetingEvent] = Decider(Uncalled(), decide, evolve)
