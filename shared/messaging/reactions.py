"""Reactions: a record causes commands. One record, one transaction, which also moves the position."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from opentelemetry.trace import SpanKind

from shared.contracts.base import Contract, record_type
from shared.eventstore.feed import Feed
from shared.eventstore.incoming import Codecs, Incoming, read_record
from shared.eventstore.records import Record
from shared.eventstore.store import UNAVAILABLE, EventStore, Transaction
from shared.kernel import CorruptHistory, Unavailable, fact_name, lane_of
from shared.kernel.failpoints import failpoint
from shared.messaging.reader import RETRY_SECONDS, TRY_AGAIN, Reader, beyond, by_lane, lock_lane
from shared.messaging.transport import Transport
from shared.telemetry.spans import span

LANES_AT_ONCE = 2
IDLE_SECONDS = 5.0
"""How often parked keys are looked for when none is known: another process may have parked one."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a reader does with records: `causes` are (service, contract), or (own service, private fact)."""

    reader: str
    causes: tuple[tuple[str, type[object]], ...]
    handle: Callable[[Incoming, Transaction], Awaitable[None]]

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(sorted({service for service, _ in self.causes}))


class Reactor(Reader):
    """Applies one reaction to one source."""

    def __init__(self, reaction: Reaction, feed: Feed, transport: Transport, store: EventStore, codecs: Codecs) -> None:
        super().__init__(reaction.reader, feed, transport, store, codecs)
        self._reaction = reaction
        mine = [cls for service, cls in reaction.causes if service == feed.service]
        contracts = [cls for cls in mine if issubclass(cls, Contract)]
        self._types = {record_type(feed.service, cls.fact, cls.version) for cls in contracts}
        self._facts = {fact_name(cls) for cls in mine if not issubclass(cls, Contract)}
        self._busy = asyncio.Semaphore(LANES_AT_ONCE)
        self.somebody_waits = asyncio.Event()
        """Set when a key is parked; one for all sources of a reaction."""

    def _concerns(self, record: Record) -> bool:
        return record.type in self._types or (record.private is not None and record.private_fact in self._facts)

    async def apply(self, records: Sequence[Record]) -> None:
        async with asyncio.TaskGroup() as group:
            waiting = [group.create_task(self._lane(lane)) for lane in by_lane(records)]
        failures = [error for task in waiting if (error := task.result()) is not None]
        if failures:
            raise failures[0]

    async def _lane(self, records: Sequence[Record]) -> Exception | None:
        """One lane in order. Its fault is returned, so that the other lanes finish first."""
        async with self._busy:
            try:
                if not await self._passed_over(records):
                    while await self._step(records):
                        pass
            except Exception as error:  # decided by the caller, by type
                return error
        return None

    async def _passed_over(self, records: Sequence[Record]) -> bool:
        """Most records concern only few readers: for all others they cost one statement."""
        first, last = records[0].number, records[-1].number
        if last - first + 1 != len(records) or any(map(self._concerns, records)):
            return False
        return await self.positions.pass_over(records[0].lane, first, last)

    async def _step(self, records: Sequence[Record]) -> bool:
        """Passes over what concerns nobody and handles the next record that does; False when all are done."""
        reached = 0
        lane = records[0].lane
        current: Record | None = None
        try:
            async with self.store.transaction() as connection:
                position = (await self.positions.lock(connection, [lane]))[lane]
                fresh = beyond(position, records)
                if not fresh:
                    return False
                current = next((record for record in fresh if self._concerns(record)), None)
                if current is not None:
                    await self._handle(current, connection)
                reached = current.number if current else fresh[-1].number
                await self.positions.move(connection, {lane: reached})
                failpoint("reaction.before_commit")
        except (CorruptHistory, *TRY_AGAIN, *UNAVAILABLE, Unavailable):
            raise
        except Exception as error:
            if current is None:
                raise
            if await self._moved_to_just_before(current):
                await self.park(current, error)
            return True
        failpoint("reaction.after_commit")
        if current is not None:
            self.store.appended()
        return reached < records[-1].number

    async def _moved_to_just_before(self, record: Record) -> bool:
        """Moves over the records that concern nobody, so that `record` itself can be parked."""
        async with self.store.transaction() as connection:
            position = (await self.positions.lock(connection, [record.lane]))[record.lane]
            if position >= record.number:
                return False
            await self.positions.move(connection, {record.lane: record.number - 1})
        return True

    async def _handle(self, record: Record, tx: Transaction) -> None:
        if await self.parking.keys_among(tx, [record.key]):
            await self.parking.follow(tx, record)
            return
        await self._react(record, tx)

    async def _react(self, record: Record, tx: Transaction) -> None:
        with span(
            f"process {self.name}",
            parent=record.trace,
            kind=SpanKind.CONSUMER,
            request_id=str(record.key),
            reader=self.name,
            record_type=record.type,
        ):
            await self._reaction.handle(read_record(record, self.codecs), tx)
            self.applied += 1

    async def park(self, record: Record, error: Exception) -> None:
        await super().park(record, error)
        self.somebody_waits.set()

    async def retry_waiting(self) -> None:
        """Tries parked keys again that wait for another service; runs beside `run`."""
        waiting: Mapping[UUID, bool] = {}
        while True:
            try:
                waiting = await self.parking.waiting_keys()
                for key in (key for key, due in waiting.items() if due):
                    await self.retry(key)
            except (*UNAVAILABLE, Unavailable):
                await asyncio.sleep(1)
            except CorruptHistory:
                self.stop()
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(RETRY_SECONDS if waiting else IDLE_SECONDS):
                    await self.somebody_waits.wait()
            self.somebody_waits.clear()

    async def retry(self, key: UUID) -> bool:
        """Applies the key's parked records in order and unparks it; False when one still cannot be applied."""
        try:
            while await self._retry_first(key):
                self.store.appended()
        except TRY_AGAIN:
            return False
        except (CorruptHistory, *UNAVAILABLE, Unavailable):
            raise
        except Exception as error:
            await self.parking.put_off(key, self.verdict_on(error), type(error).__name__)
            return False
        return True

    async def _retry_first(self, key: UUID) -> bool:
        """One record, one transaction, as if it had just arrived; False when the key is free."""
        async with self.store.transaction() as connection:
            await lock_lane(connection, self.name, lane_of(key))
            record = await self.parking.first(connection, key)
            if record is None:
                return False
            await self._react(record, connection)
            await self.parking.remove(connection, record)
        return True
