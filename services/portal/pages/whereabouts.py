"""Where a request lies and who was accountable for it, and the form that says where it is."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response

from services.portal.pages.acts import ActSpec, act
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import Choice, Field
from services.portal.pages.directory_files import API, Grids
from services.portal.pages.door import pages_router
from services.portal.pages.request_pane import decision_of, title_of
from services.portal.pages.staffroom import DESK
from services.portal.pages.whereabouts_pane import whereabouts_of

SETTLE = ActSpec(
    "/routing/v1/decisions/{id}/place",
    "定地点",
    "在哪个网格",
    "选定以后，按这个网格的责任民警派；已经派错人的，收回改派。",
    "就是这里",
    "地点已定，按这个网格派。",
)


def whereabouts_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/desk/{request_id}/where")
    async def where(request_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        decision = await decision_of(caller.desk, request_id)
        open_ = decision.state not in ("finished", "ended")
        view = await whereabouts_of(site, caller.desk, request_id, title_of(decision), open_=open_)
        if view is None:
            raise HTTPException(404)
        return caller.show("desk/where.html", view, caller.page(surface=DESK))

    @router.post("/desk/{request_id}/where")
    async def settle(request_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        grids = (await caller.desk.get(f"{API}/grids", Grids)).grids
        choices = tuple(Choice(each.code, each.called) for each in grids)
        spec = SETTLE.asking(Field("grid", "哪个网格", "pick", choices=choices, required=True))
        back = (f"/desk?open={request_id}", "回这件诉求")
        return await act(caller, caller.desk, spec, request_id, back, surface=DESK)

    return router
