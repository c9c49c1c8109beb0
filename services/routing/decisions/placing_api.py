"""Where a request lies and who is accountable for it, over HTTP."""

from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import APIRouter

from services.routing.decisions.accountability import Span, Why, accountable
from services.routing.decisions.acting import Acting, Done, matter_in
from services.routing.decisions.doors import reading
from services.routing.decisions.facts import DecisionEvent
from services.routing.decisions.placing_commands import SettlePlace
from services.routing.decisions.placing_facts import OwnerFound, PlaceSettled, PlaceSighted
from services.routing.decisions.relations import decision_of, of_decision
from services.routing.decisions.rosters import Rosters
from services.routing.decisions.store import DecisionHandler
from services.routing.directory.bodies import ChoosingAnswer
from services.routing.directory.decider import GridUnknown
from services.routing.directory.duty import on_duty
from services.routing.directory.gazetteer import County
from services.routing.directory.places_api import choosing_answer
from services.routing.directory.resolving import Snapshot, in_charge
from services.routing.directory.sightings import Means, Where
from services.routing.directory.store import DirectoryReader
from shared.contracts.codes import Operation, ReasonCode
from shared.kernel import Clock, GridCode, PersonId, RequestId, UnitCode
from shared.web import Call, CodeText, Guard, Query, StrictModel

T = TypeVar("T")


class PlaceBody(StrictModel):
    grid: CodeText


class GridHolder(StrictModel):
    grid: str
    called: str
    unit: str | None
    owner: UUID | None
    auxiliary: UUID | None


class SightingAnswer(StrictModel):
    """Where the words stand that name the place; offsets count characters."""

    where: Where
    start: int
    end: int
    means: Means


class SpanAnswer(StrictModel):
    unit: str
    person: UUID | None
    since: datetime
    until: datetime | None
    why: Why
    reason: ReasonCode | None


class AccountabilityAnswer(StrictModel):
    request_id: UUID
    grid: str | None
    settled: bool
    """A person said so."""
    sighting: SightingAnswer | None
    candidates: tuple[GridHolder, ...]
    """Grids among which somebody has to choose; else the one grid."""
    choosing: ChoosingAnswer | None
    """How its present or last owner was found."""
    spans: tuple[SpanAnswer, ...]


def placing_router(
    decisions: DecisionHandler,
    rosters: Rosters,
    directory: DirectoryReader,
    county: County,
    acting: Acting,
    guard: Guard,
    clock: Clock,
) -> APIRouter:
    router = APIRouter(prefix="/routing/v1", tags=["decisions"])
    relate = of_decision(decisions, rosters, clock)

    @router.get("/decisions/{request_id}/accountability", operation_id="routing.get_accountability")
    async def get_accountability(
        request_id: UUID, query: Annotated[Query, reading(guard, relate)]
    ) -> AccountabilityAnswer:
        history = [stored.event for stored in await decisions.history(request_id)]
        matter = matter_in(decisions.decider.fold(history))
        now = clock.now()
        newest, today = await directory.newest(), await directory.on(now)
        desk = await rosters.desk(now)

        def answering(unit: UnitCode, at: datetime) -> PersonId | None:
            return on_duty(newest, unit, at)

        grids = matter.candidates or ((matter.grid,) if matter.grid is not None else ())
        found = _last(history, OwnerFound)
        return AccountabilityAnswer(
            request_id=request_id,
            grid=matter.grid,
            settled=_last(history, PlaceSettled) is not None,
            sighting=_sighting(_last(history, PlaceSighted)),
            candidates=tuple(_holder(grid, today, county) for grid in grids),
            choosing=choosing_answer(found.choosing) if found else None,
            spans=tuple(_span(span) for span in accountable(history, desk, answering)),
        )

    @router.post("/decisions/{request_id}/place", operation_id="routing.settle_place")
    async def settle_place(
        request_id: UUID, body: PlaceBody, call: Annotated[Call, guard.command(Operation.CLASSIFY, relation=relate)]
    ) -> Done:
        """A person says in which grid it lies."""
        await decision_of(decisions, str(request_id))
        now = clock.now()
        grid = GridCode(body.grid)
        if grid not in (await directory.on(now)).grids:
            raise GridUnknown(grid=grid)
        command = SettlePlace(request_id=RequestId(request_id), grid=grid, roster=await rosters.on(now, grid), at=now)
        return await acting.do(request_id, command, call)

    return router


def _last(history: list[DecisionEvent], kind: type[T]) -> T | None:
    return next((event for event in reversed(history) if isinstance(event, kind)), None)


def _sighting(sighted: PlaceSighted | None) -> SightingAnswer | None:
    if sighted is None:
        return None
    found = sighted.sighting
    return SightingAnswer(where=found.where, start=found.start, end=found.end, means=found.means)


def _holder(grid: GridCode, today: Snapshot, county: County) -> GridHolder:
    place = today.grids.get(grid)
    standing = in_charge(today, place) if place else None
    walking = today.auxiliaries.get(grid)
    return GridHolder(
        grid=grid,
        called=county.called(grid),
        unit=place.unit if place else None,
        owner=standing[0] if standing else None,
        auxiliary=walking.auxiliary if walking else None,
    )


def _span(span: Span) -> SpanAnswer:
    return SpanAnswer(
        unit=span.unit,
        person=span.person,
        since=span.since,
        until=span.until,
        why=span.why,
        reason=span.reason,
    )
