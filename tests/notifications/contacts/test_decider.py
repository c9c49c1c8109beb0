"""Telling each side, asking for its verdict, and knowing whether letters arrive."""

from dataclasses import replace

import pytest

from services.notifications.contacts.commands import (
    AskVerdict,
    LearnReach,
    NoteDelivered,
    OpenContact,
    RetryDelivery,
    Tell,
)
from services.notifications.contacts.decider import RatingOver, VerdictNotAsked, contact_decider
from services.notifications.contacts.facts import (
    REQUESTER,
    About,
    Delivered,
    DeliveryAsked,
    DeliveryFailed,
    DeliveryGivenUp,
    Failure,
    MessagePosted,
    Particulars,
    Rated,
    Side,
    Voice,
)
from shared.kernel import CorruptHistory, NotFound, PersonId
from tests.notifications.contacts.samples import (
    ADDRESS,
    DAY,
    FILING,
    LANDLORD,
    MINUTE,
    MONDAY,
    NEIGHBOUR,
    RECEIPT,
    REOPENING,
    REQUEST,
    RESULT,
    SECOND_RESULT,
    TENANT,
    WEEK,
    ask_requester,
    failure,
    letter,
    opened,
    posted,
    rate,
    reachable,
    received,
    settled,
    tell_received,
    tell_result,
    told_neighbour,
    told_result,
    verdict_asked,
)
from tests.support.spec import Spec

desk = Spec(contact_decider)
contact = desk.given(opened)


def rated(satisfied: bool, *, voice: Voice = REQUESTER) -> Rated:
    return Rated(
        request_id=REQUEST,
        attempt=1,
        voice=voice,
        requester=TENANT,
        satisfied=satisfied,
        comment=None,
        occurred_at=MONDAY + DAY,
    )


class TestTelling:
    def test_a_contact_opens_once(self) -> None:
        command = OpenContact(request_id=REQUEST, requester=TENANT, at=MONDAY)
        desk.when(command).then(opened)
        contact.when(command).then_nothing()

    def test_nobody_is_told_before_the_contact_is_open(self) -> None:
        with pytest.raises(NotFound):
            desk.when(tell_received)
        with pytest.raises(CorruptHistory):
            contact_decider.fold((received,))

    def test_the_requester_is_told(self) -> None:
        contact.when(tell_received).then(received)

    def test_one_record_is_told_of_once(self) -> None:
        contact.given(received).when(tell_received).then_nothing()

    def test_two_records_of_one_kind_are_two_messages(self) -> None:
        again = replace(tell_received, cause=RESULT)
        contact.given(received).when(again).then(posted(About.RECEIVED, RESULT))

    def test_both_sides_are_told_each_for_itself(self) -> None:
        both = replace(tell_result, voices=(REQUESTER, NEIGHBOUR))
        contact.when(both).then(told_result, told_neighbour)
        contact.given(told_result).when(both).then(told_neighbour)

    def test_an_anonymous_requester_is_told_on_the_follow_page(self) -> None:
        anonymous = desk.given(replace(opened, requester=None))
        anonymous.when(tell_received).then(posted(About.RECEIVED, FILING, requester=None))

    def test_the_requester_is_one_whether_named_or_not(self) -> None:
        named = replace(tell_received, voices=(Voice(Side.REQUESTER, TENANT),))
        contact.when(named).then(received)

    def test_later_messages_belong_to_the_attempt_in_hand(self) -> None:
        reopened = posted(About.REOPENED, REOPENING, attempt=2)
        decided = contact.given(reopened).when(replace(tell_received, about=About.SIGNED))
        assert [event.attempt for event in decided.events if isinstance(event, MessagePosted)] == [2]

    def test_an_outcome_told_late_keeps_its_attempt(self) -> None:
        reopened = posted(About.REOPENED, REOPENING, attempt=2)
        contact.given(reopened).when(tell_result).then(told_result)

    def test_who_signed_says_again_until_when_an_answer_was_promised(self) -> None:
        promised = posted(About.ROUTED, RESULT, particulars=Particulars(due=MONDAY + DAY))
        decided = contact.given(promised).when(Tell(cause=FILING, about=About.SIGNED, at=MONDAY))
        decided.then(posted(About.SIGNED, FILING, particulars=Particulars(due=MONDAY + DAY)))

    def test_everybody_is_whoever_was_told_of_anything(self) -> None:
        sessions = Tell(cause=FILING, about=About.SESSION_PLANNED, everybody=True, at=MONDAY)
        contact.when(sessions).then(posted(About.SESSION_PLANNED, FILING))
        asked = posted(About.CONSENT_ASKED, RESULT, voice=NEIGHBOUR)
        contact.given(asked).when(sessions).then(
            posted(About.SESSION_PLANNED, FILING), posted(About.SESSION_PLANNED, FILING, voice=NEIGHBOUR)
        )

    def test_a_requester_among_the_parties_is_told_once(self) -> None:
        parties = (REQUESTER, Voice(Side.OTHER_PARTY, TENANT), NEIGHBOUR)
        contact.when(replace(tell_result, voices=parties)).then(told_result, told_neighbour)


class TestVerdicts:
    def test_each_side_is_asked_after_the_outcome(self) -> None:
        both = replace(ask_requester, voices=(REQUESTER, NEIGHBOUR))
        contact.given(told_result, told_neighbour).when(both).then(verdict_asked(REQUESTER, NEIGHBOUR))

    def test_one_outcome_is_asked_about_once(self) -> None:
        contact.given(told_result, verdict_asked(REQUESTER)).when(ask_requester).then_nothing()

    def test_an_outcome_that_was_set_aside_is_not_asked_about(self) -> None:
        reopened = posted(About.REOPENED, REOPENING, attempt=2)
        contact.given(reopened).when(ask_requester).then_nothing()

    def test_who_was_told_may_judge(self) -> None:
        contact.given(told_result, verdict_asked(REQUESTER)).when(rate(True)).then(rated(True))

    def test_nobody_judges_before_there_is_a_result(self) -> None:
        contact.given(received).when(rate(True)).then_rejected(VerdictNotAsked)

    def test_who_was_not_told_may_not_judge(self) -> None:
        asked = contact.given(told_result, verdict_asked(REQUESTER, NEIGHBOUR))
        asked.when(rate(True, voice=NEIGHBOUR)).then_rejected(VerdictNotAsked)

    def test_a_stranger_may_not_judge(self) -> None:
        stranger = Voice(Side.OTHER_PARTY, PersonId(FILING))
        asked = contact.given(told_result, told_neighbour, verdict_asked(REQUESTER, NEIGHBOUR))
        asked.when(rate(True, voice=stranger)).then_rejected(VerdictNotAsked)

    def test_the_same_verdict_twice_is_one(self) -> None:
        contact.given(told_result, verdict_asked(REQUESTER), rated(True)).when(rate(True)).then_nothing()

    def test_a_changed_mind_replaces_within_the_week(self) -> None:
        judged = contact.given(told_result, verdict_asked(REQUESTER), rated(True))
        judged.when(rate(False)).then(rated(False))

    def test_after_the_week_it_is_too_late(self) -> None:
        asked = contact.given(told_result, verdict_asked(REQUESTER))
        asked.when(rate(False, at=MONDAY + WEEK + MINUTE)).then_rejected(RatingOver, until=MONDAY + WEEK)

    def test_what_was_taken_up_again_is_judged_by_its_new_result(self) -> None:
        reopened = posted(About.REOPENED, REOPENING, attempt=2)
        second = contact.given(told_result, verdict_asked(REQUESTER), rated(False), reopened)
        second.when(rate(True)).then_rejected(VerdictNotAsked)
        told_again = posted(About.OUTCOME, SECOND_RESULT, attempt=2, particulars=settled)
        decided = second.given(told_again, verdict_asked(REQUESTER, attempt=2)).when(rate(True))
        decided.then(replace(rated(True), attempt=2))

    def test_two_sides_judge_apart(self) -> None:
        asked = contact.given(told_result, told_neighbour, verdict_asked(REQUESTER, NEIGHBOUR), rated(True))
        asked.when(rate(False, voice=NEIGHBOUR)).then(rated(False, voice=NEIGHBOUR))


class TestLetters:
    reached = contact.given(reachable)
    sent = reached.given(received, letter())

    def test_an_address_left_is_used(self) -> None:
        contact.when(LearnReach(voice=REQUESTER, contact=ADDRESS, at=MONDAY)).then(reachable)
        self.reached.when(LearnReach(voice=REQUESTER, contact=ADDRESS, at=MONDAY)).then_nothing()
        self.reached.when(tell_received).then(received, letter())

    def test_what_was_posted_before_the_address_was_known_is_sent_after(self) -> None:
        contact.given(received).when(LearnReach(voice=REQUESTER, contact=ADDRESS, at=MONDAY)).then(reachable, letter())

    def test_the_other_side_gets_no_letter_to_the_requesters_address(self) -> None:
        self.reached.when(replace(tell_result, voices=(NEIGHBOUR,))).then(told_neighbour)

    def test_the_servers_answer_is_kept(self) -> None:
        taken = Delivered(request_id=REQUEST, message_id=RECEIPT, code=250, occurred_at=MONDAY + MINUTE)
        command = NoteDelivered(message_id=RECEIPT, code=250, at=MONDAY + MINUTE)
        self.sent.when(command).then(taken)
        self.sent.given(taken).when(command).then_nothing()
        self.sent.given(taken).when(failure(Failure.TEMPORARY, MONDAY + DAY)).then_nothing()

    @pytest.mark.parametrize("kind", [Failure.TEMPORARY, Failure.UNREACHABLE, Failure.NO_SERVER])
    def test_what_may_pass_is_tried_again(self, kind: Failure) -> None:
        failed = DeliveryFailed(
            request_id=REQUEST,
            message_id=RECEIPT,
            failure=kind,
            code=None,
            next_try=MONDAY + MINUTE,
            occurred_at=MONDAY,
        )
        self.sent.when(failure(kind, MONDAY)).then(failed)
        waiting = self.sent.given(failed)
        waiting.when(RetryDelivery(message_id=RECEIPT, at=MONDAY)).then_nothing()
        waiting.when(RetryDelivery(message_id=RECEIPT, at=MONDAY + MINUTE)).then(letter(2, MONDAY + MINUTE))

    @pytest.mark.parametrize("kind", [Failure.REFUSED, Failure.NO_ADDRESS])
    def test_what_cannot_arrive_is_given_up_at_once(self, kind: Failure) -> None:
        decided = self.sent.when(failure(kind, MONDAY, 550))
        assert [type(event) for event in decided.events] == [DeliveryFailed, DeliveryGivenUp]

    def test_pauses_grow_and_end_after_three_days(self) -> None:
        now, desk_now, pauses = MONDAY, self.sent, []
        while True:
            failed = desk_now.when(failure(Failure.TEMPORARY, now, 451)).events
            assert isinstance(failed[0], DeliveryFailed)
            if failed[0].next_try is None:
                break
            pauses.append(failed[0].next_try - now)
            now = failed[0].next_try
            retried = desk_now.given(*failed).when(RetryDelivery(message_id=RECEIPT, at=now)).events
            desk_now = desk_now.given(*failed, *retried)
        assert pauses == sorted(pauses)
        assert len(pauses) >= 8
        assert now <= MONDAY + 3 * DAY
        assert isinstance(failed[1], DeliveryGivenUp)
        assert failed[1].tries == len(pauses) + 1

    def test_a_letter_nobody_sent_is_not_noted(self) -> None:
        contact.when(NoteDelivered(message_id=RECEIPT, code=250, at=MONDAY)).then_nothing()
        contact.when(RetryDelivery(message_id=RECEIPT, at=MONDAY)).then_nothing()

    def test_a_letter_on_its_way_is_not_sent_twice(self) -> None:
        self.sent.when(RetryDelivery(message_id=RECEIPT, at=MONDAY + DAY)).then_nothing()

    def test_a_message_is_told_even_when_its_letter_fails(self) -> None:
        told = self.reached.given(told_result).after(ask_requester, failure(Failure.REFUSED, MONDAY, 550), rate(True))
        assert any(isinstance(event, Rated) for event in told.past)

    def test_every_message_has_its_own_letter(self) -> None:
        decided = self.sent.when(Tell(cause=RESULT, about=About.SIGNED, at=MONDAY))
        assert [event.tries for event in decided.events if isinstance(event, DeliveryAsked)] == [1]


def test_the_other_party_is_a_person_not_a_side() -> None:
    ask = AskVerdict(attempt=1, voices=(REQUESTER, NEIGHBOUR), at=MONDAY)
    decided = contact.given(told_result, told_neighbour).when(ask)
    decided.then(verdict_asked(REQUESTER, Voice(Side.OTHER_PARTY, LANDLORD)))
