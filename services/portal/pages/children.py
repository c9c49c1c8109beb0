"""未保专线: the lane's own list and files, for members of its group. Nothing here is shown anywhere else."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response
from fastapi import Query as Param

from services.portal.desk_client import Refused
from services.portal.pages.acts import MENDABLE, ActSpec, act, offered, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.children_files import (
    API,
    CLOCKS,
    CONFLICTS,
    EXCLUSION,
    FACTS,
    SCOPES,
    SEATS,
    SPECS,
    ChildFile,
    ChildRow,
    ChildRows,
    ClockFile,
    Opened,
    ReadFile,
)
from services.portal.pages.contexts import (
    Act,
    ChildFileView,
    ChildListView,
    Choice,
    ClockTile,
    Field,
    Notice,
    ReadTile,
    SealedView,
    SeatTile,
    TimelineItem,
    WorkItem,
)
from services.portal.pages.door import pages_router
from services.portal.pages.staffroom import DESK, named
from services.portal.pages.words import zh_names

Names = Mapping[UUID, str]
READERS = frozenset({"child_officer", "station_leader"})
"""Of the list of members; a counsellor needs it for nothing."""


def children_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/children")
    async def listed(
        caller: Annotated[Caller, Depends(site.caller)], cursor: Annotated[str, Param(max_length=200)] = ""
    ) -> Response:
        caller.require_staff()
        rows = await caller.desk.get(API, ChildRows, cursor=cursor)
        names = await site.staff.names()
        view = ChildListView(
            items=tuple(_item(row, names) for row in sorted(rows.files, key=_urgency)),
            late=sum(not row.reported and bool(row.late) for row in rows.files),
            older_url=f"/children?cursor={rows.cursor}" if rows.cursor else "",
            group_url="/children/group" if caller.staff.role in READERS else "",
        )
        return caller.show("children/list.html", view, caller.page(surface=DESK, quick_leave=True))

    @router.get("/children/{child_id}")
    async def read(child_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        return await _show(site, caller, child_id)

    @router.post("/children/{child_id}/reads/{read_id}/opening")
    async def open_sealed(child_id: UUID, read_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        try:
            told = await caller.desk.command(f"{API}/{child_id}/reads/{read_id}/opening", {}, caller.form_key)
        except Refused as refused:
            return await _mended(site, caller, child_id, refused)
        opened = Opened.model_validate(told)
        view = SealedView(opened.texts, opened.erased, opened.until, f"/children/{child_id}")
        return caller.show("children/sealed.html", view, caller.page(surface=DESK, quick_leave=True))

    @router.post("/children/{child_id}/reads/{read_id}/{verdict}")
    async def judge(
        child_id: UUID, read_id: UUID, verdict: str, caller: Annotated[Caller, Depends(site.caller)]
    ) -> Response:
        caller.require_staff()
        if verdict not in ("approval", "refusal"):
            raise HTTPException(404)
        try:
            await caller.desk.command(f"{API}/{child_id}/reads/{read_id}/{verdict}", {}, caller.form_key)
        except Refused as refused:
            return await _mended(site, caller, child_id, refused)
        caller.visit = caller.visit.saying("已批准，到时自动失效。" if verdict == "approval" else "没有同意。")
        return caller.go(f"/children/{child_id}")

    @router.get("/children/{child_id}/seats/{person_id}/exclusion")
    async def ask_exclusion(
        child_id: UUID, person_id: UUID, caller: Annotated[Caller, Depends(site.caller)]
    ) -> Response:
        caller.require_staff()
        return question(caller, EXCLUSION, _back(child_id), surface=DESK, quick_leave=True)

    @router.post("/children/{child_id}/seats/{person_id}/exclusion")
    async def exclude(child_id: UUID, person_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        spec = EXCLUSION.at(EXCLUSION.path.replace("{person}", str(person_id)))
        return await act(caller, caller.desk, spec, child_id, _back(child_id), surface=DESK, quick_leave=True)

    @router.get("/children/{child_id}/{name}")
    async def ask(child_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        spec = await _spec(site, caller, child_id, name)
        return question(caller, spec, _back(child_id), surface=DESK, quick_leave=True)

    @router.post("/children/{child_id}/{name}")
    async def do(child_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        spec = await _spec(site, caller, child_id, name)
        return await act(caller, caller.desk, spec, child_id, _back(child_id), surface=DESK, quick_leave=True)

    return router


def _back(child_id: UUID) -> tuple[str, str]:
    return f"/children/{child_id}", "回这份件"


async def _file(caller: Caller, child_id: UUID) -> ChildFile:
    return await caller.desk.get(f"{API}/{child_id}", ChildFile)


async def _spec(site: Site, caller: Caller, child_id: UUID, name: str) -> ActSpec:
    caller.require_staff()
    spec = SPECS.get(name)
    if spec is None:
        raise HTTPException(404)
    match name:
        case "reads":
            return spec.asking(replace(spec.fields[0], choices=_scopes(caller)), *spec.fields[1:])
        case "interview":
            file = await _file(caller, child_id)
            beside = tuple(
                Choice(str(each.person), SEATS[each.seat])
                for each in file.seats
                if each.seat in ("guardian", "suitable_adult")
            )
            return spec.asking(replace(spec.fields[0], choices=beside), *spec.fields[1:])
        case "seats":
            return spec.asking(spec.fields[0], await _who(site), *spec.fields[1:])
    return spec


def _scopes(caller: Caller) -> tuple[Choice, ...]:
    mine = ("own_sessions",) if caller.staff.role == "counsellor" else ("call", "sessions")
    return tuple(Choice(scope, SCOPES[scope]) for scope in mine)


async def _who(site: Site) -> Field:
    """Schools and counsellors have accounts; a guardian is known by the telephone."""
    people = [
        each for each in await site.staff.everybody() if each.person and {"school_staff", "counsellor"} & {*each.roles}
    ]
    return Field(
        "who",
        "谁（学校、咨询师）",
        "one",
        choices=tuple(Choice(str(each.person), each.name, each.about) for each in people),
    )


async def _mended(site: Site, caller: Caller, child_id: UUID, refused: Refused) -> Response:
    if refused.status not in MENDABLE:
        raise refused
    return await _show(site, caller, child_id, Notice(refused.words, "late"), refused.status)


async def _show(
    site: Site, caller: Caller, child_id: UUID, notice: Notice | None = None, status: int = 200
) -> Response:
    caller.require_staff()
    file = await _file(caller, child_id)
    view = _view(site, caller, file, await site.staff.names())
    page = caller.page(surface=DESK, quick_leave=True, notice=notice)
    return caller.show("children/file.html", view, page, status=status)


def _urgency(row: ChildRow) -> tuple[bool, str, float]:
    due = row.report_due or row.answer_due
    return row.reported, row.priority, due.timestamp()


def _item(row: ChildRow, names: Names) -> WorkItem:
    due, due_for = row.answer_due, "答复"
    if not row.reported:
        due, due_for = row.report_due or row.answer_due, "强制报告"
    elif row.feedback_due:
        due, due_for = row.feedback_due, "答复报告单位"
    elif row.school_due:
        due, due_for = row.school_due, "学校结果"
    return WorkItem(
        url=f"/children/{row.child_id}",
        priority=row.priority,
        category="已报负责人" if row.escalated else "未保",
        subject=f"件 {code_of(row.child_id)}",
        place=named(row.owner, names, "还没有人签收"),
        door="",
        state=zh_names()["states"].get(row.state, row.state),
        due=due,
        due_for=due_for,
    )


def code_of(child_id: UUID) -> str:
    return str(child_id)[:8].upper()


def _view(site: Site, caller: Caller, file: ChildFile, names: Names) -> ChildFileView:
    acts = _acts(caller, file)
    reads = tuple(_read(caller, file.child_id, each, names) for each in file.reads)
    waiting = sum(len(each.acts) > 1 for each in reads)
    if waiting:
        hint = f"有 {waiting} 条查阅申请等您批准，先看为什么要看。"
        acts.insert(0, Act("看申请", f"/children/{file.child_id}#sealed", hint, asks_first=True))
    return ChildFileView(
        code=code_of(file.child_id),
        state=zh_names()["states"].get(file.state, file.state),
        holder=named(file.owner, names, "还没有人签收") if file.signed else "还没有人签收",
        priority=file.priority,
        in_danger=file.in_danger and file.state != "CLOSED",
        answer_due=None if file.state == "CLOSED" else file.answer_due,
        clocks=_clocks(file),
        seats=_seats(caller, file, names),
        sessions=tuple(
            TimelineItem(
                each.at,
                named(each.author, names, "专岗"),
                "询问记录（已封存）" if each.kind == "interview" else "疏导记录（已封存）",
            )
            for each in file.sessions
        ),
        reads=reads,
        next_act=acts[0] if acts else None,
        acts=tuple(acts[1:]),
        ask=_offer(file.child_id, "reads"),
        timeline=tuple(
            TimelineItem(each.at, "专岗", FACTS[each.fact]) for each in reversed(file.timeline) if each.fact in FACTS
        ),
    )


def _offer(child_id: UUID, name: str) -> Act:
    return offered(SPECS[name], f"/children/{child_id}/{name}")


def _acts(caller: Caller, file: ChildFile) -> list[Act]:
    """The next step first: the report waits for nothing, a signature included."""
    if file.state == "CLOSED":
        return []
    if caller.staff.role == "counsellor":
        return [_offer(file.child_id, "counselling")]
    if caller.staff.role != "child_officer":
        return []
    names = [] if file.signed else ["signature"]
    if not file.reported:
        names.insert(0, "mandatory-report")
    if file.signed:
        names += [] if file.casework else ["casework"]
        names += ["reporter-answer"] if file.casework and not file.told_reporter else []
        names += ["first-response", "seats", "interview"]
        names += [] if file.bullying else ["bullying"]
        names += ["outcome"]
    names += ["return"]
    return [_offer(file.child_id, name) for name in names]


def _clocks(file: ChildFile) -> tuple[ClockTile, ...]:
    tiles = []
    running = {each.clock: each for each in file.clocks}
    for clock, (name, law) in CLOCKS.items():
        met = {"CL-070": file.reported, "CL-071": file.told_reporter, "CL-072": file.school_answered}[clock]
        if clock in running:
            tiles.append(_clock(name, law, running[clock]))
        elif met:
            tiles.append(ClockTile(name, law, None, "已做到", "good"))
    return tuple(tiles)


def _clock(name: str, law: str, running: ClockFile) -> ClockTile:
    if running.escalated:
        return ClockTile(name, law, running.due, "超过时限，已报负责人", "danger")
    if running.breached:
        return ClockTile(name, law, running.due, "超过时限", "late")
    return ClockTile(name, law, running.due, "在走", "soon")


def _seats(caller: Caller, file: ChildFile, names: Names) -> tuple[SeatTile, ...]:
    leads = caller.staff.role == "child_officer" and file.state != "CLOSED" and file.signed
    seated = tuple(
        SeatTile(
            SEATS[each.seat],
            named(each.person, names, "已安排"),
            "plain",
            offered(EXCLUSION, f"/children/{file.child_id}/seats/{each.person}/exclusion") if leads else None,
        )
        for each in file.seats
    )
    kept_out = tuple(
        SeatTile("不得参加", f"{named(each.person, names, '一个人')}：{CONFLICTS[each.conflict]}", "late", None)
        for each in file.excluded
    )
    return (*seated, *kept_out)


def _read(caller: Caller, child_id: UUID, read: ReadFile, names: Names) -> ReadTile:
    url, mine = f"/children/{child_id}/reads/{read.read_id}", str(read.reader) == caller.staff.person
    acts: tuple[Act, ...] = ()
    over = read.until is not None and read.until < caller.now
    if read.declined:
        state = "没有同意"
    elif read.until is None:
        state = "等名单上的另一个人批准" if mine else "等批准"
        if not mine and caller.staff.role in ("child_officer", "station_leader"):
            acts = (Act("批准", f"{url}/approval"), Act("不同意", f"{url}/refusal"))
    elif over:
        state = "批准已过期"
    else:
        state = "可以打开"
        acts = (Act("打开", f"{url}/opening"),) if mine else ()
    return ReadTile(
        what=SCOPES[read.scope],
        who=named(read.reader, names, "专岗"),
        state=state,
        tone="late" if read.declined or over else "good" if read.until else "soon",
        until=None if over else read.until,
        opened=read.opened,
        why=read.why or "",
        acts=acts,
    )
