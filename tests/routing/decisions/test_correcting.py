"""A second reading of what the model was unsure of. It comes by itself, so it yields to everybody."""

from dataclasses import replace

import pytest

from services.routing.decisions.commands import CorrectJudgement, DecisionCommand, NoteInfoRequested, UndoOverrule
from services.routing.decisions.facts import (
    CategoryGuess,
    ChannelGuess,
    DecidedBy,
    PoliceGuess,
    PriorityGuess,
    RequestClassified,
    RequestJudged,
    RequestRouted,
    ScreeningAsked,
    ScreeningReason,
)
from services.routing.decisions.model_facts import JudgementCorrected, ShadowAnswer, ShadowJudged
from services.routing.decisions.state import Waiting
from shared.contracts.codes import Category, Channel, Gate, Police, Priority, ReasonCode
from shared.contracts.danger import DangerKind
from shared.kernel import ModelVersion
from tests.routing.decisions.desk import (
    AT_NOON,
    MONDAY,
    REQUEST,
    ROSTER,
    confirmed,
    desk,
    filed,
    judged,
    kinds,
    matter,
    overruled,
    returned,
    the,
)

UNSURE = judged(Category.COM, Channel.XFER, police=Police.TRANSFER, unsure=True)
AGAIN = CorrectJudgement(
    request_id=REQUEST,
    category=CategoryGuess(930, 30, Category.DIS, Category.COM),
    priority=PriorityGuess(800, 150, Priority.P2, None),
    police=PoliceGuess(900, 50, Police.LEAD, None),
    channel=ChannelGuess(890, 60, Channel.PM, Channel.XFER),
    flags=(),
    unsure=False,
    model=ModelVersion("test-1+again"),
    roster=ROSTER,
    at=MONDAY,
)
STILL_UNSURE = replace(AGAIN, unsure=True)


def test_a_second_reading_that_is_sure_sends_it_out_without_a_person() -> None:
    decided = desk.after(filed(), UNSURE).when(AGAIN)
    assert kinds(decided) == [JudgementCorrected, RequestClassified, RequestRouted]
    corrected, classified = the(JudgementCorrected, decided), the(RequestClassified, decided)
    assert (corrected.model, corrected.rule) == ("test-1+again", "R-39")
    assert (classified.ruling.category, classified.confidence) == (Category.DIS, 930)
    assert classified.decided_by is DecidedBy.MODEL


def test_what_stays_unsure_stays_with_the_person_under_the_better_answer() -> None:
    decided = desk.after(filed(), UNSURE).when(STILL_UNSURE)
    assert kinds(decided) == [JudgementCorrected, RequestClassified]
    now = matter(desk.after(filed(), UNSURE, STILL_UNSURE))
    assert now.phase == Waiting(frozenset({ScreeningReason.LOW_CONFIDENCE}))
    assert now.ruling is not None
    assert now.ruling.category is Category.DIS


def test_it_is_heard_once() -> None:
    desk.after(filed(), UNSURE, STILL_UNSURE).when(AGAIN).then_nothing()


def test_what_the_first_reading_was_sure_of_is_not_read_again() -> None:
    desk.after(filed(), judged(unsure=False)).when(AGAIN).then_nothing()
    desk.after(filed()).when(AGAIN).then_nothing()


@pytest.mark.parametrize(
    "acts",
    [
        (confirmed(),),
        (overruled(Category.URB),),
        (overruled(Category.URB), UndoOverrule(request_id=REQUEST, roster=ROSTER, at=AT_NOON)),
        (confirmed(), returned(ReasonCode.WRONG_CATEGORY)),
        (NoteInfoRequested(request_id=REQUEST, due=AT_NOON, at=MONDAY),),
    ],
    ids=["confirmed", "overruled", "overruled and undone", "sent out and returned", "asked for more"],
)
def test_r_39_once_a_person_has_acted_no_model_speaks_again(acts: tuple[DecisionCommand, ...]) -> None:
    desk.after(filed(), UNSURE, *acts).when(AGAIN).then_nothing()


def test_r_39_a_person_stands_above_the_second_reading_as_above_the_first() -> None:
    decided = desk.after(filed(), UNSURE, AGAIN).when(overruled(Category.URB))
    assert the(RequestClassified, decided).decided_by is DecidedBy.PERSON


def test_danger_never_waits_for_a_second_reading_nor_is_lowered_by_it() -> None:
    desk.after(filed(DangerKind.SUICIDE), replace(UNSURE, danger=())).when(AGAIN).then_nothing()
    desk.after(filed(), replace(UNSURE, danger=(DangerKind.FIRE,))).when(AGAIN).then_nothing()


def test_what_must_happen_at_once_is_not_taken_from_the_person() -> None:
    desk.after(filed(), judged(Category.EMG, Channel.DSP, unsure=True)).when(AGAIN).then_nothing()


def test_an_emergency_that_only_the_second_reading_sees_is_shown_to_a_person() -> None:
    emergency = replace(
        AGAIN,
        category=CategoryGuess(900, 50, Category.EMG, Category.DIS),
        channel=ChannelGuess(900, 50, Channel.DSP, None),
    )
    decided = desk.after(filed(), UNSURE).when(emergency)
    assert the(ScreeningAsked, decided).reasons == (ScreeningReason.IMMEDIATE,)
    assert RequestRouted not in kinds(decided)


def test_a_gate_that_the_first_reading_closed_stays_closed() -> None:
    doubtful_child = judged(Category.MIN, Channel.CHILD, unsure=True)
    after = desk.after(filed(), doubtful_child, AGAIN)
    assert Gate.MINOR_GATE in matter(after).gates
    assert isinstance(matter(after).phase, Waiting)


def test_the_answer_of_a_model_on_trial_is_kept_and_changes_nothing() -> None:
    shadow = ShadowAnswer(
        ModelVersion("new"), Category.CRM, Priority.P1, Police.OWN, Channel.CASE, (), confidence=400, unsure=True
    )
    beside = desk.after(filed()).when(replace(judged(), shadow=shadow))
    assert kinds(beside) == [RequestJudged, ShadowJudged, RequestClassified, RequestRouted]
    assert the(ShadowJudged, beside).answer == shadow
    assert beside.state == desk.after(filed()).when(judged()).state
