"""For operators: what is late, stuck or unsealed; the traces of one request."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi import Query as Param

from services.portal.desk_client import Answer, DeskClient, Refused, Unreachable
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import (
    LaneLag,
    OpsView,
    Overdue,
    ParkedKey,
    PartnerLine,
    ProcessLine,
    ReaderLag,
    SpanLine,
    Tone,
    Trace,
    TracesView,
)
from services.portal.pages.developers import STANDINGS, Subscription, Subscriptions
from services.portal.pages.door import pages_router
from services.portal.pages.staffroom import DESK

LAG_LATE, LAG_SOON = 100, 10
SEALED_LATE, SEALED_SOON = 60, 10
MAX_OVERDUE = 20
MEGABYTE = 1024 * 1024
STATES = {
    "starting": "正在启动",
    "joining": "在等分区",
    "running": "在读",
    "waiting": "在等外部",
    "stopped": "停下了，要有人看",
}
TONES: Mapping[str, Tone] = {"stopped": "late", "waiting": "soon", "joining": "soon"}


class Reader(Answer):
    service: str
    reader: str
    source: str
    lag: int
    lanes: Mapping[int, int] = {}


class Work(Answer):
    """What the process that reads did since it began."""

    reader: str
    source: str
    state: str
    applied: int
    pulled: int


class Process(Answer):
    name: str
    pid: int | None = None
    since: datetime | None = None
    restarts: int = 0
    memory: int | None = None
    answers: bool = True


class Brokers(Answer):
    asked: int
    answering: int


class Parked(Answer):
    service: str = ""
    reader: str
    key: UUID
    records: int = 1
    since: datetime | None = None
    parked_at: datetime | None = None
    reason: str = ""
    error: str = ""


class Status(Answer):
    readers: tuple[Reader, ...] = ()
    work: tuple[Work, ...] = ()
    processes: tuple[Process, ...] = ()
    brokers: Brokers | None = None
    unsealed_seconds: float | None = None


class ParkedList(Answer):
    parked: tuple[Parked, ...] = ()


class Covered(Answer):
    size: int = 0
    checkpoint_at: datetime | None = None


class Clock(Answer):
    request_id: UUID
    name: str
    due: datetime
    breached: bool = False
    told: tuple[str, ...] = ()
    next_rung: str = ""


class Clocks(Answer):
    clocks: tuple[Clock, ...] = ()


class Span(Answer):
    trace_id: str
    span_id: str
    parent_id: str | None = None
    name: str
    started_ns: int
    milliseconds: float
    error: bool = False
    attributes: Mapping[str, Any] = {}


class Traces(Answer):
    traces: tuple[tuple[Span, ...], ...] = ()


class _Coded(Answer):
    request_id: UUID
    code: str


class _Codes(Answer):
    requests: tuple[_Coded, ...] = ()


def operations_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/ops")
    async def status(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return caller.show("ops.html", await _status(caller), caller.page(surface=DESK))

    @router.get("/ops/traces")
    async def traces(
        caller: Annotated[Caller, Depends(site.caller)], request: Annotated[str, Param(max_length=40)] = ""
    ) -> Response:
        caller.require_staff()
        request_id = await _request_id(caller.desk, request)
        found: Sequence[Sequence[Span]] = ()
        if request_id is not None:
            found = (await caller.desk.get("/ops/v1/traces", Traces, request_id=request_id)).traces
        view = TracesView(request, str(request_id or ""), tuple(_trace(spans) for spans in found if spans))
        return caller.show("traces.html", view, caller.page(surface=DESK))

    @router.post("/ops/parked/{key}/retry")
    async def retry(key: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        await caller.desk.command(f"/ops/v1/parked/{key}/retry", {}, caller.form_key)
        caller.visit = caller.visit.saying("已按顺序重试这个键。")
        return caller.go("/ops")

    return router


async def _status(caller: Caller) -> OpsView:
    desk = caller.desk
    status = await desk.get("/ops/v1/status", Status)
    parked = await desk.get("/ops/v1/parked", ParkedList)
    covered = await _covered(desk)
    age = int(status.unsealed_seconds or 0)
    return OpsView(
        sealed_seconds=age,
        sealed_tone=_tone(age, SEALED_SOON, SEALED_LATE),
        sealed_size=covered.size,
        lags=_lags(status),
        parked=tuple(
            ParkedKey(
                each.reader,
                str(each.key),
                each.records,
                each.since or each.parked_at or caller.now,
                each.error or each.reason,
                f"/ops/parked/{each.key}/retry",
            )
            for each in parked.parked
        ),
        overdue=await _overdue(desk),
        processes=tuple(
            ProcessLine(
                each.name,
                each.pid,
                each.since,
                each.restarts,
                round(each.memory / MEGABYTE) if each.memory else None,
                each.answers,
            )
            for each in status.processes
        ),
        brokers=f"{status.brokers.answering} / {status.brokers.asked}" if status.brokers else "",
        partners=tuple(_partner(caller.site, each) for each in await _subscriptions(desk)),
        brokers_tone="late" if status.brokers and status.brokers.answering < status.brokers.asked else "good",
    )


def _lags(status: Status) -> tuple[ReaderLag, ...]:
    """Who is furthest behind first."""
    work = {(each.reader, each.source): each for each in status.work}
    return tuple(
        _lag(each, work.get((each.reader, each.source)))
        for each in sorted(status.readers, key=lambda each: (-each.lag, each.reader, each.source))
    )


def _lag(reader: Reader, work: Work | None) -> ReaderLag:
    state = work.state if work else ""
    return ReaderLag(
        reader=reader.reader,
        source=reader.source,
        behind=reader.lag,
        lanes=tuple(LaneLag(lane, behind) for lane, behind in sorted(reader.lanes.items()) if behind),
        applied=work.applied if work else None,
        pulled=work.pulled if work else None,
        state=STATES.get(state, state),
        tone=TONES.get(state) or _tone(reader.lag, LAG_SOON, LAG_LATE),
    )


def _tone(value: float, soon: float, late: float) -> Tone:
    return "late" if value > late else "soon" if value > soon else "good"


async def _covered(desk: DeskClient) -> Covered:
    try:
        return await desk.get("/audit/v1/covered", Covered)
    except (Refused, Unreachable):
        return Covered()


async def _subscriptions(desk: DeskClient) -> tuple[Subscription, ...]:
    try:
        return (await desk.get("/notifications/v1/subscriptions", Subscriptions)).subscriptions
    except (Refused, Unreachable):
        return ()


def _partner(site: Site, each: Subscription) -> PartnerLine:
    label, tone = STANDINGS.get(each.state, (each.state, "plain"))
    return PartnerLine(
        agency=site.bureau.unit(each.agency),
        purpose=each.purpose,
        url=f"/developers/{each.subscription_id}",
        state=label if each.failing_since is None or each.state != "active" else "没推过去，还在再试",
        tone=tone if each.failing_since is None else "late",
        made=each.made,
        waiting=each.behind,
        failing_since=each.failing_since,
        next_try=each.next_try,
    )


async def _overdue(desk: DeskClient) -> tuple[Overdue, ...]:
    try:
        clocks = (await desk.get("/routing/v1/clocks", Clocks)).clocks
    except (Refused, Unreachable):
        return ()
    return tuple(
        Overdue(each.name, f"/ops/traces?request={each.request_id}", each.due, "已自动告知应知道的人")
        for each in clocks
        if each.breached
    )[:MAX_OVERDUE]


async def _request_id(desk: DeskClient, written: str) -> UUID | None:
    """A request's id, or its code as people say it."""
    try:
        return UUID(written.strip())
    except ValueError:
        pass
    if not written.strip():
        return None
    try:
        listed = await desk.get("/intake/v1/requests", _Codes, code=written.strip()[:20], limit=1)
    except (Refused, Unreachable):
        return None
    return next((each.request_id for each in listed.requests), None)


def _trace(spans: Sequence[Span]) -> Trace:
    """Spans by start, each as deep as the chain of its known parents."""
    ordered = sorted(spans, key=lambda span: span.started_ns)
    depths: dict[str, int] = {}
    for span in ordered:
        depths[span.span_id] = depths.get(span.parent_id or "", -1) + 1
    return Trace(
        trace_id=ordered[0].trace_id,
        cause=ordered[0].name,
        started_at=_instant(ordered[0].started_ns),
        spans=tuple(
            SpanLine(
                _instant(span.started_ns),
                str(span.attributes.get("lounge.service", "")),
                span.name,
                round(span.milliseconds),
                depths[span.span_id],
                span.error,
            )
            for span in ordered
        ),
    )


def _instant(nanoseconds: int) -> datetime:
    return datetime.fromtimestamp(nanoseconds / 1e9, UTC)
