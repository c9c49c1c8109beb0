"""What people corrected: (reference, label) for the next training. Texts stay in the vault; the erased drop out."""

from uuid import UUID

import orjson

from services.routing.decisions.facts import DecisionOverruled, OverruleUndone
from services.routing.decisions.rules.ruling import Ruling
from shared.eventstore import Incoming, Transaction
from shared.messaging import View

DDL = """
CREATE TABLE {table} (
    request_id uuid NOT NULL,
    record_id uuid PRIMARY KEY,
    overruled_at timestamptz NOT NULL,
    before jsonb,
    after jsonb NOT NULL,
    reason text NOT NULL,
    undone boolean NOT NULL DEFAULT false
);
CREATE INDEX ON {table} (request_id)
"""


async def project(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case DecisionOverruled() as event:
            await tx.execute(
                f"INSERT INTO {table} (request_id, record_id, overruled_at, before, after, reason)"
                " VALUES ($1, $2, $3, $4, $5, $6)",
                event.request_id,
                UUID(str(record.record_id)),
                event.occurred_at,
                _label(event.before) if event.before else None,
                _label(event.after),
                event.reason,
            )
        case OverruleUndone() as event:
            await tx.execute(
                f"UPDATE {table} SET undone = true WHERE record_id = (SELECT record_id FROM {table}"
                " WHERE request_id = $1 ORDER BY overruled_at DESC LIMIT 1)",
                event.request_id,
            )


def _label(ruling: Ruling) -> str:
    return orjson.dumps(ruling).decode()


corrections = View(
    name="corrections", sources=("routing",), ddl=DDL, project=project, causes=(DecisionOverruled, OverruleUndone)
)
