"""For departments: plan an inspection, see the visit it was merged into or why it may not be, answer what was asked."""

from dataclasses import replace
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response
from fastapi import Query as Param

from services.portal.desk_client import Refused
from services.portal.pages.acts import ActSpec, carry_out, offered, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import Act, Choice, Field, FieldError, ItemYear, PlanLine, PlansView, Tone, WorkItem
from services.portal.pages.door import pages_router
from services.portal.pages.firms_year import REPORT, at_visit, in_words, standing
from services.portal.pages.staffroom import DESK
from services.portal.pages.station_files import (
    API,
    Catalogue,
    Inspection,
    PlanRow,
    Plans,
    Tasks,
    Year,
    catalogue,
    firm_of_code,
    year_of,
)
from services.portal.pages.station_specs import TASK_STATES
from shared.kernel import BUREAU_ZONE

BACK = ("/station/plans", "回检查计划")
PLANS_SHOWN = 30
STATES: dict[str, tuple[str, Tone]] = {
    "PLANNED": ("已登记，等护企工作站合并", "soon"),
    "MERGED": ("已并入一次检查", "good"),
    "WITHDRAWN": ("已撤回，不占次数", "plain"),
    "VOID": ("企业的异议成立，作废，不占次数", "plain"),
}
PLAN = ActSpec(
    f"{API}/firms/{{id}}/inspections/{{year}}/plans",
    "登记检查计划",
    "登记检查计划",
    "只能排公布的、有法律依据、归本单位的事项；一年内不超过次数上限（R-30）。同一时段几家都要去的，由护企工作站并成一次门。",
    "登记计划",
    "检查计划已登记，等护企工作站合并。",
)
WITHDRAW = ActSpec(
    f"{API}/firms/{{id}}/inspections/{{year}}/plans/{{plan}}/withdrawal",
    "撤回计划",
    "撤回计划",
    "还没有合并的计划可以撤回，撤回后不占次数。",
    "撤回",
    "计划已撤回。",
    consequence="撤回后要检查，须重新登记。",
)


def plan_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/station/plans")
    async def plans(
        caller: Annotated[Caller, Depends(site.caller)],
        firm: Annotated[str, Param(max_length=18, pattern="^[0-9A-Z]*$")] = "",
        after: UUID | None = None,
    ) -> Response:
        caller.require_staff()
        view = await _view(site, caller, firm, str(after or ""))
        return caller.show("station/plans.html", view, caller.page(surface=DESK))

    @router.get("/station/plans/new")
    async def ask(
        caller: Annotated[Caller, Depends(site.caller)],
        firm: Annotated[str, Param(max_length=18, pattern="^[0-9A-Z]*$")] = "",
    ) -> Response:
        caller.require_staff()
        spec = _planning(await catalogue(caller.desk), caller.staff.unit, firm)
        return question(caller, spec, BACK, surface=DESK)

    @router.post("/station/plans/new")
    async def register(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        spec = _planning(await catalogue(caller.desk), caller.staff.unit, "")
        begins = caller.text("begins")
        year = begins[:4] if begins[:4].isascii() and begins[:4].isdigit() else str(_today(caller).year)
        firm_id, errors = await _firm(caller)
        if errors and caller.text("credit_code"):
            return question(caller, spec, BACK, surface=DESK, errors=errors, status=422)
        spec = spec.at(PLAN.path.replace("{year}", year))
        told, again = await carry_out(caller, caller.desk, spec, firm_id, BACK, surface=DESK)
        return again if again is not None else caller.go(BACK[0], (told or {}).get("record_id"))

    @router.get("/station/plans/{firm_id}/{year}/{thing_id}/{name}")
    async def ask_about(
        firm_id: UUID, year: int, thing_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]
    ) -> Response:
        caller.require_staff()
        return question(caller, _about(year, thing_id, name), BACK, surface=DESK)

    @router.post("/station/plans/{firm_id}/{year}/{thing_id}/{name}")
    async def act_about(
        firm_id: UUID, year: int, thing_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]
    ) -> Response:
        caller.require_staff()
        spec = _about(year, thing_id, name)
        told, again = await carry_out(caller, caller.desk, spec, firm_id, BACK, surface=DESK)
        return again if again is not None else caller.go(BACK[0], (told or {}).get("record_id"))

    return router


def _today(caller: Caller) -> date:
    return caller.now.astimezone(BUREAU_ZONE).date()


def _about(year: int, thing_id: UUID, name: str) -> ActSpec:
    if name == "report":
        return at_visit(REPORT, year, thing_id)
    if name == "withdraw":
        return WITHDRAW.at(WITHDRAW.path.replace("{year}", str(year)).replace("{plan}", str(thing_id)))
    raise HTTPException(404)


def _planning(lists: Catalogue, unit: str, code: str) -> ActSpec:
    items = tuple(
        Choice(each.code, each.title, f"依据：{each.ground}；一年最多 {each.yearly_cap} 次")
        for each in lists.inspection_items
        if unit in each.units and each.ground
    )
    return replace(
        PLAN.asking(
            Field("credit_code", "企业的统一社会信用代码", "line", "18 位", value=code, limit=40, required=True),
            Field("item", "检查什么", "one", choices=items, required=True),
            Field("begins", "最早哪天", "day", required=True),
            Field("ends", "最晚哪天", "day", "时段留宽一些，好和别的部门并成一次", required=True),
        ),
        body=lambda values: {name: given for name, given in values.items() if name != "credit_code"},
    )


async def _firm(caller: Caller) -> tuple[UUID, tuple[FieldError, ...]]:
    typed = "".join(caller.text("credit_code").upper().split()).replace("-", "")
    wrong = (FieldError("credit_code", "护企工作站没有这家企业的档案：请核对 18 位代码，或者请工作站先建档"),)
    if not (typed.isascii() and typed.isalnum()):
        return UUID(int=0), wrong
    try:
        return (await firm_of_code(caller.desk, typed)).firm_id, ()
    except Refused as refused:
        if refused.status not in (403, 404):
            raise
        return UUID(int=0), wrong


async def _view(site: Site, caller: Caller, code: str, after: str) -> PlansView:
    desk, unit = caller.desk, caller.staff.unit
    lists = await catalogue(desk)
    plans = (await desk.get(f"{API}/inspection-plans", Plans, after=after)).plans
    own = [each for each in plans if each.unit == unit and code in ("", each.credit_code)]
    shown = sorted(own, key=lambda each: (each.state not in ("PLANNED", "MERGED"), each.begins))[:PLANS_SHOWN]
    names = {each: await _called(caller, each) for each in {plan.credit_code for plan in shown}}
    years: dict[tuple[UUID, int], Year] = {}
    for plan in shown:
        if plan.inspection_id is not None and (plan.firm_id, plan.year) not in years:
            years[plan.firm_id, plan.year] = await year_of(desk, plan.firm_id, plan.year)
    tasks = (await desk.get(f"{API}/tasks", Tasks, open="true", after=after)).tasks
    may = any(unit in each.units and each.ground for each in lists.inspection_items)
    url = f"/station/plans/new?firm={code}" if code else "/station/plans/new"
    return PlansView(
        unit=site.bureau.unit(unit),
        plans=tuple(_line(site, caller, each, names[each.credit_code], lists, years) for each in shown),
        tasks=tuple(
            WorkItem(
                url=f"/station/matters/{each.matter_id}",
                priority="",
                category="护企工作站交办",
                subject="企业诉求，必须答复",
                place="",
                door="",
                state=TASK_STATES.get(each.state, each.state) + ("，督办中" if each.urged else ""),
                due=each.due,
                due_for="答复",
            )
            for each in tasks
            if each.unit == unit
        ),
        act=Act(PLAN.label, url, PLAN.explanation, asks_first=True) if may else None,
        items=_items(lists, unit, site),
        no_item="公布的检查清单里没有归本单位的事项，所以不能登记检查计划（R-30）。",
    )


def _items(lists: Catalogue, unit: str, site: Site) -> tuple[ItemYear, ...]:
    return tuple(
        ItemYear(
            title=each.title,
            ground=each.ground or "没有写明法律依据，不能列入计划",
            units=site.bureau.unit(unit),
            counted=0,
            cap=each.yearly_cap if each.ground else 0,
        )
        for each in lists.inspection_items
        if unit in each.units
    )


async def _called(caller: Caller, code: str) -> str:
    try:
        return (await firm_of_code(caller.desk, code)).called
    except Refused:
        return code


def _line(
    site: Site, caller: Caller, plan: PlanRow, firm: str, lists: Catalogue, years: dict[tuple[UUID, int], Year]
) -> PlanLine:
    year = years.get((plan.firm_id, plan.year))
    visits = year.inspections if year else ()
    visit = next((each for each in visits if each.inspection_id == plan.inspection_id), None)
    state, tone = STATES.get(plan.state, (plan.state, "plain"))
    stands = {"state": standing(visit, _today(caller))[0]} if visit else {}
    return PlanLine(
        firm=firm,
        code=plan.credit_code,
        item=lists.titles.get(plan.item, plan.item),
        first=plan.begins,
        last=plan.ends,
        state=state,
        tone=tone,
        inspection=in_words(visit, plan.unit, site.bureau, stands) if visit else "",
        acts=_acts(plan, visit, caller),
    )


def _acts(plan: PlanRow, visit: Inspection | None, caller: Caller) -> tuple[Act, ...]:
    base = f"/station/plans/{plan.firm_id}/{plan.year}"
    if plan.state == "PLANNED":
        return (offered(WITHDRAW, f"{base}/{plan.plan_id}/withdraw"),)
    if plan.state != "MERGED" or visit is None or any(each.unit == plan.unit for each in visit.reports):
        return ()
    why = ""
    if visit.waits_for_decision:
        why = "企业提出了异议，作出决定前不得检查"
    elif visit.on > _today(caller):
        why = f"告知企业的日期是 {visit.on.month}月{visit.on.day}日，到那天再去"
    return (offered(REPORT, f"{base}/{visit.inspection_id}/report", why_not=why),)
