"""Many records in one transaction: what is bought by it, and that nothing is paid for it."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from itertools import pairwise
from uuid import UUID

import asyncpg
import pytest

from shared.contracts.published import BY_TYPE
from shared.eventstore import EventStore, Feed, Incoming, Record, StoredFeed, Transaction
from shared.kernel import NotThereYet, Unavailable, new_id
from shared.messaging import FeedTransport, Interrupted, Reaction, Reactor, ReaderState, View, Viewers, install, lacks
from shared.messaging import reactions as batches
from shared.messaging.pen import Pen, alike
from tests.shared.eventstore.toggles import Count, Counted, SwitchedV1, switches
from tests.shared.messaging.scene import (
    ACTING,
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
from tests.support.postgres import Database


@pytest.fixture
async def scene(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    monkeypatch.setitem(BY_TYPE, f"cn.lounge.{PRODUCER}.switched.v1", SwitchedV1)
    async with scene_of(database) as scene:
        yield scene


def _transport(scene: Scene) -> FeedTransport:
    return FeedTransport(scene.wakeups, poll_seconds=0.05)


async def _transactions(scene: Scene, effects: Sequence[UUID]) -> int:
    """How many transactions wrote the events that these records caused."""
    found = await scene.consumer.pool.fetchval(
        "SELECT count(DISTINCT xmin::text) FROM events WHERE causation = ANY($1)", list(effects)
    )
    return int(found)


async def test_what_is_at_hand_has_its_effects_in_one_transaction(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "AT_MOST_SECONDS", 60.0)
    reactor = await scene.reactor(_transport(scene), "all_at_once")
    keys = [new_id() for _ in range(10)]
    written = [record for key in keys for record in await scene.record(key, 3)]
    await reactor.pull_tail()
    assert await _transactions(scene, written) == 1
    assert reactor.state is ReaderState.RUNNING


async def test_a_race_that_was_lost_is_run_again_together(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "AT_MOST_SECONDS", 60.0)
    reactor = await scene.reactor(_transport(scene), "outrun")
    keys = [new_id() for _ in range(6)]
    before = {key: await scene.record(key) for key in keys}
    await reactor.pull_tail()
    other = EventStore(CONSUMER, scene.consumer.pool)
    await switches(other).handle(keys[3], Count(), ACTING)
    after = {key: await scene.record(key) for key in keys}
    await reactor.pull_tail()
    assert await _transactions(scene, [record for each in after.values() for record in each]) == 1
    for key in keys:
        wanted = before[key] + after[key]
        assert [each for each in await scene.effects(key) if each in wanted] == wanted


async def test_one_that_fails_is_parked_alone_and_the_others_have_their_effect_once(scene: Scene) -> None:
    bad, *good = keys_of_lane(4, 4)

    async def handle(record: Incoming, tx: Transaction) -> None:
        if record.key == bad:
            raise RuntimeError("a bug")
        await scene.effect(record, tx)

    reactor = await scene.reactor(_transport(scene), "one_fails", handle)
    poison = await scene.record(bad)
    written = {key: await scene.record(key, 2) for key in good}
    await reactor.pull_tail()
    assert await scene.parked(reactor) == dict.fromkeys(poison, "poison")
    for key in good:
        assert await scene.effects(key) == written[key]


async def test_what_is_slow_outside_does_not_hold_up_the_first(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "AT_MOST_SECONDS", 0.0)
    reactor = await scene.reactor(_transport(scene), "slow")
    keys = [*keys_of_lane(1, 2), *keys_of_lane(2, 1)]
    written = {key: await scene.record(key, 2) for key in keys}
    await reactor.pull_tail()
    assert await _transactions(scene, [record for each in written.values() for record in each]) == 6
    for key in keys:
        assert await scene.effects(key) == written[key]
    assert await reactor.lag() == 0


async def test_a_reaction_prepares_for_all_records_of_a_transaction_before_it(scene: Scene) -> None:
    prepared: list[list[UUID]] = []

    async def prepare(records: Sequence[Incoming]) -> None:
        prepared.append([record.record_id for record in records])

    async def handle(record: Incoming, tx: Transaction) -> None:
        assert record.record_id in prepared[-1]
        await scene.effect(record, tx)

    reaction = Reaction(f"{CONSUMER}.prepares", ((PRODUCER, SwitchedV1),), handle, prepare)
    reactor = Reactor(reaction, {PRODUCER: scene.feed}, _transport(scene), scene.consumer, {})
    await scene.move_to_head(reactor)
    written = await scene.record(new_id(), 5)
    await reactor.pull_tail()
    assert prepared == [written]


async def test_a_view_that_fails_parks_the_key_and_the_other_views_go_on(scene: Scene) -> None:
    bad, good = keys_of_lane(8, 2)

    def view(name: str, breaks: bool) -> View:
        async def project(record: Incoming, table: str, tx: Transaction) -> None:
            if breaks and record.key == bad:
                raise RuntimeError("a bug of this view")
            await tx.execute(f"INSERT INTO {table} (id) VALUES ($1)", record.record_id)

        return View(name, (PRODUCER,), "CREATE TABLE {table} (id uuid PRIMARY KEY)", project, (Counted,))

    broken, whole = view("broken_view", breaks=True), view("whole_view", breaks=False)
    for each in (broken, whole):
        await install(each, scene.producer)
    feeds = {PRODUCER: scene.own_feed}
    viewers = Viewers([broken, whole], feeds, _transport(scene), scene.producer, CODECS)
    parked = await scene.count(bad, 2)
    fine = await scene.count(good, 2)
    async with running(viewers):
        await caught_up(viewers)

    async def rows(name: str) -> set[UUID]:
        return {row["id"] for row in await scene.producer.pool.fetch(f"SELECT id FROM {name}")}

    assert {*parked, *fine} <= await rows("whole_view")
    assert set(fine) <= await rows("broken_view")
    assert set(parked).isdisjoint(await rows("broken_view"))
    readers = await scene.producer.pool.fetch("SELECT DISTINCT reader FROM parked WHERE key = $1", bad)
    assert [row["reader"] for row in readers] == [f"{PRODUCER}.broken_view"]


class SwitchedOff:
    """A feed that cannot be reached while `off`."""

    def __init__(self, feed: Feed) -> None:
        self.service = feed.service
        self.off = True
        self._feed = feed

    def _reach(self) -> Feed:
        if self.off:
            raise Unavailable(self.service)
        return self._feed

    async def epoch(self) -> UUID:
        return await self._reach().epoch()

    async def heads(self) -> Mapping[int, int]:
        return await self._reach().heads()

    async def standing(self) -> tuple[UUID, Mapping[int, int]]:
        return await self._reach().standing()

    async def read(self, after: Mapping[int, int], limit: int) -> Sequence[Record]:
        return await self._reach().read(after, limit)


async def test_a_source_that_is_down_holds_up_no_other(scene: Scene) -> None:
    other = SwitchedOff(StoredFeed(CONSUMER, scene.consumer.pool))
    causes = ((PRODUCER, SwitchedV1), (CONSUMER, SwitchedV1))
    reaction = Reaction(f"{CONSUMER}.two_sources", causes, scene.effect)
    reactor = Reactor(reaction, {PRODUCER: scene.feed, CONSUMER: other}, _transport(scene), scene.consumer, {})
    (key,) = keys_of_lane(9, 1)
    async with running(reactor):
        written = await scene.record(key)

        async def applied() -> bool:
            return await scene.effects(key) == written

        await until(applied)
        states = {each.service: each.state for each in reactor.standings}
        assert states == {PRODUCER: ReaderState.RUNNING, CONSUMER: ReaderState.WAITING}
        other.off = False

        async def runs() -> bool:
            return reactor.state is ReaderState.RUNNING

        await until(runs)


async def test_what_a_lane_lacks_for_a_moment_is_not_pulled(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    reactor = await scene.reactor(_transport(scene), "lacks_for_a_moment")
    await scene.record(new_id())
    before = reactor.pulled
    await reactor.check_tail()
    await reactor.check_tail(Interrupted("the transport", away=False))
    assert (reactor.pulled, await reactor.lag()) == (before, 1)
    monkeypatch.setattr(lacks, "LOST_SECONDS", 0.0)
    await reactor.check_tail()
    assert (reactor.pulled, await reactor.lag()) == (before + 1, 0)


async def test_a_lane_that_moves_is_not_pulled_however_much_it_lacks(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lacks, "STILL_SECONDS", 0.0)
    reactor = await scene.reactor(_transport(scene), "moves")
    before, key = reactor.pulled, new_id()
    for _ in range(3):
        await scene.record(key, 2)
        await reactor.check_tail()
        lanes = await scene.feed.read(reactor._lowest(PRODUCER), 500)
        await reactor.take(lanes[:1])
    assert reactor.pulled == before


async def test_what_is_away_is_not_waited_for(scene: Scene) -> None:
    reactor = await scene.reactor(_transport(scene), "away")
    await scene.record(new_id())
    before = reactor.pulled
    await reactor.check_tail(Interrupted("the transport", away=True))
    assert (reactor.pulled, await reactor.lag()) == (before + 1, 0)


async def test_not_there_yet_in_a_batch_waits_alone(scene: Scene) -> None:
    early, other = keys_of_lane(2, 2)

    async def handle(record: Incoming, tx: Transaction) -> None:
        await scene.effect(record, tx)
        if record.key == early:
            raise NotThereYet("the other record")

    reactor = await scene.reactor(_transport(scene), "early_in_a_batch", handle)
    waiting, written = await scene.record(early), await scene.record(other)
    await reactor.pull_tail()
    assert await scene.parked(reactor) == dict.fromkeys(waiting, "waiting")
    assert (await scene.effects(early), await scene.effects(other)) == ([], written)


async def test_a_pen_writes_in_the_order_of_the_projection_and_reads_what_it_wrote(scene: Scene) -> None:
    async with scene.producer.pool.acquire() as connection, connection.transaction():
        await connection.execute("CREATE TEMP TABLE written (n serial, what text) ON COMMIT DROP")
        pen = Pen(connection)
        for what in ("a", "b"):
            await pen.execute("INSERT INTO written (what) VALUES ($1)", what)
        await pen.execute("UPDATE written SET what = what || $1", "!")
        await pen.execute("INSERT INTO written (what) VALUES ($1)", "c")
        assert await pen.fetchval("SELECT string_agg(what, ' ' ORDER BY n) FROM written") == "a! b! c"
        await pen.execute("INSERT INTO written (nowhere) VALUES ($1)", "d")
        with pytest.raises(asyncpg.PostgresError):
            await pen.flush()


async def test_lanes_are_interleaved_by_kind_and_each_keeps_its_order(scene: Scene) -> None:
    heads = await scene.own_feed.heads()
    await asyncio.gather(*(scene.record(key, 2) for key in keys_of_lane(1, 2)))
    await scene.count(keys_of_lane(1, 1)[0])
    await scene.count(keys_of_lane(2, 1)[0], 2)
    records = await scene.own_feed.read(heads, 500)
    lanes = [[record for record in records if record.lane == lane] for lane in (1, 2)]
    mixed = list(alike(lanes))
    assert [[record for record in mixed if record.lane == lane] for lane in (1, 2)] == lanes
    assert len(mixed) == len(records)
    kinds = [record.private_fact for record in mixed]
    assert sum(one != two for one, two in pairwise(kinds)) == len(set(kinds)) - 1
