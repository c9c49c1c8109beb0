"""Every record of every service becomes one leaf."""

import asyncio
from pathlib import Path

import pytest

from services.audit.log.reactions import LeafReader, RecordTwice, RecordUnfit
from shared.eventstore import StoredFeed
from shared.eventstore.records import Record
from shared.kernel import Actor, Context, new_id
from shared.messaging import ReaderState
from shared.messaging.positions import Standing
from tests.audit.log.desk import BY_ITSELF, OFFICER, SOURCES, audited, count, export, sealed, until, verified
from tests.support.house import Desk
from tests.support.postgres import Database

ALL_LANES = dict.fromkeys(range(16), 0)


def reader_of(desk: Desk) -> LeafReader:
    (found,) = desk.runtime("audit").readers
    assert isinstance(found, LeafReader)
    return found


def standing_on(desk: Desk, source: str) -> Standing:
    return next(each for each in reader_of(desk).standings if each.service == source)


async def records_of(desk: Desk, source: str) -> list[Record]:
    return list(await StoredFeed(source, desk.store(source).pool).read(ALL_LANES, 1000))


async def leaves(desk: Desk) -> list[tuple[int, str, int, int]]:
    rows = await desk.store("audit").pool.fetch("SELECT index, service, lane, number FROM leaves ORDER BY index")
    return [tuple(row) for row in rows]


async def test_every_event_of_all_services_at_once_has_its_leaf_under_one_dense_index(
    database: Database, tmp_path: Path
) -> None:
    async with audited(database, tmp_path, *SOURCES) as desk:
        ids = [new_id() for _ in range(6)]

        async def work(source: str) -> None:
            for _ in range(10):
                for id in ids:
                    await count(desk, source, id)

        await asyncio.gather(*map(work, SOURCES))
        await desk.settled()
        pool = desk.store("audit").pool
        logged = {row["record_id"] for row in await pool.fetch("SELECT record_id FROM leaves")}
        appended = {record.record_id for source in SOURCES for record in await records_of(desk, source)}
        assert logged == appended
        assert len(appended) == len(SOURCES) * len(ids) * 10
        found = await leaves(desk)
        assert [index for index, *_ in found] == list(range(len(appended)))
        for address in {(service, lane) for _, service, lane, _ in found}:
            numbers = [number for _, service, lane, number in found if (service, lane) == address]
            assert numbers == list(range(1, len(numbers) + 1))


async def test_a_redelivered_record_has_one_leaf(database: Database, tmp_path: Path) -> None:
    async with audited(database, tmp_path, "intake") as desk:
        for _ in range(5):
            await count(desk, "intake")
        await desk.settled()
        before = await leaves(desk)
        await reader_of(desk).apply(await records_of(desk, "intake"))
        assert await leaves(desk) == before


async def test_a_record_that_was_cut_off_leaves_neither_leaf_nor_position(database: Database, tmp_path: Path) -> None:
    async with audited(database, tmp_path, "intake") as desk:
        await count(desk, "intake")
        await desk.settled()
        before = await leaves(desk)
        reader = reader_of(desk)
        record = (await records_of(desk, "intake"))[0]
        positions = await reader.positions.numbers()
        lanes = positions[reader.name, "intake"]
        fields = {name: getattr(record, name) for name in Record.__slots__}
        next_one = Record(**{**fields, "number": lanes[record.lane] + 1})
        with pytest.raises(RecordTwice):
            await reader.apply([next_one])
        sentence = Record(**{**fields, "number": lanes[record.lane] + 1, "outcome": "他说要来闹事"})
        with pytest.raises(RecordUnfit):
            await reader.apply([sentence])
        assert (await leaves(desk), await reader.positions.numbers()) == (before, positions)


async def test_what_cannot_become_a_leaf_stops_its_source_visibly_and_no_other(
    database: Database, tmp_path: Path
) -> None:
    async with audited(database, tmp_path, "intake", "workorders") as desk:
        await desk.settled()
        await count(desk, "workorders", context=Context(actor=Actor(role="a role with spaces")))

        async def has_stopped() -> bool:
            return standing_on(desk, "workorders").state is ReaderState.STOPPED

        await until(has_stopped)
        record = await count(desk, "intake", context=BY_ITSELF)
        pool = desk.store("audit").pool

        async def is_logged() -> bool:
            return bool(await pool.fetchval("SELECT true FROM leaves WHERE record_id = $1", record))

        await until(is_logged)
        answer = await desk.http.get("/readyz")
        assert answer.status_code == 503
        assert "audit.append_leaves" in answer.text


async def test_the_log_itself_can_only_add(database: Database, tmp_path: Path) -> None:
    async with audited(database, tmp_path, "intake") as desk:
        await count(desk, "intake", context=OFFICER)
        pool = desk.store("audit").pool
        for wish in ("UPDATE leaves SET lane = 0", "DELETE FROM leaves", "DELETE FROM checkpoints"):
            with pytest.raises(Exception, match="permission denied"):
                await pool.execute(wish)


@pytest.mark.fault
async def test_two_audit_processes_make_one_log(database: Database, tmp_path: Path) -> None:
    sources = ("intake", "workorders")
    async with audited(database, tmp_path, *sources) as desk, audited(database, tmp_path, *sources) as other:

        async def work(where: Desk, source: str) -> None:
            ids = [new_id() for _ in range(5)]
            for number in range(20):
                await count(where, source, ids[number % 5])

        await asyncio.gather(*(work(where, source) for where in (desk, other) for source in sources))
        await sealed(desk)
        await sealed(other)
        head = verified(await export(other), tmp_path)
        assert head.size == 80
