"""Who would have a request, by the directory of a day. Pure over a snapshot; 包办: one accountable owner."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date

from services.routing.directory.choosing import Choosing, ChosenBy, Load
from services.routing.directory.facts import AbsenceNoted, AuxiliaryListed, GridListed, OfficerListed, UnitListed
from services.routing.directory.state import Directory, absence_on, grid_on, in_force
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
    """The directory on one day. `officers` are those who are there; who is away stands apart."""

    units: Mapping[UnitCode, UnitListed]
    officers: Mapping[PersonId, OfficerListed]
    grids: Mapping[GridCode, GridListed]
    away: Mapping[PersonId, AbsenceNoted] = field(default_factory=dict)
    absent: Mapping[PersonId, OfficerListed] = field(default_factory=dict)
    """Where those are posted who are away."""
    auxiliaries: Mapping[GridCode, AuxiliaryListed] = field(default_factory=dict)

    @property
    def everybody(self) -> Mapping[PersonId, OfficerListed]:
        """Also those who are away."""
        return {**self.absent, **self.officers}

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
    choosing: Choosing = Choosing(ChosenBy.ROLE)
    equals: tuple[PersonId, ...] = ()
    """Among whom the load may decide; the first of `officers` is one of them."""


def snapshot(directory: Directory, on: date) -> Snapshot:
    posted = {person: officer for person, entries in directory.officers.items() if (officer := in_force(entries, on))}
    away = {person: absence for person in posted if (absence := absence_on(directory, person, on))}
    return Snapshot(
        units={code: unit for code, entries in directory.units.items() if (unit := in_force(entries, on))},
        officers={person: officer for person, officer in posted.items() if person not in away},
        grids={code: grid for code in directory.grids if (grid := grid_on(directory, code, on))},
        away=away,
        absent={person: posted[person] for person in away},
        auxiliaries={
            grid: auxiliary for grid, entries in directory.auxiliaries.items() if (auxiliary := in_force(entries, on))
        },
    )


def resolve(directory: Snapshot, channel: Channel, grid: GridCode | None) -> Fit | None:
    """The owner by grid where the place decides, else by role; behind him his deputy and the others of his unit, as far
    as they fit: nobody is named who could not sign for it."""
    fitting = directory.with_roles(FITTING[channel])
    place = directory.grids.get(grid) if grid is not None and channel in OF_THE_PLACE else None
    if place is not None and (standing := in_charge(directory, place)) is not None:
        person, choosing = standing
        behind = place.deputy if person == place.owner else directory.officers[person].deputy
        return _fit(directory, person, behind, fitting, choosing)
    if not fitting:
        return None
    equals = _equals(directory, channel, fitting)
    first = _fit(directory, equals[0], directory.officers[equals[0]].deputy, fitting, Choosing(ChosenBy.ROLE))
    return replace(first, equals=equals)


def in_charge(directory: Snapshot, place: GridListed) -> tuple[PersonId, Choosing] | None:
    """The one accountable person of a grid on a day: its owner; while he is away or gone his deputy there, then his own
    deputy, then a community officer of the unit. None is a gap."""
    missing: list[PersonId] = []
    for person, by in _line(directory, place):
        if person in directory.officers:
            return person, Choosing(by, away=tuple(missing))
        missing.append(person)
    return None


def _line(directory: Snapshot, place: GridListed) -> Iterator[tuple[PersonId, ChosenBy]]:
    yield place.owner, ChosenBy.GRID_OWNER
    if place.deputy is not None:
        yield place.deputy, ChosenBy.GRID_DEPUTY
    owner = directory.absent.get(place.owner)
    if owner is not None and owner.deputy is not None and owner.deputy != place.deputy:
        yield owner.deputy, ChosenBy.OFFICERS_DEPUTY
    for person in directory.with_roles((Role.COMMUNITY_OFFICER,)):
        if directory.officers[person].unit == place.unit:
            yield person, ChosenBy.COLLEAGUE


def least_loaded(directory: Snapshot, fit: Fit, open_requests: Mapping[PersonId, int], channel: Channel) -> Fit:
    """Of equals the one with the fewest open requests; of those the first in a fixed order. The numbers go along."""
    if len(fit.equals) < 2:
        return fit
    loads = tuple(Load(person, open_requests.get(person, 0)) for person in fit.equals)
    owner = min(loads, key=lambda load: load.open).person
    fitting = directory.with_roles(FITTING[channel])
    chosen = _fit(directory, owner, directory.officers[owner].deputy, fitting, Choosing(ChosenBy.LEAST_LOADED, loads))
    return replace(chosen, equals=fit.equals)


def fit_in_unit(directory: Snapshot, unit: UnitCode, channel: Channel) -> Fit:
    """The people of a unit that a person chose: those who fit the channel first."""
    members = [person for person, entry in directory.officers.items() if entry.unit == unit]
    fitting = [person for person in directory.with_roles(FITTING[channel]) if person in members]
    return Fit(unit, tuple(dict.fromkeys((*fitting, *sorted(members)))), Choosing(ChosenBy.CHOSEN))


def _equals(directory: Snapshot, channel: Channel, fitting: Sequence[PersonId]) -> tuple[PersonId, ...]:
    """Those of the first role that anybody has; who only stands in for others comes after those who have a deputy of
    their own."""
    deputies = {entry.deputy for entry in directory.officers.values() if entry.deputy}
    regular = [person for person in fitting if person not in deputies] or list(fitting)
    roles = FITTING[channel]
    rank = {person: _rank(directory.officers[person], roles) for person in regular}
    return tuple(person for person in regular if rank[person] == rank[regular[0]])


def _rank(officer: OfficerListed, roles: Sequence[Role]) -> int:
    return next(place for place, role in enumerate(roles) if role in officer.roles)


def _fit(
    directory: Snapshot, owner: PersonId, deputy: PersonId | None, fitting: Sequence[PersonId], choosing: Choosing
) -> Fit:
    unit = directory.officers[owner].unit
    behind = (deputy,) if deputy is not None and deputy in fitting else ()
    colleagues = [person for person in fitting if directory.officers[person].unit == unit]
    return Fit(unit, tuple(dict.fromkeys((owner, *behind, *colleagues))), choosing)
