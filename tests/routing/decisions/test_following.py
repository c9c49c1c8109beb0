"""What handlers, intake and the person do to a decision."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.routing.decisions.commands import EndTriage, NoteEscalation, NoteSupplemented, ReopenTriage
from services.routing.decisions.facts import (
    DangerNoted,
    DecisionConfirmed,
    EndedBy,
    EscalationNoted,
    HandlingNoted,
    HandlingRevoked,
    HandlingStep,
    RequestClassified,
    RequestReturned,
    RequestRouted,
    ScreeningAsked,
    ScreeningReason,
    TriageEnded,
    TriageReopened,
)
from services.routing.decisions.refusals import TriageIsOver
from services.routing.decisions.state import Routed
from shared.contracts.codes import Category, Flag, Outcome, Priority, ReasonCode
from shared.contracts.danger import DangerKind
from shared.kernel import PersonId
from tests.routing.decisions.desk import (
    AT_NOON,
    DESK,
    MEDIATOR,
    REQUEST,
    ROSTER,
    SECOND_MEDIATOR,
    confirmed,
    desk,
    filed,
    handled,
    judged,
    kinds,
    matter,
    overruled,
    returned,
    the,
)

ROUTED = desk.after(filed(), judged())
SETTLED = ROUTED.after(handled(HandlingStep.SIGNED), handled(HandlingStep.OUTCOME, Outcome.SETTLED))


def reopened(reopening: int = 2, former: PersonId | None = MEDIATOR) -> ReopenTriage:
    return ReopenTriage(
        request_id=REQUEST,
        reopening=reopening,
        reason=ReasonCode.BAD_RATING,
        former_handler=former,
        roster=ROSTER,
        at=AT_NOON + timedelta(days=1),
    )


def supplemented(*danger: DangerKind, answers: bool = False) -> NoteSupplemented:
    return NoteSupplemented(request_id=REQUEST, answers_request=answers, danger=danger, roster=ROSTER, at=AT_NOON)


@pytest.mark.parametrize("reason", [ReasonCode.CONFLICT_OF_INTEREST, ReasonCode.OVERLOAD])
def test_a_handler_who_cannot_is_replaced_by_another(reason: ReasonCode) -> None:
    decided = ROUTED.when(returned(reason))
    assert kinds(decided) == [RequestReturned, RequestRouted]
    routed = the(RequestRouted, decided)
    assert (routed.attempt, routed.owner, routed.excluded) == (2, SECOND_MEDIATOR, (MEDIATOR,))


@pytest.mark.parametrize("reason", [ReasonCode.WRONG_CATEGORY, ReasonCode.WRONG_GRID, None])
def test_a_handler_who_doubts_the_decision_brings_it_back_to_a_person(reason: ReasonCode | None) -> None:
    decided = ROUTED.when(returned(reason))
    assert kinds(decided) == [RequestReturned, ScreeningAsked]
    assert the(ScreeningAsked, decided).reasons == (ScreeningReason.RETURNED,)


def test_a_returned_request_that_a_person_confirms_goes_to_another_officer() -> None:
    decided = ROUTED.after(returned(ReasonCode.WRONG_CATEGORY)).when(confirmed())
    assert kinds(decided) == [DecisionConfirmed, RequestRouted]
    assert the(RequestRouted, decided).owner == SECOND_MEDIATOR


def test_when_everybody_has_returned_it_a_person_has_to_find_somebody() -> None:
    decided = ROUTED.after(returned(ReasonCode.OVERLOAD)).when(returned(ReasonCode.OVERLOAD, attempt=2))
    assert the(ScreeningAsked, decided).reasons == (ScreeningReason.NO_OWNER,)


def test_a_return_of_an_older_attempt_or_a_second_one_does_nothing() -> None:
    again = ROUTED.after(returned(ReasonCode.OVERLOAD))
    again.when(returned(ReasonCode.OVERLOAD)).then_nothing()
    SETTLED.when(returned(ReasonCode.OVERLOAD)).then_nothing()


def test_a_reopened_request_is_decided_anew_without_its_former_handler() -> None:
    decided = SETTLED.when(reopened())
    assert kinds(decided) == [TriageReopened, RequestRouted]
    routed = the(RequestRouted, decided)
    assert (routed.attempt, routed.owner, routed.excluded) == (2, SECOND_MEDIATOR, (MEDIATOR,))


def test_a_request_reopened_twice_by_the_same_record_is_reopened_once() -> None:
    SETTLED.after(reopened()).when(reopened()).then_nothing()


def test_a_request_reopened_while_it_is_handled_is_taken_from_its_handler() -> None:
    assert kinds(ROUTED.when(reopened())) == [HandlingRevoked, TriageReopened, RequestRouted]


def test_an_archived_request_comes_back_to_triage_when_it_is_reopened() -> None:
    archived = SETTLED.after(EndTriage(request_id=REQUEST, why=EndedBy.ARCHIVED, at=AT_NOON))
    assert the(RequestRouted, archived.when(reopened())).attempt == 2


def test_a_request_reopened_before_it_was_judged_waits_for_the_model_again() -> None:
    withdrawn = desk.after(filed(), EndTriage(request_id=REQUEST, why=EndedBy.WITHDRAWN, at=AT_NOON))
    back = withdrawn.after(reopened(former=None))
    assert RequestRouted in kinds(back.when(judged()))


@pytest.mark.parametrize("why", list(EndedBy))
def test_nothing_is_decided_after_the_end(why: EndedBy) -> None:
    over = ROUTED.after(EndTriage(request_id=REQUEST, why=why, at=AT_NOON))
    over.when(overruled(Category.COM)).then_rejected(TriageIsOver)
    over.when(confirmed()).then_rejected(TriageIsOver)
    over.when(EndTriage(request_id=REQUEST, why=why, at=AT_NOON)).then_nothing()
    over.when(supplemented(DangerKind.FIRE)).then_nothing()


def test_a_judgement_that_comes_after_a_withdrawal_does_nothing() -> None:
    desk.after(filed(), EndTriage(request_id=REQUEST, why=EndedBy.WITHDRAWN, at=AT_NOON)).when(judged()).then_nothing()


def test_ending_is_recorded() -> None:
    assert kinds(ROUTED.when(EndTriage(request_id=REQUEST, why=EndedBy.ARCHIVED, at=AT_NOON))) == [TriageEnded]


def test_danger_told_later_is_shown_at_once_and_leaves_the_request_with_its_handler() -> None:
    decided = ROUTED.when(supplemented(DangerKind.SUICIDE))
    assert kinds(decided) == [DangerNoted, RequestClassified, ScreeningAsked]
    assert the(RequestClassified, decided).ruling.priority is Priority.P0
    assert isinstance(matter(ROUTED.after(supplemented(DangerKind.SUICIDE))).phase, Routed)


def test_danger_told_while_it_waits_is_classified_by_the_danger_rows() -> None:
    decided = desk.after(filed(), judged(unsure=True)).when(supplemented(DangerKind.SUICIDE))
    assert the(RequestClassified, decided).ruling.category is Category.EMG
    assert the(ScreeningAsked, decided).reasons == (ScreeningReason.DANGER,)


def test_the_same_danger_told_again_disturbs_nobody() -> None:
    ROUTED.after(supplemented(DangerKind.SUICIDE)).when(supplemented(DangerKind.SUICIDE)).then_nothing()


def reported(minutes: int = 0) -> NoteEscalation:
    at = AT_NOON + timedelta(minutes=minutes)
    return NoteEscalation(request_id=REQUEST, reported_at=at, roster=ROSTER, at=at)


def test_a_dispute_that_threatens_to_become_violent_is_shown_at_once_and_stays_with_its_host() -> None:
    decided = ROUTED.when(reported())
    assert kinds(decided) == [EscalationNoted, DangerNoted, RequestClassified, ScreeningAsked]
    classified, asked = the(RequestClassified, decided), the(ScreeningAsked, decided)
    assert (classified.ruling.priority, classified.rule) == (Priority.P0, "R-10")
    assert classified.ruling.has(Flag.ESCALATION)
    assert (asked.reasons, asked.unit, asked.priority) == ((ScreeningReason.DANGER,), DESK, Priority.P0)
    assert isinstance(matter(ROUTED.after(reported())).phase, Routed)


def test_an_escalation_never_lowers_and_leaves_category_and_channel() -> None:
    before, after = matter(ROUTED).ruling, matter(ROUTED.after(reported())).ruling
    assert before is not None
    assert after is not None
    assert (after.category, after.channel, after.police) == (before.category, before.channel, before.police)
    assert matter(ROUTED.after(supplemented(DangerKind.SUICIDE), reported())).ruling == after


def test_the_same_report_disturbs_nobody_twice_and_a_second_one_does() -> None:
    escalated = ROUTED.after(reported())
    escalated.when(reported()).then_nothing()
    assert kinds(escalated.when(reported(minutes=5))) == [EscalationNoted, ScreeningAsked]


def test_an_escalation_is_seen_too_when_the_case_just_came_back() -> None:
    decided = ROUTED.after(returned(ReasonCode.WRONG_CATEGORY)).when(reported())
    assert the(ScreeningAsked, decided).reasons == (ScreeningReason.DANGER,)
    assert the(RequestClassified, decided).ruling.priority is Priority.P0


def test_an_escalation_after_the_end_changes_nothing() -> None:
    ROUTED.after(EndTriage(request_id=REQUEST, why=EndedBy.ARCHIVED, at=AT_NOON)).when(reported()).then_nothing()


def test_steps_of_the_handler_are_noted_once() -> None:
    assert HandlingNoted in kinds(ROUTED.when(handled(HandlingStep.SIGNED)))
    ROUTED.after(handled(HandlingStep.SIGNED)).when(handled(HandlingStep.SIGNED)).then_nothing()


def test_steps_of_a_former_attempt_count_for_nothing() -> None:
    second = ROUTED.after(returned(ReasonCode.OVERLOAD))
    second.when(handled(HandlingStep.OUTCOME, Outcome.FAILED, attempt=1)).then_nothing()


def test_a_step_whose_record_names_no_attempt_is_of_the_present_one() -> None:
    assert the(HandlingNoted, ROUTED.when(handled(HandlingStep.STARTED, attempt=None))).attempt == 1


def test_nobody_handles_what_was_not_routed() -> None:
    desk.after(filed()).when(handled(HandlingStep.SIGNED)).then_nothing()


def test_a_reopened_request_nobody_else_can_take_is_a_persons_task() -> None:
    alone = replace(reopened(), roster=replace(ROSTER, by_channel={}))
    assert the(ScreeningAsked, SETTLED.when(alone)).reasons == (ScreeningReason.NO_OWNER,)
