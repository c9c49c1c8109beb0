"""What is out at other bodies: since when, until when, who answered; and the acts that send, take back and close."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response

from services.portal.pages.acts import ActSpec, act, carry_out, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import TransfersView
from services.portal.pages.door import pages_router
from services.portal.pages.staffroom import DESK, named
from services.portal.pages.transfer_acts import RESUME, SEND, SPECS
from services.portal.pages.transfer_bodies import Bodies, body_tiles
from services.portal.pages.transfer_files import File, Rows, sending, tile_of, view_of


def transfer_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/transfers")
    async def listed(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await _list(site, caller)

    @router.get("/transfers/{transfer_id}")
    async def one(transfer_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        file = await _file(caller, transfer_id)
        return caller.show("transfers/one.html", await view_of(site, caller, file), caller.page(surface=DESK))

    @router.get("/transfers/{transfer_id}/{name}")
    async def ask(transfer_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        spec = await _spec(caller, transfer_id, name)
        return question(caller, spec, (f"/transfers/{transfer_id}", "回这件移送"), surface=DESK)

    @router.post("/transfers/{transfer_id}/{name}")
    async def do(transfer_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        spec = await _spec(caller, transfer_id, name)
        back = (f"/transfers/{transfer_id}", "回这件移送")
        return await act(caller, caller.desk, spec, transfer_id, back, surface=DESK)

    @router.post("/transfers/{transfer_id}/lines/{line_id}")
    async def resume(transfer_id: UUID, line_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        back = (f"/transfers/{transfer_id}", "回这件移送")
        _, again = await carry_out(caller, caller.desk, RESUME, line_id, back, surface=DESK)
        return again or caller.go(back[0])

    return router


async def _file(caller: Caller, transfer_id: UUID) -> File:
    return await caller.desk.get(f"/workorders/v1/transfers/{transfer_id}", File)


async def _spec(caller: Caller, transfer_id: UUID, name: str) -> ActSpec:
    if name == "send_transfer":
        file = await _file(caller, transfer_id)
        return SEND.asking(*sending(file))
    if name not in SPECS:
        raise HTTPException(404)
    return SPECS[name]


async def _list(site: Site, caller: Caller) -> Response:
    open_only = caller.request.query_params.get("all") != "true"
    asked = {"open": "true"} if open_only else {}
    if cursor := caller.request.query_params.get("cursor", ""):
        asked["cursor"] = cursor
    rows = await caller.desk.get("/workorders/v1/transfers", Rows, **asked)
    bodies = await caller.desk.get("/workorders/v1/bodies", Bodies)
    names, staff = {body.code: body.zh for body in bodies.bodies}, await site.staff.names()
    now = site.clock.now()
    items = tuple(tile_of(each, names, named(each.owner, staff, "还没有人负责"), now) for each in rows.transfers)
    more = f"&cursor={rows.cursor}" if rows.cursor else ""
    view = TransfersView(
        items=tuple(sorted(items, key=lambda item: not item.late)),
        open_only=open_only,
        next_url=f"/transfers?{'' if open_only else 'all=true'}{more}" if more else "",
        bodies=body_tiles(bodies.bodies, now),
    )
    return caller.show("transfers/list.html", view, caller.page(surface=DESK))
