"""From filing to the first decision."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.routing.decisions.commands import NoteTextUnavailable
from services.routing.decisions.facts import (
    DecidedBy,
    DecisionConfirmed,
    JudgingPutOff,
    RequestClassified,
    RequestGated,
    RequestJudged,
    RequestRouted,
    ScreeningAsked,
    ScreeningReason,
    TriageBegun,
)
from services.routing.decisions.refusals import NothingToConfirm, TriageNotBegun
from services.routing.decisions.state import Waiting
from shared.contracts.codes import Category, Channel, Flag, Priority
from shared.contracts.danger import DangerKind
from tests.routing.decisions.desk import (
    AT_NOON,
    CHILD_POST,
    COMMUNITY_OFFICER,
    DESK,
    MEDIATOR,
    MONDAY,
    NARRATIVE,
    NEIGHBOUR,
    REQUEST,
    ROSTER,
    SECOND_MEDIATOR,
    STUDIO,
    VILLAGER,
    confirmed,
    desk,
    filed,
    judged,
    kinds,
    matter,
    overruled,
    the,
)

UNAVAILABLE = NoteTextUnavailable(request_id=REQUEST, again=True, roster=ROSTER, at=MONDAY)
NOBODY_ON_DUTY = replace(ROSTER, by_channel={})


def test_a_plain_request_waits_for_the_model_and_disturbs_nobody() -> None:
    decided = desk.when(filed())
    assert kinds(decided) == [TriageBegun]
    assert matter(desk.after(filed())).phase == Waiting()


def test_filing_twice_begins_once() -> None:
    desk.after(filed()).when(filed()).then_nothing()


@pytest.mark.parametrize(
    ("kind", "category", "channel"),
    [
        (DangerKind.SUICIDE, Category.EMG, Channel.DSP),
        (DangerKind.MISSING, Category.EMG, Channel.DSP),
        (DangerKind.FIRE, Category.EMG, Channel.DSP),
        (DangerKind.CHILD_HARM, Category.MIN, Channel.CHILD),
        (DangerKind.FRAUD_NOW, Category.FRD, Channel.DSP),
    ],
)
def test_danger_is_classified_and_shown_to_the_duty_officer_before_any_text_is_read(
    kind: DangerKind, category: Category, channel: Channel
) -> None:
    decided = desk.when(filed(kind))
    classified, asked = the(RequestClassified, decided), the(ScreeningAsked, decided)
    assert (classified.ruling.category, classified.ruling.channel) == (category, channel)
    assert classified.ruling.priority is Priority.P0
    assert classified.decided_by is DecidedBy.RULE
    assert (asked.reasons, asked.unit, asked.priority) == ((ScreeningReason.DANGER,), DESK, Priority.P0)
    assert asked.occurred_at == MONDAY


def test_danger_is_shown_even_when_the_directory_knows_nobody() -> None:
    command = replace(filed(DangerKind.TRAPPED), roster=NOBODY_ON_DUTY)
    assert the(ScreeningAsked, desk.when(command)).reasons == (ScreeningReason.DANGER, ScreeningReason.NO_OWNER)


def test_a_clear_judgement_is_classified_and_routed_in_one_append() -> None:
    decided = desk.after(filed()).when(judged())
    assert kinds(decided) == [RequestJudged, RequestClassified, RequestRouted]
    routed = the(RequestRouted, decided)
    assert (routed.attempt, routed.unit, routed.owner, routed.deputy) == (1, STUDIO, MEDIATOR, SECOND_MEDIATOR)
    assert (routed.requester, routed.other_party, routed.narrative) == (VILLAGER, NEIGHBOUR, NARRATIVE)
    assert routed.answer_due.isoformat() == "2026-03-09T15:59:59.999999+00:00"
    assert the(RequestClassified, decided).confidence == 910


def test_a_judgement_that_closes_a_gate_is_gated_in_the_same_append() -> None:
    decided = desk.after(filed()).when(judged(Category.MIN, Channel.CHILD, Flag.MINOR))
    assert kinds(decided) == [RequestJudged, RequestClassified, RequestGated, RequestRouted]
    assert the(RequestRouted, decided).unit == CHILD_POST


def test_a_judgement_recorded_twice_counts_once() -> None:
    desk.after(filed(), judged()).when(judged()).then_nothing()


def test_an_unsure_model_asks_a_person() -> None:
    decided = desk.after(filed()).when(judged(unsure=True))
    assert kinds(decided) == [RequestJudged, RequestClassified, ScreeningAsked]
    assert the(ScreeningAsked, decided).reasons == (ScreeningReason.LOW_CONFIDENCE,)


def test_what_has_to_happen_at_once_is_seen_by_a_person() -> None:
    decided = desk.after(filed()).when(judged(Category.EMG, Channel.DSP, priority=Priority.P1))
    asked = the(ScreeningAsked, decided)
    assert (asked.reasons, asked.priority) == ((ScreeningReason.IMMEDIATE,), Priority.P0)


def test_a_model_cannot_lower_what_danger_raised() -> None:
    decided = desk.after(filed(DangerKind.SUICIDE)).when(judged(Category.FBK, Channel.BOT, priority=Priority.P3))
    ruling = the(RequestClassified, decided).ruling if RequestClassified in kinds(decided) else None
    assert ruling is None or ruling.priority is Priority.P0
    now = matter(desk.after(filed(DangerKind.SUICIDE), judged(Category.FBK, Channel.BOT, priority=Priority.P3)))
    assert now.ruling is not None
    assert (now.ruling.category, now.ruling.priority) == (Category.EMG, Priority.P0)


def test_danger_that_only_the_reading_finds_counts_as_much() -> None:
    decided = desk.after(filed()).when(judged(danger=(DangerKind.VIOLENCE_NOW,)))
    assert the(ScreeningAsked, decided).reasons == (ScreeningReason.DANGER,)
    assert the(RequestClassified, decided).ruling.channel is Channel.DSP


def test_danger_is_asked_about_once() -> None:
    decided = desk.after(filed(DangerKind.MISSING)).when(judged(Category.EMG, Channel.DSP))
    assert ScreeningAsked not in kinds(decided)


def test_a_judgement_after_a_persons_confirmation_changes_nothing_but_is_kept() -> None:
    decided = desk.after(filed(DangerKind.MISSING), confirmed()).when(judged())
    assert kinds(decided) == [RequestJudged]


def test_nobody_free_is_a_persons_task() -> None:
    decided = desk.after(filed()).when(judged(roster=NOBODY_ON_DUTY))
    assert the(ScreeningAsked, decided).reasons == (ScreeningReason.NO_OWNER,)


def test_a_request_without_an_owner_goes_out_when_somebody_is_found() -> None:
    decided = desk.after(filed(), judged(roster=NOBODY_ON_DUTY)).when(confirmed())
    assert kinds(decided) == [DecisionConfirmed, RequestRouted]


def test_a_text_that_cannot_be_read_is_a_persons_task_asked_once() -> None:
    decided = desk.after(filed()).when(UNAVAILABLE)
    assert the(ScreeningAsked, decided).reasons == (ScreeningReason.TEXT_UNAVAILABLE,)
    assert kinds(desk.after(filed(), UNAVAILABLE).when(UNAVAILABLE)) == [JudgingPutOff]


def test_an_unreadable_text_is_tried_again_ever_more_rarely() -> None:
    pauses = [
        the(JudgingPutOff, desk.after(filed(), *[UNAVAILABLE] * tries).when(UNAVAILABLE)).until - MONDAY
        for tries in (0, 1, 2, 9)
    ]
    assert pauses == [timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=30)]


def test_a_text_that_can_be_read_again_is_judged_as_usual() -> None:
    assert RequestRouted in kinds(desk.after(filed(), UNAVAILABLE).when(judged()))


def test_an_unread_request_can_be_ruled_by_a_person_and_is_left_alone_afterwards() -> None:
    ruled = desk.after(filed(), UNAVAILABLE, overruled(Category.DIS))
    assert kinds(ruled.when(judged(Category.COM, Channel.XFER))) == [RequestJudged]
    assert kinds(ruled.when(UNAVAILABLE)) == [JudgingPutOff]
    ruled.after(judged()).when(UNAVAILABLE).then_nothing()


def test_confirming_sends_it_out_as_judged() -> None:
    decided = desk.after(filed(DangerKind.MISSING)).when(confirmed())
    assert kinds(decided) == [DecisionConfirmed, RequestRouted]
    assert the(RequestRouted, decided).owner == COMMUNITY_OFFICER


def test_confirming_twice_confirms_once() -> None:
    desk.after(filed(DangerKind.MISSING), confirmed()).when(confirmed(AT_NOON + timedelta(minutes=5))).then_nothing()


def test_a_routed_request_can_still_be_confirmed() -> None:
    assert kinds(desk.after(filed(), judged()).when(confirmed())) == [DecisionConfirmed]


def test_nothing_is_confirmed_before_anybody_said_what_it_is() -> None:
    desk.after(filed()).when(confirmed()).then_rejected(NothingToConfirm)


def test_nothing_is_decided_about_a_request_nobody_filed() -> None:
    desk.when(judged()).then_rejected(TriageNotBegun)


def test_an_erased_text_is_not_tried_again() -> None:
    erased = replace(UNAVAILABLE, again=False)
    assert kinds(desk.after(filed()).when(erased)) == [ScreeningAsked]
    desk.after(filed(), erased).when(erased).then_nothing()
