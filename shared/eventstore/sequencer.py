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

NUMBER_THEM = """
WITH taken AS (
    DELETE FROM outbox WHERE id IN (SELECT id FROM outbox ORDER BY id LIMIT $1)
    RETURNING id, lane, event_id, type, data
), numbered AS (
    INSERT INTO feed (lane, number, event_id, type, data)
    SELECT t.lane, h.head + row_number() OVER (PARTITION BY t.lane ORDER BY t.id), t.event_id, t.type, t.data
    FROM taken t JOIN lane_head h ON h.lane = t.lane
    RETURNING lane, number
), heads AS (
    UPDATE lane_head h SET head = n.head
    FROM (SELECT lane, max(number) AS head FROM numbered GROUP BY lane) n WHERE h.lane = n.lane
)
SELECT count(*) FROM numbered
"""

log = structlog.get_logger("sequencer")


class Sequencer:
    """The row lock on `lane_head`, not a leader election, makes numbers dense and two sequencers safe."""

    def __init__(self, service: str, pool: "asyncpg.Pool[Any]", wakeups: Wakeups) -> None:
        self._service = service
        self._pool = pool
        self._wakeups = wakeups

    async def run(self) -> None:
        bell = self._wakeups.bell(f"outbox:{self._service}")
        try:
            while True:
                try:
                    while await self.number_batch() == BATCH:
                        pass
                except UNAVAILABLE as error:
                    log.warning("sequencer_waits", service=self._service, error=type(error).__name__)
                    await asyncio.sleep(0.5)
                await bell.wait(POLL_SECONDS)
        finally:
            bell.close()

    async def number_batch(self) -> int:
        """Numbers at most one batch; returns how many rows it took."""
        if not await self._pool.fetchval("SELECT EXISTS (SELECT FROM outbox)"):
            return 0
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT FROM lane_head ORDER BY lane FOR UPDATE")
            count = int(await connection.fetchval(NUMBER_THEM, BATCH))
            if count:
                await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, self._wakeups.payload(self._service))
            failpoint("sequencer.before_commit")
        failpoint("sequencer.after_commit")
        if count:
            count_appends(self._service, count)
            self._wakeups.wake(f"feed:{self._service}")
        return count
