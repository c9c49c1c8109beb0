"""The sealer: killed anywhere it loses nothing, and it signs nothing that contradicts what it signed before."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import asyncpg
import pytest

from services.audit.adapters.tile_folder import TileFolder
from services.audit.log.note import open_checkpoint
from services.audit.log.sealer import LogContradictsItself
from services.audit.log.store import LogRows
from services.audit.log.tiles import Tile
from services.audit.log.whole import check_log
from shared.kernel.failpoints import FAILPOINTS
from tests.audit.log.desk import until
from tests.audit.log.rows import append, published_files, rows_of, sealer
from tests.audit.log.samples import LOG, STRANGER
from tests.support.postgres import Database

PLACES = [place for place in FAILPOINTS if place.startswith("sealer.")]


async def run_until_killed(database: Database, home: Path, place: str) -> int | None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.audit.log.rows",
        database.dsn("audit"),
        str(home),
        cwd=Path(__file__).parents[3],
        env={**os.environ, "LOUNGE_FAILPOINT": place},
    )
    return await process.wait()


async def tampered(database: Database, wish: str) -> None:
    admin = await asyncpg.connect(database.admin_dsn)
    try:
        await admin.execute(wish)
    finally:
        await admin.close()


async def signed_sizes(rows: LogRows) -> list[int]:
    return [row["size"] for row in await rows.pool.fetch("SELECT size FROM checkpoints ORDER BY size")]


@pytest.mark.fault
@pytest.mark.parametrize("place", PLACES)
async def test_a_sealer_killed_anywhere_loses_nothing(database: Database, tmp_path: Path, place: str) -> None:
    async with rows_of(database.dsn("audit")) as rows:
        await append(rows, 1, 250)
        await sealer(rows, tmp_path).seal()
        remembered = open_checkpoint((await published_files(rows, tmp_path))["checkpoint"], LOG.verifier)
        await append(rows, 251, 600)
        assert await run_until_killed(database, tmp_path, place) == -signal.SIGKILL
        await append(rows, 601, 610)
        # The database holds the dead one's lock until it sees that nobody is there any more.
        await until(sealer(rows, tmp_path).seal)
        head = check_log(await published_files(rows, tmp_path), LOG.verifier, remembered)
        assert (remembered.size, head.size) == (250, 610)


async def test_an_empty_log_has_a_checkpoint_and_an_unchanged_one_no_second(database: Database, tmp_path: Path) -> None:
    async with rows_of(database.dsn("audit")) as rows:
        assert await sealer(rows, tmp_path).seal()
        assert not await sealer(rows, tmp_path).seal()
        assert await signed_sizes(rows) == [0]


async def test_two_sealers_at_once_make_one_log(database: Database, tmp_path: Path) -> None:
    async with rows_of(database.dsn("audit")) as rows:
        both = [sealer(rows, tmp_path), sealer(rows, tmp_path)]
        for first in range(1, 400, 20):
            await append(rows, first, first + 19)
            signed = await asyncio.gather(*(each.seal() for each in both))
            assert sum(signed) == 1
        assert await signed_sizes(rows) == list(range(20, 401, 20))
        assert check_log(await published_files(rows, tmp_path), LOG.verifier).size == 400


async def test_narrow_tiles_make_room_for_the_full_one_and_can_still_be_read(
    database: Database, tmp_path: Path
) -> None:
    async with rows_of(database.dsn("audit")) as rows:
        mine = sealer(rows, tmp_path)
        for first in (1, 101, 201):
            await append(rows, first, first + 99)
            await mine.seal()
        folder = TileFolder(tmp_path / "log")
        full = folder.read(Tile(0, 0))
        assert full is not None
        assert folder.read(Tile(0, 0, 100)) == full[: 100 * 32]
        assert not (tmp_path / "log/tile/0/000.p").exists()
        assert (tmp_path / "log/tile/0/001.p/44").exists()


async def test_lost_tiles_are_made_again_from_the_rows(database: Database, tmp_path: Path) -> None:
    async with rows_of(database.dsn("audit")) as rows:
        await append(rows, 1, 300)
        await sealer(rows, tmp_path).seal()
        before = await published_files(rows, tmp_path)
        (tmp_path / "log").rename(tmp_path / "gone")
        assert not await sealer(rows, tmp_path).seal()
        assert await published_files(rows, tmp_path) == before


TAMPERING = {
    "an entry was changed": "UPDATE audit.leaves SET entry = entry || ' '::bytea WHERE index = 7",
    "an entry and its hash were changed": "UPDATE audit.leaves SET entry = ' '::bytea,"
    " leaf_hash = sha256('\\x00'::bytea || ' '::bytea) WHERE index = 7",
    "a row was deleted": "DELETE FROM audit.leaves WHERE index = 7",
    "the last rows were deleted": "DELETE FROM audit.leaves WHERE index > 290; UPDATE audit.log_head SET size = 291",
    "the checkpoint was deleted as well": "DELETE FROM audit.leaves; DELETE FROM audit.checkpoints;"
    " UPDATE audit.log_head SET size = 0",
    "two rows changed places": "UPDATE audit.leaves SET index = 1007 WHERE index = 7;"
    " UPDATE audit.leaves SET index = 7 WHERE index = 8; UPDATE audit.leaves SET index = 8 WHERE index = 1007",
    "the signed text was changed": "UPDATE audit.checkpoints SET text = replace(text, '300', '299')",
}


@pytest.mark.parametrize("wish", TAMPERING.values(), ids=TAMPERING.keys())
@pytest.mark.parametrize("tiles_too", [False, True], ids=["tiles left", "tiles deleted"])
async def test_nothing_more_is_signed_over_a_history_that_was_changed(
    database: Database, tmp_path: Path, wish: str, tiles_too: bool
) -> None:
    async with rows_of(database.dsn("audit")) as rows:
        await append(rows, 1, 300)
        await sealer(rows, tmp_path).seal()
        signed = await signed_sizes(rows)
        await tampered(database, wish)
        if tiles_too:
            (tmp_path / "log/tile").rename(tmp_path / "gone")
        left = await signed_sizes(rows)
        with pytest.raises(LogContradictsItself):
            await sealer(rows, tmp_path).seal()
        assert await signed_sizes(rows) == left
        assert signed == [300]


async def test_published_tiles_are_not_replaced_by_tampered_ones(database: Database, tmp_path: Path) -> None:
    async with rows_of(database.dsn("audit")) as rows:
        await append(rows, 1, 300)
        await sealer(rows, tmp_path).seal()
        before = TileFolder(tmp_path / "log").read(Tile(0, 0))
        await tampered(database, TAMPERING["an entry and its hash were changed"])
        with pytest.raises(LogContradictsItself):
            await sealer(rows, tmp_path).seal()
        assert TileFolder(tmp_path / "log").read(Tile(0, 0)) == before


async def test_published_tiles_alone_betray_a_history_that_was_written_anew(database: Database, tmp_path: Path) -> None:
    async with rows_of(database.dsn("audit")) as rows:
        await append(rows, 1, 300)
        await sealer(rows, tmp_path).seal()
        await tampered(database, TAMPERING["an entry and its hash were changed"] + "; DELETE FROM audit.checkpoints")
        (tmp_path / "log/checkpoint").unlink()
        with pytest.raises(LogContradictsItself):
            await sealer(rows, tmp_path).seal()
        assert await signed_sizes(rows) == []


async def test_another_key_does_not_go_on_with_the_log(database: Database, tmp_path: Path) -> None:
    async with rows_of(database.dsn("audit")) as rows:
        await append(rows, 1, 3)
        await sealer(rows, tmp_path).seal()
        await append(rows, 4, 5)
        with pytest.raises(LogContradictsItself):
            await sealer(rows, tmp_path, STRANGER).seal()
        assert await signed_sizes(rows) == [3]
