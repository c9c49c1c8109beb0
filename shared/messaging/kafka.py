"""Records by Apache Kafka, for separate processes and hosts. Kafka is transport, never the record: ADR 14."""

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Collection, Mapping, Sequence, Set
from contextlib import suppress
from typing import NoReturn
from uuid import UUID
from zlib import crc32

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition

from shared.eventstore.feed import Feed, StoredFeed
from shared.eventstore.records import Record
from shared.eventstore.store import UNAVAILABLE
from shared.kernel import Unavailable
from shared.messaging.kafka_clients import DOWN, ended, farewell, milliseconds, quiet, set_within
from shared.messaging.kafka_pulse import Pulse
from shared.messaging.kafka_relay import KafkaRelay
from shared.messaging.kafka_topics import ensure_topics, service_of, topic_of
from shared.messaging.kafka_wire import NotARecord, read_message
from shared.messaging.transport import Interrupted, Positions

__all__ = ["KafkaRelay", "KafkaTransport", "ensure_topics"]

BATCH = 500
IDLE_SECONDS = 0.5
AWAY_SECONDS = 2.0
"""How often readers are told to ask the feeds as long as Kafka is away."""
GIVEN_UP_SECONDS = 10.0
"""After so long without Kafka a reader counts as ready all the same: it goes on by the feeds."""
AGAIN_SECONDS = 1.0
COMMIT_SECONDS = 1.0
SESSION_SECONDS = 10.0
REQUEST_SECONDS = 5.0
METADATA_SECONDS = 3.0
"""How soon a topic that was deleted and made anew is noticed."""
KEPT = 2_000
"""Newest records of a service whose content is at hand."""

Message = ConsumerRecord[bytes, bytes]
Place = tuple[int, int]
"""Lane and number."""

log = structlog.get_logger("kafka")


class KafkaTransport:
    """One consumer for each subscription; the group is named as the reader.

    `instance` names this process among those that run the same readers: one that is killed and comes back takes up
    its partitions at once, without waiting until its former self is given up.
    """

    def __init__(self, bootstrap: str, instance: str | None = None) -> None:
        quiet()
        self._bootstrap = bootstrap
        self._instance = instance
        self._pulse = Pulse(bootstrap)
        self._own: dict[str, OwnRecords] = defaultdict(OwnRecords)

    def teller(self, service: str) -> None:
        """Records come from the broker, whoever numbered them."""

    async def subscribe(self, reader: str, feeds: Mapping[str, Feed], after: Positions) -> "KafkaSubscription":
        """Never waits for Kafka: as long as it is away, the subscription says so."""
        self._pulse.join()
        return KafkaSubscription(self._bootstrap, reader, feeds, after, self._instance, self._pulse, self._own)


class KafkaSubscription:
    """Follows the topics of `feeds`. Offsets are a hint, committed after the fact: numbers decide."""

    def __init__(
        self,
        bootstrap: str,
        reader: str,
        feeds: Mapping[str, Feed],
        after: Positions,
        instance: str | None,
        pulse: Pulse,
        own: Mapping[str, "OwnRecords"],
    ) -> None:
        self._own = own
        self._bootstrap = bootstrap
        self._reader = reader
        self._feeds = feeds
        self._after = {service: dict(lanes) for service, lanes in after.items()}
        self._topics = [topic_of(service) for service in feeds]
        # The broker gives a name that comes back what it had, whatever it asks for now: other topics, another name.
        self._member = f"{reader}-{instance}-{crc32(' '.join(self._topics).encode()):08x}" if instance else None
        self._pulse = pulse
        self._epochs: dict[str, UUID] = {}
        self._consumer: AIOKafkaConsumer | None = None
        self._interrupted = True
        self._lacked = False
        self._told_at = asyncio.get_running_loop().time()
        self._fetched: Sequence[Message] = ()
        self._given: dict[TopicPartition, int] = {}
        self._done: dict[TopicPartition, int] = {}
        self._committing: asyncio.Task[None] | None = None
        self._joining = False
        self._closing = asyncio.Event()
        self._connecting = asyncio.create_task(self._connect())

    @property
    def connected(self) -> bool:
        """Whether Kafka has given it partitions, or found that there are none left."""
        return self._consumer is not None

    @property
    def ready(self) -> bool:
        return self.connected or self._pulse.away_for() > GIVEN_UP_SECONDS

    def coming(self, service: str, lane: int) -> bool:
        """Whoever joins begins where its group stood, or at the first record: what it lacks comes then."""
        consumer = self._consumer
        if self._pulse.lacks(self._topics):
            return False
        if consumer is None:
            return self._joining
        partition = TopicPartition(topic_of(service), lane)
        if partition not in consumer.assignment():
            return False
        # Without private access this would wait where the consumer has not found its place yet.
        state = consumer._subscription.subscription.assignment.state_value(partition)
        if any(message.partition == lane and message.topic == partition.topic for message in self._fetched):
            return True
        return not state.has_valid_position or state.highwater is None or state.position < state.highwater

    @property
    def at_hand(self) -> bool:
        return False

    async def next(self) -> Sequence[Record]:
        consumer = self._consumer
        if consumer is None:
            await asyncio.wait({self._connecting}, timeout=self._patience())
            if self._connecting.done():
                self._connecting.result()
            if self._consumer is None:
                self._tell()
            return ()
        if not self._fetched:
            await self._fetch(consumer)
        if not self._fetched:
            self._tell_if_interrupted()
            return ()
        # Kept until here returns: what the database would not give now is in hand when it is asked again.
        records = await self._records(self._fetched)
        for message in self._fetched:
            self._given[TopicPartition(message.topic, message.partition)] = message.offset + 1
        self._fetched = ()
        return records

    async def done(self) -> None:
        self._done.update(self._given)
        if self._committing is None or self._committing.done():
            self._committing = asyncio.create_task(self._commit_soon())

    async def close(self) -> None:
        self._closing.set()
        await ended(self._connecting)
        if self._committing is not None:
            self._committing.cancel()
            await asyncio.wait({self._committing})
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            await farewell(self._commit(consumer))
            await farewell(_leave(consumer))
        await self._pulse.leave()

    def lost(self) -> None:
        """Partitions went or came: what was done is nobody's hint any more, and the tail is uncertain."""
        self._given.clear()
        self._done.clear()
        self._interrupted = True

    def _patience(self) -> float:
        """How long until the reader may be told again."""
        return max(0.0, self._told_at + AWAY_SECONDS - asyncio.get_running_loop().time())

    def _tell_if_interrupted(self) -> None:
        """Asked when nothing comes: as long as something does, the feeds need not be troubled."""
        lacked, self._lacked = self._lacked, self._pulse.lacks(self._topics)
        if self._interrupted or (lacked and not self._lacked) or (self._lacked and not self._patience()):
            self._interrupted = False
            self._tell()

    def _tell(self) -> NoReturn:
        self._told_at = asyncio.get_running_loop().time()
        raise Interrupted(self._reader, away=self._pulse.lacks(self._topics))

    async def _connect(self) -> None:
        while not self._closing.is_set():
            consumer = self._new_consumer()
            try:
                for service, feed in self._feeds.items():
                    self._epochs[service] = await feed.epoch()
                self._joining = True
                await consumer.start()
            except asyncio.CancelledError:
                await farewell(consumer.stop())
                raise
            except (*DOWN, *UNAVAILABLE, Unavailable) as error:
                # Kafka or a feed is away; the reader goes on by what it can reach.
                log.debug("subscription_waits", reader=self._reader, error=type(error).__name__)
                await farewell(consumer.stop())
                await set_within(AGAIN_SECONDS, self._closing)
            else:
                self._consumer = consumer
                return
            finally:
                self._joining = False

    def _new_consumer(self) -> AIOKafkaConsumer:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            group_id=self._reader,
            group_instance_id=self._member,
            client_id=self._reader,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            request_timeout_ms=milliseconds(REQUEST_SECONDS),
            metadata_max_age_ms=milliseconds(METADATA_SECONDS),
            session_timeout_ms=milliseconds(SESSION_SECONDS),
            heartbeat_interval_ms=milliseconds(SESSION_SECONDS / 5),
            max_poll_records=BATCH,
        )
        consumer.subscribe(self._topics, listener=_Rebalance(self))
        return consumer

    async def _fetch(self, consumer: AIOKafkaConsumer) -> None:
        try:
            found = await consumer.getmany(timeout_ms=milliseconds(IDLE_SECONDS))
        except DOWN as error:
            log.warning("subscription_begins_anew", reader=self._reader, error=type(error).__name__)
            self._consumer = None
            self._interrupted = True
            self._connecting = asyncio.create_task(self._connect())
            await farewell(consumer.stop())
        else:
            self._fetched = [message for messages in found.values() for message in messages]

    async def _records(self, messages: Sequence[Message]) -> Sequence[Record]:
        found: dict[str, list[Record]] = {service: [] for service in self._feeds}
        for message in messages:
            service = service_of(message.topic)
            try:
                record = read_message(message, self._epochs[service])
            except NotARecord as reason:
                # Not its content: nobody knows what it is. The gap it leaves brings the true record from the feed.
                log.error(
                    "not_a_record", topic=message.topic, partition=message.partition, offset=message.offset,
                    reason=str(reason),
                )  # fmt: skip
                continue
            if record.number > self._after[service].get(record.lane, 0):
                found[service].append(record)
        return [
            record
            for service, records in found.items()
            for record in await self._with_private(self._feeds[service], records)
        ]

    async def _with_private(self, feed: Feed, records: Sequence[Record]) -> Sequence[Record]:
        """Private facts travel without their content: their own service reads them where they lie."""
        if not records or not (isinstance(feed, StoredFeed) and feed.with_private):
            return records
        stored = await self._own[feed.service].at(feed, {(record.lane, record.number) for record in records})
        return [stored[record.lane, record.number] for record in records if (record.lane, record.number) in stored]

    async def _commit_soon(self) -> None:
        await asyncio.sleep(COMMIT_SECONDS)
        if self._consumer is not None:
            await self._commit(self._consumer)

    async def _commit(self, consumer: AIOKafkaConsumer) -> None:
        mine = consumer.assignment()
        offsets = {partition: offset for partition, offset in self._done.items() if partition in mine}
        self._done.clear()
        with suppress(*DOWN):
            if offsets:
                await consumer.commit(offsets)


class OwnRecords:
    """The newest records of one service with their content, read once for all its readers in this process."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Place, Record] = OrderedDict()
        self._reading = asyncio.Lock()

    async def at(self, feed: StoredFeed, places: Set[Place]) -> Mapping[Place, Record]:
        """What is not there although its place was read will never be: this feed does not know it."""
        async with self._reading:
            found = {place: self._kept[place] for place in places if place in self._kept}
            wanted = places - found.keys()
            while wanted:
                after = {lane: min(number for of, number in wanted if of == lane) - 1 for lane, _ in wanted}
                width = max(number - after[lane] for lane, number in wanted)
                read = {(each.lane, each.number): each for each in await feed.read(after, min(width, BATCH))}
                found |= read
                self._keep(read)
                read_to = after | dict(read)
                wanted = {(lane, number) for lane, number in wanted if after[lane] + 1 < number > read_to[lane]}
            return found

    def _keep(self, read: Mapping[Place, Record]) -> None:
        self._kept |= read
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)


async def _leave(consumer: AIOKafkaConsumer) -> None:
    """Gives the partitions back at once: only who is killed keeps them for his next life."""
    if consumer._coordinator is not None:
        consumer._coordinator._group_instance_id = None
    await consumer.stop()


class _Rebalance(ConsumerRebalanceListener):
    def __init__(self, subscription: KafkaSubscription) -> None:
        self._subscription = subscription

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        pass

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        self._subscription.lost()
