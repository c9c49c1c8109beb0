import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from deploy.lounge.house import open_pool
from shared.eventstore import Due, EventStore, TimerReaction, Transaction, Waker, Wakeups
from shared.kernel import SYSTEM, Context, FixedClock, new_id
from tests.shared.eventstore.toggles import NOON, Count, Switch, Watch, switches
from tests.support.postgres import Database

SERVICE = "notifications"
ACTING = Context(actor=SYSTEM)
ONE_O_CLOCK = NOON + timedelta(hours=1)

Handle = Callable[[Due, Transaction], Awaitable[None]]


@pytest.fixture
async def store(database: Database) -> AsyncIterator[EventStore]:
    pool = await open_pool(database.dsn(SERVICE), SERVICE)
    await pool.execute("DELETE FROM timers")
    yield EventStore(SERVICE, pool)
    await pool.close()


class Bench:
    """Wakers over one store, and what they fired."""

    def __init__(self, store: EventStore, at: datetime = ONE_O_CLOCK) -> None:
        self.store = store
        self.clock = FixedClock(at)
        self.fired: list[UUID] = []

    def waker(self, handle: Handle | None = None) -> Waker:
        reaction = TimerReaction(f"{SERVICE}.switch", handle or self.count)
        return Waker(self.store, self.clock, Wakeups(), (reaction,))

    async def count(self, due: Due, tx: Transaction) -> None:
        self.fired.append(due.id)
        await switches(self.store).within(tx).handle(due.id, Count(at=due.now), due.context)

    async def watch(self, at: datetime = NOON) -> UUID:
        id = new_id()
        await switches(self.store).handle(id, Watch(at=at), ACTING)
        return id

    async def counted(self, id: UUID) -> int:
        return (await switches(self.store).state(id))[0].count


async def _all(waker: Waker) -> None:
    while await waker.wake_one():
        pass


async def test_a_timer_is_due_by_the_bureau_clock_alone(store: EventStore) -> None:
    """Noon of March 2026 is past or to come by the database's clock; neither matters."""
    bench = Bench(store, ONE_O_CLOCK - timedelta(seconds=1))
    id = await bench.watch()
    await _all(bench.waker())
    assert bench.fired == []
    bench.clock.set(ONE_O_CLOCK)
    await _all(bench.waker())
    assert bench.fired == [id]
    assert await bench.counted(id) == 1
    far = datetime(2199, 1, 1, tzinfo=NOON.tzinfo)
    later = await bench.watch(far)
    await _all(bench.waker())
    assert later not in bench.fired
    bench.clock.set(far + timedelta(hours=5))
    await _all(bench.waker())
    assert bench.fired == [id, later]


async def test_arming_again_replaces_the_timer_and_cancelling_removes_it(store: EventStore) -> None:
    bench = Bench(store)
    id = await bench.watch()
    await switches(store).handle(id, Watch(at=NOON + timedelta(days=1)), ACTING)
    rows = await store.pool.fetch("SELECT generation, due_at FROM timers WHERE stream = $1", f"{SERVICE}.switch-{id}")
    assert [(row["generation"], row["due_at"]) for row in rows] == [(2, ONE_O_CLOCK + timedelta(days=1))]
    await _all(bench.waker())
    assert bench.fired == []
    await switches(store).handle(id, Switch(on=False), ACTING)
    bench.clock.set(ONE_O_CLOCK + timedelta(days=2))
    await _all(bench.waker())
    assert bench.fired == []


async def test_a_handler_that_arms_its_timer_again_is_woken_again(store: EventStore) -> None:
    bench = Bench(store)
    id = await bench.watch()

    async def remind(due: Due, tx: Transaction) -> None:
        bench.fired.append(due.id)
        await switches(store).within(tx).handle(due.id, Watch(at=due.now), due.context)

    waker = bench.waker(remind)
    for times in range(1, 4):
        bench.clock.set(ONE_O_CLOCK + timedelta(days=times))
        bench.clock.set(bench.clock.now().replace(hour=4))
        await _all(waker)
        assert len(bench.fired) == times
    assert await store.pool.fetchval("SELECT generation FROM timers WHERE stream = $1", f"{SERVICE}.switch-{id}") == 4


async def test_two_wakers_never_fire_one_timer_twice(store: EventStore) -> None:
    bench = Bench(store)
    ids = [await bench.watch() for _ in range(20)]
    await asyncio.gather(*(_all(bench.waker()) for _ in range(3)))
    await _all(bench.waker())
    assert [await bench.counted(id) for id in ids] == [1] * 20
    assert await store.pool.fetchval("SELECT count(*) FROM timers") == 0


async def test_a_failing_handler_keeps_its_row_and_the_others_go_on(store: EventStore) -> None:
    bench = Bench(store)
    bad, good = await bench.watch(NOON - timedelta(days=1)), await bench.watch()
    broken = {bad}

    async def handle(due: Due, tx: Transaction) -> None:
        await bench.count(due, tx)
        if due.id in broken:
            raise RuntimeError("a bug")

    waker = bench.waker(handle)
    with capture_logs() as logs:
        await _all(waker)
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["timer_failed"]
    assert (await bench.counted(bad), await bench.counted(good)) == (0, 1)
    assert await store.pool.fetchval("SELECT count(*) FROM timers") == 1
    broken.clear()
    await _all(bench.waker(handle))
    assert (await bench.counted(bad), await bench.counted(good)) == (1, 1)


async def test_two_reactions_to_the_timers_of_one_stream_are_a_mistake(store: EventStore) -> None:
    bench = Bench(store)
    reaction = TimerReaction(f"{SERVICE}.switch", bench.count)
    with pytest.raises(TypeError):
        Waker(store, bench.clock, Wakeups(), (reaction, reaction))


async def test_a_command_that_meets_its_timer_is_decided_again_and_nobody_is_failed(store: EventStore) -> None:
    """The timer holds its row and wants the stream; the command holds the stream's next version and wants the row."""
    bench = Bench(store)
    id = await bench.watch()
    fired, command_waits = asyncio.Event(), asyncio.Event()

    async def handle(due: Due, tx: Transaction) -> None:
        if not fired.is_set():
            fired.set()
            await command_waits.wait()
        await bench.count(due, tx)

    waking = asyncio.create_task(_all(bench.waker(handle)))
    await fired.wait()
    commanding = asyncio.create_task(switches(store).handle(id, Switch(on=False), ACTING))
    async with asyncio.timeout(10):
        while not await store.pool.fetchval(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND query LIKE '%WITH recorded%' AND datname = current_database() AND pid <> pg_backend_pid())"
        ):
            await asyncio.sleep(0.01)
    command_waits.set()
    with capture_logs() as logs:
        await waking
        await commanding
    state, version = await switches(store).state(id)
    assert not state.on
    assert state.count in (0, 1)
    assert version == 2 + state.count
    assert [entry for entry in logs if entry["log_level"] == "error"] == []
