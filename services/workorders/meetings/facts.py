"""What can happen to a meeting: a joint one of units (联席会议), or a talk with firms (约谈)."""

from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from shared.contracts.codes import Purpose
from shared.kernel import ItemCode, PersonId, RequestId, RuleId, TextRef, UnitCode, fact, value

MeetingId = NewType("MeetingId", UUID)
TaskId = NewType("TaskId", UUID)
FirmId = NewType("FirmId", UUID)


class MeetingKind(StrEnum):
    JOINT = "joint"
    TALK = "talk"
    """Firms are summoned; a record says who was told which duties, and until when."""


@value
class Summoned:
    firm: FirmId
    speaker: PersonId | None
    """Who speaks for it and may read its record."""


@fact("meeting_called")
class MeetingCalled:
    meeting_id: MeetingId
    kind: MeetingKind
    request_id: RequestId | None
    convener: PersonId
    unit: UnitCode
    units: tuple[UnitCode, ...]
    firms: tuple[Summoned, ...]
    agenda: tuple[RequestId, ...]
    title: TextRef
    starts_at: datetime
    occurred_at: datetime


@fact("meeting_agenda_extended")
class AgendaExtended:
    meeting_id: MeetingId
    request_id: RequestId
    occurred_at: datetime


@fact("meeting_held")
class MeetingHeld:
    meeting_id: MeetingId
    units: tuple[UnitCode, ...]
    """Who came, the convener's unit included."""
    firms: tuple[FirmId, ...]
    minutes: TextRef
    occurred_at: datetime


@fact("meeting_task_set")
class TaskSet:
    meeting_id: MeetingId
    task_id: TaskId
    unit: UnitCode
    """Who does it, or sees to it that the firm does."""
    firm: FirmId | None
    about: RequestId | None
    what: TextRef
    due: datetime
    occurred_at: datetime


@fact("meeting_task_signed")
class TaskSigned:
    meeting_id: MeetingId
    task_id: TaskId
    owner: PersonId
    occurred_at: datetime


@fact("meeting_task_answered")
class TaskAnswered:
    meeting_id: MeetingId
    task_id: TaskId
    kept: bool
    """False: it was looked at, and is not done."""
    answer: TextRef
    occurred_at: datetime


@fact("meeting_task_overdue")
class TaskOverdue:
    meeting_id: MeetingId
    task_id: TaskId
    due: datetime
    occurred_at: datetime


@fact("meeting_sharing_agreed")
class SharingAgreed:
    """A standing link of two units: what for, and which fields."""

    meeting_id: MeetingId
    partner: UnitCode
    purpose: Purpose
    fields: tuple[ItemCode, ...]
    ground: RuleId | None
    """Named where a field tells of a person (R-37)."""
    occurred_at: datetime


@fact("meeting_closed")
class MeetingClosed:
    meeting_id: MeetingId
    occurred_at: datetime


MeetingEvent = (
    MeetingCalled
    | AgendaExtended
    | MeetingHeld
    | TaskSet
    | TaskSigned
    | TaskAnswered
    | TaskOverdue
    | SharingAgreed
    | MeetingClosed
)
