import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from shared.contracts.published import BY_TYPE
from shared.eventstore import Incoming, Transaction, Wakeups
from shared.kernel import derive_id, new_id
from shared.messaging import FeedTransport
from tests.shared.eventstore.toggles import Count, SwitchedV1, Watch, switches
from tests.shared.messaging.scene import CONSUMER, PRODUCER, Handle, Scene, caught_up, running, scene_of
from tests.support.postgres import Database

NAMESPACE = new_id()


@pytest.fixture
async def scene(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    monkeypatch.setitem(BY_TYPE, f"cn.lounge.{PRODUCER}.switched.v1", SwitchedV1)
    async with scene_of(database) as scene:
        yield scene


def _transport() -> FeedTransport:
    return FeedTransport(Wakeups(), poll_seconds=0.05)


class Killed(BaseException):
    """The process ends here; nobody can catch it."""


async def test_events_outbox_timers_and_position_commit_together_or_not_at_all(scene: Scene) -> None:
    key = new_id()
    die = True

    async def handle(record: Incoming, tx: Transaction) -> None:
        await switches(scene.consumer).within(tx).handle(record.key, Watch(), record.context)
        if die:
            raise Killed

    reactor = await scene.reactor(_transport(), "together", handle)
    before = await reactor.positions.numbers()
    written = await scene.record(key)
    with pytest.raises(BaseExceptionGroup) as killed:
        await reactor.pull_tail()
    assert killed.group_contains(Killed)
    assert await _traces(scene, key) == (0, 0, 0)
    assert await reactor.positions.numbers() == before
    die = False
    await reactor.pull_tail()
    assert await _traces(scene, key) == (1, 1, 1)
    assert await scene.effects(key) == written
    assert await reactor.lag() == 0


async def _traces(scene: Scene, key: object) -> tuple[int, int, int]:
    row = await scene.consumer.pool.fetchrow(
        "SELECT (SELECT count(*) FROM events WHERE stream = $1),"
        " (SELECT count(*) FROM outbox o JOIN events e USING (event_id) WHERE e.stream = $1),"
        " (SELECT count(*) FROM timers WHERE stream = $1)",
        f"{CONSUMER}.switch-{key}",
    )
    assert row is not None
    return tuple(row)


async def test_one_record_leads_to_commands_on_two_streams_in_one_transaction(scene: Scene) -> None:
    key = new_id()
    second = derive_id(NAMESPACE, key)
    fail = True

    async def handle(record: Incoming, tx: Transaction) -> None:
        await scene.effect(record, tx)
        if fail:
            raise RuntimeError("between the two")
        await switches(scene.consumer).within(tx).handle(second, Count(), record.context)

    reactor = await scene.reactor(_transport(), "two_streams", handle)
    written = await scene.record(key)
    async with running(reactor):
        await caught_up(reactor)
        assert (await scene.effects(key), await scene.effects(second)) == ([], [])
        fail = False
        assert await reactor.retry(key)
    assert (await scene.effects(key), await scene.effects(second)) == (written, written)


async def test_a_deadlock_of_two_readers_is_tried_again_and_both_have_their_effect(scene: Scene) -> None:
    """Each locks its own thing first and then the other's."""
    both_hold = asyncio.Barrier(2)
    tries = 0

    def crossing(first: str, second: str) -> Handle:
        async def handle(record: Incoming, tx: Transaction) -> None:
            nonlocal tries
            tries += 1
            await tx.execute("SELECT pg_advisory_xact_lock(hashtext($1))", first)
            if tries <= 2:
                await both_hold.wait()
            await tx.execute("SELECT pg_advisory_xact_lock(hashtext($1))", second)
            await scene.effect(record, tx)

        return handle

    key = new_id()
    left = await scene.reactor(_transport(), "left", crossing("a", "b"))
    right = await scene.reactor(_transport(), "right", crossing("b", "a"))
    (written,) = await scene.record(key)
    async with running(left, right):
        await caught_up(left, right)
    assert tries > 2
    assert await scene.effects(key) == [written, written]


async def test_a_deadlock_inside_a_reaction_is_not_poison(scene: Scene) -> None:
    key, tries = new_id(), 0

    async def handle(record: Incoming, tx: Transaction) -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise asyncpg.DeadlockDetectedError("deadlock detected")
        await scene.effect(record, tx)

    reactor = await scene.reactor(_transport(), "deadlock", handle)
    written = await scene.record(key)
    async with running(reactor):
        await caught_up(reactor)
    assert await scene.effects(key) == written
    assert await scene.parked(reactor) == {}
    assert tries == 3


async def test_a_cancelled_statement_makes_the_lane_wait(scene: Scene) -> None:
    """An operator who cancels a slow query poisons nothing."""
    key, tries = new_id(), 0

    async def handle(record: Incoming, tx: Transaction) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            await tx.execute("SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(5)")
        await scene.effect(record, tx)

    reactor = await scene.reactor(_transport(), "cancelled", handle)
    written = await scene.record(key)
    async with running(reactor):
        await caught_up(reactor)
    assert await scene.effects(key) == written
    assert await scene.parked(reactor) == {}
