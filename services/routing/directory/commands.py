"""What leaders wish of the directory."""

from datetime import date, datetime

from services.routing.directory.facts import AbsenceReason, Seat, Shift
from shared.contracts.codes import Role, UnitKind
from shared.kernel import GridCode, PersonId, UnitCode, command


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


@command
class ListAuxiliary:
    grid: GridCode
    auxiliary: PersonId
    deputy: PersonId | None = None
    first_day: date
    last_day: date | None = None
    at: datetime


@command
class ListHead:
    grid: GridCode
    seat: Seat
    person: PersonId
    first_day: date
    last_day: date | None = None
    at: datetime


@command
class CloseGrid:
    code: GridCode
    first_day: date
    at: datetime


@command
class NoteAbsence:
    person: PersonId
    reason: AbsenceReason
    first_day: date
    last_day: date
    at: datetime


@command
class WithdrawAbsence:
    person: PersonId
    first_day: date
    at: datetime


@command
class ListDuty:
    unit: UnitCode
    day: date
    shift: Shift
    people: tuple[PersonId, ...]
    at: datetime


Listing = ListUnit | ListOfficer | ListGrid | ListAuxiliary | ListHead


@command
class ListMany:
    """All of them or none; a later one may rest on an earlier one."""

    listings: tuple[Listing, ...]


DirectoryCommand = Listing | ListMany | CloseGrid | NoteAbsence | WithdrawAbsence | ListDuty
