"""The checks that need a running desk: its views rebuilt, its log exported and verified with the outsider's command."""

import asyncio
import io
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg

from deploy.lounge.client import DeskClient
from tests.faults.invariants import History, violations
from tests.faults.settling import settled, with_history
from tests.faults.views import INVARIANT, all_views, differing, shown
from tests.faults.violation import Violation

MOVING = frozenset(
    {
        "the outbox is empty", "readers are at the head", "every leaf is covered", "every record its leaf",
        "filed is triaged", "told for each", "told where it went", "every event is numbered once",
    }
)  # fmt: skip
"""What is not so for a moment whenever a timer has just run out."""
LOOKS = 3
QUIET = timedelta(hours=1)
"""Longer than it takes to rebuild all views."""
LOG, KEY = "exported", "exported.key"


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

    async def ask() -> list[Violation]:
        async with DeskClient(url) as client:
            return await rebuilt_views_differ(dsn, client)

    return asyncio.run(ask())


async def rebuilt_views_differ(dsn: str, client: DeskClient) -> list[Violation]:
    connection = await asyncpg.connect(dsn)
    try:
        found: list[Violation] = []
        async with _no_timer_runs_out(connection, client):
            for service, view in await all_views(connection):
                found += await _one_rebuild_differs(connection, dsn, client, service, view)
        return found
    finally:
        await connection.close()


@asynccontextmanager
async def _no_timer_runs_out(connection: "asyncpg.Connection[Any]", client: DeskClient) -> AsyncIterator[None]:
    """Takes the bureau's clock back to before the first timer, as otherwise the desk goes on by itself."""
    timers = [await _first_timer(connection, service) for service in await with_history(connection)]
    now, begun = datetime.fromisoformat(await client.time()), time.monotonic()
    first = min((due for due in timers if due is not None), default=now + QUIET)
    if first >= now + QUIET:
        yield
        return
    await client.set_clock((first - QUIET).isoformat())
    try:
        yield
    finally:
        await client.set_clock((now + timedelta(seconds=time.monotonic() - begun)).isoformat())


async def _first_timer(connection: "asyncpg.Connection[Any]", service: str) -> datetime | None:
    due: datetime | None = await connection.fetchval(f"SELECT min(due_at) FROM {service}.timers")
    return due


async def _one_rebuild_differs(
    connection: "asyncpg.Connection[Any]", dsn: str, client: DeskClient, service: str, view: str
) -> list[Violation]:
    """Compared when everything had been read before, and nothing was written meanwhile."""
    params = {"service": service, "view": view}
    for _ in range(LOOKS):
        if unsettled := (await settled(dsn))[1]:
            return unsettled
        before = await shown(connection, service, view)
        rebuilt = await client.call("ops.rebuild_view", login="operator", params=params)
        while rebuilt.is_success and rebuilt.json()["state"] == "running":
            await asyncio.sleep(0.05)
            rebuilt = await client.call("ops.get_rebuild", login="operator", params=params)
        if not rebuilt.is_success or rebuilt.json()["state"] != "done":
            return [Violation(INVARIANT, service, f"{view}: {rebuilt.text[:200]}")]
        after = await shown(connection, service, view)
        if before.is_at_the_heads and before.heads == after.heads:
            return differing(service, view, before, after)
    return [Violation("it settles", service, f"{view}: something was written during each of {LOOKS} rebuilds")]


def export_verifies(url: str, home: Path) -> list[Violation]:
    """Exports the log as the auditor and verifies it with the command that an outsider would use."""

    async def export() -> None:
        async with DeskClient(url) as client:
            await exported(client, home)

    asyncio.run(export())
    return verifies_offline(home)


async def exported(client: DeskClient, home: Path) -> None:
    answer = await client.call("audit.export_log", login="auditor")
    assert answer.status_code == 200, answer.text
    log, key = home / LOG, home / KEY
    shutil.rmtree(log, ignore_errors=True)
    log.mkdir()
    with tarfile.open(fileobj=io.BytesIO(answer.content)) as archive:
        archive.extractall(log, filter="data")
    key.write_text((await client.http.get("/audit/v1/key")).text)


def verifies_offline(home: Path) -> list[Violation]:
    verify = [sys.executable, "-m", "deploy.lounge.cli", "audit", "verify", str(home / LOG)]
    done = subprocess.run([*verify, "--key-file", str(home / KEY)], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return []
    return [Violation("the log verifies offline", "audit", (done.stdout + done.stderr)[-500:])]
