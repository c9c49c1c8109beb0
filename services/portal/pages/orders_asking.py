"""Asking other units for their part: who, who leads, and the least that each has to know (R-37, R-44)."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response

from services.portal.desk_client import Answer, Refused
from services.portal.pages.acts import MENDABLE, filled
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import AskView, Field, FieldError, Notice
from services.portal.pages.contexts.orders import AskedUnit
from services.portal.pages.door import pages_router
from services.portal.pages.orders import order_of
from services.portal.pages.orders_files import API, Order, StepFile, Wanted
from services.portal.pages.orders_steps import SHARES
from services.portal.pages.staffroom import DESK
from services.portal.pages.words import zh_names

SHARED: Mapping[str, Field] = {
    "name": Field("name", "当事人姓名", hint="只在他们必须知道时写。", limit=200),
    "phone": Field("phone", "当事人电话", hint="只在他们必须联系本人时写。", limit=200),
    "place": Field("place", "地点", limit=200),
}


class UnitRow(Answer):
    code: str
    kind: str
    name: str


class UnitRows(Answer):
    units: tuple[UnitRow, ...] = ()


def asking_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/orders/{order_id}/ask_units-{step}")
    async def ask(order_id: UUID, step: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        order = await order_of(caller, order_id)
        return await _show(site, caller, order, _asking(order, step))

    @router.post("/orders/{order_id}/ask_units-{step}")
    async def send(order_id: UUID, step: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        order = await order_of(caller, order_id)
        asking, units = _asking(order, step), caller.many("units")
        if not units:
            errors = (FieldError("units", "请至少选一个单位"),)
            return await _show(site, caller, order, asking, errors=errors, status=422)
        body = {"step": step, "parts": [_part(caller, order, asking, unit) for unit in units]}
        try:
            await caller.desk.command(f"{API}/orders/{order_id}/tasks", body, caller.form_key)
        except Refused as refused:
            if refused.status not in MENDABLE:
                raise
            notice = Notice(refused.words, "late")
            return await _show(site, caller, order, asking, notice=notice, status=refused.status)
        caller.visit = caller.visit.saying(f"已请 {len(units)} 个单位，等他们签收。")
        return caller.go(f"/orders/{order_id}")

    return router


def _asking(order: Order, code: str) -> StepFile:
    step = order.step(code)
    if step is None or step.task is None:
        raise HTTPException(404)
    return step


def _wanted(step: StepFile) -> Wanted:
    return step.task or Wanted()


def _part(caller: Caller, order: Order, step: StepFile, unit: str) -> dict[str, Any]:
    shares = _wanted(step).shares
    share = {name: caller.text(name) for name in shares if name in SHARED and caller.text(name)}
    matter = caller.text(f"matter-{unit}")
    if "matter" in shares and matter:
        share["matter"] = matter
    return {"unit": unit, "lead": caller.text("lead") == unit, "share": share}


async def _show(
    site: Site,
    caller: Caller,
    order: Order,
    step: StepFile,
    *,
    errors: tuple[FieldError, ...] = (),
    notice: Notice | None = None,
    status: int = 200,
) -> Response:
    wanted = _wanted(step)
    asked = {part.unit: part for part in order.parts_of(step.step) if part.counts}
    known = (await caller.desk.get("/routing/v1/directory/units", UnitRows)).units
    leads = next((part.unit for part in asked.values() if part.lead), None)
    view = AskView(
        step=step.name,
        action=caller.path,
        back_url=f"/orders/{order.order_id}",
        units=tuple(
            _unit(caller, each)
            for each in known
            if each.kind in wanted.kinds and each.code not in asked and each.code != order.unit
        ),
        most=wanted.most - len(asked),
        shares=tuple(filled(caller, SHARED[name]) for name in wanted.shares if name in SHARED),
        with_matter="matter" in wanted.shares,
        leads_already=site.bureau.unit(leads),
        withheld="、".join(words for name, words in SHARES.items() if name not in wanted.shares),
    )
    page = caller.page(surface=DESK, errors=errors, notice=notice)
    return caller.show("orders/ask.html", view, page, status=status, keep=True)


def _unit(caller: Caller, row: UnitRow) -> AskedUnit:
    return AskedUnit(
        code=row.code,
        name=row.name,
        kind=zh_names()["unit_kinds"].get(row.kind, row.kind),
        chosen=row.code in caller.many("units"),
        lead=caller.text("lead") == row.code,
        matter=caller.text(f"matter-{row.code}"),
    )
