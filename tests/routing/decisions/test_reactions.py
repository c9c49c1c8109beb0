"""Records, timers and outages, on a real database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter, Response
from structlog.testing import capture_logs

from services.routing.adapters.bureau import demo_person
from services.routing.main import build
from services.vault.main import build as build_vault
from shared.contracts.base import Contract
from shared.contracts.codes import Outcome, ReasonCode
from shared.contracts.danger import DangerKind
from shared.contracts.intake import (
    InfoRequestedV1,
    NotAcceptedV1,
    RequestArchivedV1,
    RequestReopenedV1,
    SupplementedV1,
    WithdrawnV1,
)
from shared.contracts.notifications import About, RequesterToldV1, Side
from shared.contracts.routing import RequestRoutedV1, ScreeningAskedV1
from shared.kernel import FixedClock, RequestId, new_id
from shared.web import Deps, Service
from tests.routing.decisions.desk import NARRATIVE
from tests.routing.neighbours import (
    HANDLERS,
    INTAKE,
    NO_WISH_TO_LIVE,
    NOTIFICATIONS,
    RETAINING_WALL,
    decision,
    does,
    ended,
    filed,
    filing,
    later,
    lists,
    signed,
)
from tests.support.house import Desk, house
from tests.support.postgres import Database

DECEMBER = datetime.fromisoformat("2026-12-28T09:00+08:00")


@dataclass
class ShutVault:
    """Answers 503 until it is opened; then it is the real vault."""

    shut: bool = True

    def build(self, deps: Deps) -> Service:
        real = build_vault(deps)
        gate = APIRouter()

        @gate.post("/vault/v1/items/fetch")
        @gate.post("/vault/v1/items/fetch-many")
        async def closed() -> Response:
            return Response(status_code=503)

        routers = (gate, *real.routers) if self.shut else real.routers
        return Service(name="vault", routers=routers, views=real.views, codecs=real.codecs, problems=real.problems)


@asynccontextmanager
async def bureau_with(database: Database, home: Path, vault: ShutVault) -> AsyncIterator[Desk]:
    strangers = {stranger.name: stranger.build for stranger in (INTAKE, *HANDLERS, NOTIFICATIONS)}
    async with house(database, home, {"vault": vault.build, "routing": build, **strangers}) as desk:
        yield desk


async def facts_of(desk: Desk, request_id: RequestId) -> list[str]:
    rows = await desk.store("routing").pool.fetch(
        "SELECT fact FROM events WHERE key = $1 ORDER BY stream, version", request_id
    )
    return [row["fact"] for row in rows]


async def row_of(desk: Desk, request_id: RequestId) -> dict[str, Any]:
    """The request as the duty officer's worklist shows it."""
    rows: list[dict[str, Any]] = (await lists(desk, "duty_officer", "worklist?limit=200"))["items"]
    return next(row for row in rows if row["request_id"] == str(request_id))


async def says(desk: Desk, contract: Contract) -> None:
    await INTAKE.says(desk, contract)
    await desk.settled()


async def sent_out(desk: Desk, category: str = "DIS", channel: str = "PM") -> RequestId:
    request_id = await filed(desk, RETAINING_WALL)
    await decision(desk, request_id)
    body = {"category": category, "channel": channel, "priority": "P2"}
    await does(desk, "duty_officer", f"decisions/{request_id}/overrule", body)
    await desk.settled()
    return request_id


async def test_a_vault_that_is_down_holds_up_no_danger_and_is_asked_again(database: Database, tmp_path: Path) -> None:
    async with bureau_with(database, tmp_path, ShutVault(shut=True)) as desk:
        calm = await filed(desk, RETAINING_WALL)
        alarming = await filed(desk, NO_WISH_TO_LIVE, DangerKind.SUICIDE)
        told = await decision(desk, alarming)
        assert (told["state"], told["category"], told["channel"]) == ("waiting_for_person", "EMG", "DSP")
        assert set(told["screening"]) == {"danger", "text_unavailable"}
        assert (await decision(desk, calm))["screening"] == ["text_unavailable"]
        status, _ = await does(desk, "duty_officer", f"decisions/{alarming}/confirmation")
        assert status == 200
    async with bureau_with(database, tmp_path, ShutVault(shut=False)) as desk:
        await later(desk, seconds=31)
        told = await decision(desk, calm)
        assert told["category"] == "DIS"
        assert "text_unavailable" not in told["screening"]


async def test_a_record_delivered_twice_leaves_one_decision(bureau: Desk) -> None:
    request_id = await filed(bureau, RETAINING_WALL)
    await decision(bureau, request_id)
    before = await facts_of(bureau, request_id)
    await says(bureau, filing(request_id, NARRATIVE, None, (), None, bureau))
    assert await facts_of(bureau, request_id) == before


async def test_a_handlers_record_that_comes_before_the_filing_waits_for_it(bureau: Desk) -> None:
    request_id = RequestId(new_id())
    await signed(bureau, request_id, "mediator")
    pool = bureau.store("routing").pool
    while await pool.fetchval("SELECT state FROM parked WHERE key = $1", request_id) != "waiting":
        await asyncio.sleep(0)
    await INTAKE.says(bureau, filing(request_id, NARRATIVE, None, (), None, bureau))
    follower = next(each for each in bureau.runtime("routing").reactors if each.name == "routing.follow_handling")
    while not await follower.retry(request_id):
        await asyncio.sleep(0)
    assert (await decision(bureau, request_id))["screening"] == ["text_unavailable"]


async def test_clocks_warn_and_break_by_the_bureau_clock(bureau: Desk) -> None:
    request_id = await sent_out(bureau)
    await later(bureau, minutes=91)
    clocks = {clock["clock"]: clock for clock in (await decision(bureau, request_id))["clocks"]}
    assert (clocks["CL-014"]["warned"], clocks["CL-014"]["breached"]) == (True, False)
    await later(bureau, minutes=30)
    clocks = {clock["clock"]: clock for clock in (await decision(bureau, request_id))["clocks"]}
    assert clocks["CL-014"]["breached"]
    assert (await facts_of(bureau, request_id)).count("clock_breached") == 1
    assert (await row_of(bureau, request_id))["late"]


async def test_what_ends_on_a_guess_is_put_off_and_operators_see_it(own_database: Database, tmp_path: Path) -> None:
    strangers = {stranger.name: stranger.build for stranger in (INTAKE, *HANDLERS, NOTIFICATIONS)}
    builds = {"vault": build_vault, "routing": build, **strangers}
    async with house(own_database, tmp_path, builds, clock=FixedClock(DECEMBER)) as desk:
        request_id = await sent_out(desk)
        [guess] = [each for each in (await decision(desk, request_id))["clocks"] if each["clock"] == "CL-019"]
        assert (guess["provisional"], guess["due"][:10]) == (True, "2027-01-04")
        gauges = {each.name: await each.read() for each in desk.runtime("routing").service.measures}
        assert [value for value, _ in gauges["lounge_clocks_guessed"]] == [1.0]
        with capture_logs() as logs:
            await later(desk, days=8)
        assert [each["clock"] for each in logs if each["event"] == "calendar_missing"] == ["CL-019"]
        [put_off] = [each for each in (await decision(desk, request_id))["clocks"] if each["clock"] == "CL-019"]
        assert (put_off["provisional"], put_off["breached"], put_off["due"][:10]) == (True, False, "2027-01-05")
        shown = (await lists(desk, "duty_officer", f"clocks?request_id={request_id}"))["clocks"]
        [listed] = [each for each in shown if each["clock"] == "CL-019"]
        assert listed | {"started_at": None} == put_off | {"started_at": None}
        assert (await facts_of(desk, request_id)).count("clock_retimed") == 1


async def test_waiting_for_the_person_stops_the_clocks_until_the_answer(bureau: Desk) -> None:
    request_id = await sent_out(bureau)
    now = bureau.clock.now()
    await says(
        bureau,
        InfoRequestedV1(request_id=request_id, items=(), note=None, due=now + timedelta(days=7), at=now),
    )
    paused = {clock["clock"] for clock in (await decision(bureau, request_id))["clocks"] if clock["paused"]}
    assert paused == {"CL-017", "CL-019"}
    await later(bureau, days=2)
    await says(
        bureau,
        SupplementedV1(request_id=request_id, text=NARRATIVE, answers_request=True, danger=(), at=bureau.clock.now()),
    )
    clocks = {clock["clock"]: clock for clock in (await decision(bureau, request_id))["clocks"]}
    assert not clocks["CL-019"]["paused"]
    assert clocks["CL-019"]["due"].startswith("2026-03-11")


async def test_danger_in_a_supplement_reaches_the_duty_officer(bureau: Desk) -> None:
    request_id = await sent_out(bureau)
    await says(
        bureau,
        SupplementedV1(
            request_id=request_id,
            text=NARRATIVE,
            answers_request=False,
            danger=(DangerKind.VIOLENCE_NOW,),
            at=bureau.clock.now(),
        ),
    )
    told = await decision(bureau, request_id)
    assert (told["state"], told["priority"], told["danger"]) == ("routed", "P0", ["violence_now"])
    row = await row_of(bureau, request_id)
    assert (row["screening"], row["unit"]) == (["danger"], "PM-COMMITTEE-1")


async def test_telling_the_person_the_outcome_keeps_the_last_promise(bureau: Desk) -> None:
    request_id = await sent_out(bureau)
    await ended(bureau, request_id, Outcome.SETTLED)
    told = RequesterToldV1(
        request_id=request_id,
        attempt=1,
        side=Side.REQUESTER,
        person=None,
        about=About.OUTCOME,
        at=bureau.clock.now(),
    )
    await bureau.settled()
    await NOTIFICATIONS.says(bureau, told)
    clocks = {clock["clock"]: clock for clock in (await decision(bureau, request_id))["clocks"]}
    assert clocks["CL-019"]["kept"]


async def test_a_reopened_request_comes_to_another_mediator(bureau: Desk) -> None:
    request_id = await sent_out(bureau)
    await ended(bureau, request_id, Outcome.FAILED)
    await bureau.settled()
    await says(
        bureau,
        RequestReopenedV1(
            request_id=request_id,
            attempt=2,
            reason=ReasonCode.BAD_RATING,
            former_handler=demo_person("mediator"),
            at=bureau.clock.now(),
        ),
    )
    told = await decision(bureau, request_id)
    assert (told["state"], told["attempt"], told["owner"]) == ("routed", 2, str(demo_person("mediator_two")))


async def test_a_hand_over_brings_it_back_to_a_person(bureau: Desk) -> None:
    request_id = await sent_out(bureau)
    await ended(bureau, request_id, Outcome.HANDED_OVER)
    assert (await decision(bureau, request_id))["screening"] == ["returned"]


@pytest.mark.parametrize("end", [WithdrawnV1, NotAcceptedV1, RequestArchivedV1])
async def test_triage_ends_with_the_request(bureau: Desk, end: type[Contract]) -> None:
    request_id = await sent_out(bureau)
    more: dict[str, object] = {}
    if end is NotAcceptedV1:
        more = {"reason": ReasonCode.NOT_POLICE, "note": NARRATIVE}
    elif end is RequestArchivedV1:
        more = {"category": None, "rated": False}
    await says(bureau, end.model_validate({"request_id": request_id, "at": bureau.clock.now(), **more}))
    told = await decision(bureau, request_id)
    assert (told["state"], [clock for clock in told["clocks"] if not clock["stopped_at"]]) == ("ended", [])
    open_ones = (await lists(bureau, "duty_officer", "worklist?limit=200"))["items"]
    assert str(request_id) not in {row["request_id"] for row in open_ones}


async def test_what_is_published_names_no_text_and_tells_the_handler_everything(bureau: Desk) -> None:
    request_id = await sent_out(bureau)
    rows = await bureau.store("routing").pool.fetch(
        "SELECT f.type, f.data FROM feed f JOIN events e USING (event_id) WHERE e.key = $1 AND f.data IS NOT NULL",
        request_id,
    )
    told = {row["type"]: bytes(row["data"]) for row in rows}
    routed = RequestRoutedV1.model_validate_json(told["cn.lounge.routing.request_routed.v1"])
    assert (routed.attempt, routed.owner, routed.category) == (1, demo_person("mediator"), "DIS")
    assert "院墙" not in b"".join(told.values()).decode()
    screenings = [data for type, data in told.items() if "screening_asked" in type]
    assert all(ScreeningAskedV1.model_validate_json(data).unit == "LOUNGE-1" for data in screenings)
