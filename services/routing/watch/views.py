"""Lists of the watch: the limits of courses and rungs; how far a broken clock has climbed; what handlers announce."""

from datetime import datetime
from uuid import UUID

from services.routing.watch.facts import (
    LimitArmed,
    LimitBreached,
    LimitPaused,
    LimitResumed,
    LimitRetimed,
    LimitStopped,
    LimitWarned,
    OverdueClimbed,
    OverdueEnded,
)
from shared.contracts.enterprise import FirmToldV1, MatterAnsweredV1, MatterAssignedV1, MatterOverdueV1
from shared.contracts.handling import OutcomeReportedV1
from shared.contracts.mediation import CaseClosedV1, LimitBreachedV1, LimitWarnedV1, MediatorNamedV1, SessionHeldV1
from shared.eventstore import Incoming, Transaction
from shared.messaging import View

LIMITS_DDL = """
CREATE TABLE {table} (
    request_id uuid NOT NULL,
    clock text NOT NULL,
    started_at timestamptz NOT NULL,
    due timestamptz NOT NULL,
    warn timestamptz,
    provisional boolean NOT NULL,
    paused_at timestamptz,
    ground text,
    warned_at timestamptz,
    breached_at timestamptz,
    stopped_at timestamptz,
    kept boolean,
    why text,
    PRIMARY KEY (request_id, clock)
);
CREATE INDEX ON {table} (due) WHERE stopped_at IS NULL
"""

OVERDUE_DDL = """
CREATE TABLE {table} (
    request_id uuid NOT NULL,
    clock text NOT NULL,
    due timestamptz NOT NULL,
    rung text NOT NULL,
    owner uuid,
    next_rung text,
    next_at timestamptz,
    climbed_at timestamptz NOT NULL,
    PRIMARY KEY (request_id, clock)
);
CREATE INDEX ON {table} (owner)
"""

ANNOUNCED_DDL = """
CREATE TABLE {table} (
    thing uuid NOT NULL,
    clock text NOT NULL,
    request_id uuid NOT NULL,
    due timestamptz NOT NULL,
    breached_at timestamptz,
    PRIMARY KEY (thing, clock)
);
CREATE INDEX ON {table} (request_id);
CREATE INDEX ON {table} (due)
"""
ASSIGNED = "CL-091"
SESSIONS = ("CL-022", "CL-023")
NAMING = ("CL-038",)


async def project_limits(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case LimitArmed() as event:
            await tx.execute(
                f"INSERT INTO {table} (request_id, clock, started_at, due, warn, provisional)"
                " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (request_id, clock) DO UPDATE"
                " SET started_at = $3, due = $4, warn = $5, provisional = $6, paused_at = NULL, ground = NULL,"
                " warned_at = NULL, breached_at = NULL, stopped_at = NULL, kept = NULL, why = NULL",
                event.request_id,
                event.clock,
                event.started_at,
                event.due,
                event.warn,
                event.provisional,
            )
        case LimitPaused() as event:
            await _change(table, tx, event, "paused_at = $3, ground = $4", event.occurred_at, event.ground)
        case LimitResumed() as event:
            change = "paused_at = NULL, ground = NULL, warned_at = NULL, due = $3, warn = $4, provisional = $5"
            await _change(table, tx, event, change, event.due, event.warn, event.provisional)
        case LimitRetimed() as event:
            change = "due = $3, warn = $4, provisional = $5, warned_at = CASE WHEN $5 THEN warned_at END"
            await _change(table, tx, event, change, event.due, event.warn, event.provisional)
        case LimitWarned() as event:
            await _change(table, tx, event, "warned_at = $3", event.occurred_at)
        case LimitBreached() as event:
            await _change(table, tx, event, "breached_at = $3", event.occurred_at)
        case LimitStopped() as event:
            await _change(
                table, tx, event, "stopped_at = $3, kept = $4, why = $5", event.occurred_at, event.kept, event.why
            )


async def _change(
    table: str,
    tx: Transaction,
    event: LimitPaused | LimitResumed | LimitRetimed | LimitWarned | LimitBreached | LimitStopped,
    change: str,
    *values: object,
) -> None:
    await tx.execute(
        f"UPDATE {table} SET {change} WHERE request_id = $1 AND clock = $2", event.request_id, event.clock, *values
    )


async def project_overdue(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case OverdueClimbed() as event:
            await tx.execute(
                f"INSERT INTO {table} (request_id, clock, due, rung, owner, next_rung, next_at, climbed_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (request_id, clock) DO UPDATE"
                " SET due = $3, rung = $4, owner = $5, next_rung = $6, next_at = $7, climbed_at = $8",
                event.request_id,
                event.clock,
                event.due,
                event.rung,
                event.owner,
                event.next_rung,
                event.next_at,
                event.occurred_at,
            )
        case OverdueEnded() as event:
            await tx.execute(f"DELETE FROM {table} WHERE request_id = $1 AND clock = $2", event.request_id, event.clock)


async def project_announced(record: Incoming, table: str, tx: Transaction) -> None:
    """A mediation tells of a limit when it is near, a matter when its day is set; what ends them ends the row."""
    match record.body:
        case LimitWarnedV1() as limit:
            await _announce(table, tx, limit.case_id, limit.clock, limit.request_id, limit.due, None)
        case LimitBreachedV1() as limit:
            await _announce(table, tx, limit.case_id, limit.clock, limit.request_id, limit.due, limit.at)
        case MatterAssignedV1() as task:
            await _announce(table, tx, task.task_id, ASSIGNED, task.request_id, task.due, None)
        case MatterOverdueV1() as task:
            await _announce(table, tx, task.task_id, ASSIGNED, task.request_id, task.due, task.at)
        case SessionHeldV1(case_id=case_id):
            await _over(table, tx, "thing", case_id, SESSIONS)
        case MediatorNamedV1(case_id=case_id):
            await _over(table, tx, "thing", case_id, NAMING)
        case CaseClosedV1(case_id=case_id):
            await _over(table, tx, "thing", case_id, None)
        case MatterAnsweredV1(task_id=task_id):
            await _over(table, tx, "thing", task_id, None)
        case FirmToldV1(request_id=request_id):
            await _over(table, tx, "request_id", request_id, (ASSIGNED,))
        case OutcomeReportedV1(request_id=request_id):
            await _over(table, tx, "request_id", request_id, None)


async def _announce(
    table: str,
    tx: Transaction,
    thing: UUID,
    clock: str,
    request_id: UUID,
    due: datetime,
    breached_at: datetime | None,
) -> None:
    await tx.execute(
        f"INSERT INTO {table} (thing, clock, request_id, due, breached_at) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (thing, clock) DO UPDATE SET due = $4, breached_at = $5",
        thing,
        clock,
        request_id,
        due,
        breached_at,
    )


async def _over(table: str, tx: Transaction, by: str, id: UUID, clocks: tuple[str, ...] | None) -> None:
    await tx.execute(
        f"DELETE FROM {table} WHERE {by} = $1 AND ($2::text[] IS NULL OR clock = ANY($2))",
        id,
        list(clocks) if clocks is not None else None,
    )


limit_board = View(
    name="limit_board",
    sources=("routing",),
    ddl=LIMITS_DDL,
    project=project_limits,
    causes=(LimitArmed, LimitPaused, LimitResumed, LimitRetimed, LimitWarned, LimitBreached, LimitStopped),
)
overdue_rungs = View(
    name="overdue_rungs",
    sources=("routing",),
    ddl=OVERDUE_DDL,
    project=project_overdue,
    causes=(OverdueClimbed, OverdueEnded),
)
announced_limits = View(
    name="announced_limits",
    sources=("enterprise", "mediation"),
    ddl=ANNOUNCED_DDL,
    project=project_announced,
    causes=(
        LimitWarnedV1,
        LimitBreachedV1,
        MatterAssignedV1,
        MatterOverdueV1,
        SessionHeldV1,
        MediatorNamedV1,
        CaseClosedV1,
        MatterAnsweredV1,
        FirmToldV1,
        OutcomeReportedV1,
    ),
)
