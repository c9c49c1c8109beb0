"""Handing the lead to another channel: all four side by side, the refused ones with their reason in words."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.portal.desk_client import Refused
from services.portal.pages.acts import MENDABLE, mendings
from services.portal.pages.caller import Caller, Site
from services.portal.pages.case_models import Case, Lead, Leads
from services.portal.pages.case_room import sides_of
from services.portal.pages.cases import case_of
from services.portal.pages.channel_acts import HAND_OVER_REASONS
from services.portal.pages.channel_words import GROUNDS, SPANS, channel_name, limit_name, words_of, worth_of
from services.portal.pages.contexts import Choice, Field, FieldError, HandOverView, LeadChoice, Notice
from services.portal.pages.door import pages_router
from services.portal.pages.registers import Registers, bodies_for, registers
from services.portal.pages.staffroom import DESK
from services.portal.pages.words import day
from shared.kernel import BUREAU_ZONE

FIELDS = (Field("channel", "转给谁"), Field("reason", "为什么"), Field("application", "书面申请"))


def hand_over_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/cases/{case_id}/hand-over")
    async def ask(case_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await _show(site, caller, await case_of(caller.desk, case_id))

    @router.post("/cases/{case_id}/hand-over")
    async def hand_over(case_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        case = await case_of(caller.desk, case_id)
        channel, reason = caller.text("channel"), caller.text("reason")
        errors = tuple(
            FieldError(name, words)
            for name, given, words in (("channel", channel, "请选转给哪一种"), ("reason", reason, "请选为什么转"))
            if not given
        )
        if errors:
            return await _show(site, caller, case, errors=errors)
        body = {"channel": channel, "reason": reason}
        application = caller.text("application")
        if application and channel == "PSM":
            body["application"] = application
        try:
            await caller.desk.command(f"/mediation/v1/cases/{case_id}/lead", body, caller.form_key)
        except Refused as refused:
            if refused.status not in MENDABLE:
                raise
            errors = mendings(refused, FIELDS)
            notice = None if errors else Notice(refused.words, "late")
            return await _show(site, caller, case, errors=errors, notice=notice, status=refused.status)
        caller.visit = caller.visit.saying(f"已转到{channel_name(channel)}。")
        return caller.go(f"/cases/{case_id}")

    return router


async def _show(
    site: Site,
    caller: Caller,
    case: Case,
    *,
    errors: tuple[FieldError, ...] = (),
    notice: Notice | None = None,
    status: int = 0,
) -> Response:
    told = await caller.desk.get(f"/mediation/v1/cases/{case.case_id}/leads", Leads)
    known = await registers(caller.desk)
    chosen, reason = caller.text("channel"), caller.text("reason")
    view = HandOverView(
        code=str(case.case_id)[:8].upper(),
        back_url=f"/cases/{case.case_id}",
        lead=channel_name(case.channel),
        choices=tuple(_choice(site, case, known, each, chosen) for each in told.leads),
        reasons=tuple(Choice(each.value, each.label, chosen=each.value == reason) for each in HAND_OVER_REASONS),
        application=caller.text("application"),
        help_url=f"/cases/{case.case_id}/ask_assistance",
        trade_url=f"/cases/{case.case_id}/name_trade",
    )
    page = caller.page(surface=DESK, errors=errors, notice=notice)
    return caller.show("hand_over.html", view, page, status=status or (422 if errors else 200), keep=True)


def _choice(site: Site, case: Case, known: Registers, lead: Lead, chosen: str) -> LeadChoice:
    words, worth = words_of(lead.channel), worth_of(lead.worth or (case.course.worth if lead.leads else None))
    why = "" if lead.allowed or lead.leads or lead.why_not is None else lead.why_not.words
    return LeadChoice(
        code=lead.channel,
        name=channel_name(lead.channel),
        law=words.law,
        hosts=words.hosts,
        bodies=bodies_for(site, known, case, lead.channel),
        worth=worth[0] if lead.worth or lead.leads else words.means,
        broken=worth[1],
        time=time_of(lead),
        asked=_asked(case, lead),
        ground=f"{GROUNDS.get(lead.ground or '', '')}{f'（{lead.rule}）' if lead.rule else ''}" if lead.allowed else "",
        why_not=f"{why}（{lead.rule}）" if why and lead.rule and lead.rule not in why else why,
        leads=lead.leads,
        chosen=lead.channel == chosen,
        application=lead.application,
    )


def time_of(lead: Lead) -> str:
    """A time that ran before goes on; it is not given again."""
    if lead.clock is None or lead.length is None:
        return ""
    name = limit_name(lead.clock).split("（")[0]
    if lead.due is not None:
        return f"{name}：不重新计算，到{day(lead.due.astimezone(BUREAU_ZONE).date())}为止"
    return f"{name}：{lead.length} {SPANS.get(lead.unit or '', lead.unit)}，从转过去那天算"


def _asked(case: Case, lead: Lead) -> str:
    """Whose consent is sought anew, in the letters of the room."""
    if not lead.allowed:
        return ""
    letters = {choice.value: choice.label.split("（")[0] for choice in sides_of(case)}
    asked = [letters.get(str(each), "一方") for each in lead.asked]
    return f"{'、'.join(asked)}要重新表示同不同意" if asked else "双方已经同意的继续有效，不用再问"
