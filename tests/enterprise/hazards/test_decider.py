"""Hazards: a day, a re-check, a ladder; the first-offence list proposes and never decides (R-29)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from services.enterprise.hazards.commands import DecideLeniency, NoteHazardOverdue, RecheckHazard, RecordHazard
from services.enterprise.hazards.decider import (
    MAY_FORGIVE,
    FixByInThePast,
    HandlerDoesNotForgive,
    HazardFixedAlready,
    HazardNotListed,
    HazardUnknown,
    LeaderDecides,
    LeniencyDecidedAlready,
    LeniencyNotProposed,
    hazard_decider,
)
from services.enterprise.hazards.facts import (
    FoundAt,
    HazardId,
    HazardOverdue,
    HazardRechecked,
    LeniencyDecided,
    LeniencyProposed,
    Recheck,
)
from services.enterprise.inspections.decider import (
    InspectionOver,
    InspectionTooEarly,
    InspectionUnknown,
    NotOfThisInspection,
    ObjectionOpen,
)
from services.enterprise.inspections.facts import PlanId
from services.enterprise.inspections.rules.entitlement import RoleMayNotInspect
from services.enterprise.inspections.state import Inspection, Objection
from services.enterprise.matters.rules.hands import Doer
from services.enterprise.visits.decider import NotTheVisitor, Visit, VisitNotHeld, VisitUnknown
from services.enterprise.visits.facts import VisitId
from shared.contracts.codes import Operation, Role
from shared.kernel import ItemCode, Rejection
from shared.web.access import access_table
from tests.enterprise.samples import (
    AUXILIARY,
    BEAT_OFFICER,
    BUREAU_LEADER,
    CLERK_FIRE,
    CLERK_MARKET,
    COLLEAGUE,
    EMERGENCY,
    FIRE,
    FIRM,
    GRID_WORKER,
    MONDAY,
    OFFICER,
    OTHER_FIRM,
    STATION,
    STATION_LEADER,
    TODAY,
    WORKSTATION,
    later,
    text,
)
from tests.support.spec import Spec

EXIT = ItemCode("exit_blocked")
IN_A_WEEK = later(days=7)
HELD = Visit(
    VisitId(UUID(int=2)),
    FIRM,
    TODAY,
    (ItemCode("needs"),),
    BEAT_OFFICER.person,
    frozenset({STATION, WORKSTATION}),
    held=True,
)
MERGED = Inspection((PlanId(UUID(int=1)),), (EMERGENCY, FIRE), TODAY, TODAY + timedelta(days=20), TODAY)
hazard = Spec(hazard_decider)


def records(
    doer: Doer = OFFICER,
    item: ItemCode = EXIT,
    slight: bool = True,
    forgivable: bool = True,
    first: bool = True,
    fix_by: datetime = IN_A_WEEK,
    found_at: FoundAt = FoundAt.VISIT,
    occasion: Visit | Inspection | None = HELD,
    today: date = TODAY,
) -> RecordHazard:
    return RecordHazard(
        doer=doer,
        hazard_id=HazardId(UUID(int=1)),
        firm_id=FIRM,
        found_at=found_at,
        source=UUID(int=2),
        occasion=occasion,
        item=item,
        known_items=frozenset({EXIT}),
        slight=slight,
        forgivable=forgivable,
        first=first,
        finding=text(1),
        fix_by=fix_by,
        today=today,
        at=MONDAY,
    )


def rechecks(
    result: Recheck = Recheck.FIXED, days: float = 3, fix_by: datetime | None = None, doer: Doer = COLLEAGUE
) -> RecheckHazard:
    return RecheckHazard(doer=doer, result=result, fix_by=fix_by, at=later(days=days))


def decides(doer: Doer = STATION_LEADER, granted: bool = True) -> DecideLeniency:
    return DecideLeniency(doer=doer, granted=granted, reason=text(2), at=later(days=4))


def late(days: float) -> NoteHazardOverdue:
    return NoteHazardOverdue(climbs_at=later(days=days + 2), at=later(days=days))


found = hazard.after(records())
fixed = found.after(rechecks())


def test_a_hazard_is_listed_has_a_day_and_is_recorded_once() -> None:
    hazard.when(records(item=ItemCode("weather"))).then_rejected(HazardNotListed, item="weather")
    hazard.when(records(fix_by=MONDAY)).then_rejected(FixByInThePast)
    found.when(records()).then_nothing()
    hazard.when(rechecks()).then_rejected(HazardUnknown)


@pytest.mark.parametrize("doer", [OFFICER, BEAT_OFFICER, AUXILIARY, GRID_WORKER], ids=lambda doer: doer.role)
@pytest.mark.parametrize("occasion", [MERGED, HELD, None], ids=["merged", "visit", "nothing"])
def test_r_30_who_may_not_inspect_finds_nothing_on_an_inspection(
    doer: Doer, occasion: Visit | Inspection | None
) -> None:
    wish = records(doer, found_at=FoundAt.INSPECTION, occasion=occasion)
    hazard.when(wish).then_rejected(RoleMayNotInspect)


@pytest.mark.parametrize(
    ("doer", "occasion", "today", "refusal"),
    [
        (CLERK_FIRE, None, TODAY, InspectionUnknown),
        (CLERK_FIRE, HELD, TODAY, InspectionUnknown),
        (CLERK_MARKET, MERGED, TODAY, NotOfThisInspection),
        (CLERK_FIRE, replace(MERGED, objection=Objection(text(3))), TODAY, ObjectionOpen),
        (CLERK_FIRE, replace(MERGED, objection=Objection(text(3), upheld=True)), TODAY, InspectionOver),
        (CLERK_FIRE, MERGED, TODAY - timedelta(days=1), InspectionTooEarly),
    ],
)
def test_r_30_a_department_finds_only_on_a_merged_visit_of_its_own_that_takes_place(
    doer: Doer, occasion: Visit | Inspection | None, today: date, refusal: type[Rejection]
) -> None:
    hazard.when(records(doer, found_at=FoundAt.INSPECTION, occasion=occasion, today=today)).then_rejected(refusal)
    assert hazard.when(records(CLERK_FIRE, found_at=FoundAt.INSPECTION, occasion=MERGED)).events


@pytest.mark.parametrize(
    ("doer", "occasion", "refusal"),
    [
        (OFFICER, None, VisitUnknown),
        (OFFICER, MERGED, VisitUnknown),
        (OFFICER, replace(HELD, firm_id=OTHER_FIRM), VisitUnknown),
        (OFFICER, replace(HELD, held=False), VisitNotHeld),
        (CLERK_FIRE, HELD, NotTheVisitor),
    ],
)
def test_r_30_what_is_found_on_a_visit_is_found_on_one_of_this_firm_by_its_visitors(
    doer: Doer, occasion: Visit | Inspection | None, refusal: type[Rejection]
) -> None:
    hazard.when(records(doer, occasion=occasion)).then_rejected(refusal)
    assert hazard.when(records(BEAT_OFFICER)).events


def test_what_is_not_fixed_gets_a_new_day() -> None:
    found.when(rechecks(Recheck.NOT_FIXED)).then_rejected(FixByInThePast)
    again = found.after(rechecks(Recheck.NOT_FIXED, fix_by=later(days=20)))
    assert again.when(late(21)).events
    again.when(late(8)).then_nothing()
    fixed.when(rechecks()).then_nothing()
    fixed.when(rechecks(Recheck.NOT_FIXED, fix_by=later(days=20))).then_rejected(HazardFixedAlready)


def test_an_overdue_hazard_climbs_to_the_workstation_then_to_the_bureau_leader() -> None:
    [first] = found.when(late(8)).events
    [second] = found.given(first).when(late(10)).events
    assert isinstance(first, HazardOverdue)
    assert isinstance(second, HazardOverdue)
    assert (first.rung, second.rung) == (Role.ENTERPRISE_OFFICER, Role.BUREAU_LEADER)
    assert (first.climbs_at, second.climbs_at) == (later(days=10), None)
    found.given(first, second).when(late(12)).then_nothing()
    fixed.when(late(8)).then_nothing()


def test_r_29_a_slight_first_offence_put_right_in_time_is_proposed_and_not_decided() -> None:
    assert [type(event) for event in found.when(rechecks()).events] == [HazardRechecked, LeniencyProposed]
    assert not any(isinstance(event, LeniencyDecided) for event in fixed.past)


@pytest.mark.parametrize(
    "wish", [records(slight=False), records(forgivable=False), records(first=False)], ids=["harm", "list", "again"]
)
def test_r_29_harm_another_item_or_a_second_time_is_not_proposed(wish: RecordHazard) -> None:
    after = hazard.after(wish, rechecks())
    assert not any(isinstance(event, LeniencyProposed) for event in after.past)
    after.when(decides()).then_rejected(LeniencyNotProposed)


def test_r_29_what_was_put_right_too_late_is_not_proposed() -> None:
    for spec in (found.after(rechecks(days=9)), found.after(late(8), rechecks(days=8.5))):
        spec.when(decides()).then_rejected(LeniencyNotProposed)


def test_r_29_who_handled_it_does_not_forgive_it() -> None:
    for handler in (OFFICER, COLLEAGUE):
        promoted = Doer(handler.person, Role.BUREAU_LEADER, handler.unit)
        fixed.when(decides(promoted)).then_rejected(HandlerDoesNotForgive)


def test_r_29_a_leader_decides_with_a_reason_and_once() -> None:
    fixed.when(decides(AUXILIARY)).then_rejected(LeaderDecides)
    [event] = fixed.when(decides()).events
    assert isinstance(event, LeniencyDecided)
    assert (event.granted, event.reason, event.rule) == (True, text(2), "R-29")
    decided = fixed.after(decides())
    decided.when(decides(BUREAU_LEADER)).then_nothing()
    decided.when(decides(BUREAU_LEADER, granted=False)).then_rejected(LeniencyDecidedAlready)


def test_r_29_those_who_decide_are_those_of_the_access_table() -> None:
    rows = [cell for cell in access_table().cells if cell.operation is Operation.APPROVE_LENIENCY]
    assert {cell.role for cell in rows if cell.effect.value == "allow"} == {str(role) for role in MAY_FORGIVE}
