"""Visits by day, with what is still owed to the firm."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

from services.enterprise.visits.facts import (
    MeasureAdopted,
    MeasureOverdue,
    OpinionAnswered,
    OpinionRaised,
    VisitCancelled,
    VisitHeld,
    VisitPlanned,
)
from shared.eventstore import Incoming, Transaction
from shared.kernel import PersonId, UnitCode
from shared.messaging import View

DDL = """
CREATE TABLE {table} (
    visit_id uuid PRIMARY KEY,
    firm_id uuid NOT NULL,
    on_day date NOT NULL,
    mode text NOT NULL,
    visitor uuid NOT NULL,
    unit text NOT NULL,
    workstation text NOT NULL,
    state text NOT NULL,
    dues jsonb NOT NULL DEFAULT '{{}}',
    late integer NOT NULL DEFAULT 0,
    opinions integer NOT NULL DEFAULT 0
);
CREATE INDEX ON {table} (unit, on_day);
CREATE INDEX ON {table} (firm_id, on_day)
"""

PLANNED, HELD, CANCELLED = "PLANNED", "HELD", "CANCELLED"


async def project(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case VisitPlanned() as event:
            await tx.execute(
                f"INSERT INTO {table} (visit_id, firm_id, on_day, mode, visitor, unit, workstation, state)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
                event.visit_id,
                event.firm_id,
                event.on,
                event.mode,
                event.visitor,
                event.unit,
                event.workstation,
                PLANNED,
            )
        case VisitHeld() | VisitCancelled() as event:
            state = HELD if isinstance(event, VisitHeld) else CANCELLED
            await tx.execute(f"UPDATE {table} SET state = $2 WHERE visit_id = $1", event.visit_id, state)
        case OpinionRaised() as event:
            await tx.execute(f"UPDATE {table} SET opinions = opinions + 1 WHERE visit_id = $1", event.visit_id)
        case MeasureAdopted() as event:
            await tx.execute(
                f"UPDATE {table} SET dues = dues || jsonb_build_object($2::text, $3::timestamptz) WHERE visit_id = $1",
                event.visit_id,
                str(event.opinion_id),
                event.due,
            )
        case MeasureOverdue() as event:
            await tx.execute(f"UPDATE {table} SET late = late + 1 WHERE visit_id = $1", event.visit_id)
        case OpinionAnswered() as event:
            await tx.execute(
                f"UPDATE {table} SET dues = dues - $2::text WHERE visit_id = $1", event.visit_id, str(event.opinion_id)
            )
        case _:
            return


visit_list = View(name="visit_list", sources=("enterprise",), ddl=DDL, project=project)


@dataclass(frozen=True, slots=True)
class Seen:
    everything: bool
    unit: UnitCode | None
    person: PersonId | None
    firms: Sequence[UUID]


async def list_visits(
    pool: "asyncpg.Pool[Any]", seen: Seen, on: date | None, firm_id: UUID | None
) -> Sequence[Mapping[str, Any]]:
    rows: Sequence[Mapping[str, Any]] = await pool.fetch(
        "SELECT visit_id, firm_id, on_day, mode, visitor, unit, state, opinions, late,"
        " (SELECT min(value::timestamptz) FROM jsonb_each_text(dues)) AS next_due"
        " FROM visit_list WHERE ($1 OR unit = $2 OR workstation = $2 OR visitor = $3 OR firm_id = ANY($4::uuid[]))"
        " AND ($5::date IS NULL OR on_day = $5) AND ($6::uuid IS NULL OR firm_id = $6)"
        " ORDER BY on_day DESC, visit_id LIMIT 200",
        seen.everything,
        seen.unit,
        seen.person,
        list(seen.firms),
        on,
        firm_id,
    )
    return rows
