"""Who would have a request, by the directory of a day. Pure over a snapshot; 包办: one accountable owner."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from services.routing.directory.decider import Directory, GridListed, OfficerListed, UnitListed, in_force
from shared.contracts.codes import Channel, Role, UnitKind
from shared.kernel import GridCode, PersonId, UnitCode, value

FITTING: Mapping[Channel, tuple[Role, ...]] = {
    Channel.PSM: (Role.COMMUNITY_OFFICER,),
    Channel.PM: (Role.PEOPLES_MEDIATOR,),
    Channel.IM: (Role.INDUSTRY_MEDIATOR,),
    Channel.JM: (Role.COURT_MEDIATOR,),
    Channel.EPS: (Role.ENTERPRISE_OFFICER,),
    Channel.WIN: (Role.PERMIT_OFFICER, Role.WINDOW_CLERK),
    Channel.DSP: (Role.COMMUNITY_OFFICER,),
    Channel.CASE: (Role.CASE_INVESTIGATOR,),
    Channel.XDEP: (Role.TRAFFIC_OFFICER, Role.COMMUNITY_OFFICER),
    Channel.XFER: (Role.HOTLINE_LIAISON,),
    Channel.BOT: (Role.DUTY_OFFICER,),
    Channel.SUP: (Role.SUPERVISOR,),
    Channel.CHILD: (Role.CHILD_OFFICER,),
}
"""Roles by preference. Nobody else is ever given a request of the channel without a person's choice."""

OF_THE_PLACE = frozenset({Channel.PSM, Channel.DSP})
"""Channels in which the officer of the grid comes first."""


@value
class Snapshot:
    """The directory on one day."""

    units: Mapping[UnitCode, UnitListed]
    officers: Mapping[PersonId, OfficerListed]
    grids: Mapping[GridCode, GridListed]

    def with_roles(self, roles: Iterable[Role]) -> list[PersonId]:
        """By preference of the role; inside a role in a fixed order."""
        found: list[PersonId] = []
        for role in roles:
            found += sorted(person for person, entry in self.officers.items() if role in entry.roles)
        return list(dict.fromkeys(found))

    def first_unit(self, kind: UnitKind) -> UnitCode | None:
        return min((code for code, unit in self.units.items() if unit.kind is kind), default=None)


@value
class Fit:
    """A unit and its people, in the order in which they stand in for each other."""

    unit: UnitCode
    officers: tuple[PersonId, ...]


def snapshot(directory: Directory, on: date) -> Snapshot:
    return Snapshot(
        {code: unit for code, entries in directory.units.items() if (unit := in_force(entries, on))},
        {person: officer for person, entries in directory.officers.items() if (officer := in_force(entries, on))},
        {code: grid for code, entries in directory.grids.items() if (grid := in_force(entries, on))},
    )


def resolve(directory: Snapshot, channel: Channel, grid: GridCode | None) -> Fit | None:
    """The owner by grid where the place decides, else by role; behind him his deputy and the others of his unit, as far
    as they fit: nobody is named who could not sign for it."""
    fitting = directory.with_roles(FITTING[channel])
    place = directory.grids.get(grid) if grid is not None and channel in OF_THE_PLACE else None
    if place is not None and place.owner in directory.officers:
        return _fit(directory, place.owner, place.deputy, fitting)
    if not fitting:
        return None
    owner = _regular(directory, fitting)
    return _fit(directory, owner, directory.officers[owner].deputy, fitting)


def fit_in_unit(directory: Snapshot, unit: UnitCode, channel: Channel) -> Fit:
    """The people of a unit that a person chose: those who fit the channel first."""
    members = [person for person, entry in directory.officers.items() if entry.unit == unit]
    fitting = [person for person in directory.with_roles(FITTING[channel]) if person in members]
    return Fit(unit, tuple(dict.fromkeys((*fitting, *sorted(members)))))


def _regular(directory: Snapshot, fitting: Sequence[PersonId]) -> PersonId:
    """Who only stands in for others comes after those who have a deputy of their own."""
    deputies = {entry.deputy for entry in directory.officers.values() if entry.deputy}
    return next((person for person in fitting if person not in deputies), fitting[0])


def _fit(directory: Snapshot, owner: PersonId, deputy: PersonId | None, fitting: Sequence[PersonId]) -> Fit:
    unit = directory.officers[owner].unit
    behind = (deputy,) if deputy is not None and deputy in fitting else ()
    colleagues = [person for person in fitting if directory.officers[person].unit == unit]
    return Fit(unit, tuple(dict.fromkeys((owner, *behind, *colleagues))))
