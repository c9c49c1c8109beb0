"""What views and reactions share: follow a feed, mind gaps, check the tail, park what cannot be applied."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from enum import StrEnum
from itertools import groupby

import structlog

from shared.eventstore.feed import Feed
from shared.eventstore.incoming import Codecs
from shared.eventstore.records import Record
from shared.eventstore.store import LOST_A_RACE, UNAVAILABLE, EventStore, Transaction
from shared.kernel import ConcurrencyConflict, NotFound, NotThereYet, Unavailable
from shared.messaging.parking import POISON, WAITING, Parking
from shared.messaging.positions import ForeignHistory, Positions
from shared.messaging.transport import Interrupted, Transport

TAIL_CHECK_SECONDS = 10.0
RETRY_SECONDS = 0.3
PULL = 500

TRY_AGAIN = (ConcurrencyConflict, *LOST_A_RACE)

log = structlog.get_logger("reader")


class ReaderState(StrEnum):
    STARTING = "starting"
    RUNNING = "running"
    WAITING = "waiting"
    """Something outside is down."""
    STOPPED = "stopped"
    """History contradicts itself, or is another one. A person has to look."""


class Gap(Exception):
    """Numbers are missing between the position and what arrived."""

    def __init__(self, lane: int, after: int) -> None:
        super().__init__(f"lane {lane} after {after}")
        self.lane = lane
        self.after = after


class Reader(ABC):
    """One reader on one source feed. `run` never ends by itself, except when history is broken."""

    def __init__(self, name: str, feed: Feed, transport: Transport, store: EventStore, codecs: Codecs) -> None:
        self.name = name
        self.feed = feed
        self.state = ReaderState.STARTING
        self.store = store
        self.codecs = codecs
        self.positions = Positions(name, feed.service, store.pool)
        self.parking = Parking(name, store.pool)
        self.applied = 0
        self.pulled = 0
        self._transport = transport

    @abstractmethod
    async def apply(self, records: Sequence[Record]) -> None:
        """Applies records of any lanes, in order within each; raises Gap where numbers are missing."""

    def verdict_on(self, error: Exception) -> str:
        """How a record that raised `error` is parked."""
        return WAITING if isinstance(error, NotThereYet | NotFound) else POISON

    async def run(self) -> None:
        while self.state is not ReaderState.STOPPED:
            try:
                await self.positions.begin(self.feed)
                await self._follow()
            except (*UNAVAILABLE, Unavailable) as error:
                self.state = ReaderState.WAITING
                log.warning("reader_waits", reader=self.name, source=self.feed.service, error=type(error).__name__)
                await asyncio.sleep(1)
            except Exception:
                # Broken or foreign history, or a bug of the reader itself: whoever goes on would skip something.
                self.stop()

    def stop(self) -> None:
        """For good, with the alarm of the error at hand."""
        self.state = ReaderState.STOPPED
        log.exception("reader_stopped", reader=self.name, source=self.feed.service)

    async def _follow(self) -> None:
        subscription = await self._transport.subscribe(
            self.name, {self.feed.service: self.feed}, {self.feed.service: await self.positions.all()}
        )
        clock = asyncio.get_running_loop().time
        checked = 0.0
        self.state = ReaderState.RUNNING
        try:
            while self.state is not ReaderState.STOPPED:
                try:
                    records = await subscription.next()
                except Interrupted:
                    records, checked = (), 0.0
                if records:
                    await self._apply_with_gaps(records)
                    await subscription.done()
                if clock() - checked > TAIL_CHECK_SECONDS:
                    await self.check_tail()
                    checked = clock()
        finally:
            with suppress(Exception):
                await subscription.close()

    async def check_tail(self) -> None:
        """Compares positions with the producer's heads and pulls what never arrived."""
        while missing := await self.positions.check(self.feed):
            records = await self.feed.read(missing, PULL)
            if not records:
                return
            self.pulled += len(records)
            await self._apply_with_gaps(records)

    async def _apply_with_gaps(self, records: Sequence[Record]) -> None:
        while True:
            try:
                await self._apply_until_done(records)
            except Gap as gap:
                pulled = await self.feed.read({gap.lane: gap.after}, PULL)
                if not pulled:
                    raise ForeignHistory(f"{self.name} on {self.feed.service}: no record beyond {gap}") from None
                self.pulled += len(pulled)
                await self._apply_until_done(pulled)
            else:
                return

    async def _apply_until_done(self, records: Sequence[Record]) -> None:
        """An outage makes the lane wait here; the records stay in hand."""
        pause = 0.2
        while True:
            try:
                await self.apply(records)
            except TRY_AGAIN:
                await asyncio.sleep(0)
            except (*UNAVAILABLE, Unavailable) as error:
                self.state = ReaderState.WAITING
                log.warning("reader_waits", reader=self.name, source=self.feed.service, error=type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)
            else:
                if self.state is ReaderState.WAITING:
                    self.state = ReaderState.RUNNING
                return

    async def park(self, record: Record, error: Exception) -> None:
        """Sets the record's key aside and moves on. The reason is a class name: messages may carry what was typed."""
        reason = type(error).__name__
        state = self.verdict_on(error)
        if state == POISON:
            log.error("record_parked", reader=self.name, record=str(record.record_id), reason=reason, exc_info=error)
        async with self.store.transaction() as connection:
            position = (await self.positions.lock(connection, [record.lane]))[record.lane]
            if record.number != position + 1:
                return
            await self.parking.add(connection, record, state, reason)
            await self.positions.move(connection, {record.lane: record.number})

    async def lag(self) -> int:
        heads = await self.feed.heads()
        positions = await self.positions.all()
        return sum(head - positions.get(lane, 0) for lane, head in heads.items())


def by_lane(records: Sequence[Record]) -> list[list[Record]]:
    ordered = sorted(records, key=lambda record: (record.lane, record.number))
    return [list(group) for _, group in groupby(ordered, key=lambda record: record.lane)]


def beyond(position: int, records: Sequence[Record]) -> list[Record]:
    """The records after `position` without repeats; raises Gap when they do not follow on."""
    fresh: list[Record] = []
    for record in records:
        expected = position + 1 + len(fresh)
        if record.number < expected:
            continue
        if record.number > expected:
            if fresh:
                return fresh
            raise Gap(record.lane, position)
        fresh.append(record)
    return fresh


async def lock_lane(tx: Transaction, reader: str, lane: int) -> None:
    """Every position row of the lane, whatever the source: nothing of its keys moves meanwhile."""
    await tx.execute("SELECT FROM positions WHERE reader = $1 AND lane = $2 ORDER BY service FOR UPDATE", reader, lane)
