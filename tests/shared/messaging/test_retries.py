from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from shared.contracts.published import BY_TYPE
from shared.kernel import CorruptHistory, NotThereYet, Rejection
from shared.messaging import FeedTransport, Reactor, ReaderState
from tests.shared.eventstore.toggles import AlreadyBroken, SwitchedV1
from tests.shared.messaging.conformance import Workshop
from tests.shared.messaging.scene import PRODUCER, Scene, caught_up, keys_of_lane, running, scene_of, until
from tests.support.postgres import Database


@pytest.fixture
async def scene(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    monkeypatch.setitem(BY_TYPE, f"cn.lounge.{PRODUCER}.switched.v1", SwitchedV1)
    async with scene_of(database) as scene:
        yield scene


async def _reactor(scene: Scene, name: str, workshop: Workshop) -> Reactor:
    return await scene.reactor(FeedTransport(scene.wakeups, poll_seconds=0.05), name, workshop.handle)


async def test_the_fiftieth_try_is_put_off_like_the_fifth(scene: Scene) -> None:
    workshop = Workshop(scene)
    reactor = await _reactor(scene, "fiftieth", workshop)
    (key,) = keys_of_lane(1, 1)
    written = await scene.record(key)
    workshop.breaks_on[written[0]] = NotThereYet("the other record")
    async with running(reactor):
        await caught_up(reactor)
        await scene.consumer.pool.execute("UPDATE parked SET tries = 60 WHERE reader = $1", reactor.name)

        async def put_off() -> bool:
            return bool(
                await scene.consumer.pool.fetchval(
                    "SELECT tries > 60 AND retry_at < clock_timestamp() + interval '31 seconds' FROM parked"
                    " WHERE reader = $1",
                    reactor.name,
                )
            )

        await until(put_off)
        workshop.breaks_on.clear()
        await scene.consumer.pool.execute("UPDATE parked SET retry_at = now() WHERE reader = $1", reactor.name)
        await until(lambda: _empty(scene, reactor))
    assert await scene.effects(key) == written


async def test_what_could_be_applied_is_not_held_back_by_the_poison_behind_it(scene: Scene) -> None:
    workshop = Workshop(scene)
    reactor = await _reactor(scene, "behind", workshop)
    (key,) = keys_of_lane(2, 1)
    early, poison, last = await scene.record(key, 3)
    workshop.breaks_on = {early: NotThereYet("the other record"), poison: RuntimeError("a bug")}
    async with running(reactor):
        await caught_up(reactor)
        del workshop.breaks_on[early]
        await until(lambda: _poisoned(scene, reactor))
    assert await scene.effects(key) == [early]
    assert await scene.parked(reactor) == {poison: "poison", last: "poison"}


async def test_a_refusal_that_escapes_a_reaction_parks_and_its_words_are_not_kept(scene: Scene) -> None:
    workshop = Workshop(scene)
    reactor = await _reactor(scene, "refused", workshop)
    (key,) = keys_of_lane(3, 1)
    (refused,) = await scene.record(key)
    refusal: Rejection = AlreadyBroken(name="what somebody typed")
    workshop.breaks_on[refused] = refusal
    async with running(reactor):
        await caught_up(reactor)
    assert await scene.parked(reactor) == {refused: "poison"}
    reason = await scene.consumer.pool.fetchval("SELECT reason FROM parked WHERE reader = $1", reactor.name)
    assert reason == "AlreadyBroken"


async def test_a_broken_history_met_in_a_retry_stops_the_reader(scene: Scene) -> None:
    workshop = Workshop(scene)
    reactor = await _reactor(scene, "broken", workshop)
    (key,) = keys_of_lane(4, 1)
    (record,) = await scene.record(key)
    workshop.breaks_on[record] = NotThereYet("the other record")
    with capture_logs() as logs:
        async with running(reactor):
            await caught_up(reactor)
            workshop.breaks_on[record] = CorruptHistory("contradicts itself")
            await until(lambda: _stopped(reactor))
            later = await scene.record(key)
    assert "reader_stopped" in {entry["event"] for entry in logs}
    assert set(later).isdisjoint(await scene.parked(reactor))


async def _empty(scene: Scene, reactor: Reactor) -> bool:
    return not await scene.parked(reactor)


async def _poisoned(scene: Scene, reactor: Reactor) -> bool:
    return set((await scene.parked(reactor)).values()) == {"poison"}


async def _stopped(reactor: Reactor) -> bool:
    return reactor.state is ReaderState.STOPPED
