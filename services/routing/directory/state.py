"""The directory as its facts make it, and what counts on a day."""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import date
from typing import TypeVar, assert_never

from services.routing.directory.facts import (
    AbsenceNoted,
    AbsenceWithdrawn,
    AuxiliaryListed,
    DirectoryEvent,
    DutyListed,
    GridClosed,
    GridListed,
    HeadListed,
    OfficerListed,
    Posting,
    Seat,
    Shift,
    UnitListed,
)
from shared.kernel import GridCode, PersonId, UnitCode, state

P = TypeVar("P", UnitListed, OfficerListed, GridListed, AuxiliaryListed, HeadListed)
K = TypeVar("K")

Duties = Mapping[tuple[date, Shift], DutyListed]


@state
class Directory:
    """Entries by thing, in the order of their first days."""

    units: Mapping[UnitCode, tuple[UnitListed, ...]] = field(default_factory=dict)
    officers: Mapping[PersonId, tuple[OfficerListed, ...]] = field(default_factory=dict)
    grids: Mapping[GridCode, tuple[GridListed, ...]] = field(default_factory=dict)
    auxiliaries: Mapping[GridCode, tuple[AuxiliaryListed, ...]] = field(default_factory=dict)
    heads: Mapping[tuple[GridCode, Seat], tuple[HeadListed, ...]] = field(default_factory=dict)
    closed: Mapping[GridCode, date] = field(default_factory=dict)
    """From which day on a grid is no more."""
    absences: Mapping[PersonId, tuple[AbsenceNoted, ...]] = field(default_factory=dict)
    duties: Mapping[UnitCode, Duties] = field(default_factory=dict)


def evolve(before: Directory, event: DirectoryEvent) -> Directory:
    match event:
        case UnitListed():
            return replace(before, units=_added(before.units, event.code, event))
        case OfficerListed():
            return replace(before, officers=_added(before.officers, event.person, event))
        case GridListed():
            closed = {grid: day for grid, day in before.closed.items() if grid != event.code or event.first_day < day}
            return replace(before, grids=_added(before.grids, event.code, event), closed=closed)
        case AuxiliaryListed():
            return replace(before, auxiliaries=_added(before.auxiliaries, event.grid, event))
        case HeadListed():
            return replace(before, heads=_added(before.heads, (event.grid, event.seat), event))
        case GridClosed():
            return replace(before, closed={**before.closed, event.code: event.first_day})
        case AbsenceNoted():
            others = _but(before.absences.get(event.person, ()), event.first_day)
            noted = tuple(sorted((*others, event), key=lambda each: each.first_day))
            return replace(before, absences={**before.absences, event.person: noted})
        case AbsenceWithdrawn():
            left = _but(before.absences.get(event.person, ()), event.first_day)
            return replace(before, absences={**before.absences, event.person: left})
        case DutyListed():
            own = {**before.duties.get(event.unit, {}), (event.day, event.shift): event}
            return replace(before, duties={**before.duties, event.unit: own})
        case _:
            assert_never(event)


def _added(entries: Mapping[K, tuple[P, ...]], key: K, entry: P) -> Mapping[K, tuple[P, ...]]:
    others = tuple(each for each in entries.get(key, ()) if each.first_day != entry.first_day)
    return {**entries, key: tuple(sorted(others + (entry,), key=_first_day))}  # noqa: RUF005 - mypy types the sum, not the display


def _first_day(entry: Posting) -> date:
    return entry.first_day


def _but(absences: tuple[AbsenceNoted, ...], first_day: date) -> tuple[AbsenceNoted, ...]:
    return tuple(each for each in absences if each.first_day != first_day)


def holds(entry: Posting | AbsenceNoted, on: date) -> bool:
    return entry.first_day <= on and (entry.last_day is None or on <= entry.last_day)


def in_force(entries: tuple[P, ...], on: date) -> P | None:
    """The entry of one thing that counts on a day: the latest begun, if its days are not over."""
    begun = [entry for entry in entries if entry.first_day <= on]
    latest = max(begun, key=_first_day, default=None)
    return latest if latest is not None and holds(latest, on) else None


def absence_on(directory: Directory, person: PersonId, on: date) -> AbsenceNoted | None:
    """Of several the one that lasts longest."""
    held = [each for each in directory.absences.get(person, ()) if holds(each, on)]
    return max(held, key=lambda each: each.last_day, default=None)


def grid_on(directory: Directory, code: GridCode, on: date) -> GridListed | None:
    closed = directory.closed.get(code)
    if closed is not None and closed <= on:
        return None
    return in_force(directory.grids.get(code, ()), on)
