"""The directory over HTTP, and the demo's people."""

from typing import Any

from deploy.lounge.issuer import load_people, staff_id
from services.routing.adapters.bureau import demo_person, read_bureau
from services.routing.directory.store import DIRECTORY_ID, directory_handler
from services.routing.main import listing
from services.routing.settings import DEMO_DIRECTORY
from tests.routing.decisions.test_reactions import sent_out
from tests.routing.neighbours import decision, does, lists
from tests.support.house import Desk


async def puts(desk: Desk, login: str, path: str, body: dict[str, Any]) -> int:
    answer = await desk.http.put(f"/routing/v1/directory/{path}", json=body, headers=await desk.as_(login))
    return answer.status_code


def test_the_demos_people_are_those_of_the_embedded_issuer() -> None:
    people = load_people()
    for login, officer in read_bureau(DEMO_DIRECTORY).officers.items():
        assert staff_id(login) == demo_person(login)
        assert (people[login].unit, set(people[login].roles)) == (officer.unit, set(officer.roles))


async def test_the_demos_directory_is_listed_once(bureau: Desk) -> None:
    deps = bureau.runtime("routing").deps
    entries = directory_handler(deps.store)
    _, version = await entries.state(DIRECTORY_ID)
    await listing(read_bureau(DEMO_DIRECTORY), entries, deps.clock)()
    assert (await entries.state(DIRECTORY_ID))[1] == version > 0


async def test_who_is_where_can_be_asked_for_any_day(bureau: Desk) -> None:
    units = (await lists(bureau, "duty_officer", "directory/units"))["units"]
    assert {unit["code"]: unit["name"] for unit in units}["STATION-GL"] == "鼓楼派出所"
    grids = (await lists(bureau, "community_officer", "directory/grids?on=2026-03-02"))["grids"]
    assert [grid["code"] for grid in grids] == ["GL-01", "GL-02", "GL-03", "GL-04", "GL-05", "GL-06"]
    assert {grid["in_charge"] for grid in grids} == {
        str(demo_person("community_officer")),
        str(demo_person("deputy_officer")),
    }
    assert "汇景花园" in grids[0]["places"]
    assert (await lists(bureau, "duty_officer", "directory/officers?on=2020-01-01"))["officers"] == []


async def test_citizens_do_not_read_the_directory(bureau: Desk) -> None:
    answer = await bureau.http.get("/routing/v1/directory/officers", headers=await bureau.as_("citizen_lin"))
    assert answer.status_code == 403


async def test_a_leader_lists_people_and_grids_of_his_own_unit_only(bureau: Desk) -> None:
    newcomer = {"unit": "STATION-GL", "roles": ["community_officer"], "first_day": "2026-03-02"}
    person = demo_person("newcomer")
    assert await puts(bureau, "station_leader", f"officers/{person}", newcomer) == 200
    assert await puts(bureau, "station_leader", f"officers/{person}", newcomer | {"unit": "TRAFFIC-1"}) == 403
    assert await puts(bureau, "station_leader", f"officers/{demo_person('mediator')}", newcomer) == 403
    assert await puts(bureau, "duty_officer", f"officers/{person}", newcomer) == 403
    assert (
        await puts(bureau, "station_leader", "units/TRAFFIC-1", {"kind": "TRAFFIC", "first_day": "2026-03-02"}) == 403
    )
    grid = {"unit": "STATION-GL", "owner": str(person), "first_day": "2026-03-02"}
    assert await puts(bureau, "station_leader", "grids/GL-03", grid) == 200
    listed = (await lists(bureau, "duty_officer", "directory/officers"))["officers"]
    assert str(person) in {officer["person"] for officer in listed}


async def test_a_wrong_entry_is_told_why(bureau: Desk) -> None:
    body = {"unit": "STATION-GL", "owner": str(demo_person("nobody")), "first_day": "2026-03-02"}
    answer = await bureau.http.put(
        "/routing/v1/directory/grids/GL-09", json=body, headers=await bureau.as_("station_leader")
    )
    assert (answer.status_code, answer.json()["type"]) == (409, "officer-unknown")


async def test_a_new_posting_counts_for_the_next_request_and_leaves_the_old_one_alone(bureau: Desk) -> None:
    before = await sent_out(bureau, "PSO", "DSP")
    owner = (await decision(bureau, before))["owner"]
    leaves = {"unit": "STATION-GL", "roles": ["community_officer"], "first_day": "2025-01-01", "last_day": "2026-03-01"}
    assert await puts(bureau, "station_leader", f"officers/{owner}", leaves) == 200
    after = await sent_out(bureau, "PSO", "DSP")
    assert (await decision(bureau, before))["owner"] == owner
    assert (await decision(bureau, after))["owner"] != owner
    status, _ = await does(bureau, "duty_officer", f"decisions/{after}/confirmation")
    assert status == 200
