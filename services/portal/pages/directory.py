"""名录: who is where on a day, who is accountable for which grid, who is on duty, and what nobody holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response
from fastapi import Query as Param

from services.portal.pages.acts import ActSpec, act, offered, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import Act, Cell, DirectoryRow, DirectoryView, GapLine
from services.portal.pages.directory_files import (
    API,
    AWAY,
    BY,
    SHIFTS,
    Duties,
    Gap,
    Gaps,
    Grid,
    Grids,
    Officer,
    Officers,
    Units,
    day_asked,
    days,
    matches,
    paged,
    tabs,
)
from services.portal.pages.directory_specs import LEADER, duty_spec
from services.portal.pages.door import pages_router
from services.portal.pages.staffroom import DESK, named
from services.portal.pages.words import day, zh_names

PAGE = 40
HEADINGS = {"grids": "网格", "officers": "人员", "units": "单位", "duties": "值班"}
COLUMNS = {
    "grids": ("网格", "谁负责", "代理人", "辅警", "地方"),
    "officers": ("姓名", "单位", "岗位", "在岗", "在办"),
    "units": ("单位", "类别", "上级", "从哪天起"),
    "duties": ("单位", "班次", "谁值班"),
}
EMPTY = {
    "grids": "那天没有登记网格。",
    "officers": "那天没有登记人员。",
    "units": "那天没有登记单位。",
    "duties": "那天没有排班；没有人办的诉求由值班岗位上的人负责。",
}
DUTY_URL = "/directory/duties/new"


@dataclass(frozen=True, slots=True)
class Looked:
    """What everybody needs to call the people and units of a day."""

    on: date
    names: Mapping[UUID, str]
    units: Mapping[str, str]
    search: str

    def unit(self, code: str | None) -> str:
        return self.units.get(code or "", code or "")


class Asked:
    """What stands in the address."""

    def __init__(
        self,
        on: Annotated[str, Param(max_length=10)] = "",
        q: Annotated[str, Param(max_length=40)] = "",
        page: Annotated[int, Param(ge=1, le=1000)] = 1,
    ) -> None:
        self.on, self.q, self.page = on, q.strip(), page


def directory_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    async def show(caller: Caller, tab: str, on: str, q: str, page: int) -> Response:
        caller.require_staff()
        looked = await looked_at(site, caller, on, q)
        rows = await _rows(caller, tab, looked)
        return caller.show(
            "directory/list.html", await _view(caller, tab, looked, rows, page), caller.page(surface=DESK)
        )

    @router.get("/directory")
    async def grids(caller: Annotated[Caller, Depends(site.caller)], asked: Annotated[Asked, Depends()]) -> Response:
        return await show(caller, "grids", asked.on, asked.q, asked.page)

    @router.get("/directory/duties/new")
    async def ask_duty(
        caller: Annotated[Caller, Depends(site.caller)], on: Annotated[str, Param(max_length=10)] = ""
    ) -> Response:
        spec = await _duty(site, caller, on)
        return question(caller, spec, ("/directory/duties", "回值班"), surface=DESK)

    @router.post("/directory/duties/new")
    async def list_duty(
        caller: Annotated[Caller, Depends(site.caller)], on: Annotated[str, Param(max_length=10)] = ""
    ) -> Response:
        spec = await _duty(site, caller, on)
        spec = spec.at(spec.path.format(id=caller.staff.unit))
        back = (f"/directory/duties?on={caller.text('day')}", "回值班")
        return await act(caller, caller.desk, spec, UUID(int=0), back, surface=DESK)

    @router.get("/directory/{tab}")
    async def listed(
        tab: str, caller: Annotated[Caller, Depends(site.caller)], asked: Annotated[Asked, Depends()]
    ) -> Response:
        if tab not in HEADINGS or tab == "grids":
            raise HTTPException(404)
        return await show(caller, tab, asked.on, asked.q, asked.page)

    return router


async def looked_at(site: Site, caller: Caller, on: str, search: str = "") -> Looked:
    day_of = day_asked(caller, on)
    units = (await caller.desk.get(f"{API}/units", Units, on=day_of)).units
    called = {each.code: site.bureau.units.get(each.code, each.name) for each in units}
    return Looked(day_of, await site.staff.names(), called, search)


async def _duty(site: Site, caller: Caller, on: str) -> ActSpec:
    caller.require_staff()
    people = (await caller.desk.get(f"{API}/officers", Officers, on=on)).officers
    own = [each for each in people if each.unit == caller.staff.unit]
    return duty_spec(own, await site.staff.names(), day_asked(caller, on))


async def _rows(caller: Caller, tab: str, looked: Looked) -> list[DirectoryRow]:
    desk, on = caller.desk, looked.on
    match tab:
        case "grids":
            return [_grid(each, looked) for each in (await desk.get(f"{API}/grids", Grids, on=on)).grids]
        case "officers":
            people = (await desk.get(f"{API}/officers", Officers, on=on)).officers
            return sorted((_officer(each, looked) for each in people), key=lambda row: (row.cells[0].text, row.name))
        case "units":
            kinds = zh_names()["unit_kinds"]
            units = (await desk.get(f"{API}/units", Units, on=on)).units
            return [
                DirectoryRow(
                    looked.unit(each.code),
                    each.code,
                    "",
                    (
                        Cell(kinds.get(each.kind, each.kind)),
                        Cell(looked.unit(each.parent) or "—"),
                        Cell(days(each.first_day, each.last_day)),
                    ),
                )
                for each in units
            ]
        case _:
            found = (await desk.get(f"{API}/duties", Duties, first_day=on)).duties
            return [
                DirectoryRow(
                    looked.unit(each.unit),
                    each.unit,
                    "",
                    (Cell(SHIFTS.get(each.shift, each.shift)), _on_duty(each.people, each.away, looked)),
                )
                for each in found
            ]


def _on_duty(people: tuple[UUID, ...], away: tuple[UUID, ...], looked: Looked) -> Cell:
    names = "、".join(named(each, looked.names, "未命名") for each in people)
    gone = "、".join(named(each, looked.names, "未命名") for each in away)
    return Cell(names or "没有排人", f"不在岗：{gone}" if gone else "", "late" if gone or not people else "plain")


def _grid(grid: Grid, looked: Looked) -> DirectoryRow:
    if grid.in_charge is None:
        holds = Cell("没有人负责", "责任民警、代理人和同单位的社区民警都不在岗", "late")
    else:
        stands = grid.in_charge != grid.owner
        name = named(grid.in_charge, looked.names, "未命名")
        holds = Cell(name, BY.get(grid.by or "", "") if stands else "", "soon" if stands else "plain")
    return DirectoryRow(
        grid.called,
        grid.code,
        f"/directory/grids/{grid.code}?on={looked.on}",
        (
            holds,
            Cell(named(grid.deputy, looked.names, "—")),
            Cell(named(grid.auxiliary, looked.names, "—")),
            Cell("、".join(grid.places[:6]) + ("等" if len(grid.places) > 6 else ""), grid.community),
        ),
        " ".join((*grid.places, grid.township, looked.unit(grid.unit))),
    )


def _officer(officer: Officer, looked: Looked) -> DirectoryRow:
    roles = zh_names()["roles"]
    away = officer.away
    there = Cell("在岗")
    if away is not None:
        there = Cell(AWAY.get(away.reason, away.reason), f"到 {day(away.last_day)}", "soon")
    return DirectoryRow(
        named(officer.person, looked.names, "未命名"),
        "",
        f"/directory/officers/{officer.person}?on={looked.on}",
        (
            Cell(looked.unit(officer.unit)),
            Cell("、".join(roles.get(role, role) for role in officer.roles)),
            there,
            Cell(f"{officer.open} 件"),
        ),
    )


async def _view(caller: Caller, tab: str, looked: Looked, rows: list[DirectoryRow], page: int) -> DirectoryView:
    found = [row for row in rows if matches(looked.search, row.name, row.code, row.also, *_words(row))]
    begin, pages = paged(found, page, PAGE)
    number = begin // PAGE + 1
    told = await caller.desk.get(f"{API}/gaps", Gaps, first_day=looked.on)
    leads = LEADER in caller.staff.roles
    return DirectoryView(
        tabs=tabs(tab),
        tab=tab,
        heading=HEADINGS[tab],
        on=looked.on,
        search=looked.search,
        columns=COLUMNS[tab],
        rows=tuple(found[begin : begin + PAGE]),
        found=len(found),
        gaps=tuple(_gap(gap, looked.on) for gap in told.gaps),
        gaps_until=told.last_day,
        acts=_acts(tab, looked.on) if leads else (),
        sheet_url=f"/directory/sheet/{tab}.csv?on={looked.on}" if tab in ("grids", "officers") else "",
        empty=f"没有写着“{looked.search}”的。" if looked.search else EMPTY[tab],
        newer_url=_url(tab, looked, number - 1) if number > 1 else "",
        older_url=_url(tab, looked, number + 1) if number < pages else "",
    )


def _words(row: DirectoryRow) -> tuple[str, ...]:
    return tuple(f"{cell.text} {cell.note}" for cell in row.cells)


def _gap(gap: Gap, on: date) -> GapLine:
    one = gap.first_day == gap.last_day
    words = day(gap.first_day) if one else f"{day(gap.first_day)}至{day(gap.last_day)}"
    return GapLine(gap.name, f"/directory/grids/{gap.grid}?on={on}", words)


def _acts(tab: str, on: date) -> tuple[Act, ...]:
    return (offered(duty_spec((), {}, on), f"{DUTY_URL}?on={on}"),) if tab == "duties" else ()


def _url(tab: str, looked: Looked, page: int) -> str:
    given = {"on": looked.on.isoformat(), "q": looked.search, "page": str(page)}
    path = "/directory" if tab == "grids" else f"/directory/{tab}"
    return f"{path}?{urlencode({name: value for name, value in given.items() if value})}"
