"""Absences, rosters, places and tables of the directory over HTTP: one house for all, each test on days of its own."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from services.routing.adapters.bureau import demo_person
from services.routing.directory.api import gap_measure
from services.routing.directory.store import DirectoryReader
from services.routing.main import build
from services.vault.main import build as build_vault
from shared.contracts.orders import OwnerChangedV1
from shared.kernel import UnitCode
from tests.routing.neighbours import HANDLERS, INTAKE, NOTIFICATIONS, WORKORDERS, decision, does, filed, later, lists
from tests.support.house import Desk, house
from tests.support.postgres import Database

pytestmark = pytest.mark.asyncio(loop_scope="module")

OWNER, DEPUTY = demo_person("community_officer"), demo_person("deputy_officer")
LEAVE = {"reason": "leave", "first_day": "2026-03-23", "last_day": "2026-03-27"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bureau(database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    strangers = {stranger.name: stranger.build for stranger in (INTAKE, *HANDLERS, NOTIFICATIONS)}
    builds = {"vault": build_vault, "routing": build, **strangers}
    async with house(database, tmp_path_factory.mktemp("home"), builds) as desk:
        yield desk


NOISE = "楼下烧烤店每天半夜放音响，整栋楼都睡不着，报过警，人一走又放。"


async def tells(desk: Desk, login: str, method: str, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    headers = await desk.as_(login)
    answer = await desk.http.request(method, f"/routing/v1/directory/{path}", json=body, headers=headers)
    return answer.status_code, answer.json()


async def in_charge(desk: Desk, on: str) -> dict[str, Any]:
    grids = (await lists(desk, "duty_officer", f"directory/grids?on={on}"))["grids"]
    return {grid["code"]: (grid["in_charge"], grid["by"]) for grid in grids}


async def gaps(desk: Desk) -> list[dict[str, Any]]:
    told = await lists(desk, "duty_officer", "directory/gaps?first_day=2026-03-02&last_day=2026-03-31")
    found: list[dict[str, Any]] = told["gaps"]
    return found


async def test_leaves_of_owner_and_deputy_are_stood_in_for_or_named_as_a_gap(bureau: Desk) -> None:
    assert (await tells(bureau, "duty_officer", "POST", f"officers/{OWNER}/absences", LEAVE))[0] == 403
    assert (await tells(bureau, "station_leader", "POST", f"officers/{OWNER}/absences", LEAVE))[0] == 200
    assert (await in_charge(bureau, "2026-03-27"))["GL-01"] == (str(DEPUTY), "grid_deputy")
    assert (await in_charge(bureau, "2026-03-28"))["GL-01"] == (str(OWNER), "grid_owner")
    assert await gaps(bureau) == []
    officers = (await lists(bureau, "duty_officer", "directory/officers?on=2026-03-25"))["officers"]
    away = {each["person"]: each["away"] for each in officers}
    assert away[str(OWNER)] == LEAVE
    short = LEAVE | {"first_day": "2026-03-26"}
    assert (await tells(bureau, "station_leader", "POST", f"officers/{DEPUTY}/absences", short))[0] == 200
    found = await gaps(bureau)
    assert {gap["grid"] for gap in found} == {"GL-01", "GL-02", "GL-03", "GL-04", "GL-05", "GL-06"}
    assert {(gap["first_day"], gap["last_day"]) for gap in found} == {("2026-03-26", "2026-03-27")}
    deps = bureau.runtime("routing").deps
    assert await gap_measure(DirectoryReader(deps.store), deps.clock)() == (
        (0, {"when": "today"}),
        (6, {"when": "soon"}),
    )
    back = {"first_day": "2026-03-26"}
    assert (await tells(bureau, "station_leader", "POST", f"officers/{DEPUTY}/absences/withdrawal", back))[0] == 200
    assert await gaps(bureau) == []


async def test_a_roster_is_listed_by_the_units_leader_and_read_for_any_day(bureau: Desk) -> None:
    shift = {"day": "2026-03-04", "shift": "night", "people": [str(OWNER)]}
    assert (await tells(bureau, "station_leader", "POST", "units/TRAFFIC-1/duties", shift))[0] == 403
    assert (await tells(bureau, "station_leader", "POST", "units/STATION-GL/duties", shift))[0] == 200
    strange = shift | {"people": [str(demo_person("mediator"))]}
    status, told = await tells(bureau, "station_leader", "POST", "units/STATION-GL/duties", strange)
    assert (status, told["type"]) == (409, "not-of-the-unit")
    duties = (await lists(bureau, "duty_officer", "directory/duties?first_day=2026-03-01&days=7"))["duties"]
    assert [(duty["unit"], duty["day"], duty["people"]) for duty in duties] == [
        ("STATION-GL", "2026-03-04", [str(OWNER)])
    ]
    assert (await lists(bureau, "duty_officer", "directory/duties?first_day=2026-03-05"))["duties"] == []


async def test_auxiliaries_heads_and_the_history_of_a_grid(bureau: Desk) -> None:
    walker, until = str(demo_person("auxiliary")), {"first_day": "2026-03-02", "last_day": "2026-06-30"}
    status, _ = await tells(bureau, "station_leader", "PUT", "grids/GL-01/auxiliary", {"auxiliary": walker, **until})
    assert status == 200
    wrong = {"auxiliary": str(DEPUTY), **until}
    status, told = await tells(bureau, "station_leader", "PUT", "grids/GL-01/auxiliary", wrong)
    assert (status, told["type"]) == (409, "no-auxiliary")
    head = {"person": str(demo_person("village_official")), "first_day": "2026-03-02"}
    assert (await tells(bureau, "station_leader", "PUT", "grids/GL-01/heads/village_head", head))[0] == 200
    entries = (await lists(bureau, "duty_officer", "directory/grids/GL-01/history"))["entries"]
    assert {entry["what"] for entry in entries} == {"owner", "auxiliary", "village_head"}
    assert (await tells(bureau, "station_leader", "POST", "grids/GL-06/closing", {"first_day": "2026-03-03"}))[0] == 200
    assert "GL-06" not in await in_charge(bureau, "2026-03-03")
    assert await gaps(bureau) == []


async def test_whoever_files_is_asked_which_of_several_places_he_means(bureau: Desk) -> None:
    async def asked(login: str | None, place: str) -> list[str]:
        answer = await bureau.http.post(
            "/routing/v1/places/question", json={"place": place}, headers=await bureau.as_(login)
        )
        assert answer.status_code == 200, answer.text
        return [each["place"] for each in answer.json()["candidates"]]

    assert await asked(None, "幸福小区5号楼") == ["北关社区幸福小区5号楼", "西苑社区幸福小区5号楼"]
    assert await asked("citizen_lin", "西苑社区幸福小区5号楼") == []
    assert await asked(None, "没听说过的地方") == []


async def test_anybody_of_the_desk_can_try_who_would_get_it(bureau: Desk) -> None:
    async def tried(place: str, channel: str = "DSP") -> dict[str, Any]:
        status, told = await tells(bureau, "duty_officer", "POST", "trial", {"place": place, "channel": channel})
        assert status == 200, told
        return told

    plain = await tried("惠景花园3栋")
    assert (plain["owner"], plain["means"], plain["choosing"]["by"]) == (str(OWNER), "typo", "grid_owner")
    doubt = await tried("张庄村")
    assert (doubt["asks"], doubt["owner"], len(doubt["candidates"])) == (True, None, 2)
    assert (await tried("张庄村", "PM"))["choosing"]["by"] == "role"


async def test_a_place_in_doubt_waits_for_an_officer_who_says_which(bureau: Desk) -> None:
    request = await filed(bureau, NOISE, place="张庄村")
    told = await decision(bureau, request)
    body = {"category": "PSO", "channel": "DSP"}
    if told["channel"] != "DSP":
        status, _ = await does(bureau, "duty_officer", f"decisions/{request}/overrule", body)
        assert status == 200
        told = await decision(bureau, request)
    assert (told["state"], told["screening"], told["grid"]) == ("waiting_for_person", ["no_owner"], None)
    where = await lists(bureau, "duty_officer", f"decisions/{request}/accountability")
    assert [held["grid"] for held in where["candidates"]] == ["GL-05", "GL-06"]
    assert (where["sighting"]["where"], where["settled"]) == ("place", False)
    status, told = await does(bureau, "duty_officer", f"decisions/{request}/place", {"grid": "GL-99"})
    assert (status, told["type"]) == (409, "grid-unknown")
    await later(bureau, minutes=1)
    status, _ = await does(bureau, "duty_officer", f"decisions/{request}/place", {"grid": "GL-06"})
    assert status == 200
    told = await decision(bureau, request)
    assert (told["grid"], told["owner"]) == ("GL-06", str(DEPUTY))
    where = await lists(bureau, "duty_officer", f"decisions/{request}/accountability")
    assert (where["settled"], where["choosing"]["by"]) == (True, "grid_owner")
    assert where["spans"][-1]["person"] == str(DEPUTY)
    assert where["spans"][0]["person"] == str(demo_person("duty_officer"))


async def test_a_table_is_checked_and_then_brought_in_whole(bureau: Desk) -> None:
    async def sends(path: str, text: str) -> dict[str, Any]:
        headers = await bureau.as_("station_leader") | {"Content-Type": "text/csv"}
        answer = await bureau.http.post(f"/routing/v1/directory/sheets/{path}", content=text, headers=headers)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    out = await bureau.http.get("/routing/v1/directory/sheets/grids", headers=await bureau.as_("duty_officer"))
    table = out.content.decode("utf-8-sig")
    assert (await sends("grids/check", table)) == {"rows": 6, "new": 0, "errors": [], "version": None}
    more = f"{table}GL-07,STATION-GL,{OWNER},,,2026-04-01,\r\n"
    wrong = f"{more}GL-08,TRAFFIC-1,{OWNER},,,2026-04-01,\r\n"
    told = await sends("grids", wrong)
    assert [(error["row"], error["type"]) for error in told["errors"]] == [(8, "not-your-unit")]
    assert "TRAFFIC-1" in told["errors"][0]["words"]
    assert "GL-07" not in await in_charge(bureau, "2026-04-01")
    assert (await sends("grids", more))["version"] is not None
    assert "GL-07" in await in_charge(bureau, "2026-04-01")


async def test_division_codes_are_looked_up_by_name_and_by_year(bureau: Desk) -> None:
    found = (await lists(bureau, "duty_officer", "directory/divisions?name=桥西区&year=2026"))["divisions"]
    assert [each["full_name"] for each in found] == ["河北省石家庄市桥西区", "河北省张家口市桥西区"]
    [old] = (await lists(bureau, "duty_officer", "directory/divisions?code=130527"))["divisions"]
    assert (old["in_force"], old["became"]) == (False, ["130506 南和区"])


async def test_who_takes_over_is_accountable_and_has_it_in_hand(bureau: Desk) -> None:
    async def in_hand() -> dict[str, int]:
        officers = (await lists(bureau, "duty_officer", "directory/officers"))["officers"]
        return {each["person"]: each["open"] for each in officers}

    request = await filed(bureau, NOISE, place="汇景花园3栋")
    if (await decision(bureau, request))["owner"] != str(OWNER):
        body = {"category": "PSO", "channel": "DSP"}
        assert (await does(bureau, "duty_officer", f"decisions/{request}/overrule", body))[0] == 200
    assert (await decision(bureau, request))["owner"] == str(OWNER)
    before = await in_hand()
    await later(bureau, minutes=5)
    changed = OwnerChangedV1(
        request_id=request,
        handling_id=UUID(int=1),
        unit=UnitCode("STATION-GL"),
        owner=DEPUTY,
        at=bureau.clock.now(),
    )
    await WORKORDERS.says(bureau, changed)
    told = await decision(bureau, request)
    assert (told["owner"], told["deputy"]) == (str(DEPUTY), str(OWNER))
    after = await in_hand()
    assert (after[str(OWNER)], after[str(DEPUTY)]) == (before[str(OWNER)] - 1, before[str(DEPUTY)] + 1)
    spans = (await lists(bureau, "duty_officer", f"decisions/{request}/accountability"))["spans"]
    assert [(span["person"], span["why"]) for span in spans][-2:] == [
        (str(OWNER), "routed"),
        (str(DEPUTY), "handed_over"),
    ]
