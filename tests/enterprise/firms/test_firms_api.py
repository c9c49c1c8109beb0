"""Firms, visits, hazards and losses through their doors."""

from typing import Any

import pytest

from services.enterprise.firms.views import firm_list, firm_members
from services.enterprise.hazards.views import hazard_list
from services.enterprise.inspections.views import inspection_plans
from services.enterprise.losses.views import losses_goods, losses_money
from services.enterprise.visits.views import visit_list
from shared.kernel import new_id
from shared.messaging.views import rebuild
from tests.enterprise.conftest import CODE, Hall

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAME = "某某五金厂"


async def test_r_52_a_firm_is_filed_once_however_its_number_is_typed(hall: Hall) -> None:
    first = await hall.firm()
    again = await hall.post("enterprise_officer", "/firms", {"credit_code": f" {CODE.lower()} ", "name": NAME}, 201)
    assert (again["firm_id"], again["warnings"], again["record_id"]) == (first, [], None)
    odd = await hall.post("enterprise_officer", "/firms", {"credit_code": f"{CODE[:-1]}0", "name": NAME}, 201)
    assert odd["warnings"] == ["credit_code_check"]


async def test_names_are_for_those_whose_firm_it_is_and_stubs_for_overseers(hall: Hall) -> None:
    firm = await hall.firm()
    await hall.post("enterprise_officer", f"/firms/{firm}/members", {"phone": "13900000021"})
    await hall.desk.settled()
    listed = {row["firm_id"]: row for row in (await hall.get("enterprise_officer", "/firms"))["firms"]}
    assert listed[firm]["name"] == NAME
    assert [row["firm_id"] for row in (await hall.get("firm_boss", "/firms"))["firms"]] == [firm]
    assert (await hall.get("firm_boss", f"/firms/{firm}"))["name"] == NAME
    stubs = {row["firm_id"]: row for row in (await hall.get("auditor", "/firms"))["firms"]}
    assert stubs[firm]["name"] is None
    assert (await hall.get("auditor", f"/firms/{firm}"))["name"] is None
    assert (await hall.get("citizen_lin", "/firms"))["firms"] == []
    await hall.get("citizen_lin", f"/firms/{firm}", 403)


async def test_only_the_workstation_files_firms(hall: Hall) -> None:
    for login in ("community_officer", "clerk_fire", "firm_boss", "duty_officer"):
        await hall.post(login, "/firms", {"credit_code": CODE, "name": NAME}, 403)


async def test_the_liaison_officer_of_the_day_visits_and_nobody_elses_officer_does(hall: Hall) -> None:
    firm = await hall.firm()
    plan = {"on": "2026-03-02", "checklist": ["needs"]}
    await hall.post("community_officer", f"/firms/{firm}/visits", plan, 403)
    people = (await hall.desk.http.get("/issuer/people")).json()
    officer = next(each["person"] for each in people if each["login"] == "community_officer")
    headers = await hall.desk.as_("enterprise_officer")
    url = f"/enterprise/v1/firms/{firm}/liaison"
    named = await hall.desk.http.put(url, json={"officer": officer, "since": "2026-03-01"}, headers=headers)
    assert named.status_code == 200, named.text
    planned = await hall.post("community_officer", f"/firms/{firm}/visits", plan, 201)
    await hall.desk.settled()
    [today] = (await hall.get("enterprise_officer", "/visits", on="2026-03-02", firm_id=firm))["visits"]
    assert (today["visit_id"], today["state"], today["on"]) == (planned["visit_id"], "PLANNED", "2026-03-02")
    await hall.get("clerk_fire", f"/visits/{planned['visit_id']}", 403)


async def _visit(hall: Hall, firm: str, held: bool = True) -> str:
    visit = await hall.post(
        "enterprise_officer", f"/firms/{firm}/visits", {"on": "2026-03-02", "checklist": ["needs"]}, 201
    )
    if held:
        answered = {"answered": [{"item": "needs", "found": "FINE"}]}
        await hall.post("enterprise_officer", f"/visits/{visit['visit_id']}/held", answered)
    return str(visit["visit_id"])


async def _seen_on_a_visit(hall: Hall, firm: str, item: str, held: bool = True) -> dict[str, Any]:
    return {
        "found_at": "VISIT",
        "source": await _visit(hall, firm, held),
        "item": item,
        "slight": True,
        "finding": "配电间没有警示标识。",
        "fix_by": "2026-03-20",
    }


async def test_r_30_a_hazard_is_found_on_a_visit_that_was_held_at_this_firm_by_those_who_held_it(hall: Hall) -> None:
    firm = await hall.firm()
    url = f"/firms/{firm}/hazards"
    hazard = await _seen_on_a_visit(hall, firm, "wiring")
    for login in ("enterprise_officer", "clerk_fire"):
        refused = await hall.post(login, url, {**hazard, "source": str(new_id())}, 409)
        assert refused["type"] == "visit-unknown"
    assert (await hall.post("clerk_fire", url, hazard, 409))["type"] == "not-the-visitor"
    elsewhere = await hall.firm("91990000MA0DEM1A1F", "别家五金厂")
    assert (await hall.post("enterprise_officer", f"/firms/{elsewhere}/hazards", hazard, 409))[
        "type"
    ] == "visit-unknown"
    planned = await _seen_on_a_visit(hall, firm, "wiring", held=False)
    assert (await hall.post("enterprise_officer", url, planned, 409))["type"] == "visit-not-held"
    await hall.post("enterprise_officer", url, hazard, 201)


async def test_a_second_hazard_of_the_kind_is_no_first_offence(hall: Hall) -> None:
    firm = await hall.firm()
    hazard = await _seen_on_a_visit(hall, firm, "sign_missing")
    proposed, found = [], ""
    for _ in range(2):
        found = (await hall.post("enterprise_officer", f"/firms/{firm}/hazards", hazard, 201))["hazard_id"]
        await hall.post("enterprise_officer", f"/hazards/{found}/recheck", {"result": "FIXED"})
        proposed.append((await hall.get("enterprise_officer", f"/hazards/{found}"))["leniency_proposed"])
        await hall.desk.settled()
    assert proposed == [True, False]
    refused = await hall.post("bureau_leader", f"/hazards/{found}/leniency", {"granted": True, "reason": "首次"}, 409)
    assert (refused["type"], refused["rule"]) == ("leniency-not-proposed", "R-29")


async def test_figures_keep_money_and_goods_apart_with_their_denominators(hall: Hall) -> None:
    firm = await hall.firm()
    claim = {"claimed_fen": 1000, "goods": [{"kind": "cable", "pieces": 10, "name": "电缆"}]}
    loss = (await hall.post("enterprise_officer", f"/firms/{firm}/losses", claim, 201))["loss_id"]
    back = {"fen": 400, "goods": [{"kind": "cable", "pieces": 3}], "proof": "收据，在卷。"}
    await hall.post("enterprise_officer", f"/losses/{loss}/recoveries", back)
    await hall.desk.settled()
    told = await hall.get("statistician", "/figures/recovered", since="2026-03-02", until="2026-03-02")
    assert (told["recovered_fen"], told["claimed_fen"], told["losses"]) == (400, 1000, 1)
    assert told["goods"] == [{"kind": "cable", "claimed_pieces": 10, "recovered_pieces": 3}]
    [row] = (await hall.get("enterprise_officer", f"/firms/{firm}/losses"))["losses"]
    assert (row["claimed_fen"], row["recovered_fen"]) == (1000, 400)
    await hall.get("firm_boss", "/figures/recovered", 403, since="2026-03-02", until="2026-03-02")
    before = await hall.get("statistician", "/figures/recovered", since="2026-02-01", until="2026-03-01")
    assert (before["claimed_fen"], before["losses"]) == (0, 0)


async def test_lists_rebuilt_tomorrow_have_the_same_rows(hall: Hall) -> None:
    firm = await hall.firm()
    plan = {"item": "fire_safety", "begins": "2026-03-09", "ends": "2026-03-20"}
    await hall.post("clerk_fire", f"/firms/{firm}/inspections/2026/plans", plan, 201)
    await hall.desk.settled()
    runtime = hall.desk.runtime("enterprise")
    feeds = [runtime.deps.feeds["enterprise"]]
    views = (firm_list, firm_members, visit_list, inspection_plans, hazard_list, losses_money, losses_goods)
    for view in views:
        done = await rebuild(view, feeds, runtime.deps.transport, runtime.deps.store, runtime.codecs)
        assert done.checksum_before == done.checksum_after, view.name
        assert done.rows > 0, view.name


@pytest.mark.parametrize(
    ("login", "path", "body"),
    [
        ("enterprise_officer", "/firms/{firm}/members", {}),
        ("enterprise_officer", "/firms/{firm}/members", {"phone": "1", "person": str(new_id())}),
        ("enterprise_officer", "/firms/{firm}/visits", {"on": "0001-01-01", "checklist": ["needs"]}),
        ("enterprise_officer", "/firms/{firm}/visits", {"on": "9999-12-31", "checklist": ["needs"]}),
        ("enterprise_officer", "/firms/{firm}/losses", {"claimed_fen": True}),
        ("enterprise_officer", "/firms/{firm}/losses", {"claimed_fen": 10**20}),
        ("enterprise_officer", "/firms", {"credit_code": "\x00", "name": "甲"}),
        ("clerk_fire", "/firms/{firm}/inspections/1/plans", {"item": "x", "begins": "1-1-1", "ends": "2"}),
    ],
)
async def test_what_nobody_can_keep_is_refused_in_words(
    hall: Hall, login: str, path: str, body: dict[str, object]
) -> None:
    told = await hall.post(login, path.format(firm=await hall.firm()), body, 422)
    assert told["errors"]
    assert all(each["words"] for each in told["errors"])


@pytest.mark.parametrize("year", ["0", "99999999999999999999", "²", "20x6", "1999"])
async def test_a_year_that_is_none_finds_nothing(hall: Hall, year: str) -> None:
    firm = await hall.firm()
    url = f"/enterprise/v1/firms/{firm}/inspections/{year}"
    answer = await hall.desk.http.get(url, headers=await hall.desk.as_("enterprise_officer"))
    assert answer.status_code == 404


async def test_days_beyond_every_calendar_are_refused(hall: Hall) -> None:
    for since, until in (("0001-01-01", "2026-03-02"), ("2026-03-02", "9999-12-31")):
        await hall.get("statistician", "/figures/recovered", 422, since=since, until=until)


async def test_a_telephone_that_is_none_makes_nobody_a_member(hall: Hall) -> None:
    firm = await hall.firm()
    refused = await hall.post("enterprise_officer", f"/firms/{firm}/members", {"phone": "12345"}, 409)
    assert refused["type"] == "member-not-recognised"


async def test_a_department_learns_which_firm_a_number_is_and_nothing_more(hall: Hall) -> None:
    firm = await hall.firm()
    found = await hall.get("clerk_fire", f"/firms/by-code/{CODE.lower()}")
    assert found == {"firm_id": firm, "credit_code": CODE, "unit": "ENTERPRISE-1", "name": NAME}
    await hall.get("clerk_fire", f"/firms/{firm}", 403)
    await hall.get("citizen_lin", f"/firms/by-code/{CODE}", 403)
    for code in ("91990000MA0DEM0A00", "9199OOOO"):
        await hall.get("enterprise_officer", f"/firms/by-code/{code}", 404)


async def test_departments_and_officers_read_the_lists_they_work_by(hall: Hall) -> None:
    listed = await hall.get("clerk_fire", "/catalogue")
    items = {item["code"]: item for item in listed["inspection_items"]}
    assert (items["fire_safety"]["units"], items["fire_safety"]["yearly_cap"]) == (["FIRE-1"], 1)
    assert items["staff_welfare"]["ground"] is None
    assert {each["code"]: each["first_offence"] for each in listed["hazards"]}["exit_blocked"]
    assert {each["code"] for each in listed["checklist"]} >= {"needs", "fire_exits"}


async def test_the_workstation_sees_what_its_own_firms_lost_and_got_back(hall: Hall) -> None:
    period: dict[str, Any] = {"since": "2026-03-01", "until": "2026-03-31"}
    before = await hall.get("enterprise_officer", "/figures/recovered/own-firms", **period)
    firm = await hall.firm()
    loss = (await hall.post("enterprise_officer", f"/firms/{firm}/losses", {"claimed_fen": 300_00}, 201))["loss_id"]
    await hall.post("enterprise_officer", f"/losses/{loss}/recoveries", {"fen": 100_00, "proof": "银行回单。"})
    await hall.desk.settled()
    after = await hall.get("enterprise_officer", "/figures/recovered/own-firms", **period)
    assert after["claimed_fen"] - before["claimed_fen"] == 300_00
    assert after["recovered_fen"] - before["recovered_fen"] == 100_00
    assert after["losses"] - before["losses"] == 1
    await hall.get("community_officer", "/figures/recovered/own-firms", 403, **period)
    await hall.get("firm_boss", "/figures/recovered/own-firms", 403, **period)
