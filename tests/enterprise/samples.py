"""People, units and days of the workstation's tests."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from services.enterprise.firms.decider import FirmId
from services.enterprise.matters.rules.hands import Doer
from shared.contracts.codes import Role
from shared.kernel import Digest, PersonId, TextRef, UnitCode

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
WORKSTATION, STATION = UnitCode("ENTERPRISE-1"), UnitCode("STATION-GL")
FIRE, EMERGENCY, MARKET = UnitCode("FIRE-1"), UnitCode("EMERGENCY-1"), UnitCode("MARKET-1")
FIRM, OTHER_FIRM = FirmId(UUID(int=0xF1)), FirmId(UUID(int=0xF2))


def person(number: int) -> PersonId:
    return PersonId(UUID(int=number))


def text(number: int) -> TextRef:
    return TextRef(UUID(int=number), Digest(f"{number % 16:x}" * 64))


def later(**by: float) -> datetime:
    return MONDAY + timedelta(**by)


REQUESTER, OTHER_PARTY = person(1), person(2)
OFFICER = Doer(person(11), Role.ENTERPRISE_OFFICER, WORKSTATION)
COLLEAGUE = Doer(person(12), Role.ENTERPRISE_OFFICER, WORKSTATION)
FORMER = Doer(person(13), Role.ENTERPRISE_OFFICER, WORKSTATION)
PARTY_IN_OFFICE = Doer(OTHER_PARTY, Role.ENTERPRISE_OFFICER, WORKSTATION)
BEAT_OFFICER = Doer(person(14), Role.COMMUNITY_OFFICER, STATION)
AUXILIARY = Doer(person(15), Role.AUXILIARY, STATION)
GRID_WORKER = Doer(person(16), Role.GRID_WORKER, None)
CLERK_FIRE = Doer(person(21), Role.DEPARTMENT_CLERK, FIRE)
CLERK_EMERGENCY = Doer(person(22), Role.DEPARTMENT_CLERK, EMERGENCY)
CLERK_MARKET = Doer(person(23), Role.DEPARTMENT_CLERK, MARKET)
STATION_LEADER = Doer(person(31), Role.STATION_LEADER, STATION)
BUREAU_LEADER = Doer(person(32), Role.BUREAU_LEADER, UnitCode("BUREAU"))
