"""Inspections through their doors: the firm objects, another decides, and everybody concerned reads why."""

from datetime import timedelta

import pytest

from shared.kernel import new_id
from tests.enterprise.conftest import CODE, Hall

pytestmark = pytest.mark.asyncio(loop_scope="module")

WINDOW = {"begins": "2026-03-09", "ends": "2026-03-20"}
REASON = {"reason": "当天全厂停产检修。"}


async def _merged(hall: Hall) -> str:
    """Where the year of the firm stands; its one visit is merged."""
    firm = await hall.firm()
    await hall.post("enterprise_officer", f"/firms/{firm}/members", {"phone": "13900000021"})
    year = f"/firms/{firm}/inspections/2026"
    await hall.post("clerk_fire", f"{year}/plans", {"item": "fire_safety", **WINDOW}, 201)
    visit = await hall.post("enterprise_officer", year, WINDOW, 201)
    return f"{year}/visits/{visit['inspection_id']}"


async def test_the_firm_objects_and_reads_why_it_was_right(hall: Hall) -> None:
    visit = await _merged(hall)
    year = visit.split("/visits/")[0]
    for login in ("enterprise_officer", "clerk_fire", "citizen_lin"):
        await hall.post(login, f"{visit}/objection", REASON, 403)
    await hall.post("firm_boss", f"{visit}/objection", REASON)
    await hall.post("clerk_fire", f"{visit}/decision", {"upheld": False, **REASON}, 403)
    await hall.post("enterprise_officer", f"{visit}/decision", {"upheld": True, "reason": "停产属实。"})
    for login in ("firm_boss", "clerk_fire", "enterprise_officer"):
        [seen] = (await hall.get(login, year))["inspections"]
        assert (seen["upheld"], seen["objection"], seen["decision"]) == (True, REASON["reason"], "停产属实。")


async def test_r_30_nobody_finds_a_hazard_on_an_inspection_that_is_none_of_his(hall: Hall) -> None:
    visit = await _merged(hall)
    firm, inspection = visit.split("/")[2], visit.split("/")[-1]
    hazard = {
        "found_at": "INSPECTION",
        "source": inspection,
        "item": "exit_blocked",
        "slight": True,
        "finding": "二号库房消防通道堆放木料。",
        "fix_by": "2026-04-20",
    }
    url = f"/firms/{firm}/hazards"
    refused = await hall.post("enterprise_officer", url, hazard, 409)
    assert (refused["type"], refused["rule"]) == ("role-may-not-inspect", "R-30")
    refused = await hall.post("clerk_market", url, hazard, 409)
    assert (refused["type"], refused["rule"]) == ("not-of-this-inspection", "R-30")
    refused = await hall.post("clerk_fire", url, {**hazard, "source": str(new_id())}, 409)
    assert refused["type"] == "inspection-unknown"
    assert (await hall.post("clerk_fire", url, hazard, 409))["type"] == "inspection-too-early"
    await hall.post("firm_boss", f"{visit}/objection", REASON)
    hall.desk.clock.set(hall.desk.clock.now() + timedelta(days=14))
    assert (await hall.post("clerk_fire", url, hazard, 409))["type"] == "objection-open"
    await hall.post("enterprise_officer", f"{visit}/decision", {"upheld": False, "reason": "不影响检查。"})
    await hall.post("clerk_fire", url, hazard, 201)


async def test_a_department_reads_its_plans_with_the_number_of_the_firm(hall: Hall) -> None:
    await hall.firm()
    await hall.desk.settled()
    plans = (await hall.get("clerk_fire", "/inspection-plans"))["plans"]
    assert {each["credit_code"] for each in plans} == {CODE}
    assert (await hall.get("clerk_market", "/inspection-plans"))["plans"] == []
