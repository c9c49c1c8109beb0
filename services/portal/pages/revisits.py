"""回访: whom to go to, by when and why; one form for what was found. Made for a phone and one hand."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response

from services.portal.desk_client import Answer, Refused, Unreachable
from services.portal.pages.acts import ActSpec, Body, act, offered, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import Act, Choice, Field, Tile, TileSection, TogetherView
from services.portal.pages.door import pages_router
from services.portal.pages.staffroom import DESK, named
from services.portal.pages.words import near, zh_names

API = "/notifications/v1/requests/{id}/revisits"
BACK = ("/revisits", "回访名单")
STATES = {
    "PLANNED": "待回访",
    "REPORTED": "等另一人确认",
    "CALM": "稳住了",
    "TROUBLE": "又出事了，已重新办理",
    "GIVEN_UP": "三次没找到人",
    "CALLED_OFF": "已取消",
}
GOERS = frozenset(
    {
        "community_officer",
        "traffic_officer",
        "enterprise_officer",
        "child_officer",
        "peoples_mediator",
        "supervisor",
    }
)
SENDERS = frozenset({"station_leader", "triage_officer", "bureau_leader"})
RESULT = ActSpec(
    f"{API}/{{day}}/result",
    "记结果",
    "记回访结果",
    "照您看到、听到的记。又出了事的，这件诉求会马上重新办理，交给另外的人。",
    "记下",
    "回访结果已记下。",
    (
        Field(
            "found",
            "现在怎样",
            "one",
            choices=(
                Choice("calm", "稳住了", "没有再发生"),
                Choice("trouble", "又出事了", "要写明出了什么事"),
                Choice("not_reached", "没找到人", "下一个工作日再去"),
            ),
            required=True,
        ),
        Field(
            "satisfied",
            "当事人对上次的结果",
            "one",
            "没有问、没有说的，不用选。",
            choices=(Choice("yes", "满意"), Choice("no", "不满意")),
        ),
        Field("note", "当事人怎么说", "area", "不写姓名、电话。", limit=2000),
    ),
    body=lambda values: _result(values),
)
NOT_REACHED = ActSpec(
    f"{API}/{{day}}/result",
    "没找到人",
    "没找到人",
    "",
    "没找到人",
    "已记下，下一个工作日再去。",
    body=lambda values: {"found": "not_reached"},
)
ASSIGN = ActSpec(
    f"{API}/{{day}}/assignment",
    "派人去",
    "派谁去回访",
    "承办人不能自己回访自己。",
    "派他去",
    "已派人回访。",
    (Field("person", "派谁", "one", required=True),),
)


class Reason(Answer):
    zh: str


class Revisit(Answer):
    request_id: UUID
    day: int
    category: str
    unit: str
    visitor: UUID | None = None
    handled_by_reader: bool = False
    opens_at: datetime
    due: datetime
    next_at: datetime
    reasons: tuple[Reason, ...]
    tries: int
    late: bool
    state: str


class Revisits(Answer):
    revisits: tuple[Revisit, ...] = ()


class Officer(Answer):
    person: UUID
    unit: str
    roles: tuple[str, ...] = ()


class Officers(Answer):
    officers: tuple[Officer, ...] = ()


def _result(values: Body) -> Body:
    satisfied = {"yes": True, "no": False}.get(values.get("satisfied", ""))
    return {
        "found": values["found"],
        **({"satisfied": satisfied} if satisfied is not None else {}),
        **({"note": values["note"]} if values.get("note") else {}),
    }


def revisit_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/revisits")
    async def today(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        after = caller.request.query_params.get("after")
        told = await caller.desk.get("/notifications/v1/revisits", Revisits, open="true", after=after)
        names = await site.staff.names()
        now = [each for each in told.revisits if each.opens_at <= caller.now]
        later = [each for each in told.revisits if each.opens_at > caller.now]
        view = TogetherView(
            title="回访",
            lead="办结以后去看一看：稳住了没有。谁办的，不能由谁一个人说好。",
            sections=(
                TileSection(
                    "现在该去的",
                    tuple(_tile(site, caller, each, names) for each in now),
                    "今天没有要回访的。",
                ),
                TileSection("以后的", tuple(_tile(site, caller, each, names) for each in later[:20]), total=len(later)),
            ),
        )
        return caller.show("together.html", view, caller.page(surface=DESK))

    @router.get("/revisits/{request_id}/{day}/{name}")
    async def ask(request_id: UUID, day: int, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return question(caller, await _spec(site, caller, day, name), BACK, surface=DESK)

    @router.post("/revisits/{request_id}/{day}/{name}")
    async def do(request_id: UUID, day: int, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        spec = await _spec(site, caller, day, name)
        return await act(caller, caller.desk, spec, request_id, BACK, surface=DESK)

    return router


async def _spec(site: Site, caller: Caller, day: int, name: str) -> ActSpec:
    match name:
        case "result":
            spec = RESULT
        case "not-reached":
            spec = NOT_REACHED
        case "assignment":
            spec = await _assigning(site, caller)
        case _:
            raise HTTPException(404)
    return spec.at(spec.path.replace("{day}", str(day)))


async def _assigning(site: Site, caller: Caller) -> ActSpec:
    """Whoever may go, of every unit; a unit without such people asks another one's."""
    try:
        listed = await caller.desk.get("/routing/v1/directory/officers", Officers)
    except (Refused, Unreachable):
        listed = Officers()
    names = await site.staff.names()
    goers = [each for each in listed.officers if {"community_officer", "enterprise_officer"} & set(each.roles)]
    units = {str(each.person): each.unit for each in goers}
    choices = tuple(
        Choice(str(each.person), named(each.person, names, "民警"), site.bureau.unit(each.unit)) for each in goers
    )

    def body(values: Body) -> Body:
        return {"person": values["person"], "unit": units.get(values["person"], "")}

    return replace(ASSIGN, body=body).asking(Field("person", "派谁", "one", choices=choices, required=True))


def _tile(site: Site, caller: Caller, visit: Revisit, names: dict[UUID, str]) -> Tile:
    open_now = visit.opens_at <= caller.now
    lines = [each.zh for each in visit.reasons]
    lines.append(f"{site.bureau.unit(visit.unit)} · {named(visit.visitor, names, '单位里谁去都行')}")
    if visit.tries:
        lines.append(f"已经去过 {visit.tries} 次，没找到人；{near(visit.next_at, caller.now)} 前再去")
    if visit.state == "REPORTED":
        lines.append("承办人说稳住了，等另一人去确认。")
    elif visit.handled_by_reader:
        lines.append("这件是您办的：您说稳住了，还要另一人去确认。")
    category = zh_names()["categories"].get(visit.category, visit.category)
    return Tile(
        title=f"{category} · 办结后 {visit.day} 天",
        url=f"/desk?open={visit.request_id}",
        lines=tuple(lines),
        note="过期没去" if visit.late else STATES.get(visit.state, visit.state),
        tone="late" if visit.late else "soon" if open_now else "plain",
        due=visit.due,
        due_for="最晚",
        acts=_acts(caller, visit),
    )


def _acts(caller: Caller, visit: Revisit) -> tuple[Act, ...]:
    base = f"/revisits/{visit.request_id}/{visit.day}"
    assigning = (offered(ASSIGN.asking(Field("person", "派谁")), f"{base}/assignment"),)
    sends = bool(SENDERS & set(caller.staff.roles))
    if sends and not GOERS & set(caller.staff.roles):
        return assigning
    if visit.opens_at > caller.now:
        return (offered(RESULT, f"{base}/result"),)
    acts = (offered(RESULT, f"{base}/result"), offered(NOT_REACHED, f"{base}/not-reached"))
    return (*acts, *assigning) if sends else acts
