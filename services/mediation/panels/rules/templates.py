"""The templates of codes.yaml: which seats, how many make a quorum, who leads, and who may sit where (S33, S39, S50).

A test holds names, seats and quorum against codes.yaml.
"""

from typing import Final

from services.mediation.panels.facts import Seat
from shared.contracts.codes import Panel, Role
from shared.kernel import value


@value
class Template:
    seats: tuple[Seat, ...]
    quorum: int

    @property
    def lead(self) -> Seat:
        """The first seat calls the others together."""
        return self.seats[0]


TEMPLATES: Final = {
    Panel.THREE_OFFICES: Template((Seat.STATION, Seat.JUSTICE_OFFICE, Seat.LAW_FIRM), 3),
    Panel.VILLAGE_3: Template((Seat.STATION, Seat.TOWNSHIP, Seat.VILLAGE), 3),
    Panel.FOUR_ELEMENTS: Template((Seat.POLICE, Seat.COURT, Seat.PROCURATORATE, Seat.JUSTICE_BUREAU), 4),
    Panel.MENU: Template((Seat.CHOSEN_BY_BOTH,), 1),
    Panel.CENTRE: Template((Seat.CENTRE, Seat.JUSTICE_OFFICE, Seat.STATION), 3),
    Panel.ONE_X_N: Template((Seat.PLATFORM, Seat.GRID_OFFICER, Seat.DEPARTMENT), 2),
    Panel.ENTERPRISE_JOINT: Template((Seat.ENTERPRISE_STATION, Seat.DEPARTMENT, Seat.TOWNSHIP), 2),
    Panel.FAMILY_SCHOOL: Template((Seat.GUARDIAN, Seat.OFFICER, Seat.SCHOOL), 3),
    Panel.COURT_SEAT: Template((Seat.COURT_MEDIATOR,), 1),
}
"""FIVE_HEADS is a contact tree: it has no quorum and mediates nothing."""

_STATION: Final = frozenset({Role.COMMUNITY_OFFICER, Role.STATION_LEADER, Role.DUTY_OFFICER})
_MEDIATORS: Final = frozenset({Role.PEOPLES_MEDIATOR, Role.INDUSTRY_MEDIATOR, Role.COURT_MEDIATOR})

MAY_SIT: Final = {
    Seat.STATION: _STATION,
    Seat.POLICE: _STATION | {Role.BUREAU_LEADER, Role.TRAFFIC_OFFICER},
    Seat.GRID_OFFICER: frozenset({Role.COMMUNITY_OFFICER}),
    Seat.OFFICER: _STATION | {Role.CHILD_OFFICER},
    Seat.PLATFORM: frozenset({Role.DUTY_OFFICER, Role.CENTRE_OFFICER}),
    Seat.ENTERPRISE_STATION: frozenset({Role.ENTERPRISE_OFFICER}),
    Seat.JUSTICE_OFFICE: frozenset({Role.JUSTICE_OFFICER}),
    Seat.JUSTICE_BUREAU: frozenset({Role.JUSTICE_OFFICER}),
    Seat.LAW_FIRM: frozenset({Role.PANEL_LAWYER}),
    Seat.TOWNSHIP: frozenset({Role.CENTRE_OFFICER}),
    Seat.CENTRE: frozenset({Role.CENTRE_OFFICER}),
    Seat.VILLAGE: frozenset({Role.VILLAGE_OFFICIAL}),
    Seat.DEPARTMENT: frozenset({Role.DEPARTMENT_CLERK}),
    Seat.COURT: frozenset({Role.COURT_MEDIATOR}),
    Seat.PROCURATORATE: frozenset({Role.PROCURATOR}),
    Seat.SCHOOL: frozenset({Role.SCHOOL_STAFF}),
    Seat.GUARDIAN: frozenset({Role.GUARDIAN}),
    Seat.CHOSEN_BY_BOTH: _MEDIATORS,
    Seat.COURT_MEDIATOR: frozenset({Role.COURT_MEDIATOR}),
}
