"""Matters by due time: the workstation's board, and the tasks of each department."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, assert_never
from uuid import UUID

import asyncpg

from services.enterprise.matters.facts import (
    FirmNamed,
    FirmTold,
    GateOverdue,
    HandlingStarted,
    MatterEnd,
    MatterOffered,
    MatterReturned,
    MatterRevoked,
    MatterSigned,
    MatterWithdrawn,
    OutcomeReported,
    TaskAnswered,
    TaskAssigned,
    TaskObjected,
    TaskOverdue,
    TaskUrged,
)
from services.enterprise.matters.state import TaskState
from shared.contracts.codes import Category, Outcome, State
from shared.eventstore import Incoming, Transaction
from shared.kernel import PersonId, UnitCode
from shared.messaging import View
from shared.web.cursors import Place

BOARD = """
CREATE TABLE {table} (
    matter_id uuid PRIMARY KEY,
    request_id uuid NOT NULL,
    attempt integer NOT NULL,
    category text NOT NULL,
    priority text NOT NULL,
    kind text,
    firm_id uuid,
    unit text NOT NULL,
    owner uuid,
    requester uuid,
    complained_of uuid,
    state text NOT NULL,
    open boolean NOT NULL,
    gate_late boolean NOT NULL DEFAULT false,
    answer_due timestamptz NOT NULL,
    offered_at timestamptz NOT NULL,
    signed_at timestamptz,
    ended_at timestamptz
);
CREATE INDEX ON {table} (request_id);
CREATE INDEX ON {table} (firm_id);
CREATE INDEX ON {table} (unit, answer_due) WHERE open
"""

TASKS = """
CREATE TABLE {table} (
    task_id uuid PRIMARY KEY,
    matter_id uuid NOT NULL,
    request_id uuid NOT NULL,
    unit text NOT NULL,
    state text NOT NULL,
    due timestamptz NOT NULL,
    rung text,
    urged integer NOT NULL DEFAULT 0,
    assigned_at timestamptz NOT NULL,
    answered_at timestamptz
);
CREATE INDEX ON {table} (matter_id);
CREATE INDEX ON {table} (unit, due)
"""

REVOKED = "REVOKED"
"""Taken away by routing; no code of the domain, because the next attempt carries the request on."""

OUTCOMES: Mapping[Outcome, State] = {
    Outcome.DONE: State.RESOLVED,
    Outcome.SETTLED: State.RESOLVED,
    Outcome.FAILED: State.FAILED,
    Outcome.REFUSED: State.REFUSED,
    Outcome.HANDED_OVER: State.HANDED_OVER,
}


def state_of_end(end: MatterEnd) -> str:
    match end:
        case MatterReturned():
            return State.RETURNED
        case MatterRevoked():
            return REVOKED
        case MatterWithdrawn():
            return State.WITHDRAWN
        case OutcomeReported(outcome=outcome):
            return OUTCOMES[outcome]
        case _:
            assert_never(end)


async def project_board(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case MatterOffered() as event:
            await _offered(event, table, tx)
        case MatterSigned() as event:
            await tx.execute(
                f"UPDATE {table} SET state = $2, kind = $3, owner = $4, unit = $5, signed_at = $6 WHERE matter_id = $1",
                event.matter_id,
                State.SIGNED,
                event.kind,
                event.owner,
                event.unit,
                event.occurred_at,
            )
        case FirmNamed() as event:
            await tx.execute(f"UPDATE {table} SET firm_id = $2 WHERE matter_id = $1", event.matter_id, event.firm_id)
        case GateOverdue() as event:
            await tx.execute(f"UPDATE {table} SET gate_late = true WHERE matter_id = $1", event.matter_id)
        case HandlingStarted() | TaskAssigned() | TaskUrged() | FirmTold() as event:
            await tx.execute(
                f"UPDATE {table} SET state = $2 WHERE matter_id = $1 AND state <> $3",
                event.matter_id,
                _state_after(event),
                State.ANSWERED,
            )
        case MatterReturned() | MatterRevoked() | MatterWithdrawn() | OutcomeReported() as event:
            await tx.execute(
                f"UPDATE {table} SET state = $2, open = false, ended_at = $3 WHERE matter_id = $1",
                event.matter_id,
                state_of_end(event),
                event.occurred_at,
            )
        case _:
            return


def _state_after(event: HandlingStarted | TaskAssigned | TaskUrged | FirmTold) -> State:
    match event:
        case HandlingStarted():
            return State.IN_PROGRESS
        case TaskAssigned():
            return State.ASSIGNED
        case TaskUrged():
            return State.RECTIFYING
        case FirmTold():
            return State.ANSWERED
        case _:
            assert_never(event)


async def _offered(event: MatterOffered, table: str, tx: Transaction) -> None:
    offer = event.offer
    await tx.execute(
        f"INSERT INTO {table} (matter_id, request_id, attempt, category, priority, firm_id, unit, owner, requester,"
        " complained_of, state, open, answer_due, offered_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, true, $12, $13) ON CONFLICT DO NOTHING",
        offer.matter_id,
        offer.request_id,
        offer.attempt,
        offer.category,
        offer.priority,
        offer.firm_id,
        offer.unit,
        offer.owner,
        offer.requester,
        offer.other_party if offer.category is Category.CPL else None,
        State.OFFERED,
        offer.answer_due,
        event.occurred_at,
    )


async def project_tasks(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case TaskAssigned() as event:
            await tx.execute(
                f"INSERT INTO {table} (task_id, matter_id, request_id, unit, state, due, assigned_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
                event.task_id,
                event.matter_id,
                event.request_id,
                event.unit,
                TaskState.OPEN,
                event.due,
                event.occurred_at,
            )
        case TaskOverdue() as event:
            await tx.execute(f"UPDATE {table} SET rung = $2 WHERE task_id = $1", event.task_id, event.rung)
        case TaskUrged() as event:
            await tx.execute(f"UPDATE {table} SET urged = urged + 1 WHERE task_id = $1", event.task_id)
        case TaskObjected() | TaskAnswered() as event:
            stands = TaskState.ANSWERED if isinstance(event, TaskAnswered) else TaskState.OBJECTED
            await tx.execute(
                f"UPDATE {table} SET state = $2, answered_at = $3 WHERE task_id = $1",
                event.task_id,
                stands,
                event.occurred_at,
            )
        case _:
            return


matter_board = View(name="matter_board", sources=("enterprise",), ddl=BOARD, project=project_board)
matter_tasks = View(name="matter_tasks", sources=("enterprise",), ddl=TASKS, project=project_tasks)


@dataclass(frozen=True, slots=True)
class Seen:
    """Which rows somebody may see; every field that is set opens some."""

    everything: bool = False
    unit: UnitCode | None = None
    person: PersonId | None = None
    firms: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list asks for; `after` is the last row of the page before."""

    request_id: UUID | None = None
    firm_id: UUID | None = None
    open: bool | None = None
    after: Place | None = None
    limit: int = 50


LIST = """
WITH seen AS (
    SELECT m.*, least(answer_due, (SELECT min(t.due) FROM matter_tasks t
                                   WHERE t.matter_id = m.matter_id AND t.state = 'OPEN')) AS next_due,
           (SELECT count(*) FROM matter_tasks t WHERE t.matter_id = m.matter_id AND t.state = 'OPEN') AS open_tasks,
           (SELECT count(*) FROM matter_tasks t
            WHERE t.matter_id = m.matter_id AND t.state = 'OPEN' AND t.rung IS NOT NULL) AS late_tasks
    FROM matter_board m
    WHERE ($1 OR unit = $2 OR owner = $3 OR requester = $3 OR firm_id = ANY($4::uuid[]))
      AND (complained_of IS NULL OR complained_of IS DISTINCT FROM $3)
      AND ($5::uuid IS NULL OR request_id = $5) AND ($6::uuid IS NULL OR firm_id = $6)
      AND ($7::boolean IS NULL OR open = $7)
)
SELECT matter_id, request_id, attempt, category, priority, kind, firm_id, unit, owner, state, open, gate_late,
       answer_due, next_due, open_tasks, late_tasks, offered_at, signed_at, ended_at
FROM seen WHERE ($8::timestamptz IS NULL OR (next_due, matter_id) > ($8, $9))
ORDER BY next_due, matter_id LIMIT $10
"""


async def list_matters(pool: "asyncpg.Pool[Any]", seen: Seen, wanted: Wanted) -> Sequence[Mapping[str, Any]]:
    """Soonest due first."""
    at, matter_id = (wanted.after.at, wanted.after.id) if wanted.after else (None, None)
    rows: Sequence[Mapping[str, Any]] = await pool.fetch(
        LIST,
        seen.everything,
        seen.unit,
        seen.person,
        list(seen.firms),
        wanted.request_id,
        wanted.firm_id,
        wanted.open,
        at,
        matter_id,
        wanted.limit,
    )
    return rows


async def list_tasks(pool: "asyncpg.Pool[Any]", unit: UnitCode | None, open: bool | None) -> list[Mapping[str, Any]]:
    """A department's own tasks, soonest due first; for `unit` None those of every department."""
    rows = await pool.fetch(
        "SELECT task_id, matter_id, request_id, unit, state, due, rung, urged, assigned_at, answered_at"
        " FROM matter_tasks WHERE ($1::text IS NULL OR unit = $1)"
        " AND ($2::boolean IS NULL OR (state = 'OPEN') = $2) ORDER BY due, task_id LIMIT 200",
        unit,
        open,
    )
    return list(rows)
