"""The end of a request: told, answered, performed, judged; and what takes it up again."""

from dataclasses import replace

import pytest

from services.intake.requests.commands import (
    Archive,
    NoteDuty,
    NoteOutcome,
    NoteRating,
    NoteRouting,
    NoteTold,
    RatingTimeOut,
    Reopen,
    RequestCommand,
    Supplement,
)
from services.intake.requests.decider import (
    NotOpen,
    ReopeningReasonNotAllowed,
    StillInHand,
    request_decider,
)
from services.intake.requests.facts import (
    DutyEnded,
    RatingWindowEnded,
    RequestArchived,
    RequestEvent,
    RequestReopened,
    SideTold,
    VerdictNoted,
    Withdrawn,
)
from services.intake.requests.rules.closing import DemandUnanswered, DutyStillWatched, NobodyWasTold
from services.intake.requests.state import Closed, Open, RequestState
from shared.contracts.codes import Category, Outcome, ReasonCode
from tests.intake.requests.samples import (
    DAY,
    DEPOSIT,
    HANDLING,
    MONDAY,
    NEIGHBOUR,
    OFFICER,
    RENT,
    REQUEST,
    SECOND_HANDLING,
    WEEK,
    accepted,
    filed,
    note_duty,
    note_outcome,
    note_rating,
    note_told,
    outcome_noted,
    text,
    told,
)
from tests.support.spec import Spec

desk = Spec(request_decider).given(filed, accepted)
archive = Archive(at=MONDAY + 2 * DAY)
window_over = RatingTimeOut(at=MONDAY + DAY + WEEK)


def has_ended(spec: Spec[RequestCommand, RequestState, RequestEvent]) -> bool:
    return isinstance(spec.state, Closed)


def reopened(reason: ReasonCode) -> RequestReopened:
    return RequestReopened(
        request_id=REQUEST,
        attempt=2,
        reason=reason,
        former_handler=OFFICER,
        note=None,
        occurred_at=MONDAY + 2 * DAY,
    )


class TestTheGuard:
    def test_nothing_is_filed_away_untold(self) -> None:
        desk.given(outcome_noted()).when(archive).then_rejected(NobodyWasTold, missing=1)

    def test_every_side_of_the_outcome_is_told(self) -> None:
        desk.given(outcome_noted(both_sides=True), told()).when(archive).then_rejected(NobodyWasTold, missing=1)

    def test_nothing_is_filed_away_without_an_outcome(self) -> None:
        desk.given(told()).when(archive).then_rejected(DemandUnanswered)

    def test_nothing_is_filed_away_unanswered(self) -> None:
        desk.given(outcome_noted(answered=False), told()).when(archive).then_rejected(DemandUnanswered)

    def test_nothing_is_filed_away_while_a_duty_is_watched(self) -> None:
        desk.given(outcome_noted(duties=2), told()).when(archive).then_rejected(DutyStillWatched, watched=2)

    def test_an_officer_files_away_what_is_told_answered_and_performed(self) -> None:
        archived = RequestArchived(request_id=REQUEST, category=None, rated=False, occurred_at=archive.at)
        desk.given(outcome_noted(), told()).when(archive).then(archived)

    def test_filing_away_twice_is_once(self) -> None:
        desk.given(outcome_noted(), told()).after(archive).when(archive).then_nothing()

    def test_the_category_is_kept_with_the_file(self) -> None:
        route = NoteRouting(attempt=1, category=Category.DIS, at=MONDAY)
        decided = desk.after(route, note_outcome(), note_told()).when(archive)
        assert [event.category for event in decided.events if isinstance(event, RequestArchived)] == [Category.DIS]


class TestTheEndByItself:
    def test_a_satisfied_requester_ends_it(self) -> None:
        satisfied = VerdictNoted(
            request_id=REQUEST,
            attempt=1,
            voice=told().voice,
            satisfied=True,
            occurred_at=MONDAY + 2 * DAY,
        )
        archived = RequestArchived(request_id=REQUEST, category=None, rated=True, occurred_at=MONDAY + 2 * DAY)
        desk.given(outcome_noted(), told()).when(note_rating(True)).then(satisfied, archived)

    def test_both_sides_are_asked(self) -> None:
        both = desk.given(outcome_noted(both_sides=True), told(), told(voice=NEIGHBOUR))
        assert not has_ended(both.after(note_rating(True)))
        assert has_ended(both.after(note_rating(True), note_rating(True, voice=NEIGHBOUR)))

    def test_silence_for_a_week_ends_it(self) -> None:
        ended = RatingWindowEnded(request_id=REQUEST, attempt=1, occurred_at=window_over.at)
        archived = RequestArchived(request_id=REQUEST, category=None, rated=False, occurred_at=window_over.at)
        desk.given(outcome_noted(), told()).when(window_over).then(ended, archived)

    def test_not_before_the_week_is_over(self) -> None:
        desk.given(outcome_noted(), told()).when(RatingTimeOut(at=MONDAY + 2 * DAY)).then_nothing()

    def test_the_week_begins_when_the_last_side_is_told(self) -> None:
        late = replace(told(voice=NEIGHBOUR), rating_due=MONDAY + 3 * DAY + WEEK)
        desk.given(outcome_noted(both_sides=True), told(), late).when(window_over).then_nothing()

    def test_a_watched_duty_keeps_it_open_until_performed(self) -> None:
        watching = desk.given(outcome_noted(duties=2), told()).after(note_rating(True))
        assert not has_ended(watching)
        assert not has_ended(watching.after(note_duty(RENT)))
        assert has_ended(watching.after(note_duty(RENT), note_duty(DEPOSIT)))

    def test_one_duty_performed_twice_is_one_duty(self) -> None:
        watching = desk.given(outcome_noted(duties=2), told()).after(note_rating(True), note_duty(RENT))
        watching.when(note_duty(RENT)).then_nothing()
        assert not has_ended(watching)

    @pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.REFUSED, Outcome.DONE])
    def test_a_failed_handling_ends_too_when_told_and_answered(self, outcome: Outcome) -> None:
        assert has_ended(desk.after(note_outcome(outcome=outcome), note_told(), window_over))

    def test_a_hand_over_is_no_end(self) -> None:
        desk.when(note_outcome(outcome=Outcome.HANDED_OVER)).then_nothing()

    def test_what_was_added_after_the_outcome_waits_for_a_person(self) -> None:
        addition = Supplement(text=text(4), danger=(), at=MONDAY + 2 * DAY)
        silent = desk.given(outcome_noted(), told()).after(addition, window_over)
        assert not has_ended(silent)
        assert has_ended(silent.after(archive))


@pytest.mark.parametrize(
    "order",
    [
        (note_outcome(duties=1), note_told(), note_rating(True), note_duty(RENT)),
        (note_told(), note_rating(True), note_outcome(duties=1), note_duty(RENT)),
        (note_duty(RENT), note_rating(True), note_told(), note_outcome(duties=0)),
        (note_rating(True), note_outcome(duties=1), note_duty(RENT), note_told()),
    ],
)
def test_the_order_in_which_the_desk_learns_does_not_matter(
    order: tuple[NoteOutcome | NoteTold | NoteRating | NoteDuty, ...],
) -> None:
    once = desk.after(*order)
    assert has_ended(once)
    assert once.after(*order).past == once.past


def test_a_duty_that_ended_before_the_outcome_is_none_of_those_it_leaves_open() -> None:
    rated = desk.after(note_duty(RENT), note_outcome(duties=1), note_told(), note_rating(True))
    rated.when(archive).then_rejected(DutyStillWatched, watched=1)
    assert has_ended(rated.after(note_duty(DEPOSIT)))


class TestTakenUpAgain:
    def test_a_bad_verdict_takes_it_up_again_by_somebody_else(self) -> None:
        decided = desk.given(outcome_noted(), told()).when(note_rating(False))
        assert decided.events[-1] == reopened(ReasonCode.BAD_RATING)

    def test_the_other_sides_bad_verdict_counts_as_much(self) -> None:
        both = desk.given(outcome_noted(both_sides=True), told(), told(voice=NEIGHBOUR))
        decided = both.when(note_rating(False, voice=NEIGHBOUR))
        assert decided.events[-1] == reopened(ReasonCode.BAD_RATING)

    def test_a_bad_verdict_takes_up_even_what_is_on_file(self) -> None:
        on_file = desk.given(outcome_noted(), told()).after(note_rating(True))
        assert has_ended(on_file)
        assert on_file.when(note_rating(False)).events[-1] == reopened(ReasonCode.BAD_RATING)

    def test_a_bad_verdict_that_comes_before_the_outcome_waits_for_it(self) -> None:
        early = desk.after(note_told(), note_rating(False))
        assert isinstance(early.state, Open)
        assert isinstance(early.when(note_outcome()).events[-1], RequestReopened)

    def test_a_missed_duty_takes_it_up_again(self) -> None:
        decided = desk.given(outcome_noted(duties=1), told()).when(note_duty(RENT, performed=False))
        missed = DutyEnded(
            request_id=REQUEST,
            handling_id=HANDLING,
            duty_id=RENT,
            performed=False,
            occurred_at=MONDAY + 3 * DAY,
        )
        decided.then(missed, replace(reopened(ReasonCode.DUTY_DEFAULTED), occurred_at=MONDAY + 3 * DAY))

    def test_a_missed_duty_that_comes_before_its_outcome_counts_with_it(self) -> None:
        early = desk.after(note_duty(RENT, performed=False))
        decided = early.when(note_outcome(duties=1))
        assert isinstance(decided.events[-1], RequestReopened)
        assert decided.events[-1].reason is ReasonCode.DUTY_DEFAULTED

    def test_the_other_duties_stay_watched_in_the_second_round(self) -> None:
        second = desk.given(outcome_noted(duties=2), told()).after(
            note_duty(RENT, performed=False),
            note_outcome(attempt=2, handling=SECOND_HANDLING),
            note_told(attempt=2),
            note_rating(True, attempt=2),
        )
        second.when(archive).then_rejected(DutyStillWatched, watched=1)
        assert has_ended(second.after(note_duty(DEPOSIT)))

    def test_notes_of_the_first_round_do_nothing_in_the_second(self) -> None:
        second = desk.given(outcome_noted(), told()).after(note_rating(False))
        second.when(note_rating(True)).then_nothing()
        second.when(note_told()).then_nothing()
        second.when(note_outcome()).then_nothing()
        second.when(RatingTimeOut(at=MONDAY + 30 * DAY)).then_nothing()

    def test_the_second_round_ends_like_the_first(self) -> None:
        second = desk.given(outcome_noted(), told()).after(
            note_rating(False),
            note_outcome(attempt=2, handling=SECOND_HANDLING),
            note_told(attempt=2),
            note_rating(True, attempt=2),
        )
        assert has_ended(second)

    def test_new_facts_take_up_what_is_on_file(self) -> None:
        on_file = desk.given(outcome_noted(), told()).after(note_rating(True))
        reopen = Reopen(reason=ReasonCode.NEW_FACTS, note=text(5), at=MONDAY + 2 * DAY)
        on_file.when(reopen).then(replace(reopened(ReasonCode.NEW_FACTS), note=text(5)))

    def test_what_is_in_hand_is_not_taken_up_again(self) -> None:
        desk.when(Reopen(reason=ReasonCode.NEW_FACTS, note=None, at=MONDAY)).then_rejected(StillInHand)

    def test_what_was_taken_back_is_filed_anew(self) -> None:
        withdrawn = Withdrawn(request_id=REQUEST, note=None, occurred_at=MONDAY)
        reopen = Reopen(reason=ReasonCode.NEW_FACTS, note=None, at=MONDAY)
        desk.given(withdrawn).when(reopen).then_rejected(NotOpen)

    def test_only_three_reasons_take_up_again(self) -> None:
        reopen = Reopen(reason=ReasonCode.OVERLOAD, note=None, at=MONDAY)
        desk.given(outcome_noted(), told()).when(reopen).then_rejected(ReopeningReasonNotAllowed)


class TestRoutedAnew:
    def test_a_new_routing_sets_a_failed_outcome_aside(self) -> None:
        anew = desk.after(
            note_outcome(outcome=Outcome.FAILED),
            note_told(),
            NoteRouting(attempt=2, category=Category.DIS, at=MONDAY + 2 * DAY),
        )
        anew.when(archive).then_rejected(NobodyWasTold)
        anew.when(window_over).then_nothing()

    def test_the_outcome_of_the_new_handling_counts_whichever_comes_first(self) -> None:
        new_outcome = note_outcome(attempt=2, handling=SECOND_HANDLING)
        new_routing = NoteRouting(attempt=2, category=Category.DIS, at=MONDAY + DAY)
        first = desk.after(note_outcome(outcome=Outcome.FAILED), note_told())
        for order in ((new_outcome, new_routing), (new_routing, new_outcome)):
            again = first.after(*order)
            again.when(archive).then_rejected(NobodyWasTold)
            assert has_ended(again.after(note_told(attempt=2), note_rating(True, attempt=2)))

    def test_a_reopening_counts_on_from_the_last_routing(self) -> None:
        returned_once = desk.after(
            NoteRouting(attempt=2, category=Category.DIS, at=MONDAY),
            note_outcome(attempt=2),
            note_told(attempt=2),
        )
        decided = returned_once.when(note_rating(False, attempt=2))
        assert isinstance(decided.events[-1], RequestReopened)
        assert decided.events[-1].attempt == 3

    def test_a_late_notice_of_an_outcome_set_aside_does_nothing(self) -> None:
        desk.after(NoteRouting(attempt=2, category=Category.DIS, at=MONDAY)).when(note_told()).then_nothing()

    def test_a_late_outcome_of_a_handling_set_aside_does_nothing(self) -> None:
        desk.after(NoteRouting(attempt=2, category=Category.DIS, at=MONDAY)).when(note_outcome()).then_nothing()


def test_who_is_told_is_one_requester_whether_the_person_is_known_or_not() -> None:
    named = replace(note_told(), voice=replace(told().voice, person=OFFICER))
    decided = desk.given(outcome_noted()).when(named)
    assert [event.voice for event in decided.events if isinstance(event, SideTold)] == [told().voice]
