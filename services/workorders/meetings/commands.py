"""Wishes about a meeting."""

from datetime import datetime

from services.workorders.meetings.facts import FirmId, MeetingId, MeetingKind, Summoned, TaskId
from services.workorders.orders.rules.hands import Doer
from shared.contracts.codes import Purpose
from shared.kernel import ItemCode, RequestId, RuleId, TextRef, UnitCode, command


@command
class CallMeeting:
    doer: Doer
    meeting_id: MeetingId
    kind: MeetingKind
    request_id: RequestId | None
    units: tuple[UnitCode, ...]
    firms: tuple[Summoned, ...]
    agenda: tuple[RequestId, ...]
    title: TextRef
    starts_at: datetime
    at: datetime


@command
class ExtendAgenda:
    doer: Doer
    request_id: RequestId
    at: datetime


@command
class HoldMeeting:
    doer: Doer
    units: tuple[UnitCode, ...]
    firms: tuple[FirmId, ...]
    minutes: TextRef
    at: datetime


@command
class SetTask:
    doer: Doer
    task_id: TaskId
    unit: UnitCode
    firm: FirmId | None
    about: RequestId | None
    what: TextRef
    due: datetime
    at: datetime


@command
class SignTask:
    doer: Doer
    task_id: TaskId
    at: datetime


@command
class AnswerTask:
    doer: Doer
    task_id: TaskId
    kept: bool
    answer: TextRef
    at: datetime


@command
class NoteTaskOverdue:
    task_id: TaskId
    at: datetime


@command
class AgreeSharing:
    doer: Doer
    partner: UnitCode
    purpose: Purpose
    fields: tuple[ItemCode, ...]
    ground: RuleId | None
    at: datetime


@command
class CloseMeeting:
    doer: Doer
    at: datetime


MeetingCommand = (
    CallMeeting
    | ExtendAgenda
    | HoldMeeting
    | SetTask
    | SignTask
    | AnswerTask
    | NoteTaskOverdue
    | AgreeSharing
    | CloseMeeting
)
