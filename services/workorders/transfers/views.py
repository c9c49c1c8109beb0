"""transfer_board: what is out, with whom, since when, until when, and whose turn it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from services.workorders.transfers.facts import (
    AnswerSentBack,
    OutcomeReported,
    TransferAnswered,
    TransferObjected,
    TransferOffered,
    TransferOverdue,
    TransferReceived,
    TransferReturned,
    TransferRevoked,
    TransferSent,
    TransferSigned,
    TransferWithdrawn,
)
from shared.contracts.codes import Category
from shared.eventstore import Incoming, Transaction
from shared.kernel import UnitCode
from shared.messaging import View
from shared.web.cursors import Place

NAME = "transfer_board"

DDL = """
CREATE TABLE {table} (
    transfer_id uuid PRIMARY KEY,
    request_id uuid NOT NULL,
    attempt integer NOT NULL,
    category text NOT NULL,
    priority text NOT NULL,
    unit text NOT NULL,
    body text,
    owner uuid,
    state text NOT NULL,
    open boolean NOT NULL,
    late text[] NOT NULL DEFAULT '{{}}',
    objected text,
    proof_demanded boolean NOT NULL DEFAULT false,
    offered_at timestamptz NOT NULL,
    send_due timestamptz NOT NULL,
    sent_at timestamptz,
    receipt_due timestamptz,
    received_at timestamptz,
    answer_due timestamptz NOT NULL,
    answered_at timestamptz,
    ended_at timestamptz
);
CREATE INDEX ON {table} (request_id);
CREATE INDEX ON {table} (offered_at, transfer_id) WHERE open;
CREATE INDEX ON {table} (body, offered_at)
"""

WAITING, OUT, RECEIVED, ANSWERED, DONE = "waiting", "out", "received", "answered", "done"
BACK, TAKEN_AWAY = "back", "taken_away"


async def project(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case TransferOffered() as event:
            await _offered(event, table, tx)
        case TransferSigned() as event:
            await tx.execute(f"UPDATE {table} SET owner = $2 WHERE transfer_id = $1", event.transfer_id, event.owner)
        case TransferSent() as event:
            await tx.execute(
                f"UPDATE {table} SET state = $2, body = $3, sent_at = $4, receipt_due = $5, proof_demanded = $6,"
                " late = ARRAY[]::text[] WHERE transfer_id = $1",
                event.transfer_id,
                OUT,
                event.to.code,
                event.occurred_at,
                event.receipt_due,
                event.proof_demanded,
            )
        case TransferReceived() as event:
            await tx.execute(
                f"UPDATE {table} SET state = $2, received_at = $3, late = array_remove(late, 'receipt')"
                " WHERE transfer_id = $1",
                event.transfer_id,
                RECEIVED,
                event.occurred_at,
            )
        case TransferAnswered() as event:
            await tx.execute(
                f"UPDATE {table} SET state = $2, answered_at = $3, late = array_remove(late, 'answer')"
                " WHERE transfer_id = $1",
                event.transfer_id,
                ANSWERED,
                event.occurred_at,
            )
        case AnswerSentBack() as event:
            await tx.execute(
                f"UPDATE {table} SET state = $2, answered_at = NULL WHERE transfer_id = $1", event.transfer_id, RECEIVED
            )
        case TransferObjected() as event:
            await tx.execute(
                f"UPDATE {table} SET objected = $2 WHERE transfer_id = $1", event.transfer_id, event.reason
            )
        case TransferOverdue() as event:
            await tx.execute(
                f"UPDATE {table} SET late = array_append(late, $2) WHERE transfer_id = $1",
                event.transfer_id,
                event.late,
            )
        case OutcomeReported() | TransferReturned() | TransferRevoked() | TransferWithdrawn() as event:
            await tx.execute(
                f"UPDATE {table} SET state = $2, open = false, ended_at = $3 WHERE transfer_id = $1",
                event.transfer_id,
                _end(event),
                event.occurred_at,
            )
        case _:
            return


def _end(event: OutcomeReported | TransferReturned | TransferRevoked | TransferWithdrawn) -> str:
    match event:
        case OutcomeReported():
            return DONE
        case TransferReturned():
            return BACK
        case _:
            return TAKEN_AWAY


async def _offered(event: TransferOffered, table: str, tx: Transaction) -> None:
    offer = event.offer
    await tx.execute(
        f"INSERT INTO {table} (transfer_id, request_id, attempt, category, priority, unit, owner, state, open,"
        " offered_at, send_due, answer_due)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, true, $9, $10, $11) ON CONFLICT DO NOTHING",
        offer.transfer_id,
        offer.request_id,
        offer.attempt,
        offer.category,
        offer.priority,
        offer.unit,
        offer.owner,
        WAITING,
        event.occurred_at,
        offer.send_due,
        offer.answer_due,
    )


transfer_board = View(
    name=NAME,
    sources=("workorders",),
    ddl=DDL,
    project=project,
    causes=(
        TransferOffered,
        TransferSigned,
        TransferSent,
        TransferReceived,
        TransferAnswered,
        AnswerSentBack,
        TransferObjected,
        TransferOverdue,
        OutcomeReported,
        TransferReturned,
        TransferRevoked,
        TransferWithdrawn,
    ),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """`body`: only what is with this body, which sees nothing else."""

    request_id: UUID | None
    open: bool | None
    body: UnitCode | None
    unit: UnitCode | None
    hides_complaints: bool
    after: Place | None
    limit: int


LIST = f"""
SELECT transfer_id, request_id, attempt, category, priority, unit, body, owner, state, open, late, objected,
       proof_demanded, offered_at, send_due, sent_at, receipt_due, received_at, answer_due, answered_at, ended_at
FROM {NAME}
WHERE ($1::uuid IS NULL OR request_id = $1) AND ($2::boolean IS NULL OR open = $2)
  AND ($3::text IS NULL OR body = $3) AND ($4::text IS NULL OR unit = $4)
  AND (NOT $5 OR category <> '{Category.CPL}')
  AND ($6::timestamptz IS NULL OR (offered_at, transfer_id) > ($6, $7))
ORDER BY offered_at, transfer_id LIMIT $8
"""


async def list_transfers(pool: "asyncpg.Pool[Any]", wanted: Wanted) -> Sequence[Mapping[str, Any]]:
    at, id = (wanted.after.at, wanted.after.id) if wanted.after else (None, None)
    rows: Sequence[Mapping[str, Any]] = await pool.fetch(
        LIST, wanted.request_id, wanted.open, wanted.body, wanted.unit, wanted.hides_complaints, at, id, wanted.limit
    )
    return rows
