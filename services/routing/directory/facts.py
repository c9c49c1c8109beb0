"""What is recorded about who is where: each entry with the days from and to which it holds.

An entry is never changed. One with a later first day takes over from that day on; one with the same first day
corrects it.
"""

from datetime import date, datetime
from enum import StrEnum

from shared.contracts.codes import Role, UnitKind
from shared.kernel import GridCode, PersonId, UnitCode, fact


class AbsenceReason(StrEnum):
    LEAVE = "leave"
    SICK = "sick"
    TRAINING = "training"
    DETACHED = "detached"
    """Lent to another unit."""


class Shift(StrEnum):
    DAY = "day"
    NIGHT = "night"


class Seat(StrEnum):
    """The five heads of a place (五长, S78): a contact tree, not a panel that mediates."""

    STATION_CHIEF = "station_chief"
    HEADTEACHER = "headteacher"
    VILLAGE_HEAD = "village_head"
    COMMUNITY_HEAD = "community_head"
    UNIT_HEAD = "unit_head"


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


@fact("grid_closed")
class GridClosed:
    """From `first_day` on the grid is no more; without this word the end of its owner's days is a gap."""

    code: GridCode
    first_day: date
    occurred_at: datetime


@fact("auxiliary_listed")
class AuxiliaryListed:
    """Who walks the grid beside its owner (S59). Accountable is the owner."""

    grid: GridCode
    auxiliary: PersonId
    deputy: PersonId | None
    first_day: date
    last_day: date | None
    occurred_at: datetime


@fact("head_listed")
class HeadListed:
    grid: GridCode
    seat: Seat
    person: PersonId
    first_day: date
    last_day: date | None
    occurred_at: datetime


@fact("absence_noted")
class AbsenceNoted:
    person: PersonId
    reason: AbsenceReason
    first_day: date
    last_day: date
    occurred_at: datetime


@fact("absence_withdrawn")
class AbsenceWithdrawn:
    """The absence that was to begin on `first_day` did not."""

    person: PersonId
    first_day: date
    occurred_at: datetime


@fact("duty_listed")
class DutyListed:
    """Who is on duty in a unit; the newest word about a shift counts. Nobody is a word too."""

    unit: UnitCode
    day: date
    shift: Shift
    people: tuple[PersonId, ...]
    occurred_at: datetime


Posting = UnitListed | OfficerListed | GridListed | AuxiliaryListed | HeadListed
"""Entries that hold from a first day on, perhaps without an end."""
DirectoryEvent = Posting | GridClosed | AbsenceNoted | AbsenceWithdrawn | DutyListed
