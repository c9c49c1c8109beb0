import asyncio
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import asyncpg
import pytest

from shared.eventstore import Incoming, Transaction, Wakeups
from shared.kernel import ConcurrencyConflict, CorruptHistory, NotThereYet, new_id
from shared.messaging import FeedTransport, Reader, Rebuilt, View, Viewers, checksum, install, rebuild
from shared.messaging.positions import ForeignHistory
from shared.messaging.views import reader_of
from tests.shared.eventstore.toggles import Counted, Switched
from tests.shared.messaging.scene import CODECS, PRODUCER, Scene, caught_up, keys_of_lane, running, scene_of, until
from tests.support.postgres import Database

DDL = "CREATE TABLE {table} (id uuid PRIMARY KEY, switched bigint NOT NULL, counted bigint NOT NULL)"


class Tally:
    """How often each thing was switched and counted; every record adds one, so nothing may be lost or doubled."""

    def __init__(self, name: str) -> None:
        self.view = View(name, (PRODUCER,), DDL, self.project)
        self.breaks_on: dict[UUID, Exception] = {}
        self.batches: list[tuple[str, int]] = []

    async def project(self, record: Incoming, table: str, tx: Transaction) -> None:
        if record.record_id in self.breaks_on:
            raise self.breaks_on[record.record_id]
        transaction = str(await tx.fetchval("SELECT pg_current_xact_id()::text"))
        self.batches.append((transaction, record.raw.number))
        match record.body:
            case Switched():
                added = (1, 0)
            case Counted():
                added = (0, 1)
            case _:
                raise AssertionError(record.body)
        await tx.execute(
            f"INSERT INTO {table} AS t VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE"
            " SET switched = t.switched + $2, counted = t.counted + $3",
            record.stream_id,
            *added,
        )

    def sizes(self) -> list[int]:
        """Records of each transaction that got so far."""
        order = list(dict.fromkeys(transaction for transaction, _ in self.batches))
        return [sum(each == transaction for each, _ in self.batches) for transaction in order]


@pytest.fixture
async def scene(database: Database) -> AsyncIterator[Scene]:
    async with scene_of(database) as scene:
        yield scene


async def _viewer(scene: Scene, tally: Tally) -> Viewers:
    """Views read their own service's private facts here, so the producer shows them itself."""
    await install(tally.view, scene.producer)
    transport = FeedTransport(scene.wakeups, poll_seconds=0.05)
    viewer = Viewers([tally.view], {PRODUCER: scene.own_feed}, transport, scene.producer, CODECS)
    await viewer.begin()
    return viewer


async def _rebuild(scene: Scene, tally: Tally) -> Rebuilt:
    transport = FeedTransport(Wakeups(), poll_seconds=0.05)
    return await rebuild(tally.view, [scene.own_feed], transport, scene.producer, CODECS)


async def _counted(scene: Scene, view: str, id: UUID) -> int | None:
    found = await scene.producer.pool.fetchval(f"SELECT counted FROM {view} WHERE id = $1", id)
    return None if found is None else int(found)


async def test_no_transaction_of_a_view_holds_more_than_five_hundred_records(scene: Scene) -> None:
    tally = Tally("tally_in_batches")
    keys = [new_id() for _ in range(24)]
    await asyncio.gather(*(scene.count(key, 25) for key in keys))
    viewer = await _viewer(scene, tally)
    async with running(viewer):
        await caught_up(viewer)
    assert max(tally.sizes()) == 500
    assert [await _counted(scene, tally.view.name, key) for key in keys] == [25] * len(keys)


async def test_a_bad_record_is_found_by_halving_and_parks_its_key_alone(scene: Scene) -> None:
    tally = Tally("tally_with_a_bad_one")
    keys = [new_id() for _ in range(10)]
    written = {key: await scene.count(key, 6) for key in keys}
    bad = keys[4]
    tally.breaks_on[written[bad][2]] = RuntimeError("a bug")
    viewer = await _viewer(scene, tally)
    async with running(viewer):
        await caught_up(viewer)
    assert [await _counted(scene, tally.view.name, key) for key in keys] == [2 if key == bad else 6 for key in keys]
    parked = await _parked(scene, viewer)
    assert parked == [(record, "poison") for record in written[bad][2:]]


async def test_a_view_never_waits_for_another_record(scene: Scene) -> None:
    """Nobody would try again for it: what a view cannot apply is a bug of the view."""
    tally = Tally("tally_that_waits")
    (record,) = await scene.count(new_id())
    tally.breaks_on[record] = NotThereYet("another record")
    viewer = await _viewer(scene, tally)
    async with running(viewer):
        await caught_up(viewer)
    assert await _parked(scene, viewer) == [(record, "poison")]


async def test_a_rebuild_mends_a_falsified_row_and_says_that_it_was_one(scene: Scene) -> None:
    tally = Tally("tally_falsified")
    key = new_id()
    await scene.count(key, 3)
    viewer = await _viewer(scene, tally)
    async with running(viewer):
        await caught_up(viewer)
        sound = await checksum(scene.producer.pool, tally.view.name)
        await scene.producer.pool.execute(f"UPDATE {tally.view.table(1)} SET counted = 99 WHERE id = $1", key)
        assert await checksum(scene.producer.pool, tally.view.name) != sound
        rebuilt = await _rebuild(scene, tally)
        assert rebuilt.checksum_before != rebuilt.checksum_after == sound
        assert await _counted(scene, tally.view.name, key) == 3
        await scene.count(key)
        await caught_up(viewer)
    assert await _counted(scene, tally.view.name, key) == 4
    again = await _rebuild_beside(scene, tally, viewer)
    assert again.checksum_before == again.checksum_after


async def test_a_rebuild_while_records_keep_arriving_loses_none_and_finds_nothing_wrong(scene: Scene) -> None:
    tally = Tally("tally_busy")
    keys = [new_id() for _ in range(6)]
    await asyncio.gather(*(scene.count(key, 10) for key in keys))
    viewer = await _viewer(scene, tally)
    written = 10
    async with running(viewer):
        await caught_up(viewer)
        rebuilding = asyncio.create_task(_rebuild(scene, tally))
        while not rebuilding.done():
            await asyncio.gather(*(scene.count(key) for key in keys))
            await caught_up(viewer)
            written += 1
        rebuilt = await rebuilding
        for _ in range(3):
            await asyncio.gather(*(scene.count(key) for key in keys))
            written += 1
        await caught_up(viewer)
    assert rebuilt.checksum_before == rebuilt.checksum_after
    assert [await _counted(scene, tally.view.name, key) for key in keys] == [written] * len(keys)


async def test_a_rebuild_after_the_bug_was_mended_unparks_the_key(scene: Scene) -> None:
    tally = Tally("tally_mended")
    key = new_id()
    written = await scene.count(key, 4)
    tally.breaks_on[written[1]] = RuntimeError("a bug")
    viewer = await _viewer(scene, tally)
    async with running(viewer):
        await caught_up(viewer)
        assert await _counted(scene, tally.view.name, key) == 1
        tally.breaks_on.clear()
        await _rebuild(scene, tally)
        assert await _parked(scene, viewer) == []
        await scene.count(key)
        await caught_up(viewer)
    assert await _counted(scene, tally.view.name, key) == 5


async def test_a_key_that_a_rebuild_cannot_apply_either_stays_parked(scene: Scene) -> None:
    tally = Tally("tally_still_bad")
    key = new_id()
    written = await scene.count(key, 3)
    tally.breaks_on[written[1]] = RuntimeError("a bug")
    viewer = await _viewer(scene, tally)
    async with running(viewer):
        await caught_up(viewer)
        await _rebuild(scene, tally)
        written += await scene.count(key)
        await caught_up(viewer)
    assert await _parked(scene, viewer) == [(record, "poison") for record in written[1:]]
    assert await _counted(scene, tally.view.name, key) == 1


async def test_a_rebuild_from_a_history_that_cannot_be_read_ends_and_the_shown_version_stays(scene: Scene) -> None:
    tally = Tally("tally_of_the_unreadable")
    key = new_id()
    written = await scene.count(key, 2)
    viewer = await _viewer(scene, tally)
    async with running(viewer):
        await caught_up(viewer)
    tally.breaks_on[written[1]] = CorruptHistory("nobody wrote this")
    with pytest.raises(CorruptHistory):
        await asyncio.wait_for(_rebuild(scene, tally), 10)
    assert await _counted(scene, tally.view.name, key) == 2


async def test_a_rebuild_from_a_source_that_ends_before_the_shown_version_ends(scene: Scene) -> None:
    tally = Tally("tally_beyond_the_end")
    await scene.count(new_id())
    viewer = await _viewer(scene, tally)
    async with running(viewer):
        await caught_up(viewer)
    await scene.producer.pool.execute(
        "UPDATE positions SET number = number + 7 WHERE reader = $1 AND lane = 3", viewer.standings[0].reader
    )
    with pytest.raises(ForeignHistory):
        await asyncio.wait_for(_rebuild(scene, tally), 10)


async def test_two_rebuilds_of_one_view_are_not_mixed(scene: Scene) -> None:
    tally = Tally("tally_twice")
    key = new_id()
    await scene.count(key, 2)
    viewer = await _viewer(scene, tally)
    async with running(viewer):
        await caught_up(viewer)
        done = await asyncio.gather(_rebuild(scene, tally), _rebuild(scene, tally), return_exceptions=True)
        assert sorted(type(each).__name__ for each in done) == [ConcurrencyConflict.__name__, Rebuilt.__name__]
        again = await _rebuild(scene, tally)
    assert again.checksum_before == again.checksum_after
    assert await _counted(scene, tally.view.name, key) == 2


async def test_a_swap_and_a_batch_never_wait_for_each_other(scene: Scene) -> None:
    """A swap holds the positions when it takes the shown version; a batch must take them in the same order."""
    tally = Tally("tally_swapped")
    viewer = await _viewer(scene, tally)
    await scene.count(new_id(), 2)
    async with scene.producer.pool.acquire() as swap, swap.transaction():
        live = reader_of(tally.view, scene.producer)
        await swap.execute("SELECT FROM positions WHERE reader = $1 FOR UPDATE", live)
        applying = asyncio.create_task(viewer.pull_tail())
        await until(lambda: _somebody_waits_for_a_lock(scene))
        await swap.execute("SELECT FROM view_versions WHERE name = $1 FOR UPDATE NOWAIT", tally.view.name)
    await applying
    await viewer.rest()
    assert await viewer.lag() == 0


async def test_a_batch_that_waited_for_a_swap_fills_the_new_table_and_knows_its_parked_keys(scene: Scene) -> None:
    tally = Tally("tally_waited")
    viewer = await _viewer(scene, tally)
    good, bad = keys_of_lane(3, 2)
    first, *_ = await scene.count(bad), await scene.count(good)
    await viewer.pull_tail()
    await viewer.rest()
    tally.breaks_on[first[0]] = RuntimeError("a bug that came later")
    later = [*await scene.count(bad), *await scene.count(good)]
    async with scene.producer.pool.acquire() as other, other.transaction():
        await other.execute("SELECT FROM view_versions WHERE name = $1 FOR UPDATE", tally.view.name)
        swapping = asyncio.create_task(_rebuild(scene, tally))
        await until(lambda: _somebody_waits_for_a_lock(scene))
        applying = asyncio.create_task(viewer.pull_tail())
        await until(lambda: _waiting_for_a_lock(scene, 2))
    await swapping
    await applying
    assert await _parked(scene, viewer) == [(first[0], "poison"), (later[0], "poison")]
    assert await _counted(scene, tally.view.name, good) == 2


async def _waiting_for_a_lock(scene: Scene, count: int) -> bool:
    found = await scene.consumer.pool.fetchval(
        "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"
        " AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())"
    )
    return bool(found == count)


async def _somebody_waits_for_a_lock(scene: Scene) -> bool:
    return bool(
        await scene.consumer.pool.fetchval(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted"
            " AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database()))"
        )
    )


async def _parked(scene: Scene, reader: Reader) -> list[tuple[UUID, str]]:
    rows: Sequence[asyncpg.Record] = await scene.producer.pool.fetch(
        "SELECT e.event_id, p.state FROM parked p JOIN feed e ON e.lane = p.lane AND e.number = p.number"
        " WHERE p.reader = $1 ORDER BY p.parked_id",
        reader.standings[0].reader,
    )
    return [(row["event_id"], row["state"]) for row in rows]


async def _rebuild_beside(scene: Scene, tally: Tally, viewer: Viewers) -> Rebuilt:
    async with running(
        Viewers([tally.view], {PRODUCER: scene.own_feed}, FeedTransport(Wakeups(), 0.05), scene.producer, CODECS)
    ):
        return await _rebuild(scene, tally)


async def test_a_view_of_another_shape_is_filled_anew_from_history(scene: Scene) -> None:
    """A newer program with another column: nobody has to know that the table was made by an older one."""
    tally, key = Tally("tally_of_another_shape"), new_id()
    (bad, *_) = await scene.count(key, 3)
    tally.breaks_on[bad] = RuntimeError("a bug that the newer program has not")
    viewer = await _viewer(scene, tally)
    async with running(viewer):
        await caught_up(viewer)
    assert await _counted(scene, tally.view.name, key) is None

    newer = Tally(tally.view.name)
    newer.view = View(
        tally.view.name, (PRODUCER,), DDL.replace("counted bigint", "noted text, counted bigint"), _noting
    )
    viewer = await _viewer(scene, newer)
    async with running(viewer):
        await caught_up(viewer)
    row = await scene.producer.pool.fetchrow(f"SELECT noted, counted FROM {tally.view.name} WHERE id = $1", key)
    assert row is not None
    assert tuple(row) == ("counted", 3)
    assert await _parked(scene, viewer) == []
    tables = "SELECT count(*) FROM pg_tables WHERE tablename LIKE $1 AND schemaname = current_schema()"
    assert await scene.producer.pool.fetchval(tables, f"{tally.view.name}\\_\\_%") == 1


async def test_a_view_of_the_same_shape_stays_as_it_is(scene: Scene) -> None:
    tally, key = Tally("tally_of_the_same_shape"), new_id()
    await scene.count(key)
    viewer = await _viewer(scene, tally)
    async with running(viewer):
        await caught_up(viewer)
    await install(tally.view, scene.producer)
    assert await _counted(scene, tally.view.name, key) == 1


async def _noting(record: Incoming, table: str, tx: Transaction) -> None:
    await tx.execute(
        f"INSERT INTO {table} AS t VALUES ($1, 0, 'counted', 1) ON CONFLICT (id) DO UPDATE SET counted = t.counted + 1",
        record.stream_id,
    )
