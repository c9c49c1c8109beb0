"""clue_board: clues that wait for an officer, and the verdicts of those who brought them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.workorders.clues.facts import ClueAssigned, ClueFiled, ClueJudged
from shared.eventstore import EventStore, Incoming, Transaction
from shared.kernel import PersonId, UnitCode
from shared.messaging import View

NAME = "clue_board"

DDL = """
CREATE TABLE {table} (
    clue_id uuid PRIMARY KEY,
    source text NOT NULL,
    pseudonym uuid,
    "group" text,
    order_id uuid,
    request_id uuid,
    broadcast_id uuid,
    unit text NOT NULL,
    officer uuid,
    verdict text,
    filed_at timestamptz NOT NULL,
    judged_at timestamptz
);
CREATE INDEX ON {table} (unit, filed_at) WHERE verdict IS NULL;
CREATE INDEX ON {table} (pseudonym, filed_at);
"""

LISTED = """
SELECT clue_id, source, "group", order_id, broadcast_id, unit, officer, verdict, filed_at, judged_at FROM clue_board
WHERE (unit = $1 OR officer = $2) AND ($3::boolean IS NULL OR (verdict IS NULL) = $3)
  AND ($4::uuid IS NULL OR order_id = $4)
ORDER BY filed_at DESC, clue_id LIMIT 100
"""
OWN = """
SELECT clue_id, verdict, filed_at, judged_at FROM clue_board WHERE pseudonym = $1 ORDER BY filed_at DESC LIMIT 50
"""


async def project(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case ClueFiled(about=about) as event:
            await tx.execute(
                f'INSERT INTO {table} (clue_id, source, pseudonym, "group", order_id, request_id, broadcast_id, unit,'
                " officer, filed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
                event.clue_id,
                event.source,
                event.reporter.pseudonym if event.reporter else None,
                event.group,
                about.order_id if about else None,
                about.request_id if about else None,
                about.broadcast_id if about else None,
                event.unit,
                event.officer,
                event.occurred_at,
            )
        case ClueAssigned() as event:
            await tx.execute(f"UPDATE {table} SET officer = $2 WHERE clue_id = $1", event.clue_id, event.officer)
        case ClueJudged() as event:
            await tx.execute(
                f"UPDATE {table} SET verdict = $2, judged_at = $3 WHERE clue_id = $1",
                event.clue_id,
                event.verdict,
                event.occurred_at,
            )
        case _:
            return


clue_board = View(
    name=NAME,
    sources=("workorders",),
    ddl=DDL,
    project=project,
    causes=(ClueFiled, ClueAssigned, ClueJudged),
)


async def list_clues(
    store: EventStore, unit: UnitCode | None, person: PersonId | None, open: bool | None, order_id: UUID | None
) -> Sequence[Mapping[str, Any]]:
    """Newest first."""
    rows: Sequence[Mapping[str, Any]] = await store.pool.fetch(LISTED, unit, person, open, order_id)
    return rows


async def own_clues(store: EventStore, pseudonym: UUID) -> Sequence[Mapping[str, Any]]:
    rows: Sequence[Mapping[str, Any]] = await store.pool.fetch(OWN, pseudonym)
    return rows
