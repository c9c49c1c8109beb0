"""Whether views are what history makes of them: each is rebuilt, and its rows compared with what was shown before."""

from collections.abc import Mapping
from typing import Any

import asyncpg

from tests.faults.violation import Violation

CHECKSUM = "SELECT md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) FROM {service}.{table} t"


async def shown_views(connection: "asyncpg.Connection[Any]") -> dict[tuple[str, str], str]:
    """(service, view) → checksum of the rows that its plain name shows now."""
    services = await connection.fetch("SELECT schemaname AS name FROM pg_tables WHERE tablename = 'view_versions'")
    found = {}
    for service in sorted(row["name"] for row in services):
        for view in await connection.fetch(f"SELECT name, version FROM {service}.view_versions ORDER BY name"):
            table = f"{view['name']}__{view['version']}"
            found[service, view["name"]] = await connection.fetchval(CHECKSUM.format(service=service, table=table))
    return found


async def all_heads(connection: "asyncpg.Connection[Any]") -> dict[str, int]:
    """How much each service has written so far."""
    services = await connection.fetch("SELECT schemaname AS name FROM pg_tables WHERE tablename = 'lane_head'")
    return {
        row["name"]: await connection.fetchval(f"SELECT sum(head)::bigint FROM {row['name']}.lane_head")
        for row in services
    }


def views_differing(before: Mapping[tuple[str, str], str], after: Mapping[tuple[str, str], str]) -> list[Violation]:
    return [
        Violation("views equal their rebuild", service, view)
        for (service, view) in sorted(before.keys() | after.keys())
        if before.get((service, view)) != after.get((service, view))
    ]
