"""For developers of partner agencies: subscribe, see what was sent, have it sent again, change the secret, try it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, HTTPException, Response

from services.portal.desk_client import Answer, Refused
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import (
    Choice,
    DeliveryLine,
    DevelopersView,
    FieldError,
    Notice,
    PurposeLine,
    SecretView,
    SubscriptionLine,
    SubscriptionView,
    Tone,
)
from services.portal.pages.door import pages_router
from services.portal.pages.staffroom import DESK

API: Final = "/notifications/v1"
MENDABLE: Final = frozenset({409, 422, 429, 503})
STANDINGS: Final[Mapping[str, tuple[str, Tone]]] = {
    "active": ("正常", "good"),
    "paused": ("已暂停推送；新的照样编号保存", "soon"),
    "given_up": ("推了几天都没有人接，已停止推送，请联系汇客厅", "late"),
    "ended": ("已结束", "plain"),
}
DELIVERED: Final[Mapping[str, tuple[str, Tone]]] = {
    "waiting": ("等推送", "plain"),
    "taken": ("已收下", "good"),
    "failed": ("没推过去", "late"),
    "withdrawn": ("已收回", "plain"),
}
FAILURES: Final = {
    "unreachable": "连不上",
    "timeout": "十秒内没有答复",
    "unknown_name": "找不到这个域名",
    "refused_address": "地址指向内部网络，不推",
    "no_address": "地址已删除",
    "bad_answer": "答复不是成功",
    "gone": "对方说不再接收（410）",
}
GROUNDS: Final = {"duty": "履行职责所必需", "contract": "按逐件约定"}
ACTS: Final = {"pause": "已暂停推送。", "resume": "已恢复推送。", "end": "已结束。"}


class Purpose(Answer):
    purpose: str
    zh: str
    means: str
    ground: str
    rule: str
    types: Mapping[str, tuple[str, ...]]


class Purposes(Answer):
    agency: str | None = None
    zh: str | None = None
    contract: str | None = None
    until: str | None = None
    in_force: bool = False
    purposes: tuple[Purpose, ...] = ()


class Subscription(Answer):
    subscription_id: UUID
    agency: str
    purpose: str
    ways: tuple[str, ...]
    state: str
    made: int
    sent: int
    on_topic: int = 0
    oldest: int
    failing_since: datetime | None
    next_try: datetime | None
    status: int | None
    failure: str | None
    secret_version: int
    both_until: datetime | None

    @property
    def has_webhook(self) -> bool:
        return "webhook" in self.ways

    @property
    def has_topic(self) -> bool:
        return "kafka" in self.ways

    @property
    def way(self) -> str:
        ways = (*(("推送",) if self.has_webhook else ()), *(("Kafka",) if self.has_topic else ()))
        return "、".join(ways) or "自己来取"

    @property
    def behind(self) -> int:
        """Of the way that is further behind; 0 where the agency takes them itself."""
        return max(
            self.made - self.sent if self.has_webhook else 0,
            self.made - self.on_topic if self.has_topic else 0,
        )


class Subscriptions(Answer):
    subscriptions: tuple[Subscription, ...] = ()


class Delivery(Answer):
    number: int
    fact: str
    state: str
    tries: int
    status: int | None
    failure: str | None
    made_at: datetime


class Ledger(Answer):
    deliveries: tuple[Delivery, ...] = ()
    next_before: int | None = None


def developer_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/developers")
    async def index(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return caller.show("developers/index.html", await _index(caller), caller.page(surface=DESK))

    @router.post("/developers")
    async def open_one(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        """The secret is shown in the answer itself: no address leads to it again."""
        caller.require_staff()
        body = {"purpose": caller.text("purpose") or "-", "url": caller.text("url") or None}
        try:
            told = await caller.desk.command(f"{API}/subscriptions", body, caller.form_key)
        except Refused as refused:
            if refused.status not in MENDABLE:
                raise
            errors = (FieldError("url" if caller.text("purpose") else "purpose", _mend(caller, refused)),)
            page = caller.page(surface=DESK, errors=errors)
            return caller.show("developers/index.html", await _index(caller), page, status=refused.status)
        view = SecretView("已开通", told["secret"] or "", None, f"/developers/{told['subscription_id']}")
        return caller.show("developers/secret.html", view, caller.page(surface=DESK))

    @router.get("/developers/purposes/{purpose}/asyncapi.json")
    async def document(purpose: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        if not purpose.isidentifier():
            raise HTTPException(404)
        told = await caller.desk.raw(f"{API}/purposes/{purpose}/asyncapi.json")
        name = f'attachment; filename="{purpose}.asyncapi.json"'
        body = orjson.dumps(told, option=orjson.OPT_INDENT_2)
        return Response(body, media_type="application/json", headers={"Content-Disposition": name})

    @router.get("/developers/{subscription_id}")
    async def one(subscription_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await _one(caller, subscription_id)

    @router.post("/developers/{subscription_id}/secret")
    async def rotate(subscription_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        told = await caller.desk.command(f"{API}/subscriptions/{subscription_id}/secret", {}, caller.form_key)
        until = datetime.fromisoformat(told["both_until"])
        view = SecretView("已换密钥", told["secret"], until, f"/developers/{subscription_id}")
        return caller.show("developers/secret.html", view, caller.page(surface=DESK))

    @router.post("/developers/{subscription_id}/replay")
    async def replay(subscription_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        typed = caller.text("after")
        if not (typed.isascii() and typed.isdigit() and len(typed) < 16):
            return await _one(caller, subscription_id, (FieldError("after", "请填一个序号，例如 0 或 12。"),), 422)
        try:
            path = f"{API}/subscriptions/{subscription_id}/replay"
            await caller.desk.command(path, {"after": int(typed)}, caller.form_key)
        except Refused as refused:
            if refused.status not in MENDABLE:
                raise
            return await _one(caller, subscription_id, (FieldError("after", refused.words),), refused.status)
        caller.visit = caller.visit.saying(f"已安排：第 {typed} 条以后的按顺序重推。")
        return caller.go(f"/developers/{subscription_id}")

    @router.post("/developers/{subscription_id}/deliveries/{number}/resend")
    async def resend(subscription_id: UUID, number: int, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        return await _try(caller, subscription_id, f"deliveries/{number}/resend", f"第 {number} 条")

    @router.post("/developers/{subscription_id}/test")
    async def test(subscription_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        return await _try(caller, subscription_id, "test", "测试")

    @router.post("/developers/{subscription_id}/{act}")
    async def change(subscription_id: UUID, act: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        if act not in ACTS:
            raise HTTPException(404)
        path = f"{API}/subscriptions/{subscription_id}/{act}"
        told = await caller.desk.command(path, {}, caller.form_key)
        caller.visit = caller.visit.saying(ACTS[act])
        return caller.go(f"/developers/{subscription_id}", after=told.get("record_id"))

    return router


async def _index(caller: Caller) -> DevelopersView:
    own = await caller.desk.get(f"{API}/purposes", Purposes)
    listed = await caller.desk.get(f"{API}/subscriptions", Subscriptions)
    names = {each.purpose: each.zh for each in own.purposes}
    chosen = caller.text("purpose")
    return DevelopersView(
        agency=own.zh or "",
        contract=own.contract or "",
        until=own.until or "",
        in_force=own.in_force,
        purposes=tuple(_purpose(each) for each in own.purposes),
        subscriptions=tuple(_line(each, names) for each in listed.subscriptions),
        choices=tuple(
            Choice(each.purpose, each.zh, each.means, chosen=chosen == each.purpose) for each in own.purposes
        ),
        url=caller.text("url"),
    )


def _purpose(each: Purpose) -> PurposeLine:
    return PurposeLine(
        code=each.purpose,
        name=each.zh,
        means=each.means,
        ground=GROUNDS.get(each.ground, each.ground),
        rule=each.rule,
        facts=tuple((fact, "、".join(fields)) for fact, fields in each.types.items()),
        document_url=f"/developers/purposes/{each.purpose}/asyncapi.json",
    )


def _line(each: Subscription, names: Mapping[str, str]) -> SubscriptionLine:
    standing, tone = STANDINGS[each.state]
    return SubscriptionLine(
        url=f"/developers/{each.subscription_id}",
        agency=each.agency,
        purpose=names.get(each.purpose, each.purpose),
        way=each.way,
        standing=standing,
        tone=tone,
        made=each.made,
        behind=each.behind,
    )


async def _one(
    caller: Caller, subscription_id: UUID, errors: tuple[FieldError, ...] = (), status: int = 200
) -> Response:
    query = caller.request.query_params
    path = f"{API}/subscriptions/{subscription_id}"
    found = await caller.desk.get(path, Subscription, after=query.get("after", ""))
    ledger = await caller.desk.get(f"{path}/ledger", Ledger, before=query.get("before", ""))
    own = await caller.desk.get(f"{API}/purposes", Purposes)
    names = {each.purpose: each.zh for each in own.purposes}
    standing, tone = STANDINGS[found.state]
    if found.failing_since and found.state == "active":
        standing, tone = "推不过去，正在再试", "soon"
    view = SubscriptionView(
        url=f"/developers/{subscription_id}",
        code=str(subscription_id),
        purpose=names.get(found.purpose, found.purpose),
        way=found.way,
        standing=standing,
        tone=tone,
        failing_since=found.failing_since,
        next_try=found.next_try,
        answer=_answer(found.status, found.failure),
        made=found.made,
        sent=found.sent,
        on_topic=found.on_topic,
        oldest=found.oldest,
        secret_version=found.secret_version,
        both_until=found.both_until if found.both_until and found.both_until > caller.now else None,
        feed_url=f"{path}/deliveries?after=0",
        stream_url=f"{path}/stream",
        has_webhook=found.has_webhook,
        has_topic=found.has_topic,
        is_mine=own.agency == found.agency,
        is_over=found.state == "ended",
        rests=found.state in ("paused", "given_up"),
        deliveries=tuple(_delivery(each, found) for each in ledger.deliveries),
        older_url=f"/developers/{subscription_id}?before={ledger.next_before}" if ledger.next_before else "",
        after=caller.text("after"),
    )
    page = caller.page(surface=DESK, errors=errors)
    return caller.show("developers/subscription.html", view, page, status=status)


def _delivery(each: Delivery, of: Subscription) -> DeliveryLine:
    standing, tone = DELIVERED[each.state]
    sends = of.has_webhook and of.state != "ended"
    return DeliveryLine(
        number=each.number,
        fact=each.fact,
        made_at=each.made_at,
        standing=standing if of.has_webhook or each.state == "withdrawn" else "可以取",
        tone=tone,
        answer=_answer(each.status, each.failure) if each.tries else "—",
        tries=each.tries,
        resend_url=f"/developers/{of.subscription_id}/deliveries/{each.number}/resend" if sends else "",
    )


def _answer(status: int | None, failure: str | None) -> str:
    if failure in ("bad_answer", None) and status is not None:
        return f"HTTP {status}"
    return FAILURES.get(failure or "", "—")


async def _try(caller: Caller, subscription_id: UUID, act: str, what: str) -> Response:
    caller.require_staff()
    try:
        told = await caller.desk.command(f"{API}/subscriptions/{subscription_id}/{act}", {}, caller.form_key)
    except Refused as refused:
        if refused.status not in MENDABLE:
            raise
        caller.visit = caller.visit.saying(refused.words, "soon")
        return caller.go(f"/developers/{subscription_id}")
    answer = _answer(told["status"], told["failure"])
    said = Notice(f"{what}已收下：{answer}。") if told["taken"] else Notice(f"{what}没推过去：{answer}。", "soon")
    caller.visit = caller.visit.saying(said.text, "soon" if said.tone == "soon" else "good")
    return caller.go(f"/developers/{subscription_id}")


def _mend(caller: Caller, refused: Refused) -> str:
    if not caller.text("purpose"):
        return "请选一个用途。"
    return refused.mendings[0].words if refused.mendings else refused.words
