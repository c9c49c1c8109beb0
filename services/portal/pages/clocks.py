"""时限: what will be late and when, by unit and by row; the working days of a year; the ladders."""

from calendar import Calendar
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Response
from fastapi import Query as Param

from services.portal.pages.caller import Caller, Site
from services.portal.pages.clock_files import (
    OUTLOOKS,
    PLACES,
    Board,
    ClockRow,
    Counted,
    Ladders,
    Rung,
    length_of,
    other_ladders,
)
from services.portal.pages.contexts import (
    CalendarDay,
    CalendarMonth,
    ClockLine,
    ClocksView,
    DaysView,
    FilterLink,
    Link,
    Tile,
    TileSection,
    TogetherView,
)
from services.portal.pages.door import pages_router
from services.portal.pages.staffroom import DESK
from services.portal.pages.words import near, zh_names
from shared.contracts.calendar import WorkCalendar, work_calendar
from shared.kernel import BUREAU_ZONE

PAGE = 40
MOST = 8
"""Units and rows that can be picked; the fullest ones."""
TABS = (
    ("tomorrow", "明天到期"),
    ("today", "今天到期"),
    ("late", "已经超时"),
    ("likely", "可能来不及"),
    ("week", "七天内"),
    ("paused", "停着的"),
    ("all", "全部"),
)
LEADS = {
    "tomorrow": "明天结束以前不办完就超时的。",
    "today": "今天结束以前到期的。",
    "late": "已经过了时限、还没有办的。超时会自动告诉上一级。",
    "likely": "还没到期，照以前办同样事情的快慢，来不及或者很勉强的。",
    "week": "从今天起七天里到期的，今天算第一天。",
    "paused": "有依据停着、不走时间的，和停的理由。",
    "all": "正在走的全部时限。",
}
EMPTY = "换一栏看看；去掉选中的单位和时限，也许就有了。"


class Asked:
    """What stands in the address: part, unit, row, page."""

    def __init__(self, when: str, unit: str, clock: str, cursor: str) -> None:
        self.when = when if when in LEADS else "tomorrow"
        self.unit = unit
        self.clock = clock
        self.cursor = cursor

    def api(self) -> Mapping[str, object]:
        return {"when": self.when, "unit": self.unit, "clock": self.clock, "cursor": self.cursor, "limit": PAGE}

    def url(self, **changed: str) -> str:
        given = {"when": self.when, "unit": self.unit, "clock": self.clock, "cursor": ""} | changed
        kept = {name: value for name, value in given.items() if value}
        return "/clocks" + (f"?{urlencode(kept)}" if kept else "")


def clock_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/clocks")
    async def board(
        caller: Annotated[Caller, Depends(site.caller)],
        when: Annotated[str, Param(max_length=20)] = "",
        unit: Annotated[str, Param(max_length=40)] = "",
        clock: Annotated[str, Param(max_length=6)] = "",
        cursor: Annotated[str, Param(max_length=200)] = "",
    ) -> Response:
        caller.require_staff()
        asked = Asked(when, unit, clock, cursor)
        found = await caller.desk.get("/routing/v1/clocks/board", Board, **asked.api())
        return caller.show("clocks/board.html", _view(site, caller, asked, found), caller.page(surface=DESK))

    @router.get("/clocks/days")
    async def days(caller: Annotated[Caller, Depends(site.caller)], year: int | None = None) -> Response:
        caller.require_staff()
        view = days_view(work_calendar(), year or caller.now.astimezone(BUREAU_ZONE).year)
        return caller.show("clocks/days.html", view, caller.page(surface=DESK))

    @router.get("/clocks/ladders")
    async def ladders(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        told = await caller.desk.get("/routing/v1/ladders", Ladders)
        return caller.show("together.html", ladders_view(told), caller.page(surface=DESK))

    return router


def _view(site: Site, caller: Caller, asked: Asked, found: Board) -> ClocksView:
    names = {row.clock: row.name for row in found.items}
    return ClocksView(
        tabs=tuple(
            FilterLink(label, asked.url(when=code, unit="", clock=""), 0, code == asked.when) for code, label in TABS
        ),
        lead=LEADS[asked.when],
        units=tuple(
            FilterLink(site.bureau.unit(each.code), asked.url(unit=each.code), each.clocks, each.code == asked.unit)
            for each in _fullest(found.by_unit, asked.unit)
        ),
        rows=tuple(
            FilterLink(
                names.get(each.code, each.code), asked.url(clock=each.code), each.clocks, each.code == asked.clock
            )
            for each in _fullest(found.by_clock, asked.clock)
        ),
        items=tuple(_line(site, caller, row) for row in found.items),
        total=found.total,
        empty=EMPTY if asked.unit or asked.clock else "",
        next_url=asked.url(cursor=found.next_cursor) if found.next_cursor else "",
        first_url=asked.url() if asked.cursor else "",
        clear_url=asked.url(unit="", clock="") if asked.unit or asked.clock else "",
    )


def _fullest(counted: tuple[Counted, ...], picked: str) -> Iterable[Counted]:
    return [each for place, each in enumerate(counted) if place < MOST or each.code == picked]


def _line(site: Site, caller: Caller, row: ClockRow) -> ClockLine:
    words = zh_names()
    outlook, tone = OUTLOOKS[row.outlook]
    told = ""
    if row.rung:
        told = f"已告诉{words['roles'].get(row.rung, row.rung)}"
        if row.next_rung and row.next_at:
            told += f"，{near(row.next_at, caller.now)} 再告诉{words['roles'].get(row.next_rung, row.next_rung)}"
    return ClockLine(
        url=f"/clocks/{row.request_id}",
        name=row.name,
        clock=row.clock,
        category=words["categories"].get(row.category or "", "还没有分类"),
        unit=site.bureau.unit(row.unit) or "还没有派出去",
        priority=row.priority or "",
        due=row.due,
        provisional=row.provisional,
        outlook=outlook,
        tone=tone,
        usual=f"照以前的快慢，{near(row.usual_end, caller.now)} 前后办完" if row.usual_end else "",
        told=told,
        ground=words["reasons"].get(row.ground or "", ""),
        paused_at=row.paused_at,
        remedy=row.remedy,
    )


def days_view(calendar: WorkCalendar, year: int) -> DaysView:
    known = year in calendar.years
    months = tuple(_month(calendar, year, month) for month in range(1, 13)) if known else ()
    return DaysView(
        year=year,
        months=months,
        working=sum(month.working for month in months),
        known=known,
        years=tuple(
            FilterLink(f"{each} 年", f"/clocks/days?year={each}", 0, each == year)
            for each in sorted(calendar.years | {year})
        ),
    )


def _month(calendar: WorkCalendar, year: int, month: int) -> CalendarMonth:
    weeks = tuple(
        tuple(_day(calendar, day) if day.month == month else None for day in week)
        for week in Calendar().monthdatescalendar(year, month)
    )
    working = sum(day is not None and day.kind in ("plain", "extra") for week in weeks for day in week)
    return CalendarMonth(f"{month} 月", weeks, working)


def _day(calendar: WorkCalendar, day: date) -> CalendarDay:
    if day in calendar.work:
        return CalendarDay(day.day, "extra", "调休上班")
    if day in calendar.off:
        return CalendarDay(day.day, "holiday", "放假")
    return CalendarDay(day.day, "plain", "") if calendar.is_working_day(day) else CalendarDay(day.day, "rest", "周末")


def ladders_view(told: Ladders) -> TogetherView:
    words = zh_names()
    place = tuple(
        Tile(
            title=PLACES[rung.rung],
            lines=tuple(
                line
                for line in (
                    f"由{words['roles'].get(rung.owner, rung.owner)}负责",
                    f"时限 {length_of(rung.length, rung.unit)}（{rung.clock}）" if rung.clock else "没有单独的时限",
                    f"到期没有化解，自动升到{PLACES[rung.overdue]}" if rung.overdue else "",
                )
                if line
            ),
        )
        for rung in told.place
    )
    skipping = "、".join(words["reasons"][code] for code in told.skipping)
    return TogetherView(
        title="阶梯",
        lead="超时先告诉谁、再告诉谁；矛盾先在哪一级化解、多久没有化解就往上走。",
        back=Link("时限", "/clocks"),
        sections=(
            TileSection(
                "超时以后告诉谁",
                (
                    Tile("一般的时限", lines=_steps(told.usual)),
                    Tile("按分钟算的时限", lines=_steps(told.at_once)),
                ),
            ),
            TileSection("属地阶梯", place),
            TileSection("什么时候可以越级", (Tile(skipping, lines=("其他情形一级一级往上走。",)),)),
            TileSection(
                "其他阶梯", tuple(Tile(name, lines=(" → ".join(rungs),)) for name, _, rungs in other_ladders())
            ),
        ),
    )


def _steps(rungs: tuple[Rung, ...]) -> tuple[str, ...]:
    roles = zh_names()["roles"]
    return tuple(
        f"{roles[rung.role]}：{length_of(rung.length, rung.unit)}内还没有办，再告诉下一级"
        if rung.length is not None
        else f"{roles[rung.role]}：最后一级"
        for rung in rungs
    )
