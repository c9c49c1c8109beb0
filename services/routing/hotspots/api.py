"""Hot spots over HTTP: the list, one with its requests and weeks, and the officer's note; figures for outside."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from fastapi import Query as Param
from pydantic import Field

from services.routing.decisions.doors import reading
from services.routing.decisions.lists import DecisionLists, Wanted, WorklistRow
from services.routing.decisions.relations import of_lists
from services.routing.hotspots.decider import SpotId, TakeNote
from services.routing.hotspots.lists import HotSpotLists
from services.routing.hotspots.rules.heat import COLD
from services.routing.hotspots.store import HotSpotHandler
from services.routing.hotspots.views import hot_spots as view
from shared.contracts.codes import Category, Operation
from shared.kernel import BUREAU_ZONE, Clock, NotFound, UnitCode
from shared.web import Call, Guard, Query, StrictModel

MAX_PAGE = 100
SHOWN = 40
Day = Annotated[date, Param(ge=date(2000, 1, 1), le=date(2100, 1, 1))]


class HotSpotRow(StrictModel):
    spot_id: UUID
    grid: str
    category: str
    requests: int
    people: int
    usual: int
    opened_at: datetime
    changed_at: datetime
    seen_at: datetime | None
    closed_at: datetime | None
    times: int


class HotSpots(StrictModel):
    spots: tuple[HotSpotRow, ...]
    unseen: int
    next_cursor: str | None


class HotSpotAnswer(HotSpotRow):
    items: tuple[WorklistRow, ...]
    """Those of its requests that the reader may see in the worklist and that are open."""
    weeks: tuple[int, ...]


class Noted(StrictModel):
    spot_id: UUID
    record_id: UUID | None


class PlaceCell(StrictModel):
    grid: str
    category: str
    requests: int | None
    people: int | None
    """None: fewer than five, which is nobody's business outside."""


class PlaceFigures(StrictModel):
    since: date
    until: date
    cells: tuple[PlaceCell, ...]


def hot_spots_router(
    hot_spots: HotSpotHandler,
    lists: HotSpotLists,
    worklist: DecisionLists,
    desk: Callable[[datetime], Awaitable[UnitCode]],
    guard: Guard,
    clock: Clock,
) -> APIRouter:
    router = APIRouter(prefix="/routing/v1", tags=["hot spots"])

    @router.get("/hotspots", operation_id="routing.list_hot_spots")
    async def list_hot_spots(
        query: Annotated[Query, reading(guard, of_lists)],
        hot: bool | None = None,
        category: Category | None = None,
        place: Annotated[str | None, Param(max_length=40)] = None,
        after: UUID | None = None,
        cursor: Annotated[str | None, Param(max_length=200)] = None,
        limit: Annotated[int, Param(ge=1, le=MAX_PAGE)] = 40,
    ) -> HotSpots:
        if after is not None:
            await hot_spots.store.wait_for_view(view.name, after)
        rows, more = await lists.page(hot, category, place, cursor, limit)
        return HotSpots(spots=tuple(_row(row) for row in rows), unseen=await lists.unseen(), next_cursor=more)

    @router.get("/hotspots/{spot_id}", operation_id="routing.get_hot_spot")
    async def get_hot_spot(spot_id: UUID, query: Annotated[Query, reading(guard, of_lists)]) -> HotSpotAnswer:
        row = await lists.one(spot_id)
        if row is None:
            raise NotFound("hot spot")
        now = clock.now()
        about = tuple(str(request) for request in row["requests"][-SHOWN:])
        found = await worklist.worklist(query.actor, await desk(now), Wanted(about=about, limit=SHOWN))
        weeks = await lists.weeks(row["grid"], row["category"], now)
        return HotSpotAnswer(**_row(row).model_dump(), items=found.items, weeks=weeks)

    @router.post("/hotspots/{spot_id}/note", operation_id="routing.note_hot_spot")
    async def take_note(
        spot_id: UUID, call: Annotated[Call, guard.command(Operation.CLASSIFY, relation=of_lists)]
    ) -> Noted:
        """Whoever triages has seen it: the alarm is over."""
        command = TakeNote(spot_id=SpotId(spot_id), by=call.actor.person, at=clock.now())
        recorded = await hot_spots.handle(
            spot_id,
            command,
            call.context,
            once=call.once,
            answer=lambda done: Noted(spot_id=spot_id, record_id=done.last).model_dump(mode="json"),
        )
        return Noted.model_validate(recorded.answer)

    @router.get("/figures/places", operation_id="routing.get_places_figures")
    async def figures(
        query: Annotated[Query, guard.query(Operation.READ_FIGURES)],
        since: Day,
        until: Day,
        category: Annotated[tuple[Category, ...], Field(max_length=20)] = (),
    ) -> PlaceFigures:
        """Both days count. Cells of fewer than five are hidden."""
        begins = datetime.combine(since, time.min, BUREAU_ZONE)
        ends = datetime.combine(until, time.min, BUREAU_ZONE) + timedelta(days=1)
        kinds = [each for each in (category or tuple(Category)) if each not in COLD]
        cells = await lists.told(begins, ends, kinds)
        return PlaceFigures(since=since, until=until, cells=tuple(PlaceCell.model_validate(cell) for cell in cells))

    return router


def _row(row: Any) -> HotSpotRow:
    return HotSpotRow(**{**dict(row), "requests": len(row["requests"])})
