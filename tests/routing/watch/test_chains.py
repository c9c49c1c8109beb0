"""Who is told next, by the directory of the day; and what a record of another service ends."""

from datetime import date, timedelta
from uuid import UUID

from services.routing.decisions.rules.complaints import Barred
from services.routing.decisions.state import Unbegun
from services.routing.directory.facts import OfficerListed
from services.routing.directory.resolving import Snapshot
from services.routing.watch.chains import chain_above
from services.routing.watch.reactions import acts_told, runs
from services.routing.watch.state import Watch
from shared.contracts.codes import Role
from shared.contracts.orders import DataCollectedV1, DocumentIssuedV1
from shared.kernel import ClockId, PersonId, UnitCode
from tests.routing.watch.post import CHIEF, LEADER, MONDAY, REQUEST, RULES, SUPERVISOR, noted, watch

STATION, TRAFFIC, BUREAU = UnitCode("STATION-GL"), UnitCode("TRAFFIC-1"), UnitCode("BUREAU")


def officer(person: PersonId, unit: UnitCode, role: Role) -> OfficerListed:
    return OfficerListed(
        person=person,
        unit=unit,
        roles=(role,),
        deputy=None,
        first_day=date(2025, 1, 1),
        last_day=None,
        occurred_at=MONDAY,
    )


TODAY = Snapshot(
    units={},
    officers={
        LEADER: officer(LEADER, STATION, Role.STATION_LEADER),
        CHIEF: officer(CHIEF, BUREAU, Role.BUREAU_LEADER),
        SUPERVISOR: officer(SUPERVISOR, UnitCode("SUPERVISION-1"), Role.SUPERVISOR),
    },
    grids={},
)


def test_the_leader_of_the_unit_the_head_of_the_bureau_and_supervision() -> None:
    chain = chain_above(TODAY, STATION, Barred())
    assert chain == {Role.STATION_LEADER: LEADER, Role.BUREAU_LEADER: CHIEF, Role.SUPERVISOR: SUPERVISOR}


def test_no_stations_leader_is_told_of_another_units_delay() -> None:
    assert Role.STATION_LEADER not in chain_above(TODAY, TRAFFIC, Barred())
    assert Role.STATION_LEADER not in chain_above(TODAY, None, Barred())


def test_r_24_nobody_is_told_of_a_complaint_about_himself_or_his_unit() -> None:
    barred = Barred(units=frozenset({STATION}), people=frozenset({CHIEF}))
    assert chain_above(TODAY, STATION, barred) == {Role.SUPERVISOR: SUPERVISOR}


def told(at_hours: int) -> DocumentIssuedV1:
    return DocumentIssuedV1(request_id=REQUEST, handling_id=UUID(int=9), at=MONDAY + timedelta(hours=at_hours))


def test_a_document_that_was_issued_ends_what_waits_for_it_and_nothing_else() -> None:
    applied = watch.after(noted("passport", "application_accepted")).state
    [act] = acts_told(RULES, applied, told(5), MONDAY)
    assert (act.course, act.act, act.happened_at) == ("passport", "document_issued", MONDAY + timedelta(hours=5))
    assert act.at >= act.happened_at
    collected = DataCollectedV1(request_id=REQUEST, handling_id=UUID(int=9), at=MONDAY)
    assert list(acts_told(RULES, applied, collected, MONDAY)) == []
    assert list(acts_told(RULES, Watch(), told(5), MONDAY)) == []


def test_a_document_of_before_the_application_ends_nothing() -> None:
    applied = watch.after(noted("passport", "application_accepted")).state
    assert list(acts_told(RULES, applied, told(-5), MONDAY)) == []


def test_a_clock_of_a_course_runs_as_long_as_nobody_meets_it() -> None:
    applied = watch.after(noted("passport", "application_accepted")).state
    assert runs(applied, Unbegun(), ClockId("CL-083"))
    assert not runs(Watch(), Unbegun(), ClockId("CL-083"))
