"""Following one's own request: code and PIN, one timeline, and what one may do."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response

from services.portal.desk_client import Answer, DeskClient, Refused, Unreachable
from services.portal.pages.acts import ActSpec, act, offered, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import Act, Choice, EnterView, Field, FieldError, FollowView
from services.portal.pages.door import pages_router
from services.portal.pages.own_case import (
    AID,
    REMOTE,
    OwnCase,
    aid_act,
    aid_line,
    aid_of,
    mediation_facts,
    own_case,
    own_clocks,
    ways_of,
)
from services.portal.pages.progress import Happened, Message, Promised, first_open, promises, timeline
from services.portal.pages.receipts import as_file, receipt_text
from services.portal.pages.words import near, zh_names
from services.portal.visits import Visit

HIDING = frozenset({"violence_now", "child_harm", "suicide", "trapped"})
SUBJECTS = {"dispute": "您反映的纠纷", "service": "您要办的事", "help": "您的求助", "other": "您反映的事"}
RATING = (
    Choice("yes", "满意"),
    Choice("no", "不满意", "会换一个人重新办"),
)
SUPPLEMENT = ActSpec(
    path="/intake/v1/requests/{id}/supplements",
    label="补充情况",
    title="补充情况",
    explanation="想到什么、有了什么新情况，写在这里，马上送到承办人手里。",
    submit="送出",
    said="您的补充已经送到。",
    fields=(Field("text", "您要补充的", "area", limit=5000, required=True),),
)
WITHDRAW = ActSpec(
    path="/intake/v1/requests/{id}/withdrawal",
    label="撤回",
    title="撤回这件事",
    explanation="撤回以后我们就不再办了。已经做过的事会留在记录里。",
    submit="撤回这件事",
    said="已经撤回。",
    fields=(Field("note", "想说的话（可以不写）", "area", limit=1000),),
    consequence="撤回后不能恢复。以后还有同样的事，可以重新反映。",
    danger=True,
)
RATE = ActSpec(
    path="/notifications/v1/requests/{id}/ratings",
    label="评价",
    title="您满意吗？",
    explanation="您的评价直接决定这件事能不能结束。不满意，会换一个人重新办。",
    submit="提交评价",
    said="谢谢，您的评价已经记下。",
    fields=(
        Field("satisfied", "对这次办理", "one", choices=RATING, required=True),
        Field("comment", "想说的话（可以不写）", "area", "办理的人会看到这段话。", limit=2000),
    ),
    body=lambda values: {**values, "satisfied": values["satisfied"] == "yes"},
)
OBJECT = ActSpec(
    path=RATE.path,
    label="不满意，请换人重办",
    title="不满意，请换人重办",
    explanation="请写一句哪里不满意。换一个人重新办，编号不变。",
    submit="请换人重办",
    said="已经记下您的意见，正在换人重新办。",
    fields=(Field("comment", "哪里不满意", "area", "写了才知道怎么改。", limit=2000, required=True),),
    body=lambda values: {**values, "satisfied": False},
)
CONSENT = ActSpec(
    path="/mediation/v1/cases/{case}/consent",
    label="同意调解",
    title="同意调解",
    explanation="双方都同意才调解。不收费，随时可以退出。",
    submit="同意调解",
    said="已经记下：您同意调解。",
)
REFUSE = ActSpec(
    path="/mediation/v1/cases/{case}/refusal",
    label="不同意调解",
    title="不同意调解",
    explanation="您不同意，就不会调解，也不影响您的任何权利：还可以申请仲裁、去法院，或者找法律援助（12348）。",
    submit="不同意调解",
    said="已经记下：您不同意调解。",
    fields=(Field("note", "想说的话（可以不写）", "area", "只给主持人看。", limit=2000),),
    consequence="调解就此结束。",
)
AGREE = ActSpec(
    path="/intake/v1/requests/{id}/beneficiary-consent",
    label="我同意办",
    title="同意办理",
    explanation="有人看到您需要帮助，替您登记了这件事。您同意，进度就告诉您。",
    submit="我同意办",
    said="已经记下：您同意。",
)
ACTS = {
    "agree": AGREE,
    "add": SUPPLEMENT,
    "withdraw": WITHDRAW,
    "rate": RATE,
    "object": OBJECT,
    "consent": CONSENT,
    "refuse": REFUSE,
    "aid": AID,
    "remote": REMOTE,
}


class Holder(Answer):
    unit: str | None = None
    owner: UUID | None = None
    channel: str | None = None


class Asked(Answer):
    items: tuple[str, ...] = ()
    due: datetime


class Followed(Answer):
    request_id: UUID
    code: str
    kind: str
    state: str
    danger: tuple[str, ...] = ()
    handling: str | None = None
    holder: Holder = Holder()
    next_step: str = ""
    next_words: str = ""
    asked: Asked | None = None
    outcome: str | None = None
    told: bool = False
    brought_by: str | None = None
    wanted: str = "himself"
    promises: tuple[Promised, ...] = ()
    timeline: tuple[Happened, ...] = ()


class Messages(Answer):
    messages: tuple[Message, ...] = ()
    may_rate_until: datetime | None = None
    """Set while this side's verdict is asked for."""


def following_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/follow")
    async def enter(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        return caller.show("follow/enter.html", EnterView(), caller.page())

    @router.post("/follow")
    async def open_(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        return await enter_by_code(site, caller, party=False)

    @router.get("/follow/{request_id}")
    async def follow(request_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        desk = caller.desk_about(request_id)
        followed = await desk.get(f"/intake/v1/requests/{request_id}", Followed)
        case = await own_case(desk, request_id)
        view = await _view(site, caller, followed, case, await messages_of(desk, request_id))
        return caller.show("follow/timeline.html", view, caller.page(quick_leave=bool(HIDING & set(followed.danger))))

    @router.get("/follow/{request_id}/receipt")
    async def receipt(request_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        desk = caller.desk_about(request_id)
        told = await desk.raw(f"/intake/v1/requests/{request_id}/receipt")
        return as_file(await receipt_text(caller, told))

    @router.get("/follow/{request_id}/{name}")
    async def ask(request_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        spec, _ = await _spec(caller, request_id, name)
        return question(caller, spec, _back(request_id))

    @router.post("/follow/{request_id}/{name}")
    async def do(request_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        spec, thing = await _spec(caller, request_id, name)
        return await act(caller, caller.desk_about(request_id), spec, thing, _back(request_id))

    return router


async def enter_by_code(site: Site, caller: Caller, *, party: bool) -> Response:
    """The same answer for a wrong code and a wrong PIN, with the code still there."""
    template, door = ("party/enter.html", "party") if party else ("follow/enter.html", "follow")
    code, pin = caller.text("code"), caller.text("pin")
    missing = [("code", code, "请填写编号"), ("pin", pin, "请填写查询码")]
    errors = tuple(FieldError(name, words) for name, given, words in missing if not given)
    if not errors:
        try:
            thing, key = await site.open_by_code(caller, code, pin, party=party)
        except Refused as refused:
            if refused.status >= 500:
                raise
            errors = (FieldError("code", refused.words),)
        else:
            caller.visit = Visit.with_key(caller.visit, thing, key)
            return caller.go(f"/{door}/{thing}")
    return caller.show(template, EnterView(code), caller.page(errors=errors), status=422)


async def messages_of(desk: DeskClient, request_id: UUID) -> Messages:
    """What was told in words; a page without them is better than no page."""
    try:
        return await desk.get(f"/notifications/v1/requests/{request_id}/messages", Messages)
    except (Refused, Unreachable):
        return Messages()


async def _spec(caller: Caller, request_id: UUID, name: str) -> tuple[ActSpec, UUID]:
    """The act and the thing it is done to: consent is given to the case, everything else to the request."""
    spec = ACTS.get(name)
    if spec is None:
        raise HTTPException(404)
    if "{case}" not in spec.path:
        return spec, request_id
    case = await own_case(caller.desk_about(request_id), request_id)
    if case is None:
        raise HTTPException(404)
    return spec.at(spec.path.replace("{case}", "{id}")), case.case_id


def _back(request_id: UUID) -> tuple[str, str]:
    return f"/follow/{request_id}", "返回进度"


async def _view(site: Site, caller: Caller, followed: Followed, case: OwnCase | None, told: Messages) -> FollowView:
    lines = promises(followed.promises)
    lines = promises(followed.promises, next_due=line.due) if (line := first_open(lines)) else lines
    names = await site.staff.names()
    holder = followed.holder
    person = names.get(holder.owner, "") if holder.owner else ""
    unit = site.bureau.unit(holder.unit)
    due = first_open(lines)
    desk = caller.desk_about(followed.request_id)
    aid = await aid_of(desk, case) if case else None
    return FollowView(
        code=followed.code,
        receipt_url=f"/follow/{followed.request_id}/receipt",
        subject=SUBJECTS.get(followed.kind, SUBJECTS["other"]),
        state=zh_names()["states"].get(followed.state, followed.state),
        holder=f"{person}（{unit}）" if person and unit else person or unit or "汇客厅值班民警",
        holder_phone=site.bureau.desk.phone,
        next_step=followed.next_words + (f"，最晚 {near(due.due, caller.now)}" if due else ""),
        promises=lines,
        brought=_brought(followed),
        question=_asked(followed, told.messages, caller.now),
        timeline=timeline(followed.timeline, told.messages, site.bureau),
        documents=(),
        acts=(
            *_acts(followed, case, told.may_rate_until is not None),
            *(aid_act(case, aid, f"/follow/{followed.request_id}") if case else ()),
        ),
        mediation=(*mediation_facts(case), *aid_line(aid)) if case else (),
        clocks=own_clocks(case) if case else (),
        ways=await ways_of(desk, case) if case else (),
    )


def _brought(followed: Followed) -> str:
    """Who filed it, where that is not the reader."""
    if followed.brought_by is None:
        return ""
    who = zh_names()["roles"].get(followed.brought_by, "工作人员")
    open_yet = "；还没有问过您本人，您同意以前不给您发消息" if followed.wanted == "never" else ""
    return f"{who}{open_yet}"


def _asked(followed: Followed, messages: tuple[Message, ...], now: datetime) -> str:
    if followed.asked is None:
        return ""
    told = [each.whole for each in messages if each.about == "info_requested"]
    return told[-1] if told else f"还缺一些情况或材料，请在 {near(followed.asked.due, now)} 前补充。"


def _acts(followed: Followed, case: OwnCase | None, may_rate: bool) -> tuple[Act, ...]:
    base = f"/follow/{followed.request_id}"
    over = followed.state in ("ARCHIVED", "WITHDRAWN", "NOT_ACCEPTED")
    acts = [offered(AGREE, f"{base}/agree")] if followed.wanted == "never" else []
    paper = _paper(followed, case)
    if paper is not None and case is not None and case.may("mediation.sign_agreement"):
        acts.append(paper)
    if followed.asked is not None:
        acts.append(Act("回答民警的问题", f"{base}/add", asks_first=True))
    if case is not None and case.may("mediation.give_consent"):
        acts.append(offered(CONSENT, f"{base}/consent"))
    if case is not None and case.may("mediation.choose_remote"):
        acts.append(offered(REMOTE, f"{base}/remote"))
    if may_rate:
        acts += [offered(RATE, f"{base}/rate"), offered(OBJECT, f"{base}/object")]
    if paper is not None and paper not in acts:
        acts.append(paper)
    if followed.asked is None and not over:
        acts.append(offered(SUPPLEMENT, f"{base}/add"))
    if case is not None and case.may("mediation.refuse_mediation"):
        acts.append(offered(REFUSE, f"{base}/refuse"))
    if not over and followed.outcome is None:
        acts.append(offered(WITHDRAW, f"{base}/withdraw"))
    if not may_rate and followed.outcome is None and not over:
        acts.append(offered(RATE, f"{base}/rate", why_not="要等办理有了结果"))
    return tuple(acts)


def _paper(followed: Followed, case: OwnCase | None) -> Act | None:
    if case is None or case.agreement is None:
        return None
    label = "看协议、签名" if case.may("mediation.sign_agreement") else "看协议"
    return Act(label, f"/agreements/{case.agreement.agreement_id}?about={followed.request_id}", asks_first=True)
