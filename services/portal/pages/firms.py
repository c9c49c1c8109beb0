"""A firm: for the station its whole file; for its manager what was promised, who comes this year, how to object."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response
from fastapi import Query as Param

from services.portal.pages.acts import ActSpec, carry_out, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import Choice, FirmsView
from services.portal.pages.door import pages_router
from services.portal.pages.firms_own import own_view
from services.portal.pages.firms_specs import (
    KEY_PROJECT,
    MEMBER,
    RECORD_LOSS,
    RECOVER,
    naming_liaison,
    planning_visit,
    recording_hazard,
)
from services.portal.pages.firms_staff import staff_view
from services.portal.pages.firms_year import DECIDE, OBJECT, at_visit, merging
from services.portal.pages.staffroom import DESK
from services.portal.pages.station import firm_line
from services.portal.pages.station_files import (
    API,
    Firm,
    FirmRow,
    Losses,
    Visits,
    catalogue,
    firm_of_code,
    firms_seen,
    year_of,
)
from services.portal.staff import CITIZENS
from shared.kernel import BUREAU_ZONE

LIAISONS = frozenset({"enterprise_officer", "community_officer"})
DAY = r"^\d{4}-\d{2}-\d{2}$"
NO_FIRM = "还没有把您登记为哪家企业的代表。请联系护企工作站，带上本人手机号登记。"


def firm_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/firms")
    async def firms(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        person = caller.require_staff()
        if "enterprise_officer" in person.roles:
            return caller.go("/station")
        found = sorted((await firms_seen(caller.desk)).values(), key=lambda each: each.called)
        if len(found) == 1:
            return caller.go(f"/firms/{found[0].credit_code}")
        names = await site.staff.names()
        view = FirmsView(tuple(firm_line(each, names) for each in found), NO_FIRM)
        return caller.show("firms/list.html", view, caller.page(surface=_surface(caller)))

    @router.get("/firms/{code}")
    async def firm(code: str, caller: Annotated[Caller, Depends(site.caller)], after: UUID | None = None) -> Response:
        person = caller.require_staff()
        found = await _found(caller, code)
        if "department_clerk" in person.roles:
            return caller.go(f"/station/plans?firm={found.credit_code}")
        whole = await caller.desk.get(f"{API}/firms/{found.firm_id}", Firm)
        if _speaks_for(caller, whole):
            view = await own_view(site, caller, whole, str(after or ""))
            return caller.show("firms/own.html", view, caller.page())
        staff = await staff_view(site, caller, whole, str(after or ""))
        return caller.show("firms/firm.html", staff, caller.page(surface=DESK))

    @router.get("/firms/{code}/{name}")
    async def ask(
        code: str,
        name: str,
        caller: Annotated[Caller, Depends(site.caller)],
        year: Annotated[int, Param(ge=2000, le=2100)] = 0,
        begins: Annotated[str, Param(pattern=DAY)] = "",
        ends: Annotated[str, Param(pattern=DAY)] = "",
    ) -> Response:
        caller.require_staff()
        found = await _found(caller, code)
        if name == "merge":
            spec = merging(year or _this_year(caller), begins, ends)
        else:
            spec, _ = await _spec(site, caller, found, name)
        return question(caller, spec, _back(found), surface=_surface(caller))

    @router.post("/firms/{code}/{name}")
    async def do(code: str, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        found = await _found(caller, code)
        spec, thing = await _spec(site, caller, found, name)
        told, again = await carry_out(caller, caller.desk, spec, thing, _back(found), surface=_surface(caller))
        return again if again is not None else caller.go(_back(found)[0], (told or {}).get("record_id"))

    return router


async def _found(caller: Caller, code: str) -> FirmRow:
    if not (code.isascii() and code.isalnum()):
        raise HTTPException(404)
    return await firm_of_code(caller.desk, code)


def _back(firm: FirmRow) -> tuple[str, str]:
    return f"/firms/{firm.credit_code}", "回这家企业"


def _this_year(caller: Caller) -> int:
    return caller.now.astimezone(BUREAU_ZONE).year


def _speaks_for(caller: Caller, firm: Firm) -> bool:
    return caller.staff.person in {str(each) for each in firm.members}


def _surface(caller: Caller) -> Literal["citizen", "desk"]:
    return "citizen" if CITIZENS & set(caller.staff.roles) else DESK


async def _spec(site: Site, caller: Caller, firm: FirmRow, name: str) -> tuple[ActSpec, UUID]:
    """The act and the thing that its path names. `object-<inspection>`, `decide-…` and `recover-…` name one more."""
    operation, _, named = name.partition("-")
    if named:
        return await _about(caller, firm, operation, named)
    match operation:
        case "merge":
            year = _year_typed(caller)
            return merging(year, "", ""), firm.firm_id
        case "plan_visit":
            today = caller.now.astimezone(BUREAU_ZONE).date().isoformat()
            return planning_visit(await catalogue(caller.desk), today), firm.firm_id
        case "record_hazard":
            visits = await caller.desk.get(f"{API}/visits", Visits, firm_id=firm.firm_id)
            return recording_hazard(await catalogue(caller.desk), visits.visits), firm.firm_id
        case "record_loss":
            return RECORD_LOSS, firm.firm_id
        case "add_member":
            return MEMBER, firm.firm_id
        case "mark_key_project":
            return KEY_PROJECT, firm.firm_id
        case "name_liaison":
            officers = [
                Choice(str(each.person), each.name, site.bureau.unit(each.unit))
                for each in await site.staff.everybody()
                if each.person is not None and LIAISONS & set(each.roles)
            ]
            return naming_liaison(officers), firm.firm_id
    raise HTTPException(404)


async def _about(caller: Caller, firm: FirmRow, operation: str, named: str) -> tuple[ActSpec, UUID]:
    if operation == "recover":
        losses = (await caller.desk.get(f"{API}/firms/{firm.firm_id}/losses", Losses)).losses
        loss = next((each for each in losses if str(each.loss_id) == named), None)
        if loss is None:
            raise HTTPException(404)
        return RECOVER, loss.loss_id
    spec = {"object": OBJECT, "decide": DECIDE}.get(operation)
    year = await year_of(caller.desk, firm.firm_id, _this_year(caller))
    visit = next((each for each in year.inspections if str(each.inspection_id) == named), None)
    if spec is None or visit is None:
        raise HTTPException(404)
    return at_visit(spec, year.year, visit.inspection_id), firm.firm_id


def _year_typed(caller: Caller) -> int:
    """Plans lie in one year: that of the period's first day."""
    typed = caller.text("begins")[:4]
    return int(typed) if typed.isascii() and typed.isdigit() and 2000 <= int(typed) <= 2100 else _this_year(caller)
