"""The firms of the workstation as a list, and for which firms somebody speaks."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

from services.enterprise.firms.decider import (
    FirmDetailsChanged,
    FirmFiled,
    FirmId,
    FirmMemberJoined,
    FirmMemberLeft,
    KeyProjectMarked,
    LiaisonNamed,
)
from shared.eventstore import Incoming, Transaction
from shared.kernel import PersonId, UnitCode
from shared.messaging import View

LIST = """
CREATE TABLE {table} (
    firm_id uuid PRIMARY KEY,
    credit_code text NOT NULL,
    checks_hold boolean NOT NULL,
    unit text NOT NULL,
    name uuid NOT NULL,
    key_project boolean NOT NULL DEFAULT false,
    liaisons jsonb NOT NULL DEFAULT '[]',
    filed_at timestamptz NOT NULL
);
CREATE INDEX ON {table} (unit)
"""

MEMBERS = """
CREATE TABLE {table} (
    firm_id uuid NOT NULL,
    person uuid NOT NULL,
    PRIMARY KEY (person, firm_id)
)
"""

LIAISON_ON = """
(SELECT (each ->> 'officer')::uuid FROM jsonb_array_elements(liaisons) each
 WHERE (each ->> 'since')::date <= $1 AND coalesce((each ->> 'until')::date, $1) >= $1 LIMIT 1)
"""


async def project_list(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case FirmFiled() as event:
            await tx.execute(
                f"INSERT INTO {table} (firm_id, credit_code, checks_hold, unit, name, filed_at)"
                " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
                event.firm_id,
                event.credit_code,
                event.checks_hold,
                event.unit,
                event.name.item,
                event.occurred_at,
            )
        case FirmDetailsChanged() as event:
            await tx.execute(f"UPDATE {table} SET name = $2 WHERE firm_id = $1", event.firm_id, event.name.item)
        case KeyProjectMarked() as event:
            await tx.execute(f"UPDATE {table} SET key_project = $2 WHERE firm_id = $1", event.firm_id, event.marked)
        case LiaisonNamed() as event:
            await _liaison(event, table, tx)
        case _:
            return


async def _liaison(event: LiaisonNamed, table: str, tx: Transaction) -> None:
    """A term that begins on the same day takes the place of the former one."""
    named = event.liaison
    await tx.execute(
        f"UPDATE {table} SET liaisons = (SELECT coalesce(jsonb_agg(each), '[]')"
        " FROM jsonb_array_elements(liaisons) each WHERE (each ->> 'since')::date <> $3)"
        " || jsonb_build_object('officer', $2::uuid, 'since', $3::date, 'until', $4::date) WHERE firm_id = $1",
        event.firm_id,
        named.officer,
        named.since,
        named.until,
    )


async def project_members(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case FirmMemberJoined() as event:
            await tx.execute(
                f"INSERT INTO {table} (firm_id, person) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                event.firm_id,
                event.person,
            )
        case FirmMemberLeft() as event:
            await tx.execute(f"DELETE FROM {table} WHERE firm_id = $1 AND person = $2", event.firm_id, event.person)
        case _:
            return


firm_list = View(name="firm_list", sources=("enterprise",), ddl=LIST, project=project_list)
firm_members = View(name="firm_members", sources=("enterprise",), ddl=MEMBERS, project=project_members)


class FirmBook:
    """What the views say of firms."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def firms_of(self, person: PersonId | None) -> tuple[FirmId, ...]:
        if person is None:
            return ()
        rows = await self._pool.fetch("SELECT firm_id FROM firm_members WHERE person = $1 ORDER BY firm_id", person)
        return tuple(FirmId(row["firm_id"]) for row in rows)

    async def only_firm_of(self, person: PersonId) -> FirmId | None:
        """None for somebody who speaks for none, or for several: then a person says which."""
        found = await self.firms_of(person)
        return found[0] if len(found) == 1 else None

    async def page(
        self, today: date, everything: bool, unit: UnitCode | None, firms: Sequence[UUID], after: str | None, limit: int
    ) -> Sequence[Mapping[str, Any]]:
        rows: Sequence[Mapping[str, Any]] = await self._pool.fetch(
            f"SELECT firm_id, credit_code, checks_hold, unit, name, key_project, filed_at, {LIAISON_ON} AS liaison"
            " FROM firm_list WHERE ($2 OR unit = $3 OR firm_id = ANY($4::uuid[]))"
            " AND ($5::text IS NULL OR credit_code > $5) ORDER BY credit_code LIMIT $6",
            today,
            everything,
            unit,
            list(firms),
            after,
            limit,
        )
        return rows
