"""Where a meeting stands, and its tasks."""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import assert_never

from services.workorders.meetings.facts import (
    AgendaExtended,
    FirmId,
    MeetingCalled,
    MeetingClosed,
    MeetingEvent,
    MeetingHeld,
    MeetingId,
    MeetingKind,
    SharingAgreed,
    Summoned,
    TaskAnswered,
    TaskId,
    TaskOverdue,
    TaskSet,
    TaskSigned,
)
from shared.contracts.codes import Purpose
from shared.kernel import CorruptHistory, ItemCode, PersonId, RequestId, TextRef, UnitCode, state, value


@value
class Task:
    unit: UnitCode
    firm: FirmId | None
    what: TextRef
    due: datetime
    owner: PersonId | None = None
    answer: TextRef | None = None
    kept: bool = False
    late: bool = False


@state
class Uncalled:
    pass


@state
class Meeting:
    meeting_id: MeetingId
    kind: MeetingKind
    request_id: RequestId | None
    convener: PersonId
    unit: UnitCode
    units: frozenset[UnitCode]
    firms: tuple[Summoned, ...]
    agenda: tuple[RequestId, ...]
    title: TextRef
    starts_at: datetime
    minutes: TextRef | None = None
    came: frozenset[UnitCode] = frozenset()
    firms_came: frozenset[FirmId] = frozenset()
    tasks: Mapping[TaskId, Task] = field(default_factory=dict)
    links: Mapping[UnitCode, tuple[Purpose, tuple[ItemCode, ...]]] = field(default_factory=dict)
    closed: bool = False


MeetingState = Uncalled | Meeting


def evolve(known: MeetingState, event: MeetingEvent) -> MeetingState:
    if isinstance(event, MeetingCalled):
        return Meeting(
            event.meeting_id,
            event.kind,
            event.request_id,
            event.convener,
            event.unit,
            frozenset(event.units),
            event.firms,
            event.agenda,
            event.title,
            event.starts_at,
        )
    if isinstance(known, Uncalled):
        raise CorruptHistory("a meeting nobody called")
    match event:
        case AgendaExtended():
            return replace(known, agenda=(*known.agenda, event.request_id))
        case MeetingHeld():
            return replace(known, minutes=event.minutes, came=frozenset(event.units), firms_came=frozenset(event.firms))
        case TaskSet():
            return _with(known, event.task_id, Task(event.unit, event.firm, event.what, event.due))
        case TaskSigned():
            return _with(known, event.task_id, replace(known.tasks[event.task_id], owner=event.owner))
        case TaskAnswered():
            answered = replace(known.tasks[event.task_id], answer=event.answer, kept=event.kept)
            return _with(known, event.task_id, answered)
        case TaskOverdue():
            return _with(known, event.task_id, replace(known.tasks[event.task_id], late=True))
        case SharingAgreed():
            return replace(known, links={**known.links, event.partner: (event.purpose, event.fields)})
        case MeetingClosed():
            return replace(known, closed=True)
        case _:
            assert_never(event)


def _with(known: Meeting, task_id: TaskId, task: Task) -> Meeting:
    return replace(known, tasks={**known.tasks, task_id: task})
