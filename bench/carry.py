"""How a fact travels, one record at a time and as the desk does it: numbered, brought to Kafka, read, answered."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from aiokafka import AIOKafkaProducer

from deploy.lounge.house import open_pool
from deploy.lounge.kafka import KafkaBrokers
from shared.eventstore import EventStore, Incoming, Record, StoredFeed, Transaction, Wakeups
from shared.eventstore.wakeups import CHANNEL
from shared.kernel import SYSTEM, Context, new_id
from shared.messaging import Reaction, Reactor, Reader
from shared.messaging.kafka_relay import KafkaRelay
from shared.messaging.kafka_topics import ensure_topics, topic_of
from shared.messaging.kafka_wire import key_of, value_of
from shared.messaging.transport import FeedTransport
from shared.messaging.views import View, Viewers, install
from tests.shared.eventstore.toggles import Count, Switch, SwitchedV1, codec, switches

PRODUCER, CONSUMER = "mediation", "routing"
DIVISION = "130581"
BATCH = 500
WRITERS = 16
ACTING = Context(actor=SYSTEM)
CODECS = {f"{PRODUCER}.switch": codec}
DDL = "CREATE TABLE {table} (record uuid PRIMARY KEY, lane smallint NOT NULL, number bigint NOT NULL)"


async def measure(dsns: Mapping[str, str], folder: Path, records: int) -> list[dict[str, Any]]:
    """Records a second of each stage. The two figures of a row are taken one after the other."""
    producing, consuming = await open_pool(dsns[PRODUCER], PRODUCER), await open_pool(dsns[CONSUMER], CONSUMER)
    producer, consumer = EventStore(PRODUCER, producing), EventStore(CONSUMER, consuming)
    feed = StoredFeed(PRODUCER, producing, with_private=True)
    try:
        rows = [await _numbering(producer, records)]
        written = await _all_of(feed)
        with KafkaBrokers(folder) as brokers:
            rows.append(await _relaying(brokers.bootstrap, feed, written))
        rows.append(await _viewing(consumer, feed, written))
        rows.append(await _reacting(consumer, feed, written))
    finally:
        await producing.close()
        await consuming.close()
    return rows


def _row(work: str, alone: tuple[int, float], together: tuple[int, float]) -> dict[str, Any]:
    slow, fast = alone[0] / alone[1], together[0] / together[1]
    return {"stage": work, "one by one": slow, "as we do it": fast, "times": fast / slow}


async def _write(store: EventStore, count: int) -> None:
    async def writer(own: int) -> None:
        for _ in range(own):
            await switches(store).handle(new_id(), Switch(on=True), ACTING)

    await asyncio.gather(*(writer(count // WRITERS) for _ in range(WRITERS)))


async def _numbering(store: EventStore, records: int) -> dict[str, Any]:
    """Committed outbox rows become numbered records."""

    async def number(batch: int) -> int:
        count = 0
        while came := int(await store.pool.fetchval("SELECT number_outbox($1, $2, $3)", batch, CHANNEL, "bench")):
            count += came
        return count

    async def measured(count: int, batch: int) -> tuple[int, float]:
        await _write(store, count)
        begun = time.perf_counter()
        return await number(batch), time.perf_counter() - begun

    return _row("numbered per lane", await measured(records // 10, 1), await measured(records, 1000))


async def _all_of(feed: StoredFeed) -> list[Record]:
    reached: dict[int, int] = dict.fromkeys(await feed.heads(), 0)
    found: list[Record] = []
    while records := await feed.read(reached, BATCH):
        found += records
        reached |= {record.lane: record.number for record in records}
    return found


async def _relaying(bootstrap: str, feed: StoredFeed, records: Sequence[Record]) -> dict[str, Any]:
    """Until Kafka has acknowledged (acks=all, idempotent). One by one: another topic, a send awaited for each."""
    await ensure_topics(bootstrap, [PRODUCER, CONSUMER], 1)
    few = records[: len(records) // 10]
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True, acks="all")
    await producer.start()
    begun = time.perf_counter()
    for record in few:
        await producer.send_and_wait(
            topic_of(CONSUMER), value_of(record, DIVISION), key_of(record), partition=record.lane
        )
    alone = time.perf_counter() - begun
    await producer.stop()

    relay = KafkaRelay(feed, bootstrap, DIVISION, Wakeups(), 1)
    running = asyncio.create_task(relay.run())
    while not (first := relay.sent):
        await asyncio.sleep(0.001)
    begun = time.perf_counter()
    while relay.sent < len(records):
        await asyncio.sleep(0.001)
    together = time.perf_counter() - begun
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    return _row("brought to Kafka", (len(few), alone), (len(records) - first, together))


async def _viewing(store: EventStore, feed: StoredFeed, records: Sequence[Record]) -> dict[str, Any]:
    """A row in a table and the position, in one transaction."""

    async def project(record: Incoming, table: str, tx: Transaction) -> None:
        statement = f"INSERT INTO {table} (record, lane, number) VALUES ($1, $2, $3)"
        await tx.execute(statement, record.record_id, 0, 0)

    async def reader(name: str) -> Reader:
        view = View(name=name, sources=(PRODUCER,), ddl=DDL, project=project)
        await install(view, store)
        return Viewers([view], {PRODUCER: feed}, FeedTransport(Wakeups()), store, CODECS)

    row = await _reading("read by a view", await reader("bench_alone"), await reader("bench_together"), records)
    if (written := await store.pool.fetchval("SELECT count(*) FROM bench_together")) != len(records):
        raise RuntimeError(f"the view has {written} of {len(records)} rows")
    return row


async def _reacting(store: EventStore, feed: StoredFeed, records: Sequence[Record]) -> dict[str, Any]:
    """An event of another stream for each record, with the position that caused it."""

    def reader(name: str) -> Reader:
        async def answer(record: Incoming, tx: Transaction) -> None:
            await switches(store).within(tx).handle(uuid5(NAMESPACE_URL, f"{name} {record.key}"), Count(), ACTING)

        reaction = Reaction(f"{CONSUMER}.{name}", ((PRODUCER, SwitchedV1),), answer)
        return Reactor(reaction, {PRODUCER: feed}, FeedTransport(Wakeups()), store, CODECS)

    row = await _reading("answered by a reaction", reader("answer_alone"), reader("answer_together"), records)
    answers = await store.pool.fetchval("SELECT count(*) FROM events WHERE fact = 'counted'")
    if answers != len(records) // 10 + len(records):
        raise RuntimeError(f"{answers} answers")
    return row


async def _reading(work: str, alone: Reader, together: Reader, records: Sequence[Record]) -> dict[str, Any]:
    few = records[: len(records) // 10]

    async def measured(reader: Reader, some: Sequence[Record], at_once: int) -> tuple[int, float]:
        for service, reader_feed in reader.feeds.items():
            await reader.positions.create(service, await reader_feed.epoch())
        await reader.positions.load()
        begun = time.perf_counter()
        for start in range(0, len(some), at_once):
            await reader.apply(some[start : start + at_once])
        if reader.applied != len(some):
            raise RuntimeError(f"{work}: {reader.applied} of {len(some)}")
        return len(some), time.perf_counter() - begun

    return _row(work, await measured(alone, few, 1), await measured(together, records, BATCH))
