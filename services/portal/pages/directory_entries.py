"""One grid and one officer of the directory: what counts on a day, what was, and what a leader changes."""

from dataclasses import replace
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response
from fastapi import Query as Param

from services.portal.pages.acts import ActSpec, act, offered, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import Act, Cell, EntryLine, GridView, OfficerView
from services.portal.pages.directory import Looked, looked_at
from services.portal.pages.directory_files import (
    API,
    AWAY,
    BY,
    SEATS,
    Entry,
    Gaps,
    Grid,
    Grids,
    History,
    Officer,
    Officers,
    days,
    today,
)
from services.portal.pages.directory_specs import (
    ABSENCE,
    BACK,
    CLOSE,
    LEADER,
    auxiliary_spec,
    back_spec,
    head_spec,
    owner_spec,
    post_spec,
)
from services.portal.pages.door import pages_router
from services.portal.pages.staffroom import DESK, named
from services.portal.pages.words import day, zh_names

Day = Annotated[str, Param(max_length=10)]


def directory_entry_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/directory/grids/{code}")
    async def grid(code: str, caller: Annotated[Caller, Depends(site.caller)], on: Day = "") -> Response:
        caller.require_staff()
        looked = await looked_at(site, caller, on)
        view = await _grid_view(caller, looked, _code(code))
        return caller.show("directory/grid.html", view, caller.page(surface=DESK))

    @router.get("/directory/grids/{code}/{name}")
    async def ask_of_grid(code: str, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        spec = await _of_grid(site, caller, _code(code), name)
        return question(caller, spec, _back_to_grid(code), surface=DESK)

    @router.post("/directory/grids/{code}/{name}")
    async def change_grid(code: str, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        spec = await _of_grid(site, caller, _code(code), name)
        spec = spec.at(spec.path.format(id=code))
        return await act(caller, caller.desk, spec, UUID(int=0), _back_to_grid(code), surface=DESK)

    @router.get("/directory/officers/{person_id}")
    async def officer(person_id: UUID, caller: Annotated[Caller, Depends(site.caller)], on: Day = "") -> Response:
        caller.require_staff()
        looked = await looked_at(site, caller, on)
        view = await _officer_view(caller, looked, person_id)
        return caller.show("directory/officer.html", view, caller.page(surface=DESK))

    @router.get("/directory/officers/{person_id}/{name}")
    async def ask_of_officer(person_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        spec = await _of_officer(site, caller, person_id, name)
        return question(caller, spec, _back_to_officer(person_id), surface=DESK)

    @router.post("/directory/officers/{person_id}/{name}")
    async def change_officer(person_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        spec = await _of_officer(site, caller, person_id, name)
        return await act(caller, caller.desk, spec, person_id, _back_to_officer(person_id), surface=DESK)

    return router


def _code(code: str) -> str:
    if not code.replace("-", "").isalnum() or not code.isascii():
        raise HTTPException(404)
    return code


def _back_to_grid(code: str) -> tuple[str, str]:
    return f"/directory/grids/{code}", "回这个网格"


def _back_to_officer(person: UUID) -> tuple[str, str]:
    return f"/directory/officers/{person}", "回这个人"


async def _of_grid(site: Site, caller: Caller, code: str, name: str) -> ActSpec:
    caller.require_staff()
    if name == "close":
        return CLOSE
    grid = next((each for each in (await caller.desk.get(f"{API}/grids", Grids)).grids if each.code == code), None)
    people = (await caller.desk.get(f"{API}/officers", Officers)).officers
    names, first = await site.staff.names(), today(caller)
    own = [each for each in people if grid is not None and each.unit == grid.unit]
    if name == "owner" and grid is not None:
        return owner_spec(grid, own, names, first)
    if name == "auxiliary":
        return auxiliary_spec(own, names, first)
    if name in SEATS:
        return head_spec(name, people, names, first)
    raise HTTPException(404)


async def _of_officer(site: Site, caller: Caller, person: UUID, name: str) -> ActSpec:
    caller.require_staff()
    if name == "absence":
        return ABSENCE
    people = (await caller.desk.get(f"{API}/officers", Officers)).officers
    officer = _one(people, person)
    if name == "post":
        own = [each for each in people if each.unit == officer.unit]
        return post_spec(officer, own, await site.staff.names(), today(caller))
    if name == "back" and officer.away is not None:
        return back_spec(officer.away.first_day)
    raise HTTPException(404)


def _one(people: tuple[Officer, ...], person: UUID) -> Officer:
    found = next((each for each in people if each.person == person), None)
    if found is None:
        raise HTTPException(404)
    return found


async def _grid_view(caller: Caller, looked: Looked, code: str) -> GridView:
    history = (await caller.desk.get(f"{API}/grids/{code}/history", History)).entries
    grids = (await caller.desk.get(f"{API}/grids", Grids, on=looked.on)).grids
    grid = next((each for each in grids if each.code == code), None)
    told = await caller.desk.get(f"{API}/gaps", Gaps, first_day=looked.on)
    unit = grid.unit if grid else next((each.unit for each in history if each.unit), None)
    leads = LEADER in caller.staff.roles and caller.staff.unit == unit
    return GridView(
        code=code,
        name=grid.called if grid else code,
        facts=_grid_facts(grid, looked) if grid else (("现在", Cell("那天没有这个网格", tone="soon")),),
        heads=_heads(history, looked),
        places=grid.places if grid else (),
        gaps=tuple(
            day(gap.first_day) if gap.first_day == gap.last_day else f"{day(gap.first_day)}至{day(gap.last_day)}"
            for gap in told.gaps
            if gap.grid == code
        ),
        history=tuple(_line(each, looked) for each in history),
        acts=_grid_acts(code) if leads and grid is not None else (),
        back_url=f"/directory?on={looked.on}",
    )


def _grid_facts(grid: Grid, looked: Looked) -> tuple[tuple[str, Cell], ...]:
    if grid.in_charge is None:
        holds = Cell("没有人负责", "责任民警、代理人和同单位的社区民警都不在岗", "late")
    else:
        holds = Cell(named(grid.in_charge, looked.names, "未命名"), BY.get(grid.by or "", ""))
    return (
        ("谁负责", holds),
        ("责任民警", Cell(named(grid.owner, looked.names, "未命名"), days(grid.first_day, grid.last_day))),
        ("代理人", Cell(named(grid.deputy, looked.names, "没有登记"))),
        ("辅警", Cell(named(grid.auxiliary, looked.names, "没有登记"))),
        ("警务", Cell(looked.unit(grid.unit))),
        ("社区", Cell(f"{grid.township} {grid.community}".strip() or "没有登记")),
    )


def _heads(history: tuple[Entry, ...], looked: Looked) -> tuple[tuple[str, str], ...]:
    """The newest of each seat that holds on the day."""
    lines = []
    for seat, called in SEATS.items():
        held = next((each for each in history if each.what == seat and _holds(each, looked.on)), None)
        lines.append((called, named(held.person, looked.names, "未命名") if held else "没有登记"))
    return tuple(lines)


def _holds(entry: Entry, on: date) -> bool:
    return entry.first_day <= on and (entry.last_day is None or on <= entry.last_day)


def _line(entry: Entry, looked: Looked) -> EntryLine:
    what = {"owner": "责任民警", "auxiliary": "辅警", **SEATS}
    who = named(entry.person, looked.names, "—")
    deputy = f"，代理人{named(entry.deputy, looked.names, '未命名')}" if entry.deputy else ""
    return EntryLine(
        what.get(entry.what, entry.what),
        who + deputy,
        days(entry.first_day, entry.last_day),
        entry.listed_at,
        _holds(entry, looked.on),
    )


def _grid_acts(code: str) -> tuple[Act, ...]:
    base = f"/directory/grids/{code}"
    seats = tuple(Act(f"登记{called}", f"{base}/{seat}", asks_first=True) for seat, called in SEATS.items())
    return (
        Act("换责任民警", f"{base}/owner", asks_first=True),
        Act("换辅警", f"{base}/auxiliary", asks_first=True),
        *seats,
        offered(CLOSE, f"{base}/close"),
    )


async def _officer_view(caller: Caller, looked: Looked, person: UUID) -> OfficerView:
    officer = _one((await caller.desk.get(f"{API}/officers", Officers, on=looked.on)).officers, person)
    grids = (await caller.desk.get(f"{API}/grids", Grids, on=looked.on)).grids
    roles = zh_names()["roles"]
    away = officer.away
    there = Cell("在岗")
    if away is not None:
        there = Cell(AWAY.get(away.reason, away.reason), days(away.first_day, away.last_day), "soon")
    leads = LEADER in caller.staff.roles and caller.staff.unit == officer.unit
    return OfficerView(
        name=named(person, looked.names, "未命名"),
        facts=(
            ("单位", Cell(looked.unit(officer.unit))),
            ("岗位", Cell("、".join(roles.get(role, role) for role in officer.roles))),
            ("代理人", Cell(named(officer.deputy, looked.names, "没有登记"))),
            ("在岗", there),
            ("手上在办", Cell(f"{officer.open} 件")),
            ("从哪天起", Cell(days(officer.first_day, officer.last_day))),
        ),
        grids=tuple(
            (each.called, f"/directory/grids/{each.code}?on={looked.on}", right)
            for each in grids
            if (right := _right(each, person))
        ),
        acts=_officer_acts(officer) if leads else (),
        back_url=f"/directory/officers?on={looked.on}",
    )


def _right(grid: Grid, person: UUID) -> str:
    rights = [
        name
        for name, holder in (("责任民警", grid.owner), ("代理人", grid.deputy), ("辅警", grid.auxiliary))
        if holder == person
    ]
    return "、".join(rights) + ("，现在由他负责" if grid.in_charge == person and grid.owner != person else "")


def _officer_acts(officer: Officer) -> tuple[Act, ...]:
    base = f"/directory/officers/{officer.person}"
    acts = (offered(ABSENCE, f"{base}/absence"), Act("调整岗位", f"{base}/post", asks_first=True))
    if officer.away is None:
        return acts
    return (*acts, offered(replace(BACK, consequence=BACK.explanation), f"{base}/back"))
