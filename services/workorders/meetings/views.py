"""Meetings by day, tasks of meetings by due day, and what a meeting could talk about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from services.workorders.meetings.facts import (
    MeetingCalled,
    MeetingClosed,
    MeetingHeld,
    TaskAnswered,
    TaskOverdue,
    TaskSet,
    TaskSigned,
)
from services.workorders.orders.views import Seen
from shared.eventstore import Incoming, Transaction
from shared.kernel import PersonId, UnitCode
from shared.messaging import View

MEETINGS_DDL = """
CREATE TABLE {table} (
    meeting_id uuid PRIMARY KEY,
    kind text NOT NULL,
    request_id uuid,
    unit text NOT NULL,
    units text[] NOT NULL,
    speakers uuid[] NOT NULL,
    starts_at timestamptz NOT NULL,
    state text NOT NULL
);
CREATE INDEX ON {table} (unit, starts_at)
"""

TASKS_DDL = """
CREATE TABLE {table} (
    task_id uuid PRIMARY KEY,
    meeting_id uuid NOT NULL,
    unit text NOT NULL,
    firm uuid,
    owner uuid,
    due timestamptz NOT NULL,
    late boolean NOT NULL DEFAULT false,
    state text NOT NULL
);
CREATE INDEX ON {table} (unit, due);
CREATE INDEX ON {table} (meeting_id)
"""

CALLED, HELD, CLOSED = "CALLED", "HELD", "CLOSED"
OFFERED, SIGNED, KEPT, NOT_KEPT = "OFFERED", "SIGNED", "KEPT", "NOT_KEPT"


async def project_meetings(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case MeetingCalled() as event:
            await tx.execute(
                f"INSERT INTO {table} (meeting_id, kind, request_id, unit, units, speakers, starts_at, state)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
                event.meeting_id,
                event.kind,
                event.request_id,
                event.unit,
                [event.unit, *event.units],
                [each.speaker for each in event.firms if each.speaker is not None],
                event.starts_at,
                CALLED,
            )
        case MeetingHeld() | MeetingClosed() as event:
            await tx.execute(
                f"UPDATE {table} SET state = $2 WHERE meeting_id = $1",
                event.meeting_id,
                HELD if isinstance(event, MeetingHeld) else CLOSED,
            )
        case _:
            return


async def project_tasks(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case TaskSet() as event:
            await tx.execute(
                f"INSERT INTO {table} (task_id, meeting_id, unit, firm, due, state) VALUES ($1, $2, $3, $4, $5, $6)"
                " ON CONFLICT DO NOTHING",
                event.task_id,
                event.meeting_id,
                event.unit,
                event.firm,
                event.due,
                OFFERED,
            )
        case TaskSigned() as event:
            await tx.execute(
                f"UPDATE {table} SET state = $2, owner = $3 WHERE task_id = $1", event.task_id, SIGNED, event.owner
            )
        case TaskAnswered() as event:
            state = KEPT if event.kept else NOT_KEPT
            await tx.execute(f"UPDATE {table} SET state = $2, late = false WHERE task_id = $1", event.task_id, state)
        case TaskOverdue() as event:
            await tx.execute(f"UPDATE {table} SET late = true WHERE task_id = $1", event.task_id)
        case _:
            return


meeting_list = View(
    "meeting_list",
    ("workorders",),
    MEETINGS_DDL,
    project_meetings,
    causes=(MeetingCalled, MeetingHeld, MeetingClosed),
)
meeting_tasks = View(
    "meeting_tasks",
    ("workorders",),
    TASKS_DDL,
    project_tasks,
    causes=(TaskSet, TaskSigned, TaskAnswered, TaskOverdue),
)

Rows = Sequence[Mapping[str, Any]]

SEE_MEETINGS = "($1 OR $2 = ANY(m.units) OR $3 = ANY(m.speakers))"


async def list_meetings(
    pool: "asyncpg.Pool[Any]", everything: bool, unit: UnitCode | None, person: PersonId | None, limit: int
) -> Rows:
    """Those of one's unit; of firms only those that they were summoned to."""
    rows: Rows = await pool.fetch(
        "SELECT m.meeting_id, m.kind, m.request_id, m.unit, m.units, m.starts_at, m.state,"
        " (SELECT count(*) FROM meeting_tasks t WHERE t.meeting_id = m.meeting_id"
        " AND t.state IN ('OFFERED', 'SIGNED')) AS tasks_open"
        f" FROM meeting_list m WHERE {SEE_MEETINGS} ORDER BY m.starts_at DESC, m.meeting_id LIMIT $4",
        everything,
        unit,
        person,
        limit,
    )
    return rows


async def list_tasks(pool: "asyncpg.Pool[Any]", everything: bool, unit: UnitCode | None, limit: int) -> Rows:
    """Of one's unit, and of the meetings that one's unit called; what is open first, by day."""
    rows: Rows = await pool.fetch(
        "SELECT t.task_id, t.meeting_id, t.unit, t.firm, t.owner, t.due, t.late, t.state FROM meeting_tasks t"
        " JOIN meeting_list m USING (meeting_id) WHERE $1 OR t.unit = $2 OR m.unit = $2"
        " ORDER BY t.state IN ('KEPT', 'NOT_KEPT'), t.due, t.task_id LIMIT $3",
        everything,
        unit,
        limit,
    )
    return rows


@dataclass(frozen=True, slots=True)
class AgendaFilter:
    """Each that is given narrows the choice."""

    late: bool
    several_units: bool
    category: str | None
    unit: str | None
    now: datetime
    limit: int


AGENDA = """
SELECT request_id, min(category) AS category, min(priority) AS priority, array_agg(DISTINCT unit) AS units,
       min(answer_due) AS answer_due, bool_or(late <> '{}' OR answer_due < $7) AS late
FROM order_board
WHERE open AND ($1 OR unit = $2 OR owner = $3) AND NOT channel = ANY($4::text[])
  AND complained_of IS NULL AND ($5::text IS NULL OR category = $5) AND ($6::text IS NULL OR unit = $6)
GROUP BY request_id
HAVING (NOT $8 OR bool_or(late <> '{}' OR answer_due < $7)) AND (NOT $9 OR count(DISTINCT unit) > 1)
ORDER BY 6 DESC, 5, request_id LIMIT $10
"""


async def agenda_candidates(pool: "asyncpg.Pool[Any]", seen: Seen, wanted: AgendaFilter) -> Rows:
    """Open orders that the reader may see, by request, late ones first. Complaints are talked of elsewhere (R-24)."""
    rows: Rows = await pool.fetch(
        AGENDA,
        seen.everything,
        seen.unit,
        seen.person,
        list(seen.hidden),
        wanted.category,
        wanted.unit,
        wanted.now,
        wanted.late,
        wanted.several_units,
        wanted.limit,
    )
    return rows
