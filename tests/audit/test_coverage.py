"""What fails closed when the audit log is behind, and what never asks."""

from pathlib import Path

import asyncpg
import httpx2
import pytest

from shared.eventstore import StoredFeed
from shared.web.coverage import STALE_AFTER_SECONDS, LogCoverage
from tests.audit.log.desk import audited, count, sealed, toy, until
from tests.support.house import Desk, house
from tests.support.postgres import Database


def coverage_of(desk: Desk) -> LogCoverage:
    """One that has not looked yet."""
    return LogCoverage(desk.house.http, {"intake": StoredFeed("intake", desk.store("intake").pool)})


async def age_all_records(database: Database, seconds: int) -> None:
    admin = await asyncpg.connect(database.admin_dsn)
    try:
        await admin.execute(f"UPDATE intake.events SET recorded_at = recorded_at - interval '{seconds} seconds'")
    finally:
        await admin.close()


async def test_a_log_that_covers_everything_is_not_stale_however_old_the_records(
    database: Database, tmp_path: Path
) -> None:
    async with audited(database, tmp_path, "intake") as desk:
        await count(desk, "intake")
        await age_all_records(database, 7200)
        await sealed(desk)
        coverage = coverage_of(desk)
        assert await coverage.unsealed_seconds() is None
        assert not await coverage.stale()

        async def house_agrees() -> bool:
            return await desk.house.unsealed_seconds() is None

        await until(house_agrees)


async def test_without_a_log_work_goes_on_and_what_can_wait_waits_after_a_minute(
    database: Database, tmp_path: Path
) -> None:
    async with house(database, tmp_path, {"intake": toy}) as desk:
        assert not await coverage_of(desk).stale()
        await count(desk, "intake")
        await desk.settled()
        young = coverage_of(desk)
        assert not await young.stale()
        assert (await young.unsealed_seconds() or 0) > 0
        await age_all_records(database, 61)
        assert await coverage_of(desk).stale()
        await count(desk, "intake")


async def test_a_log_that_answers_but_seals_nothing_is_stale_after_a_minute(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOUNGE_AUDIT_SEAL_SECONDS", "30")
    async with audited(database, tmp_path, "intake") as desk:
        await sealed(desk)
        await count(desk, "intake")
        await age_all_records(database, 61)
        await desk.settled()
        behind = coverage_of(desk)
        assert await behind.stale()
        assert (await behind.unsealed_seconds() or 0) > STALE_AFTER_SECONDS
        await sealed(desk)
        assert not await coverage_of(desk).stale()


async def test_a_silent_log_is_stale_after_a_minute_even_when_nothing_happens(
    database: Database, tmp_path: Path
) -> None:
    async with house(database, tmp_path, {"intake": toy}) as desk:
        times = {"now": 0.0}
        feeds = {"intake": StoredFeed("intake", desk.store("intake").pool)}
        coverage = LogCoverage(desk.house.http, feeds, lambda: times["now"])
        for seconds, is_stale in ((59.0, False), (61.0, True)):
            times["now"] = seconds
            assert await coverage.stale() is is_stale


async def test_an_answer_that_makes_no_sense_is_no_answer(database: Database, tmp_path: Path) -> None:
    async with house(database, tmp_path, {"intake": toy}) as desk:
        await count(desk, "intake")
        await age_all_records(database, 61)
        await desk.settled()
        feeds = {"intake": StoredFeed("intake", desk.store("intake").pool)}
        for body in (b"[]", b"{}", b'{"covered": []}', b'{"covered": {"intake": {"x": 1}}}', b"no json"):
            answers = httpx2.MockTransport(lambda request, body=body: httpx2.Response(200, content=body))
            async with httpx2.AsyncClient(transport=answers, base_url="http://lounge.test") as client:
                assert await LogCoverage(client, feeds).stale()
