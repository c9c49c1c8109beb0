"""交办督办: a department is asked, urged, late, and the firm gets its answer (S83, CL-091, R-24)."""

import pytest

from services.enterprise.matters.commands import (
    AnswerFirm,
    AnswerTask,
    NameComplainedOf,
    NoteTaskTime,
    ObjectToTask,
    ReportOutcome,
    UrgeTask,
)
from services.enterprise.matters.facts import Kind, TaskAnswered, TaskOverdue
from services.enterprise.matters.rules.endings import DepartmentNotAsked, FirmNotAnswered
from services.enterprise.matters.rules.hands import Doer, NotYourTask
from services.enterprise.matters.rules.tasks import (
    ComplainedOfNotNamed,
    NeverToTheUnitComplainedOf,
    ObjectionTooLate,
    ReasonNotForObjection,
    TaskClosed,
    TaskDueInThePast,
    TaskUnknown,
)
from services.enterprise.matters.rules.work import NotThatKind, TaskGoesToThemAlready, TaskUnanswered
from services.enterprise.matters.state import Signed, stage
from shared.contracts.codes import Outcome, OutcomeDetail, ReasonCode, Role, State
from shared.kernel import UnitCode
from tests.enterprise.matters.samples import SECOND_TASK, TASK, assigns, of_kind
from tests.enterprise.samples import CLERK_FIRE, CLERK_MARKET, EMERGENCY, FIRE, MARKET, MONDAY, OFFICER, later, text


def complained_of(unit: UnitCode) -> NameComplainedOf:
    return NameComplainedOf(doer=OFFICER, unit=unit, at=MONDAY)


def replies(doer: Doer = CLERK_MARKET) -> AnswerTask:
    return AnswerTask(doer=doer, task_id=TASK, reply=text(6), at=later(days=1))


def objects(reason: ReasonCode = ReasonCode.WRONG_CATEGORY, days: float = 1) -> ObjectToTask:
    return ObjectToTask(doer=CLERK_MARKET, task_id=TASK, reason=reason, note=None, at=later(days=days))


def time_passes(days: float, warning: bool = False) -> NoteTaskTime:
    return NoteTaskTime(task_id=TASK, warning=warning, climbs_at=later(days=days + 2), at=later(days=days))


TELL = AnswerFirm(doer=OFFICER, answer=text(7), at=later(days=2))
DONE = ReportOutcome(doer=OFFICER, outcome=Outcome.DONE, detail=OutcomeDetail.RECTIFIED, at=later(days=2))
COMPLAINT = of_kind(Kind.DEPARTMENT_COMPLAINT).after(complained_of(FIRE))
ASSIGNED = COMPLAINT.after(assigns())


def test_r_24_a_complaint_never_goes_to_the_unit_that_it_is_about() -> None:
    refused = COMPLAINT.when(assigns(FIRE)).then_rejected(NeverToTheUnitComplainedOf)
    assert refused.rule == "R-24"


def test_r_24_nobody_is_asked_before_it_is_known_whom_the_complaint_is_about() -> None:
    of_kind(Kind.DEPARTMENT_COMPLAINT).when(assigns()).then_rejected(ComplainedOfNotNamed)


def test_r_24_who_has_the_complaint_already_does_not_become_the_one_it_is_about() -> None:
    ASSIGNED.when(complained_of(MARKET)).then_rejected(TaskGoesToThemAlready)
    ASSIGNED.after(complained_of(EMERGENCY)).when(assigns(EMERGENCY, SECOND_TASK)).then_rejected(
        NeverToTheUnitComplainedOf
    )


def test_r_24_a_department_objects_within_five_working_days_and_for_a_reason() -> None:
    assert ASSIGNED.when(objects()).events
    ASSIGNED.when(objects(days=8)).then_rejected(ObjectionTooLate)
    ASSIGNED.when(objects(ReasonCode.OVERLOAD)).then_rejected(ReasonNotForObjection)
    ASSIGNED.after(objects()).when(objects()).then_nothing()


def test_r_44_a_department_answers_its_own_task_only() -> None:
    ASSIGNED.when(replies(CLERK_FIRE)).then_rejected(NotYourTask)
    [answered] = ASSIGNED.when(replies()).events
    assert isinstance(answered, TaskAnswered)


def test_a_task_is_answered_once_and_not_after_an_objection() -> None:
    ASSIGNED.after(replies()).when(replies()).then_nothing()
    ASSIGNED.after(objects()).when(replies()).then_rejected(TaskClosed)
    COMPLAINT.when(replies()).then_rejected(TaskUnknown)


def test_a_task_needs_a_day_that_is_still_to_come() -> None:
    late = assigns()
    wrong = type(late)(
        doer=OFFICER,
        task_id=TASK,
        unit=MARKET,
        demand=text(4),
        due=MONDAY,
        warn_at=MONDAY,
        object_until=MONDAY,
        at=MONDAY,
    )
    COMPLAINT.when(wrong).then_rejected(TaskDueInThePast)


def test_a_silent_department_climbs_to_the_supervisor_then_to_the_bureau_leader_and_no_further() -> None:
    climbing = ASSIGNED
    rungs = []
    for days in (6, 8, 10):
        events = climbing.when(time_passes(days)).events
        rungs += [(event.rung, event.climbs_at is None) for event in events if isinstance(event, TaskOverdue)]
        climbing = climbing.given(*events)
    assert rungs == [(Role.SUPERVISOR, False), (Role.BUREAU_LEADER, True)]


def test_a_task_is_warned_of_once_before_its_day_and_never_after_an_answer() -> None:
    warned = ASSIGNED.after(time_passes(3, warning=True))
    warned.when(time_passes(3, warning=True)).then_nothing()
    ASSIGNED.after(replies()).when(time_passes(6)).then_nothing()
    ASSIGNED.after(time_passes(6)).when(time_passes(6.5, warning=True)).then_nothing()


def test_a_late_answer_is_an_answer() -> None:
    assert ASSIGNED.after(time_passes(6)).when(replies()).events


def test_stages_go_from_raised_to_answered() -> None:
    urge = UrgeTask(task_id=TASK, note=None, at=later(days=1))
    seen = []
    for spec in (COMPLAINT, ASSIGNED, ASSIGNED.after(urge), ASSIGNED.after(urge, replies(), TELL)):
        assert isinstance(spec.state, Signed)
        seen.append(stage(spec.state))
    assert seen == [State.RAISED, State.ASSIGNED, State.RECTIFYING, State.ANSWERED]
    ASSIGNED.after(urge).when(urge).then_nothing()
    ASSIGNED.after(replies()).when(urge).then_rejected(TaskClosed)


def test_s83_the_firm_is_answered_when_every_department_has_answered() -> None:
    two = ASSIGNED.after(assigns(EMERGENCY, SECOND_TASK), replies())
    two.when(TELL).then_rejected(TaskUnanswered, missing=(SECOND_TASK,))


def test_s83_no_complaint_is_done_without_an_answer_to_the_firm() -> None:
    ASSIGNED.after(replies()).when(DONE).then_rejected(FirmNotAnswered)
    assert ASSIGNED.after(replies(), TELL).when(DONE).events


def test_a_complaint_is_not_done_when_nobody_else_looked_into_it() -> None:
    COMPLAINT.after(TELL).when(DONE).then_rejected(DepartmentNotAsked)
    ASSIGNED.after(objects(), TELL).when(DONE).then_rejected(DepartmentNotAsked)


@pytest.mark.parametrize("kind", [Kind.OPINION, Kind.OBSTRUCTION, Kind.CONTRACT_DISPUTE])
def test_only_a_complaint_is_about_a_department(kind: Kind) -> None:
    of_kind(kind).when(complained_of(FIRE)).then_rejected(NotThatKind)
