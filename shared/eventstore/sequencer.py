"""Numbers committed outbox rows densely per lane, in id order."""

import asyncio
from typing import Any

import asyncpg
import structlog

from shared.eventstore.store import UNAVAILABLE
from shared.eventstore.wakeups import CHANNEL, Wakeups
from shared.kernel.failpoints import failpoint
from shared.telemetry.meters import count_appends

BATCH = 1000
POLL_SECONDS = 0.5

SPACING_SECONDS = 0.02
"""Batches are at least so far apart: whatever commits meanwhile shares one, and wakes every reader once."""

log = structlog.get_logger("sequencer")


class Sequencer:
    """The row lock on `lane_head`, not a leader election, makes numbers dense and two sequencers safe."""

    def __init__(self, service: str, pool: "asyncpg.Pool[Any]", wakeups: Wakeups) -> None:
        self._service = service
        self._pool = pool
        self._wakeups = wakeups

    async def run(self) -> None:
        bell = self._wakeups.bell(f"outbox:{self._service}")
        clock = asyncio.get_running_loop().time
        next_at = clock()
        try:
            while True:
                if (early := next_at - clock()) > 0:
                    await asyncio.sleep(early)
                bell.silence()
                try:
                    while await self.number_batch() == BATCH:
                        pass
                except UNAVAILABLE as error:
                    log.warning("sequencer_waits", service=self._service, error=type(error).__name__)
                    await asyncio.sleep(0.5)
                next_at = clock() + SPACING_SECONDS
                await bell.wait(POLL_SECONDS)
        finally:
            bell.close()

    async def number_batch(self) -> int:
        """Numbers at most one batch; returns how many rows it took."""
        failpoint("sequencer.before_commit")
        payload = self._wakeups.payload(self._service)
        count = int(await self._pool.fetchval("SELECT number_outbox($1, $2, $3)", BATCH, CHANNEL, payload))
        failpoint("sequencer.after_commit")
        if count:
            count_appends(self._service, count)
            self._wakeups.wake(f"feed:{self._service}")
        return count
