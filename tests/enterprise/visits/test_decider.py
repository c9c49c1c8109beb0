"""走访服务: questions, opinions, measures, replies; never an inspection."""

from datetime import date
from uuid import UUID

import pytest

from services.enterprise.matters.rules.hands import Doer
from services.enterprise.visits.commands import (
    AdoptMeasure,
    AnswerOpinion,
    CancelVisit,
    HoldVisit,
    NoteMeasureOverdue,
    PlanVisit,
    RaiseOpinion,
)
from services.enterprise.visits.decider import (
    ItemNotOnChecklist,
    MeasureDueInThePast,
    MeasureMissing,
    NotTheVisitor,
    OpinionUnknown,
    QuestionsOpen,
    VisitInThePast,
    VisitIsNoInspection,
    VisitNotHeld,
    VisitOver,
    VisitUnknown,
    visit_decider,
)
from services.enterprise.visits.facts import Answered, Found, OpinionId, VisitHeld, VisitId, VisitKind, VisitPlanned
from shared.contracts.codes import ServiceMode
from shared.kernel import ItemCode
from tests.enterprise.samples import (
    AUXILIARY,
    BEAT_OFFICER,
    CLERK_FIRE,
    COLLEAGUE,
    FIRM,
    GRID_WORKER,
    MONDAY,
    OFFICER,
    TODAY,
    WORKSTATION,
    later,
    text,
)
from tests.support.spec import Spec

VISIT, OPINION = VisitId(UUID(int=1)), OpinionId(UUID(int=2))
NEEDS, WORKS = ItemCode("needs"), ItemCode("works")
KNOWN = frozenset({NEEDS, WORKS, ItemCode("fraud")})

visit = Spec(visit_decider)


def plans(
    doer: Doer = OFFICER,
    kind: VisitKind = VisitKind.SERVICE,
    on: date = TODAY,
    checklist: tuple[ItemCode, ...] = (NEEDS, WORKS),
) -> PlanVisit:
    return PlanVisit(
        doer=doer,
        visit_id=VISIT,
        firm_id=FIRM,
        workstation=WORKSTATION,
        kind=kind,
        on=on,
        today=TODAY,
        mode=ServiceMode.AT_HOME,
        checklist=checklist,
        known_items=KNOWN,
        at=MONDAY,
    )


def holds(*items: ItemCode, doer: Doer = OFFICER) -> HoldVisit:
    answered = tuple(Answered(item, Found.FINE) for item in items)
    return HoldVisit(doer=doer, answered=answered, note=None, at=MONDAY)


RAISES = RaiseOpinion(doer=OFFICER, opinion_id=OPINION, opinion=text(1), at=MONDAY)
ADOPTS = AdoptMeasure(doer=OFFICER, opinion_id=OPINION, unit=WORKSTATION, measure=text(2), due=later(days=5), at=MONDAY)
ANSWERS = AnswerOpinion(doer=OFFICER, opinion_id=OPINION, answer=text(3), at=later(days=1))
LATE = NoteMeasureOverdue(opinion_id=OPINION, due=later(days=5), at=later(days=6))

planned = visit.after(plans())
held = planned.after(holds(NEEDS, WORKS))
raised = held.after(RAISES)
adopted = raised.after(ADOPTS)


@pytest.mark.parametrize("doer", [OFFICER, BEAT_OFFICER, AUXILIARY, GRID_WORKER, CLERK_FIRE])
def test_r_30_nobody_types_a_visit_as_an_inspection(doer: Doer) -> None:
    refused = visit.when(plans(doer, VisitKind.INSPECTION)).then_rejected(VisitIsNoInspection)
    assert refused.rule == "R-30"


def test_a_visit_is_planned_once_for_today_or_later() -> None:
    [event] = visit.when(plans()).events
    assert isinstance(event, VisitPlanned)
    planned.when(plans()).then_nothing()
    visit.when(plans(on=date(2026, 3, 1))).then_rejected(VisitInThePast)


def test_only_questions_of_the_list_are_asked_and_each_is_answered() -> None:
    visit.when(plans(checklist=(ItemCode("wiring"),))).then_rejected(ItemNotOnChecklist, item="wiring")
    planned.when(holds(NEEDS)).then_rejected(QuestionsOpen, missing=(WORKS,))
    planned.when(holds(NEEDS, WORKS, ItemCode("fraud"))).then_rejected(ItemNotOnChecklist)
    [event] = planned.when(holds(NEEDS, WORKS)).events
    assert isinstance(event, VisitHeld)
    held.when(holds(NEEDS, WORKS)).then_nothing()


def test_the_visitor_and_his_colleagues_answer_for_a_visit() -> None:
    assert planned.when(holds(NEEDS, WORKS, doer=COLLEAGUE)).events
    planned.when(holds(NEEDS, WORKS, doer=BEAT_OFFICER)).then_rejected(NotTheVisitor)
    by_the_beat = visit.after(plans(BEAT_OFFICER))
    assert by_the_beat.when(holds(NEEDS, WORKS, doer=OFFICER)).events
    by_the_beat.when(holds(NEEDS, WORKS, doer=CLERK_FIRE)).then_rejected(NotTheVisitor)


def test_a_visit_that_was_held_is_not_cancelled_and_a_cancelled_one_not_held() -> None:
    cancels = CancelVisit(doer=OFFICER, at=MONDAY)
    held.when(cancels).then_rejected(VisitOver)
    planned.after(cancels).when(holds(NEEDS, WORKS)).then_rejected(VisitOver)
    planned.after(cancels).when(cancels).then_nothing()
    visit.when(cancels).then_rejected(VisitUnknown)


def test_an_opinion_goes_by_a_measure_with_a_day_to_its_reply() -> None:
    planned.when(RAISES).then_rejected(VisitNotHeld)
    held.when(ADOPTS).then_rejected(OpinionUnknown)
    raised.when(ANSWERS).then_rejected(MeasureMissing)
    assert adopted.when(ANSWERS).events
    for done, again in ((raised, RAISES), (adopted, ADOPTS), (adopted.after(ANSWERS), ANSWERS)):
        done.when(again).then_nothing()


def test_a_measure_needs_a_day_that_is_still_to_come() -> None:
    wrong = AdoptMeasure(doer=OFFICER, opinion_id=OPINION, unit=WORKSTATION, measure=text(2), due=MONDAY, at=MONDAY)
    raised.when(wrong).then_rejected(MeasureDueInThePast)


def test_an_unanswered_measure_is_late_once_and_an_answered_one_never() -> None:
    assert adopted.when(LATE).events
    adopted.after(LATE).when(LATE).then_nothing()
    adopted.after(ANSWERS).when(LATE).then_nothing()
    raised.when(LATE).then_nothing()
