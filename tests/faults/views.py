"""Whether views are what history makes of them: each is rebuilt, and its rows compared with what was shown before."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import asyncpg

from tests.faults.settling import under_way
from tests.faults.violation import Violation

INVARIANT = "views equal their rebuild"
TOLD = 2
"""Rows shown of each side, so that somebody can begin to look."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A view at one instant."""

    heads: dict[str, int]
    """How much each service had written."""
    is_at_the_heads: bool
    """All of that had been read."""
    rows: Counter[str]


async def all_views(connection: "asyncpg.Connection[Any]") -> list[tuple[str, str]]:
    """(service, view)."""
    services = await connection.fetch("SELECT schemaname AS name FROM pg_tables WHERE tablename = 'view_versions'")
    return [
        (service, view["name"])
        for service in sorted(row["name"] for row in services)
        for view in await connection.fetch(f"SELECT name FROM {service}.view_versions ORDER BY name")
    ]


async def shown(connection: "asyncpg.Connection[Any]", service: str, view: str) -> Shown:
    """Heads, positions and rows of one and the same instant."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        services = await connection.fetch("SELECT schemaname AS name FROM pg_tables WHERE tablename = 'lane_head'")
        heads = {
            row["name"]: await connection.fetchval(f"SELECT sum(head)::bigint FROM {row['name']}.lane_head")
            for row in services
        }
        left = await under_way(connection)
        version = await connection.fetchval(f"SELECT version FROM {service}.view_versions WHERE name = $1", view)
        rows = await connection.fetch(f"SELECT t::text AS row FROM {service}.{view}__{version} t")
    return Shown(heads, left.records == 0, Counter(row["row"] for row in rows))


def differing(service: str, view: str, before: Shown, after: Shown) -> list[Violation]:
    gone, new = sorted((before.rows - after.rows).elements()), sorted((after.rows - before.rows).elements())
    if not gone and not new:
        return []
    what = f"{view}: {len(gone)} rows were shown, {len(new)} are made of history: {gone[:TOLD]} {new[:TOLD]}"
    return [Violation(INVARIANT, service, what)]
