"""R-39: a person can always overrule, and take it back within a minute."""

from dataclasses import replace
from datetime import timedelta

from services.routing.clocks.facts import ClockStopped, StopReason
from services.routing.clocks.table import CRIME_REVIEW
from services.routing.decisions.commands import NoteSupplemented, UndoConfirmation, UndoOverrule
from services.routing.decisions.facts import (
    ConfirmationUndone,
    DecidedBy,
    DecisionConfirmed,
    DecisionOverruled,
    GateWithdrawn,
    HandlingRevoked,
    HandlingStep,
    OverruleUndone,
    RequestClassified,
    RequestRouted,
    ScreeningAsked,
    ScreeningReason,
)
from services.routing.decisions.refusals import (
    AlreadySigned,
    CategoryMissing,
    HandlingFinished,
    NothingToUndo,
    UndoTooLate,
)
from services.routing.decisions.rules.lawful import (
    ComplaintNotToSupervision,
    CrimeIsNotMediated,
    HarmToMinorElsewhere,
    ViolationMissing,
)
from services.routing.decisions.rules.owners import NotTheSupervisingUnit
from services.routing.decisions.state import Waiting
from shared.contracts.codes import Category, Channel, Flag, Gate, Outcome, Police, Priority, ReasonCode
from shared.contracts.danger import DangerKind
from tests.routing.decisions.desk import (
    AT_NOON,
    COMMUNITY_OFFICER,
    DESK,
    ECONOMIC,
    MEDIATOR,
    MEDIATORS,
    OFFICERS,
    REQUEST,
    ROSTER,
    STATION,
    SUPERVISION,
    confirmed,
    desk,
    filed,
    handled,
    judged,
    kinds,
    matter,
    overruled,
    the,
)

ROUTED = desk.after(filed(), judged())
UNSURE = desk.after(filed(), judged(unsure=True))


def undone(seconds: int = 30) -> UndoOverrule:
    return UndoOverrule(request_id=REQUEST, roster=ROSTER, at=AT_NOON + timedelta(seconds=seconds))


def test_a_waiting_request_is_overruled_and_sent_out_in_one_append() -> None:
    decided = UNSURE.when(overruled(Category.PSO))
    assert kinds(decided) == [DecisionOverruled, RequestClassified, RequestRouted]
    kept = the(DecisionOverruled, decided)
    assert kept.before is not None
    assert (kept.before.category, kept.after.category) == (Category.DIS, Category.PSO)
    classified = the(RequestClassified, decided)
    assert (classified.decided_by, classified.confidence) == (DecidedBy.PERSON, 1000)


def test_naming_only_the_category_brings_its_usual_channel() -> None:
    ruling = the(DecisionOverruled, UNSURE.when(overruled(Category.COM))).after
    assert (ruling.channel, ruling.police) == (Channel.XFER, Police.TRANSFER)


def test_an_overrule_to_another_channel_takes_the_request_away_from_its_handler() -> None:
    decided = ROUTED.when(overruled(Category.PSO, Channel.PSM))
    assert kinds(decided) == [DecisionOverruled, RequestClassified, HandlingRevoked, RequestRouted]
    assert the(HandlingRevoked, decided).attempt == 1
    assert (the(RequestRouted, decided).attempt, the(RequestRouted, decided).owner) == (2, COMMUNITY_OFFICER)


def test_an_overrule_to_another_unit_takes_it_away_too() -> None:
    decided = ROUTED.when(overruled(chosen=OFFICERS))
    assert the(HandlingRevoked, decided).reason is ReasonCode.OVERRULED
    assert the(RequestRouted, decided).unit == STATION


def test_an_overrule_of_the_urgency_alone_leaves_it_with_its_handler() -> None:
    decided = ROUTED.when(overruled(priority=Priority.P1))
    assert kinds(decided) == [DecisionOverruled, RequestClassified]
    assert matter(ROUTED).holder is not None


def test_overruling_twice_the_same_way_counts_once() -> None:
    ROUTED.after(overruled(Category.PSO, Channel.PSM)).when(overruled(Category.PSO, Channel.PSM)).then_nothing()


def test_a_finished_handling_is_not_overruled() -> None:
    finished = ROUTED.after(handled(HandlingStep.OUTCOME, Outcome.SETTLED))
    finished.when(overruled(Category.COM)).then_rejected(HandlingFinished)


def test_the_first_ruling_needs_a_category() -> None:
    desk.after(filed()).when(overruled(priority=Priority.P1)).then_rejected(CategoryMissing)


def test_a_person_may_say_that_the_danger_net_was_wrong() -> None:
    frightened = desk.after(filed(DangerKind.FIRE))
    decided = frightened.when(overruled(Category.FBK, priority=Priority.P3))
    assert the(RequestRouted, decided).ruling.channel is Channel.BOT


def test_r_24_a_complaint_about_the_police_goes_nowhere_but_to_supervision() -> None:
    UNSURE.when(overruled(Category.CPL, Channel.PSM)).then_rejected(ComplaintNotToSupervision)
    assert the(RequestRouted, UNSURE.when(overruled(Category.CPL))).unit == SUPERVISION


def test_r_24_a_complaint_is_not_given_to_another_unit_than_supervision() -> None:
    UNSURE.when(overruled(Category.CPL, chosen=OFFICERS)).then_rejected(NotTheSupervisingUnit)


def test_r_28_a_crime_is_not_mediated() -> None:
    UNSURE.when(overruled(Category.CRM, Channel.PM)).then_rejected(CrimeIsNotMediated)


def test_r_01_police_mediation_needs_a_violation() -> None:
    UNSURE.when(overruled(channel=Channel.PSM)).then_rejected(ViolationMissing)


def test_r_32_harm_to_a_minor_is_not_sent_elsewhere() -> None:
    UNSURE.when(overruled(Category.MIN, Channel.PM)).then_rejected(HarmToMinorElsewhere)


def test_an_overrule_is_undone_within_a_minute() -> None:
    decided = UNSURE.after(overruled(Category.COM)).when(undone())
    assert kinds(decided) == [OverruleUndone, RequestClassified, HandlingRevoked, ScreeningAsked]
    assert the(RequestClassified, decided).ruling.category is Category.DIS
    assert the(ScreeningAsked, decided).reasons == (ScreeningReason.LOW_CONFIDENCE,)


def test_undoing_a_transfer_gives_it_back_to_the_former_handler() -> None:
    decided = ROUTED.after(overruled(Category.PSO, Channel.PSM)).when(undone())
    routed = the(RequestRouted, decided)
    assert (routed.attempt, routed.owner, routed.ruling.category) == (3, MEDIATOR, Category.DIS)


def test_undoing_a_change_of_urgency_moves_nothing() -> None:
    decided = ROUTED.after(overruled(priority=Priority.P1)).when(undone())
    assert kinds(decided) == [OverruleUndone, RequestClassified]


def test_undoing_the_first_ruling_leaves_the_request_to_the_model() -> None:
    unread = desk.after(filed(), overruled(Category.DIS), undone())
    assert (matter(unread).phase, matter(unread).ruling) == (Waiting(), None)
    assert RequestRouted in kinds(unread.when(judged()))


def test_after_a_minute_an_overrule_stands() -> None:
    late = UNSURE.after(overruled(Category.COM)).when(undone(61)).then_rejected(UndoTooLate)
    assert late.details == {"until": AT_NOON + timedelta(seconds=60)}


def test_an_overrule_stands_once_somebody_signed_on_its_strength() -> None:
    signed = ROUTED.after(overruled(Category.PSO, Channel.PSM), handled(HandlingStep.SIGNED, attempt=2))
    signed.when(undone()).then_rejected(AlreadySigned)


def test_a_signature_from_before_the_overrule_does_not_stand_in_the_way() -> None:
    signed = ROUTED.after(handled(HandlingStep.SIGNED), overruled(priority=Priority.P1))
    assert OverruleUndone in kinds(signed.when(undone()))


def test_nothing_is_undone_twice_or_without_an_overrule() -> None:
    ROUTED.when(undone()).then_rejected(NothingToUndo)
    UNSURE.after(overruled(Category.COM), undone()).when(undone(40)).then_rejected(NothingToUndo)


def test_a_confirmation_stands_on_the_overrule() -> None:
    overruled_then_back = UNSURE.after(overruled(Category.DIS, flags=(Flag.ELDERLY,)))
    overruled_then_back.when(confirmed()).then_nothing()
    assert kinds(UNSURE.when(confirmed())) == [DecisionConfirmed, RequestRouted]


def unconfirmed(seconds: int = 30) -> UndoConfirmation:
    return UndoConfirmation(request_id=REQUEST, roster=ROSTER, at=AT_NOON + timedelta(seconds=seconds))


def test_an_acceptance_is_taken_back_within_a_minute() -> None:
    accepted = UNSURE.after(confirmed())
    decided = accepted.when(unconfirmed())
    assert kinds(decided) == [ConfirmationUndone, HandlingRevoked, ScreeningAsked]
    assert the(ScreeningAsked, decided).reasons == (ScreeningReason.LOW_CONFIDENCE,)
    again = accepted.after(unconfirmed())
    assert (matter(again).decided_by, matter(again).phase) == (matter(UNSURE).decided_by, matter(UNSURE).phase)
    assert the(RequestRouted, again.when(confirmed())).attempt == 2
    accepted.when(unconfirmed(61)).then_rejected(UndoTooLate)


def test_what_is_asked_of_a_person_while_somebody_handles_it_is_answered_by_accepting() -> None:
    alarmed = NoteSupplemented(
        request_id=REQUEST, answers_request=False, danger=(DangerKind.SUICIDE,), roster=ROSTER, at=AT_NOON
    )
    handling = ROUTED.after(overruled(priority=Priority.P0), alarmed)
    assert matter(handling).looked_for == {ScreeningReason.DANGER}
    accepted = handling.after(confirmed())
    assert (matter(accepted).looked_for, matter(accepted).holder) == (frozenset(), matter(ROUTED).holder)
    asked = the(ScreeningAsked, accepted.when(unconfirmed()))
    assert asked.reasons == (ScreeningReason.DANGER,)
    accepted.when(confirmed()).then_nothing()


def test_an_acceptance_stands_once_somebody_signed_for_it() -> None:
    UNSURE.after(confirmed(), handled(HandlingStep.SIGNED)).when(unconfirmed()).then_rejected(AlreadySigned)


def test_an_acceptance_is_no_overrule_and_neither_is_undone_for_the_other() -> None:
    UNSURE.after(confirmed()).when(undone()).then_rejected(NothingToUndo)
    UNSURE.after(overruled(Category.COM)).when(unconfirmed()).then_rejected(NothingToUndo)


def test_an_unfit_unit_is_replaced_by_the_one_a_person_chose() -> None:
    decided = desk.after(filed(), judged(Category.PSO, Channel.PSM, unsure=True)).when(
        replace(overruled(Category.DIS), chosen=MEDIATORS)
    )
    assert the(RequestRouted, decided).owner == MEDIATOR


def test_a_gate_that_only_the_overrule_met_goes_with_it() -> None:
    elsewhere = ROUTED.after(overruled(channel=Channel.XFER, flags=(Flag.DV,)))
    decided = elsewhere.when(undone())
    assert kinds(decided) == [OverruleUndone, RequestClassified, GateWithdrawn, HandlingRevoked, RequestRouted]
    assert (the(GateWithdrawn, decided).gate, the(GateWithdrawn, decided).rule) == (Gate.DV_GATE, "R-39")
    assert the(RequestRouted, decided).owner == MEDIATOR
    assert matter(elsewhere.after(undone())).gates == {}


def test_a_gate_that_stood_before_the_overrule_stands_when_it_is_undone() -> None:
    child = desk.after(filed(), judged(Category.MIN, Channel.CHILD))
    back = child.after(overruled(channel=Channel.DSP), undone())
    assert matter(back).gates == matter(child).gates != {}


def test_a_mistaken_key_undone_leaves_no_question_to_the_investigators() -> None:
    waiting = UNSURE.after(overruled(Category.ENT))
    assert CRIME_REVIEW in matter(waiting).clocks
    decided = waiting.when(undone())
    assert kinds(decided) == [OverruleUndone, RequestClassified, GateWithdrawn, ScreeningAsked]
    stopped = [event for event in decided.events if isinstance(event, ClockStopped) and event.clock == CRIME_REVIEW]
    assert [event.why for event in stopped] == [StopReason.REPLACED]
    asked = the(ScreeningAsked, decided)
    assert (asked.reasons, asked.unit) == ((ScreeningReason.LOW_CONFIDENCE,), DESK)
    assert the(RequestRouted, waiting.after(undone()).when(confirmed())).owner == MEDIATOR


def test_what_was_taken_from_its_handler_by_a_mistaken_key_goes_back_to_him() -> None:
    decided = ROUTED.after(overruled(Category.ENT)).when(undone())
    assert kinds(decided) == [OverruleUndone, RequestClassified, GateWithdrawn, RequestRouted]
    assert (the(RequestRouted, decided).attempt, the(RequestRouted, decided).owner) == (2, MEDIATOR)


def test_r_28_undoing_a_correction_asks_the_investigators_again_and_their_days_run_on() -> None:
    asked_for_days = desk.after(filed(), judged(Category.ENT, Channel.EPS))
    before = matter(asked_for_days).clocks[CRIME_REVIEW]
    again = asked_for_days.after(overruled(Category.COM), undone())
    assert matter(again).clocks[CRIME_REVIEW] == before
    decided = asked_for_days.after(overruled(Category.COM)).when(undone())
    assert the(ScreeningAsked, decided).unit == ECONOMIC


def test_undoing_a_change_of_channel_counts_even_when_the_same_officer_had_both() -> None:
    decided = ROUTED.after(overruled(Category.PSO, Channel.PSM), overruled(channel=Channel.DSP)).when(undone())
    assert the(RequestRouted, decided).ruling.channel is Channel.PSM


def test_danger_told_since_then_is_not_undone() -> None:
    alarmed = ROUTED.after(
        overruled(priority=Priority.P3),
        NoteSupplemented(
            request_id=REQUEST, answers_request=False, danger=(DangerKind.SUICIDE,), roster=ROSTER, at=AT_NOON
        ),
    )
    alarmed.when(undone()).then_rejected(NothingToUndo)
