"""Plans of all departments as a list: what waits to be merged, and into which visit it went."""

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from services.enterprise.inspections.facts import InspectionMerged, InspectionPlanned, ObjectionDecided, PlanWithdrawn
from services.enterprise.inspections.state import PlanState
from shared.eventstore import Incoming, Transaction
from shared.kernel import UnitCode
from shared.messaging import View

DDL = """
CREATE TABLE {table} (
    plan_id uuid PRIMARY KEY,
    firm_id uuid NOT NULL,
    year integer NOT NULL,
    unit text NOT NULL,
    item text NOT NULL,
    begins date NOT NULL,
    ends date NOT NULL,
    state text NOT NULL,
    inspection_id uuid,
    on_day date
);
CREATE INDEX ON {table} (firm_id, year);
CREATE INDEX ON {table} (inspection_id)
"""


async def project(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case InspectionPlanned() as event:
            await tx.execute(
                f"INSERT INTO {table} (plan_id, firm_id, year, unit, item, begins, ends, state)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
                event.plan_id,
                event.firm_id,
                event.year,
                event.unit,
                event.item,
                event.begins,
                event.ends,
                PlanState.PLANNED,
            )
        case PlanWithdrawn() as event:
            await tx.execute(f"UPDATE {table} SET state = $2 WHERE plan_id = $1", event.plan_id, PlanState.WITHDRAWN)
        case InspectionMerged() as event:
            await tx.execute(
                f"UPDATE {table} SET state = $2, inspection_id = $3, on_day = $4 WHERE plan_id = ANY($1::uuid[])",
                list(event.plans),
                PlanState.MERGED,
                event.inspection_id,
                event.on,
            )
        case ObjectionDecided() as event if event.upheld:
            await tx.execute(
                f"UPDATE {table} SET state = $2 WHERE inspection_id = $1", event.inspection_id, PlanState.VOID
            )
        case _:
            return


inspection_plans = View(name="inspection_plans", sources=("enterprise",), ddl=DDL, project=project)


async def list_plans(
    pool: "asyncpg.Pool[Any]", of_firms: UnitCode | None, department: UnitCode | None, everything: bool, open: bool
) -> Sequence[Mapping[str, Any]]:
    """Plans at the firms of a workstation, and those of one's own department."""
    rows: Sequence[Mapping[str, Any]] = await pool.fetch(
        "SELECT p.plan_id, p.firm_id, p.year, p.unit, p.item, p.begins, p.ends, p.state, p.inspection_id, p.on_day,"
        " f.credit_code"
        " FROM inspection_plans p JOIN firm_list f USING (firm_id)"
        " WHERE ($1 OR f.unit = $2 OR p.unit = $3) AND (NOT $4 OR p.state = 'PLANNED')"
        " ORDER BY p.ends, p.plan_id LIMIT 200",
        everything,
        of_firms,
        department,
        open,
    )
    return rows
