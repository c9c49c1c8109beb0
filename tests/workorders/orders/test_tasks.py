"""Parts of other units: the least is shared, one leads, all answer, and nothing ends while one is silent."""

from dataclasses import replace

import pytest

from services.workorders.orders.decider import order_decider
from services.workorders.orders.rules.asking import (
    AskUnits,
    MoreThanThePart,
    NobodyAsked,
    OneLead,
    TooManyUnits,
    UnitAskedAlready,
    UnitNotOfKind,
)
from services.workorders.orders.rules.course_facts import StepFailed
from services.workorders.orders.rules.endings import ReportOutcome
from services.workorders.orders.rules.facts import StepReported
from services.workorders.orders.rules.hands import AuxiliaryNeverSigns, Doer, NotTheOwner
from services.workorders.orders.rules.playbook import Share
from services.workorders.orders.rules.proof import NOTHING, ProofMissing
from services.workorders.orders.rules.states import TaskState, task_of
from services.workorders.orders.rules.task_facts import Shared, TaskResult
from services.workorders.orders.rules.tasks import (
    NoteTaskOverdue,
    ObjectTask,
    ReasonNotForObjection,
    RecallTask,
    TaskOfAnotherUnit,
    TaskOver,
    TaskUnknown,
    TaskUnsigned,
    UnitsSilent,
)
from services.workorders.orders.timers import TASK_DUE, course_timers
from shared.contracts.codes import Category, Outcome, Priority, ReasonCode, Role, UnitKind
from shared.eventstore import Cancel, Timer
from shared.kernel import ItemCode
from tests.workorders.orders.courses import (
    answer_task,
    ask,
    begun,
    clerk,
    delivered,
    did,
    done_up_to,
    order_in,
    owner_of,
    part,
    sign_task,
)
from tests.workorders.samples import COLLEAGUE, LATER, NOTE

STREET = delivered("street_order")
ON_SITE = done_up_to(begun(STREET, category=Category.URB), STREET, "departments")

TRAFFIC = part(UnitKind.TRAFFIC, lead=True, shared=(Shared(Share.PLACE, NOTE),))
CITY = part(UnitKind.DEPARTMENT)
ROAD = part(UnitKind.UTILITY)
ASKED = ON_SITE.after(ask(STREET, "departments", TRAFFIC, CITY, ROAD))
STEP = ItemCode("departments")


def test_three_departments_are_asked_at_one_time_and_joined_when_all_have_answered() -> None:
    two = ASKED.after(*(sign_task(each) for each in (TRAFFIC, CITY, ROAD)), answer_task(TRAFFIC), answer_task(CITY))
    assert STEP not in order_in(two).done
    joined = two.when(answer_task(ROAD)).events
    assert [type(event).__name__ for event in joined] == ["TaskAnswered", "StepReported"]
    assert STEP in order_in(two.after(answer_task(ROAD))).done


def test_no_outcome_while_one_department_is_silent() -> None:
    end = ReportOutcome(doer=owner_of(STREET), outcome=Outcome.HANDED_OVER, detail=None, at=LATER)
    ASKED.when(end).then_rejected(UnitsSilent, silent=(TRAFFIC.unit, CITY.unit, ROAD.unit))
    two = ASKED.after(*(sign_task(each) for each in (TRAFFIC, CITY)), answer_task(TRAFFIC), answer_task(CITY))
    two.when(end).then_rejected(UnitsSilent, silent=(ROAD.unit,))
    recalled = two.after(RecallTask(doer=owner_of(STREET), task_id=ROAD.task_id, at=LATER))
    assert STEP in order_in(recalled).done
    assert recalled.when(end).events


@pytest.mark.parametrize("leads", [(), (TRAFFIC, CITY)])
def test_exactly_one_department_leads(leads: tuple[object, ...]) -> None:
    parts = [replace(each, lead=each in leads) for each in (TRAFFIC, CITY)]
    ON_SITE.when(ask(STREET, "departments", *parts)).then_rejected(OneLead)


def test_a_second_lead_is_not_asked_later() -> None:
    ASKED.when(ask(STREET, "departments", part(UnitKind.TOWNSHIP, lead=True))).then_rejected(OneLead)
    assert ASKED.when(ask(STREET, "departments", part(UnitKind.TOWNSHIP))).events


def test_asking_again_with_the_same_words_changes_nothing() -> None:
    ASKED.when(ask(STREET, "departments", TRAFFIC, CITY, ROAD)).then_nothing()
    ASKED.when(ask(STREET, "departments", replace(CITY, shared=TRAFFIC.shared))).then_rejected(UnitAskedAlready)


def test_r_37_another_unit_learns_no_more_than_its_part_needs() -> None:
    named = replace(TRAFFIC, shared=(Shared(Share.NAME, NOTE), Shared(Share.PLACE, NOTE)))
    refused = ON_SITE.when(ask(STREET, "departments", named)).then_rejected(MoreThanThePart, shares=(Share.NAME,))
    assert refused.rule == "R-37"


def test_r_44_a_department_answers_no_other_departments_part() -> None:
    signed = ASKED.after(sign_task(CITY))
    refused = signed.when(answer_task(CITY, doer=clerk(UnitKind.TRAFFIC))).then_rejected(TaskOfAnotherUnit)
    assert refused.rule == "R-44"
    ASKED.when(sign_task(CITY, clerk(UnitKind.UTILITY))).then_rejected(TaskOfAnotherUnit)


def test_r_24_a_department_objects_for_a_reason_that_holds() -> None:
    def objection(reason: ReasonCode) -> ObjectTask:
        return ObjectTask(doer=clerk(CITY.kind), task_id=CITY.task_id, reason=reason, note=None, at=LATER)

    refused = ASKED.when(objection(ReasonCode.COMPLEX)).then_rejected(ReasonNotForObjection)
    assert refused.rule == "R-24"
    objected = ASKED.after(objection(ReasonCode.OTHER_UNIT))
    objected.when(objection(ReasonCode.OTHER_UNIT)).then_nothing()
    objected.when(sign_task(CITY)).then_rejected(TaskOver)
    assert objected.when(ask(STREET, "departments", part(UnitKind.DEPARTMENT, number=2))).events


def test_r_07_an_auxiliary_of_the_unit_helps_and_takes_nothing_on() -> None:
    helper = Doer(clerk(TRAFFIC.kind).person, Role.AUXILIARY, TRAFFIC.unit)
    refused = ASKED.when(sign_task(TRAFFIC, helper)).then_rejected(AuxiliaryNeverSigns)
    assert refused.rule == "R-07"


def test_without_a_lead_nothing_is_joined() -> None:
    lost = ASKED.after(
        ObjectTask(doer=clerk(TRAFFIC.kind), task_id=TRAFFIC.task_id, reason=ReasonCode.OVERLOAD, note=None, at=LATER),
        *(sign_task(each) for each in (CITY, ROAD)),
        answer_task(CITY),
        answer_task(ROAD),
    )
    assert STEP not in order_in(lost).done
    found = lost.after(ask(STREET, "departments", part(UnitKind.VILLAGE, lead=True)))
    joined = found.after(sign_task(part(UnitKind.VILLAGE)), answer_task(part(UnitKind.VILLAGE)))
    assert STEP in order_in(joined).done


def test_a_lead_that_cannot_is_a_try_in_vain_and_others_are_asked() -> None:
    unable = answer_task(CITY, TaskResult.UNABLE)
    alone = ON_SITE.after(ask(STREET, "departments", replace(CITY, lead=True)), sign_task(CITY))
    decided = alone.when(unable)
    assert isinstance(decided.events[-1], StepFailed)
    again = alone.after(unable)
    assert STEP not in order_in(again).done
    fresh = part(UnitKind.DEPARTMENT, lead=True, round=1)
    asked = again.after(ask(STREET, "departments", fresh), sign_task(fresh), answer_task(fresh))
    assert STEP in order_in(asked).done


def test_what_a_department_says_without_proof_is_not_an_answer() -> None:
    signed = ASKED.after(sign_task(CITY))
    said = replace(answer_task(CITY), evidence=NOTHING)
    signed.when(said).then_rejected(ProofMissing)
    assert signed.when(replace(said, result=TaskResult.UNABLE)).events, "that it could not needs no picture"


def test_a_part_is_signed_for_before_it_is_answered_and_answered_once() -> None:
    ASKED.when(answer_task(CITY)).then_rejected(TaskUnsigned)
    answered = ASKED.after(sign_task(CITY), answer_task(CITY))
    answered.when(answer_task(CITY)).then_nothing()
    answered.when(answer_task(CITY, TaskResult.UNABLE)).then_rejected(TaskOver)
    answered.when(sign_task(CITY)).then_rejected(TaskOver)
    ASKED.after(sign_task(CITY)).when(sign_task(CITY)).then_nothing()


@pytest.mark.parametrize(
    ("parts", "refusal"),
    [
        ((), NobodyAsked),
        ((part(UnitKind.BANK, lead=True),), UnitNotOfKind),
        ((TRAFFIC, replace(CITY, unit=TRAFFIC.unit)), UnitAskedAlready),
        (tuple(part(UnitKind.DEPARTMENT, number=each, lead=each == 1) for each in range(1, 8)), TooManyUnits),
    ],
)
def test_only_fitting_units_are_asked(parts: tuple[object, ...], refusal: type) -> None:
    ON_SITE.when(ask(STREET, "departments", *parts)).then_rejected(refusal)  # type: ignore[arg-type]


def test_only_the_owner_asks_and_recalls() -> None:
    asking = ask(STREET, "departments", TRAFFIC)
    ON_SITE.when(replace(asking, doer=COLLEAGUE)).then_rejected(NotTheOwner)
    ASKED.when(RecallTask(doer=COLLEAGUE, task_id=CITY.task_id, at=LATER)).then_rejected(NotTheOwner)
    ASKED.when(RecallTask(doer=owner_of(STREET), task_id=NOTE.item, at=LATER)).then_rejected(TaskUnknown)


def test_the_hospital_learns_what_is_wrong_and_the_village_does_not() -> None:
    """K31: the diagnosis goes to nobody but the hospital."""
    aid = delivered("hardship_aid")
    agreed = done_up_to(begun(aid, category=Category.WEL), aid, "hospital")
    matter = (Shared(Share.MATTER, NOTE),)
    assert agreed.when(ask(aid, "hospital", part(UnitKind.HOSPITAL, lead=True, shared=matter))).events
    village = ask(aid, "neighbours", part(UnitKind.VILLAGE, lead=True, shared=matter))
    agreed.when(village).then_rejected(MoreThanThePart, shares=(Share.MATTER,))


def test_the_village_head_learns_the_name_and_the_place_and_not_what_for() -> None:
    fraud = delivered("fraud_dissuasion")
    alert = begun(fraud, priority=Priority.P0, category=Category.FRD).after(did(fraud, "dispatched"))
    tried = alert.after(replace(did(fraud, "call"), attempt=1))
    told = tuple(Shared(each, NOTE) for each in (Share.NAME, Share.PLACE))
    assert tried.when(ask(fraud, "second_team", part(UnitKind.VILLAGE, lead=True, shared=told))).events
    more = (*told, Shared(Share.MATTER, NOTE))
    tried.when(ask(fraud, "second_team", part(UnitKind.VILLAGE, lead=True, shared=more))).then_rejected(MoreThanThePart)


def test_a_silent_unit_is_noted_once_and_never_after_its_answer() -> None:
    note = NoteTaskOverdue(task_id=CITY.task_id, due=LATER, at=LATER)
    late = ASKED.after(note)
    late.when(note).then_nothing()
    task = task_of(order_in(late), CITY.task_id)
    assert task is not None
    assert task.overdue
    ASKED.after(sign_task(CITY), answer_task(CITY)).when(note).then_nothing()
    ON_SITE.when(note).then_nothing()


def test_the_time_of_a_part_runs_from_the_asking_to_the_answer() -> None:
    timed = AskUnits(doer=owner_of(STREET), step=STEP, parts=(replace(CITY, lead=True),), due=LATER, at=LATER)
    spec = ON_SITE.after(timed)
    assert course_timers(spec.past[-1], spec.state) == (Timer(f"{TASK_DUE}{CITY.task_id}", LATER),)
    signed = spec.after(sign_task(CITY))
    events = signed.when(answer_task(CITY)).events
    assert course_timers(events[0], order_decider.fold(events[:1], signed.state)) == (
        Cancel(f"{TASK_DUE}{CITY.task_id}"),
    )
    assert isinstance(events[-1], StepReported)
    answered = task_of(order_in(signed.after(answer_task(CITY))), CITY.task_id)
    assert answered is not None
    assert answered.state is TaskState.ANSWERED
