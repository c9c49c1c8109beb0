"""What is under way at an instant, and when nothing is any more: read from the tables, past everybody."""

import asyncio
import sys
import time
from dataclasses import dataclass
from typing import Any

import asyncpg

from tests.faults.violation import Violation

SETTLE_SECONDS = 60.0

WITH_HISTORY = "SELECT schemaname AS name FROM pg_tables WHERE tablename = 'feed' ORDER BY 1"


@dataclass(frozen=True, slots=True)
class InFlight:
    """What a fault met when it struck."""

    calls: int
    """HTTP calls that had no answer yet."""
    transactions: int
    """Of the services, open in the database."""
    unnumbered: int
    """Committed and still in an outbox."""
    unread: int
    """Numbered, and not yet applied by some reader that follows them; counted once for each reader."""

    @property
    def records(self) -> int:
        return self.unnumbered + self.unread


LOOK_SECONDS = 1.5


async def looked(dsn: str, calls: int) -> InFlight:
    """As far as the database can be asked: it may just be recovering from the strike before."""
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            return await in_flight(dsn, calls)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return InFlight(calls, 0, 0, 0)


async def in_flight(dsn: str, calls: int) -> InFlight:
    connection: asyncpg.Connection[Any] = await asyncpg.connect(dsn, timeout=10)
    try:
        return await under_way(connection, calls)
    finally:
        await connection.close(timeout=5)


async def with_history(connection: "asyncpg.Connection[Any]") -> list[str]:
    return [row["name"] for row in await connection.fetch(WITH_HISTORY)]


async def under_way(connection: "asyncpg.Connection[Any]", calls: int = 0) -> InFlight:
    services = await with_history(connection)
    (row,) = await connection.fetch(_counted(services))
    return InFlight(calls, row["transactions"], row["unnumbered"], row["unread"])


def _counted(services: list[str]) -> str:
    outboxes = " UNION ALL ".join(f"SELECT id FROM {s}.outbox" for s in services)
    heads = " UNION ALL ".join(f"SELECT '{s}' AS service, lane, head FROM {s}.lane_head" for s in services)
    positions = " UNION ALL ".join(f"SELECT service, lane, number FROM {s}.positions" for s in services)
    behind = f"SELECT sum(greatest(head - number, 0)) FROM ({heads}) h JOIN ({positions}) p USING (service, lane)"
    return (
        f"SELECT (SELECT count(*) FROM ({outboxes}) o) AS unnumbered, coalesce(({behind}), 0)::bigint AS unread,"
        " (SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'lounge-%'"
        " AND state IN ('active', 'idle in transaction')) AS transactions"
    )


async def settled(dsn: str, seconds: float = SETTLE_SECONDS) -> tuple[float, list[Violation]]:
    """Waits until nothing is under way or waits in parking, and a checkpoint covers all; says how long it took.

    People may have filed more during the fault than two cores do in a minute: it has to get less within `seconds`,
    again and again, until nothing is left.
    """
    begun = moved = time.monotonic()
    what, least = "", sys.maxsize
    quiet = 0
    while time.monotonic() - moved < seconds:
        try:
            count, what = await _left(dsn)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
            count, what = least, type(error).__name__
        if count < least:
            least, moved = count, time.monotonic()
        quiet = 0 if what else quiet + 1
        if quiet == 2:
            return time.monotonic() - begun, []
        await asyncio.sleep(0.1)
    return time.monotonic() - begun, [Violation("it settles", "all", what)]


async def _left(dsn: str) -> tuple[int, str]:
    connection: asyncpg.Connection[Any] = await asyncpg.connect(dsn, timeout=10)
    try:
        return await left(connection)
    finally:
        await connection.close(timeout=5)


async def left(connection: "asyncpg.Connection[Any]") -> tuple[int, str]:
    """How much is not done yet, and what; 0 and nothing when everything is."""
    services = await with_history(connection)
    found = await under_way(connection)
    waiting = " UNION ALL ".join(f"SELECT reader FROM {s}.parked WHERE state = 'waiting'" for s in services)
    parked = await connection.fetchval(f"SELECT count(*) FROM ({waiting}) p")
    uncovered = await connection.fetchval(
        "SELECT (SELECT count(*) FROM audit.leaves) - coalesce((SELECT max(size) FROM audit.checkpoints), 0)"
    )
    if not (found.records or parked or uncovered):
        return 0, ""
    count = found.records + parked + uncovered
    return count, f"{found.unnumbered} unnumbered, {found.unread} unread, {parked} waiting, {uncovered} uncovered"
