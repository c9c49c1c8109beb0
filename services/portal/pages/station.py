"""护企工作站: what is due, who is visited today, which inspections could be one, which hazards are past their day."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response
from fastapi import Query as Param

from services.portal.desk_client import Refused, Unreachable
from services.portal.pages.acts import carry_out, offered, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import (
    Act,
    BroughtView,
    FirmLine,
    GoodsLine,
    HazardLine,
    LossTile,
    ObjectionLine,
    StationView,
    WorkItem,
)
from services.portal.pages.door import pages_router
from services.portal.pages.firms_specs import BRING, FILE_FIRM, GOODS, RECHECK
from services.portal.pages.firms_year import DECIDE, clusters, proposal
from services.portal.pages.staffroom import DESK, named
from services.portal.pages.station_files import (
    API,
    Catalogue,
    Figures,
    FirmRow,
    HazardRow,
    Hazards,
    MatterRow,
    Matters,
    PlanRow,
    Plans,
    VisitRow,
    Visits,
    catalogue,
    firms_seen,
    year_of,
)
from services.portal.pages.station_specs import KINDS
from services.portal.pages.station_visits import visit_line
from services.portal.pages.words import zh_names
from shared.kernel import BUREAU_ZONE, value

ON_THE_DESK = 20
NEAR = timedelta(days=7)
FIRMS_SHOWN = 12
WATCHED_VISITS = 20
BACK = ("/station", "回护企工作站")
OFFICER, CLERK, MEMBER = "enterprise_officer", "department_clerk", "firm_member"


@value
class Names:
    """What the lines of the desk are written with."""

    firms: dict[UUID, FirmRow]
    staff: dict[UUID, str]
    lists: Catalogue


def station_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/station")
    async def desk(
        caller: Annotated[Caller, Depends(site.caller)],
        q: Annotated[str, Param(max_length=100)] = "",
        after: UUID | None = None,
    ) -> Response:
        person = caller.require_staff()
        if OFFICER not in person.roles:
            return _elsewhere(caller)
        view = await _view(site, caller, q.strip(), str(after) if after else "")
        return caller.show("station/desk.html", view, caller.page(surface=DESK))

    @router.get("/station/new-{thing}")
    async def ask(thing: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        spec = {"firm": FILE_FIRM, "matter": BRING}.get(thing)
        if spec is None:
            raise HTTPException(404)
        return question(caller, spec, BACK, surface=DESK)

    @router.post("/station/new-firm")
    async def file_firm(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        told, again = await carry_out(caller, caller.desk, FILE_FIRM, NOTHING, BACK, surface=DESK)
        if again is not None or told is None:
            return again or caller.go(BACK[0])
        if told.get("warnings"):
            doubt = "档案已建好，但校验位对不上：请拿营业执照或登记机关的信息核对这个代码（R-52）。"
            caller.visit = caller.visit.saying(doubt, "soon")
        return caller.go(f"/firms/{told['credit_code']}", told.get("record_id"))

    @router.post("/station/new-matter")
    async def bring(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        told, again = await carry_out(caller, caller.desk, BRING, NOTHING, BACK, surface=DESK)
        if again is not None or told is None:
            return again or caller.go(BACK[0])
        view = BroughtView(str(told["code"]), str(told["pin"]), BACK[0])
        return caller.show("station/brought.html", view, caller.page(surface=DESK))

    @router.get("/station/hazards/{hazard_id}/recheck")
    async def ask_recheck(hazard_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return question(caller, RECHECK, BACK, surface=DESK)

    @router.post("/station/hazards/{hazard_id}/recheck")
    async def recheck(hazard_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        told, again = await carry_out(caller, caller.desk, RECHECK, hazard_id, BACK, surface=DESK)
        return again if again is not None else caller.go(BACK[0], (told or {}).get("record_id"))

    return router


def _elsewhere(caller: Caller) -> Response:
    """Departments and firms have pages of their own. Raises Refused for everybody else."""
    if CLERK in caller.staff.roles:
        return caller.go("/station/plans")
    if MEMBER in caller.staff.roles:
        return caller.go("/firms")
    raise Refused(403, NOT_YOURS)


NOT_YOURS = {
    "title": "这一页您看不了",
    "detail": "这是护企工作站民警的工作台。社区民警从企业的页面登记走访；部门从“检查计划”进。",
}
NOTHING = UUID(int=0)
"""For acts whose path names no thing."""


async def _view(site: Site, caller: Caller, search: str, after: str) -> StationView:
    desk, today = caller.desk, caller.now.astimezone(BUREAU_ZONE).date()
    matters = await desk.get(f"{API}/matters", Matters, open="true", limit=ON_THE_DESK, after=after)
    names = Names(await firms_seen(desk, after), await site.staff.names(), await catalogue(desk))
    visits = (await desk.get(f"{API}/visits", Visits, after=after)).visits
    plans = (await desk.get(f"{API}/inspection-plans", Plans, after=after)).plans
    hazards = (await desk.get(f"{API}/hazards", Hazards, open="true", after=after)).hazards
    near = [each for each in hazards if each.fix_by <= caller.now + NEAR]
    found = _searched(names, search)
    return StationView(
        matters=tuple(matter_item(each, names.firms, names.staff) for each in matters.matters),
        matters_more=matters.cursor is not None,
        visits=tuple(visit_line(each, names.firms.get(each.firm_id), names.staff) for each in _ahead(visits, today)),
        proposals=tuple(
            proposal(each, names.firms.get(each.firm_id), names.lists, site.bureau)
            for each in clusters(plans)
            if each.last >= today
        ),
        objections=await _objections(caller, plans, names, today),
        hazards=tuple(hazard_line(each, names.firms.get(each.firm_id), names.lists, site) for each in near),
        hazards_later=len(hazards) - len(near),
        firms=tuple(firm_line(each, names.staff) for each in found[:FIRMS_SHOWN]),
        firms_total=len(found),
        search=search,
        losses=await _losses(caller, today, after),
        acts=_acts(),
    )


def _acts() -> tuple[Act, ...]:
    return offered(BRING, "/station/new-matter"), offered(FILE_FIRM, "/station/new-firm")


def _ahead(visits: Sequence[VisitRow], today: date) -> list[VisitRow]:
    """Today's and those to come, and what an earlier visit still owes its firm."""
    owed = [each for each in visits if each.state == "HELD" and each.next_due is not None]
    ahead = [each for each in visits if each.on >= today and each.state != "CANCELLED" and each not in owed]
    missed = [each for each in visits if each.on < today and each.state == "PLANNED"]
    return sorted([*missed, *ahead], key=lambda each: each.on) + sorted(owed, key=lambda each: str(each.next_due))


def _searched(names: Names, search: str) -> list[FirmRow]:
    words = search.upper()
    rows = sorted(names.firms.values(), key=lambda each: (not each.key_project, each.called))
    return [each for each in rows if words in each.credit_code or words in (each.name or "").upper()]


async def _objections(caller: Caller, plans: Sequence[PlanRow], names: Names, today: date) -> tuple[ObjectionLine, ...]:
    """Visits to come, and those whose day went by over an objection."""
    merged = {
        (each.firm_id, each.year, each.credit_code)
        for each in plans
        if each.state == "MERGED" and each.on is not None and each.on >= today - timedelta(days=60)
    }
    lines: list[ObjectionLine] = []
    for firm_id, year, code in sorted(merged, key=str)[:WATCHED_VISITS]:
        try:
            told = await year_of(caller.desk, firm_id, year)
        except (Refused, Unreachable):
            continue
        firm = names.firms.get(firm_id)
        lines += [
            ObjectionLine(
                firm=firm.called if firm else code,
                firm_url=f"/firms/{code}",
                on=each.on,
                act=offered(DECIDE, f"/firms/{code}/decide-{each.inspection_id}"),
            )
            for each in told.inspections
            if each.waits_for_decision
        ]
    return tuple(sorted(lines, key=lambda line: line.on))


async def _losses(caller: Caller, today: date, after: str) -> LossTile | None:
    """None for those who see no figures here."""
    since = today.replace(month=1, day=1)
    path = f"{API}/figures/recovered/own-firms"
    try:
        told = await caller.desk.get(path, Figures, since=since, until=today, after=after)
    except Refused:
        return None
    kinds = {each.value: each.label for each in GOODS}
    return LossTile(
        since=told.since,
        until=told.until,
        recovered_fen=told.recovered_fen,
        claimed_fen=told.claimed_fen,
        losses=told.losses,
        goods=tuple(
            GoodsLine(kinds.get(each.kind, each.kind), each.recovered_pieces, each.claimed_pieces)
            for each in told.goods
        ),
    )


def matter_item(row: MatterRow, firms: dict[UUID, FirmRow], staff: dict[UUID, str]) -> WorkItem:
    firm = firms.get(row.firm_id) if row.firm_id else None
    waits = f"，{row.open_tasks} 个部门没答复" if row.open_tasks else ""
    late = f"（{row.late_tasks} 个超期）" if row.late_tasks else ""
    gate = "，经侦结论超期" if row.gate_late else ""
    return WorkItem(
        url=f"/station/matters/{row.matter_id}",
        priority=row.priority,
        category=firm.called if firm else "还没有关联企业",
        subject=KINDS.get(row.kind or "", "企业诉求，等签收"),
        place=named(row.owner, staff, "还没有人签收"),
        door="",
        state=f"{zh_names()['states'].get(row.state, row.state)}{waits}{late}{gate}",
        due=row.next_due,
        due_for="答复",
    )


async def firm_work(site: Site, caller: Caller) -> tuple[WorkItem, ...]:
    """For the list of what somebody has in hand: open matters of his workstation."""
    if OFFICER not in caller.staff.roles:
        return ()
    try:
        listed = await caller.desk.get(f"{API}/matters", Matters, open="true")
        firms = await firms_seen(caller.desk)
    except (Refused, Unreachable):
        return ()
    names = await site.staff.names()
    return tuple(matter_item(each, firms, names) for each in listed.matters)


def hazard_line(row: HazardRow, firm: FirmRow | None, lists: Catalogue, site: Site, *, may: bool = True) -> HazardLine:
    told = f"已报{zh_names()['roles'].get(row.rung, row.rung)}" if row.rung else ""
    return HazardLine(
        item=lists.titles.get(row.item, row.item),
        firm=firm.called if firm else "",
        firm_url=f"/firms/{firm.credit_code}" if firm else "",
        unit=site.bureau.unit(row.unit),
        fix_by=row.fix_by,
        told=told,
        act=offered(RECHECK, f"/station/hazards/{row.hazard_id}/recheck") if may else None,
    )


def firm_line(firm: FirmRow, staff: dict[UUID, str]) -> FirmLine:
    return FirmLine(
        url=f"/firms/{firm.credit_code}",
        name=firm.name or firm.credit_code,
        code=firm.credit_code,
        liaison=named(firm.liaison, staff, "今天没有联络民警"),
        key_project=firm.key_project,
        doubtful=not firm.checks_hold,
    )
