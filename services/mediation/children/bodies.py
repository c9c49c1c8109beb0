"""What goes in and out of the child lane over HTTP."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from services.mediation.children.facts import Conflict, ReportedTo, SealedScope, Seat
from shared.contracts.codes import Outcome, OutcomeDetail, ReasonCode
from shared.web import LongText, ShortText, StrictModel


class NoteBody(StrictModel):
    note: LongText | None = None


class ReportBody(StrictModel):
    to: Annotated[list[ReportedTo], Field(max_length=4)]
    note: LongText | None = None


class WordsBody(StrictModel):
    text: LongText


class SeatBody(StrictModel):
    seat: Seat
    person: UUID | None = None
    phone: ShortText | None = None
    """Of a guardian who has no account: the vault knows people by it."""


class ExclusionBody(StrictModel):
    conflict: Conflict


class InterviewBody(StrictModel):
    adult: UUID
    girl: bool
    woman_asks: bool
    recording: ShortText | None = None
    notes: LongText


class SessionBody(StrictModel):
    notes: LongText


class ReadBody(StrictModel):
    scope: SealedScope
    why: LongText


class OutcomeBody(StrictModel):
    outcome: Literal[Outcome.DONE, Outcome.REFUSED, Outcome.FAILED, Outcome.HANDED_OVER]
    detail: OutcomeDetail | None = None
    answer: LongText | None = None


class ReturnBody(StrictModel):
    reason: ReasonCode


class ChildDone(BaseModel):
    child_id: UUID
    version: int
    record_id: UUID | None
    """None: it was so already."""
    read_id: UUID | None = None
    session_id: UUID | None = None
    person: UUID | None = None


class ChildRow(BaseModel):
    child_id: UUID
    request_id: UUID
    attempt: int
    priority: str
    unit: str
    owner: UUID | None
    state: str
    reported: bool
    report_due: AwareDatetime | None
    feedback_due: AwareDatetime | None
    school_due: AwareDatetime | None
    late: list[str]
    escalated: bool
    answer_due: AwareDatetime
    outcome: str | None
    offered_at: AwareDatetime


class ChildList(BaseModel):
    files: list[ChildRow]
    cursor: str | None


class ClockLine(BaseModel):
    clock: str
    due: AwareDatetime
    warned: bool
    breached: bool
    escalated: bool


class SeatLine(BaseModel):
    person: UUID
    seat: Seat


class ExcludedLine(BaseModel):
    person: UUID
    conflict: Conflict


class ReadLine(BaseModel):
    read_id: UUID
    reader: UUID
    scope: SealedScope
    until: AwareDatetime | None
    approver: UUID | None
    declined: bool
    opened: int
    why: str | None
    """The typed purpose, for whoever may approve the read; None for everybody else and for what is decided."""


class SessionLine(BaseModel):
    session_id: UUID
    kind: Literal["counselling", "interview"]
    author: UUID
    at: AwareDatetime


class Moment(BaseModel):
    fact: str
    at: AwareDatetime


class ChildFile(BaseModel):
    """Ids, codes and times; every text of the file waits behind a read."""

    child_id: UUID
    request_id: UUID
    attempt: int
    category: str
    priority: str
    in_danger: bool
    state: str
    unit: str
    owner: UUID | None
    signed: bool
    reported: bool
    casework: bool
    told_reporter: bool
    bullying: bool
    school_answered: bool
    clocks: list[ClockLine]
    seats: list[SeatLine]
    excluded: list[ExcludedLine]
    sessions: list[SessionLine]
    reads: list[ReadLine]
    outcome: str | None
    answer_due: AwareDatetime
    timeline: list[Moment]


class SeatRow(BaseModel):
    child_id: UUID
    seat: Seat
    state: str
    school_due: AwareDatetime | None
    since: AwareDatetime


class SeatList(BaseModel):
    seats: list[SeatRow]


class SeatAnswer(BaseModel):
    """What a guardian, a school or a counsellor is told of a file: the own part, and no word of anybody else's."""

    child_id: UUID
    seat: Seat
    state: str
    answer_wanted: bool
    school_due: AwareDatetime | None


class OpenedAnswer(BaseModel):
    read_id: UUID
    texts: list[str]
    """In the order in which they were written."""
    erased: int
    until: AwareDatetime


class UrgentRead(BaseModel):
    read_id: UUID
    child_id: UUID
    reader: UUID
    opened: int
    first_opened_at: AwareDatetime


class UrgentReadList(BaseModel):
    """The latest first: ids and times, and no word of what was read."""

    reads: list[UrgentRead]
