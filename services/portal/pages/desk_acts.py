"""What the desk asks before it does it: papers, a refusal, a transfer, the gates."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response

from services.portal.pages.acts import ActSpec, Body, act, choices_of, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import Field
from services.portal.pages.door import pages_router
from services.portal.pages.gate_specs import COURSE, GATE_RESULTS, complained_of, gate_spec
from services.portal.pages.staffroom import DESK

TRANSFERS = ("NOT_POLICE", "OTHER_UNIT", "LEGAL_PROCEDURE")
OBJECTIONS = ("WRONG_CATEGORY", "WRONG_GRID", "CONFLICT_OF_INTEREST")
REFUSALS = ("NOT_POLICE", "OTHER_UNIT", "LEGAL_PROCEDURE", "REPEAT")
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


def _sent_out(values: Body) -> Body:
    return {**values, "channel": "XFER", "police": "transfer"}


TRANSFER = ActSpec(
    "/routing/v1/decisions/{id}/overrule",
    "移送外单位",
    "移送外单位",
    "不归公安管的，或者归别处公安管的，24 小时内移送并告诉当事人；对方提出异议的，回到这里重新安排（R-22、R-24）。",
    "移送",
    "已交移送岗，在“移送”里看去向和回音。",
    (
        Field("reason", "为什么", "one", choices=choices_of("reasons", TRANSFERS), required=True),
        Field("note", "补充说明（可以不写）", "area", "只有工作人员看得到。不要写姓名和电话。", limit=1000),
    ),
    body=_sent_out,
)
OBJECTION = ActSpec(
    "/workorders/v1/arrivals/{id}/objection",
    "退回来件单位",
    "不归我们，退回来件单位",
    "五个工作日内可以提出异议，来件单位会看到理由（R-24）。",
    "退回",
    "已退回来件单位。",
    (
        Field("reason", "为什么", "one", choices=choices_of("reasons", OBJECTIONS), required=True),
        Field("note", "写给来件单位的话（可以不写）", "area", "对方会读到，不写姓名和电话。", limit=1000),
    ),
    consequence="退回以后，这件事由来件单位重新安排。",
)


def desk_act_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/desk/{request_id}/{name}")
    async def ask(request_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return question(caller, _spec(site, name), _back(request_id), surface=DESK)

    @router.post("/desk/{request_id}/{name}")
    async def do(request_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await act(caller, caller.desk, _spec(site, name), request_id, _back(request_id), surface=DESK)

    return router


def _back(request_id: UUID) -> tuple[str, str]:
    return f"/desk?open={request_id}", "回这件诉求"


def _spec(site: Site, name: str) -> ActSpec:
    if name.startswith("gate-") and name.removeprefix("gate-") in GATE_RESULTS:
        return gate_spec(name.removeprefix("gate-"))
    if name == "complained-of":
        return complained_of(site.bureau.units)
    spec = {"info": INFO, "refusal": REFUSAL, "transfer": TRANSFER, "objection": OBJECTION, **COURSE}.get(name)
    if spec is None:
        raise HTTPException(404)
    return spec
