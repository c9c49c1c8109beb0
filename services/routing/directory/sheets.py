"""The directory as tables: what is written out can be read in again, row by row, all or nothing.

One row is one entry with its days. People stand in it by their ids.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from services.routing.directory.commands import ListAuxiliary, ListGrid, Listing, ListMany, ListOfficer
from services.routing.directory.decider import decide
from services.routing.directory.facts import GridListed, OfficerListed
from services.routing.directory.state import Directory, evolve, in_force
from shared.contracts.codes import Role
from shared.kernel import GridCode, PersonId, Rejection, UnitCode, value

T = TypeVar("T")

MOST_ROWS = 2000


class Sheet(StrEnum):
    OFFICERS = "officers"
    GRIDS = "grids"


COLUMNS: Mapping[Sheet, tuple[str, ...]] = {
    Sheet.OFFICERS: ("person", "unit", "roles", "deputy", "first_day", "last_day"),
    Sheet.GRIDS: ("code", "unit", "owner", "deputy", "auxiliary", "first_day", "last_day"),
}
MAY_BE_EMPTY = frozenset({"deputy", "auxiliary", "last_day"})


class ColumnsMissing(Rejection):
    """`columns`: the heading has to name them."""


class TooManyRows(Rejection):
    """`most`."""


class CellMissing(Rejection):
    """`column`."""


class CellUnreadable(Rejection):
    """`column`: no day, no id, no role, or no code."""


class NotYourUnit(Rejection):
    """`unit`: a leader lists the people and grids of his own unit only."""


@value
class RowError:
    row: int
    """Counted without the heading, from one."""
    refused: Rejection


@value
class Checked:
    rows: int
    listings: tuple[Listing, ...]
    """What there is to do; rows that say nothing new are not among it."""
    errors: tuple[RowError, ...]


def checked(text: str, sheet: Sheet, directory: Directory, unit: UnitCode, at: datetime) -> Checked:
    """Every row decided after those before it; a wrong one is told and left out. Raises ColumnsMissing, TooManyRows."""
    rows = _rows(text, sheet)
    listings: list[Listing] = []
    errors: list[RowError] = []
    for number, row in enumerate(rows, start=1):
        try:
            wished, directory = _decided(tuple(_wishes(row, sheet, unit, at)), directory)
            listings += wished
        except Rejection as refused:
            errors.append(RowError(number, refused))
    return Checked(len(rows), tuple(listings), tuple(errors))


def _decided(wished: tuple[Listing, ...], directory: Directory) -> tuple[list[Listing], Directory]:
    """The wishes of one row that say something new, and the directory after them."""
    new = []
    for each in wished:
        events = decide(each, directory)
        for event in events:
            directory = evolve(directory, event)
        new += [each] if events else []
    return new, directory


def whole(found: Checked) -> ListMany:
    return ListMany(listings=found.listings)


def written(directory: Directory, sheet: Sheet, on: date) -> str:
    """The entries of a day, so that somebody can change and bring them back."""
    rows = _officers(directory, on) if sheet is Sheet.OFFICERS else _grids(directory, on)
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS[sheet])
    table.writerows(rows)
    return out.getvalue()


def _rows(text: str, sheet: Sheet) -> list[dict[str, str]]:
    table = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    heading = [(name or "").strip() for name in table.fieldnames or ()]
    if missing := [name for name in COLUMNS[sheet] if name not in heading and name not in MAY_BE_EMPTY]:
        raise ColumnsMissing(columns=", ".join(missing))
    rows = []
    for row in table:
        cells = {(name or "").strip(): (cell or "").strip() for name, cell in row.items() if isinstance(cell, str)}
        if any(cells.values()):
            rows.append(cells)
        if len(rows) > MOST_ROWS:
            raise TooManyRows(most=MOST_ROWS)
    return rows


def _wishes(row: Mapping[str, str], sheet: Sheet, unit: UnitCode, at: datetime) -> Iterator[Listing]:
    own = UnitCode(_cell(row, "unit"))
    if own != unit:
        raise NotYourUnit(unit=own)
    first_day = _day(row, "first_day")
    assert first_day is not None
    last_day = _day(row, "last_day")
    if sheet is Sheet.OFFICERS:
        yield ListOfficer(
            person=_person(row, "person"),
            unit=own,
            roles=tuple(_roles(row)),
            deputy=_maybe(row, "deputy"),
            first_day=first_day,
            last_day=last_day,
            at=at,
        )
        return
    grid = GridCode(_cell(row, "code"))
    yield ListGrid(
        code=grid,
        unit=own,
        owner=_person(row, "owner"),
        deputy=_maybe(row, "deputy"),
        first_day=first_day,
        last_day=last_day,
        at=at,
    )
    if (auxiliary := _maybe(row, "auxiliary")) is not None:
        yield ListAuxiliary(grid=grid, auxiliary=auxiliary, first_day=first_day, last_day=last_day, at=at)


def _cell(row: Mapping[str, str], column: str) -> str:
    cell = row.get(column, "")
    if not cell and column not in MAY_BE_EMPTY:
        raise CellMissing(column=column)
    if len(cell) > 200 or not all(character.isprintable() for character in cell):
        raise CellUnreadable(column=column)
    if column in ("code", "unit") and not cell.replace("-", "").replace("_", "").isalnum():
        raise CellUnreadable(column=column)
    return cell


def _day(row: Mapping[str, str], column: str) -> date | None:
    return _read(row, column, date.fromisoformat)


def _person(row: Mapping[str, str], column: str) -> PersonId:
    found = _maybe(row, column)
    if found is None:
        raise CellMissing(column=column)
    return found


def _maybe(row: Mapping[str, str], column: str) -> PersonId | None:
    return _read(row, column, lambda cell: PersonId(UUID(cell)))


def _read(row: Mapping[str, str], column: str, read: Callable[[str], T]) -> T | None:
    cell = _cell(row, column)
    try:
        return read(cell) if cell else None
    except ValueError:
        raise CellUnreadable(column=column) from None


def _roles(row: Mapping[str, str]) -> Iterable[Role]:
    try:
        return [Role(each) for each in _cell(row, "roles").split()]
    except ValueError:
        raise CellUnreadable(column="roles") from None


def _officers(directory: Directory, on: date) -> Iterator[tuple[object, ...]]:
    held = [entry for entries in directory.officers.values() if (entry := in_force(entries, on))]
    for entry in sorted(held, key=_by_unit):
        roles = " ".join(entry.roles)
        yield entry.person, entry.unit, roles, entry.deputy or "", entry.first_day, entry.last_day or ""


def _by_unit(entry: OfficerListed) -> tuple[str, str]:
    return entry.unit, str(entry.person)


def _grids(directory: Directory, on: date) -> Iterator[tuple[object, ...]]:
    held: list[GridListed] = [entry for entries in directory.grids.values() if (entry := in_force(entries, on))]
    for entry in sorted(held, key=lambda entry: entry.code):
        walking = in_force(directory.auxiliaries.get(entry.code, ()), on)
        # An auxiliary with other days than the owner would get the owner's by being read in again.
        beside = walking.auxiliary if walking and _same_days(walking.first_day, walking.last_day, entry) else ""
        yield (
            entry.code,
            entry.unit,
            entry.owner,
            entry.deputy or "",
            beside,
            entry.first_day,
            entry.last_day or "",
        )


def _same_days(first_day: date, last_day: date | None, entry: GridListed) -> bool:
    return (first_day, last_day) == (entry.first_day, entry.last_day)
