"""An order: sign, respond, answer, report. The steps are those of its playbook."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response

from services.portal.desk_client import Answer, Refused
from services.portal.pages.acts import MENDABLE, ActSpec, act, choices_of, offered, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import Act, Choice, Field, FieldError, Notice, OrderStep, OrderView, Segment
from services.portal.pages.door import pages_router
from services.portal.pages.staffroom import DESK, Moment, history, named, stub_of, trace_url
from services.portal.pages.words import zh_names

NOTE = Field("note", "记录（可以不写）", "area", limit=1000)
SPECS: Mapping[str, ActSpec] = {
    "sign_for_order": ActSpec(
        "/workorders/v1/orders/{id}/signature", "签收", "签收", "签收后由您负责到底。", "签收", "已签收，由您负责。"
    ),
    "respond_first": ActSpec(
        "/workorders/v1/orders/{id}/first-response",
        "已联系当事人",
        "首次回应",
        "您已经联系了当事人，告诉他谁在办、什么时候有结果。",
        "记下",
        "已记下首次回应。",
        (NOTE,),
    ),
    "report_step": ActSpec(
        "/workorders/v1/orders/{id}/steps/{step}",
        "报这一步",
        "报这一步",
        "做完一步，报一步。",
        "记下",
        "已记下。",
        (NOTE,),
    ),
    "return_order": ActSpec(
        "/workorders/v1/orders/{id}/return",
        "退回重分",
        "退回重分",
        "不该由您办时退回，由分流岗重新安排。",
        "退回",
        "已退回。",
        (
            Field(
                "reason",
                "为什么",
                "one",
                required=True,
                choices=choices_of("reasons", ("WRONG_CATEGORY", "WRONG_GRID", "CONFLICT_OF_INTEREST", "OVERLOAD")),
            ),
            Field("note", "说明（可以不写）", "area", limit=1000),
        ),
        consequence="退回后这件事不再归您。",
    ),
    "report_outcome": ActSpec(
        "/workorders/v1/orders/{id}/outcome",
        "报结果",
        "报结果",
        "没有办成、不该办或已移交的，在这里报；办成的先写答复。",
        "报结果",
        "结果已报，会告诉当事人。",
    ),
}
WHY_NOT = {
    "answer-missing": "还没有写答复",
    "not-signed": "还没有签收",
    "not-yours": "由别人负责",
    "auxiliary-may-not-sign": "辅警可以协助，不能签收（R-07）",
    "conflict-of-interest": "和这件事有利害关系，不能办",
}


class Title(Answer):
    zh: str


class StepFile(Answer):
    step: str
    does: str
    title: Title | None = None
    done_at: datetime | None = None
    by: UUID | None = None
    due: datetime | None = None


class Next(Answer):
    operation: str
    step: str | None = None
    allowed: bool
    why_not: str | None = None
    rule: str | None = None

    @property
    def name(self) -> str:
        return self.operation.removeprefix("workorders.")


class End(Answer):
    outcome: str
    details: tuple[str, ...] = ()


class Order(Answer):
    order_id: UUID
    request_id: UUID
    category: str
    priority: str
    channel: str
    state: str
    unit: str
    owner: UUID | None = None
    sign_due: datetime | None = None
    signed_at: datetime | None = None
    answer_due: datetime | None = None
    steps: tuple[StepFile, ...] = ()
    ends: tuple[End, ...] = ()
    outcome: str | None = None
    narrative: str | None = None
    answer: str | None = None
    next: tuple[Next, ...] = ()
    timeline: tuple[Moment, ...] = ()

    def may(self, name: str, step: str | None = None) -> bool:
        return any(each.name == name and each.allowed and step in (None, each.step) for each in self.next)


def order_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/orders/{order_id}")
    async def read(order_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await _show(site, caller, await _order(caller, order_id))

    @router.post("/orders/{order_id}/answer_order")
    async def answer(order_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        """The answer to the person and the outcome, in one go: nothing is done without an answer."""
        caller.require_staff()
        return await _answer(site, caller, await _order(caller, order_id))

    @router.get("/orders/{order_id}/{name}")
    async def ask(order_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return question(caller, _spec(await _order(caller, order_id), name), _back(order_id), surface=DESK)

    @router.post("/orders/{order_id}/{name}")
    async def do(order_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        spec = _spec(await _order(caller, order_id), name)
        return await act(caller, caller.desk, spec, order_id, _back(order_id), surface=DESK)

    return router


async def _order(caller: Caller, order_id: UUID) -> Order:
    return await caller.desk.get(f"/workorders/v1/orders/{order_id}", Order)


def _back(order_id: UUID) -> tuple[str, str]:
    return f"/orders/{order_id}", "回工单"


def _spec(order: Order, name: str) -> ActSpec:
    """`report_step-on_scene` names the step as well."""
    operation, _, step = name.partition("-")
    spec = SPECS.get(operation)
    if spec is None:
        raise HTTPException(404)
    if operation == "report_step":
        title = next((each.title.zh for each in order.steps if each.step == step and each.title), "")
        if not title:
            raise HTTPException(404)
        return ActSpec(spec.path.replace("{step}", step), title, title, spec.explanation, title, spec.said, spec.fields)
    if operation == "report_outcome":
        without_answer = tuple(each.outcome for each in order.ends if each.outcome != "done")
        return spec.asking(
            Field("outcome", "结果", "one", choices=choices_of("outcomes", without_answer), required=True)
        )
    return spec


async def _answer(site: Site, caller: Caller, order: Order) -> Response:
    text, outcome = caller.text("answer"), caller.text("outcome")
    errors = []
    if not text and order.may("answer_order"):
        errors.append(FieldError("answer", "请写答复：当事人会读到这段话"))
    if outcome and outcome not in {each.outcome for each in order.ends}:
        errors.append(FieldError("outcome", "请从给出的结果里选"))
    if errors:
        return await _show(site, caller, order, errors=tuple(errors), status=422)
    base, key = f"/workorders/v1/orders/{order.order_id}", caller.form_key
    try:
        if order.may("answer_order"):
            await caller.desk.command(f"{base}/answer", {"answer": text}, f"{key}-answer")
        if outcome:
            await caller.desk.command(f"{base}/outcome", {"outcome": outcome}, f"{key}-outcome")
    except Refused as refused:
        if refused.status not in MENDABLE:
            raise
        fresh = await _order(caller, order.order_id)
        return await _show(site, caller, fresh, notice=Notice(refused.words, "late"), status=refused.status)
    caller.visit = caller.visit.saying("答复已发出，结果已报。" if outcome else "答复已写好。")
    return caller.go(_back(order.order_id)[0])


async def _show(
    site: Site,
    caller: Caller,
    order: Order,
    *,
    errors: tuple[FieldError, ...] = (),
    notice: Notice | None = None,
    status: int = 200,
) -> Response:
    page = caller.page(surface=DESK, errors=errors, notice=notice)
    return caller.show("order.html", await _view(site, caller, order), page, status=status)


async def _view(site: Site, caller: Caller, order: Order) -> OrderView:
    names = await site.staff.names()
    stub = await stub_of(caller.desk, order.request_id)
    acts = _acts(order)
    first = next((each for each in acts if not each.why_not), None)
    due, due_for = (order.sign_due, "签收") if order.signed_at is None else (order.answer_due, "答复")
    may_answer = order.may("answer_order") or order.may("report_outcome", "done")
    return OrderView(
        code=stub.code if stub else str(order.order_id)[:8].upper(),
        subject=zh_names()["categories"].get(order.category, order.category),
        state=zh_names()["states"].get(order.state, order.state),
        priority=order.priority,
        place=zh_names()["channels"].get(order.channel, order.channel),
        holder=named(order.owner, names, "还没有人签收") + f"（{site.bureau.unit(order.unit)}）",
        due=None if order.outcome else due,
        due_for=due_for,
        text=(Segment(order.narrative),) if order.narrative else (),
        text_withheld="" if order.narrative else "原话不归您这个岗位看，或者现在读不到。",
        steps=tuple(
            OrderStep(
                each.title.zh if each.title else each.step, each.done_at, named(each.by, names, "工作人员"), each.due
            )
            for each in order.steps
        ),
        timeline=history(order.timeline, site.bureau),
        next_act=first,
        acts=tuple(each for each in acts if each is not first),
        answer_action=f"/orders/{order.order_id}/answer_order",
        answer=caller.text("answer") or order.answer or "",
        answered=not order.may("answer_order"),
        outcomes=_outcomes(caller, order) if may_answer else (),
        trace_url=trace_url(order.request_id, caller.staff.roles),
    )


def _outcomes(caller: Caller, order: Order) -> tuple[Choice, ...]:
    chosen = caller.text("outcome") or "done"
    return choices_of("outcomes", [each.outcome for each in order.ends], chosen)


def _acts(order: Order) -> list[Act]:
    """Each act once; those that need the form of the answer stand there."""
    acts: dict[str, Act] = {}
    for each in order.next:
        if each.name == "answer_order" or each.name not in SPECS:
            continue
        name = f"{each.name}-{each.step}" if each.name == "report_step" else each.name
        if name == "report_outcome" and each.step == "done":
            continue
        if name in acts and (acts[name].why_not == "" or not each.allowed):
            continue
        why = (
            ""
            if each.allowed
            else WHY_NOT.get(each.why_not or "", "现在还不行") + (f"（{each.rule}）" if each.rule else "")
        )
        acts[name] = offered(_spec(order, name), f"/orders/{order.order_id}/{name}", why_not=why)
    return list(acts.values())
