"""Who may be listed where. The directory of a bureau is one stream: an officer's unit and a grid's owner can be
checked, and whoever resolves an owner reads the newest word.
"""

from dataclasses import replace
from datetime import date
from typing import TypeVar, assert_never

from services.routing.directory.commands import (
    CloseGrid,
    DirectoryCommand,
    ListAuxiliary,
    ListDuty,
    ListGrid,
    ListHead,
    Listing,
    ListMany,
    ListOfficer,
    ListUnit,
    NoteAbsence,
    WithdrawAbsence,
)
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
    UnitListed,
)
from services.routing.directory.state import Directory, absence_on, evolve, in_force
from shared.contracts.codes import Role
from shared.kernel import Decider, GridCode, PersonId, Rejection, UnitCode

E = TypeVar("E", UnitListed, OfficerListed, GridListed, AuxiliaryListed, HeadListed, AbsenceNoted)


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


class GridUnknown(Rejection):
    """`grid` has never been listed."""


class NoAuxiliary(Rejection):
    """Beside the owner of a grid walks an auxiliary (S59), and who is named is none on the first day."""


class NotOfTheUnit(Rejection):
    """`unit`, `day`: a roster names the unit's own people."""


class AwayThatDay(Rejection):
    """`day`, `until`: who is away is on no roster."""


def decide(command: DirectoryCommand, directory: Directory) -> tuple[DirectoryEvent, ...]:
    match command:
        case ListUnit() | ListOfficer() | ListGrid() | ListAuxiliary() | ListHead():
            return _listed(command, directory)
        case ListMany():
            return _list_many(command, directory)
        case CloseGrid():
            return _close(command, directory)
        case NoteAbsence():
            _require_order(command.first_day, command.last_day)
            return _note_absence(command, directory)
        case WithdrawAbsence():
            return _withdraw_absence(command, directory)
        case ListDuty():
            return _list_duty(command, directory)
        case _:
            assert_never(command)


def _list_many(command: ListMany, directory: Directory) -> tuple[DirectoryEvent, ...]:
    listed: list[DirectoryEvent] = []
    for each in command.listings:
        for event in _listed(each, directory):
            directory = evolve(directory, event)
            listed.append(event)
    return tuple(listed)


def _listed(command: Listing, directory: Directory) -> tuple[DirectoryEvent, ...]:
    _require_order(command.first_day, command.last_day)
    match command:
        case ListUnit():
            return _unless_known(_unit(command), directory.units.get(command.code, ()))
        case ListOfficer():
            return _unless_known(_officer(command, directory), directory.officers.get(command.person, ()))
        case ListGrid():
            return _unless_known(_grid(command, directory), directory.grids.get(command.code, ()))
        case ListAuxiliary():
            return _unless_known(_auxiliary(command, directory), directory.auxiliaries.get(command.grid, ()))
        case ListHead():
            return _unless_known(_head(command, directory), directory.heads.get((command.grid, command.seat), ()))
        case _:
            assert_never(command)


def is_listed(directory: Directory, command: Listing) -> bool:
    """Whether there is any entry of this thing."""
    match command:
        case ListUnit():
            return command.code in directory.units
        case ListOfficer():
            return command.person in directory.officers
        case ListGrid():
            return command.code in directory.grids
        case ListAuxiliary():
            return command.grid in directory.auxiliaries
        case ListHead():
            return (command.grid, command.seat) in directory.heads
        case _:
            assert_never(command)


def _require_order(first_day: date, last_day: date | None) -> None:
    if last_day is not None and last_day < first_day:
        raise PeriodEndsBeforeItBegins(first_day=first_day, last_day=last_day)


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
    _require_unit(command.unit, directory)
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
    _require_unit(command.unit, directory)
    _require_officer(command.owner, directory)
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


def _auxiliary(command: ListAuxiliary, directory: Directory) -> AuxiliaryListed:
    _require_grid(command.grid, directory)
    if command.deputy == command.auxiliary:
        raise OwnDeputy
    for person in (command.auxiliary, command.deputy):
        entry = in_force(directory.officers.get(person, ()), command.first_day) if person is not None else None
        if person is not None and (entry is None or Role.AUXILIARY not in entry.roles):
            raise NoAuxiliary
    return AuxiliaryListed(
        grid=command.grid,
        auxiliary=command.auxiliary,
        deputy=command.deputy,
        first_day=command.first_day,
        last_day=command.last_day,
        occurred_at=command.at,
    )


def _head(command: ListHead, directory: Directory) -> HeadListed:
    _require_grid(command.grid, directory)
    _require_officer(command.person, directory)
    return HeadListed(
        grid=command.grid,
        seat=command.seat,
        person=command.person,
        first_day=command.first_day,
        last_day=command.last_day,
        occurred_at=command.at,
    )


def _close(command: CloseGrid, directory: Directory) -> tuple[DirectoryEvent, ...]:
    _require_grid(command.code, directory)
    if directory.closed.get(command.code) == command.first_day:
        return ()
    return (GridClosed(code=command.code, first_day=command.first_day, occurred_at=command.at),)


def _note_absence(command: NoteAbsence, directory: Directory) -> tuple[DirectoryEvent, ...]:
    _require_officer(command.person, directory)
    noted = AbsenceNoted(
        person=command.person,
        reason=command.reason,
        first_day=command.first_day,
        last_day=command.last_day,
        occurred_at=command.at,
    )
    return _unless_known(noted, directory.absences.get(command.person, ()))


def _withdraw_absence(command: WithdrawAbsence, directory: Directory) -> tuple[DirectoryEvent, ...]:
    if all(each.first_day != command.first_day for each in directory.absences.get(command.person, ())):
        return ()
    return (AbsenceWithdrawn(person=command.person, first_day=command.first_day, occurred_at=command.at),)


def _list_duty(command: ListDuty, directory: Directory) -> tuple[DirectoryEvent, ...]:
    _require_unit(command.unit, directory)
    for person in command.people:
        entry = in_force(directory.officers.get(person, ()), command.day)
        if entry is None or entry.unit != command.unit:
            raise NotOfTheUnit(unit=command.unit, day=command.day)
        if (absence := absence_on(directory, person, command.day)) is not None:
            raise AwayThatDay(day=command.day, until=absence.last_day)
    known = directory.duties.get(command.unit, {}).get((command.day, command.shift))
    if known is not None and known.people == command.people:
        return ()
    return (
        DutyListed(
            unit=command.unit, day=command.day, shift=command.shift, people=command.people, occurred_at=command.at
        ),
    )


def _require_unit(unit: UnitCode, directory: Directory) -> None:
    if unit not in directory.units:
        raise UnitUnknown(unit=unit)


def _require_officer(person: PersonId, directory: Directory) -> None:
    if person not in directory.officers:
        raise OfficerUnknown


def _require_grid(grid: GridCode, directory: Directory) -> None:
    if grid not in directory.grids:
        raise GridUnknown(grid=grid)


directory_decider: Decider[DirectoryCommand, Directory, DirectoryEvent] = Decider(Directory(), decide, evolve)
