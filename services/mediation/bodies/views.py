"""The register of bodies as a list: who may host industry or court mediation, and who is on a list on a day."""

from datetime import date
from typing import Any

from services.mediation.bodies.decider import BodyListed, BodyRegistered, BodyStruckOff
from shared.eventstore import EventStore, Incoming, Transaction
from shared.messaging import View

NAME = "body_register"

DDL = """
CREATE TABLE {table} (
    code text PRIMARY KEY,
    kind text NOT NULL,
    trades text[] NOT NULL,
    since date NOT NULL,
    until date,
    struck_off date,
    lists daterange[] NOT NULL DEFAULT '{{}}'
);
"""

ON_A_DAY = """
SELECT code, kind, trades, since, until, $1::date <@ ANY (lists) AS listed FROM {name}
WHERE since <= $1 AND (until IS NULL OR until >= $1) AND (struck_off IS NULL OR struck_off > $1) ORDER BY kind, code
"""


async def project(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case BodyRegistered() as event:
            await tx.execute(
                f"INSERT INTO {table} (code, kind, trades, since, until) VALUES ($1, $2, $3, $4, $5)"
                " ON CONFLICT (code) DO UPDATE SET kind = EXCLUDED.kind, trades = EXCLUDED.trades,"
                " since = EXCLUDED.since, until = EXCLUDED.until, struck_off = NULL",
                event.code,
                event.kind,
                [str(trade) for trade in event.trades],
                event.span.since,
                event.span.until,
            )
        case BodyListed() as event:
            await tx.execute(
                f"UPDATE {table} SET lists = array_append(lists, daterange($2, $3, '[]')) WHERE code = $1",
                event.code,
                event.span.since,
                event.span.until,
            )
        case BodyStruckOff() as event:
            await tx.execute(
                f"UPDATE {table} SET struck_off = $2, lists = '{{}}' WHERE code = $1", event.code, event.on
            )
        case _:
            pass


body_register = View(name=NAME, sources=("mediation",), ddl=DDL, project=project)


async def bodies_on(store: EventStore, day: date) -> list[dict[str, Any]]:
    return [dict(row) for row in await store.pool.fetch(ON_A_DAY.format(name=NAME), day)]
