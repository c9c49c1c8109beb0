"""Append: ours (events, outbox, commitment, one statement) against one raw asyncpg insert of the same bytes."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import asyncpg

from deploy.lounge.house import open_pool
from shared.eventstore import Append, EventStore, NewEvent
from shared.kernel import SYSTEM, Context, RecordId, new_id

BODY = (
    b'{"narrative":{"commitment":"'
    + b"0" * 64
    + b'","item":"00000000-0000-4000-8000-000000000001"},"n":1}'
    + b" " * 400
)
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
RAW = (
    "CREATE TABLE IF NOT EXISTS raw_events"
    " (stream text, version int, id uuid, body bytea, PRIMARY KEY (stream, version))"
)


async def _rate(callers: int, seconds: float, work: Callable[[int, int], Awaitable[None]]) -> float:
    """Calls a second of `work(caller, number)` with so many callers waiting."""
    done = 0
    until = time.perf_counter() + seconds

    async def caller(name: int) -> None:
        nonlocal done
        number = 0
        while time.perf_counter() < until:
            await work(name, number)
            number += 1
            done += 1

    begun = time.perf_counter()
    await asyncio.gather(*(caller(name) for name in range(callers)))
    return done / (time.perf_counter() - begun)


async def measure(dsn: str, service: str, seconds: float, rounds: int) -> list[dict[str, Any]]:
    """Rows of callers, raw and ours in appends a second (medians over rounds, interleaved)."""
    pool: asyncpg.Pool[Any] = await open_pool(dsn, service)
    store = EventStore(service, pool)
    await pool.execute(RAW)
    context = Context(actor=SYSTEM)

    def fresh(run: str) -> tuple[Callable[[int, int], Awaitable[None]], Callable[[int, int], Awaitable[None]]]:
        async def raw(caller: int, number: int) -> None:
            await pool.execute(
                "INSERT INTO raw_events VALUES ($1, $2, $3, $4)", f"{run}-{caller}-{number}", 1, new_id(), BODY
            )

        async def ours(caller: int, number: int) -> None:
            key = uuid5(NAMESPACE_URL, f"{run}-{caller}-{number}")
            event = NewEvent(
                event_id=RecordId(new_id()), fact="measured", body=BODY, occurred_at=NOON, type="bench", data=None
            )
            await store.append(Append(f"{service}.bench-{key}", 0, key, (event,), context))

        return raw, ours

    rows = []
    for callers in (1, 8, 32):
        raws, ourss = [], []
        for number in range(rounds):
            raw, ours = fresh(f"{callers}-{number}-{new_id()}")
            raws.append(await _rate(callers, seconds, raw))
            ourss.append(await _rate(callers, seconds, ours))
        raw_rate, our_rate = sorted(raws)[rounds // 2], sorted(ourss)[rounds // 2]
        rows.append({"callers": callers, "raw": raw_rate, "ours": our_rate, "ratio": our_rate / raw_rate})
    await pool.execute("DROP TABLE raw_events")
    await pool.close()
    return rows
