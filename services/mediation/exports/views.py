"""Which exports wait for a second person."""

from typing import Any
from uuid import UUID

from services.mediation.exports.decider import ExportApproved, ExportAsked, ExportRefused, Standing
from shared.eventstore import EventStore, Incoming, Transaction
from shared.messaging import View

NAME = "export_board"
MOST = 100

DDL = """
CREATE TABLE {table} (
    export_id uuid PRIMARY KEY,
    case_id uuid NOT NULL,
    request_id uuid NOT NULL,
    asked_by uuid NOT NULL,
    purpose text NOT NULL,
    standing text NOT NULL,
    until timestamptz,
    asked_at timestamptz NOT NULL
);
CREATE INDEX ON {table} (standing, asked_at);
"""


async def project(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case ExportAsked() as event:
            standing = Standing.ASKED if event.needs_approval else Standing.GRANTED
            await tx.execute(
                f"INSERT INTO {table} VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                event.export_id,
                event.case_id,
                event.request_id,
                event.asked_by,
                event.purpose,
                standing,
                event.until,
                event.occurred_at,
            )
        case ExportApproved() as event:
            await _judge(tx, table, event.export_id, Standing.GRANTED, event.until)
        case ExportRefused() as event:
            await _judge(tx, table, event.export_id, Standing.REFUSED, None)
        case _:
            pass


async def _judge(tx: Transaction, table: str, export_id: UUID, standing: Standing, until: Any) -> None:
    await tx.execute(f"UPDATE {table} SET standing = $2, until = $3 WHERE export_id = $1", export_id, standing, until)


export_board = View(name=NAME, sources=("mediation",), ddl=DDL, project=project)


class ExportBoard:
    def __init__(self, store: EventStore) -> None:
        self._store = store

    async def asked(self, after: UUID | None) -> list[dict[str, Any]]:
        """The oldest first."""
        if after is not None:
            await self._store.wait_for_view(NAME, after)
        rows = await self._store.pool.fetch(
            f"SELECT * FROM {NAME} WHERE standing = $1 ORDER BY asked_at, export_id LIMIT {MOST}", Standing.ASKED
        )
        return [dict(row) for row in rows]

    async def of_case(self, case_id: UUID, person: UUID | None, after: UUID | None) -> list[dict[str, Any]]:
        """What somebody asked for himself, the latest first."""
        if after is not None:
            await self._store.wait_for_view(NAME, after)
        rows = await self._store.pool.fetch(
            f"SELECT * FROM {NAME} WHERE case_id = $1 AND asked_by = $2 ORDER BY asked_at DESC, export_id LIMIT {MOST}",
            case_id,
            person,
        )
        return [dict(row) for row in rows]
