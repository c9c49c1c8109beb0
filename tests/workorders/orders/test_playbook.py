"""The engine under a playbook that exists only here: 出警 → 到场 → 处置 → 答复 needs no code."""

from datetime import timedelta

import pytest

from services.workorders.orders.decider import SignFor, order_decider
from services.workorders.orders.rules.course import Progress, open_steps
from services.workorders.orders.rules.endings import OutcomeNotInPlaybook, ReportOutcome
from services.workorders.orders.rules.facts import FirstResponseGiven, HandlingStarted, StepReported
from services.workorders.orders.rules.hands import Doer, NotTheOwner
from services.workorders.orders.rules.law import StepsMissing, StepTooEarly
from services.workorders.orders.rules.playbook import due, step_of
from services.workorders.orders.rules.states import Signed
from services.workorders.orders.rules.steps import AnswerOrder, ReportStep, RespondFirst
from shared.contracts.codes import Category, Channel, Outcome, OutcomeDetail, Priority
from shared.kernel import ItemCode
from tests.support.spec import Spec
from tests.workorders.samples import (
    ANSWER,
    AT,
    AUXILIARY,
    CONTROLLED,
    DISPATCH_PLAYBOOK,
    DISPATCHED,
    LATER,
    NOTE,
    OFFICER,
    ON_SCENE,
    ORDER,
    REQUEST,
    SIGNED_AT,
    offer,
    offered,
)

lost_father = offer(playbook=DISPATCH_PLAYBOOK, category=Category.EMG, priority=Priority.P0, channel=Channel.DSP)
emergency = Spec(order_decider).given(offered(lost_father)).after(SignFor(doer=OFFICER, at=SIGNED_AT))


def did(step: ItemCode, doer: Doer = OFFICER) -> ReportStep:
    return ReportStep(doer=doer, step=step, note=NOTE, at=LATER)


on_the_way = emergency.after(did(DISPATCHED))
there = on_the_way.after(did(ON_SCENE))
answer = AnswerOrder(doer=OFFICER, answer=ANSWER, at=LATER)
found = ReportOutcome(doer=OFFICER, outcome=Outcome.DONE, detail=OutcomeDetail.PERSON_FOUND, at=LATER)


def test_being_dispatched_is_the_first_response() -> None:
    emergency.when(RespondFirst(doer=OFFICER, note=NOTE, at=LATER)).then(
        FirstResponseGiven(order_id=ORDER, request_id=REQUEST, step=DISPATCHED, note=NOTE, occurred_at=LATER)
    )


def test_the_first_work_starts_the_handling() -> None:
    on_the_way.when(did(ON_SCENE)).then(
        HandlingStarted(order_id=ORDER, request_id=REQUEST, occurred_at=LATER),
        StepReported(order_id=ORDER, request_id=REQUEST, step=ON_SCENE, note=NOTE, occurred_at=LATER),
    )


def test_later_work_does_not_start_it_again() -> None:
    there.when(did(CONTROLLED)).then(
        StepReported(order_id=ORDER, request_id=REQUEST, step=CONTROLLED, note=NOTE, occurred_at=LATER)
    )


def test_nobody_is_on_the_scene_before_being_dispatched() -> None:
    emergency.when(did(ON_SCENE)).then_rejected(StepTooEarly, missing=(DISPATCHED,))


def test_no_answer_before_the_danger_is_over() -> None:
    there.when(answer).then_rejected(StepTooEarly, missing=(CONTROLLED,))


def test_an_auxiliary_reports_the_arrival_but_not_that_the_danger_is_over() -> None:
    assert on_the_way.when(did(ON_SCENE, AUXILIARY)).events
    there.when(did(CONTROLLED, AUXILIARY)).then_rejected(NotTheOwner)


def test_the_whole_way_ends_with_the_person_found() -> None:
    ended = there.after(did(CONTROLLED), answer)
    (outcome,) = ended.when(found).events
    assert outcome.occurred_at == LATER


def test_the_playbook_says_what_an_outcome_needs() -> None:
    failed = ReportOutcome(doer=OFFICER, outcome=Outcome.FAILED, detail=None, at=LATER)
    on_the_way.when(failed).then_rejected(StepsMissing, missing=(ON_SCENE,))
    assert there.when(failed).events


def test_an_outcome_that_the_playbook_does_not_know_is_refused() -> None:
    refused = ReportOutcome(doer=OFFICER, outcome=Outcome.REFUSED, detail=None, at=LATER)
    there.when(refused).then_rejected(OutcomeNotInPlaybook)


def test_a_step_opens_those_that_waited_for_it() -> None:
    assert [step.code for step in open_steps(DISPATCH_PLAYBOOK, Progress())] == [DISPATCHED]
    assert [step.code for step in open_steps(DISPATCH_PLAYBOOK, Progress(frozenset({DISPATCHED})))] == [ON_SCENE]


def test_the_time_of_a_step_runs_from_the_moment_on_which_it_became_possible() -> None:
    order = on_the_way.state
    assert isinstance(order, Signed)
    assert order.opened == {DISPATCHED: SIGNED_AT, ON_SCENE: LATER}


@pytest.mark.parametrize(("priority", "minutes"), [(Priority.P0, 5), (Priority.P2, None)])
def test_a_limit_counts_for_its_priority_only(priority: Priority, minutes: int | None) -> None:
    step = step_of(DISPATCH_PLAYBOOK, ON_SCENE)
    assert step is not None
    assert due(step.limits, priority, AT) == (None if minutes is None else AT + timedelta(minutes=minutes))
