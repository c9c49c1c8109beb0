"""Who answers in a unit at a moment: by its roster, else by office. One person, so that somebody is accountable."""

from datetime import date, datetime, time, timedelta

from services.routing.directory.facts import Shift
from services.routing.directory.resolving import Snapshot, snapshot
from services.routing.directory.state import Directory, absence_on, in_force
from shared.contracts.codes import Role
from shared.kernel import BUREAU_ZONE, PersonId, UnitCode

DAY_BEGINS = time(8)
NIGHT_BEGINS = time(20)
ANSWERING = (
    Role.DUTY_OFFICER,
    Role.STATION_LEADER,
    Role.CASE_INVESTIGATOR,
    Role.SUPERVISOR,
    Role.BUREAU_LEADER,
)
"""Who answers for a unit that listed no roster."""


def shift_at(instant: datetime) -> tuple[date, Shift]:
    """The night belongs to the day on which it began."""
    local = instant.astimezone(BUREAU_ZONE)
    if local.time() < DAY_BEGINS:
        return local.date() - timedelta(days=1), Shift.NIGHT
    return local.date(), Shift.DAY if local.time() < NIGHT_BEGINS else Shift.NIGHT


def on_duty(directory: Directory, unit: UnitCode, instant: datetime) -> PersonId | None:
    day, shift = shift_at(instant)
    listed = directory.duties.get(unit, {}).get((day, shift))
    there = [person for person in listed.people if not absence_on(directory, person, day)] if listed else []
    # Sorting keeps the order of the roster; an auxiliary answers only where nobody else is named.
    there.sort(key=lambda person: _only_walks(directory, person, day))
    return there[0] if there else _by_office(snapshot(directory, instant.astimezone(BUREAU_ZONE).date()), unit)


def _only_walks(directory: Directory, person: PersonId, day: date) -> bool:
    entry = in_force(directory.officers.get(person, ()), day)
    return entry is not None and set(entry.roles) == {Role.AUXILIARY}


def _by_office(today: Snapshot, unit: UnitCode) -> PersonId | None:
    members = {person for person, entry in today.officers.items() if entry.unit == unit}
    holding = [person for person in today.with_roles(ANSWERING) if person in members]
    return next(iter([*holding, *sorted(members)]), None)
