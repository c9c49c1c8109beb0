"""Reactions: a record causes commands, in the transaction that moves the position."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import structlog
from opentelemetry.trace import SpanKind

from shared.contracts.base import Contract, record_type
from shared.eventstore.feed import Feed
from shared.eventstore.handler import CommandHandler
from shared.eventstore.incoming import Codecs, Incoming, read_record
from shared.eventstore.records import Record
from shared.eventstore.store import EventStore, Transaction
from shared.kernel import CorruptHistory, fact_name, lane_of
from shared.kernel.failpoints import failpoint
from shared.messaging.lanes import beyond, by_lane, lock_lane
from shared.messaging.positions import Elsewhere, Held, Move, Standing, committed
from shared.messaging.reader import DOWN, RETRY_SECONDS, TRY_AGAIN, Reader
from shared.messaging.transport import Transport
from shared.telemetry.spans import span

AT_ONCE = 64
"""Records in one transaction of a reaction."""
AT_MOST_SECONDS = 0.25
"""A transaction that has lasted so long takes no further record: what is slow outside must not hold up the first."""
LANES_AT_ONCE = 2
IDLE_SECONDS = 5.0
"""How often parked keys are looked for when none is known: another process may have parked one."""

Handle = Callable[[Incoming, Transaction], Awaitable[None]]
Prepare = Callable[[Sequence[Incoming]], Awaitable[None]]

log = structlog.get_logger("reactions")


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a reader does with records: `causes` are (service, contract), or (own service, private fact)."""

    reader: str
    causes: tuple[tuple[str, type[object]], ...]
    handle: Handle
    prepare: Prepare | None = None
    """Called before the transaction with all records that will be handled in it, to fetch at once what each needs."""
    on: CommandHandler[Any, Any, Any] | None = None
    """The handler of the streams that are named like the records' keys: they are read in one statement."""

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(sorted({service for service, _ in self.causes}))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Records of one lane that concern the reaction, and how far the lane is done with them."""

    standing: Standing
    lane: int
    concerned: Sequence[Record]
    end: int

    @property
    def move(self) -> Move:
        return Move(self.standing, self.lane, self.end)

    @property
    def left(self) -> "Stretch | None":
        """What is still to be done of it."""
        reached = self.standing.reached[self.lane]
        if reached >= self.end:
            return None
        concerned = [record for record in self.concerned if record.number > reached]
        return replace(self, concerned=concerned)

    def first(self, count: int) -> "Stretch":
        """Cut off after so many records."""
        if count >= len(self.concerned):
            return self
        end = self.concerned[count - 1].number if count else self.standing.written[self.lane]
        return replace(self, concerned=self.concerned[:count], end=end)


class Reactor(Reader):
    """Applies one reaction to all its sources: what is at hand in one transaction, or else one record in each."""

    def __init__(
        self, reaction: Reaction, feeds: Mapping[str, Feed], transport: Transport, store: EventStore, codecs: Codecs
    ) -> None:
        standings = [Standing(reaction.reader, source) for source in reaction.sources]
        super().__init__(reaction.reader, standings, feeds, transport, store, codecs)
        self._reaction = reaction
        self._standing = {each.service: each for each in standings}
        self._parking = self.parking[reaction.reader]
        contracts = [(service, cls) for service, cls in reaction.causes if issubclass(cls, Contract)]
        self._types = {record_type(service, cls.fact, cls.version) for service, cls in contracts}
        self._facts = {(service, fact_name(cls)) for service, cls in reaction.causes if not issubclass(cls, Contract)}
        self._busy = asyncio.Semaphore(LANES_AT_ONCE)
        self.somebody_waits = asyncio.Event()
        """Set when a key is parked."""

    def _concerns(self, record: Record) -> bool:
        return record.type in self._types or (
            record.private is not None and (record.service, record.private_fact) in self._facts
        )

    async def apply(self, records: Sequence[Record]) -> None:
        failed: dict[tuple[str, int], Exception] = {}
        for stretches in _packed(self._stretches(records)):
            possible = [each for each in stretches if (each.standing.service, each.lane) not in failed]
            while sum(len(each.concerned) for each in possible) > 1 and await self._together(possible):
                possible = [left for each in possible if (left := each.left) is not None]
            failed |= await self._one_by_one(possible)
        if failed:
            raise next(iter(failed.values()))

    def _stretches(self, records: Sequence[Record]) -> Iterator[Stretch]:
        """Passes over what concerns nobody: most records concern only few readers."""
        for group in by_lane(records):
            standing, lane = self._standing[group[0].service], group[0].lane
            if standing.stopped:
                continue
            fresh = beyond(standing.reached[lane], group)
            concerned = [record for record in fresh if self._concerns(record)]
            for start in range(0, len(concerned), AT_ONCE):
                rest = concerned[start + AT_ONCE :]
                part = concerned[start : start + AT_ONCE]
                yield Stretch(standing, lane, part, part[-1].number if rest else fresh[-1].number)
            if fresh and not concerned:
                standing.reached[lane] = fresh[-1].number

    async def _together(self, stretches: Sequence[Stretch]) -> bool:
        """All that can be done in time, in one transaction; False when it failed, and then nothing is left of it.

        A race that was lost is run once more: together, with the states read anew, is cheaper than one by one.
        """
        for is_last in (False, True):
            try:
                await self._at_once(stretches)
                return True
            except Elsewhere:
                raise
            except Exception as error:  # decided one record at a time, by type
                if is_last or not isinstance(error, TRY_AGAIN):
                    log.info("reactions_one_by_one", reader=self.name, error=type(error).__name__)
                    return False
        raise AssertionError("unreachable")

    async def _at_once(self, stretches: Sequence[Stretch]) -> None:
        records = [record for each in stretches for record in each.concerned]
        moves = [each.move for each in stretches]
        await self._prepare(records)
        async with self.store.batch() as connection:
            held = await self.positions.move(connection, moves)
            parked = await self._parked_among(records, held, connection)
            if self._reaction.on is not None:
                await self._reaction.on.within(connection).read_ahead(record.key for record in records)
            if (done := await self._in_time(records, parked, connection)) < len(records):
                moves = [each.move for each in _cut(stretches, done)]
                await self.positions.put_back(connection, moves)
            await connection.flush()
            failpoint("reaction.before_commit")
        failpoint("reaction.after_commit")
        committed(moves)
        self.store.appended()

    async def _in_time(self, records: Sequence[Record], parked: frozenset[UUID], tx: Transaction) -> int:
        """How many were handled."""
        clock = asyncio.get_running_loop().time
        begun = clock()
        for done, record in enumerate(records):
            if done and clock() - begun > AT_MOST_SECONDS:
                return done
            await self._handle(record, tx, parked=record.key in parked)
        return len(records)

    async def _one_by_one(self, stretches: Sequence[Stretch]) -> dict[tuple[str, int], Exception]:
        """The faults of lanes that have to wait. The other lanes go on."""
        async with asyncio.TaskGroup() as group:
            tasks = {(each.standing.service, each.lane): group.create_task(self._lane(each)) for each in stretches}
        return {place: error for place, task in tasks.items() if (error := task.result()) is not None}

    async def _lane(self, stretch: Stretch) -> Exception | None:
        """One lane in order. Its fault is returned, so that the other lanes finish first."""
        async with self._busy:
            try:
                for record in stretch.concerned:
                    last = record is stretch.concerned[-1]
                    await self._single(stretch, record, stretch.end if last else record.number)
            except Exception as error:  # decided by the caller, by type
                return error
        return None

    async def _single(self, stretch: Stretch, record: Record, end: int) -> None:
        """One record, one transaction."""
        moves = [Move(stretch.standing, stretch.lane, end)]
        try:
            await self._prepare([record])
            async with self.store.batch() as connection:
                held = await self.positions.move(connection, moves)
                parked = await self._parked_among([record], held, connection)
                await self._handle(record, connection, parked=bool(parked))
                await connection.flush()
                failpoint("reaction.before_commit")
        except (CorruptHistory, Elsewhere, *TRY_AGAIN, *DOWN):
            raise
        except Exception as error:
            await self.park(stretch.standing, record, error)
            stretch.standing.reached[stretch.lane] = end
            return
        failpoint("reaction.after_commit")
        committed(moves)
        self.store.appended()

    async def _prepare(self, records: Sequence[Record]) -> None:
        if self._reaction.prepare is not None:
            await self._reaction.prepare([read_record(record, self.codecs) for record in records])

    async def _parked_among(self, records: Sequence[Record], held: Held, tx: Transaction) -> frozenset[UUID]:
        if not held.with_parked:
            return frozenset()
        return await self._parking.keys_among(tx, list({record.key for record in records}))

    async def _handle(self, record: Record, tx: Transaction, *, parked: bool) -> None:
        if parked:
            await self._parking.follow(tx, record)
        else:
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

    async def park(self, standing: Standing, record: Record, error: Exception) -> None:
        await super().park(standing, record, error)
        self.somebody_waits.set()

    async def retry_waiting(self) -> None:
        """Tries parked keys again that wait for another service; runs beside `run`."""
        waiting: Mapping[UUID, bool] = {}
        while not self.over:
            try:
                waiting = await self._parking.waiting_keys()
                for key in (key for key, due in waiting.items() if due):
                    await self.retry(key)
            except DOWN:
                await asyncio.sleep(1)
            except CorruptHistory:
                self.stop(self.standings)
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
        except (CorruptHistory, *DOWN):
            raise
        except Exception as error:
            await self._parking.put_off(key, self.verdict_on(error), type(error).__name__)
            return False
        return True

    async def _retry_first(self, key: UUID) -> bool:
        """One record, one transaction, as if it had just arrived; False when the key is free."""
        async with self.store.batch() as connection:
            await lock_lane(connection, self.name, lane_of(key))
            record = await self._parking.first(connection, key)
            if record is None:
                return False
            await self._prepare([record])
            await self._react(record, connection)
            await self._parking.remove(connection, record)
        return True


def _cut(stretches: Sequence[Stretch], count: int) -> Iterator[Stretch]:
    """The first records of all stretches in a row; a stretch of which nothing is left stays where it is."""
    for stretch in stretches:
        yield stretch.first(count)
        count = max(0, count - len(stretch.concerned))


def _packed(stretches: Iterator[Stretch]) -> Iterator[list[Stretch]]:
    """As many stretches together as fit into one transaction."""
    pack: list[Stretch] = []
    size = 0
    for stretch in stretches:
        if pack and size + len(stretch.concerned) > AT_ONCE:
            yield pack
            pack, size = [], 0
        pack.append(stretch)
        size += len(stretch.concerned)
    if pack:
        yield pack
