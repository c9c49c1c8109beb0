"""The checks that need a running desk: its views rebuilt, its log exported and verified with the outsider's command."""

import asyncio
import io
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import asyncpg
import httpx2

from deploy.lounge.client import DeskClient
from tests.faults.invariants import History, violations
from tests.faults.settling import settled
from tests.faults.views import all_heads, shown_views, views_differing
from tests.faults.violation import Violation

MOVING = frozenset(
    {
        "the outbox is empty", "readers are at the head", "every leaf is covered", "every record its leaf",
        "filed is triaged", "told for each", "told where it went", "every event is numbered once",
    }
)  # fmt: skip
"""What is not so for a moment whenever a timer has just run out."""
LOOKS = 3
REBUILD = httpx2.Timeout(300)


def table_violations(dsn: str, history: History) -> tuple[float, list[Violation]]:
    """Waits until the desk stands still and asks the tables; says how long it took to settle.

    A timer may run out between the two: what only says that something is under way again is asked again.
    """
    first, unsettled = asyncio.run(settled(dsn))
    found = asyncio.run(_ask(dsn, history))
    for _ in range(LOOKS):
        if unsettled or not {violation.invariant for violation in found} & MOVING:
            break
        unsettled = asyncio.run(settled(dsn))[1]
        found = asyncio.run(_ask(dsn, history))
    return first, unsettled + found


async def _ask(dsn: str, history: History) -> list[Violation]:
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return await violations(connection, history)
    finally:
        await connection.close()


def rebuild_differs(dsn: str, url: str) -> list[Violation]:
    """Rebuilds every view of a desk that stands still; what differs was not what history makes of it."""
    return asyncio.run(_rebuild_differs(dsn, url))


async def _rebuild_differs(dsn: str, url: str) -> list[Violation]:
    connection = await asyncpg.connect(dsn)
    try:
        async with DeskClient(url) as client:
            client.http.timeout = REBUILD
            found: list[Violation] = []
            for service, view in await shown_views(connection):
                found += await _one_rebuild_differs(connection, client, service, view)
            return found
    finally:
        await connection.close()


async def _one_rebuild_differs(
    connection: "asyncpg.Connection[Any]", client: DeskClient, service: str, view: str
) -> list[Violation]:
    """Compared when nothing was written meanwhile; a timer that runs out may change a view rightly."""
    equal = False
    for _ in range(LOOKS):
        heads, before = await all_heads(connection), await shown_views(connection)
        params = {"service": service, "view": view}
        rebuilt = await client.call("ops.rebuild_view", login="operator", params=params)
        if rebuilt.status_code != 200:
            return [Violation("views equal their rebuild", service, f"{view}: {rebuilt.text[:200]}")]
        equal = rebuilt.json()["equal"]
        after = await shown_views(connection)
        if await all_heads(connection) == heads:
            return views_differing(before, after)
    # It never stood still: then the desk's own comparison, made at equal positions, has to do.
    return [] if equal else [Violation("views equal their rebuild", service, view)]


def export_verifies(url: str, home: Path) -> list[Violation]:
    """Exports the log as the auditor and verifies it with the command that an outsider would use."""
    log, key = home / "exported", home / "exported.key"
    asyncio.run(_export(url, log, key))
    command = [sys.executable, "-m", "deploy.lounge.cli", "audit", "verify", str(log), "--key-file", str(key)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return []
    return [Violation("the log verifies offline", "audit", (done.stdout + done.stderr)[-500:])]


async def _export(url: str, folder: Path, key: Path) -> None:
    folder.mkdir(exist_ok=True)
    async with DeskClient(url) as client:
        exported = await client.call("audit.export_log", login="auditor")
        assert exported.status_code == 200, exported.text
        with tarfile.open(fileobj=io.BytesIO(exported.content)) as archive:
            archive.extractall(folder, filter="data")
        key.write_text((await client.http.get("/audit/v1/key")).text)
