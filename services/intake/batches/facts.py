"""What happens to a batch: opened with its good rows sealed, filed part by part, ended with counts that add up."""

from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from shared.contracts.codes import Door, Role
from shared.kernel import ItemCode, PersonId, RequestId, TextRef, UnitCode, fact, value

BatchId = NewType("BatchId", UUID)


class Column(StrEnum):
    NARRATIVE = "narrative"
    TITLE = "title"
    PLACE = "place"
    NAME = "name"
    PHONE = "phone"
    ID_NUMBER = "id_number"
    FOR_NAME = "for_name"
    FOR_PHONE = "for_phone"
    NUMBER = "number"
    GROUP = "group"


class Why(StrEnum):
    MISSING = "missing"
    TOO_LONG = "too_long"
    MALFORMED = "malformed"
    CHECK_FAILS = "check_fails"
    TWICE_IN_BATCH = "twice_in_batch"
    KNOWN_OTHERWISE = "known_otherwise"
    """Something else was sent under this number before."""
    REFUSED = "refused"
    LOST = "lost"
    """The sealed table was destroyed before this row was filed: it lives a day."""


@value
class RowError:
    row: int
    column: Column
    why: Why


@value
class RowFiled:
    row: int
    request_id: RequestId
    known: bool
    """The outside number was filed before; the row became that request."""


@value
class Part:
    """Some good rows, sealed as one text."""

    table: TextRef
    rows: tuple[int, ...]


@fact("batch_opened")
class BatchOpened:
    batch_id: BatchId
    door: Door
    system: ItemCode | None
    rows: int
    parts: tuple[Part, ...]
    refused: tuple[RowError, ...]
    refused_rows: int
    """A row may have several errors."""
    filed_by: PersonId | None
    by: Role
    unit: UnitCode | None
    occurred_at: datetime


@fact("batch_part_filed")
class BatchPartFiled:
    batch_id: BatchId
    part: int
    filed: tuple[RowFiled, ...]
    refused: tuple[RowError, ...]
    occurred_at: datetime


@fact("batch_finished")
class BatchFinished:
    batch_id: BatchId
    rows: int
    filed: int
    refused: int
    occurred_at: datetime


BatchEvent = BatchOpened | BatchPartFiled | BatchFinished
"""A row that is refused after the opening is refused for one reason."""
