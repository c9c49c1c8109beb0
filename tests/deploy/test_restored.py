"""After a restore from backup history goes on under a new epoch, everywhere or nowhere."""

from uuid import UUID

import asyncpg
import pytest

from deploy.lounge.migrate import SERVICES
from deploy.lounge.restored import DifferentMoments, NotAlone, restored
from tests.support.postgres import Database

POSITION = (
    "INSERT INTO routing.positions SELECT 'routing.worklist', 'intake', lane, {}, epoch"
    " FROM intake.installation, intake.lane_head"
)


async def rows(database: Database, query: str) -> list[tuple[object, ...]]:
    connection = await asyncpg.connect(database.admin_dsn)
    try:
        return [tuple(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


async def epochs(database: Database) -> set[object]:
    return {(await rows(database, f"SELECT epoch FROM {service}.installation"))[0][0] for service in SERVICES}


async def test_every_history_and_whoever_reads_it_gets_a_new_epoch(own_database: Database) -> None:
    await rows(own_database, POSITION.format(0))
    before = await epochs(own_database)
    given = await restored(own_database.admin_dsn)
    assert set(given) == set(SERVICES)
    assert set(given.values()) == {UUID(str(epoch)) for epoch in await epochs(own_database)}
    assert before.isdisjoint(await epochs(own_database))
    assert await rows(own_database, "SELECT DISTINCT epoch FROM routing.positions") == [(given["intake"],)]


async def test_services_of_different_moments_are_refused_and_nothing_is_changed(own_database: Database) -> None:
    await rows(own_database, POSITION.format(9))
    before = await epochs(own_database)
    with pytest.raises(DifferentMoments) as refused:
        await restored(own_database.admin_dsn)
    first = refused.value.beyond[0]
    assert (len(refused.value.beyond), first.reader, first.source) == (16, "routing.worklist", "intake")
    assert (first.number, first.head) == (9, 0)
    assert await epochs(own_database) == before


async def test_nothing_is_changed_under_a_service_that_runs(own_database: Database) -> None:
    service = await asyncpg.connect(own_database.dsns["intake"])
    try:
        with pytest.raises(NotAlone):
            await restored(own_database.admin_dsn)
    finally:
        await service.close()
