"""revisits: who is to be visited by when, and by whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from services.notifications.visits.facts import (
    RevisitAssigned,
    Revisited,
    RevisitNotReached,
    RevisitOverdue,
    RevisitReported,
    RevisitsCalledOff,
    RevisitsPlanned,
)
from shared.contracts.codes import Category, Channel
from shared.eventstore import Incoming, Transaction
from shared.kernel import PersonId, UnitCode
from shared.messaging import View

DDL = """
CREATE TABLE {table} (
    request_id uuid NOT NULL,
    attempt integer NOT NULL,
    day integer NOT NULL,
    category text NOT NULL,
    priority text NOT NULL,
    channel text NOT NULL,
    unit text NOT NULL,
    visitor uuid,
    handler uuid,
    opens_at timestamptz NOT NULL,
    due timestamptz NOT NULL,
    next_at timestamptz NOT NULL,
    grounds text[] NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    late boolean NOT NULL DEFAULT false,
    state text NOT NULL,
    PRIMARY KEY (request_id, attempt, day)
);
CREATE INDEX ON {table} (unit, next_at) WHERE state IN ('PLANNED', 'REPORTED');
CREATE INDEX ON {table} (visitor, next_at) WHERE state IN ('PLANNED', 'REPORTED')
"""

PLANNED, REPORTED, CALM, TROUBLE, GIVEN_UP, CALLED_OFF = (
    "PLANNED",
    "REPORTED",
    "CALM",
    "TROUBLE",
    "GIVEN_UP",
    "CALLED_OFF",
)


async def project(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case RevisitsPlanned() as event:
            await _planned(event, table, tx)
        case RevisitAssigned() as event:
            await _change(table, tx, event.request_id, event.day, "unit = $3, visitor = $4", event.unit, event.visitor)
        case RevisitOverdue() as event:
            await _change(table, tx, event.request_id, event.day, "late = true")
        case RevisitNotReached() as event:
            await _change(
                table,
                tx,
                event.request_id,
                event.day,
                "tries = $3, next_at = coalesce($4, next_at), state = $5",
                event.tries,
                event.next_try,
                PLANNED if event.next_try is not None else GIVEN_UP,
            )
        case RevisitReported() as event:
            await _change(table, tx, event.request_id, event.day, "state = $3", REPORTED)
        case Revisited() as event:
            await _change(table, tx, event.request_id, event.day, "state = $3", event.found.value.upper())
        case RevisitsCalledOff() as event:
            await tx.execute(
                f"UPDATE {table} SET state = $2 WHERE request_id = $1 AND state = ANY($3)",
                event.request_id,
                CALLED_OFF,
                [PLANNED, REPORTED],
            )
        case _:
            return


async def _change(table: str, tx: Transaction, request_id: UUID, day: int, changes: str, *values: object) -> None:
    """Of the open visit of that day: a later attempt has visits of its own."""
    await tx.execute(
        f"UPDATE {table} SET {changes} WHERE request_id = $1 AND day = $2 AND state IN ('PLANNED', 'REPORTED')",
        request_id,
        day,
        *values,
    )


async def _planned(event: RevisitsPlanned, table: str, tx: Transaction) -> None:
    matter = event.matter
    for visit in event.visits:
        await tx.execute(
            f"INSERT INTO {table} (request_id, attempt, day, category, priority, channel, unit, visitor, handler,"
            " opens_at, due, next_at, grounds, state)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $13) ON CONFLICT DO NOTHING",
            event.request_id,
            matter.attempt,
            visit.day,
            matter.category,
            matter.priority,
            matter.channel,
            matter.unit,
            event.visitor,
            matter.handler,
            visit.opens_at,
            visit.due,
            list(visit.grounds),
            PLANNED,
        )


revisits = View(
    "revisits",
    ("notifications",),
    DDL,
    project,
    causes=(
        RevisitsPlanned,
        RevisitAssigned,
        RevisitOverdue,
        RevisitNotReached,
        RevisitReported,
        Revisited,
        RevisitsCalledOff,
    ),
)


@dataclass(frozen=True, slots=True)
class Seen:
    """Whose rows somebody may see."""

    everything: bool
    unit: UnitCode | None
    person: PersonId | None
    child_lane: bool
    complaints: bool


LIST = f"""
SELECT request_id, attempt, day, category, priority, channel, unit, visitor, handler, opens_at, due, next_at, grounds,
       tries, late, state
FROM revisits
WHERE ($1 OR unit = $2 OR visitor = $3 OR handler = $3 OR ($5 AND category = '{Category.CPL}'))
  AND (channel <> '{Channel.CHILD}' OR $4) AND (category <> '{Category.CPL}' OR $5)
  AND ($6::boolean IS NULL OR (state IN ('PLANNED', 'REPORTED')) = $6)
  AND ($7::timestamptz IS NULL OR opens_at <= $7) AND ($8::uuid IS NULL OR request_id = $8)
ORDER BY next_at, request_id, day LIMIT $9
"""


async def list_revisits(
    pool: "asyncpg.Pool[Any]",
    seen: Seen,
    is_open: bool | None,
    opened_by: datetime | None,
    request_id: UUID | None,
    limit: int,
) -> Sequence[Mapping[str, Any]]:
    rows: Sequence[Mapping[str, Any]] = await pool.fetch(
        LIST,
        seen.everything,
        seen.unit,
        seen.person,
        seen.child_lane,
        seen.complaints,
        is_open,
        opened_by,
        request_id,
        limit,
    )
    return rows
