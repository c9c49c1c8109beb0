"""联席会议: agenda from what is open, minutes, decisions as tasks with a unit and a day; dangers told, and talks."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response

from services.portal.desk_client import DeskClient, Refused, Unreachable
from services.portal.pages.acts import ActSpec, act, carry_out, offered, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import Act, Choice, Link, Tile, TileSection, TogetherView
from services.portal.pages.door import pages_router
from services.portal.pages.meeting_files import (
    API,
    CONVENERS,
    DANGERS,
    KINDS,
    MEETING_STATES,
    STEPS,
    TASK_STATES,
    Candidates,
    Deliberation,
    Deliberations,
    Meeting,
    MeetingRow,
    Meetings,
    Task,
    TaskRow,
)
from services.portal.pages.meeting_specs import ACKNOWLEDGE, ANSWER, CLOSE, SIGN, calling, holding, tasking
from services.portal.pages.staffroom import DESK
from services.portal.pages.words import near, zh_names

TALK = Act("发起议事", "/deliberations/new", asks_first=True)


def meeting_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/meetings")
    async def listed(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        person = caller.require_staff()
        told = await caller.desk.get(API, Meetings, after=caller.request.query_params.get("after"))
        talks = await _deliberations(caller.desk)
        calls = CONVENERS & set(person.roles)
        view = TogetherView(
            title="联席会议",
            lead="会上定的每件事，都有单位、有期限、有答复。",
            sections=(
                *((_dangers(site, caller, talks),) if talks else ()),
                TileSection(
                    "没有答复的任务",
                    tuple(_task_row(site, each) for each in told.tasks if each.state in ("OFFERED", "SIGNED")),
                    "没有等答复的任务。",
                ),
                TileSection("会议", tuple(_row(site, each) for each in told.meetings), "还没有开过会。"),
            ),
            acts=(offered(calling(site, ()), "/meetings/new"), TALK) if calls else (),
        )
        return caller.show("together.html", view, caller.page(surface=DESK))

    @router.get("/meetings/new")
    async def call_form(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        spec = calling(site, await agenda_choices(site, caller))
        return question(caller, spec, ("/meetings", "回联席会议"), surface=DESK)

    @router.post("/meetings/new")
    async def call_one(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        spec = calling(site, await agenda_choices(site, caller))
        back = ("/meetings", "回联席会议")
        told, again = await carry_out(caller, caller.desk, spec, UUID(int=0), back, surface=DESK)
        return again if told is None and again is not None else caller.go(f"/meetings/{(told or {})['id']}")

    @router.get("/meetings/{meeting_id}")
    async def one(meeting_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        meeting = await _meeting(caller.desk, meeting_id)
        return caller.show("together.html", _view(site, caller, meeting), caller.page(surface=DESK))

    @router.get("/meetings/{meeting_id}/{name}")
    async def ask(meeting_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        spec = _spec(site, await _meeting(caller.desk, meeting_id), name)
        return question(caller, spec, _back(meeting_id), surface=DESK)

    @router.post("/meetings/{meeting_id}/{name}")
    async def do(meeting_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        spec = _spec(site, await _meeting(caller.desk, meeting_id), name)
        return await act(caller, caller.desk, spec, meeting_id, _back(meeting_id), surface=DESK)

    return router


def _back(meeting_id: UUID) -> tuple[str, str]:
    return f"/meetings/{meeting_id}", "回这次会议"


async def _meeting(desk: DeskClient, meeting_id: UUID) -> Meeting:
    return await desk.get(f"{API}/{meeting_id}", Meeting)


async def _deliberations(desk: DeskClient) -> tuple[Deliberation, ...]:
    try:
        told = await desk.get("/workorders/v1/deliberations", Deliberations)
    except (Refused, Unreachable):
        return ()
    return tuple(each for each in told.deliberations if each.step != "solved")


async def agenda_choices(site: Site, caller: Caller) -> tuple[Choice, ...]:
    """What is open and late, or with several units; empty where it cannot be read."""
    try:
        told = await caller.desk.get("/workorders/v1/meeting-agenda", Candidates, limit=30)
    except (Refused, Unreachable):
        return ()
    categories = zh_names()["categories"]
    return tuple(
        Choice(
            str(each.request_id),
            f"{categories.get(each.category, each.category)} · {'、'.join(map(site.bureau.unit, each.units))}",
            f"{'已超期，' if each.late else ''}答复期限 {near(each.answer_due, caller.now)}",
        )
        for each in told.candidates
    )


def _spec(site: Site, meeting: Meeting, name: str) -> ActSpec:
    invited = tuple(Choice(code, site.bureau.unit(code)) for code in meeting.units)
    match name.partition("_"):
        case ("close", _, ""):
            return CLOSE
        case ("hold", _, ""):
            return holding(invited)
        case ("task", _, ""):
            return tasking((Choice(meeting.unit, site.bureau.unit(meeting.unit)), *invited))
        case ("sign" | "answer" as what, _, task) if task in {str(each.task_id) for each in meeting.tasks}:
            spec = SIGN if what == "sign" else ANSWER
            return spec.at(spec.path.replace("{task}", task))
    raise HTTPException(404)


def _row(site: Site, meeting: MeetingRow) -> Tile:
    return Tile(
        title=f"{KINDS.get(meeting.kind, meeting.kind)}（{site.bureau.unit(meeting.unit)}召集）",
        url=f"/meetings/{meeting.meeting_id}",
        lines=("、".join(site.bureau.unit(each) for each in meeting.units),),
        note=MEETING_STATES.get(meeting.state, meeting.state)
        + (f"，{meeting.tasks_open} 项没答复" if meeting.tasks_open else ""),
        tone="good" if meeting.state == "CLOSED" else "soon",
        due=meeting.starts_at if meeting.state == "CALLED" else None,
        due_for="开会",
    )


def _task_row(site: Site, task: TaskRow) -> Tile:
    return Tile(
        title=f"{site.bureau.unit(task.unit)}的任务",
        url=f"/meetings/{task.meeting_id}",
        note="过期没有答复" if task.late else TASK_STATES.get(task.state, task.state),
        tone="late" if task.late else "soon",
        due=task.due,
        due_for="最晚",
    )


def _dangers(site: Site, caller: Caller, talks: tuple[Deliberation, ...]) -> TileSection:
    return TileSection("险情告知和议事", tuple(_danger(site, caller, each) for each in talks))


def _danger(site: Site, caller: Caller, talk: Deliberation) -> Tile:
    silent = "、".join(site.bureau.unit(each) for each in talk.silent)
    acts: tuple[Act, ...] = ()
    if caller.staff.unit in talk.silent:
        acts = (offered(ACKNOWLEDGE, f"/deliberations/{talk.deliberation_id}/acknowledge"),)
    return Tile(
        title=DANGERS.get(talk.danger or "", "") or "议事",
        url=f"/deliberations/{talk.deliberation_id}",
        lines=(
            f"{site.bureau.unit(talk.unit)}召集 · {STEPS.get(talk.step, talk.step)}"
            + (f" · 另有 {talk.supporters} 件同样的反映" if talk.supporters else ""),
            *((f"已告知，还没有回音：{silent}",) if silent else ()),
        ),
        note="等回音" if talk.silent else "都已动手" if talk.danger else "",
        tone="danger" if talk.silent else "good",
        acts=acts,
    )


def _view(site: Site, caller: Caller, meeting: Meeting) -> TogetherView:
    base = f"/meetings/{meeting.meeting_id}"
    record = (
        Tile(
            title="会议纪要",
            lines=(f"到会：{'、'.join(site.bureau.unit(each) for each in meeting.came)}",),
            said=meeting.minutes or "",
        ),
    )
    return TogetherView(
        title=meeting.title or KINDS.get(meeting.kind, meeting.kind),
        lead=f"{near(meeting.starts_at, caller.now)} · {site.bureau.unit(meeting.unit)}召集 · 请"
        f"{'、'.join(site.bureau.unit(each) for each in meeting.units)} · 议 {len(meeting.agenda)} 件",
        back=Link("全部会议", "/meetings"),
        sections=(
            TileSection("任务", tuple(_task(site, caller, meeting, each) for each in meeting.tasks), "还没有定任务。"),
            *((TileSection("记录", record),) if meeting.minutes else ()),
        ),
        acts=_meeting_acts(meeting, base),
    )


def _meeting_acts(meeting: Meeting, base: str) -> tuple[Act, ...]:
    if not meeting.mine or meeting.state == "CLOSED":
        return ()
    if meeting.state == "CALLED":
        return (offered(holding(()), f"{base}/hold"),)
    return (offered(tasking(()), f"{base}/task"), offered(CLOSE, f"{base}/close"))


def _task(site: Site, caller: Caller, meeting: Meeting, task: Task) -> Tile:
    base = f"/meetings/{meeting.meeting_id}"
    acts: tuple[Act, ...] = ()
    if caller.staff.unit == task.unit and meeting.state != "CLOSED":
        if task.state == "OFFERED":
            acts = (offered(SIGN, f"{base}/sign_{task.task_id}"),)
        elif task.state != "KEPT":
            acts = (offered(ANSWER, f"{base}/answer_{task.task_id}"),)
    return Tile(
        title=f"{site.bureau.unit(task.unit)}{'（盯企业落实）' if task.firm_id else ''}",
        lines=(task.what or "（内容现在读不到）",),
        said=task.answer or "",
        note="过期没有答复" if task.late else TASK_STATES.get(task.state, task.state),
        tone="late" if task.late else "good" if task.state == "KEPT" else "soon",
        due=None if task.answer else task.due,
        due_for="最晚",
        acts=acts,
    )
