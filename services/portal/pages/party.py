"""The other side of a dispute: what is claimed, that nothing happens without its consent, its own voice."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response

from services.portal.pages.acts import ActSpec, act, offered, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.channel_words import words_of, worth_of
from services.portal.pages.contexts import Act, ClaimView, EnterView, Field, FieldError, PartyView, TimelineItem
from services.portal.pages.door import pages_router
from services.portal.pages.following import CONSENT, RATE, REFUSE, SUPPLEMENT, enter_by_code, messages_of
from services.portal.pages.own_case import (
    AID,
    OVER,
    REMOTE,
    OwnCase,
    aid_act,
    aid_line,
    aid_of,
    changed_from,
    mediation_facts,
    own_clocks,
    ways_of,
)
from services.portal.pages.progress import timeline
from services.portal.pages.words import moment, zh_names

OWN_VIEW = SUPPLEMENT.asking(
    Field("text", "您的说法", "area", "用自己的话写：是怎么回事，您希望怎样。", limit=5000, required=True)
)
LEAVE = ActSpec(
    path=REFUSE.path,
    label="退出调解",
    title="退出调解",
    explanation="您可以随时退出，不用说理由。退出后调解就此结束，不影响您的任何权利。",
    submit="退出调解",
    said="已经记下：您退出调解。",
    fields=REFUSE.fields,
    consequence="调解就此结束。对方仍然可以去法院。",
    danger=True,
)
ACTS = {"view": OWN_VIEW, "leave": LEAVE, "rate": RATE, "aid": AID, "remote": REMOTE}


def party_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/party")
    async def enter(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        return caller.show("party/enter.html", EnterView(), caller.page())

    @router.post("/party")
    async def open_(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        return await enter_by_code(site, caller, party=True)

    @router.get("/party/{case_id}")
    async def room(case_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        case = await _case(caller, case_id)
        return await (_claim if case.undecided else _room)(site, caller, case)

    @router.post("/party/{case_id}")
    async def answer(case_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        """The answer to the one question of the claim page."""
        spec = {"yes": CONSENT, "no": REFUSE.asking()}.get(caller.text("consent"))
        if spec is None:
            return await _claim(site, caller, await _case(caller, case_id), wrong="请选愿意，或者不愿意")
        return await act(caller, caller.desk_about(case_id), _of_case(spec), case_id, _back(case_id))

    @router.get("/party/{case_id}/{name}")
    async def ask(case_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        if name not in ACTS:
            raise HTTPException(404)
        return question(caller, ACTS[name], _back(case_id))

    @router.post("/party/{case_id}/{name}")
    async def do(case_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        if name not in ACTS:
            raise HTTPException(404)
        spec = _of_case(ACTS[name])
        thing = case_id if spec.path.startswith("/mediation") else (await _case(caller, case_id)).request_id
        return await act(caller, caller.desk_about(case_id), spec, thing, _back(case_id))

    return router


async def _case(caller: Caller, case_id: UUID) -> OwnCase:
    return await caller.desk_about(case_id).get(f"/mediation/v1/cases/{case_id}", OwnCase)


def _of_case(spec: ActSpec) -> ActSpec:
    return spec.at(spec.path.replace("{case}", "{id}"))


def _back(case_id: UUID) -> tuple[str, str]:
    return f"/party/{case_id}", "返回"


async def _host(site: Site, case: OwnCase) -> str:
    """Who signed for a case is not who hosts it: until a host is named, he is whom one can ask."""
    names, unit = await site.staff.names(), site.bureau.unit(case.unit)
    if case.host is not None:
        return f"{names.get(case.host, '主持人')}（{site.bureau.unit(case.host_committee or case.unit)}）"
    known = next((names[each] for each in (case.signed_by, case.owner) if each in names), "")
    return f"还没有定，先由{known}（{unit}）联系您" if known else f"还没有定（{unit}）"


def _summary(case: OwnCase) -> tuple[str, ...]:
    """In neutral words: the other side's own text stays with the desk."""
    kind = zh_names()["categories"].get(case.category, "纠纷")
    return (f"有人反映了一件和您有关的事，汇客厅归为“{kind}”。", "对方希望请人来，大家坐下来谈。")


async def _claim(site: Site, caller: Caller, case: OwnCase, wrong: str = "") -> Response:
    words, worth = words_of(case.channel), worth_of(case.course.worth)
    view = ClaimView(
        code=str(case.case_id)[:8].upper(),
        summary=_summary(case),
        host=await _host(site, case),
        channel=zh_names()["channels"].get(case.channel, "调解"),
        answer_by=case.consent_due,
        law=f"{words.law}：{words.plain}",
        means=words.means,
        worth=worth[0],
        broken=worth[1],
        changed=changed_from(case),
    )
    errors = (FieldError("consent", wrong),) if wrong else ()
    return caller.show("party/claim.html", view, caller.page(errors=errors), status=422 if wrong else 200)


async def _room(site: Site, caller: Caller, case: OwnCase) -> Response:
    desk = caller.desk_about(case.case_id)
    told, aid = await messages_of(desk, case.request_id), await aid_of(desk, case)
    view = PartyView(
        code=str(case.case_id)[:8].upper(),
        subject="和您有关的一件纠纷",
        state=zh_names()["states"].get(case.state, case.state),
        next_step=_next_step(case),
        summary=_summary(case),
        own_view="",
        host=await _host(site, case),
        sessions=tuple(moment(each.opened_at, caller.now) for each in case.sessions),
        timeline=timeline((), told.messages, site.bureau)
        or (TimelineItem(case.opened_at, site.bureau.unit(case.unit), "收到了这件事。"),),
        documents=(),
        acts=(
            *_acts(case, told.may_rate_until is not None),
            *aid_act(case, aid, f"/party/{case.case_id}"),
        ),
        mediation=(*mediation_facts(case), *aid_line(aid)),
        clocks=own_clocks(case),
        ways=await ways_of(desk, case),
    )
    return caller.show("party/case.html", view, caller.page())


def _next_step(case: OwnCase) -> str:
    if case.me is not None and case.me.refused:
        return "您没有同意，调解不再进行。您的权利不受影响。"
    if case.agreement is not None and case.agreement.in_effect_at is not None:
        undone = any(each.state != "performed" for each in case.agreement.duties)
        return "协议生效了：照约定做，收到了请确认。" if undone else "约定的都做到了。"
    if case.state in OVER:
        return "这次调解已经结束。"
    steps = {
        "OFFERED": "等调解员签收",
        "CONSENT_SOUGHT": "等对方答复愿不愿意调解",
        "CONSENTED": "双方都同意了，正在定主持人",
        "PANEL_SET": "主持人约双方见面",
        "IN_SESSION": "正在谈",
        "AGREED": "谈成了，协议写好后请您看过再签",
        "NOT_AGREED": "这次没有谈成，主持人会告诉您还有什么办法",
    }
    return steps.get(case.state, "主持人会联系您")


def _acts(case: OwnCase, may_rate: bool) -> tuple[Act, ...]:
    base = f"/party/{case.case_id}"
    acts = []
    if case.agreement is not None:
        label = "看协议、签名" if case.may("mediation.sign_agreement") else "看协议"
        acts.append(Act(label, f"/agreements/{case.agreement.agreement_id}?about={case.case_id}", asks_first=True))
    if may_rate:
        acts.append(offered(RATE, f"{base}/rate"))
    if case.may("mediation.choose_remote"):
        acts.append(offered(REMOTE, f"{base}/remote"))
    acts.append(Act("写下我的说法", f"{base}/view", asks_first=True))
    if case.may("mediation.refuse_mediation"):
        acts.append(offered(LEAVE, f"{base}/leave"))
    if case.agreement is None and case.state not in OVER:
        acts.append(Act("签协议", base, why_not="还没有谈成协议"))
    return tuple(acts)
