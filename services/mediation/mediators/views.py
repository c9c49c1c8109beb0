"""The register as a list: who may host people's mediation, from when until when."""

from datetime import date
from typing import Any

from services.mediation.mediators.decider import MediatorRegistered, MediatorRemoved
from shared.eventstore import EventStore, Incoming, Transaction
from shared.messaging import View

NAME = "mediator_register"

DDL = """
CREATE TABLE {table} (
    person uuid PRIMARY KEY,
    committee text NOT NULL,
    since date NOT NULL,
    until date,
    removed_on date
);
"""


async def project(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case MediatorRegistered() as event:
            await tx.execute(
                f"INSERT INTO {table} (person, committee, since, until) VALUES ($1, $2, $3, $4)"
                " ON CONFLICT (person) DO UPDATE SET committee = EXCLUDED.committee, since = EXCLUDED.since,"
                " until = EXCLUDED.until, removed_on = NULL",
                event.person,
                event.term.committee,
                event.term.since,
                event.term.until,
            )
        case MediatorRemoved() as event:
            await tx.execute(f"UPDATE {table} SET removed_on = $2 WHERE person = $1", event.person, event.on)
        case _:
            pass


mediator_register = View(
    name=NAME, sources=("mediation",), ddl=DDL, project=project, causes=(MediatorRegistered, MediatorRemoved)
)


async def registered_on(store: EventStore, day: date) -> list[dict[str, Any]]:
    rows = await store.pool.fetch(
        f"SELECT person, committee, since, until FROM {NAME} WHERE since <= $1 AND (until IS NULL OR until >= $1)"
        " AND (removed_on IS NULL OR removed_on > $1) ORDER BY committee, person",
        day,
    )
    return [dict(row) for row in rows]
