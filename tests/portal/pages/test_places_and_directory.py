"""Asking back which place is meant, and the pages of the directory, before an API that answers from a table."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI

from services.portal.bureau import Bureau
from services.portal.desk_client import DeskClient
from services.portal.main import PAGES
from services.portal.pages.caller import Site
from services.portal.pages.directory_tools import _with_ids, _with_names
from services.portal.pages.rendering import templates
from services.portal.settings import PortalSettings
from services.portal.staff import Staff
from services.portal.visits import COOKIE, SignedIn, Visit, Visits
from shared.kernel import FixedClock, wall_time

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
VISITS = Visits(b"k" * 32, b"f" * 32)
OWNER, DEPUTY = str(UUID(int=1)), str(UUID(int=2))
REQUEST = UUID(int=7)
DIRECTORY = "/routing/v1/directory"
TWO_PLACES = [{"grid": "A", "place": "北关社区幸福小区5号楼"}, {"grid": "B", "place": "西苑社区幸福小区5号楼"}]


def grid(code: str, **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "unit": "STATION-GL",
        "owner": OWNER,
        "name": f"{code}网格",
        "in_charge": OWNER,
        "by": "grid_owner",
        "first_day": "2025-01-01",
        **more,
    }


GRIDS = [grid("GL-01", places=["汇景花园", *map(str, range(9)), "文庙胡同"]), grid("GL-02", in_charge=None, by=None)]
GAP = {"grid": "GL-02", "name": "南关社区", "first_day": "2026-03-02", "last_day": "2026-03-04"}
ANSWERS: dict[str, Any] = {
    "/issuer/people": [
        {"login": "a", "name": "李警官", "roles": ["community_officer"], "person": OWNER},
        {"login": "b", "name": "郑警官", "roles": ["community_officer"], "person": DEPUTY},
    ],
    f"{DIRECTORY}/units": {
        "units": [{"code": "STATION-GL", "name": "鼓楼派出所", "kind": "STATION", "first_day": "2025-01-01"}]
    },
    f"{DIRECTORY}/grids": {"grids": GRIDS},
    f"{DIRECTORY}/gaps": {"last_day": "2026-04-01", "gaps": [GAP]},
    "/routing/v1/places/question": {"candidates": TWO_PLACES},
    f"/routing/v1/decisions/{REQUEST}": {
        "request_id": str(REQUEST),
        "state": "waiting_for_person",
        "screening": ["no_owner"],
        "filed_at": NOW.isoformat(),
    },
    f"/routing/v1/decisions/{REQUEST}/accountability": {
        "sighting": {"where": "place", "means": "name"},
        "candidates": [
            {"grid": "GL-01", "called": "鼓楼社区", "unit": "STATION-GL", "owner": OWNER},
            {"grid": "GL-02", "called": "南关社区", "unit": "STATION-GL", "owner": None},
        ],
        "choosing": {
            "by": "least_loaded",
            "loads": [{"person": OWNER, "open": 2}, {"person": DEPUTY, "open": 5}],
        },
        "spans": [
            {
                "unit": "LOUNGE-1",
                "person": DEPUTY,
                "since": NOW.isoformat(),
                "why": "returned",
                "reason": "WRONG_GRID",
            }
        ],
    },
}


def visitor(*roles: str) -> Visit:
    if not roles:
        return Visit(id="citizen")
    ends = int(wall_time().timestamp()) + 3600
    return Visit(id="officer", person=SignedIn("token", ends, "x", "朱所长", roles, OWNER, "STATION-GL"))


@asynccontextmanager
async def browsing(*roles: str, changed: Mapping[str, Any] | None = None) -> AsyncIterator[httpx2.AsyncClient]:
    app, answers = portal()
    answers.clear()
    answers |= ANSWERS | dict(changed or {})
    cookie = {"Cookie": f"{COOKIE}={VISITS.seal(visitor(*roles))}"}
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://lounge.test", headers=cookie) as client:
        yield client


@cache
def portal() -> tuple[FastAPI, dict[str, Any]]:
    """All pages, made once, and what the API answers them."""
    answers: dict[str, Any] = {}

    def desk(request: httpx2.Request) -> httpx2.Response:
        found = answers.get(request.url.path)
        return httpx2.Response(404, json={}) if found is None else httpx2.Response(200, json=found)

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(desk), base_url="http://desk.test")
    settings = PortalSettings()
    staff = Staff(DeskClient(http), settings.people_url)
    site = Site(http, FixedClock(NOW), Bureau.load(settings.bureau), settings, staff, VISITS, templates())
    app = FastAPI()
    for pages in PAGES:
        app.include_router(pages(site))
    return app, answers


def written(**more: str) -> dict[str, str]:
    own = {"csrf": VISITS.form_token(visitor()), "form_key": str(UUID(int=9)), "at": "where", "text": "有事"}
    return own | {"place": "幸福小区5号楼", "go": "next"} | more


async def test_a_name_of_several_places_is_asked_back_once() -> None:
    async with browsing() as citizen:
        asked = await citizen.post("/file/where", data=written())
        assert asked.status_code == 200
        assert "您说的是哪一个" in asked.text
        assert "西苑社区幸福小区5号楼" in asked.text
        again = await citizen.post("/file/where", data=written(place_asked="幸福小区5号楼"))
        assert (again.status_code, "请选一处" in again.text) == (422, True)
        for which in ("西苑社区幸福小区5号楼", "-"):
            answered = written(place_asked="幸福小区5号楼", which=which)
            onward = await citizen.post("/file/where", data=answered)
            assert (onward.status_code, onward.headers["location"]) == (307, "/file/who")
            following = await citizen.post("/file/who", data=answered)
            kept = "西苑社区幸福小区5号楼" if which != "-" else "幸福小区5号楼"
            assert f'name="place" value="{kept}"' in following.text


@pytest.mark.parametrize("more", [{"go": "back"}, {"place": ""}, {"text": "有人拿刀追着我砍，快来人"}])
async def test_nobody_is_asked_on_the_way_back_without_a_place_or_in_danger(more: dict[str, str]) -> None:
    async with browsing() as citizen:
        assert (await citizen.post("/file/where", data=written(**more))).status_code == 307


async def test_while_triage_does_not_answer_the_form_goes_on() -> None:
    async with browsing(changed={"/routing/v1/places/question": None}) as citizen:
        assert (await citizen.post("/file/where", data=written())).status_code == 307


async def test_the_directory_names_the_grid_that_nobody_holds_and_finds_by_two_characters() -> None:
    async with browsing("duty_officer") as officer:
        page = (await officer.get("/directory?on=2026-03-02")).text
        assert "有网格没有人负责" in page
        assert "3月2日（周一）至3月4日（周三）" in page
        assert "没有人负责" in page
        found = (await officer.get("/directory?q=文庙")).text
        assert "GL-01网格" in found
        assert "GL-02网格" not in found
        assert "没有写着“没有这里”的" in (await officer.get("/directory?q=没有这里")).text
        assert (await officer.get("/directory/nothing")).status_code == 404


async def test_a_long_directory_is_read_page_by_page() -> None:
    many = {f"{DIRECTORY}/grids": {"grids": [grid(f"N-{number:03}") for number in range(95)]}}
    async with browsing("duty_officer", changed=many) as officer:
        first, last = [(await officer.get(f"/directory?page={page}")).text for page in (1, 3)]
        assert ("N-039网格" in first, "N-040网格" in first, 'rel="next"' in first) == (True, False, True)
        assert ("N-094网格" in last, 'rel="next"' in last) == (True, False)


async def test_a_grid_in_doubt_and_whoever_was_accountable_are_shown() -> None:
    async with browsing("triage_officer") as officer:
        page = (await officer.get(f"/desk/{REQUEST}/where")).text
        assert 'name="grid" value="GL-02"' in page
        assert "现在没有人负责" in page
        assert "李警官 2 件，郑警官 5 件" in page
        assert "郑警官（警务汇客厅）" in page
        assert "退回，由当班的人重新安排：网格有误" in page


def test_names_in_a_table_stand_for_ids_where_they_are_one_persons() -> None:
    names = {UUID(OWNER): "李警官", UUID(DEPUTY): "郑警官", UUID(int=3): "小周", UUID(int=4): "小周"}
    table = "code,owner,auxiliary\r\nGL-01,李警官,小周\r\n李警官,王五,\r\n"
    sent = _with_ids(table, names)
    assert sent == f"code,owner,auxiliary\r\nGL-01,{OWNER},小周\r\n李警官,王五,\r\n"
    assert _with_names(sent, names) == table
