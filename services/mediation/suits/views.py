"""Suits of a court, with how much of what was reported the court has taken."""

from typing import Any
from uuid import UUID

from services.mediation.suits.decider import CourtReportMade, CourtReportTaken, SuitDocked, SuitStageNoted
from shared.eventstore import EventStore, Incoming, Transaction
from shared.kernel import UnitCode
from shared.messaging import View

NAME = "suit_board"
PAGE = 200

DDL = """
CREATE TABLE {table} (
    request_id uuid PRIMARY KEY,
    court text NOT NULL,
    number text NOT NULL,
    stage text NOT NULL,
    reports integer NOT NULL DEFAULT 0,
    taken integer NOT NULL DEFAULT 0,
    docked_at timestamptz NOT NULL
);
CREATE INDEX ON {table} (court, docked_at);
"""


async def project(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case SuitDocked() as event:
            await tx.execute(
                f"INSERT INTO {table} (request_id, court, number, stage, docked_at) VALUES ($1, $2, $3, $4, $5)",
                event.request_id,
                event.court,
                event.number,
                event.stage,
                event.occurred_at,
            )
        case SuitStageNoted() as event:
            await tx.execute(f"UPDATE {table} SET stage = $2 WHERE request_id = $1", event.request_id, event.stage)
        case CourtReportMade() as event:
            await tx.execute(f"UPDATE {table} SET reports = reports + 1 WHERE request_id = $1", event.request_id)
        case CourtReportTaken() as event:
            await tx.execute(f"UPDATE {table} SET taken = taken + 1 WHERE request_id = $1", event.request_id)
        case _:
            pass


suit_board = View(name=NAME, sources=("mediation",), ddl=DDL, project=project)


async def suits_of(
    store: EventStore, court: UnitCode | None, pending: bool, after: UUID | None
) -> list[dict[str, Any]]:
    if after is not None:
        await store.wait_for_view(NAME, after)
    rows = await store.pool.fetch(
        f"SELECT request_id, court, number, stage, reports, taken, docked_at FROM {NAME}"
        f" WHERE court = $1 AND (NOT $2 OR reports > taken) ORDER BY docked_at, request_id LIMIT {PAGE}",
        court,
        pending,
    )
    return [dict(row) for row in rows]
