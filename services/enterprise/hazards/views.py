"""Hazards by their day, and whether a firm had one of the kind before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from services.enterprise.hazards.facts import (
    HazardFound,
    HazardOverdue,
    HazardRechecked,
    LeniencyDecided,
    LeniencyProposed,
    Recheck,
)
from shared.eventstore import Incoming, Transaction
from shared.kernel import ItemCode, UnitCode
from shared.messaging import View

DDL = """
CREATE TABLE {table} (
    hazard_id uuid PRIMARY KEY,
    firm_id uuid NOT NULL,
    item text NOT NULL,
    found_at text NOT NULL,
    source uuid NOT NULL,
    unit text NOT NULL,
    fix_by timestamptz NOT NULL,
    state text NOT NULL,
    rung text,
    leniency text,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX ON {table} (firm_id, item)
"""

OPEN, OVERDUE, FIXED = "OPEN", "OVERDUE", "FIXED"
PROPOSED, GRANTED, DENIED = "PROPOSED", "GRANTED", "DENIED"


async def project(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case HazardFound() as event:
            await tx.execute(
                f"INSERT INTO {table} (hazard_id, firm_id, item, found_at, source, unit, fix_by, state, recorded_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
                event.hazard_id,
                event.firm_id,
                event.item,
                event.found_at,
                event.source,
                event.unit,
                event.fix_by,
                OPEN,
                event.occurred_at,
            )
        case HazardOverdue() as event:
            await tx.execute(
                f"UPDATE {table} SET state = $2, rung = $3 WHERE hazard_id = $1", event.hazard_id, OVERDUE, event.rung
            )
        case HazardRechecked() as event:
            await tx.execute(
                f"UPDATE {table} SET state = $2, rung = NULL, fix_by = coalesce($3, fix_by) WHERE hazard_id = $1",
                event.hazard_id,
                FIXED if event.result is Recheck.FIXED else OPEN,
                event.fix_by,
            )
        case LeniencyProposed() as event:
            await tx.execute(f"UPDATE {table} SET leniency = $2 WHERE hazard_id = $1", event.hazard_id, PROPOSED)
        case LeniencyDecided() as event:
            leniency = GRANTED if event.granted else DENIED
            await tx.execute(f"UPDATE {table} SET leniency = $2 WHERE hazard_id = $1", event.hazard_id, leniency)
        case _:
            return


hazard_list = View(name="hazard_list", sources=("enterprise",), ddl=DDL, project=project)


@dataclass(frozen=True, slots=True)
class Seen:
    everything: bool
    unit: UnitCode | None
    firms: Sequence[UUID]


async def had_before(pool: "asyncpg.Pool[Any]", firm_id: UUID, item: ItemCode) -> bool:
    return bool(
        await pool.fetchval("SELECT EXISTS (SELECT FROM hazard_list WHERE firm_id = $1 AND item = $2)", firm_id, item)
    )


async def list_hazards(
    pool: "asyncpg.Pool[Any]", seen: Seen, firm_id: UUID | None, open: bool | None
) -> Sequence[Mapping[str, Any]]:
    """A unit sees what it found, and what lies at the firms of its workstation."""
    rows: Sequence[Mapping[str, Any]] = await pool.fetch(
        "SELECT h.hazard_id, h.firm_id, h.item, h.found_at, h.unit, h.fix_by, h.state, h.rung, h.leniency"
        " FROM hazard_list h JOIN firm_list f USING (firm_id)"
        " WHERE ($1 OR h.unit = $2 OR f.unit = $2 OR h.firm_id = ANY($3::uuid[]))"
        " AND ($4::uuid IS NULL OR h.firm_id = $4) AND ($5::boolean IS NULL OR (h.state <> 'FIXED') = $5)"
        " ORDER BY h.fix_by, h.hazard_id LIMIT 200",
        seen.everything,
        seen.unit,
        list(seen.firms),
        firm_id,
        open,
    )
    return rows
