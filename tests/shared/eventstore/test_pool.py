"""The pool hands connections out in the order of asking and keeps none whose last use ended in an unclear way."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from shared.eventstore.pool import LeanPool
from tests.support.postgres import Database

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def pool(database: Database) -> AsyncIterator[LeanPool]:
    async with LeanPool(database.dsn("mediation"), max_size=1) as pool:
        yield pool


async def backend(pool: LeanPool) -> int:
    return int(await pool.fetchval("SELECT pg_backend_pid()"))


async def test_a_connection_is_used_again(pool: LeanPool) -> None:
    assert await backend(pool) == await backend(pool)


async def test_a_refused_statement_leaves_the_connection_usable(pool: LeanPool) -> None:
    before = await backend(pool)
    with pytest.raises(asyncpg.UndefinedTableError):
        await pool.execute("SELECT FROM there_is_no_such_table")
    assert await backend(pool) == before


async def test_a_connection_whose_statement_was_cut_off_is_not_used_again(pool: LeanPool) -> None:
    before = await backend(pool)
    cut = asyncio.create_task(pool.execute("SELECT pg_sleep(30)"))
    while not await _runs_the_sleep(pool, before):
        await asyncio.sleep(0)
    cut.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cut
    assert await backend(pool) != before


async def _runs_the_sleep(pool: LeanPool, pid: int) -> bool:
    probe = await asyncpg.connect(pool._dsn)
    try:
        return bool(await probe.fetchval("SELECT query LIKE '%pg_sleep%' FROM pg_stat_activity WHERE pid = $1", pid))
    finally:
        await probe.close()


async def test_a_transaction_left_open_ends_with_its_connection(pool: LeanPool) -> None:
    async with pool.acquire() as connection:
        await connection.transaction().start()
        before = await connection.fetchval("SELECT pg_backend_pid()")
    assert await backend(pool) != before


async def test_whoever_asked_first_is_served_first(pool: LeanPool) -> None:
    served: list[int] = []

    async def one(number: int) -> None:
        async with pool.acquire():
            served.append(number)

    async with pool.acquire():
        waiting = [asyncio.create_task(one(number)) for number in range(3)]
        await asyncio.sleep(0)
        waiting[1].cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert served == [0, 2]


async def test_a_place_given_to_somebody_who_just_left_goes_to_the_next(pool: LeanPool) -> None:
    async with pool.acquire():
        leaver = asyncio.create_task(pool.execute("SELECT 1"))
        stayer = asyncio.create_task(pool.fetchval("SELECT 2"))
        await asyncio.sleep(0)
    leaver.cancel()
    async with asyncio.timeout(5):
        assert await stayer == 2


async def test_closing_waits_for_what_is_under_way(database: Database) -> None:
    pool = LeanPool(database.dsn("mediation"), max_size=2)
    async with pool.acquire() as connection:
        closing = asyncio.create_task(pool.close())
        await asyncio.sleep(0)
        assert not closing.done()
        assert await connection.fetchval("SELECT 1") == 1
    await closing
    with pytest.raises(asyncpg.InterfaceError):
        await pool.execute("SELECT 1")
