"""The agreement as paper: read, printed, signed; each instalment confirmed; both together to the court."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi import Query as Param

from services.portal.desk_client import DeskClient, Refused, Unreachable
from services.portal.pages.acts import MENDABLE, ActSpec, act, question
from services.portal.pages.agreement_view import Agreement, Case, agreement_view, own_address
from services.portal.pages.caller import Caller, Site
from services.portal.pages.case_models import Advice
from services.portal.pages.channel_acts import EVIDENCE
from services.portal.pages.contexts import Field, FieldError, Notice
from services.portal.pages.door import pages_router
from services.portal.pages.receipts import as_file, receipt_text
from services.portal.pages.registers import COURT_PEOPLE
from services.portal.pages.staffroom import DESK

PERFORMED = ActSpec(
    "/mediation/v1/agreements/{agreement}/duties/{id}/recorded-performance",
    "记下做到了",
    "记下这一项做到了",
    "当事人自己不上网时，由您记下来。要有凭据，收的一方可以在自己的页面看到。",
    "记下",
    "已经记下：这一项做到了。",
    (Field("proof", "凭据", "area", EVIDENCE, limit=2000, required=True),),
)


def agreement_pages(site: Site) -> APIRouter:
    router = pages_router(site)
    _paper(router, site)
    _duties(router, site)
    return router


def _paper(router: APIRouter, site: Site) -> None:
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
        wish = _wish(caller)
        if wish is None:
            wrong = (FieldError("read", "读完了，请先勾选，再签名"),)
            return await _show(site, caller, agreement_id, about, errors=wrong)
        path, body, said = wish
        desk = _desk(caller, about)
        try:
            await desk.command(f"/mediation/v1/agreements/{agreement_id}/{path}", body, caller.form_key)
        except Refused as refused:
            if refused.status not in MENDABLE:
                raise
            return await _show(site, caller, agreement_id, about, notice=Notice(refused.words, "late"))
        caller.visit = caller.visit.saying(said)
        return caller.go(own_address(agreement_id, about))

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

    @router.get("/agreements/{agreement_id}/receipt")
    async def receipt(
        agreement_id: UUID,
        caller: Annotated[Caller, Depends(site.caller)],
        about: Annotated[UUID | None, Param()] = None,
    ) -> Response:
        told = await _desk(caller, about).raw(f"/mediation/v1/agreements/{agreement_id}/receipt")
        return as_file(await receipt_text(caller, told))


def _wish(caller: Caller) -> tuple[str, dict[str, Any], str] | None:
    """Which of the page's forms was sent: where it goes, with what, and what is told then. None: unread."""
    if caller.text("duty"):
        return f"duties/{UUID(caller.text('duty'))}/performance", {}, "已经记下：这一项做到了。"
    scope = {"scope": "duties" if caller.text("scope") == "duties" else "whole"}
    match caller.text("confirm"):
        case "join":
            return "confirmation/joining", scope, "已经记下：您愿意一起申请司法确认。"
        case "file":
            return "confirmation", scope, "双方的申请已经送到法院。"
    if caller.text("read") == "yes":
        return "signature", {"draft": int(caller.text("draft") or 0) or None}, "您已签名。"
    return None


def _duties(router: APIRouter, site: Site) -> None:
    @router.get("/agreements/{agreement_id}/duties/{duty_id}")
    async def ask(agreement_id: UUID, duty_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return question(caller, PERFORMED, _back(agreement_id), surface=DESK)

    @router.post("/agreements/{agreement_id}/duties/{duty_id}")
    async def record(agreement_id: UUID, duty_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        spec = PERFORMED.at(PERFORMED.path.replace("{agreement}", str(agreement_id)))
        return await act(caller, caller.desk, spec, duty_id, _back(agreement_id), surface=DESK)


def _back(agreement_id: UUID) -> tuple[str, str]:
    return f"/agreements/{agreement_id}", "回协议"


def _desk(caller: Caller, about: UUID | None) -> DeskClient:
    return caller.desk_about(about) if about else caller.desk


async def _case(desk: DeskClient, case_id: UUID) -> Case:
    """A court that confirms reads the agreement and nothing of the case (R-15)."""
    try:
        return await desk.get(f"/mediation/v1/cases/{case_id}", Case)
    except Refused as refused:
        if refused.status != 403:
            raise
        return Case()


async def _advice(desk: DeskClient, agreement: Agreement) -> Advice:
    if not agreement.broken:
        return Advice()
    try:
        return await desk.get(f"/mediation/v1/cases/{agreement.case_id}/advice", Advice)
    except (Refused, Unreachable):
        return Advice()


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
    case = await _case(desk, agreement.case_id)
    names = await site.staff.names()
    ways = await _advice(desk, agreement)
    unknown = "还没有定" if case.parties else "见调解卷宗"
    host = names.get(case.host, unknown) if case.host else unknown
    from_court = caller.person is not None and bool(COURT_PEOPLE & set(caller.person.roles))
    view = agreement_view(agreement, case, host, about, ways, from_court=from_court)
    surface = "desk" if about is None else "citizen"
    page = caller.page(errors=errors, notice=notice, surface="desk" if surface == "desk" else "citizen")
    return caller.show("agreement.html", view, page, status=422 if errors or notice else 200)
