"""task_board: the parts that each unit was asked to do."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from services.workorders.orders.rules.facts import OrderReturned, OrderRevoked, OrderWithdrawn, OutcomeReported
from services.workorders.orders.rules.states import TaskState
from services.workorders.orders.rules.task_facts import (
    TaskAnswered,
    TaskObjected,
    TaskOverdue,
    TaskRecalled,
    TaskSigned,
    UnitsAsked,
)
from shared.eventstore import Incoming, Transaction
from shared.kernel import UnitCode
from shared.messaging import View

DDL = """
CREATE TABLE {table} (
    task_id uuid PRIMARY KEY,
    order_id uuid NOT NULL,
    request_id uuid NOT NULL,
    step text NOT NULL,
    unit text NOT NULL,
    kind text NOT NULL,
    lead boolean NOT NULL,
    state text NOT NULL,
    late boolean NOT NULL DEFAULT false,
    open boolean NOT NULL DEFAULT true,
    due timestamptz,
    asked_at timestamptz NOT NULL
);
CREATE INDEX ON {table} (unit, due, asked_at, task_id) WHERE open;
CREATE INDEX ON {table} (order_id)
"""

ENDS = {TaskAnswered: TaskState.ANSWERED, TaskObjected: TaskState.OBJECTED, TaskRecalled: TaskState.RECALLED}


async def project(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case UnitsAsked() as event:
            await _asked(event, table, tx)
        case TaskSigned() as event:
            await tx.execute(f"UPDATE {table} SET state = $2 WHERE task_id = $1", event.task_id, TaskState.SIGNED)
        case TaskAnswered() | TaskObjected() | TaskRecalled() as event:
            await tx.execute(
                f"UPDATE {table} SET state = $2, open = false, late = false WHERE task_id = $1",
                event.task_id,
                ENDS[type(event)],
            )
        case TaskOverdue() as event:
            await tx.execute(f"UPDATE {table} SET late = true WHERE task_id = $1", event.task_id)
        case OrderReturned() | OrderRevoked() | OrderWithdrawn() | OutcomeReported() as event:
            await tx.execute(
                f"UPDATE {table} SET state = $2, open = false WHERE order_id = $1 AND open",
                event.order_id,
                TaskState.RECALLED,
            )
        case _:
            return


async def _asked(event: UnitsAsked, table: str, tx: Transaction) -> None:
    for part in event.parts:
        await tx.execute(
            f"INSERT INTO {table} (task_id, order_id, request_id, step, unit, kind, lead, state, due, asked_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
            part.task_id,
            event.order_id,
            event.request_id,
            event.step,
            part.unit,
            part.kind,
            part.lead,
            TaskState.OFFERED,
            event.due,
            event.occurred_at,
        )


task_board = View(
    name="task_board",
    sources=("workorders",),
    ddl=DDL,
    project=project,
    causes=(
        UnitsAsked,
        TaskSigned,
        TaskAnswered,
        TaskObjected,
        TaskRecalled,
        TaskOverdue,
        OrderReturned,
        OrderRevoked,
        OrderWithdrawn,
        OutcomeReported,
    ),
)

LIST = """
SELECT task_id, order_id, request_id, step, unit, kind, lead, state, late, due, asked_at FROM task_board
WHERE unit = $1 AND ($2::uuid IS NULL OR request_id = $2) AND ($3::boolean IS NULL OR open = $3)
ORDER BY due NULLS LAST, asked_at, task_id LIMIT $4
"""


async def list_tasks(
    pool: "asyncpg.Pool[Any]", unit: UnitCode | None, request_id: UUID | None, is_open: bool | None, limit: int
) -> Sequence[Mapping[str, Any]]:
    """Nobody sees another unit's parts; without a unit there are none."""
    rows: Sequence[Mapping[str, Any]] = await pool.fetch(LIST, unit, request_id, is_open, limit)
    return rows
