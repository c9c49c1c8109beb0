"""How far the audit log covers what happened: the question behind failing closed."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Protocol

import httpx2
import structlog

from shared.eventstore import Feed
from shared.kernel import wall_time

STALE_AFTER_SECONDS = 60.0
KEPT_SECONDS = 1.0
TIMEOUT_SECONDS = 5.0

log = structlog.get_logger("coverage")


class Coverage(Protocol):
    async def unsealed_seconds(self) -> float | None:
        """Age of the oldest record that no checkpoint is known to cover; None when all are covered."""
        ...

    async def stale(self) -> bool:
        """Whether what can wait has to wait: erasure, reads outside a case, exports. Filing never asks."""
        ...


class LogCoverage:
    """Asks the audit service how far its checkpoint reaches and looks into the feeds for what lies beyond.

    What was covered once stays covered, so a log that is down is not stale at once: it becomes so a minute later.
    """

    def __init__(
        self, client: httpx2.AsyncClient, feeds: Mapping[str, Feed], seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._feeds = feeds
        self._seconds = seconds
        self._covered: dict[str, dict[int, int]] = {}
        self._heard = seconds()
        self._looked: float | None = None
        self._age: float | None = None
        self._looking = asyncio.Lock()

    async def stale(self) -> bool:
        age = await self.unsealed_seconds()
        return age is not None and age > STALE_AFTER_SECONDS

    async def unsealed_seconds(self) -> float | None:
        async with self._looking:
            if self._looked is None or self._seconds() - self._looked > KEPT_SECONDS:
                self._age = await self._look()
                self._looked = self._seconds()
            return self._age

    async def _look(self) -> float | None:
        silence = await self._ask()
        ages = [age for feed in self._feeds.values() if (age := await self._oldest(feed)) is not None]
        if silence is not None:
            ages.append(silence)
        return max(ages, default=None)

    async def _ask(self) -> float | None:
        """Learns what is covered; the seconds since the log was last heard, when it does not answer."""
        try:
            answer = await self._client.get("/audit/v1/covered", timeout=TIMEOUT_SECONDS)
            answer.raise_for_status()
            told = answer.json()["covered"]
            covered = {name: {int(lane): int(at) for lane, at in lanes.items()} for name, lanes in told.items()}
        except (httpx2.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("log_not_heard", error=type(error).__name__)
            return self._seconds() - self._heard
        self._covered = covered
        self._heard = self._seconds()
        return None

    async def _oldest(self, feed: Feed) -> float | None:
        covered = self._covered.get(feed.service, {})
        behind = {
            lane: covered.get(lane, 0) for lane, head in (await feed.heads()).items() if head > covered.get(lane, 0)
        }
        records = await feed.read(behind, 1) if behind else ()
        if not records:
            return None
        return (wall_time() - min(record.recorded_at for record in records)).total_seconds()
