"""One person: recognised once, erased once, and back with nothing."""

from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from services.vault.persons.decider import (
    ErasePerson,
    Identifier,
    Identify,
    Known,
    PersonCommand,
    PersonErased,
    PersonEvent,
    PersonIdentified,
    PersonState,
    PersonUnknown,
    person_decider,
)
from shared.kernel import Decider, PersonId, Rejection
from tests.support.machines import misses
from tests.support.spec import Spec

desk = Spec(person_decider)

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LIN = PersonId(UUID(int=0xA))

by_phone = Identify(person=LIN, by=Identifier.PHONE, at=AT)
identified = PersonIdentified(person=LIN, by=Identifier.PHONE, occurred_at=AT)
erased = PersonErased(person=LIN, items=3, occurred_at=AT)


def erase(items: int) -> ErasePerson:
    return ErasePerson(person=LIN, items=items, at=AT)


def test_remembers_by_what_a_person_was_recognised() -> None:
    desk.when(by_phone).then(identified)


def test_recognising_again_changes_nothing() -> None:
    desk.given(identified).when(by_phone).then_nothing()


def test_a_person_without_an_identifier_is_a_person() -> None:
    desk.when(Identify(person=LIN, by=None, at=AT)).then(PersonIdentified(person=LIN, by=None, occurred_at=AT))


def test_erases_a_person_with_everything() -> None:
    desk.given(identified).when(erase(3)).then(erased)


def test_erases_a_person_who_left_no_text() -> None:
    desk.given(identified).when(erase(0)).then(PersonErased(person=LIN, items=0, occurred_at=AT))


def test_erases_the_notes_of_an_officer_who_was_never_identified_here() -> None:
    desk.when(erase(3)).then(erased)


def test_refuses_to_erase_nobody() -> None:
    desk.when(erase(0)).then_rejected(PersonUnknown)


def test_erasing_twice_changes_nothing() -> None:
    desk.given(identified, erased).when(erase(0)).then_nothing()


def test_an_erased_person_may_come_back() -> None:
    desk.given(identified, erased).when(by_phone).then(identified)


def test_what_came_after_the_erasure_can_be_erased_too() -> None:
    desk.given(identified, erased, identified).when(erase(3)).then(erased)


class Persons(RuleBasedStateMachine):
    decider: ClassVar[Decider[PersonCommand, PersonState, PersonEvent]] = person_decider

    def __init__(self) -> None:
        super().__init__()
        self.history: list[PersonEvent] = []

    def _do(self, command: PersonCommand) -> tuple[PersonEvent, ...]:
        events = self.decider.decide(command, self.decider.fold(self.history))
        self.history.extend(events)
        return events

    @rule(by=st.none() | st.sampled_from(Identifier))
    def identify(self, by: Identifier | None) -> None:
        self._do(Identify(person=LIN, by=by, at=AT))
        assert self._do(Identify(person=LIN, by=by, at=AT)) == ()

    @rule(items=st.integers(0, 5))
    def erase(self, items: int) -> None:
        known = bool(self.history)
        try:
            self._do(erase(items))
        except Rejection:
            assert not known
            assert items == 0
            return
        assert known or items
        assert self._do(erase(0)) == ()


Persons.TestCase.settings = settings(max_examples=30, stateful_step_count=15, deadline=None)
TestPersons = Persons.TestCase


def nobody_may_be_erased(command: PersonCommand, state: PersonState) -> tuple[PersonEvent, ...]:
    return person_decider.decide(command, Known() if isinstance(command, ErasePerson) else state)


def test_a_rule_that_was_taken_away_is_missed() -> None:
    class Broken(Persons):
        decider = Decider(person_decider.initial, nobody_may_be_erased, person_decider.evolve)

    misses(Broken)
