import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from deploy.lounge.house import open_pool
from shared.eventstore import (
    Append,
    EventStore,
    KeyReused,
    Once,
    Repeated,
    Sequencer,
    StoredFeed,
    Wakeups,
    commitment_of,
)
from shared.kernel import SYSTEM, ConcurrencyConflict, Context, lane_of, new_id
from tests.shared.eventstore.toggles import FIRST, Count, Switch, codec, switches
from tests.support.postgres import Database

ACTING = Context(actor=SYSTEM)


@asynccontextmanager
async def store_of(database: Database, service: str = "routing") -> AsyncIterator[EventStore]:
    pool = await open_pool(database.dsn(service), service)
    try:
        yield EventStore(service, pool)
    finally:
        await pool.close()


async def test_what_is_read_is_what_was_hashed(database: Database) -> None:
    async with store_of(database) as store:
        await switches(store).handle(FIRST, Switch(on=True), ACTING)
        (stored,) = await switches(store).history(FIRST)
        assert stored.raw.body == b'{"occurred_at":"2026-03-02T04:00:00Z","on":true}'
        assert stored.raw.commitment == commitment_of(stored.raw.salt, stored.raw.body)
        assert codec.decode("switched", stored.raw.body) == stored.event


async def test_a_command_that_changes_nothing_leaves_no_trace(database: Database) -> None:
    async with store_of(database) as store:
        id = new_id()
        recorded = await switches(store).handle(id, Switch(on=False), ACTING)
        assert recorded.records == ()
        assert await store.read(f"routing.switch-{id}") == []


async def test_twenty_writers_of_one_stream_lose_nothing_and_double_nothing(database: Database) -> None:
    async with store_of(database) as store:
        id = new_id()

        async def count_once() -> int:
            while True:
                try:
                    recorded = await switches(store).handle(id, Count(), ACTING)
                    return recorded.version
                except ConcurrencyConflict:
                    await asyncio.sleep(0)

        versions = await asyncio.gather(*(count_once() for _ in range(20)))
        assert sorted(versions) == list(range(1, 21))
        state, _ = await switches(store).state(id)
        assert state.count == 20


async def test_a_stale_version_is_refused_when_the_caller_named_one(database: Database) -> None:
    async with store_of(database) as store:
        id = new_id()
        await switches(store).handle(id, Count(), ACTING)
        with pytest.raises(ConcurrencyConflict):
            await switches(store).handle(id, Count(), ACTING, if_version=0)


async def test_a_repeated_key_gets_the_stored_answer_and_a_second_body_is_refused(database: Database) -> None:
    async with store_of(database) as store:
        id, once = new_id(), Once("anonymous", "switch", str(new_id()), b"mac")
        await switches(store).handle(id, Count(), ACTING, once=once, answer=lambda r: {"count": r.state.count})
        with pytest.raises(Repeated) as repeated:
            await store.check_once(once)
        assert repeated.value.answer == b'{"count":1}'
        with pytest.raises(KeyReused):
            await store.check_once(Once(once.principal, once.operation, once.key, b"other"))


async def test_two_at_once_with_one_key_have_one_effect(database: Database) -> None:
    async with store_of(database) as store:
        id, once = new_id(), Once("anonymous", "switch", str(new_id()), b"mac")

        async def try_once() -> Any:
            try:
                return await switches(store).handle(id, Count(), ACTING, once=once, answer=lambda r: {})
            except (Repeated, ConcurrencyConflict) as told:
                return told

        told = await asyncio.gather(*(try_once() for _ in range(6)))
        assert sum(not isinstance(each, Exception) for each in told) == 1
        state, _ = await switches(store).state(id)
        assert state.count == 1


async def test_a_connection_that_dies_after_the_commit_is_resolved_by_the_event_ids(database: Database) -> None:
    """The server commits, the answer never arrives: the append must succeed, once."""

    class LosesTheFirstAnswer(EventStore):
        lost = 0

        async def _execute(self, connection: Any, stream: str, arguments: tuple[Any, ...]) -> None:
            await super()._execute(connection, stream, arguments)
            if not self.lost:
                self.lost += 1
                raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")

    pool = await open_pool(database.dsn("routing"), "routing")
    try:
        store = LosesTheFirstAnswer("routing", pool)
        id = new_id()
        await switches(store).handle(id, Count(), ACTING)
        assert store.lost == 1
        state, version = await switches(store).state(id)
        assert (state.count, version) == (1, 1)
    finally:
        await pool.close()


async def test_an_append_whose_second_question_fails_too_is_still_resolved(database: Database) -> None:
    """The answer is lost, the same ids are refused as known, and the look whether they are ours meets the outage."""

    class LosesTwoAnswers(EventStore):
        lost = 0

        async def _execute(self, connection: Any, stream: str, arguments: tuple[Any, ...]) -> None:
            await super()._execute(connection, stream, arguments)
            self.lost += 1
            raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")

        async def _is_stored(self, append: Append) -> bool:
            self.lost += 1
            if self.lost == 2:
                raise asyncpg.CannotConnectNowError("the database system is starting up")
            return await super()._is_stored(append)

    pool = await open_pool(database.dsn("routing"), "routing")
    try:
        store = LosesTwoAnswers("routing", pool)
        id = new_id()
        await switches(store).handle(id, Count(), ACTING)
        assert store.lost == 3
        assert (await switches(store).state(id))[1] == 1
    finally:
        await pool.close()


async def test_a_backend_killed_under_the_append_loses_and_doubles_nothing(database: Database) -> None:
    admin = await asyncpg.connect(database.admin_dsn)
    try:
        async with store_of(database) as store:
            id = new_id()

            async def killer() -> None:
                for _ in range(40):
                    await admin.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE application_name = 'lounge-routing' AND datname = current_database()"
                    )
                    await asyncio.sleep(0.01)

            killing = asyncio.create_task(killer())
            for _ in range(30):
                await _count_through_read_faults(store, id)
            await killing
            state, version = await switches(store).state(id)
            assert (state.count, version) == (30, 30)
    finally:
        await admin.close()


async def _count_through_read_faults(store: EventStore, id: UUID) -> None:
    """Reads may fail visibly and be tried again; the append itself must answer truthfully."""
    while True:
        before = await _state_when_reachable(store, id)
        try:
            await switches(store).handle(id, Count(), ACTING, if_version=before)
            return
        except ConcurrencyConflict:
            raise AssertionError("an append that had succeeded was reported as failed") from None
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
            if await _state_when_reachable(store, id) != before:
                raise AssertionError("an append that had succeeded was reported as failed") from None


async def _state_when_reachable(store: EventStore, id: UUID) -> int:
    while True:
        try:
            return (await switches(store).state(id))[1]
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
            await asyncio.sleep(0.01)


async def test_two_sequencers_and_many_writers_number_densely_and_in_order(database: Database) -> None:
    async with store_of(database, "mediation") as store:
        ids = [new_id() for _ in range(24)]
        wakeups = Wakeups()
        sequencers = [Sequencer("mediation", store.pool, wakeups) for _ in range(2)]

        async def write(id: UUID) -> None:
            for _ in range(8):
                await switches(store).handle(id, Count(), ACTING)

        async def number() -> None:
            for _ in range(60):
                await asyncio.gather(*(sequencer.number_batch() for sequencer in sequencers))

        await asyncio.gather(*(write(id) for id in ids), number())
        while await sequencers[0].number_batch():
            pass
        feed = StoredFeed("mediation", store.pool)
        records = await feed.read(dict.fromkeys(range(16), 0), 1000)
        assert len(records) == 24 * 8
        for lane, head in (await feed.heads()).items():
            assert [r.number for r in records if r.lane == lane] == list(range(1, head + 1))
        for id in ids:
            mine = [r for r in records if r.key == id]
            assert [r.version for r in mine] == list(range(1, 9))
            assert {r.lane for r in mine} == {lane_of(id)}


async def test_no_role_reads_the_history_of_another_service(database: Database) -> None:
    connection = await asyncpg.connect(database.dsn("routing"))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch("SELECT * FROM mediation.events")
    finally:
        await connection.close()


async def test_as_many_transactions_as_connections_each_needing_one_more_do_not_wait_for_ever(
    database: Database,
) -> None:
    """Seen under load: four lanes held the pool of four, and each asked it for the directory."""
    async with store_of(database) as store:

        async def reads_beside_its_transaction() -> int:
            async with store.transaction() as tx:
                await tx.execute("SELECT 1")
                await asyncio.sleep(0.01)
                return int(await store.pool.fetchval("SELECT 1"))

        async with asyncio.timeout(10):
            assert sum(await asyncio.gather(*(reads_beside_its_transaction() for _ in range(12)))) == 12
