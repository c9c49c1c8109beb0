"""Which batches somebody brought, newest first."""

from typing import Any

import asyncpg

from services.intake.batches.bodies import BatchLine, BatchList
from services.intake.batches.facts import BatchFinished, BatchOpened, BatchPartFiled
from shared.eventstore import Incoming, Transaction
from shared.kernel import PersonId
from shared.messaging import View

DDL = """
CREATE TABLE {table} (
    batch_id uuid PRIMARY KEY, filed_by uuid, door text NOT NULL, opened_at timestamptz NOT NULL, rows integer NOT NULL,
    filed integer NOT NULL DEFAULT 0, refused integer NOT NULL, finished boolean NOT NULL DEFAULT false
);
CREATE INDEX ON {table} (filed_by, opened_at DESC)
"""
SHOWN = 50


async def project(record: Incoming, table: str, tx: Transaction) -> None:
    event = record.body
    match event:
        case BatchOpened():
            await tx.execute(
                f"INSERT INTO {table} (batch_id, filed_by, door, opened_at, rows, refused)"
                " VALUES ($1, $2, $3, $4, $5, $6)",
                event.batch_id,
                event.filed_by,
                event.door,
                event.occurred_at,
                event.rows,
                event.refused_rows,
            )
        case BatchPartFiled():
            await tx.execute(
                f"UPDATE {table} SET filed = filed + $2, refused = refused + $3 WHERE batch_id = $1",
                event.batch_id,
                len(event.filed),
                len(event.refused),
            )
        case BatchFinished():
            await tx.execute(f"UPDATE {table} SET finished = true WHERE batch_id = $1", event.batch_id)


batches_view = View("batch_list", ("intake",), DDL, project, causes=(BatchOpened, BatchPartFiled, BatchFinished))


async def own_batches(pool: "asyncpg.Pool[Any]", person: PersonId | None) -> BatchList:
    rows = await pool.fetch(
        "SELECT batch_id, door, opened_at, rows, filed, refused, finished FROM batch_list"
        " WHERE filed_by = $1 ORDER BY opened_at DESC LIMIT $2",
        person,
        SHOWN,
    )
    return BatchList(batches=tuple(BatchLine(**dict(row)) for row in rows))
