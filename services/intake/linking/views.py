"""Which requests go on together, and how many of all were repeats: same person and same matter."""

from datetime import datetime
from typing import Any

import asyncpg

from services.intake.requests.linking_facts import DuplicateLinked, LinkUndone, SameAs, VoiceJoined
from shared.eventstore import Incoming, Transaction
from shared.messaging import View

LINKS_DDL = """
CREATE TABLE {table} (
    request_id uuid PRIMARY KEY, lead uuid NOT NULL, relation text NOT NULL, number integer,
    linked_at timestamptz NOT NULL, undone_at timestamptz
);
CREATE INDEX ON {table} (lead);
CREATE INDEX ON {table} (linked_at)
"""

REPETITION = """
SELECT (SELECT count(*) FROM request_links l JOIN request_progress p USING (request_id)
        WHERE l.relation = $3 AND l.undone_at IS NULL AND p.filed_at >= $1 AND p.filed_at < $2) AS numerator,
       (SELECT count(*) FROM request_progress WHERE filed_at >= $1 AND filed_at < $2) AS denominator
"""


async def project_links(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case DuplicateLinked() as event:
            await tx.execute(
                f"INSERT INTO {table} AS known (request_id, lead, relation, linked_at) VALUES ($1, $2, $3, $4)"
                " ON CONFLICT (request_id) DO UPDATE SET lead = $2, relation = $3, linked_at = $4, undone_at = NULL,"
                " number = CASE WHEN known.lead = $2 THEN known.number END",
                event.request_id,
                event.lead,
                event.relation,
                event.occurred_at,
            )
        case LinkUndone() as event:
            await tx.execute(
                f"UPDATE {table} SET undone_at = $2 WHERE request_id = $1", event.request_id, event.occurred_at
            )
        case VoiceJoined() as event:
            await tx.execute(
                f"INSERT INTO {table} (request_id, lead, relation, number, linked_at) VALUES ($1, $2, $3, $4, $5)"
                " ON CONFLICT (request_id) DO UPDATE SET number = $4 WHERE {table}.lead = $2".format(table=table),
                event.member,
                event.request_id,
                event.relation,
                event.number,
                event.occurred_at,
            )


links = View(
    name="request_links",
    sources=("intake",),
    ddl=LINKS_DDL,
    project=project_links,
    causes=(DuplicateLinked, LinkUndone, VoiceJoined),
)


async def repetition(pool: "asyncpg.Pool[Any]", begins: datetime, ends: datetime) -> tuple[int, int]:
    """REPETITION of the domain's figures: repeats that still stand, and all requests of the period."""
    row = await pool.fetchrow(REPETITION, begins, ends, SameAs.REPEAT)
    assert row is not None
    return row["numerator"], row["denominator"]
