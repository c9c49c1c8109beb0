"""What happens to Kafka and its clients, and what readers make of it: nothing lost, nothing twice, order kept."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Self
from uuid import UUID

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import OutOfOrderSequenceNumber
from structlog.testing import capture_logs

from deploy.lounge.kafka import KafkaBrokers
from shared.contracts.published import BY_TYPE
from shared.eventstore import Feed, Incoming, Record, StoredFeed, Transaction
from shared.kernel import LANES, RecordId, new_id
from shared.messaging import Interrupted, Reaction, Reactor, ReaderState, Subscription, lacks
from shared.messaging import kafka_relay as relays
from shared.messaging.kafka import AWAY_SECONDS, KafkaSubscription, KafkaTransport, ensure_topics
from shared.messaging.kafka_topics import WrongPartitions
from shared.messaging.transport import Positions
from tests.shared.eventstore.toggles import Counted, SwitchedV1
from tests.shared.messaging.scene import (
    CODECS,
    CONSUMER,
    PRODUCER,
    Scene,
    caught_up,
    keys_of_lane,
    running,
    scene_of,
    until,
)
from tests.shared.messaging.wire import create_topic, delete_topic, put, put_records, relaying
from tests.support.postgres import Database

KEYS = [keys_of_lane(lane, 1)[0] for lane in range(8)]


@pytest.fixture
async def scene(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    monkeypatch.setitem(BY_TYPE, f"cn.lounge.{PRODUCER}.switched.v1", SwitchedV1)
    async with scene_of(database) as scene:
        yield scene


@pytest.fixture
def bootstrap(brokers: KafkaBrokers) -> str:
    return brokers.bootstrap


class Watched:
    """A transport with one subscription, of which the test sees how it stands with Kafka."""

    def __init__(self, bootstrap: str, instance: str | None = None) -> None:
        self._transport = KafkaTransport(bootstrap, instance)
        self._subscription: KafkaSubscription | None = None
        self.interruptions = 0

    async def subscribe(self, reader: str, feeds: Mapping[str, Feed], after: Positions) -> Self:
        self._subscription = await self._transport.subscribe(reader, feeds, after)
        self.interruptions = 0
        return self

    def teller(self, service: str) -> None:
        """Nobody."""

    @property
    def ready(self) -> bool:
        return self._subscription is not None and self._subscription.ready

    def coming(self, service: str, lane: int) -> bool:
        return self._subscription is not None and self._subscription.coming(service, lane)

    @property
    def at_hand(self) -> bool:
        return False

    async def next(self) -> Sequence[Record]:
        assert self._subscription is not None
        try:
            return await self._subscription.next()
        except Interrupted:
            self.interruptions += 1
            raise

    async def done(self) -> None:
        assert self._subscription is not None
        await self._subscription.done()

    async def close(self) -> None:
        assert self._subscription is not None
        await self._subscription.close()

    async def connected(self) -> bool:
        return self._subscription is not None and self._subscription.connected

    async def at_rest(self) -> bool:
        """Has its partitions, and has asked the feeds for what came before."""
        return self.interruptions > 0 and await self.connected()


@pytest.fixture
def transport(bootstrap: str) -> Watched:
    return Watched(bootstrap)


def reactor_of(scene: Scene, reaction: Reaction, transport: Watched, *, own: bool = False) -> Reactor:
    if own:
        return Reactor(reaction, {PRODUCER: scene.own_feed}, transport, scene.producer, CODECS)
    return Reactor(reaction, {PRODUCER: scene.feed}, transport, scene.consumer, {})


async def written_on(scene: Scene, times: int = 2) -> dict[UUID, list[RecordId]]:
    return {key: await scene.record(key, times) for key in KEYS}


async def feed_of(scene: Scene, after: dict[int, int]) -> Sequence[Record]:
    return await scene.feed.read(after, 1000)


def joined(*parts: dict[UUID, list[RecordId]]) -> dict[UUID, list[RecordId]]:
    return {key: [record for part in parts for record in part.get(key, [])] for key in KEYS}


async def assert_effects(scene: Scene, written: dict[UUID, list[RecordId]]) -> None:
    found = {key: await scene.effects(key) for key in written}
    assert {key: records[-len(written[key]) :] for key, records in found.items()} == written
    assert all(len(set(records)) == len(records) for records in found.values())


# ── in good times ────────────────────────────────────────────────────────


async def test_in_good_times_everything_comes_from_kafka(scene: Scene, bootstrap: str, transport: Watched) -> None:
    reactor = await scene.reactor(transport, "in_good_times")
    async with relaying(scene, bootstrap) as relay:
        await until(lambda: _relays(relay))
        async with running(reactor):
            await until(transport.at_rest)
            written = joined(*[await written_on(scene) for _ in range(5)])
            await caught_up(reactor)
    await assert_effects(scene, written)
    assert relay.sent >= 10 * len(KEYS)
    assert reactor.pulled == 0


async def test_two_members_share_the_lanes_and_keep_the_order_of_each_key(scene: Scene, bootstrap: str) -> None:
    took: dict[str, set[int]] = {"first": set(), "second": set()}

    def member(name: str) -> Reactor:
        async def effect(record: Incoming, tx: Transaction) -> None:
            took[name].add(record.raw.lane)
            await scene.effect(record, tx)

        reaction = Reaction(f"{CONSUMER}.shared", ((PRODUCER, SwitchedV1),), effect)
        return reactor_of(scene, reaction, transports[name])

    transports = {name: Watched(bootstrap) for name in took}
    first, second = member("first"), member("second")
    await scene.move_to_head(first)
    async with relaying(scene, bootstrap), running(first):
        before = await written_on(scene)
        await caught_up(first)
        async with running(second):
            during = joined(*[await written_on(scene) for _ in range(4)])
            await until(transports["second"].at_rest)
            await caught_up(first)
            more = joined(*[await written_on(scene) for _ in range(3)])
            await caught_up(first)
        after = await written_on(scene)
        await caught_up(first)
    await assert_effects(scene, joined(before, during, more, after))
    assert len(took["first"] | took["second"]) >= 3
    assert took["second"]


async def test_own_readers_find_the_content_of_private_facts(scene: Scene, bootstrap: str, transport: Watched) -> None:
    seen: list[object] = []

    async def look(record: Incoming, tx: Transaction) -> None:
        seen.append((record.record_id, type(record.body).__name__))

    key = new_id()
    reaction = Reaction(f"{PRODUCER}.own", ((PRODUCER, Counted),), look)
    reactor = reactor_of(scene, reaction, transport, own=True)
    async with relaying(scene, bootstrap) as relay:
        await until(lambda: _relays(relay))
        async with running(reactor):
            await until(transport.at_rest)
            await caught_up(reactor)
            before = reactor.pulled
            counted = await scene.count(key, 2)
            await caught_up(reactor)
    assert seen == [(record, "Counted") for record in counted]
    assert reactor.pulled == before


# ── what the wire brings ─────────────────────────────────────────────────


@pytest.mark.parametrize("times", range(1, 6))
async def test_what_kafka_has_several_times_has_one_effect(
    scene: Scene, bootstrap: str, transport: Watched, times: int
) -> None:
    await ensure_topics(bootstrap, [PRODUCER])
    reactor = await scene.reactor(transport, f"several_{times}")
    heads = dict(await scene.feed.heads())
    written = await written_on(scene)
    records = await feed_of(scene, heads)
    for _ in range(times):
        await put_records(bootstrap, records, await scene.feed.epoch())
    async with running(reactor):
        await caught_up(reactor)
        await asyncio.sleep(0)
    await assert_effects(scene, written)


async def test_what_never_reached_kafka_is_pulled_through_the_gap_it_leaves(
    scene: Scene, bootstrap: str, transport: Watched
) -> None:
    await ensure_topics(bootstrap, [PRODUCER])
    reactor = await scene.reactor(transport, "gaps")
    async with running(reactor):
        await until(transport.at_rest)
        heads = dict(await scene.feed.heads())
        written = await written_on(scene, 6)
        last = {record.lane: record for record in await feed_of(scene, heads)}
        await put_records(bootstrap, last.values(), await scene.feed.epoch())
        await caught_up(reactor)
    await assert_effects(scene, written)
    assert reactor.pulled >= 5 * len(KEYS)


async def test_poison_on_the_wire_is_told_by_its_place_and_stops_nobody(
    scene: Scene, bootstrap: str, transport: Watched
) -> None:
    await ensure_topics(bootstrap, [PRODUCER])
    reactor = await scene.reactor(transport, "poison_on_the_wire")
    epoch, stranger = await scene.feed.epoch(), new_id()
    heads = dict(await scene.feed.heads())
    with capture_logs() as logs:
        async with running(reactor):
            await until(transport.at_rest)
            first = await written_on(scene)
            records = await feed_of(scene, heads)
            for lane in range(LANES):
                await put(bootstrap, lane, b"no record", b'{"specversion":"1.0"}', b"x" * 1_000_000, epoch=epoch)
            await put_records(bootstrap, records[:1], stranger)
            await put_records(bootstrap, records, epoch)
            second = await written_on(scene)
            await put_records(bootstrap, await feed_of(scene, {r.lane: r.number for r in records}), epoch)
            await caught_up(reactor)
    await assert_effects(scene, joined(first, second))
    told = [entry for entry in logs if entry["event"] == "not_a_record"]
    assert {entry["partition"] for entry in told} == set(range(LANES))
    assert {entry["log_level"] for entry in told} == {"error"}
    assert "of another history" in {entry["reason"] for entry in told}
    assert all("no record" not in str(entry.values()) for entry in told)
    assert reactor.state is not ReaderState.STOPPED
    assert await scene.parked(reactor) == {}


async def test_a_topic_whose_partitions_are_not_the_lanes_is_refused(bootstrap: str) -> None:
    await create_topic(bootstrap, "lounge.misshapen", 3)
    with pytest.raises(WrongPartitions, match=r"主题 lounge\.misshapen 有 3 个分区.*has 3 partitions instead of 16"):
        await ensure_topics(bootstrap, ["misshapen"])


# ── the relay ────────────────────────────────────────────────────────────


async def test_a_relay_that_died_before_it_remembered_sends_nothing_wrong(
    scene: Scene, bootstrap: str, transport: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    reactor = await scene.reactor(transport, "died_before")
    deaths: list[str] = []

    def die(name: str) -> None:
        if len(deaths) < 3:
            deaths.append(name)
            raise OSError(name)

    # The last relay is gone before it has sent all: nobody interrupts the silence that follows.
    for seconds in ("TAIL_CHECK_SECONDS", "STILL_SECONDS"):
        monkeypatch.setattr(lacks, seconds, 1.0)
    monkeypatch.setattr(relays, "failpoint", die)
    monkeypatch.setattr(relays, "AGAIN_SECONDS", 0.01)
    async with running(reactor):
        written = []
        for turn in range(1, 4):
            async with relaying(scene, bootstrap):
                written.append(await written_on(scene))
                await until(lambda turn=turn: _died(deaths, turn))  # type: ignore[misc]
        await caught_up(reactor)
    await assert_effects(scene, joined(*written))
    assert deaths == ["relay.after_ack"] * 3


async def test_after_a_fatal_error_a_new_producer_goes_on(
    scene: Scene, bootstrap: str, transport: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[AIOKafkaProducer] = []
    build = relays.KafkaRelay._new_producer

    def new_producer(relay: relays.KafkaRelay) -> AIOKafkaProducer:
        producer = build(relay)
        if not made:

            async def refuses(*_: object, **__: object) -> None:
                raise OutOfOrderSequenceNumber

            monkeypatch.setattr(producer, "send_batch", refuses)
        made.append(producer)
        return producer

    monkeypatch.setattr(relays.KafkaRelay, "_new_producer", new_producer)
    reactor = await scene.reactor(transport, "fatal")
    async with relaying(scene, bootstrap) as relay, running(reactor):
        written = await written_on(scene)
        await until(lambda: _sent(relay))
        await caught_up(reactor)
    await assert_effects(scene, written)
    assert len(made) == 2


# ── Kafka loses what it had ──────────────────────────────────────────────


async def test_a_topic_that_is_deleted_comes_back_and_nothing_is_lost(
    scene: Scene, bootstrap: str, transport: Watched
) -> None:
    reactor = await scene.reactor(transport, "deleted")
    async with relaying(scene, bootstrap) as relay, running(reactor):
        await until(transport.at_rest)
        before = await written_on(scene)
        await caught_up(reactor)
        await delete_topic(bootstrap)
        during = await written_on(scene)
        await caught_up(reactor)
        pulled, sent = reactor.pulled, relay.sent
        await until(lambda: _more(relay, sent), seconds=30)
        await until(transport.at_rest)
        after = await written_on(scene)
        await caught_up(reactor)
    await assert_effects(scene, joined(before, during, after))
    assert pulled <= 3 * 2 * len(KEYS)


async def test_a_killed_broker_delays_and_loses_nothing(
    scene: Scene, brokers: KafkaBrokers, transport: Watched
) -> None:
    reactor = await scene.reactor(transport, "killed")
    async with relaying(scene, brokers.bootstrap), running(reactor):
        before = await written_on(scene)
        await caught_up(reactor)
        brokers.kill(0)
        while_away = await written_on(scene)
        # Nothing stands still: the feeds are asked as long as Kafka is away.
        await caught_up(reactor)
        assert reactor.pulled > 0
        brokers.start_one(0)
        after = await written_on(scene)
        await caught_up(reactor)
    await assert_effects(scene, joined(before, while_away, after))


async def test_wiped_disks_followed_by_silence_lose_nothing(
    scene: Scene, brokers: KafkaBrokers, transport: Watched
) -> None:
    reactor = await scene.reactor(transport, "wiped")
    async with relaying(scene, brokers.bootstrap) as relay, running(reactor):
        before = await written_on(scene)
        await caught_up(reactor)
    unseen = await written_on(scene)
    async with relaying(scene, brokers.bootstrap) as relay:
        await until(lambda: _relays(relay))
    brokers.wipe()
    async with running(reactor):
        await caught_up(reactor)
        async with relaying(scene, brokers.bootstrap) as relay:
            await until(lambda: _sent(relay))
            after = await written_on(scene)
            await caught_up(reactor)
    await assert_effects(scene, joined(before, unseen, after))


# ── readers come and go ──────────────────────────────────────────────────


async def test_a_reader_starts_while_kafka_is_away(scene: Scene) -> None:
    nobody = Watched("127.0.0.1:9")
    reactor = await scene.reactor(nobody, "away")
    with capture_logs() as logs:
        async with running(reactor):
            first = await written_on(scene)
            await caught_up(reactor)
            second = await written_on(scene)
            loop = asyncio.get_running_loop()
            begun = loop.time()
            await caught_up(reactor)
            assert loop.time() - begun < 3 * AWAY_SECONDS
            closing = loop.time()
    assert loop.time() - closing < 5
    await assert_effects(scene, joined(first, second))
    assert [entry["event"] for entry in logs].count("kafka_away") == 1


async def test_a_rebalance_in_mid_batch_takes_nothing_twice(scene: Scene, bootstrap: str, transport: Watched) -> None:
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def slow(record: Incoming, tx: Transaction) -> None:
        inside.set()
        await go_on.wait()
        await scene.effect(record, tx)

    reaction = Reaction(f"{CONSUMER}.mid_batch", ((PRODUCER, SwitchedV1),), slow)
    first = reactor_of(scene, reaction, transport)
    await scene.move_to_head(first)
    async with relaying(scene, bootstrap), running(first):
        written = joined(*[await written_on(scene, 1) for _ in range(4)])
        await inside.wait()
        joining = Watched(bootstrap)
        second = reactor_of(scene, reaction, joining)
        async with running(second):
            await until(joining.connected)
            go_on.set()
            await caught_up(first)
        more = await written_on(scene, 2)
        await caught_up(first)
    await assert_effects(scene, joined(written, more))


async def test_a_reader_that_slept_while_the_desk_worked_catches_up_in_order(
    scene: Scene, bootstrap: str, transport: Watched
) -> None:
    reactor = await scene.reactor(transport, "slept")
    async with relaying(scene, bootstrap) as relay:
        async with running(reactor):
            before = await written_on(scene)
            await caught_up(reactor)
        slept = joined(*[await written_on(scene) for _ in range(10)])
        await until(lambda: _relays(relay))
        async with running(reactor):
            await caught_up(reactor)
    await assert_effects(scene, joined(before, slept))


async def test_a_reader_that_comes_back_with_one_source_more_gets_the_partitions_of_both(
    scene: Scene, bootstrap: str
) -> None:
    """Its source was away at the start. The broker gives a known member its old partitions and looks no further."""
    await ensure_topics(bootstrap, [PRODUCER, CONSUMER])
    transport = KafkaTransport(bootstrap, "instance")
    feeds = {PRODUCER: scene.feed, CONSUMER: StoredFeed(CONSUMER, scene.consumer.pool)}
    given = []
    for services in ((PRODUCER,), (PRODUCER, CONSUMER), (PRODUCER,)):
        of_these = {service: feeds[service] for service in services}
        subscription = await transport.subscribe("mediation.grows", of_these, {service: {} for service in services})
        try:
            await until(lambda subscription=subscription: _connected(subscription))  # type: ignore[misc]
            assert subscription._consumer is not None
            given.append(len(subscription._consumer.assignment()))
        finally:
            await subscription.close()
    assert given == [LANES, 2 * LANES, LANES]


async def test_a_subscription_says_when_it_was_interrupted(scene: Scene, transport: Watched) -> None:
    heads = await scene.feed.heads()
    subscription = await transport.subscribe("mediation.told", {PRODUCER: scene.feed}, {PRODUCER: heads})
    try:
        with pytest.raises(Interrupted):
            await _until_told(subscription)
    finally:
        await subscription.close()


async def _connected(subscription: KafkaSubscription) -> bool:
    return subscription.connected


async def _relays(relay: relays.KafkaRelay) -> bool:
    return relay.state == "running"


async def _sent(relay: relays.KafkaRelay) -> bool:
    return relay.sent > 0


async def _more(relay: relays.KafkaRelay, than: int) -> bool:
    return relay.sent > than


async def _died(deaths: list[str], times: int) -> bool:
    return len(deaths) >= times


async def _until_told(subscription: Subscription) -> None:
    async with asyncio.timeout(10):
        while True:
            await subscription.next()
