"""Days on which nobody is accountable for a grid. They are named before a request falls into them."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import chain

from services.routing.directory.decider import PeriodEndsBeforeItBegins
from services.routing.directory.facts import AbsenceNoted, GridListed, OfficerListed
from services.routing.directory.resolving import in_charge, snapshot
from services.routing.directory.state import Directory
from shared.kernel import GridCode, value

Lasting = OfficerListed | GridListed | AbsenceNoted
A_DAY = timedelta(days=1)


@value
class Gap:
    grid: GridCode
    first_day: date
    last_day: date


def gaps(directory: Directory, first: date, last: date) -> tuple[Gap, ...]:
    """Between two days, both included. A grid counts from its first entry until it is closed.

    Raises PeriodEndsBeforeItBegins.
    """
    if last < first:
        raise PeriodEndsBeforeItBegins(first_day=first, last_day=last)
    found: list[Gap] = []
    turns = sorted(day for day in {first, *_turns(directory)} if first <= day <= last)
    for turn, following in zip(turns, [*turns[1:], last + A_DAY], strict=True):
        for grid in _unheld(directory, turn):
            found.append(Gap(grid, turn, following - A_DAY))
    return tuple(_joined(found))


def _unheld(directory: Directory, day: date) -> Iterator[GridCode]:
    today = snapshot(directory, day)
    for code, entries in sorted(directory.grids.items()):
        closed = directory.closed.get(code)
        if entries[0].first_day > day or (closed is not None and closed <= day):
            continue
        place = today.grids.get(code)
        if place is None or in_charge(today, place) is None:
            yield code


def _turns(directory: Directory) -> Iterator[date]:
    """Every day on which anything of it begins or has just ended."""
    kinds: tuple[Iterable[tuple[Lasting, ...]], ...] = (
        directory.officers.values(),
        directory.grids.values(),
        directory.absences.values(),
    )
    for entries in chain.from_iterable(kinds):
        for entry in entries:
            yield entry.first_day
            if entry.last_day is not None and entry.last_day < date.max:
                yield entry.last_day + A_DAY
    yield from directory.closed.values()


def _joined(found: list[Gap]) -> Iterator[Gap]:
    """Neighbouring days of one grid as one gap, the earliest first."""
    open_: Gap | None = None
    joined: list[Gap] = []
    for gap in sorted(found, key=lambda gap: (gap.grid, gap.first_day)):
        if open_ is not None and gap.grid == open_.grid and gap.first_day == open_.last_day + A_DAY:
            open_ = Gap(gap.grid, open_.first_day, gap.last_day)
            joined[-1] = open_
        else:
            open_ = gap
            joined.append(gap)
    yield from sorted(joined, key=lambda gap: (gap.first_day, gap.grid))
