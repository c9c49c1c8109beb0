from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from structlog.testing import capture_logs

from shared.eventstore import Due, TimerReaction, Transaction
from shared.kernel import SYSTEM, Context, new_id
from shared.web import Deps, Service
from tests.shared.eventstore.toggles import NOON, Count, Watch, switches
from tests.shared.web.toy import build_toy
from tests.support.house import Desk, house
from tests.support.postgres import Database

ACTING = Context(actor=SYSTEM)


def _with_timers(deps: Deps) -> Service:
    async def count(due: Due, tx: Transaction) -> None:
        await switches(deps.store).within(tx).handle(due.id, Count(at=due.now), due.context)

    return replace(build_toy(deps), timers=(TimerReaction("intake.switch", count),))


def _without_a_schema(deps: Deps) -> Service:
    return Service(name="portal")


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    async with house(database, tmp_path, {"intake": _with_timers, "portal": _without_a_schema}) as desk:
        yield desk


async def test_a_service_without_a_schema_touches_nobody_elses(desk: Desk) -> None:
    ids = [new_id() for _ in range(20)]
    with capture_logs() as logs:
        for id in ids:
            await switches(desk.store("intake")).handle(id, Watch(at=NOON), ACTING)
        await desk.move_to(NOON.replace(hour=6))
    assert [(await switches(desk.store("intake")).state(id))[0].count for id in ids] == [1] * 20
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == []
    app = httpx2.ASGITransport(app=desk.runtime("portal").app)
    async with httpx2.AsyncClient(transport=app, base_url="http://portal.test") as http:
        assert (await http.get("/internal/feed/heads")).status_code == 404


async def test_what_anonymous_clients_were_denied_is_kept_when_the_service_stops(
    database: Database, tmp_path: Path
) -> None:
    async with house(database, tmp_path, {"intake": build_toy}) as desk:
        before = await _denials(desk)
        await desk.http.get(f"/intake/v1/switches/{new_id()}")
        assert await _denials(desk) == before
    async with house(database, tmp_path, {"intake": build_toy}) as desk:
        assert await _denials(desk) == before + 1


async def _denials(desk: Desk) -> int:
    return int(await desk.store("intake").pool.fetchval("SELECT count(*) FROM events WHERE fact = 'access_denied'"))
