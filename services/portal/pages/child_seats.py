"""What a guardian, a school or a counsellor is part of; and plain words for a child. Quiet, and quickly left."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response

from services.portal.pages.acts import ActSpec, act, offered, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.children_files import API, SEATS, SPECS, OwnSeat, SeatRows
from services.portal.pages.contexts import Act, ChildHelpView, SeatCard, SeatsView
from services.portal.pages.door import pages_router

OF_SCHOOL = ("bullying", "school-result")
TOLD = {
    "guardian": "请您陪着孩子。民警问孩子的时候，您要在场。",
    "suitable_adult": "请您陪着孩子。民警问孩子的时候，您要在场。",
    "school": "请学校保护好孩子，不要在班里谈论这件事。",
    "counsellor": "您写的疏导记录马上封存，只有您自己能直接再看。",
}


def child_seat_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/for-children")
    async def for_children(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        view = ChildHelpView(file_url="/file", seats_url="/seats")
        return caller.show("children/help.html", view, caller.page(quick_leave=True))

    @router.get("/seats")
    async def seats(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        rows = await caller.desk.get("/mediation/v1/child-seats", SeatRows)
        cards = [await _card(caller, each.child_id) for each in rows.seats]
        return caller.show("children/seats.html", SeatsView(tuple(cards)), caller.page(quick_leave=True))

    @router.get("/seats/{child_id}/{name}")
    async def ask(child_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return question(caller, _spec(name), ("/seats", "返回"), quick_leave=True)

    @router.post("/seats/{child_id}/{name}")
    async def do(child_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await act(caller, caller.desk, _spec(name), child_id, ("/seats", "返回"), quick_leave=True)

    return router


def _spec(name: str) -> ActSpec:
    if name not in OF_SCHOOL:
        raise HTTPException(404)
    return SPECS[name]


async def _card(caller: Caller, child_id: UUID) -> SeatCard:
    own = await caller.desk.get(f"{API}/{child_id}/seat", OwnSeat)
    closed = own.state == "CLOSED"
    return SeatCard(
        title=f"您的席位：{SEATS[own.seat]}",
        state="已经办结" if closed else "正在办",
        asked="这件事已经办结，谢谢您。" if closed else TOLD[own.seat],
        due=own.school_due,
        acts=() if closed else _acts(child_id, own),
    )


def _acts(child_id: UUID, own: OwnSeat) -> tuple[Act, ...]:
    if own.seat != "school":
        return ()
    name = "school-result" if own.answer_wanted else "bullying"
    return (offered(SPECS[name], f"/seats/{child_id}/{name}"),)
