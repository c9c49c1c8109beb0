"""group_register: which groups there are on a day, and who keeps them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.workorders.groups.decider import GroupClosed, GroupListed
from shared.eventstore import EventStore, Incoming, Transaction
from shared.messaging import View

NAME = "group_register"

DDL = """
CREATE TABLE {table} (
    code text PRIMARY KEY,
    kind text NOT NULL,
    area text NOT NULL,
    unit text NOT NULL,
    members integer NOT NULL,
    households integer,
    since date NOT NULL,
    until date,
    closed date
);
"""

ON_A_DAY = f"""
SELECT code, kind, area, unit, members, households, since, until FROM {NAME}
WHERE since <= $1 AND (until IS NULL OR until >= $1) AND (closed IS NULL OR closed > $1) ORDER BY kind, code
"""


async def project(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case GroupListed(listing=listing) as event:
            await tx.execute(
                f"INSERT INTO {table} (code, kind, area, unit, members, households, since, until)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (code) DO UPDATE SET kind = EXCLUDED.kind,"
                " area = EXCLUDED.area, unit = EXCLUDED.unit, members = EXCLUDED.members,"
                " households = EXCLUDED.households, since = EXCLUDED.since, until = EXCLUDED.until, closed = NULL",
                event.group,
                listing.kind,
                listing.area,
                listing.unit,
                listing.members,
                listing.households,
                listing.since,
                listing.until,
            )
        case GroupClosed() as event:
            await tx.execute(f"UPDATE {table} SET closed = $2 WHERE code = $1", event.group, event.on)
        case _:
            return


group_register = View(name=NAME, sources=("workorders",), ddl=DDL, project=project, causes=(GroupListed, GroupClosed))


async def groups_on(store: EventStore, day: date) -> Sequence[Mapping[str, Any]]:
    rows: Sequence[Mapping[str, Any]] = await store.pool.fetch(ON_A_DAY, day)
    return rows
