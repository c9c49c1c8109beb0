"""deliberation_list: what is talked through where, who was told of a danger, how many stand behind it."""

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from services.workorders.deliberations.facts import (
    DangerAcknowledged,
    DangerTold,
    Decided,
    DeliberationOpened,
    Discussed,
    Solved,
    Step,
    Supported,
)
from shared.eventstore import Incoming, Transaction
from shared.kernel import UnitCode
from shared.messaging import View

DDL = """
CREATE TABLE {table} (
    deliberation_id uuid PRIMARY KEY,
    request_id uuid NOT NULL,
    topic text NOT NULL,
    unit text NOT NULL,
    step text NOT NULL,
    danger text,
    told text[] NOT NULL DEFAULT '{{}}',
    silent text[] NOT NULL DEFAULT '{{}}',
    supporters integer NOT NULL DEFAULT 0,
    opened_at timestamptz NOT NULL
);
CREATE INDEX ON {table} (unit, opened_at)
"""


async def project(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case DeliberationOpened() as event:
            await tx.execute(
                f"INSERT INTO {table} (deliberation_id, request_id, topic, unit, step, opened_at)"
                " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
                event.deliberation_id,
                event.request_id,
                event.topic,
                event.unit,
                Step.FIND,
                event.occurred_at,
            )
        case DangerTold() as event:
            await tx.execute(
                f"UPDATE {table} SET danger = $2, told = $3, silent = $3 WHERE deliberation_id = $1",
                event.deliberation_id,
                event.danger,
                list(event.units),
            )
        case DangerAcknowledged() as event:
            await tx.execute(
                f"UPDATE {table} SET silent = array_remove(silent, $2) WHERE deliberation_id = $1",
                event.deliberation_id,
                event.unit,
            )
        case Supported() as event:
            await tx.execute(
                f"UPDATE {table} SET supporters = supporters + 1 WHERE deliberation_id = $1", event.deliberation_id
            )
        case Discussed() | Decided() | Solved() as event:
            steps: Mapping[type, Step] = {Discussed: Step.DISCUSS, Decided: Step.SOLVE, Solved: Step.SOLVED}
            await tx.execute(
                f"UPDATE {table} SET step = $2 WHERE deliberation_id = $1", event.deliberation_id, steps[type(event)]
            )
        case _:
            return


deliberation_list = View(
    "deliberation_list",
    ("workorders",),
    DDL,
    project,
    causes=(DeliberationOpened, DangerTold, DangerAcknowledged, Supported, Discussed, Decided, Solved),
)


async def list_deliberations(
    pool: "asyncpg.Pool[Any]", everything: bool, unit: UnitCode | None, limit: int
) -> Sequence[Mapping[str, Any]]:
    """Of one's unit, and those of whose danger it was told; where somebody is still silent first."""
    rows: Sequence[Mapping[str, Any]] = await pool.fetch(
        "SELECT deliberation_id, request_id, topic, unit, step, danger, told, silent, supporters, opened_at"
        " FROM deliberation_list WHERE $1 OR unit = $2 OR $2 = ANY(told)"
        " ORDER BY cardinality(silent) = 0, step = 'solved', opened_at, deliberation_id LIMIT $3",
        everything,
        unit,
        limit,
    )
    return rows
