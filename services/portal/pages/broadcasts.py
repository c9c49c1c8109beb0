"""Broadcasts: which emergencies run, what stands in the groups, and one button that takes it back everywhere."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.portal.desk_client import Answer
from services.portal.pages.acts import ActSpec, Body, act, offered, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.clues import ClueRows, clue_line
from services.portal.pages.contexts import (
    BroadcastLine,
    BroadcastView,
    Choice,
    EmergenciesView,
    EmergencyLine,
    Field,
    ToldGroup,
    Tone,
)
from services.portal.pages.door import pages_router
from services.portal.pages.staffroom import DESK, stub_of
from services.portal.pages.words import zh_names

API = "/workorders/v1"
CAUSES: Mapping[str, str] = {
    "found": "人找到了",
    "mistaken": "发错了",
    "expired": "到时间自动撤回",
    "order_ended": "工单收回，一起撤回",
}
POSTS: Mapping[str, tuple[str, Tone]] = {
    "posted": ("已发出", "good"),
    "no_channel": ("没有接通，请人工发", "late"),
    "withdrawn": ("已撤回", "plain"),
}
ON_ITS_WAY: tuple[str, Tone] = ("正在发", "soon")
AGES = (
    Choice("old", "老人"),
    Choice("adult", "成年人"),
    Choice("youth", "未成年人（14 岁以上）"),
    Choice("child", "儿童"),
)
SEXES = (Choice("female", "女"), Choice("male", "男"))
HOURS = (Choice("1", "1 小时"), Choice("2", "2 小时", chosen=True), Choice("6", "6 小时"), Choice("24", "24 小时"))


class Group(Answer):
    code: str
    name: str


class Area(Answer):
    code: str
    name: str


class Groups(Answer):
    groups: tuple[Group, ...] = ()
    areas: tuple[Area, ...] = ()


class Told(Answer):
    code: str
    name: str
    state: str | None = None


class Broadcast(Answer):
    broadcast_id: UUID
    running: bool
    groups: tuple[Told, ...] = ()
    words: str | None = None
    sent_at: datetime
    expires_at: datetime
    recalled_at: datetime | None = None
    cause: str | None = None


class Broadcasts(Answer):
    broadcasts: tuple[Broadcast, ...] = ()


class Emergency(Answer):
    order_id: UUID
    request_id: UUID
    category: str
    priority: str
    state: str
    offered_at: datetime


class Emergencies(Answer):
    orders: tuple[Emergency, ...] = ()


def broadcast_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/broadcasts")
    async def listed(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        rows = await caller.desk.get(f"{API}/orders", Emergencies, open="true", limit=200)
        view = EmergenciesView(tuple(_emergency(row) for row in rows.orders if row.category == "EMG"))
        return caller.show("street/emergencies.html", view, caller.page(surface=DESK))

    @router.get("/broadcasts/{order_id}")
    async def read(order_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return caller.show("street/broadcast.html", await _view(caller, order_id), caller.page(surface=DESK))

    @router.get("/broadcasts/{order_id}/send")
    async def ask(order_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return question(caller, await _send(caller), _back(order_id), surface=DESK)

    @router.post("/broadcasts/{order_id}/send")
    async def send(order_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await act(caller, caller.desk, await _send(caller), order_id, _back(order_id), surface=DESK)

    @router.post("/broadcasts/{order_id}/{broadcast_id}/recall")
    async def recall(order_id: UUID, broadcast_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        """The way out of every group is one press."""
        caller.require_staff()
        cause = "mistaken" if caller.text("cause") == "mistaken" else "found"
        path = f"{API}/orders/{order_id}/broadcasts/{broadcast_id}/recall"
        await caller.desk.command(path, {"cause": cause}, caller.form_key)
        caller.visit = caller.visit.saying("已从所有群撤回。")
        return caller.go(f"/broadcasts/{order_id}")

    @router.get("/broadcasts/{order_id}/{broadcast_id}/reply")
    async def ask_reply(
        order_id: UUID, broadcast_id: UUID, caller: Annotated[Caller, Depends(site.caller)]
    ) -> Response:
        caller.require_staff()
        return question(caller, await _reply(caller, order_id, broadcast_id), _back(order_id), surface=DESK)

    @router.post("/broadcasts/{order_id}/{broadcast_id}/reply")
    async def reply(order_id: UUID, broadcast_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        spec = await _reply(caller, order_id, broadcast_id)
        return await act(caller, caller.desk, spec, order_id, _back(order_id), surface=DESK)

    return router


def _back(order_id: UUID) -> tuple[str, str]:
    return f"/broadcasts/{order_id}", "回群发"


def _emergency(row: Emergency) -> EmergencyLine:
    names = zh_names()
    return EmergencyLine(
        url=f"/broadcasts/{row.order_id}",
        subject=names["categories"].get(row.category, row.category),
        state=names["states"].get(row.state, row.state),
        priority=row.priority,
        running=row.state == "BROADCAST",
        offered_at=row.offered_at,
    )


async def _broadcasts(caller: Caller, order_id: UUID) -> tuple[Broadcast, ...]:
    return (await caller.desk.get(f"{API}/orders/{order_id}/broadcasts", Broadcasts)).broadcasts


class OfRequest(Answer):
    request_id: UUID


async def _view(caller: Caller, order_id: UUID) -> BroadcastView:
    told = await _broadcasts(caller, order_id)
    running = next((each for each in told if each.running), None)
    order = await caller.desk.get(f"{API}/orders/{order_id}", OfRequest)
    stub = await stub_of(caller.desk, order.request_id)
    clues = await _clues(caller, order_id)
    base = f"/broadcasts/{order_id}"
    sends = "dispatcher" in caller.staff.roles
    return BroadcastView(
        code=stub.code if stub else str(order_id)[:8].upper(),
        running=_line(running) if running else None,
        recall_url=f"{base}/{running.broadcast_id}/recall" if running and sends else "",
        reply=offered(REPLY, f"{base}/{running.broadcast_id}/reply") if running and sends else None,
        send=offered(SEND, f"{base}/send") if sends else None,
        past=tuple(_line(each) for each in told if not each.running),
        clues=tuple(clue_line(row) for row in clues.clues),
        order_url=f"/orders/{order_id}",
        clue_path=f"/clues/new?order={order_id}&broadcast={running.broadcast_id}" if running else "",
    )


async def _clues(caller: Caller, order_id: UUID) -> ClueRows:
    """What came back is for the unit that searches; the dispatcher passes it on and does not keep it."""
    if "dispatcher" in caller.staff.roles:
        return ClueRows()
    return await caller.desk.get(f"{API}/clues", ClueRows, order_id=order_id)


def _line(each: Broadcast) -> BroadcastLine:
    return BroadcastLine(
        words=each.words or "",
        sent_at=each.sent_at,
        expires_at=each.expires_at,
        recalled_at=each.recalled_at,
        cause=CAUSES.get(each.cause or "", ""),
        groups=tuple(ToldGroup(group.name, *POSTS.get(group.state or "", ON_ITS_WAY)) for group in each.groups),
    )


SEND = ActSpec(
    f"{API}/orders/{{id}}/broadcasts",
    "在群里寻人",
    "在群里寻人",
    "只在人有危险时发，只写最少的：年龄段、性别、衣着、在哪一带。不写姓名、电话、住址、病情，不发照片。",
    "发到选中的群",
    "已发到选中的群，到时间会自动撤回。",
    (Field("groups", "发到哪些群", "many", required=True),),
    consequence="群里的人都会看到。人一找到，请马上撤回。",
)
REPLY = ActSpec(
    f"{API}/orders/{{id}}/broadcasts/{{broadcast}}/replies",
    "群里有人回话",
    "把群里的回话转给民警",
    "只写说了什么，不写是谁说的（R-23）。",
    "转给民警",
    "已转给办这件事的民警核查。",
)


async def _send(caller: Caller) -> ActSpec:
    known = await caller.desk.get(f"{API}/groups", Groups)
    now = caller.now

    def body(values: Body) -> Body:
        seen = timedelta(minutes=int(values.get("minutes", 0)))
        sent = {name: values[name] for name in ("groups", "age", "sex", "looks", "area") if values.get(name)}
        return {**sent, "hours": int(values.get("hours", 2)), "seen_at": (now - seen).isoformat()}

    return ActSpec(
        SEND.path,
        SEND.label,
        SEND.title,
        SEND.explanation,
        SEND.submit,
        SEND.said,
        (
            Field(
                "groups",
                "发到哪些群",
                "many",
                choices=tuple(Choice(group.code, group.name) for group in known.groups),
                required=True,
            ),
            Field("age", "大概年纪", "one", choices=AGES),
            Field("sex", "性别", "one", choices=SEXES),
            Field(
                "looks",
                "衣着和一眼能看到的特征",
                "line",
                "例如：蓝色外套，灰裤子，白发，拄拐杖。最多 60 字。",
                limit=60,
            ),
            Field(
                "area",
                "最后在哪一带",
                "one",
                choices=tuple(Choice(area.code, area.name) for area in known.areas),
                required=True,
            ),
            Field("minutes", "多少分钟前见到的", "number", "刚刚就写 0。", required=True),
            Field("hours", "多久以后自动撤回", "one", choices=HOURS, required=True),
        ),
        body=body,
        consequence=SEND.consequence,
    )


async def _reply(caller: Caller, order_id: UUID, broadcast_id: UUID) -> ActSpec:
    told = next((each for each in await _broadcasts(caller, order_id) if each.broadcast_id == broadcast_id), None)
    groups = tuple(Choice(group.code, group.name) for group in told.groups) if told else ()
    return REPLY.at(REPLY.path.replace("{broadcast}", str(broadcast_id))).asking(
        Field("group", "在哪个群里说的", "one", choices=groups, required=True),
        Field("text", "说了什么", "area", "在哪里、什么时候、看到什么。", required=True, limit=2000),
    )
