"""One order: signed for, done step by step on one page, answered, ended, handed on."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response

from services.portal.desk_client import Refused
from services.portal.pages.acts import MENDABLE, ActSpec, Body, act, as_written, question, read
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import Field, FieldError, Notice
from services.portal.pages.door import pages_router
from services.portal.pages.orders_files import API, Order, StepFile
from services.portal.pages.orders_specs import SPECS, hand_over_spec, outcome_spec, playbook_spec
from services.portal.pages.orders_steps import NOTE, bare, beside, step_body, step_fields, within
from services.portal.pages.orders_view import order_view
from services.portal.pages.staffroom import DESK
from shared.kernel import value

Bodies = Callable[[Body], Body]


@value
class Press:
    """What a button on the page of an order sends."""

    path: str
    said: str
    fields: tuple[Field, ...] = ()
    body: Bodies = as_written
    step: str = ""


def order_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/orders/{order_id}")
    async def show(order_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await _show(site, caller, await order_of(caller, order_id))

    @router.post("/orders/{order_id}/answer_order")
    async def answer(order_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        """The answer to the person and the outcome, in one go: nothing is done without an answer."""
        caller.require_staff()
        return await _answer(site, caller, await order_of(caller, order_id))

    @router.get("/orders/{order_id}/{name}")
    async def ask(order_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        order = await order_of(caller, order_id)
        spec = await _spec(site, order, name)
        return question(caller, spec, back_to(order_id), surface=DESK) if spec else caller.go(f"/orders/{order_id}")

    @router.post("/orders/{order_id}/{name}")
    async def do(order_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        order = await order_of(caller, order_id)
        if spec := await _spec(site, order, name):
            return await act(caller, caller.desk, spec, order_id, back_to(order_id), surface=DESK)
        return await _press(site, caller, order, _press_of(site, caller, order, name))

    return router


async def order_of(caller: Caller, order_id: UUID) -> Order:
    return await caller.desk.get(f"{API}/orders/{order_id}", Order)


def back_to(order_id: UUID) -> tuple[str, str]:
    return f"/orders/{order_id}", "回工单"


async def _spec(site: Site, order: Order, name: str) -> ActSpec | None:
    """The acts that have a page of their own."""
    operation, _, detail = name.partition("-")
    match operation:
        case "return_order":
            return SPECS[operation]
        case "choose_playbook":
            return playbook_spec(order)
        case "hand_over_order":
            return hand_over_spec(await site.staff.everybody(), order)
        case "report_outcome" if detail in {end.outcome for end in order.ends}:
            return outcome_spec(order, detail)
    return None


def _press_of(site: Site, caller: Caller, order: Order, name: str) -> Press:
    """`report_step-on_scene` names the step as well."""
    operation, _, code = name.partition("-")
    base = f"{API}/orders/{order.order_id}"
    if operation == "sign_for_order":
        return Press(f"{base}/signature", "已签收，由您负责。")
    if operation == "recall_task" and code in {str(part.task_id) for part in order.tasks}:
        return Press(f"{base}/tasks/{code}/recall", "已收回。")
    step = order.step(code)
    if step is None:
        raise HTTPException(404)
    return _step_press(site, caller, base, operation, step)


def _step_press(site: Site, caller: Caller, base: str, operation: str, step: StepFile) -> Press:
    said = f"已记下：{step.name}。"
    match operation:
        case "respond_first":
            return Press(f"{base}/first-response", said, (NOTE,), step=step.step)
        case "report_step":
            fields = (*step_fields(step, site.bureau.grids), NOTE)
            return Press(f"{base}/steps/{step.step}", said, fields, step_body, step.step)
        case "report_try":
            number = Field("attempt", "第几次", "number", required=True)
            return Press(f"{base}/steps/{step.step}/tries", "已记下这一次。", (number, NOTE), step=step.step)
        case "decide_stage":
            granted = caller.text("granted") == "yes"
            told = f"已同意：{step.name}。" if granted else f"已退回：{step.name}。"
            body: Bodies = lambda values: {**values, "granted": granted}  # noqa: E731
            return Press(f"{base}/stages/{step.step}", told, (NOTE,), body, step.step)
    raise HTTPException(404)


async def _press(site: Site, caller: Caller, order: Order, press: Press) -> Response:
    """Done, or the same page again with what was typed and what has to be mended."""
    values, errors = read(caller, within(press.step, press.fields))
    if errors:
        return await _show(site, caller, order, errors=errors, status=422, opened=press.step)
    try:
        await caller.desk.command(press.path, press.body(bare(press.step, values)), caller.form_key)
    except Refused as refused:
        if refused.status not in MENDABLE:
            raise
        errors = beside(press.step, press.fields, [(each.field, each.words) for each in refused.mendings])
        return await _refused(site, caller, order.order_id, refused, errors, press.step)
    caller.visit = caller.visit.saying(press.said)
    return caller.go(f"/orders/{order.order_id}")


async def _answer(site: Site, caller: Caller, order: Order) -> Response:
    text, outcome, detail = caller.text("answer"), caller.text("outcome"), caller.text("detail")
    end = next((each for each in order.ends if each.outcome == outcome), None)
    errors = []
    if not text and order.may("answer_order"):
        errors.append(FieldError("answer", "请写答复：当事人会读到这段话"))
    if outcome and end is None:
        errors.append(FieldError("outcome", "请从给出的结果里选"))
    if errors:
        return await _show(site, caller, order, errors=tuple(errors), status=422)
    base, key = f"{API}/orders/{order.order_id}", caller.form_key
    try:
        if order.may("answer_order"):
            await caller.desk.command(f"{base}/answer", {"answer": text}, f"{key}-answer")
        if end is not None:
            told = {"detail": detail} if detail in end.details else {}
            await caller.desk.command(f"{base}/outcome", {"outcome": outcome, **told}, f"{key}-outcome")
    except Refused as refused:
        if refused.status not in MENDABLE:
            raise
        return await _refused(site, caller, order.order_id, refused)
    caller.visit = caller.visit.saying("答复已发出，结果已报。" if outcome else "答复已写好。")
    return caller.go(f"/orders/{order.order_id}")


async def _refused(
    site: Site,
    caller: Caller,
    order_id: UUID,
    refused: Refused,
    errors: tuple[FieldError, ...] = (),
    opened: str = "",
) -> Response:
    notice = None if errors else Notice(refused.words, "late")
    fresh = await order_of(caller, order_id)
    return await _show(site, caller, fresh, errors=errors, notice=notice, status=refused.status, opened=opened)


async def _show(
    site: Site,
    caller: Caller,
    order: Order,
    *,
    errors: tuple[FieldError, ...] = (),
    notice: Notice | None = None,
    status: int = 200,
    opened: str = "",
) -> Response:
    page = caller.page(surface=DESK, errors=errors, notice=notice)
    view = await order_view(site, caller, order, opened)
    return caller.show("order.html", view, page, status=status, keep=status != 200)
