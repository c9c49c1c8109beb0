"""Inspections through their doors: the firm objects, another decides, and everybody concerned reads why."""

import pytest

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


async def test_a_department_reads_its_plans_with_the_number_of_the_firm(hall: Hall) -> None:
    await hall.firm()
    await hall.desk.settled()
    plans = (await hall.get("clerk_fire", "/inspection-plans"))["plans"]
    assert {each["credit_code"] for each in plans} == {CODE}
    assert (await hall.get("clerk_market", "/inspection-plans"))["plans"] == []
