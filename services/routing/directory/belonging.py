"""Who belongs to a unit that a complaint is about. R-24: the complaint reaches none of them."""

from collections.abc import Iterable

from services.routing.directory.resolving import Snapshot
from shared.contracts.codes import Role
from shared.kernel import PersonId, UnitCode

CLERKS = frozenset({Role.DEPARTMENT_CLERK, Role.PARTNER_CLERK, Role.WINDOW_CLERK})
"""Who passes papers on for a unit."""


def units_below(directory: Snapshot, units: Iterable[UnitCode]) -> frozenset[UnitCode]:
    """R-24: the units named, and every unit that is part of one of them."""
    found = set(units)
    while more := {code for code, unit in directory.units.items() if unit.parent in found} - found:
        found |= more
    return frozenset(found)


def belonging(directory: Snapshot, units: frozenset[UnitCode]) -> frozenset[PersonId]:
    """R-24: members, whoever stands in for one of them, the people of their grids, and the clerks of the unit above."""
    members = {person for person, entry in directory.everybody.items() if entry.unit in units}
    deputies = {entry.deputy for person, entry in directory.everybody.items() if person in members and entry.deputy}
    of_grids = {
        person
        for grid in directory.grids.values()
        if grid.unit in units or grid.owner in members
        for person in (grid.owner, grid.deputy)
        if person is not None
    }
    above = {unit.parent for code, unit in directory.units.items() if code in units and unit.parent}
    clerks = {
        person for person, entry in directory.everybody.items() if entry.unit in above and CLERKS & set(entry.roles)
    }
    return frozenset(members | deputies | of_grids | clerks)
