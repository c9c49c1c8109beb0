"""What a matter looks like over HTTP."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from services.enterprise.matters.facts import Kind, Legality, Measure, RowError
from services.enterprise.matters.state import TaskState
from shared.contracts.codes import Channel, Outcome, OutcomeDetail, ReasonCode
from shared.web import CodeText, LongText, StrictModel
from shared.web.clerk import Day, Done

Expenses = Annotated[int, Field(strict=True, ge=0, le=10**11)]
"""In fen; up to a billion yuan."""
Loose = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
"""A cell of somebody's list: what is wrong in it is told row by row, not by refusing the whole list."""


class SignBody(StrictModel):
    kind: Kind


class FirmOfBody(StrictModel):
    firm_id: UUID


class NoteBody(StrictModel):
    note: LongText | None = None


class ConsentBody(StrictModel):
    evidence: LongText
    """Where the signed paper lies, in words."""


class LegalityBody(StrictModel):
    result: Legality
    evidence: LongText


class RoundBody(StrictModel):
    measures: Annotated[tuple[Measure, ...], Field(min_length=1, max_length=9)]
    away: bool = False
    expenses_fen: Expenses = 0
    note: LongText | None = None


class UnitBody(StrictModel):
    unit: CodeText


class TaskBody(StrictModel):
    unit: CodeText
    demand: LongText
    due: Day


class ObjectionBody(StrictModel):
    reason: ReasonCode
    note: LongText | None = None


class AnswerBody(StrictModel):
    answer: LongText


class WorkerBody(StrictModel):
    name: Loose
    id_number: Loose
    phone: Loose | None = None
    address: Loose | None = None


class BatchBody(StrictModel):
    workers: Annotated[tuple[WorkerBody, ...], Field(min_length=1, max_length=200)]


class MediationBody(StrictModel):
    channel: Channel


class OutcomeBody(StrictModel):
    outcome: Literal[Outcome.DONE, Outcome.REFUSED, Outcome.FAILED]
    detail: OutcomeDetail | None = None


class ReturnBody(StrictModel):
    reason: ReasonCode
    note: LongText | None = None


class TaskDone(Done):
    task_id: UUID


class BadRowAnswer(StrictModel):
    row: int
    """As in the list, the first is 1."""
    errors: tuple[RowError, ...]


class BatchAnswer(Done):
    lodged: int
    known: tuple[int, ...]
    """Rows of workers who were registered before."""
    bad: tuple[BadRowAnswer, ...]


class TaskAnswer(StrictModel):
    task_id: UUID
    unit: str
    state: TaskState
    due: datetime
    object_until: datetime
    rung: str | None
    urged: bool
    demand: str | None
    reply: str | None


class RoundAnswer(StrictModel):
    round_id: UUID
    measures: tuple[Measure, ...]
    away: bool
    expenses_fen: int
    at: datetime


class NextAct(StrictModel):
    operation: str
    allowed: bool
    why_not: str | None
    rule: str | None
    words: str = ""
    """The refusal as its reader would get it."""


class Moment(StrictModel):
    fact: str
    at: datetime
    role: str
    unit: str | None


class MatterAnswer(StrictModel):
    matter_id: UUID
    request_id: UUID
    attempt: int
    category: str
    priority: str
    kind: Kind | None
    state: str
    unit: str
    owner: UUID | None
    firm_id: UUID | None
    gate: str | None
    """What the investigator said; None while nobody has."""
    gate_due: datetime | None
    gate_late: bool
    consented: bool
    legality: Legality | None
    complained_of: str | None
    rounds: tuple[RoundAnswer, ...]
    expenses_fen: int
    tasks: tuple[TaskAnswer, ...]
    lodged: int
    outcome: Outcome | None
    detail: OutcomeDetail | None
    return_reason: ReasonCode | None
    narrative: str | None
    answer: str | None
    offered_at: datetime
    answer_due: datetime
    next: tuple[NextAct, ...]
    timeline: tuple[Moment, ...]
    version: int


class MatterRow(StrictModel):
    matter_id: UUID
    request_id: UUID
    attempt: int
    category: str
    priority: str
    kind: Kind | None
    firm_id: UUID | None
    unit: str
    owner: UUID | None
    state: str
    open: bool
    gate_late: bool
    answer_due: datetime
    next_due: datetime
    """The soonest of the answer's day and those of the open tasks."""
    open_tasks: int
    late_tasks: int
    offered_at: datetime
    signed_at: datetime | None
    ended_at: datetime | None


class MatterList(StrictModel):
    matters: tuple[MatterRow, ...]
    cursor: str | None


class TaskRow(StrictModel):
    task_id: UUID
    matter_id: UUID
    request_id: UUID
    unit: str
    state: TaskState
    due: datetime
    rung: str | None
    urged: int
    assigned_at: datetime
    answered_at: datetime | None


class TaskList(StrictModel):
    tasks: tuple[TaskRow, ...]
