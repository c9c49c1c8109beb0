"""Who is where: units, officers and grids, each with the days from and to which an entry holds.

An entry is never changed. A later one with a later first day takes over from that day on; one with the same first day
corrects it.
"""

from datetime import date, datetime
from typing import TypeVar, assert_never

from shared.contracts.codes import Role, UnitKind
from shared.kernel import CorruptHistory, Decider, GridCode, PersonId, Rejection, UnitCode, command, fact, state


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


@state
class Unlisted:
    pass


@state
class Listed:
    entries: tuple[DirectoryEvent, ...]
    """In the order of their first days; one for each."""


DirectoryState = Unlisted | Listed


class PeriodEndsBeforeItBegins(Rejection):
    """`first_day`, `last_day`."""


class OwnDeputy(Rejection):
    """Nobody stands in for himself."""


class RoleMissing(Rejection):
    """An officer without a role could be given nothing."""


class OwnParent(Rejection):
    """A unit is not part of itself."""


def evolve(before: DirectoryState, event: DirectoryEvent) -> DirectoryState:
    if isinstance(before, Unlisted):
        return Listed((event,))
    if type(before.entries[0]) is not type(event):
        raise CorruptHistory("a directory stream holds one kind of thing")
    others = [entry for entry in before.entries if entry.first_day != event.first_day]
    return Listed(tuple(sorted((*others, event), key=lambda entry: entry.first_day)))


def decide(command: DirectoryCommand, before: DirectoryState) -> tuple[DirectoryEvent, ...]:
    if command.last_day is not None and command.last_day < command.first_day:
        raise PeriodEndsBeforeItBegins(first_day=command.first_day, last_day=command.last_day)
    wished = _wished(command)
    known = before.entries if isinstance(before, Listed) else ()
    return () if any(_same(wished, entry) for entry in known) else (wished,)


def _wished(command: DirectoryCommand) -> DirectoryEvent:
    match command:
        case ListUnit():
            return _unit(command)
        case ListOfficer():
            return _officer(command)
        case ListGrid():
            return _grid(command)
        case _:
            assert_never(command)


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


def _officer(command: ListOfficer) -> OfficerListed:
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


def _grid(command: ListGrid) -> GridListed:
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


def _same(wished: DirectoryEvent, entry: DirectoryEvent) -> bool:
    """Equal but for the moment of listing."""
    return type(wished) is type(entry) and all(
        getattr(wished, name) == getattr(entry, name) for name in wished.__slots__ if name != "occurred_at"
    )


E = TypeVar("E", UnitListed, OfficerListed, GridListed)


def holds(entry: DirectoryEvent, on: date) -> bool:
    return entry.first_day <= on and (entry.last_day is None or on <= entry.last_day)


def in_force(entries: tuple[E, ...], on: date) -> E | None:
    """The entry of one thing that counts on a day: the latest begun, if its days are not over."""
    begun = [entry for entry in entries if entry.first_day <= on]
    latest = max(begun, key=lambda entry: entry.first_day, default=None)
    return latest if latest is not None and holds(latest, on) else None


directory_decider: Decider[DirectoryCommand, DirectoryState, DirectoryEvent] = Decider(Unlisted(), decide, evolve)
