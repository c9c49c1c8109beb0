"""connector_lines: what waits for each body, since when, and when it is tried again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from services.workorders.connector.decider import (
    LineGivenUp,
    LineResumed,
    MessageFailed,
    MessageQueued,
    MessageTaken,
)
from shared.eventstore import Incoming, Transaction
from shared.kernel import UnitCode
from shared.messaging import View

NAME = "connector_lines"

DDL = """
CREATE TABLE {table} (
    line_id uuid PRIMARY KEY,
    request_id uuid NOT NULL,
    matter uuid NOT NULL,
    body text NOT NULL,
    waiting integer NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    next_try timestamptz NOT NULL,
    failing_since timestamptz,
    failure text,
    status integer,
    given_up boolean NOT NULL DEFAULT false,
    taken integer NOT NULL DEFAULT 0,
    taken_at timestamptz
);
CREATE INDEX ON {table} (next_try) WHERE waiting > 0 AND NOT given_up;
CREATE INDEX ON {table} (body) WHERE waiting > 0;
CREATE INDEX ON {table} (matter)
"""


async def project(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case MessageQueued() as event:
            await tx.execute(
                f"INSERT INTO {table} AS line (line_id, request_id, matter, body, waiting, next_try)"
                " VALUES ($1, $2, $3, $4, 1, $5) ON CONFLICT (line_id) DO UPDATE SET waiting = line.waiting + 1,"
                " next_try = CASE WHEN line.waiting = 0 THEN excluded.next_try ELSE line.next_try END",
                event.line_id,
                event.request_id,
                event.matter,
                event.body,
                event.occurred_at,
            )
        case MessageTaken() as event:
            await tx.execute(
                f"UPDATE {table} SET waiting = waiting - 1, taken = taken + 1, taken_at = $2, tries = 0, next_try = $2,"
                " failing_since = NULL, failure = NULL, status = $3, given_up = false WHERE line_id = $1",
                event.line_id,
                event.occurred_at,
                event.status,
            )
        case MessageFailed() as event:
            await tx.execute(
                f"UPDATE {table} SET tries = $2, next_try = $3, failing_since = coalesce(failing_since, $4),"
                " failure = $5, status = $6 WHERE line_id = $1",
                event.line_id,
                event.tries,
                event.next_try,
                event.occurred_at,
                event.failure,
                event.status,
            )
        case LineGivenUp() as event:
            await tx.execute(f"UPDATE {table} SET given_up = true WHERE line_id = $1", event.line_id)
        case LineResumed() as event:
            await tx.execute(
                f"UPDATE {table} SET given_up = false, tries = 0, next_try = $2 WHERE line_id = $1",
                event.line_id,
                event.occurred_at,
            )
        case _:
            return


connector_lines = View(
    name=NAME,
    sources=("workorders",),
    ddl=DDL,
    project=project,
    causes=(MessageQueued, MessageTaken, MessageFailed, LineGivenUp, LineResumed),
)

FIELDS = (
    "line_id, request_id, matter, body, waiting, tries, next_try, failing_since, failure, status, given_up, taken_at"
)
DUE = f"""
SELECT line_id, body FROM {NAME} WHERE waiting > 0 AND NOT given_up AND next_try <= $1 AND body = ANY($2)
ORDER BY next_try, line_id LIMIT 100
"""
OF_BODY = f"SELECT line_id FROM {NAME} WHERE waiting > 0 AND body = $1 ORDER BY next_try, line_id LIMIT $2"
OF_MATTERS = f"SELECT {FIELDS} FROM {NAME} WHERE matter = ANY($1)"
BY_BODY = f"""
SELECT body, sum(waiting)::int AS waiting, min(failing_since) AS failing_since, bool_or(given_up) AS given_up,
       max(taken_at) AS taken_at
FROM {NAME} GROUP BY body
"""


async def due_lines(pool: "asyncpg.Pool[Any]", now: datetime, bodies: Sequence[UnitCode]) -> list[tuple[UUID, str]]:
    return [(row["line_id"], row["body"]) for row in await pool.fetch(DUE, now, list(bodies))]


async def waiting_lines(pool: "asyncpg.Pool[Any]", body: UnitCode, limit: int) -> list[UUID]:
    return [row["line_id"] for row in await pool.fetch(OF_BODY, body, limit)]


async def lines_of(pool: "asyncpg.Pool[Any]", matters: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    found: dict[UUID, list[dict[str, Any]]] = {matter: [] for matter in matters}
    for row in await pool.fetch(OF_MATTERS, list(matters)):
        found[row["matter"]].append(dict(row))
    return found


async def bodies_now(pool: "asyncpg.Pool[Any]") -> dict[str, dict[str, Any]]:
    return {row["body"]: dict(row) for row in await pool.fetch(BY_BODY)}
