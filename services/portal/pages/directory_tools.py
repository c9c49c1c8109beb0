"""Tools beside the directory: who would get it, division codes, and tables in and out."""

import csv
import io
from collections import defaultdict
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi import Query as Param

from services.portal.desk_client import Answer, Refused
from services.portal.pages.acts import MENDABLE
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import (
    Choice,
    DivisionLine,
    DivisionsView,
    FieldError,
    Notice,
    SheetProblem,
    SheetView,
    TrialResult,
    TrialView,
)
from services.portal.pages.directory_files import (
    API,
    MEANS,
    Division,
    Divisions,
    Trial,
    because,
    day_asked,
    tabs,
    today,
)
from services.portal.pages.directory_specs import LEADER
from services.portal.pages.door import pages_router
from services.portal.pages.staffroom import DESK, named
from services.portal.pages.words import zh_names

CHANNELS = ("DSP", "PSM", "PM", "IM", "JM", "EPS", "WIN", "CASE", "XDEP", "XFER", "SUP", "CHILD")
SHEETS = {"grids": "网格", "officers": "人员"}
COLUMNS = {
    "grids": "code（网格）、unit（单位）、owner（责任民警）、deputy（代理人）、auxiliary（辅警）、first_day、last_day",
    "officers": "person（人员）、unit（单位）、roles（岗位代码，空格隔开）、deputy（代理人）、first_day、last_day",
}
PEOPLE_IN = ("person", "owner", "deputy", "auxiliary")
MOST_BYTES = 400_000


class RowProblem(Answer):
    row: int
    column: str | None = None
    words: str


class Sheet(Answer):
    rows: int
    new: int
    errors: tuple[RowProblem, ...] = ()
    version: int | None = None


def directory_tool_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/directory/trial")
    async def trial(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        view = TrialView(tabs("trial"), "", today(caller), _channels("DSP"), None)
        return caller.show("directory/trial.html", view, caller.page(surface=DESK), keep=True)

    @router.post("/directory/trial")
    async def try_it(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        place, channel = caller.text("place")[:200], caller.text("channel")
        channel = channel if channel in CHANNELS else "DSP"
        on = day_asked(caller, caller.text("on"))
        errors = () if place else (FieldError("place", "请写一个地点，例如“幸福小区5号楼”"),)
        result = None
        if place:
            body = {"place": place, "channel": channel, "on": on.isoformat()}
            told = await caller.desk.ask(f"{API}/trial", body, Trial)
            result = _result(site, told, await site.staff.names())
        view = TrialView(tabs("trial"), place, on, _channels(channel), result)
        page = caller.page(surface=DESK, errors=errors)
        return caller.show("directory/trial.html", view, page, status=422 if errors else 200, keep=True)

    @router.get("/directory/divisions")
    async def divisions(
        caller: Annotated[Caller, Depends(site.caller)],
        q: Annotated[str, Param(max_length=40)] = "",
        year: Annotated[str, Param(max_length=4)] = "",
    ) -> Response:
        caller.require_staff()
        asked = q.strip()
        counts = year if year.isascii() and year.isdigit() and 1980 <= int(year) <= 2200 else ""
        name = "code" if asked.isascii() and asked.isdigit() and len(asked) == 6 else "name"
        found = (
            (await caller.desk.get(f"{API}/divisions", Divisions, **{name: asked, "year": counts})).divisions
            if asked
            else ()
        )
        view = DivisionsView(tabs("divisions"), asked, counts, tuple(_division(each) for each in found))
        return caller.show("directory/divisions.html", view, caller.page(surface=DESK), keep=True)

    @router.get("/directory/sheet")
    async def sheet(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return _show_sheet(caller, "grids")

    @router.post("/directory/sheet")
    async def bring(request: Request, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        kind = caller.text("sheet") if caller.text("sheet") in SHEETS else "grids"
        typed = await _uploaded(request) or caller.text("table")
        if not typed or len(typed.encode()) > MOST_BYTES:
            words = "请选文件，或者把表贴进来" if not typed else "这张表太大，请分几次导入"
            return _show_sheet(caller, kind, typed[:MOST_BYTES], errors=(FieldError("table", words),), status=422)
        content = _with_ids(typed, await site.staff.names()).encode()
        try:
            if caller.text("go") == "bring":
                told = await caller.desk.upload(f"{API}/sheets/{kind}", content, "text/csv", caller.form_key)
            else:
                told = await caller.desk.upload(f"{API}/sheets/{kind}/check", content, "text/csv")
        except Refused as refused:
            if refused.status not in MENDABLE:
                raise
            return _show_sheet(caller, kind, typed, notice=Notice(refused.words, "late"), status=refused.status)
        answer = Sheet.model_validate(told)
        if answer.version is not None:
            caller.visit = caller.visit.saying(f"已导入：{answer.rows} 行，新登记 {answer.new} 条。")
            return caller.go("/directory" if kind == "grids" else "/directory/officers")
        return _show_sheet(caller, kind, typed, answer)

    @router.get("/directory/sheet/{name}.csv")
    async def out(
        name: str, caller: Annotated[Caller, Depends(site.caller)], on: Annotated[str, Param(max_length=10)] = ""
    ) -> Response:
        caller.require_staff()
        if name not in SHEETS:
            raise HTTPException(404)
        told = await caller.desk.file(f"{API}/sheets/{name}?on={day_asked(caller, on)}")
        named_table = _with_names(told.decode("utf-8-sig"), await site.staff.names())
        headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"}
        return Response(named_table.encode("utf-8-sig"), media_type="text/csv", headers=headers)

    return router


def _channels(chosen: str) -> tuple[Choice, ...]:
    names = zh_names()["channels"]
    return tuple(Choice(code, names.get(code, code), chosen=code == chosen) for code in CHANNELS)


def _result(site: Site, told: Trial, names: Mapping[UUID, str]) -> TrialResult:
    called = tuple(each.called for each in told.candidates)
    return TrialResult(
        place="、".join(called),
        means=MEANS.get(told.means or "", ""),
        asks=called if told.asks else (),
        owner=named(told.owner, names, ""),
        unit=site.bureau.unit(told.unit),
        deputy=named(told.deputy, names, "没有"),
        auxiliary=named(told.auxiliary, names, ""),
        because=because(told.choosing, names),
    )


def _division(division: Division) -> DivisionLine:
    first = f"{division.first_year}年起" if division.first_year else "起始年不详"
    last = f"{division.last_year}年停用" if division.last_year else "在用"
    return DivisionLine(
        code=division.code,
        name=division.name,
        full_name=division.full_name,
        table="统计用区划代码" if division.table == "STAT" else "GB/T 2260",
        years=f"{first}，{last}",
        tone="plain" if division.in_force else "soon",
        became="、".join(division.became),
    )


def _show_sheet(
    caller: Caller,
    kind: str,
    typed: str = "",
    told: Sheet | None = None,
    *,
    errors: tuple[FieldError, ...] = (),
    notice: Notice | None = None,
    status: int = 200,
) -> Response:
    view = SheetView(
        tabs=tabs("sheet"),
        sheets=tuple(Choice(code, name, chosen=code == kind) for code, name in SHEETS.items()),
        sheet=kind,
        columns=COLUMNS[kind],
        table=typed,
        rows=told.rows if told else None,
        new=told.new if told else 0,
        problems=tuple(SheetProblem(each.row, each.column or "—", each.words) for each in told.errors) if told else (),
        may_bring=LEADER in caller.staff.roles,
    )
    page = caller.page(surface=DESK, errors=errors, notice=notice)
    return caller.show("directory/sheet.html", view, page, status=status, keep=True)


async def _uploaded(request: Request) -> str:
    sent: Any = (await request.form()).get("file")
    content = b"" if sent is None or isinstance(sent, str) else await sent.read(MOST_BYTES + 1)
    return str(content.decode("utf-8-sig", errors="replace"))


def _with_ids(table: str, names: Mapping[UUID, str]) -> str:
    """Names of people by their ids, where a name is one person's; what is not known is told by the desk."""
    people: dict[str, set[UUID]] = defaultdict(set)
    for person, name in names.items():
        people[name].add(person)
    known = {name: str(next(iter(found))) for name, found in people.items() if len(found) == 1}
    return _exchanged(table, known)


def _with_names(table: str, names: Mapping[UUID, str]) -> str:
    """Ids by names, where the name is one person's: what goes out can come in again."""
    counted = list(names.values())
    return _exchanged(table, {str(person): name for person, name in names.items() if counted.count(name) == 1})


def _exchanged(table: str, words: Mapping[str, str]) -> str:
    rows = list(csv.reader(io.StringIO(table.removeprefix("\ufeff"))))
    heading = [name.strip() for name in rows[0]] if rows else []
    of_people = [place for place, name in enumerate(heading) if name in PEOPLE_IN]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        writer.writerow(
            [words.get(cell.strip(), cell) if place in of_people else cell for place, cell in enumerate(row)]
        )
    return out.getvalue()
