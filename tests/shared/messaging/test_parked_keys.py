"""Parked keys as an operator sees them: found, tried again, or given up with a reason that stays."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from deploy.lounge.parked import ParkedKeys
from shared.eventstore import Incoming, Transaction
from shared.kernel import SYSTEM, Context, RecordId, new_id
from shared.messaging import Reaction, View
from shared.messaging.discards import DiscardReason, ParkedDiscarded
from shared.web import Deps, Service
from tests.shared.eventstore.toggles import NOON, Count, Counted, Switched, codec, switches
from tests.support.house import Desk, house
from tests.support.postgres import Database

ACTING = Context(actor=SYSTEM)


class Bench:
    """A service that copies what it counts, and shows what it gave up."""

    def __init__(self) -> None:
        self.broken: set[UUID] = set()

    def build(self, deps: Deps) -> Service:
        async def copy(record: Incoming, tx: Transaction) -> None:
            if record.key in self.broken:
                raise RuntimeError("a bug")
            await tx.execute(f"INSERT INTO copies__1 VALUES ('{record.record_id}')")

        async def show(record: Incoming, table: str, tx: Transaction) -> None:
            match record.body:
                case ParkedDiscarded(key=key, records=records, reason=reason):
                    await tx.execute(f"INSERT INTO {table} VALUES ($1, $2, $3)", key, records, str(reason))
                case Switched() | Counted() | None:
                    pass
                case other:
                    raise AssertionError(other)

        async def nothing(record: Incoming, table: str, tx: Transaction) -> None:
            pass

        ddl = "CREATE TABLE {table} (key uuid, records int, reason text)"
        return Service(
            name="intake",
            views=(
                View("given_up", ("intake",), ddl, show),
                View("copies", ("intake",), "CREATE TABLE {table} (id uuid)", nothing),
            ),
            reactions=(Reaction("intake.copy", (("intake", Counted),), copy),),
            codecs={"intake.switch": codec},
        )


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
async def desk(database: Database, tmp_path: Path, bench: Bench) -> AsyncIterator[Desk]:
    async with house(database, tmp_path, {"intake": bench.build}) as desk:
        yield desk


async def _count(desk: Desk, key: UUID, times: int) -> list[RecordId]:
    records: list[RecordId] = []
    for _ in range(times):
        records += (await switches(desk.store("intake")).handle(key, Count(at=NOON), ACTING)).records
    return records


async def _copied(desk: Desk, records: list[RecordId]) -> int:
    return int(
        await desk.store("intake").pool.fetchval("SELECT count(*) FROM copies__1 WHERE id = ANY($1::uuid[])", records)
    )


async def test_what_is_mended_is_tried_again_in_order(desk: Desk, bench: Bench) -> None:
    key, parked = new_id(), ParkedKeys(desk.house.runtimes)
    bench.broken.add(key)
    records = await _count(desk, key, 3)
    await desk.settled()
    assert await parked.summary() == {"waiting": 0, "poison": 3}
    assert [(each["key"], each["records"]) for each in await parked.all()] == [(key, 3)]
    assert await parked.retry(key) == {"intake.copy": False}
    bench.broken.clear()
    assert await parked.retry(key) == {"intake.copy": True}
    assert await _copied(desk, records) == 3
    assert await parked.summary() == {"waiting": 0, "poison": 0}


async def test_what_is_given_up_leaves_a_fact_that_the_views_of_the_service_can_read(desk: Desk, bench: Bench) -> None:
    key, parked = new_id(), ParkedKeys(desk.house.runtimes)
    bench.broken.add(key)
    records = await _count(desk, key, 2)
    await desk.settled()
    assert await parked.discard(key, DiscardReason.OBSOLETE, ACTING, NOON) == 2
    assert await parked.discard(key, DiscardReason.OBSOLETE, ACTING, NOON) == 0
    bench.broken.clear()
    later = await _count(desk, key, 1)
    await desk.settled()
    pool = desk.store("intake").pool
    rows = await pool.fetch("SELECT key, records, reason FROM given_up WHERE key = $1", key)
    assert [tuple(row) for row in rows] == [(key, 2, "obsolete")]
    assert (await _copied(desk, records), await _copied(desk, later)) == (0, 1)
    assert await pool.fetchval("SELECT key FROM events WHERE fact = 'parked_discarded'") == key
    assert await parked.summary() == {"waiting": 0, "poison": 0}
