"""The log outlives its authors: an export is verified offline, whatever a superuser did meanwhile."""

from pathlib import Path

import asyncpg
import pytest
from typer.testing import CliRunner

from deploy.lounge.verify import audit_app
from services.audit.log.whole import CHECKPOINT, LogForged
from shared.kernel import new_id
from tests.audit.log.desk import SOURCES, audited, checkpoint, count, export, key_of, sealed, toy, unpack, verified
from tests.support.house import house
from tests.support.postgres import Database


def said(folder: Path, home: Path, *more: str) -> tuple[int, str]:
    key = ("--key", key_of(home).verifier.vkey)
    result = CliRunner(env={"LOUNGE_LOG_VKEY": None}).invoke(audit_app, ["verify", str(folder), *key, *more])
    return result.exit_code, result.stdout


async def as_superuser(database: Database, wish: str) -> None:
    admin = await asyncpg.connect(database.admin_dsn)
    try:
        await admin.execute(wish)
    finally:
        await admin.close()


async def test_an_export_of_several_services_is_verified_by_the_command(database: Database, tmp_path: Path) -> None:
    async with audited(database, tmp_path, *SOURCES) as desk:
        for source in SOURCES:
            request = new_id()
            for _ in range(50):
                await count(desk, source, request)
        await sealed(desk)
        files = await export(desk)
    folder = unpack(files, tmp_path / "export")
    code, words = said(folder, tmp_path)
    assert (code, f"的 {50 * len(SOURCES)} 条全部完整" in words) == (0, True)
    (tmp_path / "kept").write_bytes(files[CHECKPOINT])
    assert said(folder, tmp_path, "--remembered", str(tmp_path / "kept"))[0] == 0


TAMPERING = {
    "entry": "UPDATE audit.leaves SET entry = convert_to(replace(convert_from(entry, 'UTF8'),"
    " 'duty_officer', 'bureau_leader'), 'UTF8') WHERE index = 3",
    "deleted": "DELETE FROM audit.leaves WHERE index = 3",
    "last deleted": "DELETE FROM audit.leaves WHERE index = 8",
}


@pytest.mark.parametrize("wish", TAMPERING.values(), ids=TAMPERING.keys())
async def test_what_a_superuser_changed_is_found_in_the_export(database: Database, tmp_path: Path, wish: str) -> None:
    async with audited(database, tmp_path, "intake") as desk:
        request = new_id()
        for _ in range(9):
            await count(desk, "intake", request)
        await sealed(desk)
        remembered = await checkpoint(desk, tmp_path)
        verified(await export(desk), tmp_path, remembered)
        await as_superuser(database, wish)
        with pytest.raises(LogForged) as found:
            verified(await export(desk), tmp_path, remembered)
        assert found.value.first <= 8
        headers = await desk.as_("auditor")
        history = (await desk.http.get("/audit/v1/facts", params={"subject": str(request)}, headers=headers)).json()
        assert history["complete"] is False


async def test_a_log_that_was_begun_anew_is_found_by_whoever_kept_a_checkpoint(
    database: Database, tmp_path: Path
) -> None:
    async with audited(database, tmp_path, "intake") as desk:
        one_lane = new_id()
        for _ in range(9):
            await count(desk, "intake", one_lane)
        await sealed(desk)
        remembered = await checkpoint(desk, tmp_path)
    await as_superuser(
        database,
        "DELETE FROM audit.leaves; DELETE FROM audit.checkpoints; UPDATE audit.log_head SET size = 0;"
        " DELETE FROM audit.positions; DELETE FROM intake.feed WHERE number > 1;"
        " UPDATE intake.lane_head SET head = least(head, 1)",
    )
    (tmp_path / "log").rename(tmp_path / "gone")
    async with audited(database, tmp_path, "intake") as desk:
        await count(desk, "intake")
        await sealed(desk)
        files = await export(desk)
    verified(files, tmp_path)
    with pytest.raises(LogForged):
        verified(files, tmp_path, remembered)


@pytest.mark.fault
async def test_while_the_log_is_down_work_goes_on_and_then_the_log_catches_up(
    database: Database, tmp_path: Path
) -> None:
    async with audited(database, tmp_path, "intake") as desk:
        await count(desk, "intake")
        await sealed(desk)
        remembered = await checkpoint(desk, tmp_path)
    request = new_id()
    async with house(database, tmp_path, {"intake": toy}) as desk:
        for _ in range(700):
            await count(desk, "intake", request)
        await desk.settled()
    async with audited(database, tmp_path, "intake") as desk:
        await sealed(desk)
        head = verified(await export(desk), tmp_path, remembered)
        assert head.size == 701
        headers = await desk.as_("auditor")
        history = (await desk.http.get("/audit/v1/facts", params={"subject": str(request)}, headers=headers)).json()
        assert (len(history["facts"]), history["complete"]) == (700, True)
