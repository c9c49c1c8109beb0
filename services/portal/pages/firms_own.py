"""The firm's own page: what it was promised and whether that was kept, who inspects this year, how to object."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.portal.bureau import Bureau
from services.portal.desk_client import Refused, Unreachable
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import Act, FactLine, OpinionLine, OwnFirmView, OwnMatter, PromiseLine
from services.portal.pages.firms_year import inspection_line, items_of, objecting
from services.portal.pages.staffroom import named, stub_of
from services.portal.pages.station import hazard_line
from services.portal.pages.station_files import (
    API,
    Firm,
    Hazards,
    Matter,
    MatterRow,
    Matters,
    Task,
    Visit,
    Visits,
    catalogue,
    year_of,
)
from services.portal.pages.station_specs import KINDS
from services.portal.pages.station_visits import opinion_line
from services.portal.pages.words import near, zh_names
from shared.kernel import BUREAU_ZONE

SHOWN = 10
NEW_MATTER = Act("反映新的事", "/file/what", asks_first=True)


async def own_view(site: Site, caller: Caller, firm: Firm, after: str) -> OwnFirmView:
    desk, local = caller.desk, caller.now.astimezone(BUREAU_ZONE)
    names, lists = await site.staff.names(), await catalogue(desk)
    rows = (await desk.get(f"{API}/matters", Matters, firm_id=firm.firm_id, limit=SHOWN, after=after)).matters
    matters = [found for row in _last(rows) if (found := await _matter(site, caller, row)) is not None]
    visits = (await desk.get(f"{API}/visits", Visits, firm_id=firm.firm_id, after=after)).visits
    hazards = (await desk.get(f"{API}/hazards", Hazards, firm_id=firm.firm_id, open="true", after=after)).hazards
    year = await year_of(desk, firm.firm_id, local.year)
    url = f"/firms/{firm.credit_code}"
    return OwnFirmView(
        name=firm.called,
        code=firm.credit_code,
        liaison=named(firm.liaison, names, ""),
        station=site.bureau.unit(firm.unit),
        year=local.year,
        missed=tuple(
            replace(line, text=f"{each.subject}，{line.text}")
            for each in matters
            for line in each.promises
            if line.state == "missed"
        ),
        matters=tuple(matters),
        inspections=tuple(
            inspection_line(each, year, site.bureau, local.date(), (objecting(each, url),))
            for each in sorted(year.inspections, key=lambda each: each.on, reverse=True)
        ),
        items=items_of(year, lists, site.bureau),
        opinions=await _opinions(caller, [each.visit_id for each in visits if each.opinions][:SHOWN]),
        hazards=tuple(hazard_line(each, firm, lists, site, may=False) for each in hazards),
        acts=(NEW_MATTER,),
    )


def _last(rows: tuple[MatterRow, ...]) -> list[MatterRow]:
    """What runs first, what is over after it."""
    return sorted(rows, key=lambda each: (each.ended_at is not None, each.next_due))


async def _opinions(caller: Caller, visits: list[UUID]) -> tuple[OpinionLine, ...]:
    lines: list[OpinionLine] = []
    for visit_id in visits:
        visit = await caller.desk.get(f"{API}/visits/{visit_id}", Visit)
        lines += [opinion_line(each) for each in visit.opinions]
    return tuple(lines)


async def _matter(site: Site, caller: Caller, row: MatterRow) -> OwnMatter | None:
    """None for a matter that is not this reader's, though it is his firm's: a sealed one."""
    try:
        matter = await caller.desk.get(f"{API}/matters/{row.matter_id}", Matter)
    except (Refused, Unreachable):
        return None
    stub = await stub_of(caller.desk, matter.request_id)
    return OwnMatter(
        code=stub.code if stub else "",
        subject=KINDS.get(matter.kind or "", "企业诉求"),
        state=zh_names()["states"].get(matter.state, matter.state),
        since=matter.offered_at,
        promises=promises_of(matter, site.bureau, caller.now),
        answer=matter.answer or "",
        replies=tuple(FactLine(site.bureau.unit(each.unit), each.reply, "good") for each in matter.tasks if each.reply),
        follow_url=f"/follow/{matter.request_id}" if stub else "",
    )


def promises_of(matter: Matter, bureau: Bureau, now: datetime) -> tuple[PromiseLine, ...]:
    """The station's own answer first, then what each department owes."""
    over = matter.outcome is None and matter.state in ("RETURNED", "WITHDRAWN", "REVOKED")
    told = next((each.at for each in matter.timeline if each.fact == "firm_told"), None)
    own = [] if over else [_kept(f"{bureau.unit(matter.unit)}答复您", matter.answer_due, told, now)]
    return (*own, *(_task(each, bureau, now) for each in matter.tasks if each.state != "OBJECTED"))


def _kept(what: str, due: datetime, at: datetime | None, now: datetime) -> PromiseLine:
    if at is not None and at <= due:
        return PromiseLine(what, due, "kept", at)
    if at is not None:
        return PromiseLine(f"{what}。{near(at, now)}才答复", due, "missed")
    return PromiseLine(what, due, "missed" if now >= due else "open")


def _task(task: Task, bureau: Bureau, now: datetime) -> PromiseLine:
    what = f"{bureau.unit(task.unit)}必须答复"
    if task.state == "ANSWERED":
        late = task.rung is not None
        return PromiseLine(f"{what}。晚了才答复" if late else what, task.due, "missed" if late else "kept")
    late = task.rung is not None or now >= task.due
    told = f"。已报{zh_names()['roles'].get(task.rung, task.rung)}督办" if task.rung else ""
    return PromiseLine(f"{what}{told}", task.due, "missed" if late else "open")
