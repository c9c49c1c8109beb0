"""Whatever comes in whatever order: one message a record and side, verdicts only from who was told, no letter twice."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.notifications.contacts.commands import (
    AskVerdict,
    ContactCommand,
    LearnReach,
    NoteDelivered,
    NoteFailure,
    OpenContact,
    Rate,
    RetryDelivery,
    Tell,
)
from services.notifications.contacts.decider import Contact, ContactState, contact_decider, message_id
from services.notifications.contacts.facts import (
    REQUESTER,
    About,
    ContactEvent,
    Delivered,
    DeliveryAsked,
    DeliveryFailed,
    DeliveryGivenUp,
    Failure,
    MessagePosted,
    Rated,
)
from shared.kernel import Decider, Rejection
from tests.notifications.contacts.samples import ADDRESS, MONDAY, NEIGHBOUR, REQUEST, RESULT, SECOND_RESULT, TENANT
from tests.support.machines import misses

causes = st.sampled_from([RESULT, SECOND_RESULT])
abouts = st.sampled_from([About.SIGNED, About.OUTCOME, About.REOPENED])
attempts = st.integers(1, 3)


class AnyHistory(RuleBasedStateMachine):
    decider: ClassVar[Decider[ContactCommand, ContactState, ContactEvent]] = contact_decider

    def __init__(self) -> None:
        super().__init__()
        self.history: tuple[ContactEvent, ...] = ()
        self.now = MONDAY

    def act(self, command: ContactCommand) -> None:
        try:
            events = self.decider.decide(command, self.decider.fold(self.history))
        except Rejection:
            return
        self.history += events
        assert self.decider.decide(command, self.decider.fold(self.history)) == ()

    @initialize()
    def open(self) -> None:
        self.act(OpenContact(request_id=REQUEST, requester=TENANT, at=self.now))

    @rule(minutes=st.integers(1, 60 * 24 * 2))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def learn_reach(self) -> None:
        self.act(LearnReach(voice=REQUESTER, contact=ADDRESS, at=self.now))

    @rule(cause=causes, about=abouts, attempt=attempts, both=st.booleans())
    def tell(self, cause: UUID, about: About, attempt: int, both: bool) -> None:
        voices = (REQUESTER, NEIGHBOUR) if both else (REQUESTER,)
        self.act(Tell(cause=cause, about=about, attempt=attempt, voices=voices, at=self.now))

    @rule(attempt=attempts, both=st.booleans())
    def ask(self, attempt: int, both: bool) -> None:
        voices = (REQUESTER, NEIGHBOUR) if both else (REQUESTER,)
        self.act(AskVerdict(attempt=attempt, voices=voices, at=self.now))

    @rule(requester=st.booleans(), satisfied=st.booleans())
    def rate(self, requester: bool, satisfied: bool) -> None:
        voice = REQUESTER if requester else NEIGHBOUR
        self.act(Rate(voice=voice, satisfied=satisfied, comment=None, at=self.now))

    @rule(cause=causes, about=abouts)
    def letter_arrives(self, cause: UUID, about: About) -> None:
        self.act(NoteDelivered(message_id=message_id(cause, about, REQUESTER), code=250, at=self.now))

    @rule(cause=causes, about=abouts, failure=st.sampled_from(Failure))
    def letter_fails(self, cause: UUID, about: About, failure: Failure) -> None:
        letter = message_id(cause, about, REQUESTER)
        self.act(NoteFailure(message_id=letter, failure=failure, code=None, at=self.now))

    @rule(cause=causes, about=abouts)
    def try_again(self, cause: UUID, about: About) -> None:
        self.act(RetryDelivery(message_id=message_id(cause, about, REQUESTER), at=self.now))

    @invariant()
    def one_message_for_each_record_and_side(self) -> None:
        posted = Counter(event.message_id for event in self.history if isinstance(event, MessagePosted))
        assert all(count == 1 for count in posted.values())

    @invariant()
    def only_who_was_told_has_judged(self) -> None:
        for place, event in enumerate(self.history):
            if isinstance(event, Rated):
                assert any(
                    isinstance(told, MessagePosted)
                    and (told.about, told.attempt, told.voice) == (About.OUTCOME, event.attempt, event.voice)
                    for told in self.history[:place]
                )

    @invariant()
    def a_letter_ends_once(self) -> None:
        ends = Counter(event.message_id for event in self.history if isinstance(event, Delivered | DeliveryGivenUp))
        assert all(count == 1 for count in ends.values())

    @invariant()
    def every_try_but_the_last_failed(self) -> None:
        tries = Counter(event.message_id for event in self.history if isinstance(event, DeliveryAsked))
        failures = Counter(event.message_id for event in self.history if isinstance(event, DeliveryFailed))
        assert all(tries[letter] - failures[letter] in (0, 1) for letter in tries)


AnyHistory.TestCase.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)
TestAnyHistory = AnyHistory.TestCase


def who_was_told_nothing_judges(command: ContactCommand, contact: ContactState) -> tuple[ContactEvent, ...]:
    if isinstance(command, Rate) and isinstance(contact, Contact) and contact.question is not None:
        told = {(contact.question.attempt, voice) for voice in contact.question.voices}
        contact = replace(contact, told_outcome=contact.told_outcome | told)
    return contact_decider.decide(command, contact)


def test_a_rule_that_was_taken_away_is_missed() -> None:
    class Broken(AnyHistory):
        decider = Decider(contact_decider.initial, who_was_told_nothing_judges, contact_decider.evolve)

    misses(Broken)
