"""Two services on one database: `routing` writes, `mediation` reads. Effects are events whose cause is the record."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import asyncpg

from deploy.lounge.house import open_pool
from shared.eventstore import EventStore, Incoming, Sequencer, StoredFeed, Transaction, Wakeups
from shared.kernel import SYSTEM, Context, RecordId, lane_of, new_id
from shared.messaging import Reaction, Reactor, Reader, Transport
from tests.shared.eventstore.toggles import Count, Switch, SwitchedV1, codec, switches
from tests.support.postgres import Database

PRODUCER, CONSUMER = "routing", "mediation"
ACTING = Context(actor=SYSTEM)

Handle = Callable[[Incoming, Transaction], Awaitable[None]]


class Scene:
    def __init__(self, producer: EventStore, consumer: EventStore, wakeups: Wakeups, database: Database) -> None:
        self.producer = producer
        self.consumer = consumer
        self.wakeups = wakeups
        self.feed = StoredFeed(PRODUCER, producer.pool)
        self.own_feed = StoredFeed(PRODUCER, producer.pool, with_private=True)
        self._database = database
        self._sequencer = Sequencer(PRODUCER, producer.pool, wakeups)

    async def record(self, key: UUID, times: int = 1) -> list[RecordId]:
        """That many numbered public facts of `key`."""
        handler = switches(self.producer)
        state, _ = await handler.state(key)
        records: list[RecordId] = []
        for turn in range(times):
            wish = Switch(on=state.on if turn % 2 else not state.on)
            records += (await handler.handle(key, wish, ACTING)).records
        await self.number()
        return records

    async def spoil(self, records: list[RecordId]) -> None:
        """Makes what these records carry unreadable, in the feed itself."""
        wish = "UPDATE feed SET data = $1 WHERE event_id = ANY($2)"
        assert await self.producer.pool.execute(wish, b'{"on": "perhaps"}', records) == f"UPDATE {len(records)}"

    async def count(self, key: UUID, times: int = 1) -> list[RecordId]:
        """That many numbered private facts of `key`."""
        records: list[RecordId] = []
        for _ in range(times):
            records += (await switches(self.producer).handle(key, Count(), ACTING)).records
        await self.number()
        return records

    async def number(self) -> None:
        while await self._sequencer.number_batch():
            pass

    async def effect(self, record: Incoming, tx: Transaction) -> None:
        """One event of the consumer, caused by the record."""
        await switches(self.consumer).within(tx).handle(record.key, Count(), record.context)

    async def effects(self, key: UUID) -> list[UUID]:
        """The records that had an effect on `key`, in order, as often as they had it."""
        rows = await self.consumer.pool.fetch(
            "SELECT causation FROM events WHERE stream = $1 ORDER BY version", f"{CONSUMER}.switch-{key}"
        )
        return [row["causation"] for row in rows]

    async def reactor(self, transport: Transport, name: str, handle: Handle | None = None) -> Reactor:
        """A reader that has seen everything up to now."""
        reaction = Reaction(f"{CONSUMER}.{name}", ((PRODUCER, SwitchedV1),), handle or self.effect)
        reactor = Reactor(reaction, {PRODUCER: self.feed}, transport, self.consumer, {})
        await self.move_to_head(reactor)
        return reactor

    async def move_to_head(self, reader: Reader) -> None:
        await reader.begin()
        for standing in reader.standings:
            for lane, head in (await reader.feeds[standing.service].heads()).items():
                standing.reached[lane] = head
        await reader.rest()

    async def parked(self, reader: Reader) -> dict[UUID, str]:
        """State of the parked records, in the order in which they would be applied."""
        rows = await self.consumer.pool.fetch(
            "SELECT record, state, convert_from(record, 'utf8')::json ->> 'id' AS id FROM parked WHERE reader = $1"
            " ORDER BY parked_id",
            reader.standings[0].reader,
        )
        return {UUID(row["id"]): row["state"] for row in rows}

    @asynccontextmanager
    async def outage(self) -> AsyncIterator[None]:
        """The database takes no connection and drops those it has."""
        admin = await asyncpg.connect(self._database.admin_dsn)
        try:
            name = await admin.fetchval("SELECT current_database()")
            await admin.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT 0')
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            try:
                yield
            finally:
                await admin.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT -1')
        finally:
            await admin.close()


@asynccontextmanager
async def scene_of(database: Database) -> AsyncIterator[Scene]:
    wakeups = Wakeups()
    producing = await open_pool(database.dsn(PRODUCER), PRODUCER)
    consuming = await open_pool(database.dsn(CONSUMER), CONSUMER)
    try:
        yield Scene(EventStore(PRODUCER, producing), EventStore(CONSUMER, consuming), wakeups, database)
    finally:
        await producing.close()
        await consuming.close()


@asynccontextmanager
async def running(*readers: Reader) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(reader.run()) for reader in readers]
    tasks += [asyncio.create_task(reader.retry_waiting()) for reader in readers if isinstance(reader, Reactor)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 15.0) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.01)


async def caught_up(*readers: Reader) -> None:
    async def all_at_head() -> bool:
        return not any([await reader.lag() for reader in readers])

    await until(all_at_head)


def keys_of_lane(lane: int, count: int) -> list[UUID]:
    return [key for key in (new_id() for _ in range(count * 200)) if lane_of(key) == lane][:count]


def flat(lists: Iterable[list[RecordId]]) -> list[RecordId]:
    return [record for each in lists for record in each]


CODECS = {f"{PRODUCER}.switch": codec}
