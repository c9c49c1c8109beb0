"""Where the sequencer runs in another process: tells it that something was appended here."""

from typing import Any

import asyncpg
import structlog

from shared.eventstore.store import UNAVAILABLE
from shared.eventstore.wakeups import CHANNEL, Wakeups

IDLE_SECONDS = 60.0

log = structlog.get_logger("herald")


class Herald:
    """One NOTIFY for whatever was appended since the last one. A lost one costs the sequencer's polling pause.

    It speaks under another topic than it listens to: two heralds that woke each other would never be silent again.
    """

    def __init__(self, service: str, pool: "asyncpg.Pool[Any]", wakeups: Wakeups) -> None:
        self._topic = f"outbox:{service}"
        self._told = wakeups.payload(f"unnumbered:{service}")
        self._pool = pool
        self._wakeups = wakeups

    async def run(self) -> None:
        bell = self._wakeups.bell(self._topic)
        try:
            while True:
                if not await bell.wait(IDLE_SECONDS):
                    continue
                try:
                    await self._pool.execute("SELECT pg_notify($1, $2)", CHANNEL, self._told)
                except UNAVAILABLE as error:
                    log.warning("herald_not_heard", topic=self._topic, error=type(error).__name__)
        finally:
            bell.close()
