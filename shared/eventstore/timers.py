"""Timers: rows that an append wrote, woken by the bureau clock."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from shared.eventstore.store import LOST_A_RACE, UNAVAILABLE, EventStore, Transaction
from shared.eventstore.wakeups import Wakeups
from shared.kernel import SYSTEM, Clock, ConcurrencyConflict, Context
from shared.kernel.failpoints import failpoint
from shared.telemetry.spans import span

POLL_SECONDS = 1.0
PAUSE_AFTER_FAULT = 5.0

ANY_DUE = "SELECT EXISTS (SELECT FROM timers WHERE due_at <= $1)"
"""Most looks find none, and asking needs no transaction."""

TAKE_ONE = """
SELECT stream, name, generation, due_at, key, trace FROM timers
WHERE due_at <= $1 AND NOT (stream || ' ' || name = ANY($2::text[])) ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
"""

log = structlog.get_logger("timers")


@dataclass(frozen=True, slots=True)
class Due:
    stream: str
    id: UUID
    name: str
    due_at: datetime
    now: datetime
    context: Context


@dataclass(frozen=True, slots=True)
class TimerReaction:
    """What happens when a timer of a stream of `category` is due. Runs in the transaction that deletes the row."""

    category: str
    handle: Callable[[Due, Transaction], Awaitable[None]]


class Waker:
    """Takes due timers one by one; several wakers never take the same one."""

    def __init__(self, store: EventStore, clock: Clock, wakeups: Wakeups, reactions: tuple[TimerReaction, ...]) -> None:
        self._store = store
        self._clock = clock
        self._wakeups = wakeups
        self._reactions = {reaction.category: reaction for reaction in reactions}
        if len(self._reactions) != len(reactions):
            raise TypeError("two timer reactions of one category: the first would never be woken")
        self._faulty: set[str] = set()

    async def run(self) -> None:
        bell = self._wakeups.bell("clock")
        last_fault = 0.0
        try:
            while True:
                try:
                    while await self.wake_one():
                        pass
                except UNAVAILABLE:
                    await asyncio.sleep(1)
                now = asyncio.get_running_loop().time()
                if self._faulty and now - last_fault > PAUSE_AFTER_FAULT:
                    self._faulty.clear()
                    last_fault = now
                await bell.wait(POLL_SECONDS)
        finally:
            bell.close()

    async def wake_one(self) -> bool:
        """Handles the timer that is most overdue; False when none is due.

        A timer whose handler fails keeps its row and is tried again after a pause, so that the others go on.
        """
        now = self._clock.now()
        if not await self._store.pool.fetchval(ANY_DUE, now):
            return False
        taken: str | None = None
        try:
            async with self._store.transaction() as connection:
                row = await connection.fetchrow(TAKE_ONE, now, list(self._faulty))
                if row is None:
                    return False
                taken = f"{row['stream']} {row['name']}"
                await self._fire(row, now, connection)
                await connection.execute(
                    "DELETE FROM timers WHERE stream = $1 AND name = $2 AND generation = $3",
                    row["stream"],
                    row["name"],
                    row["generation"],
                )
                failpoint("timer.before_commit")
        except UNAVAILABLE:
            raise
        except (ConcurrencyConflict, *LOST_A_RACE):
            return True
        except Exception:
            if taken is None:
                raise
            log.exception("timer_failed", timer=taken)
            self._faulty.add(taken)
        self._store.appended()
        return True

    async def _fire(self, row: Any, now: datetime, tx: Transaction) -> None:
        category, _, id = row["stream"].partition("-")
        reaction = self._reactions[category]
        with span(f"timer {category}", parent=row["trace"], stream=row["stream"], request_id=str(row["key"])):
            context = Context(actor=SYSTEM, trace=row["trace"])
            await reaction.handle(Due(row["stream"], UUID(id), row["name"], row["due_at"], now, context), tx)
