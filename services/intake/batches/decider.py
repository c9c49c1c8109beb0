"""A batch: many requests brought at once. Every row is filed or refused with its reason, once, whatever breaks."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from services.intake.batches.facts import (
    BatchEvent,
    BatchFinished,
    BatchId,
    BatchOpened,
    BatchPartFiled,
    Part,
    RowError,
    RowFiled,
)
from services.intake.requests.rules.doors import DOORS
from shared.contracts.codes import Door, Role
from shared.kernel import (
    CorruptHistory,
    Decider,
    ItemCode,
    NotFound,
    PersonId,
    Rejection,
    UnitCode,
    command,
    state,
)

MAX_ROWS = 500


# ── wishes ───────────────────────────────────────────────────────────────
@command
class OpenBatch:
    batch_id: BatchId
    door: Door
    system: ItemCode | None
    rows: int
    parts: tuple[Part, ...]
    refused: tuple[RowError, ...]
    filed_by: PersonId | None
    by: Role
    unit: UnitCode | None
    at: datetime


@command
class NotePart:
    part: int
    filed: tuple[RowFiled, ...]
    refused: tuple[RowError, ...]
    at: datetime


BatchCommand = OpenBatch | NotePart


# ── states ───────────────────────────────────────────────────────────────
@state
class Unopened:
    pass


@state
class Batch:
    batch_id: BatchId
    door: Door
    system: ItemCode | None
    rows: int
    parts: tuple[Part, ...]
    filed_by: PersonId | None
    by: Role
    unit: UnitCode | None
    opened_at: datetime
    done: int = 0
    """Parts."""
    filed: int = 0
    refused: int = 0
    finished_at: datetime | None = None

    @property
    def waiting(self) -> int:
        return self.rows - self.filed - self.refused


BatchState = Unopened | Batch


class NoRows(Rejection):
    pass


class TooManyRows(Rejection):
    """`rows`, `most`."""


class NoBatchesHere(Rejection):
    """`door`: what comes by it is brought one by one, or by others."""


class RowsUnaccounted(Rejection):
    """A part that is told with other rows than it was sealed with."""


def evolve(batch: BatchState, event: BatchEvent) -> BatchState:
    if isinstance(event, BatchOpened):
        return Batch(
            batch_id=event.batch_id,
            door=event.door,
            system=event.system,
            rows=event.rows,
            parts=event.parts,
            filed_by=event.filed_by,
            by=event.by,
            unit=event.unit,
            opened_at=event.occurred_at,
            refused=event.refused_rows,
        )
    if isinstance(batch, Unopened):
        raise CorruptHistory(f"{type(event).__name__} before the batch was opened")
    match event:
        case BatchPartFiled():
            return replace(
                batch,
                done=event.part + 1,
                filed=batch.filed + len(event.filed),
                refused=batch.refused + len(event.refused),
            )
        case BatchFinished():
            return replace(batch, finished_at=event.occurred_at)
        case _:
            assert_never(event)


# ── decisions ────────────────────────────────────────────────────────────
def decide(command: BatchCommand, batch: BatchState) -> tuple[BatchEvent, ...]:
    match command:
        case OpenBatch():
            return _open(command) if isinstance(batch, Unopened) else ()
        case NotePart():
            return _note_part(command, batch)
        case _:
            assert_never(command)


def _open(command: OpenBatch) -> tuple[BatchEvent, ...]:
    rule = DOORS.get(command.door)
    if rule is None or not rule.in_batches or command.by not in rule.roles:
        raise NoBatchesHere(door=command.door)
    require_rows(command.rows)
    good = sum(len(part.rows) for part in command.parts)
    refused = len({error.row for error in command.refused})
    if good + refused != command.rows:
        raise RowsUnaccounted()
    opened = BatchOpened(
        batch_id=command.batch_id,
        door=command.door,
        system=command.system,
        rows=command.rows,
        parts=command.parts,
        refused=command.refused,
        refused_rows=refused,
        filed_by=command.filed_by,
        by=command.by,
        unit=command.unit,
        occurred_at=command.at,
    )
    return _with_end(opened, Unopened(), command.at)


def require_rows(rows: int) -> None:
    if rows == 0:
        raise NoRows()
    if rows > MAX_ROWS:
        raise TooManyRows(rows=rows, most=MAX_ROWS)


def _note_part(command: NotePart, batch: BatchState) -> tuple[BatchEvent, ...]:
    if isinstance(batch, Unopened):
        raise NotFound("batch")
    if command.part != batch.done or batch.finished_at is not None:
        return ()
    told = sorted([*(each.row for each in command.filed), *(each.row for each in command.refused)])
    if told != sorted(batch.parts[command.part].rows):
        raise RowsUnaccounted()
    noted = BatchPartFiled(
        batch_id=batch.batch_id,
        part=command.part,
        filed=command.filed,
        refused=command.refused,
        occurred_at=command.at,
    )
    return _with_end(noted, batch, command.at)


def _with_end(event: BatchOpened | BatchPartFiled, before: BatchState, at: datetime) -> tuple[BatchEvent, ...]:
    """The last part ends it: every row is filed or refused, none is left."""
    batch = evolve(before, event)
    assert isinstance(batch, Batch)
    if batch.done < len(batch.parts):
        return (event,)
    end = BatchFinished(
        batch_id=batch.batch_id, rows=batch.rows, filed=batch.filed, refused=batch.refused, occurred_at=at
    )
    return (event, end)


batch_decider: Decider[BatchCommand, BatchState, BatchEvent] = Decider(Unopened(), decide, evolve)
