"""What callers send of a batch, and what they get."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.intake.batches.facts import Column, Why
from services.intake.batches.rows import Row, row_of
from shared.contracts.codes import Door
from shared.web import CodeText, StrictModel

MAX_CELL = 40_000
Cell = Annotated[str, Field(max_length=MAX_CELL)] | None


class RowBody(StrictModel):
    """Any text is taken: what is wrong with it is said of its row, not of the whole."""

    narrative: Cell = None
    title: Cell = None
    place: Cell = None
    name: Cell = None
    phone: Cell = None
    id_number: Cell = None
    for_name: Cell = None
    for_phone: Cell = None
    number: Cell = None
    group: Cell = None


class BatchBody(StrictModel):
    door: Door
    system: CodeText | None = None
    rows: Annotated[tuple[RowBody, ...], Field(max_length=2000)]

    @property
    def typed(self) -> Sequence[Row]:
        return [row_of(number, row.model_dump()) for number, row in enumerate(self.rows, 1)]


class RowErrorAnswer(StrictModel):
    row: int
    column: Column
    why: Why
    words: str


class ChildAnswer(StrictModel):
    row: int
    request_id: UUID
    known: bool


class BatchAnswer(StrictModel):
    batch_id: UUID
    door: Door
    opened_at: datetime
    finished_at: datetime | None
    rows: int
    filed: int
    known: int
    """Of those filed: the number was known, and nothing was filed twice."""
    refused: int
    waiting: int
    errors: tuple[RowErrorAnswer, ...]
    children: tuple[ChildAnswer, ...]


class SlipAnswer(StrictModel):
    row: int
    request_id: UUID
    code: str
    pin: str


class Slips(StrictModel):
    slips: tuple[SlipAnswer, ...]


class BatchLine(StrictModel):
    batch_id: UUID
    door: str
    opened_at: datetime
    rows: int
    filed: int
    refused: int
    finished: bool


class BatchList(StrictModel):
    batches: tuple[BatchLine, ...]


class TableAnswer(StrictModel):
    """A table as it was read: nothing was filed."""

    rows: tuple[RowBody, ...]
    good: int
    errors: tuple[RowErrorAnswer, ...]
