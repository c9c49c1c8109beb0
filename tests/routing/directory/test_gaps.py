"""Exactly one accountable person for each grid and day, or the gap is named."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.routing.directory.decider import PeriodEndsBeforeItBegins, directory_decider
from services.routing.directory.facts import (
    AbsenceNoted,
    AbsenceReason,
    DirectoryEvent,
    GridClosed,
    GridListed,
    OfficerListed,
)
from services.routing.directory.gaps import Gap, gaps
from services.routing.directory.resolving import in_charge, snapshot
from services.routing.directory.state import Directory
from shared.contracts.codes import Role
from shared.kernel import GridCode, PersonId, UnitCode

FIRST = date(2026, 1, 1)
LAST = date(2027, 12, 31)
LISTED = datetime(2025, 12, 1, tzinfo=UTC)
PEOPLE = tuple(PersonId(UUID(int=number)) for number in range(1, 5))
UNITS = (UnitCode("EAST"), UnitCode("WEST"))
GRIDS = (GridCode("G-1"), GridCode("G-2"), GridCode("G-3"))
day = st.integers(-40, 760).map(lambda after: FIRST + timedelta(days=after))
length = st.none() | st.integers(0, 500)
people = st.sampled_from(PEOPLE)


def until(first: date, days: int | None) -> date | None:
    return first + timedelta(days=days) if days is not None else None


@st.composite
def officers(draw: st.DrawFn) -> OfficerListed:
    first = draw(day)
    return OfficerListed(
        person=draw(people),
        unit=draw(st.sampled_from(UNITS)),
        roles=(draw(st.sampled_from([Role.COMMUNITY_OFFICER, Role.AUXILIARY])),),
        deputy=draw(st.none() | people),
        first_day=first,
        last_day=until(first, draw(length)),
        occurred_at=LISTED,
    )


@st.composite
def grids(draw: st.DrawFn) -> GridListed:
    first = draw(day)
    return GridListed(
        code=draw(st.sampled_from(GRIDS)),
        unit=draw(st.sampled_from(UNITS)),
        owner=draw(people),
        deputy=draw(st.none() | people),
        first_day=first,
        last_day=until(first, draw(length)),
        occurred_at=LISTED,
    )


@st.composite
def absences(draw: st.DrawFn) -> AbsenceNoted:
    first = draw(day)
    last = first + timedelta(days=draw(st.integers(0, 90)))
    return AbsenceNoted(
        person=draw(people), reason=AbsenceReason.LEAVE, first_day=first, last_day=last, occurred_at=LISTED
    )


closings = st.builds(GridClosed, code=st.sampled_from(GRIDS), first_day=day, occurred_at=st.just(LISTED))


def held(directory: Directory, grid: GridCode, on: date) -> bool:
    """By looking at each day for itself: the day before its first entry and after its end it need not be held."""
    entries = directory.grids.get(grid, ())
    closed = directory.closed.get(grid)
    if not entries or on < entries[0].first_day or (closed is not None and closed <= on):
        return True
    today = snapshot(directory, on)
    entry = today.grids.get(grid)
    standing = in_charge(today, entry) if entry else None
    return standing is not None and standing[0] in today.officers


@settings(max_examples=12, deadline=None)
@given(
    st.lists(officers(), min_size=1, max_size=6),
    st.lists(grids(), min_size=1, max_size=5),
    st.lists(absences(), max_size=5),
    st.lists(closings, max_size=2),
)
def test_for_every_day_of_two_years_somebody_holds_every_grid_or_the_gap_is_named(
    posted: list[OfficerListed], listed: list[GridListed], gone: list[AbsenceNoted], closed: list[GridClosed]
) -> None:
    events: list[DirectoryEvent] = [*posted, *listed, *gone, *closed]
    directory = directory_decider.fold(events)
    named = {
        (gap.grid, gap.first_day + timedelta(days=after))
        for gap in gaps(directory, FIRST, LAST)
        for after in range((gap.last_day - gap.first_day).days + 1)
    }
    days = [FIRST + timedelta(days=after) for after in range((LAST - FIRST).days + 1)]
    for grid in directory.grids:
        assert {on for on in days if not held(directory, grid, on)} == {on for code, on in named if code == grid}


def test_neighbouring_days_are_one_gap() -> None:
    officer = OfficerListed(
        person=PEOPLE[0],
        unit=UNITS[0],
        roles=(Role.AUXILIARY,),
        deputy=None,
        first_day=FIRST,
        last_day=None,
        occurred_at=LISTED,
    )
    grid = GridListed(
        code=GRIDS[0],
        unit=UNITS[0],
        owner=PEOPLE[0],
        deputy=None,
        first_day=FIRST,
        last_day=None,
        occurred_at=LISTED,
    )
    leave = [
        AbsenceNoted(
            person=PEOPLE[0],
            reason=AbsenceReason.LEAVE,
            first_day=date(2026, 3, first),
            last_day=date(2026, 3, first + 2),
            occurred_at=LISTED,
        )
        for first in (2, 4, 10)
    ]
    directory = directory_decider.fold([officer, grid, *leave])
    assert gaps(directory, FIRST, LAST) == (
        Gap(GRIDS[0], date(2026, 3, 2), date(2026, 3, 6)),
        Gap(GRIDS[0], date(2026, 3, 10), date(2026, 3, 12)),
    )
    assert gaps(directory, date(2026, 3, 5), date(2026, 3, 5)) == (Gap(GRIDS[0], date(2026, 3, 5), date(2026, 3, 5)),)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(PeriodEndsBeforeItBegins):
        gaps(Directory(), LAST, FIRST)
