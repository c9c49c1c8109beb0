"""Who sleeps until something is there: in this process by an asyncio event, across processes by NOTIFY."""

import asyncio
from collections import defaultdict
from contextlib import suppress
from typing import Any

import asyncpg
import structlog

from shared.kernel import new_id

CHANNEL = "lounge_feed"

log = structlog.get_logger("wakeups")


class Wakeups:
    """Topics are service names: `appended(service)` wakes its sequencer, `numbered(service)` wakes its readers."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._listening: asyncio.Task[None] | None = None
        self._id = new_id().hex

    def payload(self, service: str) -> str:
        """What NOTIFY carries: other processes wake their readers of `service`, this one has done so by then."""
        return f"{service} {self._id}"

    def _heard(self, payload: str) -> None:
        service, _, sender = payload.partition(" ")
        if sender != self._id:
            self.wake(f"feed:{service}")

    def wake(self, topic: str) -> None:
        for event in self._waiting[topic]:
            event.set()

    def bell(self, *topics: str) -> "Bell":
        """An event that any of `topics` sets."""
        return Bell(self, topics)

    def listen(self, dsn: str) -> None:
        """Keeps one LISTEN connection open; the slow polling behind every bell covers its absence."""
        self._listening = asyncio.create_task(self._listen(dsn))

    async def close(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening

    async def _listen(self, dsn: str) -> None:
        while True:
            try:
                connection: asyncpg.Connection[Any] = await asyncpg.connect(dsn)
            except (OSError, asyncpg.PostgresError, asyncpg.InternalClientError):
                await asyncio.sleep(1)
                continue
            try:
                gone = asyncio.Event()
                connection.add_termination_listener(lambda _, gone=gone: gone.set())
                await connection.add_listener(CHANNEL, lambda _c, _p, _ch, payload: self._heard(payload))
                await gone.wait()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                log.warning("listen_lost")
            finally:
                with suppress(Exception):
                    await connection.close(timeout=1)


class Bell:
    def __init__(self, wakeups: Wakeups, topics: tuple[str, ...]) -> None:
        self._event = asyncio.Event()
        self._wakeups = wakeups
        self._topics = topics
        for topic in topics:
            wakeups._waiting[topic].add(self._event)

    @property
    def rang(self) -> bool:
        return self._event.is_set()

    def ring(self) -> None:
        self._event.set()

    def silence(self) -> None:
        """Forgets what rang up to now: whoever looks next will see it anyway."""
        self._event.clear()

    async def wait(self, seconds: float) -> None:
        """Returns when rung since the last wait, or after `seconds`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._event.wait()
        self._event.clear()

    def close(self) -> None:
        for topic in self._topics:
            self._wakeups._waiting[topic].discard(self._event)
