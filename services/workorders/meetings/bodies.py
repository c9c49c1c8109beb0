"""What callers send about meetings, and what they get."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.workorders.meetings.facts import MeetingKind
from shared.contracts.codes import Purpose
from shared.web import CodeText, LongText, ShortText, StrictModel
from shared.web.clerk import Day

MAX = 60


class SummonedBody(StrictModel):
    firm_id: UUID
    phone: ShortText | None = None
    """Of who speaks for it: by this number he finds the record when he signs in."""


class MeetingBody(StrictModel):
    kind: MeetingKind
    title: ShortText
    starts_at: AwareDatetime
    request_id: UUID | None = None
    units: Annotated[tuple[CodeText, ...], Field(max_length=MAX)] = ()
    firms: Annotated[tuple[SummonedBody, ...], Field(max_length=MAX)] = ()
    agenda: Annotated[tuple[UUID, ...], Field(max_length=MAX)] = ()


class AgendaBody(StrictModel):
    request_id: UUID


class HeldBody(StrictModel):
    units: Annotated[tuple[CodeText, ...], Field(max_length=MAX)] = ()
    firms: Annotated[tuple[UUID, ...], Field(max_length=MAX)] = ()
    minutes: LongText


class TaskBody(StrictModel):
    unit: CodeText
    firm_id: UUID | None = None
    about: UUID | None = None
    what: LongText
    due: Day


class TaskAnswerBody(StrictModel):
    kept: bool
    answer: LongText


class SharingBody(StrictModel):
    partner: CodeText
    purpose: Purpose
    fields: Annotated[tuple[CodeText, ...], Field(min_length=1, max_length=MAX)]
    ground: Annotated[str, Field(pattern=r"^R-\d{2}$")] | None = None


class TaskAnswer(StrictModel):
    task_id: UUID
    unit: str
    firm_id: UUID | None
    what: str | None
    due: datetime
    owner: UUID | None
    state: str
    late: bool
    answer: str | None


class SharingAnswer(StrictModel):
    partner: str
    purpose: Purpose
    fields: tuple[str, ...]


class MeetingAnswer(StrictModel):
    meeting_id: UUID
    kind: MeetingKind
    request_id: UUID | None
    unit: str
    units: tuple[str, ...]
    came: tuple[str, ...]
    firms: tuple[UUID, ...]
    firms_came: tuple[UUID, ...]
    agenda: tuple[UUID, ...]
    title: str | None
    starts_at: datetime
    minutes: str | None
    tasks: tuple[TaskAnswer, ...]
    links: tuple[SharingAnswer, ...]
    state: str
    mine: bool
    """The reader's unit called it and keeps its record."""
    version: int


class FirmRecord(StrictModel):
    """What one firm was told: who told it, which duties, until when. No other firm stands in it."""

    meeting_id: UUID
    firm_id: UUID
    told_by: tuple[str, ...]
    came: bool
    starts_at: datetime
    duties: tuple[TaskAnswer, ...]


class MeetingRow(StrictModel):
    meeting_id: UUID
    kind: MeetingKind
    request_id: UUID | None
    unit: str
    units: tuple[str, ...]
    starts_at: datetime
    state: str
    tasks_open: int


class TaskRow(StrictModel):
    task_id: UUID
    meeting_id: UUID
    unit: str
    firm: UUID | None
    owner: UUID | None
    due: datetime
    late: bool
    state: str


class MeetingList(StrictModel):
    meetings: tuple[MeetingRow, ...]
    tasks: tuple[TaskRow, ...]


class AgendaRow(StrictModel):
    request_id: UUID
    category: str
    priority: str
    units: tuple[str, ...]
    answer_due: datetime
    late: bool


class Agenda(StrictModel):
    candidates: tuple[AgendaRow, ...]
