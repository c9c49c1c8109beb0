"""The agreement as paper: read, printed, signed, its duties confirmed."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi import Query as Param

from services.portal.desk_client import Answer, DeskClient, Refused
from services.portal.pages.acts import MENDABLE
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import AgreementView, FieldError, Notice, Signature, Term
from services.portal.pages.door import pages_router
from services.portal.pages.words import zh_names

EFFECTS = {
    "BINDING_CONTRACT": (
        "这份协议有合同的效力。三十天内双方可以一起到法院申请司法确认，确认后可以强制执行，不收费。",
        "一方不照办，另一方可以找调解员督促，也可以去法院。",
    ),
    "ENDS_PENALTY": ("照协议做到以后，公安机关不再处罚。", "没有做到的，公安机关依法继续处理，并告知可以去法院。"),
    "ORDINARY_CONTRACT": ("这份协议是一份普通合同。", "一方不照办，另一方可以去法院。"),
    "ENFORCEABLE": ("不履行的，可以申请法院强制执行。", "可以直接向法院申请执行。"),
}
SIDES = ("甲方（反映人）", "乙方（另一方）", "丙方", "丁方")
KINDS = {"money": "付给{to}", "goods": "交给{to}：{count}{what}", "act": "{what}", "apology": "向{to}赔礼道歉"}


UNITS = {
    "piece": "件",
    "set": "套",
    "kilogram": "千克",
    "ton": "吨",
    "metre": "米",
    "square_metre": "平方米",
}
"""A lot (批) is not counted."""


class SignatureFile(Answer):
    party: UUID
    signed: bool = False
    at: datetime | None = None


class Goods(Answer):
    count: int
    unit: str


class Duty(Answer):
    duty_id: UUID
    kind: str
    by: UUID
    to: UUID
    amount_fen: int | None = None
    what: str | None = None
    goods: Goods | None = None
    due: date | None = None
    place: int = 1
    times: int = 1
    state: str = "open"
    performed_at: datetime | None = None


class Agreement(Answer):
    agreement_id: UUID
    case_id: UUID
    request_id: UUID
    draft: int
    state: str
    product: str
    effect: str
    terms: str | None = None
    signatures: tuple[SignatureFile, ...] = ()
    duties: tuple[Duty, ...] = ()
    in_effect_at: datetime | None = None

    @property
    def in_effect(self) -> bool:
        return self.in_effect_at is not None


class Party(Answer):
    party: UUID


class Step(Answer):
    operation: str
    allowed: bool


class Case(Answer):
    you: UUID | None = None
    host: UUID | None = None
    parties: tuple[Party, ...] = ()
    next: tuple[Step, ...] = ()


def agreement_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/agreements/{agreement_id}")
    async def read(
        agreement_id: UUID,
        caller: Annotated[Caller, Depends(site.caller)],
        about: Annotated[UUID | None, Param()] = None,
    ) -> Response:
        return await _show(site, caller, agreement_id, about)

    @router.post("/agreements/{agreement_id}")
    async def sign(
        agreement_id: UUID,
        caller: Annotated[Caller, Depends(site.caller)],
        about: Annotated[UUID | None, Param()] = None,
    ) -> Response:
        if caller.text("duty"):
            path, body, said = f"duties/{UUID(caller.text('duty'))}/performance", {}, "已经记下：这一项做到了。"
        elif caller.text("read") == "yes":
            path, body, said = "signature", {"draft": int(caller.text("draft") or 0) or None}, "您已签名。"
        else:
            wrong = (FieldError("read", "读完了，请先勾选，再签名"),)
            return await _show(site, caller, agreement_id, about, errors=wrong)
        desk = _desk(caller, about)
        try:
            await desk.command(f"/mediation/v1/agreements/{agreement_id}/{path}", body, caller.form_key)
        except Refused as refused:
            if refused.status not in MENDABLE:
                raise
            return await _show(site, caller, agreement_id, about, notice=Notice(refused.words, "late"))
        caller.visit = caller.visit.saying(said)
        return caller.go(_own(agreement_id, about))

    @router.get("/agreements/{agreement_id}/paper")
    async def paper(
        agreement_id: UUID,
        caller: Annotated[Caller, Depends(site.caller)],
        about: Annotated[UUID | None, Param()] = None,
    ) -> Response:
        made = await _desk(caller, about).file(f"/mediation/v1/agreements/{agreement_id}/paper")
        name = f'inline; filename="agreement-{str(agreement_id)[:8]}.pdf"'
        return Response(
            made, media_type="application/pdf", headers={"Content-Disposition": name, "Cache-Control": "no-store"}
        )

    return router


def _desk(caller: Caller, about: UUID | None) -> DeskClient:
    return caller.desk_about(about) if about else caller.desk


def _own(agreement_id: UUID, about: UUID | None) -> str:
    return f"/agreements/{agreement_id}" + (f"?about={about}" if about else "")


async def _show(
    site: Site,
    caller: Caller,
    agreement_id: UUID,
    about: UUID | None,
    *,
    errors: tuple[FieldError, ...] = (),
    notice: Notice | None = None,
) -> Response:
    desk = _desk(caller, about)
    agreement = await desk.get(f"/mediation/v1/agreements/{agreement_id}", Agreement)
    case = await desk.get(f"/mediation/v1/cases/{agreement.case_id}", Case)
    names = await site.staff.names()
    staff = about is None
    view = _view(agreement, case, names.get(case.host, "还没有定") if case.host else "还没有定", about, staff)
    surface = "desk" if staff else "citizen"
    page = caller.page(errors=errors, notice=notice, surface="desk" if surface == "desk" else "citizen")
    return caller.show("agreement.html", view, page, status=422 if errors or notice else 200)


def _view(agreement: Agreement, case: Case, host: str, about: UUID | None, staff: bool) -> AgreementView:
    sides = {each.party: SIDES[min(place, 3)] for place, each in enumerate(case.parties)}
    effect, if_broken = EFFECTS.get(agreement.effect, EFFECTS["BINDING_CONTRACT"])
    may_sign = any(step.operation == "mediation.sign_agreement" and step.allowed for step in case.next)
    if about == agreement.request_id:
        back = f"/follow/{about}"
    else:
        back = f"/cases/{agreement.case_id}" if staff else f"/party/{agreement.case_id}"
    return AgreementView(
        code="",
        number=str(agreement.agreement_id)[:8].upper(),
        title=zh_names()["products"].get(agreement.product, "调解协议书"),
        parties=tuple(sides.values()),
        facts=agreement.terms or "这段文字现在读不到，或者不归您看。",
        terms=tuple(_term(duty, sides, case.you, agreement.in_effect) for duty in agreement.duties),
        effect=effect,
        if_broken=if_broken,
        host=host,
        signatures=tuple(
            Signature(sides.get(each.party, "当事人"), each.at, each.signed) for each in agreement.signatures
        ),
        may_sign=may_sign,
        draft=agreement.draft,
        sign_url=_own(agreement.agreement_id, about),
        back_url=back,
        paper_url=f"/agreements/{agreement.agreement_id}/paper" + (f"?about={about}" if about else ""),
    )


def _term(duty: Duty, sides: dict[UUID, str], you: UUID | None, in_effect: bool) -> Term:
    to = sides.get(duty.to, "对方")
    goods = duty.goods if duty.goods and duty.goods.unit in UNITS else None
    count = f"{goods.count:,} {UNITS[goods.unit]}" if goods else ""
    does = KINDS.get(duty.kind, "{what}").format(to=to, what=duty.what or "约定的事", count=count)
    if duty.times > 1:
        does += f"（第 {duty.place} 期，共 {duty.times} 期）"
    return Term(
        who=sides.get(duty.by, "一方"),
        does=does,
        due=duty.due,
        amount_fen=duty.amount_fen,
        done=duty.state == "performed",
        confirm=str(duty.duty_id) if in_effect and duty.state != "performed" and you == duty.to else "",
    )
