"""Who is a police officer, and who only helps one (R-07)."""

from collections.abc import Iterable
from typing import Final

from shared.contracts.codes import Role

OFFICERS: Final = frozenset(
    {
        Role.DUTY_OFFICER,
        Role.DISPATCHER,
        Role.TRIAGE_OFFICER,
        Role.COMMUNITY_OFFICER,
        Role.STATION_LEADER,
        Role.PERMIT_OFFICER,
        Role.TRAFFIC_OFFICER,
        Role.CASE_INVESTIGATOR,
        Role.ENTERPRISE_OFFICER,
        Role.CHILD_OFFICER,
    }
)


def is_officer(roles: Iterable[Role]) -> bool:
    return not OFFICERS.isdisjoint(roles)
