"""The directory over HTTP: who is where on a day, who is on duty, and what nobody holds."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, timedelta
from typing import Annotated, Protocol

from fastapi import APIRouter
from fastapi import Query as Param

from services.routing.decisions.doors import reading
from services.routing.decisions.relations import of_lists
from services.routing.directory.bodies import (
    DivisionAnswer,
    DivisionsAnswer,
    Duties,
    DutyAnswer,
    GapAnswer,
    Gaps,
    GridHistory,
    Grids,
    Officers,
    PastEntry,
    Units,
    grid_answer,
    officer_answer,
    unit_answer,
)
from services.routing.directory.divisions import Division, Divisions
from services.routing.directory.facts import DutyListed
from services.routing.directory.gaps import gaps
from services.routing.directory.gazetteer import County
from services.routing.directory.resolving import Snapshot, snapshot
from services.routing.directory.state import Directory, absence_on
from services.routing.directory.store import DirectoryReader
from shared.kernel import BUREAU_ZONE, Clock, GridCode, NotFound, PersonId, UnitCode
from shared.telemetry.meters import Measured
from shared.web import CodeText, DayParam, Guard, Query

AHEAD = timedelta(days=30)
"""How far gaps are looked for when nobody says how far."""
MOST_DAYS = 800


class AllLoads(Protocol):
    async def of_all(self) -> Mapping[PersonId, int]: ...


def directory_router(
    directory: DirectoryReader,
    county: County,
    divisions: Divisions,
    loads: AllLoads,
    names: Mapping[UnitCode, str],
    guard: Guard,
    clock: Clock,
) -> APIRouter:
    router = APIRouter(prefix="/routing/v1/directory", tags=["directory"])
    may_read = reading(guard, of_lists)

    def today() -> date:
        return clock.now().astimezone(BUREAU_ZONE).date()

    async def day(on: date | None) -> Snapshot:
        return snapshot(await directory.newest(), on or today())

    @router.get("/units", operation_id="routing.list_units")
    async def list_units(query: Annotated[Query, may_read], on: DayParam | None = None) -> Units:
        found = (await day(on)).units
        return Units(units=tuple(unit_answer(found[code], names) for code in sorted(found)))

    @router.get("/officers", operation_id="routing.list_officers")
    async def list_officers(query: Annotated[Query, may_read], on: DayParam | None = None) -> Officers:
        """Also those who are away; what they have in hand is of this moment, whatever the day."""
        found = await day(on)
        counted = await loads.of_all()
        answers = (officer_answer(person, found, counted) for person in found.everybody)
        return Officers(officers=tuple(sorted(answers, key=lambda each: (each.unit, each.person))))

    @router.get("/grids", operation_id="routing.list_grids")
    async def list_grids(query: Annotated[Query, may_read], on: DayParam | None = None) -> Grids:
        found = await day(on)
        return Grids(grids=tuple(grid_answer(code, found, county, on or today()) for code in sorted(found.grids)))

    @router.get("/grids/{code}/history", operation_id="routing.list_grid_history")
    async def history(code: CodeText, query: Annotated[Query, may_read]) -> GridHistory:
        """What was ever listed of a grid, the newest first."""
        entries = _history(await directory.newest(), GridCode(code))
        if not entries:
            raise NotFound("grid")
        return GridHistory(entries=entries)

    @router.get("/gaps", operation_id="routing.list_gaps")
    async def list_gaps(
        query: Annotated[Query, may_read], first_day: DayParam | None = None, last_day: DayParam | None = None
    ) -> Gaps:
        """Days on which nobody is accountable for a grid."""
        first = first_day or today()
        last = min(last_day or first + AHEAD, first + timedelta(days=MOST_DAYS))
        found = gaps(await directory.newest(), first, last)
        return Gaps(
            first_day=first,
            last_day=last,
            gaps=tuple(
                GapAnswer(grid=gap.grid, name=county.called(gap.grid), first_day=gap.first_day, last_day=gap.last_day)
                for gap in found
            ),
        )

    @router.get("/duties", operation_id="routing.list_duties")
    async def list_duties(
        query: Annotated[Query, may_read],
        first_day: DayParam | None = None,
        days: Annotated[int, Param(ge=1, le=62)] = 1,
        unit: CodeText | None = None,
    ) -> Duties:
        """Rosters as they were listed; of a shift that nobody listed there is none."""
        first = first_day or today()
        newest = await directory.newest()
        last = first + timedelta(days=days - 1)
        found = [
            duty
            for code, duties in newest.duties.items()
            if unit in (None, code)
            for duty in duties.values()
            if first <= duty.day <= last
        ]
        ordered = sorted(found, key=lambda duty: (duty.day, duty.unit, duty.shift))
        return Duties(duties=tuple(_duty(duty, newest) for duty in ordered))

    @router.get("/divisions", operation_id="routing.list_divisions")
    async def list_divisions(
        query: Annotated[Query, may_read],
        name: Annotated[str | None, Param(max_length=40)] = None,
        code: Annotated[str | None, Param(pattern=r"^\d{6}$")] = None,
        year: Annotated[int | None, Param(ge=1980, le=2200)] = None,
    ) -> DivisionsAnswer:
        """R-53: a name may stand for several divisions, and a code for what it meant in a year."""
        one = divisions.of_code(code, year) if code else None
        found = (*((one,) if one else ()), *(divisions.named(name, year) if name else ()))
        shown = tuple(_division(each, divisions, year or today().year) for each in dict.fromkeys(found))
        return DivisionsAnswer(divisions=shown)

    return router


def gap_measure(directory: DirectoryReader, clock: Clock) -> Callable[[], Awaitable[tuple[Measured, ...]]]:
    """How many grids nobody holds today, and how many within the next days."""

    async def measure() -> tuple[Measured, ...]:
        today = clock.now().astimezone(BUREAU_ZONE).date()
        found = gaps(await directory.newest(), today, today + AHEAD)
        now = {gap.grid for gap in found if gap.first_day == today}
        return (len(now), {"when": "today"}), (len({gap.grid for gap in found} - now), {"when": "soon"})

    return measure


def _history(newest: Directory, code: GridCode) -> tuple[PastEntry, ...]:
    entries = [
        PastEntry(
            what="owner",
            person=each.owner,
            deputy=each.deputy,
            unit=each.unit,
            first_day=each.first_day,
            last_day=each.last_day,
            listed_at=each.occurred_at,
        )
        for each in newest.grids.get(code, ())
    ]
    entries += [
        PastEntry(
            what="auxiliary",
            person=each.auxiliary,
            deputy=each.deputy,
            unit=None,
            first_day=each.first_day,
            last_day=each.last_day,
            listed_at=each.occurred_at,
        )
        for each in newest.auxiliaries.get(code, ())
    ]
    entries += [
        PastEntry(
            what=seat,
            person=each.person,
            deputy=None,
            unit=None,
            first_day=each.first_day,
            last_day=each.last_day,
            listed_at=each.occurred_at,
        )
        for (grid, seat), heads in newest.heads.items()
        if grid == code
        for each in heads
    ]
    return tuple(sorted(entries, key=lambda each: (each.first_day, each.listed_at), reverse=True))


def _duty(duty: DutyListed, newest: Directory) -> DutyAnswer:
    return DutyAnswer(
        unit=duty.unit,
        day=duty.day,
        shift=duty.shift,
        people=duty.people,
        away=tuple(person for person in duty.people if absence_on(newest, person, duty.day)),
    )


def _division(division: Division, divisions: Divisions, year: int) -> DivisionAnswer:
    return DivisionAnswer(
        table=division.table,
        code=division.code,
        name=division.name,
        full_name=divisions.full_name(division),
        first_year=division.first_year,
        last_year=division.last_year,
        in_force=division.counts_in(year),
        became=tuple(f"{each.code} {each.name}" for each in divisions.successors(division)),
    )
