"""A mediator on the register, in any order: on the days of the term, until removed (R-11, R-59)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.mediation.mediators.decider import (
    Mediator,
    MediatorCommand,
    MediatorRegistered,
    Register,
    Remove,
    Term,
    committee_on,
    evolve,
    mediator_decider,
)
from shared.kernel import Decider, UnitCode
from tests.mediation.mediators.test_decider import MONDAY, YEAR, ZHANG
from tests.support.machines import Acts, misses, quick

FIRST = date(2026, 3, 1)
DAYS = st.integers(0, 12).map(lambda days: FIRST + timedelta(days=days))
COMMITTEES = st.sampled_from(["130581-pm1", "130581-pm2"]).map(UnitCode)


class MediatorOnTheRegister(Acts):
    decider = mediator_decider

    @rule(committee=COMMITTEES, since=DAYS, until=st.none() | DAYS)
    def somebody_registers_him(self, committee: UnitCode, since: date, until: date | None) -> None:
        self.attempt(Register(person=ZHANG, term=Term(committee, since, until), at=MONDAY))

    @rule(on=DAYS)
    def somebody_removes_him(self, on: date) -> None:
        self.attempt(Remove(person=ZHANG, on=on, at=MONDAY))

    @invariant()
    def nobody_is_removed_who_was_never_registered(self) -> None:
        assert not self.past or isinstance(self.past[0], MediatorRegistered)

    @invariant()
    def a_term_ends_after_it_began(self) -> None:
        assert all(not each.term.until or each.term.since <= each.term.until for each in self.of(MediatorRegistered))

    @invariant()
    def he_stands_on_the_register_on_the_days_of_his_term_until_he_was_removed(self) -> None:
        for day in (FIRST + timedelta(days=days) for days in range(-1, 15)):
            if committee_on(self.state, day) is None:
                continue
            term = self.of(MediatorRegistered)[-1].term
            assert term.since <= day
            assert term.until is None or day <= term.until
            assert self.state.removed_on is None or day < self.state.removed_on


TestMediatorOnTheRegister = quick(MediatorOnTheRegister)


def anybody_is_removed(command: MediatorCommand, state: Mediator) -> tuple[Any, ...]:
    if isinstance(command, Remove):
        state = replace(state, term=state.term or YEAR)
    return mediator_decider.decide(command, state)


def test_a_rule_that_was_taken_away_is_missed() -> None:
    class Broken(MediatorOnTheRegister):
        decider = Decider(Mediator(), anybody_is_removed, evolve)

    misses(Broken)
