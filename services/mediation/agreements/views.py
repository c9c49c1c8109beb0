"""Which agreements wait for a court's word: how its people find an application that both sides made (R-13)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.mediation.agreements.facts import (
    ConfirmationAccepted,
    ConfirmationDecided,
    ConfirmationExtended,
    ConfirmationFiled,
)
from shared.eventstore import EventStore, Incoming, Transaction
from shared.messaging import View

NAME = "confirmation_board"
MOST = 100
FILED, ACCEPTED, DECIDED = "filed", "accepted", "decided"

DDL = """
CREATE TABLE {table} (
    agreement_id uuid PRIMARY KEY,
    case_id uuid NOT NULL,
    request_id uuid NOT NULL,
    state text NOT NULL,
    due timestamptz,
    filed_at timestamptz NOT NULL
);
CREATE INDEX ON {table} (state, filed_at);
"""


async def project(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case ConfirmationFiled() as event:
            await tx.execute(
                f"INSERT INTO {table} VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (agreement_id) DO UPDATE"
                " SET state = EXCLUDED.state, due = EXCLUDED.due, filed_at = EXCLUDED.filed_at",
                event.agreement_id,
                event.case_id,
                event.request_id,
                FILED,
                event.acceptance_due,
                event.occurred_at,
            )
        case ConfirmationAccepted() | ConfirmationExtended() as event:
            await _move(tx, table, event.agreement_id, ACCEPTED, event.decision_due)
        case ConfirmationDecided() as event:
            await _move(tx, table, event.agreement_id, DECIDED, None)
        case _:
            pass


async def _move(tx: Transaction, table: str, agreement_id: UUID, state: str, due: datetime | None) -> None:
    await tx.execute(f"UPDATE {table} SET state = $2, due = $3 WHERE agreement_id = $1", agreement_id, state, due)


confirmation_board = View(
    name=NAME,
    sources=("mediation",),
    ddl=DDL,
    project=project,
    causes=(ConfirmationFiled, ConfirmationAccepted, ConfirmationExtended, ConfirmationDecided),
)


async def waiting(store: EventStore, after: UUID | None) -> list[dict[str, Any]]:
    """The nearest end first."""
    if after is not None:
        await store.wait_for_view(NAME, after)
    rows = await store.pool.fetch(
        f"SELECT agreement_id, case_id, state, due, filed_at FROM {NAME} WHERE state <> $1"
        f" ORDER BY due, agreement_id LIMIT {MOST}",
        DECIDED,
    )
    return [dict(row) for row in rows]
