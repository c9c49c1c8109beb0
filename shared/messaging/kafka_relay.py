"""Brings the numbered records of one service to its topic, each lane in number order, again when in doubt."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from uuid import UUID

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.producer.message_accumulator import BatchBuilder

from shared.eventstore.feed import StoredFeed
from shared.eventstore.records import Record
from shared.eventstore.store import UNAVAILABLE
from shared.eventstore.wakeups import Wakeups
from shared.kernel import LANES
from shared.kernel.failpoints import failpoint
from shared.messaging.kafka_clients import DOWN, farewell, milliseconds, quiet, whole
from shared.messaging.kafka_topics import WrongPartitions, ensure_topics, topic_of
from shared.messaging.kafka_wire import LARGEST, headers_of, key_of, number_in, value_of

BATCH = 500
BATCH_BYTES = 950_000
POLL_SECONDS = 3.0
AGAIN_SECONDS = 1.0
WRONG_SECONDS = 10.0
ACK_SECONDS = 5.0
"""After this long without an acknowledgement a new producer begins where Kafka's records end."""
CHECK_SECONDS = 5.0
TAIL = 1000
"""How many records of each lane a topic gets that lost all of its own. Who is further behind pulls from the feed."""
LOOK_BACK = 100


log = structlog.get_logger("relay")


class LostRecords(Exception):
    """Kafka has fewer records than it acknowledged: it was wiped, or the topic was made anew."""


class KafkaRelay:
    """Keeps in memory only how far it got: after a start, and after every doubt, Kafka's own last record tells.

    Two relays of one service are safe: what each sends is in order, so every number arrives first in its place.
    """

    def __init__(
        self,
        feed: StoredFeed,
        bootstrap: str,
        division: str,
        wakeups: Wakeups,
        replication: int | None = None,
    ) -> None:
        quiet()
        self.service = feed.service
        self.sent = 0
        self.state = "starting"
        self._feed = feed
        self._bootstrap = bootstrap
        self._division = division
        self._wakeups = wakeups
        self._replication = replication
        self._topic = topic_of(feed.service)
        self._partitions = [TopicPartition(self._topic, lane) for lane in range(LANES)]

    async def run(self) -> None:
        """Until cancelled. A topic whose partitions are not the lanes is somebody's to delete: it is made anew then."""
        while True:
            try:
                await self._relay()
            except LostRecords:
                log.warning("relay_lost_records", service=self.service)
            except WrongPartitions as error:
                self.state = "waiting"
                log.error("relay_waits", service=self.service, error=str(error))
                await asyncio.sleep(WRONG_SECONDS)
            except (*DOWN, *UNAVAILABLE) as error:
                self.state = "waiting"
                log.warning("relay_waits", service=self.service, error=type(error).__name__)
                await asyncio.sleep(AGAIN_SECONDS)

    async def _relay(self) -> None:
        await ensure_topics(self._bootstrap, [self.service], self._replication)
        epoch = await self._feed.epoch()
        watcher = AIOKafkaConsumer(bootstrap_servers=self._bootstrap, request_timeout_ms=milliseconds(ACK_SECONDS))
        producer = self._new_producer()
        try:
            await whole(watcher.start())
            watcher.assign(self._partitions)
            acknowledged = await self._last_numbers(watcher, epoch)
            await whole(producer.start())
            await self._follow(producer, watcher, epoch, acknowledged)
        finally:
            try:
                await farewell(_abandon(producer))
            finally:
                await farewell(watcher.stop())

    def _new_producer(self) -> AIOKafkaProducer:
        return AIOKafkaProducer(
            bootstrap_servers=self._bootstrap,
            client_id=f"relay-{self.service}",
            enable_idempotence=True,
            acks="all",
            max_batch_size=BATCH_BYTES,
            request_timeout_ms=milliseconds(ACK_SECONDS),
            retry_backoff_ms=50,
        )

    async def _follow(
        self, producer: AIOKafkaProducer, watcher: AIOKafkaConsumer, epoch: UUID, acknowledged: dict[int, int]
    ) -> None:
        clock = asyncio.get_running_loop().time
        ends = await self._ends(watcher)
        checked = clock()
        bell = self._wakeups.bell(f"feed:{self.service}")
        self.state = "running"
        try:
            while True:
                bell.silence()
                records = await self._feed.read(acknowledged, BATCH)
                if records:
                    await self._send(producer, epoch, records, ends)
                    failpoint("relay.after_ack")
                    acknowledged |= {record.lane: record.number for record in records}
                    self.sent += len(records)
                if clock() - checked > CHECK_SECONDS:
                    await self._check(watcher, ends)
                    checked = clock()
                if len(records) < BATCH:
                    await bell.wait(POLL_SECONDS)
        finally:
            bell.close()

    async def _send(
        self, producer: AIOKafkaProducer, epoch: UUID, records: Sequence[Record], ends: dict[int, int]
    ) -> None:
        """Returns when all brokers that matter have them. A lane in order, lanes at the same time."""
        async with asyncio.timeout(ACK_SECONDS * 2):
            under_way = []
            for lane, of_lane in groupby(records, key=lambda record: record.lane):
                for batch in self._batches(producer, epoch, of_lane):
                    under_way.append(await producer.send_batch(batch, self._topic, partition=lane))
            for written in await asyncio.gather(*under_way):
                if written.offset < 0:
                    continue
                if written.offset < ends[written.partition]:
                    raise LostRecords
                ends[written.partition] = written.offset + 1

    def _batches(self, producer: AIOKafkaProducer, epoch: UUID, records: Iterable[Record]) -> Iterator[BatchBuilder]:
        headers = headers_of(epoch)
        batch = producer.create_batch()
        for record in records:
            key, value = key_of(record), value_of(record, self._division)
            if len(value) > LARGEST:
                # The gap it leaves is pulled from the feed, which knows no such limit.
                log.error("record_too_large_for_kafka", service=self.service, record=str(record.record_id))
                continue
            if batch.append(key=key, value=value, timestamp=None, headers=headers) is None:
                yield batch
                batch = producer.create_batch()
                batch.append(key=key, value=value, timestamp=None, headers=headers)
        if batch.record_count():
            yield batch

    async def _last_numbers(self, watcher: AIOKafkaConsumer, epoch: UUID) -> dict[int, int]:
        """Where to begin: after the last record that Kafka has of each lane, or some way before the head."""
        heads = await self._feed.heads()
        last = {lane: max(0, head - TAIL) for lane, head in heads.items()}
        ends = await watcher.end_offsets(self._partitions)
        begins = await watcher.beginning_offsets(self._partitions)
        waiting = {partition for partition in self._partitions if begins[partition] < ends[partition]}
        for partition in waiting:
            watcher.seek(partition, max(begins[partition], ends[partition] - LOOK_BACK))
        found: dict[int, int] = {}
        async with asyncio.timeout(2 * ACK_SECONDS):
            while waiting:
                for partition, messages in (await watcher.getmany(*waiting, timeout_ms=100)).items():
                    numbers = [number_in(message, epoch) or 0 for message in messages]
                    found[partition.partition] = max(found.get(partition.partition, 0), *numbers)
                waiting = {each for each in waiting if await watcher.position(each) < ends[each]}
        return last | {lane: min(number, heads[lane]) for lane, number in found.items() if number}

    async def _ends(self, watcher: AIOKafkaConsumer) -> dict[int, int]:
        ends = await watcher.end_offsets(self._partitions)
        return {partition.partition: end for partition, end in ends.items()}

    async def _check(self, watcher: AIOKafkaConsumer, ends: Mapping[int, int]) -> None:
        """A producer is not told that the records it brought are gone; without this, silence would last."""
        now = await self._ends(watcher)
        if any(now[lane] < end for lane, end in ends.items()):
            raise LostRecords


async def _abandon(producer: AIOKafkaProducer) -> None:
    """Without flushing: what is not acknowledged is sent by the next producer; this one may never get it through."""
    if producer._closed:
        return
    producer._closed = True
    if producer._sender.sender_task is not None:
        await producer._sender.close()
    await producer.client.close()
