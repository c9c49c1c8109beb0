"""The clocks of one request: courses of law with their acts, what stands still, and the rung on which a dispute is."""

import asyncio
from dataclasses import replace
from datetime import datetime, time
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response

from services.portal.pages.acts import ActSpec, Body, act, choices_of, offered, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.clock_files import PLACES, Climb, Course, CourseAct, Courses, Ladders, Place
from services.portal.pages.contexts import Act, Choice, Field, Link, Tile, TileSection, TogetherView
from services.portal.pages.door import pages_router
from services.portal.pages.staffroom import DESK
from services.portal.pages.words import near, time_left, zh_names
from shared.kernel import BUREAU_ZONE

API: Final = "/routing/v1/requests/{id}"
LAST_RUNG: Final = "enforcement"
DROPPING: Final = ("PARTY_REFUSES", "LEGAL_PROCEDURE", "NEW_FACTS", "OVERRULED")
EVIDENCE: Final = Field(
    "evidence", "依据", "area", "哪份文书、谁批准、什么时候。不写姓名和电话。", limit=2000, required=True
)
WHEN: Final = (
    Field("day", "哪一天", "day", "期限从这一天的第二天起算。", required=True),
    Field("clock", "几点（可以不写）", hint="例如 14:30；按小时算的期限要写", limit=5),
)


NOTED_FROM: Final = "登记的是事情发生的那一天，不是今天。有关的期限会自动停下、开始或者延长。"


def clock_course_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/clocks/{request_id}")
    async def one(request_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        told, place = await asyncio.gather(
            caller.desk.get(f"{API.format(id=request_id)}/courses", Courses),
            caller.desk.get(f"{API.format(id=request_id)}/place", Place),
        )
        return caller.show("together.html", _view(caller, request_id, told, place), caller.page(surface=DESK))

    @router.get("/clocks/{request_id}/{course}/{name}")
    async def ask(
        request_id: UUID, course: str, name: str, caller: Annotated[Caller, Depends(site.caller)]
    ) -> Response:
        caller.require_staff()
        return question(caller, await _spec(caller, request_id, course, name), _back(request_id), surface=DESK)

    @router.post("/clocks/{request_id}/{course}/{name}")
    async def do(request_id: UUID, course: str, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        spec = await _spec(caller, request_id, course, name)
        return await act(caller, caller.desk, spec, request_id, _back(request_id), surface=DESK)

    return router


def _back(request_id: UUID) -> tuple[str, str]:
    return f"/clocks/{request_id}", "回这件的时限"


async def _spec(caller: Caller, request_id: UUID, course: str, name: str) -> ActSpec:
    if (course, name) == ("place", "climb"):
        ladders, place = await asyncio.gather(
            caller.desk.get("/routing/v1/ladders", Ladders),
            caller.desk.get(f"{API.format(id=request_id)}/place", Place),
        )
        return climbing(ladders, place)
    told = await caller.desk.get(f"{API.format(id=request_id)}/courses", Courses)
    if (course, name) == ("any", "beginning"):
        return beginning(told)
    found = next((each for each in told.courses if each.course == course), None)
    if found is None:
        raise HTTPException(404)
    match name:
        case "stillness":
            return standing_still(found)
        case "resumption":
            return resuming(found)
        case "end":
            return dropping(found)
    noted = next((each for each in found.acts if each.act == name and each.happened_at is None), None)
    if noted is None:
        raise HTTPException(404)
    return noting(found, noted)


def noting(course: Course, wanted: CourseAct) -> ActSpec:
    return ActSpec(
        f"{API}/acts",
        wanted.name,
        f"{course.name}：{wanted.name}",
        NOTED_FROM,
        "记下这一步",
        f"已登记：{wanted.name}。",
        (*WHEN, EVIDENCE if wanted.needs_approval else replace(EVIDENCE, label="依据（可以不写）", required=False)),
        body=lambda values: _noted(course.course, wanted.act, values),
    )


def beginning(told: Courses) -> ActSpec:
    """The first act of any course that is not taken yet."""
    first = tuple(
        Choice(f"{course.course}/{each.act}", f"{course.name}：{each.name}（{course.rule}）")
        for course in told.courses
        if not course.taken
        for each in course.acts
    )
    return ActSpec(
        f"{API}/acts",
        "开始一项程序",
        "开始一项程序",
        NOTED_FROM,
        "记下这一步",
        "已登记，期限开始走。",
        (
            Field("what", "哪一步", "pick", choices=first, required=True),
            *WHEN,
            replace(EVIDENCE, label="依据（可以不写）", required=False),
        ),
        body=_begun,
    )


def _begun(values: Body) -> Body:
    course, _, act = values["what"].partition("/")
    return _noted(course, act, values)


def _noted(course: str, act: str, values: Body) -> Body:
    return {
        "course": course,
        "act": act,
        "happened_at": _at(values["day"], values.get("clock", "")),
        **({"evidence": values["evidence"]} if values.get("evidence") else {}),
    }


def _at(day: str, clock: str) -> str:
    """What is no day or no time goes as it was typed: the desk says which field is wrong."""
    try:
        hour = time.fromisoformat(clock.replace("：", ":").zfill(5)) if clock else time(0)
        return datetime.combine(datetime.fromisoformat(day).date(), hour, BUREAU_ZONE).isoformat()
    except ValueError:
        return f"{day} {clock}"


def standing_still(course: Course) -> ActSpec:
    grounds = sorted({ground for limit in course.limits for ground in limit.pauses})
    return ActSpec(
        f"{API}/courses/{course.course}/stillness",
        "停下不走时间",
        f"{course.name}：停下不走时间",
        "只有法律列明的理由可以停，恢复以后接着走。",
        "停下",
        "已停下，有关的期限不走时间。",
        (Field("ground", "理由", "one", choices=choices_of("reasons", grounds), required=True), EVIDENCE),
    )


def resuming(course: Course) -> ActSpec:
    return ActSpec(
        f"{API}/courses/{course.course}/resumption",
        "恢复走时间",
        f"{course.name}：恢复走时间",
        "停着的期限从现在起接着走；时效中断的，从现在起重新计算。",
        "恢复",
        "已恢复，期限接着走。",
        consequence="恢复后不能再改回停着的那一段。",
    )


def dropping(course: Course) -> ActSpec:
    return ActSpec(
        f"{API}/courses/{course.course}/end",
        "不再走这项程序",
        f"{course.name}：不再走这项程序",
        "登记错了、当事人撤回了，就在这里结束。有关的期限都停下。",
        "结束",
        "已结束，有关的期限都停下了。",
        (Field("reason", "为什么", "one", choices=choices_of("reasons", DROPPING), required=True),),
        consequence="结束后期限不再走；要再走，从头登记。",
    )


def climbing(ladders: Ladders, place: Place) -> ActSpec:
    order = [rung.rung for rung in ladders.place]
    label = climb_label(place)
    above = order[order.index(place.rung) + 1 :] if place.rung else order
    where = Field("rung", "在哪一级", "one", choices=tuple(Choice(code, PLACES[code]) for code in above), required=True)
    why = Field("reason", "为什么", "one", choices=choices_of("reasons", ladders.reasons), required=True)
    note = Field("note", "说明（可以不写）", "area", "不写姓名和电话。", limit=2000)
    return ActSpec(
        f"{API}/place",
        label,
        label,
        "小事不出村，法院在最后。有违法、涉嫌犯罪或者要回避的，才可以越级。",
        "定下来",
        "已定下，这一级的时限开始走。",
        (where, why, note) if place.rung else (where, note),
    )


def climb_label(place: Place) -> str:
    return "交到上一级" if place.rung else "定在哪一级化解"


def _view(caller: Caller, request_id: UUID, told: Courses, place: Place) -> TogetherView:
    base = f"/clocks/{request_id}"
    taken = tuple(_taken(caller, base, course) for course in told.courses if course.taken)
    return TogetherView(
        title="这件的时限",
        lead="法定程序每走一步登记一次，期限由系统算；矛盾在哪一级化解也记在这里。",
        back=Link("回这件诉求", f"/desk?open={request_id}"),
        sections=(
            TileSection("在走的程序", taken, "还没有登记过法定程序。"),
            TileSection("在哪一级化解", (_place(caller, base, place),)),
        ),
        acts=(offered(beginning(told), f"{base}/any/beginning"),),
    )


def _taken(caller: Caller, base: str, course: Course) -> Tile:
    reasons = zh_names()["reasons"]
    lines = [f"{each.name}：{_done(each.happened_at, caller.now)}" for each in course.acts if each.happened_at]
    for limit in course.limits:
        if limit.paused_at:
            lines.append(
                f"{limit.name}：停着（{reasons.get(limit.ground or '', '')}），{near(limit.paused_at, caller.now)} 起"
            )
        else:
            lines.append(f"{limit.name}：{near(limit.due, caller.now)} 前，{time_left(limit.due, caller.now)}")
    acts = [
        offered(noting(course, each), f"{base}/{course.course}/{each.act}")
        for each in course.acts
        if each.happened_at is None
    ]
    if any(limit.pauses and not limit.paused_at for limit in course.limits):
        acts.append(offered(standing_still(course), f"{base}/{course.course}/stillness"))
    if any(limit.paused_at for limit in course.limits):
        acts.append(offered(resuming(course), f"{base}/{course.course}/resumption"))
    acts.append(offered(dropping(course), f"{base}/{course.course}/end"))
    late = any(limit.broken for limit in course.limits)
    return Tile(
        course.name,
        lines=tuple(lines),
        note="有期限已超" if late else "" if course.limits else "没有在走的期限",
        tone="late" if late else "plain",
        acts=tuple(acts),
    )


def _done(at: datetime, now: datetime) -> str:
    """Where nobody gave a time, the day alone."""
    return (
        near(at, now).removesuffix("00:00").rstrip() if at.astimezone(BUREAU_ZONE).time() == time(0) else near(at, now)
    )


def _place(caller: Caller, base: str, place: Place) -> Tile:
    return Tile(
        f"现在在{PLACES[place.rung]}" if place.rung else "没有定在哪一级",
        lines=tuple(_climb(caller, each) for each in place.climbs) or ("先在村、社区化解；化解不了，再一级一级往上。",),
        acts=(Act(climb_label(place), f"{base}/place/climb", asks_first=True),) if place.rung != LAST_RUNG else (),
    )


def _climb(caller: Caller, climb: Climb) -> str:
    why = zh_names()["reasons"].get(climb.reason or "", "从这里开始")
    return f"{near(climb.at, caller.now)} {PLACES[climb.rung]}：{why}{'，到期自动升级' if climb.by_clock else ''}"
