"""A rule pack re-decided over past requests: seconds, and how long an answer takes meanwhile."""

import asyncio
import time
from pathlib import Path
from typing import Any

import asyncpg

from bench.desk import admin_dsn
from deploy.lounge.client import DeskClient
from shared.contracts.codes import Category, Channel, Door, Flag, Police, Priority
from tests.faults.victim import Victim

GOAL_SECONDS = 60.0
PATIENCE = 300.0
DRAFTER = "triage_officer"

FILL = """
INSERT INTO routing.{table} (request_id, filed_at, door, danger, category, flags, priority, police, channel)
SELECT gen_random_uuid(), now() - n * interval '1 minute', $2, '{{}}', ($3::text[])[1 + n % cardinality($3::text[])],
       CASE WHEN n % 3 = 0 THEN ARRAY[($4::text[])[1 + n % cardinality($4::text[])]] ELSE '{{}}' END,
       ($5::text[])[1 + n % cardinality($5::text[])], ($6::text[])[1 + n % cardinality($6::text[])],
       ($7::text[])[1 + n % cardinality($7::text[])]
FROM generate_series(1, $1::int) n
"""

ROW = {
    "reason": "pilot",
    "when": [{"categories": ["DIS"], "channels": ["PM"], "flags_none": ["DV", "MINOR", "CRIME_POSSIBLE"]}],
    "then": {"channel": "IM"},
}


def measure(home: Path, count: int) -> list[dict[str, Any]]:
    with Victim(home) as desk:
        desk.start()
        asyncio.run(_fill(admin_dsn(home), count))
        return [asyncio.run(_redecided(desk.url))]


async def _fill(dsn: str, count: int) -> None:
    """Judgements as a view holds them: what a re-decision reads, and all it reads."""
    connection = await asyncpg.connect(dsn)
    try:
        version = await connection.fetchval("SELECT version FROM routing.view_versions WHERE name = 'judgements'")
        codes = [list(map(str, kind)) for kind in (Category, Flag, Priority, Police, Channel)]
        await connection.execute(FILL.format(table=f"judgements__{version}"), count, Door.PORTAL, *codes)
    finally:
        await connection.close()


async def _redecided(url: str) -> dict[str, Any]:
    async with DeskClient(url) as client:
        draft = await _done(client, "routing.draft_rule_pack", body={"based_on": "pack-2026-01"})
        path = {"pack_id": draft["pack_id"]}
        added = {"row": ROW, "number": 19, "revision": 0}
        await _done(client, "routing.add_rule_row", params=path, body=added)
        begun = time.perf_counter()
        run = await _done(client, "routing.redecide", params=path)
        waits: list[float] = []
        async with asyncio.timeout(PATIENCE):
            while True:
                asked = time.perf_counter()
                told = await _done(client, "routing.get_redecision", params={"redecision_id": run["redecision_id"]})
                waits.append(time.perf_counter() - asked)
                if told["finished_at"]:
                    break
                await asyncio.sleep(0.2)
    return {
        "requests": told["seen"],
        "would go elsewhere": told["changed"],
        "read differently": told["disagreed"],
        "seconds": time.perf_counter() - begun,
        "goal": GOAL_SECONDS,
        "longest answer meanwhile, s": max(waits),
    }


async def _done(client: DeskClient, operation: str, **given: Any) -> dict[str, Any]:
    answer = await client.call(operation, login=DRAFTER, **given)
    answer.raise_for_status()
    told: dict[str, Any] = answer.json()
    return told
