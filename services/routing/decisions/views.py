"""Lists for the desk: what waits for whom, and which clocks run."""

from enum import StrEnum
from typing import assert_never

from services.routing.clocks.facts import (
    ClockArmed,
    ClockBreached,
    ClockPaused,
    ClockResumed,
    ClockRetimed,
    ClockStopped,
    ClockWarned,
)
from services.routing.decisions.facts import (
    ConfirmationUndone,
    DangerNoted,
    DecisionConfirmed,
    DecisionOverruled,
    HandlingNoted,
    HandlingRevoked,
    HandlingStep,
    OverruleUndone,
    RequestClassified,
    RequestJudged,
    RequestReturned,
    RequestRouted,
    ScreeningAsked,
    ScreeningReason,
    TriageBegun,
    TriageEnded,
    TriageReopened,
    TriageResumed,
)
from services.routing.decisions.gate_facts import ThoseComplainedOfNamed
from services.routing.decisions.placing_facts import HolderChanged, PlaceSettled
from shared.eventstore import Incoming, Transaction
from shared.messaging import View


class Stage(StrEnum):
    """Where a request stands in triage, as lists and pages show it."""

    JUDGING = "judging"
    WAITING_FOR_PERSON = "waiting_for_person"
    GATED = "gated"
    ROUTED = "routed"
    FINISHED = "finished"
    ENDED = "ended"


GATE_ONLY = frozenset({ScreeningReason.GATE_PENDING})

WORKLIST_DDL = """
CREATE TABLE {table} (
    request_id uuid PRIMARY KEY,
    stage text NOT NULL,
    attempt integer NOT NULL DEFAULT 1,
    door text NOT NULL,
    category text,
    flags text[] NOT NULL DEFAULT '{{}}',
    priority text,
    police text,
    channel text,
    confidence integer,
    decided_by text,
    reasons text[] NOT NULL DEFAULT '{{}}',
    danger text[] NOT NULL,
    unit text,
    owner uuid,
    deputy uuid,
    signed boolean NOT NULL DEFAULT false,
    title_item uuid,
    place_item uuid,
    grid text,
    filed_at timestamptz NOT NULL,
    answer_due timestamptz,
    clocks jsonb NOT NULL DEFAULT '{{}}',
    due timestamptz,
    due_clock text,
    late boolean NOT NULL DEFAULT false,
    barred_units text[] NOT NULL DEFAULT '{{}}',
    barred_people uuid[] NOT NULL DEFAULT '{{}}',
    changed_at timestamptz NOT NULL,
    urgency smallint GENERATED ALWAYS AS (
        CASE WHEN cardinality(danger) > 0 AND stage = 'waiting_for_person' THEN 0
             WHEN priority IS NULL THEN 3 ELSE 1 + right(priority, 1)::smallint END
    ) STORED,
    due_or_never timestamptz GENERATED ALWAYS AS (coalesce(due, timestamptz '9999-12-31 00:00:00Z')) STORED
);
CREATE INDEX ON {table} (urgency, due_or_never, request_id) WHERE stage NOT IN ('finished', 'ended');
CREATE INDEX ON {table} (unit);
CREATE INDEX ON {table} (owner)
"""

CLOCK_BOARD_DDL = """
CREATE TABLE {table} (
    request_id uuid NOT NULL,
    clock text NOT NULL,
    started_at timestamptz NOT NULL,
    due timestamptz NOT NULL,
    warn timestamptz,
    provisional boolean NOT NULL,
    paused_at timestamptz,
    warned_at timestamptz,
    breached_at timestamptz,
    stopped_at timestamptz,
    kept boolean,
    why text,
    PRIMARY KEY (request_id, clock)
);
CREATE INDEX ON {table} (due) WHERE stopped_at IS NULL
"""


async def project_worklist(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case (
            ClockArmed() | ClockPaused() | ClockResumed() | ClockRetimed() | ClockBreached() | ClockStopped()
        ) as event:
            await _clock(event, table, tx)
        case TriageBegun() as event:
            await _begin(event, table, tx)
        case RequestJudged() as event:
            await tx.execute(
                f"UPDATE {table} SET grid = $2, danger = ARRAY(SELECT DISTINCT unnest(danger || $3::text[]) ORDER BY 1)"
                " WHERE request_id = $1",
                event.request_id,
                event.grid,
                list(event.danger),
            )
        case RequestClassified() as event:
            await _classified(event, table, tx)
        case ScreeningAsked() as event:
            await _screening(event, table, tx)
        case RequestRouted() as event:
            await _routed(event, table, tx)
        case DecisionConfirmed() as event:
            await tx.execute(
                f"UPDATE {table} SET decided_by = 'person', changed_at = $2, reasons = '{{}}' WHERE request_id = $1",
                event.request_id,
                event.occurred_at,
            )
        case DecisionOverruled() as event:
            await tx.execute(
                f"UPDATE {table} SET changed_at = $2, reasons = '{{}}' WHERE request_id = $1",
                event.request_id,
                event.occurred_at,
            )
        case OverruleUndone(restored=None) as event:
            await tx.execute(
                f"UPDATE {table} SET category = NULL, priority = NULL, police = NULL, channel = NULL,"
                " confidence = NULL, decided_by = NULL, flags = '{}' WHERE request_id = $1",
                event.request_id,
            )
        case ConfirmationUndone() as event:
            await tx.execute(
                f"UPDATE {table} SET decided_by = $2, changed_at = $3 WHERE request_id = $1",
                event.request_id,
                event.decided_by,
                event.occurred_at,
            )
        case ThoseComplainedOfNamed() as event:
            await tx.execute(
                f"UPDATE {table} SET barred_units = barred_units || $2::text[],"
                " barred_people = barred_people || $3::uuid[] WHERE request_id = $1",
                event.request_id,
                list(event.units),
                list(event.people),
            )
        case PlaceSettled() as event:
            await tx.execute(f"UPDATE {table} SET grid = $2 WHERE request_id = $1", event.request_id, event.grid)
        case HolderChanged() as event:
            await tx.execute(
                f"UPDATE {table} SET unit = $2, owner = $3, deputy = CASE WHEN deputy = $3 THEN owner ELSE deputy END"
                " WHERE request_id = $1",
                event.request_id,
                event.unit,
                event.owner,
            )
        case HandlingRevoked() | RequestReturned() | TriageReopened() | TriageResumed() as event:
            await tx.execute(
                f"UPDATE {table} SET stage = 'judging', unit = NULL, owner = NULL, deputy = NULL, signed = false,"
                " reasons = '{}', changed_at = $2 WHERE request_id = $1",
                event.request_id,
                event.occurred_at,
            )
        case HandlingNoted() as event:
            await _noted(event, table, tx)
        case DangerNoted() as event:
            await tx.execute(
                f"UPDATE {table} SET danger = ARRAY(SELECT DISTINCT unnest(danger || $2::text[]) ORDER BY 1)"
                " WHERE request_id = $1",
                event.request_id,
                list(event.danger),
            )
        case TriageEnded() as event:
            await tx.execute(
                f"UPDATE {table} SET stage = 'ended', reasons = '{{}}', changed_at = $2 WHERE request_id = $1",
                event.request_id,
                event.occurred_at,
            )


async def _clock(
    event: ClockArmed | ClockPaused | ClockResumed | ClockRetimed | ClockBreached | ClockStopped,
    table: str,
    tx: Transaction,
) -> None:
    """What sorts the list stands in its row: the next promise that runs, and whether one is broken."""
    match event:
        case ClockArmed(due=due):
            change, values = (
                "old.clocks || jsonb_build_object($2::text, jsonb_build_object('due', $3::timestamptz))",
                [due],
            )
        case ClockResumed(due=due) | ClockRetimed(due=due):
            change = (
                "jsonb_set(old.clocks, ARRAY[$2::text],"
                " (old.clocks -> $2 - 'paused') || jsonb_build_object('due', $3::timestamptz))"
            )
            values = [due]
        case ClockPaused():
            change, values = "jsonb_set(old.clocks, ARRAY[$2::text, 'paused'], 'true')", []
        case ClockBreached():
            change, values = "jsonb_set(old.clocks, ARRAY[$2::text, 'breached'], 'true')", []
        case ClockStopped():
            change, values = "old.clocks - $2::text", []
        case _:
            assert_never(event)
    await tx.execute(
        f"UPDATE {table} w SET clocks = n.clocks, due = n.due, due_clock = n.clock, late = n.late FROM ("
        "SELECT c.clocks, f.due, f.clock,"
        " EXISTS (SELECT FROM jsonb_each(c.clocks) e WHERE e.value ? 'breached') AS late"
        f" FROM {table} old CROSS JOIN LATERAL (SELECT {change} AS clocks) c"
        " LEFT JOIN LATERAL (SELECT key AS clock, (value ->> 'due')::timestamptz AS due FROM jsonb_each(c.clocks)"
        " WHERE NOT value ? 'paused' ORDER BY 2, 1 LIMIT 1) f ON true WHERE old.request_id = $1) n"
        " WHERE w.request_id = $1",
        event.request_id,
        event.clock,
        *values,
    )


async def _begin(event: TriageBegun, table: str, tx: Transaction) -> None:
    await tx.execute(
        f"INSERT INTO {table} (request_id, stage, door, danger, title_item, place_item, filed_at, changed_at)"
        " VALUES ($1, 'judging', $2, $3, $4, $5, $6, $7)",
        event.request_id,
        event.door,
        sorted(event.danger),
        event.title.item if event.title else None,
        event.place.item if event.place else None,
        event.filed_at,
        event.occurred_at,
    )


async def _classified(event: RequestClassified, table: str, tx: Transaction) -> None:
    found = event.ruling
    await tx.execute(
        f"UPDATE {table} SET category = $2, flags = $3, priority = $4, police = $5, channel = $6, confidence = $7,"
        " decided_by = $8, changed_at = $9 WHERE request_id = $1",
        event.request_id,
        found.category,
        list(found.flags),
        found.priority,
        found.police,
        found.channel,
        event.confidence,
        event.decided_by,
        event.occurred_at,
    )


async def _screening(event: ScreeningAsked, table: str, tx: Transaction) -> None:
    """A look at what somebody handles leaves it with him."""
    stage = Stage.GATED if frozenset(event.reasons) == GATE_ONLY else Stage.WAITING_FOR_PERSON
    await tx.execute(
        f"UPDATE {table} SET reasons = $2, attempt = $3, changed_at = $4, priority = coalesce(priority, $5),"
        " unit = CASE WHEN stage = 'routed' THEN unit ELSE $6 END,"
        " stage = CASE WHEN stage = 'routed' THEN stage ELSE $7 END WHERE request_id = $1",
        event.request_id,
        list(event.reasons),
        event.attempt,
        event.occurred_at,
        event.priority,
        event.unit,
        stage,
    )


async def _routed(event: RequestRouted, table: str, tx: Transaction) -> None:
    await tx.execute(
        f"UPDATE {table} SET stage = 'routed', attempt = $2, unit = $3, owner = $4, deputy = $5, signed = false,"
        " reasons = '{}', answer_due = $6, changed_at = $7 WHERE request_id = $1",
        event.request_id,
        event.attempt,
        event.unit,
        event.owner,
        event.deputy,
        event.answer_due,
        event.occurred_at,
    )


async def _noted(event: HandlingNoted, table: str, tx: Transaction) -> None:
    if event.step is HandlingStep.SIGNED:
        await tx.execute(f"UPDATE {table} SET signed = true WHERE request_id = $1", event.request_id)
    elif event.step is HandlingStep.OUTCOME:
        await tx.execute(
            f"UPDATE {table} SET stage = 'finished', changed_at = $2 WHERE request_id = $1",
            event.request_id,
            event.occurred_at,
        )


async def project_clock_board(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case ClockArmed() as event:
            await tx.execute(
                f"INSERT INTO {table} (request_id, clock, started_at, due, warn, provisional)"
                " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (request_id, clock) DO UPDATE"
                " SET started_at = $3, due = $4, warn = $5, provisional = $6, paused_at = NULL, warned_at = NULL,"
                " breached_at = NULL, stopped_at = NULL, kept = NULL, why = NULL",
                event.request_id,
                event.clock,
                event.started_at,
                event.due,
                event.warn,
                event.provisional,
            )
        case ClockPaused() as event:
            await _mark(event, "paused_at = $3", table, tx)
        case ClockResumed() as event:
            await tx.execute(
                f"UPDATE {table} SET paused_at = NULL, warned_at = NULL, due = $3, warn = $4, provisional = $5"
                " WHERE request_id = $1 AND clock = $2",
                event.request_id,
                event.clock,
                event.due,
                event.warn,
                event.provisional,
            )
        case ClockRetimed() as event:
            await tx.execute(
                f"UPDATE {table} SET due = $3, warn = $4, provisional = $5, warned_at = CASE WHEN $5 THEN warned_at END"
                " WHERE request_id = $1 AND clock = $2",
                event.request_id,
                event.clock,
                event.due,
                event.warn,
                event.provisional,
            )
        case ClockWarned() as event:
            await _mark(event, "warned_at = $3", table, tx)
        case ClockBreached() as event:
            await _mark(event, "breached_at = $3", table, tx)
        case ClockStopped() as event:
            await _mark(event, f"stopped_at = $3, kept = {event.kept}, why = '{event.why.value}'", table, tx)


async def _mark(
    event: ClockPaused | ClockWarned | ClockBreached | ClockStopped, change: str, table: str, tx: Transaction
) -> None:
    await tx.execute(
        f"UPDATE {table} SET {change} WHERE request_id = $1 AND clock = $2",
        event.request_id,
        event.clock,
        event.occurred_at,
    )


worklist = View(
    name="worklist",
    sources=("routing",),
    ddl=WORKLIST_DDL,
    project=project_worklist,
    causes=(
        TriageBegun,
        RequestJudged,
        RequestClassified,
        ScreeningAsked,
        RequestRouted,
        DecisionConfirmed,
        DecisionOverruled,
        OverruleUndone,
        ConfirmationUndone,
        ThoseComplainedOfNamed,
        PlaceSettled,
        HolderChanged,
        HandlingRevoked,
        RequestReturned,
        TriageReopened,
        TriageResumed,
        HandlingNoted,
        DangerNoted,
        TriageEnded,
        ClockArmed,
        ClockPaused,
        ClockResumed,
        ClockRetimed,
        ClockBreached,
        ClockStopped,
    ),
)
clock_board = View(
    name="clock_board",
    sources=("routing",),
    ddl=CLOCK_BOARD_DDL,
    project=project_clock_board,
    causes=(ClockArmed, ClockPaused, ClockResumed, ClockRetimed, ClockWarned, ClockBreached, ClockStopped),
)
