"""Sweeps over HTTP: planned at a desk, walked with a phone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from fastapi import Query as Param
from pydantic import AwareDatetime, Field

from services.workorders.clerk import Clerk, acting
from services.workorders.meetings.relations import OURS, of_calling, sees_everything
from services.workorders.sweeps.commands import CloseSweep, MakeFinding, MissPoint, PlanSweep, VisitPoint
from services.workorders.sweeps.decider import Sweep, counts
from services.workorders.sweeps.facts import FindingId, NotReachedWhy, Point, PointId, SweepId
from services.workorders.sweeps.store import SweepHandler
from services.workorders.sweeps.views import list_sweeps, sweep_list
from shared.contracts.codes import Operation, Relation
from shared.contracts.danger import DangerKind, danger_signs
from shared.kernel import Actor, GridCode, ItemCode, NotFound, RequestId, UnitCode, derive_id
from shared.web import Call, CodeText, Guard, LongText, Query, Relate, ShortText, StrictModel
from shared.web.clerk import Done, act, told

WALKERS = frozenset({Relation.OWN_PLACE, Relation.PANEL, Relation.TASK})


class PointBody(StrictModel):
    grid: CodeText
    place: ShortText


class SweepBody(StrictModel):
    kind: CodeText
    title: ShortText
    units: Annotated[tuple[CodeText, ...], Field(max_length=40)] = ()
    points: Annotated[tuple[PointBody, ...], Field(min_length=1, max_length=300)]
    opens_at: AwareDatetime
    ends_at: AwareDatetime


class MissBody(StrictModel):
    why: NotReachedWhy


class FindingBody(StrictModel):
    what: LongText
    place: ShortText
    settled: bool = False
    """It was put right on the spot."""


class FindingDone(Done):
    request_id: UUID | None
    """Where it goes on; None: it was settled on the spot."""


class PointAnswer(StrictModel):
    point_id: UUID
    grid: str
    place: str | None
    state: str
    why: str | None


class SweepRow(StrictModel):
    sweep_id: UUID
    kind: str
    unit: str
    units: tuple[str, ...]
    opens_at: datetime
    ends_at: datetime
    planned: int
    visited: int
    not_reached: int
    findings: int
    requests: int
    settled: int
    closed: bool


class SweepAnswer(SweepRow):
    title: str | None
    points: tuple[PointAnswer, ...]
    reconciles: bool
    version: int


class SweepList(StrictModel):
    sweeps: tuple[SweepRow, ...]


def of_sweep(sweeps: SweepHandler) -> Relate:
    async def relate(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        state, _ = await sweeps.state(UUID(path["sweep_id"]))
        if not isinstance(state, Sweep):
            raise NotFound("sweep")
        if actor.unit is None or actor.unit not in state.units:
            return frozenset()
        return OURS if actor.unit == state.unit else WALKERS

    return relate


async def of_lists(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
    return OURS if actor.unit else frozenset()


def sweeps_router(sweeps: SweepHandler, clerk: Clerk, guard: Guard) -> APIRouter:
    router = APIRouter(prefix="/workorders/v1", tags=["sweeps"])
    _readings(router, sweeps, clerk, guard)
    walking: Any = guard.command(Operation.SWEEP, relation=of_sweep(sweeps))

    @router.post("/sweeps", operation_id="workorders.plan_sweep", status_code=201)
    async def plan(body: SweepBody, call: Annotated[Call, guard.command(Operation.SWEEP, relation=of_calling)]) -> Done:
        doer = acting(call.actor)
        sweep_id = SweepId(derive_id(doer.person, "sweep", call.key))
        places = {f"place_{number}": each.place for number, each in enumerate(body.points)}
        refs = await clerk.seal_for_units(call, sweep_id, {"title": body.title, **places})
        points = tuple(
            Point(PointId(derive_id(sweep_id, number)), GridCode(each.grid), refs[f"place_{number}"])
            for number, each in enumerate(body.points)
        )
        wish = PlanSweep(
            doer=doer,
            sweep_id=sweep_id,
            kind=ItemCode(body.kind),
            units=tuple(UnitCode(each) for each in body.units),
            points=points,
            title=refs["title"],
            opens_at=body.opens_at,
            ends_at=body.ends_at,
            at=clerk.now(),
        )
        return await act(sweeps, sweep_id, wish, call)

    @router.post("/sweeps/{sweep_id}/points/{point_id}/visit", operation_id="workorders.visit_point")
    async def visit(sweep_id: UUID, point_id: UUID, call: Annotated[Call, walking]) -> Done:
        wish = VisitPoint(doer=acting(call.actor), point_id=PointId(point_id), at=clerk.now())
        return await act(sweeps, sweep_id, wish, call)

    @router.post("/sweeps/{sweep_id}/points/{point_id}/miss", operation_id="workorders.miss_point")
    async def miss(sweep_id: UUID, point_id: UUID, body: MissBody, call: Annotated[Call, walking]) -> Done:
        wish = MissPoint(doer=acting(call.actor), point_id=PointId(point_id), why=body.why, at=clerk.now())
        return await act(sweeps, sweep_id, wish, call)

    @router.post(
        "/sweeps/{sweep_id}/points/{point_id}/findings", operation_id="workorders.make_finding", status_code=201
    )
    async def find(sweep_id: UUID, point_id: UUID, body: FindingBody, call: Annotated[Call, walking]) -> FindingDone:
        """What is not settled is a request at once, under the id that is answered."""
        finding_id = FindingId(derive_id(sweep_id, "finding", call.principal, call.key))
        request_id = None if body.settled else RequestId(derive_id(finding_id, "request"))
        refs = await clerk.seal_claim(call, finding_id, body.what, body.place, request_id)
        wish = MakeFinding(
            doer=acting(call.actor),
            finding_id=finding_id,
            point_id=PointId(point_id),
            what=refs["narrative"],
            place=refs["place"],
            request_id=request_id,
            danger=_danger_in(body.what),
            at=clerk.now(),
        )
        done = await act(sweeps, sweep_id, wish, call, named=finding_id)
        return FindingDone(**done.model_dump(), request_id=request_id)

    @router.post("/sweeps/{sweep_id}/closing", operation_id="workorders.close_sweep")
    async def close(sweep_id: UUID, call: Annotated[Call, walking]) -> Done:
        return await act(sweeps, sweep_id, CloseSweep(doer=acting(call.actor), at=clerk.now()), call)

    return router


def _readings(router: APIRouter, sweeps: SweepHandler, clerk: Clerk, guard: Guard) -> None:
    pool = sweeps.store.pool

    @router.get("/sweeps", operation_id="workorders.list_sweeps")
    async def list_all(
        query: Annotated[Query, guard.query(Operation.READ, relation=of_lists)],
        after: UUID | None = None,
        limit: Annotated[int, Param(ge=1, le=200)] = 50,
    ) -> SweepList:
        if after is not None:
            await sweeps.store.wait_for_view(sweep_list.name, after)
        rows = await list_sweeps(pool, sees_everything(query.actor), query.actor.unit, limit)
        return SweepList(sweeps=tuple(SweepRow.model_validate(dict(row)) for row in rows))

    @router.get("/sweeps/{sweep_id}", operation_id="workorders.get_sweep")
    async def get_sweep(
        sweep_id: UUID, query: Annotated[Query, guard.query(Operation.READ, relation=of_sweep(sweeps))]
    ) -> SweepAnswer:
        sweep, version = await sweeps.state(sweep_id)
        if not isinstance(sweep, Sweep):
            raise NotFound("sweep")
        texts = await clerk.read(query, (sweep.title, *(point.place for point in sweep.points.values())))
        found = counts(sweep)
        return SweepAnswer(
            sweep_id=sweep_id,
            kind=sweep.kind,
            unit=sweep.unit,
            units=tuple(sorted(sweep.units)),
            opens_at=sweep.opens_at,
            ends_at=sweep.ends_at,
            planned=found.planned,
            visited=found.visited,
            not_reached=found.not_reached,
            findings=found.findings,
            requests=found.requests,
            settled=found.settled,
            closed=sweep.closed,
            title=told(texts, sweep.title),
            points=tuple(_point(point, sweep, told(texts, point.place)) for point in sweep.points.values()),
            reconciles=found.planned == found.visited + found.not_reached,
            version=version,
        )


def _point(point: Point, sweep: Sweep, place: str | None) -> PointAnswer:
    why = sweep.missed.get(point.point_id)
    state = "VISITED" if point.point_id in sweep.visited else "NOT_REACHED" if why is not None else "OPEN"
    return PointAnswer(point_id=point.point_id, grid=point.grid, place=place, state=state, why=why)


def _danger_in(text: str) -> tuple[DangerKind, ...]:
    return tuple(dict.fromkeys(sign.kind for sign in danger_signs(text)))
