"""The case room: who leads, both sides, the timeline, and the one next legal step; each act with its form."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response

from services.portal.desk_client import DeskClient
from services.portal.pages.acts import ActSpec, carry_out, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.case_acts import case_acts
from services.portal.pages.case_models import Case
from services.portal.pages.case_room import room_view, sides_of
from services.portal.pages.contexts import InvitedView
from services.portal.pages.door import pages_router
from services.portal.pages.registers import host_choices
from services.portal.pages.staffroom import DESK


def case_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/cases/{case_id}")
    async def room(case_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        case = await case_of(caller.desk, case_id, texts=True)
        specs = case_acts(case.channel, sides_of(case), ())
        return caller.show("case.html", await room_view(site, caller, case, specs), caller.page(surface=DESK))

    @router.get("/cases/{case_id}/{name}")
    async def ask(case_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        spec = await _spec(site, caller, await case_of(caller.desk, case_id), name)
        return question(caller, spec, back_to(case_id), surface=DESK)

    @router.post("/cases/{case_id}/{name}")
    async def do(case_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        spec = await _spec(site, caller, await case_of(caller.desk, case_id), name)
        told, again = await carry_out(caller, caller.desk, spec, case_id, back_to(case_id), surface=DESK)
        if again is not None or told is None:
            return again or caller.go(back_to(case_id)[0])
        if name == "invite_party":
            view = InvitedView(str(told["code"]), str(told["pin"]), f"/cases/{case_id}")
            return caller.show("invited.html", view, caller.page(surface=DESK))
        return caller.go(back_to(case_id)[0])

    return router


async def case_of(desk: DeskClient, case_id: UUID, *, texts: bool = False) -> Case:
    return await desk.get(f"/mediation/v1/cases/{case_id}", Case, texts="true" if texts else "")


def back_to(case_id: UUID) -> tuple[str, str]:
    return f"/cases/{case_id}", "回调解室"


async def _spec(site: Site, caller: Caller, case: Case, name: str) -> ActSpec:
    hosts = await host_choices(site, caller, case) if name == "name_host" else ()
    found = case_acts(case.channel, sides_of(case), hosts).get(name)
    if found is None:
        raise HTTPException(404)
    path = found.path
    if case.sitting is not None:
        path = path.replace("{session}", str(case.sitting.session_id))
    if case.agreement is not None:
        path = path.replace("{agreement}", str(case.agreement.agreement_id))
    if "{session}" in path or "{agreement}" in path:
        raise HTTPException(404)
    return found.at(path)
