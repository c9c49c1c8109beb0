"""A firm's year of inspections, whoever plans, merges, objects and reports: what R-30 promises always holds."""

from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.enterprise.inspections import decider
from services.enterprise.inspections.commands import (
    DecideObjection,
    ObjectToInspection,
    ReportInspection,
    WithdrawPlan,
)
from services.enterprise.inspections.decider import inspection_decider
from services.enterprise.inspections.facts import (
    Finding,
    InspectionHeld,
    InspectionId,
    InspectionMerged,
    InspectionPlanned,
    InspectionReported,
    ObjectionDecided,
    PlanId,
)
from services.enterprise.inspections.rules.entitlement import PublishedItem
from services.enterprise.inspections.state import FirmYear
from services.enterprise.matters.rules.hands import Doer
from shared.contracts.codes import Role
from tests.enterprise.inspections.test_decider import CARE, FIRE_SAFETY, PRODUCTION, merges, plans
from tests.enterprise.samples import (
    AUXILIARY,
    CLERK_EMERGENCY,
    CLERK_FIRE,
    CLERK_MARKET,
    EMERGENCY,
    FIRE,
    GRID_WORKER,
    MONDAY,
    OFFICER,
    REQUESTER,
    TODAY,
    text,
)
from tests.support.machines import Acts, misses, quick

FIRE_AUXILIARY = Doer(AUXILIARY.person, Role.AUXILIARY, FIRE)
DOERS = st.sampled_from([CLERK_FIRE, CLERK_FIRE, CLERK_EMERGENCY, CLERK_MARKET, FIRE_AUXILIARY, OFFICER, GRID_WORKER])
ITEMS = st.sampled_from([FIRE_SAFETY, PRODUCTION, PRODUCTION, CARE, None])
NUMBERS = st.integers(1, 6)
DAYS = st.integers(0, 60)
CAPS = {item.code: item.yearly_cap for item in (FIRE_SAFETY, PRODUCTION, CARE)}
ENTITLED = {FIRE_SAFETY.code: FIRE, PRODUCTION.code: EMERGENCY}


class YearOfInspections(Acts):
    decider = inspection_decider

    def __init__(self) -> None:
        super().__init__()
        self.planners: dict[PlanId, Doer] = {}
        self.judges: list[tuple[InspectionId, Doer]] = []

    @rule(number=NUMBERS, doer=DOERS, item=ITEMS, start=DAYS, length=st.integers(-1, 20))
    def a_plan_is_registered(
        self, number: int, doer: Doer, item: PublishedItem | None, start: int, length: int
    ) -> None:
        begins = TODAY + timedelta(days=start)
        wish = plans(number, doer, item, begins, begins + timedelta(days=length))
        if self.attempt(wish):
            self.planners[wish.plan_id] = doer

    @rule(number=NUMBERS, doer=DOERS)
    def a_plan_is_withdrawn(self, number: int, doer: Doer) -> None:
        if self.attempt(WithdrawPlan(doer=doer, plan_id=PlanId(UUID(int=number)), at=MONDAY)):
            assert doer.unit == self.planners[PlanId(UUID(int=number))].unit

    @rule(number=NUMBERS, start=DAYS, length=st.integers(0, 40))
    def plans_become_a_visit(self, number: int, start: int, length: int) -> None:
        begins = TODAY + timedelta(days=start)
        self.attempt(merges(_visit(number), begins, begins + timedelta(days=length)))

    @rule(number=NUMBERS)
    def the_firm_objects(self, number: int) -> None:
        self.attempt(ObjectToInspection(by=REQUESTER, inspection_id=_visit(number), reason=text(3), at=MONDAY))

    @rule(number=NUMBERS, doer=DOERS, upheld=st.booleans())
    def somebody_decides_on_it(self, number: int, doer: Doer, upheld: bool) -> None:
        wish = DecideObjection(doer=doer, inspection_id=_visit(number), upheld=upheld, reason=text(4), at=MONDAY)
        if self.attempt(wish):
            self.judges.append((_visit(number), doer))

    @rule(number=NUMBERS, doer=DOERS, today=DAYS)
    def somebody_reports(self, number: int, doer: Doer, today: int) -> None:
        day = TODAY + timedelta(days=today)
        wish = ReportInspection(
            doer=doer, inspection_id=_visit(number), finding=Finding.FINE, report=text(5), today=day, at=MONDAY
        )
        if self.attempt(wish):
            assert doer.role is Role.DEPARTMENT_CLERK
            assert day >= self._merged()[_visit(number)].on

    def _merged(self) -> dict[InspectionId, InspectionMerged]:
        return {event.inspection_id: event for event in self.of(InspectionMerged)}

    @invariant()
    def only_entitled_departments_plan_what_is_published_for_them(self) -> None:
        for event in self.of(InspectionPlanned):
            assert self.planners[event.plan_id].role is Role.DEPARTMENT_CLERK
            assert ENTITLED[event.item] == event.unit

    @invariant()
    def no_item_is_planned_above_its_cap(self) -> None:
        year: FirmYear = self.state
        for item, cap in CAPS.items():
            assert sum(plan.item == item and plan.counts for plan in year.plans.values()) <= cap

    @invariant()
    def one_visit_in_one_period_on_a_day_that_suits_every_plan(self) -> None:
        year: FirmYear = self.state
        visits = sorted((each.begins, each.ends) for each in year.inspections.values() if not each.cancelled)
        assert all(before[1] < after[0] for before, after in pairwise(visits))
        for visit in year.inspections.values():
            assert all(year.plans[plan].begins <= visit.on <= year.plans[plan].ends for plan in visit.plans)

    @invariant()
    def nobody_judges_his_own_plan_and_nothing_is_inspected_over_an_objection(self) -> None:
        for visit, judge in self.judges:
            assert judge.unit not in self._merged()[visit].units
        upheld = {event.inspection_id for event in self.of(ObjectionDecided) if event.upheld}
        assert not upheld & {event.inspection_id for event in self.of(InspectionReported, InspectionHeld)}

    @invariant()
    def a_visit_is_held_when_every_department_reported(self) -> None:
        for held in self.of(InspectionHeld):
            told = [each.unit for each in self.of(InspectionReported) if each.inspection_id == held.inspection_id]
            assert sorted(told) == sorted(held.units)


def _visit(number: int) -> InspectionId:
    return InspectionId(UUID(int=0x100 + number))


TestYearOfInspections = quick(YearOfInspections)


@pytest.mark.parametrize("taken_away", ["require_may_inspect", "require_below_cap"])
def test_a_rule_that_was_taken_away_is_missed(taken_away: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decider, taken_away, lambda *_: None)
    misses(YearOfInspections)
