"""Who sleeps until something is there: in this process by an asyncio event, across processes by NOTIFY."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import asyncpg
import structlog

from shared.kernel import new_id

CHANNEL = "lounge_feed"
HELD_SECONDS = 0.05
"""So long a slow round may hold up those whose records were numbered beside it."""

log = structlog.get_logger("wakeups")


class Wakeups:
    """Topics: `outbox:<service>` wakes its sequencer, `feed:<service>` its readers, `clock` who waits for a time.

    `unnumbered:<service>`: another process appended what waits for the sequencer.
    `unread:<service>`: the feed has records that this process was not told by its own sequencer.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, set[Bell]] = defaultdict(set)
        self._rounds = 0
        self._held: set[str] = set()
        self._release: asyncio.TimerHandle | None = None
        self._listening: list[asyncio.Task[None]] = []
        self._id = new_id().hex

    def payload(self, topic: str) -> str:
        """What NOTIFY carries: others wake whoever waits for `topic`, this process has done so by then.

        A topic that is only a service's name stands for its feed.
        """
        return f"{topic} {self._id}"

    def _heard(self, payload: str) -> None:
        topic, _, sender = payload.partition(" ")
        if sender == self._id:
            return
        if ":" not in topic:
            self.wake(f"unread:{topic}")
            topic = f"feed:{topic}"
        self.wake(topic)

    def wake(self, topic: str) -> None:
        for bell in self._waiting[topic]:
            bell.ring()

    @contextmanager
    def round(self) -> Iterator[None]:
        """While rounds of several sequencers overlap, what they numbered wakes nobody before the last of them ends."""
        self._rounds += 1
        try:
            yield
        finally:
            self._rounds -= 1
            if not self._rounds:
                self._wake_held()

    def wake_together(self, topic: str) -> None:
        """At once outside of rounds; inside at their end, or a little later at the latest."""
        if not self._rounds:
            self.wake(topic)
            return
        self._held.add(topic)
        if self._release is None:
            self._release = asyncio.get_running_loop().call_later(HELD_SECONDS, self._wake_held)

    def _wake_held(self) -> None:
        if self._release is not None:
            self._release.cancel()
            self._release = None
        held, self._held = self._held, set()
        for topic in held:
            self.wake(topic)

    def bell(self, *topics: str) -> "Bell":
        """An event that any of `topics` sets."""
        return Bell(self, topics)

    def listen(self, dsn: str) -> None:
        """Keeps a LISTEN connection to that database open; the slow polling behind every bell covers its absence."""
        self._listening.append(asyncio.create_task(self._listen(dsn)))

    async def close(self) -> None:
        for task in self._listening:
            task.cancel()
        await asyncio.gather(*self._listening, return_exceptions=True)
        self._listening.clear()

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
    """For one who waits. It is waited for at every turn of every loop, so it does without a task and a scope."""

    def __init__(self, wakeups: Wakeups, topics: tuple[str, ...]) -> None:
        self._rang = False
        self._waiter: asyncio.Future[None] | None = None
        self._wakeups = wakeups
        self._topics = topics
        for topic in topics:
            wakeups._waiting[topic].add(self)

    @property
    def rang(self) -> bool:
        return self._rang

    def ring(self) -> None:
        self._rang = True
        self._wake()

    def silence(self) -> None:
        """Forgets what rang up to now: whoever looks next will see it anyway."""
        self._rang = False

    async def wait(self, seconds: float) -> bool:
        """Returns when rung since the last wait, or after `seconds`; whether it was rung."""
        if not self._rang:
            loop = asyncio.get_running_loop()
            waiter = self._waiter = loop.create_future()
            lapse = loop.call_later(seconds, self._wake)
            try:
                await waiter
            finally:
                lapse.cancel()
                self._waiter = None
        rang, self._rang = self._rang, False
        return rang

    def close(self) -> None:
        for topic in self._topics:
            self._wakeups._waiting[topic].discard(self)

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
