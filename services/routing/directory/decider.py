"""Who is where: units, officers and grids, each with the days from and to which an entry holds.

The directory of a bureau is one stream: an officer's unit and a grid's owner can be checked, and whoever resolves an
owner reads the newest word. An entry is never changed. One with a later first day takes over from that day on; one with
the same first day corrects it.
"""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import date, datetime
from typing import TypeVar, assert_never

from shared.contracts.codes import Role, UnitKind
from shared.kernel import Decider, GridCode, PersonId, Rejection, UnitCode, command, fact, state


@fact("unit_listed")
class UnitListed:
    code: UnitCode
    kind: UnitKind
    parent: UnitCode | None
    first_day: date
    last_day: date | None
    occurred_at: datetime


@fact("officer_listed")
class OfficerListed:
    person: PersonId
    unit: UnitCode
    roles: tuple[Role, ...]
    deputy: PersonId | None
    first_day: date
    last_day: date | None
    occurred_at: datetime


@fact("grid_listed")
class GridListed:
    code: GridCode
    unit: UnitCode
    owner: PersonId
    deputy: PersonId | None
    first_day: date
    last_day: date | None
    occurred_at: datetime


DirectoryEvent = UnitListed | OfficerListed | GridListed
E = TypeVar("E", UnitListed, OfficerListed, GridListed)


@command
class ListUnit:
    code: UnitCode
    kind: UnitKind
    parent: UnitCode | None = None
    first_day: date
    last_day: date | None = None
    at: datetime


@command
class ListOfficer:
    person: PersonId
    unit: UnitCode
    roles: tuple[Role, ...]
    deputy: PersonId | None = None
    first_day: date
    last_day: date | None = None
    at: datetime


@command
class ListGrid:
    code: GridCode
    unit: UnitCode
    owner: PersonId
    deputy: PersonId | None = None
    first_day: date
    last_day: date | None = None
    at: datetime


DirectoryCommand = ListUnit | ListOfficer | ListGrid


Units = Mapping[UnitCode, tuple[UnitListed, ...]]
Officers = Mapping[PersonId, tuple[OfficerListed, ...]]
Grids = Mapping[GridCode, tuple[GridListed, ...]]


@state
class Directory:
    """Entries by thing, in the order of their first days."""

    units: Units = field(default_factory=dict)
    officers: Officers = field(default_factory=dict)
    grids: Grids = field(default_factory=dict)


class PeriodEndsBeforeItBegins(Rejection):
    """`first_day`, `last_day`."""


class OwnDeputy(Rejection):
    """Nobody stands in for himself."""


class RoleMissing(Rejection):
    """An officer without a role could be given nothing."""


class OwnParent(Rejection):
    """A unit is not part of itself."""


class UnitUnknown(Rejection):
    """`unit` has never been listed."""


class OfficerUnknown(Rejection):
    """The owner of a grid has to be an officer of the directory."""


def evolve(before: Directory, event: DirectoryEvent) -> Directory:
    match event:
        case UnitListed():
            return replace(before, units={**before.units, event.code: _with(before.units.get(event.code, ()), event)})
        case OfficerListed():
            entries = _with(before.officers.get(event.person, ()), event)
            return replace(before, officers={**before.officers, event.person: entries})
        case GridListed():
            return replace(before, grids={**before.grids, event.code: _with(before.grids.get(event.code, ()), event)})
        case _:
            assert_never(event)


def _with(entries: tuple[E, ...], entry: E) -> tuple[E, ...]:
    others = tuple(each for each in entries if each.first_day != entry.first_day)
    return tuple(sorted(others + (entry,), key=_first_day))  # noqa: RUF005 - mypy types the sum, not the display


def _first_day(entry: DirectoryEvent) -> date:
    return entry.first_day


def decide(command: DirectoryCommand, directory: Directory) -> tuple[DirectoryEvent, ...]:
    if command.last_day is not None and command.last_day < command.first_day:
        raise PeriodEndsBeforeItBegins(first_day=command.first_day, last_day=command.last_day)
    match command:
        case ListUnit():
            return _unless_known(_unit(command), directory.units.get(command.code, ()))
        case ListOfficer():
            return _unless_known(_officer(command, directory), directory.officers.get(command.person, ()))
        case ListGrid():
            return _unless_known(_grid(command, directory), directory.grids.get(command.code, ()))
        case _:
            assert_never(command)


def is_listed(directory: Directory, command: DirectoryCommand) -> bool:
    """Whether there is any entry of this thing."""
    match command:
        case ListUnit():
            return command.code in directory.units
        case ListOfficer():
            return command.person in directory.officers
        case ListGrid():
            return command.code in directory.grids
        case _:
            assert_never(command)


def _unless_known(wished: E, entries: tuple[E, ...]) -> tuple[E, ...]:
    """Nothing when an entry says the same already, but for the moment of listing."""
    known = any(replace(entry, occurred_at=wished.occurred_at) == wished for entry in entries)
    return () if known else (wished,)


def _unit(command: ListUnit) -> UnitListed:
    if command.parent == command.code:
        raise OwnParent
    return UnitListed(
        code=command.code,
        kind=command.kind,
        parent=command.parent,
        first_day=command.first_day,
        last_day=command.last_day,
        occurred_at=command.at,
    )


def _officer(command: ListOfficer, directory: Directory) -> OfficerListed:
    if command.unit not in directory.units:
        raise UnitUnknown(unit=command.unit)
    if not command.roles:
        raise RoleMissing
    if command.deputy == command.person:
        raise OwnDeputy
    return OfficerListed(
        person=command.person,
        unit=command.unit,
        roles=command.roles,
        deputy=command.deputy,
        first_day=command.first_day,
        last_day=command.last_day,
        occurred_at=command.at,
    )


def _grid(command: ListGrid, directory: Directory) -> GridListed:
    if command.unit not in directory.units:
        raise UnitUnknown(unit=command.unit)
    if command.owner not in directory.officers:
        raise OfficerUnknown
    if command.deputy == command.owner:
        raise OwnDeputy
    return GridListed(
        code=command.code,
        unit=command.unit,
        owner=command.owner,
        deputy=command.deputy,
        first_day=command.first_day,
        last_day=command.last_day,
        occurred_at=command.at,
    )


def holds(entry: DirectoryEvent, on: date) -> bool:
    return entry.first_day <= on and (entry.last_day is None or on <= entry.last_day)


def in_force(entries: tuple[E, ...], on: date) -> E | None:
    """The entry of one thing that counts on a day: the latest begun, if its days are not over."""
    begun = [entry for entry in entries if entry.first_day <= on]
    latest = max(begun, key=lambda entry: entry.first_day, default=None)
    return latest if latest is not None and holds(latest, on) else None


directory_decider: Decider[DirectoryCommand, Directory, DirectoryEvent] = Decider(Directory(), decide, evolve)
