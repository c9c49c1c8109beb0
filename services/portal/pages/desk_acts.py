"""What the desk decides on one request: accept, overrule, undo, a gate, papers, a refusal."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response

from services.portal.desk_client import Refused
from services.portal.pages.acts import MENDABLE, ActSpec, act, choices_of, mendings, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import Choice, Field, FieldError, Notice, OverruleView
from services.portal.pages.door import pages_router
from services.portal.pages.request_pane import RESULTS, Decision, decision_of, segments, texts_of, title_of
from services.portal.pages.staffroom import DESK, stub_of
from services.portal.pages.words import zh_names
from services.portal.visits import Undoable

UNDO = timedelta(seconds=60)
REASONS = (
    "WRONG_CATEGORY",
    "WRONG_GRID",
    "OTHER_UNIT",
    "VIOLATION_FOUND",
    "CRIME_FOUND",
    "NEW_FACTS",
    "COMPLEX",
    "OVERRULED",
)
REFUSALS = ("NOT_POLICE", "OTHER_UNIT", "LEGAL_PROCEDURE", "REPEAT")
GATE_RESULTS: Mapping[str, tuple[str, ...]] = {
    "CRIME_OR_CIVIL": ("CRIME", "NOT_A_CRIME", "UNDECIDED"),
    "DV_GATE": ("BLOCKED", "LIFTED_WITH_REASON", "NOT_DV"),
    "MINOR_GATE": ("CHILD_LANE", "GUARDIAN_NEEDED", "CLEAR"),
    "SELF_COMPLAINT": ("REDIRECTED", "CLEAR"),
    "LEGALITY": ("LAWFUL", "UNLAWFUL", "UNDECIDED"),
    "MEDIABLE": ("YES", "NO"),
}
CONFIRM = ActSpec(
    "/routing/v1/decisions/{id}/confirmation",
    "接受",
    "接受判断",
    "按现在的判断分流。",
    "接受",
    "已接受，按这个判断分流。",
)
INFO = ActSpec(
    "/intake/v1/requests/{id}/info-requests",
    "请当事人补充",
    "请当事人补充",
    "写清还缺什么、为什么要。期间答复的时限会暂停。",
    "发给当事人",
    "已请当事人补充。",
    (Field("note", "请他补充什么", "area", "这段话会原样给当事人看。", limit=2000, required=True),),
)
REFUSAL = ActSpec(
    "/intake/v1/requests/{id}/refusal",
    "不予受理",
    "不予受理",
    "要书面告诉当事人为什么，以及该去哪里办（R-22）。有危险的不能拒绝。",
    "不予受理",
    "已告知当事人不予受理。",
    (
        Field("reason", "为什么", "one", choices=choices_of("reasons", REFUSALS), required=True),
        Field("note", "告诉他去哪里办", "area", "这段话会原样给当事人看。", limit=2000, required=True),
    ),
    consequence="告知后这件事不再往下办。",
    danger=True,
)


def desk_act_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/desk/{request_id}/overrule")
    async def ask_overrule(request_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await _overrule_form(caller, await decision_of(caller.desk, request_id))

    @router.post("/desk/{request_id}/overrule")
    async def overrule(request_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await _overrule(caller, await decision_of(caller.desk, request_id))

    @router.post("/desk/{request_id}/undo")
    async def undo(request_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        path = f"/routing/v1/decisions/{request_id}/overrule/undo"
        try:
            told = await caller.desk.command(path, {}, caller.form_key)
            caller.visit = caller.visit.without_undo().saying("已撤销改判，恢复原来的判断。")
            return caller.go(_back(request_id)[0], after=told.get("record_id"))
        except Refused as refused:
            if refused.status not in MENDABLE:
                raise
            caller.visit = caller.visit.without_undo().saying(refused.words, "soon")
        return caller.go(_back(request_id)[0])

    @router.post("/desk/{request_id}/accept")
    async def accept(request_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        told = await caller.desk.command(CONFIRM.path.format(id=request_id), {}, caller.form_key)
        caller.visit = caller.visit.saying(CONFIRM.said)
        return caller.go(_back(request_id)[0], after=told.get("record_id"))

    @router.get("/desk/{request_id}/{name}")
    async def ask(request_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return question(caller, _spec(name), _back(request_id), surface=DESK)

    @router.post("/desk/{request_id}/{name}")
    async def do(request_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await act(caller, caller.desk, _spec(name), request_id, _back(request_id), surface=DESK)

    return router


def _back(request_id: UUID) -> tuple[str, str]:
    return f"/desk?open={request_id}", "回这件诉求"


def _spec(name: str) -> ActSpec:
    if name.startswith("gate-"):
        return _gate(name.removeprefix("gate-"))
    spec = {"info": INFO, "refusal": REFUSAL}.get(name)
    if spec is None:
        raise HTTPException(404)
    return spec


def _gate(gate: str) -> ActSpec:
    if gate not in GATE_RESULTS:
        raise HTTPException(404)
    name = zh_names()["gates"][gate]
    results = tuple(Choice(result, RESULTS[result][0]) for result in GATE_RESULTS[gate])
    return ActSpec(
        f"/routing/v1/decisions/{{id}}/gates/{gate}",
        f"决定{name}",
        f"决定{name}",
        "闸门由人决定，写下的决定和依据会留在记录里。",
        "这样决定",
        f"已决定{name}。",
        (
            Field("result", "结论", "one", choices=results, required=True),
            Field("note", "依据（可以不写）", "area", "不要写姓名和电话。", limit=1000),
        ),
    )


async def _overrule(caller: Caller, decision: Decision) -> Response:
    now = {"category": decision.category, "priority": decision.priority, "channel": decision.channel}
    changed = {name: caller.text(name) for name, old in now.items() if caller.text(name) not in ("", old)}
    reason, note = caller.text("reason"), caller.text("note")
    errors = []
    if not changed:
        errors.append(FieldError("priority", "还没有改动：请改优先级、类别或渠道里不对的一项"))
    if not reason:
        errors.append(FieldError("reason", "请选理由"))
    if errors:
        return await _overrule_form(caller, decision, errors=tuple(errors), status=422)
    body = {**changed, "reason": reason, **({"note": note} if note else {})}
    path = f"/routing/v1/decisions/{decision.request_id}/overrule"
    try:
        told = await caller.desk.command(path, body, caller.form_key)
    except Refused as refused:
        if refused.status not in MENDABLE:
            raise
        fields = [Field(name, "") for name in ("category", "priority", "channel", "reason", "note")]
        found = mendings(refused, fields)
        notice = None if found else Notice(refused.words, "late")
        return await _overrule_form(caller, decision, errors=found, notice=notice, status=refused.status)
    undo = Undoable("已改判", f"/desk/{decision.request_id}/undo", (caller.now + UNDO).timestamp())
    caller.visit = caller.visit.with_undo(undo)
    return caller.go(_back(decision.request_id)[0], after=told.get("record_id"))


async def _overrule_form(
    caller: Caller,
    decision: Decision,
    *,
    errors: tuple[FieldError, ...] = (),
    notice: Notice | None = None,
    status: int = 200,
) -> Response:
    texts = await texts_of(caller.desk, decision)
    narrative = texts.get(decision.narrative_item) if decision.narrative_item else None
    stub = await stub_of(caller.desk, decision.request_id)
    names = zh_names()

    def options(kind: str, field: str, present: str | None) -> tuple[Choice, ...]:
        return choices_of(kind, list(names[kind]), caller.text(field) or present or "")

    view = OverruleView(
        code=stub.code if stub else "",
        subject=title_of(decision),
        action=caller.path,
        back_url=_back(decision.request_id)[0],
        text=segments(narrative or "", decision.reasons),
        categories=options("categories", "category", decision.category),
        priorities=options("priorities", "priority", decision.priority),
        channels=options("channels", "channel", decision.channel),
        reasons=choices_of("reasons", REASONS, caller.text("reason")),
        note=caller.text("note"),
    )
    page = caller.page(surface=DESK, errors=errors, notice=notice)
    return caller.show("desk/overrule.html", view, page, status=status, keep=True)
