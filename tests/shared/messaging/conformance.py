"""What every transport must do for readers, written once. A transport brings a kit and inherits the behaviour."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from shared.contracts.published import BY_TYPE
from shared.eventstore import Feed, Incoming, Record, Transaction, Wakeups
from shared.eventstore.store import UNAVAILABLE
from shared.kernel import LANES, NotThereYet, RecordId, lane_of, new_id
from shared.messaging import Reactor, ReaderState, Subscription, Transport, lacks
from shared.messaging.transport import Positions
from tests.shared.eventstore.toggles import SwitchedV1
from tests.shared.messaging.scene import PRODUCER, Scene, caught_up, keys_of_lane, running, scene_of, until
from tests.support.postgres import Database

Distortion = Callable[[Sequence[Record]], Sequence[Record]]
"""What arrives instead of what was delivered."""


class TransportKit(Protocol):
    def make(self, wakeups: Wakeups) -> Transport:
        """A transport that delivers within a second."""
        ...

    async def restart(self) -> None:
        """What the transport held in memory is gone."""
        ...


class Distorted:
    """A transport between the real one and the reader that repeats, drops, holds back or invents."""

    def __init__(self, transport: Transport, distort: Distortion) -> None:
        self._transport = transport
        self._distort = distort

    async def subscribe(self, reader: str, feeds: Mapping[str, Feed], after: Positions) -> Subscription:
        return _DistortedSubscription(await self._transport.subscribe(reader, feeds, after), self._distort)

    def teller(self, service: str) -> Callable[[Sequence[Record]], None] | None:
        return self._transport.teller(service)


class _DistortedSubscription:
    def __init__(self, subscription: Subscription, distort: Distortion) -> None:
        self._subscription = subscription
        self._distort = distort

    @property
    def ready(self) -> bool:
        return self._subscription.ready

    def coming(self, service: str, lane: int) -> bool:
        return self._subscription.coming(service, lane)

    @property
    def at_hand(self) -> bool:
        return False

    async def next(self) -> Sequence[Record]:
        return self._distort(await self._subscription.next())

    async def done(self) -> None:
        await self._subscription.done()

    async def close(self) -> None:
        await self._subscription.close()


class LastFirst:
    """Holds each batch back until the one after it has been delivered."""

    def __init__(self) -> None:
        self._held: Sequence[Record] = ()

    def __call__(self, records: Sequence[Record]) -> Sequence[Record]:
        held, self._held = self._held, records if records and not self._held else ()
        return () if self._held else [*reversed(records), *held]


class Workshop:
    """Handles records; breaks on the keys it is told to break on."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self.breaks_on: dict[UUID, Exception] = {}

    async def handle(self, record: Incoming, tx: Transaction) -> None:
        if record.record_id in self.breaks_on:
            raise self.breaks_on[record.record_id]
        assert isinstance(record.body, SwitchedV1)
        await self._scene.effect(record, tx)


class TransportConformance:
    """Inherit, and give a fixture `kit`."""

    @pytest.fixture
    async def scene(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
        monkeypatch.setitem(BY_TYPE, f"cn.lounge.{PRODUCER}.switched.v1", SwitchedV1)
        async with scene_of(database) as scene:
            yield scene

    @pytest.fixture
    def transport(self, kit: TransportKit, scene: Scene) -> Transport:
        return kit.make(scene.wakeups)

    async def test_records_of_a_key_are_applied_in_order_over_all_lanes(
        self, scene: Scene, transport: Transport
    ) -> None:
        reactor = await scene.reactor(transport, "in_order")
        keys = [key for lane in range(LANES) for key in keys_of_lane(lane, 2)]
        async with running(reactor):
            written: dict[UUID, list[RecordId]] = {key: [] for key in keys}
            for _ in range(3):
                for key in keys:
                    written[key] += await scene.record(key)
            await caught_up(reactor)
        assert {lane_of(key) for key in keys} == set(range(LANES))
        for key in keys:
            assert await scene.effects(key) == written[key]

    @pytest.mark.parametrize("times", range(1, 6))
    async def test_a_record_delivered_again_and_again_has_one_effect(
        self, scene: Scene, transport: Transport, times: int
    ) -> None:
        def repeat(records: Sequence[Record]) -> Sequence[Record]:
            return [record for record in records for _ in range(times)] * times

        reactor = await scene.reactor(Distorted(transport, repeat), f"repeated_{times}")
        key, other = new_id(), new_id()
        async with running(reactor):
            written = [*await scene.record(key, 3), *await scene.record(key, 2)]
            others = await scene.record(other, 2)
            await caught_up(reactor)
        assert await scene.effects(key) == written
        assert await scene.effects(other) == others

    async def test_what_was_lost_on_the_way_is_pulled_from_the_feed(self, scene: Scene, transport: Transport) -> None:
        def lose_all_but_the_last(records: Sequence[Record]) -> Sequence[Record]:
            return list({record.lane: record for record in records}.values())

        reactor = await scene.reactor(Distorted(transport, lose_all_but_the_last), "lost")
        key = new_id()
        written = await scene.record(key, 9)
        async with running(reactor):
            await caught_up(reactor)
        assert await scene.effects(key) == written
        assert reactor.pulled > 0

    async def test_what_arrives_late_and_backwards_is_applied_in_order(
        self, scene: Scene, transport: Transport
    ) -> None:
        reactor = await scene.reactor(Distorted(transport, LastFirst()), "backwards")
        key = new_id()
        written: list[RecordId] = []
        async with running(reactor):
            for _ in range(6):
                written += await scene.record(key, 2)
                await asyncio.sleep(0)
            await scene.record(new_id())
            await until(lambda: _equal(scene, key, written))
        assert await scene.effects(key) == written

    async def test_poison_parks_its_key_alone_and_later_records_wait_in_order(
        self, scene: Scene, transport: Transport
    ) -> None:
        workshop = Workshop(scene)
        reactor = await scene.reactor(transport, "poison", workshop.handle)
        bad, good = keys_of_lane(5, 2)
        first = await scene.record(bad)
        poisoned = await scene.record(bad)
        workshop.breaks_on[poisoned[0]] = RuntimeError("a bug")
        async with running(reactor):
            later = await scene.record(bad, 3)
            fine = await scene.record(good, 3)
            await caught_up(reactor)
            assert await scene.effects(bad) == first
            assert await scene.effects(good) == fine
            assert list(await scene.parked(reactor)) == [*poisoned, *later]
            assert set((await scene.parked(reactor)).values()) == {"poison"}
            assert not await reactor.retry(bad)
            assert list(await scene.parked(reactor)) == [*poisoned, *later]
            workshop.breaks_on.clear()
            assert await reactor.retry(bad)
            afterwards = await scene.record(bad)
            await caught_up(reactor)
        assert await scene.effects(bad) == [*first, *poisoned, *later, *afterwards]
        assert await scene.parked(reactor) == {}

    async def test_a_record_that_cannot_be_read_is_poison(self, scene: Scene, transport: Transport) -> None:
        """Spoilt where it lies: delivered or pulled by the tail check, it is the same record."""
        bad, good = keys_of_lane(6, 2)
        reactor = await scene.reactor(transport, "unreadable", Workshop(scene).handle)
        unreadable = await scene.record(bad)
        await scene.spoil(unreadable)
        fine = await scene.record(good)
        async with running(reactor):
            await until(lambda: _equal(scene, good, fine))
            await caught_up(reactor)
        assert await scene.parked(reactor) == dict.fromkeys(unreadable, "poison")

    async def test_what_is_not_there_yet_is_tried_again_until_it_is(self, scene: Scene, transport: Transport) -> None:
        workshop = Workshop(scene)
        reactor = await scene.reactor(transport, "not_there_yet", workshop.handle)
        early, other = keys_of_lane(7, 2)
        written = await scene.record(early, 2)
        workshop.breaks_on[written[0]] = NotThereYet("the other record")
        async with running(reactor):
            others = await scene.record(other)
            await caught_up(reactor)
            assert await scene.parked(reactor) == dict.fromkeys(written, "waiting")
            assert await scene.effects(other) == others
            workshop.breaks_on.clear()
            await until(lambda: _equal(scene, early, written))
        assert await scene.parked(reactor) == {}

    async def test_what_is_not_there_after_an_hour_waits_for_a_person(self, scene: Scene, transport: Transport) -> None:
        workshop = Workshop(scene)
        reactor = await scene.reactor(transport, "an_hour", workshop.handle)
        early = new_id()
        written = await scene.record(early, 2)
        workshop.breaks_on[written[0]] = NotThereYet("the other record")
        async with running(reactor):
            await caught_up(reactor)
            await scene.consumer.pool.execute(
                "UPDATE parked SET parked_at = parked_at - interval '61 minutes', tries = 300 WHERE reader = $1",
                reactor.name,
            )
            await until(lambda: _parked_as(scene, reactor.name, "poison", 2))
        assert await scene.effects(early) == []
        workshop.breaks_on.clear()
        assert await reactor.retry(early)
        assert await scene.effects(early) == written

    async def test_the_tail_check_brings_what_a_silent_subscription_never_delivers(
        self, scene: Scene, transport: Transport, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for seconds in ("TAIL_CHECK_SECONDS", "STILL_SECONDS"):
            monkeypatch.setattr(lacks, seconds, 1.0)
        reactor = await scene.reactor(Distorted(transport, lambda records: ()), "silent")
        key = new_id()
        written = await scene.record(key, 3)
        async with running(reactor):
            await caught_up(reactor)
        assert await scene.effects(key) == written
        assert reactor.pulled >= 3

    async def test_a_restart_continues_at_the_position(
        self, scene: Scene, transport: Transport, kit: TransportKit
    ) -> None:
        key = new_id()
        reactor = await scene.reactor(transport, "restarted")
        written: list[RecordId] = []
        for _ in range(3):
            written += await scene.record(key, 2)
            async with running(reactor):
                await caught_up(reactor)
            await kit.restart()
            reaction = reactor._reaction
            reactor = type(reactor)(reaction, {PRODUCER: scene.feed}, kit.make(scene.wakeups), scene.consumer, {})
        assert await scene.effects(key) == written

    async def test_a_feed_of_another_epoch_stops_the_reader_with_an_alarm(
        self, scene: Scene, transport: Transport
    ) -> None:
        reactor = await scene.reactor(transport, "another_epoch")
        await scene.producer.pool.execute("UPDATE installation SET epoch = gen_random_uuid()")
        await _stops_with_an_alarm(reactor)

    async def test_a_position_above_the_head_stops_the_reader_with_an_alarm(
        self, scene: Scene, transport: Transport
    ) -> None:
        reactor = await scene.reactor(transport, "above_the_head")
        await scene.consumer.pool.execute(
            "UPDATE positions SET number = number + 1 WHERE reader = $1 AND lane = 3", reactor.name
        )
        await _stops_with_an_alarm(reactor)

    async def test_a_record_that_the_feed_does_not_know_stops_the_reader_with_an_alarm(
        self, scene: Scene, transport: Transport
    ) -> None:
        def of_another_history(records: Sequence[Record]) -> Sequence[Record]:
            return [replace(record, number=record.number + 1_000) for record in records]

        reactor = await scene.reactor(Distorted(transport, of_another_history), "unknown_record")
        await scene.record(new_id())
        await scene.move_to_head(reactor)
        await scene.consumer.pool.execute(
            "UPDATE positions SET number = number - 1 WHERE reader = $1 AND number > 0", reactor.name
        )
        await _stops_with_an_alarm(reactor)

    async def test_an_outage_of_the_database_makes_the_lane_wait_and_loses_nothing(
        self, scene: Scene, transport: Transport
    ) -> None:
        reactor = await scene.reactor(transport, "outage")
        keys = [new_id() for _ in range(8)]
        written = {key: await scene.record(key, 4) for key in keys}
        async with running(reactor):
            await until(lambda: _has_begun(scene, keys))
            async with scene.outage():
                await until(lambda: _waits(reactor))
            await until(lambda: _at_head_again(reactor))
        for key in keys:
            assert await scene.effects(key) == written[key]
        assert await scene.parked(reactor) == {}


async def _stops_with_an_alarm(reactor: Reactor) -> None:
    with capture_logs() as logs:
        async with asyncio.timeout(10):
            await reactor.run()
    assert reactor.state is ReaderState.STOPPED
    assert [entry["log_level"] for entry in logs if entry["event"] == "reader_stopped"] == ["error"]


async def _equal(scene: Scene, key: UUID, written: list[RecordId]) -> bool:
    return await scene.effects(key) == written


async def _parked_as(scene: Scene, reader: str, state: str, count: int) -> bool:
    found = await scene.consumer.pool.fetchval(
        "SELECT count(*) FROM parked WHERE reader = $1 AND state = $2", reader, state
    )
    return bool(found == count)


async def _has_begun(scene: Scene, keys: list[UUID]) -> bool:
    return any([await scene.effects(key) for key in keys])


async def _waits(reactor: Reactor) -> bool:
    return reactor.state is ReaderState.WAITING


async def _at_head_again(reactor: Reactor) -> bool:
    try:
        return not await reactor.lag()
    except UNAVAILABLE:
        return False
