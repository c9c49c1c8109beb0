"""排查: the plan, and the walk with a phone in one hand: 已到, 没到, 发现问题."""

from datetime import datetime, time
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response

from services.portal.desk_client import Answer
from services.portal.pages.acts import ActSpec, Body, act, carry_out, offered, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import Act, Choice, Field, Link, Tile, TileSection, TogetherView
from services.portal.pages.door import pages_router
from services.portal.pages.staffroom import DESK
from shared.kernel import BUREAU_ZONE

API = "/workorders/v1/sweeps"
KINDS = {
    "fire": "消防隐患",
    "rental_fire": "出租房消防",
    "dispute": "矛盾纠纷",
    "rental": "出租房、流动人口",
    "road": "道路隐患",
    "campus": "校园周边",
}
WHY = {"nobody_there": "家里没人", "not_let_in": "不让进", "no_time": "没来得及"}
PLANNERS = frozenset({"community_officer", "village_official", "grid_worker"})
VISIT = ActSpec(f"{API}/{{id}}/points/{{point}}/visit", "已到", "已到", "", "已到", "已记下：到过了。")
MISS = ActSpec(
    f"{API}/{{id}}/points/{{point}}/miss",
    "没到",
    "为什么没到",
    "没到的也要有着落，数才对得上。以后到了可以再记“已到”。",
    "记下",
    "已记下没到的原因。",
    (Field("why", "原因", "one", choices=tuple(Choice(code, name) for code, name in WHY.items()), required=True),),
)
FIND = ActSpec(
    f"{API}/{{id}}/points/{{point}}/findings",
    "发现问题",
    "记发现的问题",
    "当场解决不了的，马上变成一件诉求，由汇客厅派人办。有人有危险，先打 110、119。",
    "记下",
    "已记下。没有当场解决的，已经转给汇客厅。",
    (
        Field("what", "看到什么", "area", "不写姓名、电话。", limit=2000, required=True),
        Field("place", "具体位置", required=True),
        Field(
            "settled",
            "当场解决了吗",
            "one",
            choices=(Choice("no", "没有，要转办"), Choice("yes", "当场解决了")),
            required=True,
        ),
    ),
    body=lambda values: {**values, "settled": values["settled"] == "yes"},
)
CLOSE = ActSpec(
    f"{API}/{{id}}/closing",
    "点数、结束",
    "结束这次排查",
    "每个点位都有着落，数对得上，才能结束。",
    "结束",
    "排查已结束。",
    consequence="结束后不能再走，新发现的问题请直接登记诉求。",
)


class SweepRow(Answer):
    sweep_id: UUID
    kind: str
    unit: str
    ends_at: datetime
    planned: int
    visited: int
    not_reached: int
    findings: int
    requests: int
    settled: int
    closed: bool


class Sweeps(Answer):
    sweeps: tuple[SweepRow, ...] = ()


class Point(Answer):
    point_id: UUID
    grid: str
    place: str | None = None
    state: str
    why: str | None = None


class Sweep(SweepRow):
    title: str | None = None
    points: tuple[Point, ...] = ()
    reconciles: bool = False


def sweep_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/sweeps")
    async def listed(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        person = caller.require_staff()
        after = caller.request.query_params.get("after")
        told = await caller.desk.get(API, Sweeps, after=after)
        running = tuple(_row(site, each) for each in told.sweeps if not each.closed)
        ended = tuple(_row(site, each) for each in told.sweeps if each.closed)
        plans = PLANNERS & set(person.roles)
        view = TogetherView(
            title="排查",
            lead="计划几处、到了几处、没到几处，数要对得上。",
            sections=(
                TileSection("正在走的", running, "现在没有要走的排查。"),
                TileSection("已经结束的", ended, "还没有。"),
            ),
            acts=(offered(planning(site), "/sweeps/new"),) if plans else (),
        )
        return caller.show("together.html", view, caller.page(surface=DESK))

    @router.get("/sweeps/new")
    async def plan_form(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return question(caller, planning(site), ("/sweeps", "回排查"), surface=DESK)

    @router.post("/sweeps/new")
    async def plan(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        back = ("/sweeps", "回排查")
        told, again = await carry_out(caller, caller.desk, planning(site), UUID(int=0), back, surface=DESK)
        return again if told is None and again is not None else caller.go(f"/sweeps/{(told or {})['id']}")

    @router.get("/sweeps/{sweep_id}")
    async def one(sweep_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        sweep = await caller.desk.get(f"{API}/{sweep_id}", Sweep)
        return caller.show("together.html", _view(site, caller, sweep), caller.page(surface=DESK))

    @router.get("/sweeps/{sweep_id}/{name}")
    async def ask(sweep_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return question(caller, _spec(name), _back(sweep_id), surface=DESK)

    @router.post("/sweeps/{sweep_id}/{name}")
    async def do(sweep_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await act(caller, caller.desk, _spec(name), sweep_id, _back(sweep_id), surface=DESK)

    return router


def _back(sweep_id: UUID) -> tuple[str, str]:
    return f"/sweeps/{sweep_id}", "回这次排查"


def _spec(name: str) -> ActSpec:
    """`visit_<point>`, `miss_<point>`, `find_<point>`, or `close`."""
    if name == "close":
        return CLOSE
    what, _, point = name.partition("_")
    spec = {"visit": VISIT, "miss": MISS, "find": FIND}.get(what)
    try:
        if spec is not None:
            return spec.at(spec.path.replace("{point}", str(UUID(point))))
    except ValueError:
        pass
    raise HTTPException(404)


def planning(site: Site) -> ActSpec:
    units = tuple(Choice(code, name) for code, name in site.bureau.units.items() if code.startswith(WALK))
    return ActSpec(
        API,
        "计划一次排查",
        "计划一次排查",
        "走哪些点位、从哪天到哪天、哪些单位的人走。",
        "定下来",
        "排查已计划，走的人现在就能看到点位。",
        (
            Field("title", "叫什么", required=True),
            Field(
                "kind",
                "查什么",
                "one",
                choices=tuple(Choice(code, name) for code, name in KINDS.items()),
                required=True,
            ),
            Field("grid", "哪个网格", hint="网格编号，例如 GL-02", required=True, limit=40),
            Field("points", "点位", "area", "一行一个。", limit=10_000, required=True),
            Field("units", "谁走", "many", "您自己的单位不用选。", choices=units),
            Field("begins", "从哪天", "day", required=True),
            Field("ends", "到哪天", "day", required=True),
        ),
        body=_plan,
    )


WALK = ("VILLAGE", "TOWNSHIP", "STATION", "COMMUNITY", "PROPERTY")


def _plan(values: Body) -> Body:
    places = [line.strip() for line in values["points"].splitlines() if line.strip()]
    return {
        "title": values["title"],
        "kind": values["kind"],
        "units": values.get("units", []),
        "points": [{"grid": values["grid"], "place": place} for place in places],
        "opens_at": _at(values["begins"], time(0, 0)),
        "ends_at": _at(values["ends"], time(23, 59, 59)),
    }


def _at(day: str, clock: time) -> str:
    """A day that is none goes as it was typed: the desk says in which field it is wrong."""
    try:
        return datetime.combine(datetime.fromisoformat(day).date(), clock, BUREAU_ZONE).isoformat()
    except ValueError:
        return day


def _row(site: Site, sweep: SweepRow) -> Tile:
    return Tile(
        title=KINDS.get(sweep.kind, sweep.kind),
        url=f"/sweeps/{sweep.sweep_id}",
        lines=(site.bureau.unit(sweep.unit), _counts(sweep)),
        note="已结束" if sweep.closed else "",
        tone="good",
        due=None if sweep.closed else sweep.ends_at,
        due_for="走完",
    )


def _counts(sweep: SweepRow) -> str:
    return (
        f"计划 {sweep.planned} 处 = 已到 {sweep.visited} + 没到 {sweep.not_reached}"
        f" + 还没走 {sweep.planned - sweep.visited - sweep.not_reached}；"
        f"发现 {sweep.findings} 个 = 转诉求 {sweep.requests} + 当场解决 {sweep.settled}"
    )


def _view(site: Site, caller: Caller, sweep: Sweep) -> TogetherView:
    left = tuple(each for each in sweep.points if each.state != "VISITED")
    gone = tuple(each for each in sweep.points if each.state == "VISITED")
    mine = caller.staff.unit == sweep.unit
    return TogetherView(
        title=sweep.title or KINDS.get(sweep.kind, sweep.kind),
        lead=_counts(sweep),
        back=Link("全部排查", "/sweeps"),
        sections=(
            TileSection("还要走的", tuple(_point(sweep, each) for each in left), "都走到了。"),
            TileSection("已到的", tuple(_point(sweep, each) for each in gone), "还没有。"),
        ),
        acts=(offered(CLOSE, f"/sweeps/{sweep.sweep_id}/close"),) if mine and not sweep.closed else (),
    )


def _point(sweep: Sweep, point: Point) -> Tile:
    notes = {"VISITED": "已到", "NOT_REACHED": f"没到：{WHY.get(point.why or '', '')}", "OPEN": ""}
    base = f"/sweeps/{sweep.sweep_id}"
    acts: tuple[Act, ...] = ()
    if not sweep.closed and point.state == "VISITED":
        acts = (offered(FIND, f"{base}/find_{point.point_id}"),)
    elif not sweep.closed:
        acts = (offered(VISIT, f"{base}/visit_{point.point_id}"), offered(MISS, f"{base}/miss_{point.point_id}"))
    return Tile(
        title=point.place or "（点位现在读不到）",
        lines=(point.grid,),
        note=notes.get(point.state, ""),
        tone="good" if point.state == "VISITED" else "soon",
        acts=acts,
    )
