"""综合查一次: who inspects, for what, how often; one visit for a period; the firm may object (R-30)."""

from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.enterprise.inspections.commands import (
    DecideObjection,
    MergePlans,
    ObjectToInspection,
    RegisterPlan,
    ReportInspection,
    WithdrawPlan,
)
from services.enterprise.inspections.decider import (
    InspectionOver,
    InspectionTooEarly,
    InspectionUnknown,
    NoCommonDay,
    NoObjection,
    NothingToMerge,
    NotOfThisInspection,
    ObjectionOpen,
    OwnPlanNotJudged,
    PeriodHasItsVisit,
    PlanMergedAlready,
    PlanNotYours,
    PlanPeriodWrong,
    PlanUnknown,
    inspection_decider,
)
from services.enterprise.inspections.facts import (
    Finding,
    InspectionHeld,
    InspectionId,
    InspectionMerged,
    InspectionPlanned,
    InspectionReported,
    PlanId,
)
from services.enterprise.inspections.rules.entitlement import (
    MAY_INSPECT,
    ItemNotPublished,
    NoLegalGround,
    PublishedItem,
    RoleMayNotInspect,
    UnitMayNotInspect,
    YearlyCapReached,
)
from services.enterprise.inspections.state import PlanState
from services.enterprise.matters.rules.hands import Doer
from shared.contracts.codes import Operation
from shared.kernel import ItemCode, Rejection
from shared.web.access import access_table
from tests.enterprise.samples import (
    AUXILIARY,
    CLERK_EMERGENCY,
    CLERK_FIRE,
    CLERK_MARKET,
    EMERGENCY,
    FIRE,
    FIRM,
    GRID_WORKER,
    MONDAY,
    OFFICER,
    REQUESTER,
    TODAY,
    text,
)
from tests.support.spec import Spec

FIRE_SAFETY = PublishedItem(ItemCode("fire_safety"), frozenset({FIRE}), has_ground=True, yearly_cap=1)
PRODUCTION = PublishedItem(ItemCode("production_safety"), frozenset({EMERGENCY}), has_ground=True, yearly_cap=2)
CARE = PublishedItem(ItemCode("staff_welfare"), frozenset({FIRE}), has_ground=False, yearly_cap=1)
VISIT, SECOND_VISIT = InspectionId(UUID(int=0x11)), InspectionId(UUID(int=0x12))

year = Spec(inspection_decider)


def plans(
    number: int = 1,
    doer: Doer = CLERK_FIRE,
    item: PublishedItem | None = FIRE_SAFETY,
    begins: date = date(2026, 3, 9),
    ends: date = date(2026, 3, 20),
) -> RegisterPlan:
    return RegisterPlan(
        doer=doer,
        firm_id=FIRM,
        year=2026,
        plan_id=PlanId(UUID(int=number)),
        item=item,
        begins=begins,
        ends=ends,
        today=TODAY,
        at=MONDAY,
    )


def merges(
    visit: InspectionId = VISIT,
    begins: date = date(2026, 3, 1),
    ends: date = date(2026, 3, 31),
    on: date | None = None,
) -> MergePlans:
    return MergePlans(inspection_id=visit, begins=begins, ends=ends, on=on, today=TODAY, at=MONDAY)


def reports(doer: Doer, today: date = date(2026, 3, 16)) -> ReportInspection:
    return ReportInspection(
        doer=doer, inspection_id=VISIT, finding=Finding.FINE, report=text(5), today=today, at=MONDAY
    )


def decides(upheld: bool, doer: Doer = OFFICER) -> DecideObjection:
    return DecideObjection(doer=doer, inspection_id=VISIT, upheld=upheld, reason=text(4), at=MONDAY)


SECOND = plans(2, CLERK_EMERGENCY, PRODUCTION, date(2026, 3, 16), date(2026, 3, 27))
OBJECTS = ObjectToInspection(by=REQUESTER, inspection_id=VISIT, reason=text(3), at=MONDAY)
two = year.after(plans(), SECOND)
merged = two.after(merges())


@pytest.mark.parametrize("doer", [OFFICER, AUXILIARY, GRID_WORKER])
def test_r_30_who_may_not_inspect_plans_no_inspection(doer: Doer) -> None:
    refused = year.when(plans(doer=doer)).then_rejected(RoleMayNotInspect)
    assert refused.rule == "R-30"


def test_r_30_the_roles_that_inspect_are_those_of_the_access_table() -> None:
    allowed = {cell.role for cell in access_table().cells if cell.operation is Operation.INSPECT_FIRM}
    denied = {
        cell.role
        for cell in access_table().cells
        if cell.operation is Operation.INSPECT_FIRM and cell.effect.value == "deny"
    }
    assert {str(role) for role in MAY_INSPECT} == allowed - denied


@pytest.mark.parametrize(
    ("item", "doer", "refusal"),
    [
        (None, CLERK_FIRE, ItemNotPublished),
        (CARE, CLERK_FIRE, NoLegalGround),
        (FIRE_SAFETY, CLERK_MARKET, UnitMayNotInspect),
    ],
)
def test_r_30_a_plan_without_list_ground_or_entitled_body_is_refused(
    item: PublishedItem | None, doer: Doer, refusal: type[Rejection]
) -> None:
    refused = year.when(plans(doer=doer, item=item)).then_rejected(refusal)
    assert refused.rule == "R-30"


def test_r_30_a_plan_over_the_yearly_cap_is_refused_also_after_the_first_took_place() -> None:
    again = plans(9, begins=date(2026, 9, 1), ends=date(2026, 9, 30))
    year.after(plans()).when(again).then_rejected(YearlyCapReached, cap=1)
    held = merged.after(reports(CLERK_FIRE), reports(CLERK_EMERGENCY))
    held.when(again).then_rejected(YearlyCapReached)


def test_a_withdrawn_plan_does_not_count_and_only_its_department_withdraws_it() -> None:
    withdraws = WithdrawPlan(doer=CLERK_FIRE, plan_id=PlanId(UUID(int=1)), at=MONDAY)
    year.after(plans()).when(WithdrawPlan(doer=CLERK_MARKET, plan_id=PlanId(UUID(int=1)), at=MONDAY)).then_rejected(
        PlanNotYours
    )
    gone = year.after(plans(), withdraws)
    gone.when(withdraws).then_nothing()
    assert gone.when(plans(9)).events
    merged.when(withdraws).then_rejected(PlanMergedAlready)
    year.when(withdraws).then_rejected(PlanUnknown)


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        (date(2026, 3, 20), date(2026, 3, 9)),
        (date(2026, 2, 1), date(2026, 2, 20)),
        (date(2026, 12, 1), date(2027, 1, 5)),
        (date(2025, 12, 1), date(2026, 3, 5)),
    ],
)
def test_a_plan_lies_in_its_year_and_is_not_over(begins: date, ends: date) -> None:
    year.when(plans(begins=begins, ends=ends)).then_rejected(PlanPeriodWrong)


def test_r_30_the_plans_of_a_period_become_one_visit_on_a_day_that_suits_all() -> None:
    [event] = two.when(merges()).events
    assert isinstance(event, InspectionMerged)
    assert (event.on, event.units, len(event.plans)) == (date(2026, 3, 16), (EMERGENCY, FIRE), 2)
    merged.when(merges()).then_nothing()


def test_r_30_a_second_visit_in_the_same_period_is_refused() -> None:
    third = plans(3, CLERK_EMERGENCY, PRODUCTION, date(2026, 3, 2), date(2026, 3, 30))
    merged.after(third).when(merges(SECOND_VISIT)).then_rejected(PeriodHasItsVisit)
    april = plans(4, CLERK_EMERGENCY, PRODUCTION, date(2026, 4, 2), date(2026, 4, 30))
    assert merged.after(april).when(merges(SECOND_VISIT, date(2026, 4, 1), date(2026, 4, 30))).events


def test_windows_that_share_no_day_are_not_forced_together() -> None:
    apart = plans(2, CLERK_EMERGENCY, PRODUCTION, date(2026, 3, 23), date(2026, 3, 27))
    year.after(plans(), apart).when(merges()).then_rejected(NoCommonDay)
    two.when(merges(on=date(2026, 3, 10))).then_rejected(NoCommonDay)
    year.when(merges()).then_rejected(NothingToMerge)


def test_a_plan_is_registered_once() -> None:
    [event] = year.when(plans()).events
    assert isinstance(event, InspectionPlanned)
    year.after(plans()).when(plans()).then_nothing()


def test_the_firm_objects_once_and_before_anybody_came() -> None:
    assert merged.when(OBJECTS).events
    merged.after(OBJECTS).when(OBJECTS).then_nothing()
    merged.after(reports(CLERK_FIRE)).when(OBJECTS).then_rejected(InspectionOver)
    two.when(OBJECTS).then_rejected(InspectionUnknown)


def test_nothing_is_inspected_over_an_open_objection() -> None:
    objected = merged.after(OBJECTS)
    objected.when(reports(CLERK_FIRE)).then_rejected(ObjectionOpen)
    assert objected.after(decides(upheld=False)).when(reports(CLERK_FIRE)).events


def test_an_upheld_objection_ends_the_visit_and_frees_the_cap() -> None:
    upheld = merged.after(OBJECTS, decides(upheld=True))
    upheld.when(reports(CLERK_FIRE)).then_rejected(InspectionOver)
    assert {plan.stands for plan in upheld.state.plans.values()} == {PlanState.VOID}
    assert upheld.when(plans(9)).events
    upheld.when(decides(upheld=True)).then_nothing()
    upheld.when(decides(upheld=False)).then_rejected(NoObjection)


def test_r_15_whoever_planned_does_not_decide_on_the_objection() -> None:
    merged.after(OBJECTS).when(decides(upheld=False, doer=CLERK_FIRE)).then_rejected(OwnPlanNotJudged)
    merged.when(decides(upheld=False)).then_rejected(NoObjection)


def test_r_30_only_departments_of_the_visit_inspect_and_not_before_its_day() -> None:
    merged.when(reports(CLERK_MARKET)).then_rejected(NotOfThisInspection)
    merged.when(reports(AUXILIARY)).then_rejected(RoleMayNotInspect)
    merged.when(reports(CLERK_FIRE, date(2026, 3, 15))).then_rejected(InspectionTooEarly, on=date(2026, 3, 16))


def test_the_visit_is_held_when_every_department_has_reported() -> None:
    first = merged.when(reports(CLERK_FIRE)).events
    assert [type(event) for event in first] == [InspectionReported]
    last = merged.after(reports(CLERK_FIRE)).when(reports(CLERK_EMERGENCY)).events
    assert [type(event) for event in last] == [InspectionReported, InspectionHeld]
    merged.after(reports(CLERK_FIRE)).when(reports(CLERK_FIRE)).then_nothing()


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 40), st.booleans()), max_size=12))
def test_r_30_whatever_is_planned_and_merged_the_cap_and_one_visit_per_period_hold(
    wishes: list[tuple[int, int, bool]],
) -> None:
    spec = year
    for number, (start, length, merge) in enumerate(wishes, 1):
        begins = TODAY + timedelta(days=start)
        ends = min(begins + timedelta(days=length), date(2026, 12, 31))
        wish: RegisterPlan | MergePlans = plans(number, CLERK_EMERGENCY, PRODUCTION, begins, ends)
        if merge:
            wish = merges(InspectionId(UUID(int=number)), begins, ends)
        spec = spec.given(*spec.when(wish).events)
    state = spec.state
    assert sum(plan.counts for plan in state.plans.values()) <= PRODUCTION.yearly_cap
    visits = sorted((visit.begins, visit.ends) for visit in state.inspections.values())
    assert all(before[1] < after[0] for before, after in pairwise(visits))
    for visit in state.inspections.values():
        for plan_id in visit.plans:
            assert state.plans[plan_id].begins <= visit.on <= state.plans[plan_id].ends
