"""议事三步走: find, discuss, solve; danger told at once, and no end before people use what was decided."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response

from services.portal.desk_client import Answer
from services.portal.pages.acts import ActSpec, Body, act, carry_out, offered, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import Act, Choice, Field, Link, Tile, TileSection, TogetherView
from services.portal.pages.door import pages_router
from services.portal.pages.meeting_files import DANGERS, STEPS
from services.portal.pages.meeting_specs import ACKNOWLEDGE
from services.portal.pages.meetings import agenda_choices
from services.portal.pages.staffroom import DESK

API = "/workorders/v1/deliberations"
CODE = re.compile(r"[a-z][a-z_]{1,39}")
BACK = ("/meetings", "回联席会议")
TOPICS = {
    "ebike_charging": "电动车充电",
    "parking": "停车",
    "fire_lane": "消防通道",
    "lighting": "路灯照明",
    "sanitation": "环境卫生",
    "other": "其他",
}
CLOSE = ActSpec(
    f"{API}/{{id}}/closing",
    "办结",
    "办结这件议事",
    "议定了不等于解决了：群众用上了才能办结。",
    "办结",
    "议事已办结。",
    consequence="办结后不能再登记进度。",
)
REACH = ActSpec(
    f"{API}/{{id}}/milestones/{{code}}/reached",
    "做到了",
    "这个节点做到了",
    "写明怎么看出来做到了。",
    "登记",
    "已登记做到。",
    (Field("proof", "依据", "area", limit=2000, required=True),),
)
DECIDE = ActSpec(
    f"{API}/{{id}}/decision",
    "登记决定",
    "登记决定",
    "大家同意怎么办，群众哪天能用上。",
    "定下来",
    "决定已登记。",
    (
        Field("decision", "决定怎么办", "area", limit=5000, required=True),
        Field("use", "群众用上什么", required=True),
        Field("use_due", "最晚哪天用上", "day", required=True),
        Field("before", "在这以前要先做什么（可以不写）"),
        Field("before_due", "最晚哪天做好", "day"),
    ),
    body=lambda values: _decision(values),
)


class Milestone(Answer):
    code: str
    what: str | None = None
    due: datetime
    in_use: bool
    reached: bool
    late: bool


class Deliberation(Answer):
    deliberation_id: UUID
    topic: str
    unit: str
    step: str
    problem: str | None = None
    danger: str | None = None
    told: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    supporters: int = 0
    decision: str | None = None
    milestones: tuple[Milestone, ...] = ()


def deliberation_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/deliberations/new")
    async def open_form(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return question(caller, opening(site, await agenda_choices(site, caller)), BACK, surface=DESK)

    @router.post("/deliberations/new")
    async def open_one(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        spec = opening(site, await agenda_choices(site, caller))
        told, again = await carry_out(caller, caller.desk, spec, UUID(int=0), BACK, surface=DESK)
        return again if told is None and again is not None else caller.go(f"/deliberations/{(told or {})['id']}")

    @router.get("/deliberations/{deliberation_id}")
    async def one(deliberation_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        found = await caller.desk.get(f"{API}/{deliberation_id}", Deliberation)
        return caller.show("together.html", _view(site, caller, found), caller.page(surface=DESK))

    @router.get("/deliberations/{deliberation_id}/{name}")
    async def ask(deliberation_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return question(caller, _spec(site, name), _back(deliberation_id), surface=DESK)

    @router.post("/deliberations/{deliberation_id}/{name}")
    async def do(deliberation_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await act(caller, caller.desk, _spec(site, name), deliberation_id, _back(deliberation_id), surface=DESK)

    return router


def _back(deliberation_id: UUID) -> tuple[str, str]:
    return f"/deliberations/{deliberation_id}", "回这件议事"


def _spec(site: Site, name: str) -> ActSpec:
    """`reach-<milestone>`, or the name of an act."""
    what, _, code = name.partition("-")
    if what == "reach" and CODE.fullmatch(code):
        return REACH.at(REACH.path.replace("{code}", code))
    specs: Mapping[str, ActSpec] = {
        "discuss": discussing(site),
        "decide": DECIDE,
        "close": CLOSE,
        "acknowledge": ACKNOWLEDGE,
    }
    if name not in specs:
        raise HTTPException(404)
    return specs[name]


def opening(site: Site, requests: tuple[Choice, ...]) -> ActSpec:
    return ActSpec(
        API,
        "发起议事",
        "发起议事",
        "大家共同的烦心事：先发现、再商议、后解决。有危险的，马上告诉能动手的单位，不等商议。",
        "发起",
        "议事已发起；有危险的，被告知的单位现在就能看到。",
        (
            Field(
                "request_id", "哪件诉求", "one", "手里没有在办的诉求，要先登记一件。", choices=requests, required=True
            ),
            Field("topic", "什么事", "one", choices=_choices(TOPICS), required=True),
            Field("problem", "大家遇到了什么", "area", "不写姓名、电话。", limit=5000, required=True),
            Field("danger", "有没有危险", "one", "没有就不选。", choices=_choices(DANGERS)),
            Field("told", "马上告诉谁", "many", "有危险时要选。", choices=_choices(site.bureau.units)),
        ),
    )


def discussing(site: Site) -> ActSpec:
    return ActSpec(
        f"{API}/{{id}}/discussions",
        "登记商议",
        "登记商议情况",
        "谁来了、提了什么办法。",
        "登记",
        "商议情况已登记。",
        (
            Field("units", "哪些单位来了", "many", choices=_choices(site.bureau.units)),
            Field("minutes", "商议情况", "area", "不写姓名、电话。", limit=10_000, required=True),
        ),
    )


def _choices(names: Mapping[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(code, name) for code, name in names.items())


def _decision(values: Body) -> Body:
    """The use is the last milestone; what comes before it is one of its own only where both are filled in."""
    milestones = [{"code": "use", "what": values["use"], "due": values["use_due"], "in_use": True}]
    if values.get("before") and values.get("before_due"):
        milestones.insert(0, {"code": "before", "what": values["before"], "due": values["before_due"]})
    return {"decision": values["decision"], "milestones": milestones}


def _view(site: Site, caller: Caller, found: Deliberation) -> TogetherView:
    base = f"/deliberations/{found.deliberation_id}"
    told = "、".join(map(site.bureau.unit, found.told))
    silent = "、".join(map(site.bureau.unit, found.silent))
    danger = Tile(
        title=DANGERS.get(found.danger or "", ""),
        lines=(f"已马上告知：{told}", *((f"还没有回音：{silent}",) if silent else ())),
        note="等回音" if silent else "都已动手",
        tone="danger" if silent else "good",
        acts=(offered(ACKNOWLEDGE, f"{base}/acknowledge"),) if caller.staff.unit in found.silent else (),
    )
    mine = caller.staff.unit == found.unit and found.step != "solved"
    supported = f" · 另有 {found.supporters} 件同样的反映" if found.supporters else ""
    return TogetherView(
        title=f"议事：{TOPICS.get(found.topic, found.topic)}",
        lead=f"{site.bureau.unit(found.unit)}召集 · {STEPS.get(found.step, found.step)}{supported}",
        back=Link("联席会议和议事", "/meetings"),
        sections=(
            *((TileSection("险情", (danger,)),) if found.danger else ()),
            TileSection(
                "大家遇到了什么", (Tile(title=TOPICS.get(found.topic, found.topic), said=found.problem or ""),)
            ),
            TileSection(
                "决定和进度",
                (
                    *((Tile(title="决定", said=found.decision),) if found.decision else ()),
                    *(_milestone(each, base, mine) for each in found.milestones),
                ),
                "还没有决定。",
                total=len(found.milestones),
            ),
        ),
        acts=_acts(site, found, base) if mine else (),
    )


def _milestone(milestone: Milestone, base: str, mine: bool) -> Tile:
    return Tile(
        title=f"{'群众用上：' if milestone.in_use else ''}{milestone.what or '（内容现在读不到）'}",
        note="做到了" if milestone.reached else "过期没做到" if milestone.late else "在做",
        tone="good" if milestone.reached else "late" if milestone.late else "soon",
        due=None if milestone.reached else milestone.due,
        due_for="最晚",
        acts=(offered(REACH, f"{base}/reach-{milestone.code}"),) if mine and not milestone.reached else (),
    )


def _acts(site: Site, found: Deliberation, base: str) -> tuple[Act, ...]:
    talking = offered(discussing(site), f"{base}/discuss")
    match found.step:
        case "find":
            return (talking,)
        case "discuss":
            return (offered(DECIDE, f"{base}/decide"), talking)
    return (offered(CLOSE, f"{base}/close"),)
