"""Many commands in one transaction: one statement of appends, and nothing believed that was not read or appended."""

from typing import Any
from uuid import UUID

import pytest

from shared.eventstore import EventStore, Once
from shared.eventstore.batch import REMEMBERED, Memory
from shared.kernel import SYSTEM, ConcurrencyConflict, Context, new_id
from tests.shared.eventstore.test_store import store_of
from tests.shared.eventstore.toggles import AlreadyBroken, Count, Position, Switch, Watch, switches
from tests.support.postgres import Database

ACTING = Context(actor=SYSTEM)


class Counting(EventStore):
    """Counts the statements that append."""

    def __init__(self, service: str, pool: Any) -> None:
        super().__init__(service, pool)
        self.appends = 0

    async def _execute(self, connection: Any, stream: str, arguments: tuple[Any, ...]) -> None:
        self.appends += 1
        await super()._execute(connection, stream, arguments)


async def test_commands_on_several_streams_are_one_statement_and_leave_in_the_order_of_deciding(
    database: Database,
) -> None:
    async with store_of(database) as plain:
        store = Counting("routing", plain.pool)
        later, earlier = sorted((new_id(), new_id()), reverse=True)
        desk = switches(store)
        records: list[UUID] = []
        async with store.batch() as batch:
            for id, command in ((later, Count()), (earlier, Count()), (later, Switch(on=True)), (later, Count())):
                records += (await desk.within(batch).handle(id, command, ACTING)).records
        assert store.appends == 1
        assert [stored.raw.version for stored in await desk.history(later)] == [1, 2, 3]
        assert await desk.state(later) == (Position(on=True, count=2), 3)
        sent = await store.pool.fetch("SELECT event_id FROM outbox WHERE event_id = ANY($1) ORDER BY id", records)
        assert [row["event_id"] for row in sent] == records


async def test_the_last_change_of_a_timer_counts(database: Database) -> None:
    async with store_of(database) as store:
        armed, cancelled = new_id(), new_id()
        desk = switches(store)
        async with store.batch() as batch:
            for id, command in (
                (armed, Watch()), (armed, Switch(on=False)), (armed, Watch()),
                (cancelled, Watch()), (cancelled, Switch(on=False)),
            ):  # fmt: skip
                await desk.within(batch).handle(id, command, ACTING)
        rows = await store.pool.fetch(
            "SELECT stream, generation FROM timers WHERE stream = ANY($1)", [desk.stream(armed), desk.stream(cancelled)]
        )
        assert [tuple(row) for row in rows] == [(desk.stream(armed), 3)]


async def test_a_history_read_in_a_batch_holds_what_was_appended_in_it(database: Database) -> None:
    async with store_of(database) as store:
        id = new_id()
        async with store.batch() as batch:
            within = switches(store).within(batch)
            await within.handle(id, Count(), ACTING)
            assert len(await within.history(id)) == 1
            await within.handle(id, Count(), ACTING)
        assert (await switches(store).state(id))[1] == 2


async def test_a_failing_batch_leaves_nothing_and_is_not_remembered(database: Database) -> None:
    async with store_of(database) as store:
        first, second = new_id(), new_id()
        desk = switches(store)

        async def half_done() -> None:
            async with store.batch() as batch:
                await desk.within(batch).handle(first, Count(), ACTING)
                await desk.within(batch).handle(second, Count(), ACTING)
                await batch.flush()
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await half_done()
        assert (await desk.state(first), await desk.state(second)) == ((Position(), 0), (Position(), 0))
        assert store.memory.of(desk.stream(first)) is None
        assert not await desk.has_begun(first)


async def test_who_decided_on_a_state_that_was_overtaken_is_refused_and_then_reads(database: Database) -> None:
    async with store_of(database) as store, store_of(database) as elsewhere:
        id = new_id()
        await switches(store).handle(id, Count(), ACTING)
        await switches(elsewhere).handle(id, Count(), ACTING)

        async def count() -> None:
            async with store.batch() as batch:
                await switches(store).within(batch).handle(id, Count(), ACTING)

        with pytest.raises(ConcurrencyConflict):
            await count()
        await count()
        assert await switches(store).state(id) == (Position(count=3), 3)


async def test_that_nothing_follows_is_not_believed_of_what_was_only_remembered(database: Database) -> None:
    async with store_of(database) as store, store_of(database) as elsewhere:
        id = new_id()
        await switches(store).handle(id, Switch(on=True), ACTING)
        await switches(elsewhere).handle(id, Switch(on=False), ACTING)
        async with store.batch() as batch:
            recorded = await switches(store).within(batch).handle(id, Switch(on=True), ACTING)
        assert (recorded.version, recorded.state) == (3, Position(on=True))


async def test_a_refusal_is_not_believed_of_what_was_only_remembered(database: Database) -> None:
    async with store_of(database) as store:
        id = new_id()
        desk = switches(store)
        await desk.handle(id, Count(), ACTING)
        store.memory.keep({desk.stream(id): (Position(count=1_000), 1)})
        async with store.batch() as batch:
            recorded = await desk.within(batch).handle(id, Count(), ACTING)
        assert recorded.state == Position(count=2)
        with pytest.raises(AlreadyBroken):
            desk.decider.decide(Count(), Position(count=1_000))


async def test_streams_read_ahead_are_read_in_one_statement(database: Database) -> None:
    async with store_of(database) as store, store_of(database) as elsewhere:
        known, unknown = new_id(), new_id()
        await switches(elsewhere).handle(known, Count(), ACTING)
        async with store.batch() as batch:
            within = switches(store).within(batch)
            await within.read_ahead((known, unknown, known))
            assert await within.state(known) == (Position(count=1), 1)
            assert await within.state(unknown) == (Position(), 0)
            await within.handle(known, Count(), ACTING)
        assert await switches(store).state(known) == (Position(count=2), 2)


async def test_the_key_of_a_call_is_kept_with_a_batch(database: Database) -> None:
    async with store_of(database) as store:
        once = Once("anonymous", "switch", str(new_id()), b"mac")
        for refused in (False, True):
            try:
                async with store.batch() as batch:
                    within = switches(store).within(batch)
                    await within.handle(new_id(), Count(), ACTING, once=once, answer=lambda done: {})
            except ConcurrencyConflict:
                assert refused
            else:
                assert not refused


def test_what_was_used_longest_ago_is_forgotten_first() -> None:
    memory = Memory()
    for number in range(REMEMBERED):
        memory.keep({f"s-{number}": (None, 1)})
    memory.of("s-0")
    memory.keep({"new": (None, 1), "empty": (None, 0)})
    assert memory.of("s-0") is not None
    assert (memory.of("s-1"), memory.of("empty")) == (None, None)
