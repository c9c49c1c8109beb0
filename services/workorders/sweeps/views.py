"""sweep_list: which sweeps are walked, and how far each is."""

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from services.workorders.sweeps.facts import FindingMade, PointNotReached, PointVisited, SweepClosed, SweepPlanned
from shared.eventstore import Incoming, Transaction
from shared.kernel import UnitCode
from shared.messaging import View

DDL = """
CREATE TABLE {table} (
    sweep_id uuid PRIMARY KEY,
    kind text NOT NULL,
    unit text NOT NULL,
    units text[] NOT NULL,
    opens_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    planned integer NOT NULL,
    visited uuid[] NOT NULL DEFAULT '{{}}',
    missed uuid[] NOT NULL DEFAULT '{{}}',
    requests integer NOT NULL DEFAULT 0,
    settled integer NOT NULL DEFAULT 0,
    closed boolean NOT NULL DEFAULT false
);
CREATE INDEX ON {table} (ends_at)
"""


async def project(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case SweepPlanned() as event:
            await tx.execute(
                f"INSERT INTO {table} (sweep_id, kind, unit, units, opens_at, ends_at, planned)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
                event.sweep_id,
                event.kind,
                event.unit,
                list(event.units),
                event.opens_at,
                event.ends_at,
                len(event.points),
            )
        case PointVisited() as event:
            await tx.execute(
                f"UPDATE {table} SET visited = visited || $2::uuid, missed = array_remove(missed, $2)"
                " WHERE sweep_id = $1",
                event.sweep_id,
                event.point_id,
            )
        case PointNotReached() as event:
            await tx.execute(
                f"UPDATE {table} SET missed = array_remove(missed, $2) || $2::uuid WHERE sweep_id = $1",
                event.sweep_id,
                event.point_id,
            )
        case FindingMade() as event:
            column = "settled" if event.request_id is None else "requests"
            await tx.execute(f"UPDATE {table} SET {column} = {column} + 1 WHERE sweep_id = $1", event.sweep_id)
        case SweepClosed() as event:
            await tx.execute(f"UPDATE {table} SET closed = true WHERE sweep_id = $1", event.sweep_id)
        case _:
            return


sweep_list = View(
    "sweep_list",
    ("workorders",),
    DDL,
    project,
    causes=(SweepPlanned, PointVisited, PointNotReached, FindingMade, SweepClosed),
)


async def list_sweeps(
    pool: "asyncpg.Pool[Any]", everything: bool, unit: UnitCode | None, limit: int
) -> Sequence[Mapping[str, Any]]:
    rows: Sequence[Mapping[str, Any]] = await pool.fetch(
        "SELECT sweep_id, kind, unit, units, opens_at, ends_at, planned, cardinality(visited) AS visited,"
        " cardinality(missed) AS not_reached, requests + settled AS findings, requests, settled, closed"
        " FROM sweep_list WHERE $1 OR $2 = ANY(units) ORDER BY closed, ends_at, sweep_id LIMIT $3",
        everything,
        unit,
        limit,
    )
    return rows
