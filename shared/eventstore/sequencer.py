"""Numbers committed outbox rows densely per lane, in id order."""

import asyncio
import math
from collections.abc import Callable, Sequence
from typing import Any

import asyncpg
import structlog

from shared.eventstore.records import Record, record_of
from shared.eventstore.store import UNAVAILABLE
from shared.eventstore.wakeups import CHANNEL, Wakeups
from shared.kernel.failpoints import failpoint
from shared.telemetry.meters import count_appends

BATCH = 1000
POLL_SECONDS = 0.5

SPACING_SECONDS = 0.02
"""Batches are at least so far apart: whatever commits meanwhile shares one, and wakes every reader once."""
WIDEST_SECONDS = 0.16
SHARE = 4
"""A round that took long tells that machine is busy: pauses are so many times as long, and rounds larger for it."""

Tell = Callable[[Sequence[Record]], None]

log = structlog.get_logger("sequencer")


class Sequencer:
    """The row lock on `lane_head`, not a leader election, makes numbers dense and two sequencers safe.

    `tell` gets the numbered records, private bodies included, before those who follow the feed are woken.
    """

    def __init__(self, service: str, pool: "asyncpg.Pool[Any]", wakeups: Wakeups, tell: Tell | None = None) -> None:
        self._service = service
        self._pool = pool
        self._wakeups = wakeups
        self._tell = tell

    async def run(self) -> None:
        bell = self._wakeups.bell(f"outbox:{self._service}", f"unnumbered:{self._service}")
        clock = asyncio.get_running_loop().time
        next_at = clock()
        try:
            while True:
                if (early := next_at - clock()) > 0:
                    await asyncio.sleep(early)
                bell.silence()
                begun = clock()
                try:
                    with self._wakeups.round():
                        while await self.number_batch() == BATCH:
                            pass
                except UNAVAILABLE as error:
                    log.warning("sequencer_waits", service=self._service, error=type(error).__name__)
                    await asyncio.sleep(0.5)
                next_at = beat_after(clock(), clock() - begun)
                await bell.wait(POLL_SECONDS)
        finally:
            bell.close()

    async def number_batch(self) -> int:
        """Numbers at most one batch; returns how many rows it took."""
        failpoint("sequencer.before_commit")
        count = await (self._number() if self._tell is None else self._number_and_tell(self._tell))
        failpoint("sequencer.after_commit")
        if count:
            count_appends(self._service, count)
            self._wakeups.wake_together(f"feed:{self._service}")
        return count

    async def _number(self) -> int:
        count = int(await self._pool.fetchval("SELECT number_outbox($1, $2, $3)", *self._arguments))
        if count:
            self._wakeups.wake(f"unread:{self._service}")
        return count

    async def _number_and_tell(self, tell: Tell) -> int:
        rows = await self._pool.fetch("SELECT * FROM number_outbox_told($1, $2, $3)", *self._arguments)
        if rows:
            tell([record_of(self._service, row, private=row["body"]) for row in rows])
        return len(rows)

    @property
    def _arguments(self) -> tuple[int, str, str]:
        return BATCH, CHANNEL, self._wakeups.payload(self._service)


def beat_after(now: float, took: float) -> float:
    """When the next round is due. All sequencers of a process keep the same beat, so that readers of several services
    find what all of them numbered and are not woken by one after the other."""
    pause = SPACING_SECONDS
    while pause < WIDEST_SECONDS and pause < SHARE * took:
        pause *= 2
    return (math.floor(now / pause) + 1) * pause
