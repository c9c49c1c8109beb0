"""What following a feed costs: a transaction or a read that finds nothing is paid by every reader for every record."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from shared.eventstore import EventStore, Feed, Incoming, Record, Sequencer, Transaction, Wakeups
from shared.eventstore.sequencer import beat_after
from shared.eventstore.wakeups import CHANNEL, Bell
from shared.kernel import NotThereYet, new_id
from shared.messaging import FeedTransport, Reaction, Reactor, View, Viewers, install
from shared.messaging.lanes import Gap
from shared.messaging.turns import BUSY_SECONDS, BUSY_TURNS, IDLE_SECONDS, Turns
from tests.shared.eventstore.toggles import Count, SwitchedV1, switches
from tests.shared.messaging.scene import ACTING, CODECS, CONSUMER, PRODUCER, Scene, caught_up, running, scene_of, until
from tests.support.postgres import Database


@pytest.fixture
async def scene(database: Database) -> AsyncIterator[Scene]:
    async with scene_of(database) as scene:
        yield scene


class CountingStore(EventStore):
    transactions = 0

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        self.transactions += 1
        async with super().transaction() as connection:
            yield connection


class CountingFeed:
    """The feed of `scene`, with a count of the reads."""

    def __init__(self, feed: Feed) -> None:
        self.service = feed.service
        self.reads = 0
        self._feed = feed

    async def epoch(self) -> UUID:
        return await self._feed.epoch()

    async def heads(self) -> Mapping[int, int]:
        return await self._feed.heads()

    async def standing(self) -> tuple[UUID, Mapping[int, int]]:
        return await self._feed.standing()

    async def read(self, after: Mapping[int, int], limit: int) -> Sequence[Record]:
        self.reads += 1
        return await self._feed.read(after, limit)


def _reactor(scene: Scene, name: str, store: EventStore, feed: Feed | None = None) -> Reactor:
    reaction = Reaction(f"{CONSUMER}.{name}", ((PRODUCER, SwitchedV1),), scene.effect)
    return Reactor(reaction, {PRODUCER: feed or scene.feed}, FeedTransport(scene.wakeups), store, {})


async def test_a_reaction_costs_one_transaction_for_all_records_at_hand(scene: Scene) -> None:
    store = CountingStore(CONSUMER, scene.consumer.pool)
    reactor = _reactor(scene, "count_reactions", store)
    await scene.move_to_head(reactor)
    heads = await scene.feed.heads()
    await scene.record(new_id(), times=3)
    await reactor.apply(await scene.feed.read(heads, 500))
    assert store.transactions == 1


async def test_what_concerns_nobody_costs_no_transaction_and_moves_the_position(scene: Scene) -> None:
    store = CountingStore(CONSUMER, scene.consumer.pool)
    reactor = _reactor(scene, "pass_over", store)
    await scene.move_to_head(reactor)
    applied = reactor.applied
    heads = await scene.feed.heads()
    await scene.count(new_id(), times=3)
    records = await scene.feed.read(heads, 500)
    await reactor.apply(records)
    assert await reactor.lag() == 3
    await reactor.rest()
    assert await reactor.lag() == 0
    await reactor.apply(records)
    await reactor.rest()
    assert await reactor.lag() == 0
    assert store.transactions == 0
    assert (reactor.applied, reactor.pulled) == (applied + 3, 0)


async def test_what_concerns_nobody_hides_no_gap(scene: Scene) -> None:
    reactor = _reactor(scene, "gap", scene.consumer)
    await scene.move_to_head(reactor)
    heads = await scene.feed.heads()
    await scene.count(new_id(), times=3)
    records = await scene.feed.read(heads, 500)
    with pytest.raises(Gap):
        await reactor.apply(records[1:])
    with pytest.raises(Gap):
        await reactor.apply([records[0], records[2]])


async def test_a_view_costs_one_transaction_for_a_batch(scene: Scene) -> None:
    async def ignore(record: Incoming, table: str, tx: Transaction) -> None: ...

    store = CountingStore(CONSUMER, scene.consumer.pool)
    view = View("count_batches", (PRODUCER,), "CREATE TABLE {table} (id uuid)", ignore)
    await install(view, store)
    viewer = Viewers([view], {PRODUCER: scene.feed}, FeedTransport(scene.wakeups), store, {})
    await scene.move_to_head(viewer)
    heads = await scene.feed.heads()
    for _ in range(5):
        await scene.record(new_id())
    await viewer.apply(await scene.feed.read(heads, 500))
    assert store.transactions == 1


async def test_a_batch_that_was_not_full_is_read_once(scene: Scene) -> None:
    feed = CountingFeed(scene.feed)
    subscription = await FeedTransport(scene.wakeups, poll_seconds=60).subscribe(
        "r", {feed.service: feed}, {feed.service: await feed.heads()}
    )
    await scene.record(new_id())
    assert len(await subscription.next()) == 1
    assert feed.reads == 1
    waiting = asyncio.ensure_future(subscription.next())
    await asyncio.sleep(0)
    assert feed.reads == 1
    await scene.record(new_id())
    assert len(await waiting) == 1
    await subscription.close()


async def test_what_was_numbered_in_this_process_is_told_and_not_read(scene: Scene) -> None:
    feed, own = CountingFeed(scene.feed), CountingFeed(scene.own_feed)
    transport = FeedTransport(scene.wakeups, poll_seconds=60)
    telling = Sequencer(PRODUCER, scene.producer.pool, scene.wakeups, transport.teller(PRODUCER))
    subscription = await transport.subscribe("r", {PRODUCER: feed}, {PRODUCER: await feed.heads()})
    await scene.record(new_id())
    assert len(await subscription.next()) == 1
    reads, heads = feed.reads, await feed.heads()
    key = new_id()
    for _ in range(3):
        await switches(scene.producer).handle(key, Count(), ACTING)
    await telling.number_batch()
    told = await subscription.next()
    assert (feed.reads, own.reads) == (reads, 0)
    assert told == await scene.feed.read(heads, 500)
    assert all(record.private is None for record in told)
    await subscription.close()


async def test_what_another_sequencer_numbered_between_is_read_once_the_next_is_told(scene: Scene) -> None:
    feed = CountingFeed(scene.feed)
    transport = FeedTransport(scene.wakeups, poll_seconds=60)
    telling = Sequencer(PRODUCER, scene.producer.pool, scene.wakeups, transport.teller(PRODUCER))
    elsewhere = Sequencer(PRODUCER, scene.producer.pool, Wakeups())
    subscription = await transport.subscribe("r", {PRODUCER: feed}, {PRODUCER: await feed.heads()})
    await scene.record(new_id())
    await subscription.next()
    key, heads = new_id(), await feed.heads()
    for sequencer in (elsewhere, telling):
        await switches(scene.producer).handle(key, Count(), ACTING)
        await sequencer.number_batch()
    assert await subscription.next() == await scene.feed.read(heads, 500)
    await subscription.close()


@pytest.mark.parametrize(("took", "pause"), [(0.001, 0.02), (0.005, 0.02), (0.006, 0.04), (0.03, 0.16), (9.0, 0.16)])
def test_all_sequencers_keep_one_beat_and_a_slower_one_when_rounds_take_long(took: float, pause: float) -> None:
    due = {beat_after(now, took) for now in (10.001, 10.009, 10.019)}
    assert len(due) == 1
    assert 0 < due.pop() - 10.019 <= pause


async def test_what_a_view_wrote_is_not_waited_for_and_what_a_reaction_appended_is(scene: Scene) -> None:
    lowered: dict[str, bool] = {}
    setting = "SELECT source = 'session' FROM pg_settings WHERE name = 'synchronous_commit'"

    async def look(name: str, tx: Transaction) -> None:
        lowered[name] = await tx.fetchval(setting)

    async def project(record: Incoming, table: str, tx: Transaction) -> None:
        await look("view", tx)

    async def react(record: Incoming, tx: Transaction) -> None:
        await look("reaction", tx)

    view = View("commits_of_views", (PRODUCER,), "CREATE TABLE {table} (id uuid)", project)
    await install(view, scene.consumer)
    viewer = Viewers([view], {PRODUCER: scene.own_feed}, FeedTransport(scene.wakeups), scene.consumer, CODECS)
    reactor = await scene.reactor(FeedTransport(scene.wakeups), "look_at_commits", react)
    await scene.move_to_head(viewer)
    heads = await scene.feed.heads()
    await scene.record(new_id())
    await viewer.apply(await scene.own_feed.read(heads, 500))
    await reactor.apply(await scene.feed.read(heads, 500))
    assert lowered == {"view": True, "reaction": False}
    assert not await scene.consumer.pool.fetchval(setting)


async def test_rounds_that_overlap_wake_a_reader_of_several_services_once() -> None:
    wakeups = Wakeups()
    bell = wakeups.bell("feed:routing", "feed:intake")
    rang = []
    with wakeups.round():
        with wakeups.round():
            wakeups.wake_together("feed:routing")
        rang.append(bell.rang)
        wakeups.wake_together("feed:intake")
    rang.append(bell.rang)
    bell.silence()
    wakeups.wake_together("feed:intake")
    rang.append(bell.rang)
    assert rang == [False, True, True]


async def test_a_slow_round_holds_nobody_up_for_long() -> None:
    wakeups = Wakeups()
    bell = wakeups.bell("feed:routing")
    with wakeups.round():
        wakeups.wake_together("feed:routing")
        assert await bell.wait(30)


def test_what_is_passed_over_in_a_busy_hour_is_written_less_often() -> None:
    turns = Turns()
    assert turns.idle_seconds == IDLE_SECONDS
    for turn in range(BUSY_TURNS + 1):
        turns.count(100 + turn / 10)
    assert turns.idle_seconds == BUSY_SECONDS
    turns.count(200)
    assert turns.idle_seconds == IDLE_SECONDS


async def test_a_process_does_not_hear_its_own_notification_again(database: Database) -> None:
    mine, others = Wakeups(), Wakeups()
    own, foreign = mine.bell("feed:routing"), mine.bell("feed:intake")
    mine.listen(database.dsn(PRODUCER))
    connection = await asyncpg.connect(database.dsn(PRODUCER))
    try:
        await until(lambda: _heard(foreign, connection, mine.payload("routing"), others.payload("intake")))
        assert not await _rings(own)
    finally:
        await connection.close()
        await mine.close()


async def _heard(bell: Bell, connection: "asyncpg.Connection[Any]", *payloads: str) -> bool:
    """Notifications of one connection arrive in order: once the last rang, all before it were heard."""
    for payload in payloads:
        await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, payload)
    return await _rings(bell)


async def _rings(bell: Bell) -> bool:
    try:
        async with asyncio.timeout(0.1):
            await bell.wait(60)
    except TimeoutError:
        return False
    return True


async def test_a_key_that_is_parked_is_tried_again_without_waiting_for_the_slow_look(scene: Scene) -> None:
    missing = True

    async def handle(record: Incoming, tx: Transaction) -> None:
        if missing:
            raise NotThereYet("the other service's record")
        await scene.effect(record, tx)

    reactor = await scene.reactor(FeedTransport(scene.wakeups, poll_seconds=0.05), "retry_soon", handle)
    key = new_id()
    async with running(reactor):
        await caught_up(reactor)
        (record,) = await scene.record(key)

        async def is_parked() -> bool:
            return bool(await scene.parked(reactor))

        async def is_applied() -> bool:
            return await scene.effects(key) == [record]

        await until(is_parked)
        missing = False
        await until(is_applied, seconds=3)
