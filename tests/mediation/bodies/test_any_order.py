"""A body on the register, whatever is written of it in whatever order: what it is on a day is never guessed (R-60)."""

from datetime import date, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.mediation.bodies import decider
from services.mediation.bodies.decider import (
    BodyListed,
    BodyRegistered,
    BodyStruckOff,
    ListBody,
    RegisterBody,
    Span,
    StrikeOffBody,
    body_decider,
    standing_on,
)
from services.mediation.cases.values import BodyKind, Trade
from tests.mediation.bodies.test_decider import CODE
from tests.mediation.cases.samples import MONDAY
from tests.support.machines import Acts, misses, quick

FIRST = date(2026, 3, 1)
DAYS = st.integers(0, 12).map(lambda days: FIRST + timedelta(days=days))
SPANS = st.builds(Span, DAYS, st.none() | DAYS)
TRADES = st.sampled_from([(), (Trade.PROPERTY,), (Trade.LABOUR, Trade.TRAFFIC)])


class BodyOnTheRegister(Acts):
    decider = body_decider

    @rule(kind=st.sampled_from(list(BodyKind)), trades=TRADES, span=SPANS)
    def it_is_registered(self, kind: BodyKind, trades: tuple[Trade, ...], span: Span) -> None:
        if self.attempt(RegisterBody(code=CODE, kind=kind, trades=trades, span=span, at=MONDAY)):
            assert trades or kind is BodyKind.COURT

    @rule(span=SPANS)
    def it_is_listed(self, span: Span) -> None:
        self.attempt(ListBody(code=CODE, span=span, at=MONDAY))

    @rule(on=DAYS)
    def it_is_struck_off(self, on: date) -> None:
        self.attempt(StrikeOffBody(code=CODE, on=on, at=MONDAY))

    @invariant()
    def nobody_is_listed_or_struck_off_before_being_registered(self) -> None:
        assert not self.past or isinstance(self.past[0], BodyRegistered)

    @invariant()
    def every_span_has_its_days_in_order(self) -> None:
        for event in self.of(BodyRegistered, BodyListed):
            assert event.span.until is None or event.span.since <= event.span.until

    @invariant()
    def nothing_is_listed_after_it_was_struck_off_and_before_it_came_back(self) -> None:
        struck = False
        for event in self.past:
            assert not (struck and isinstance(event, BodyListed))
            struck = isinstance(event, BodyStruckOff) or (struck and not isinstance(event, BodyRegistered))

    @invariant()
    def it_stands_on_no_day_outside_its_span_or_after_its_end(self) -> None:
        for day in (FIRST + timedelta(days=days) for days in range(-1, 15)):
            if standing_on(self.state, CODE, day) is not None:
                last = self.of(BodyRegistered)[-1]
                assert last.span.holds(day)
                assert self.state.struck_off is None or day < self.state.struck_off


TestBodyOnTheRegister = quick(BodyOnTheRegister)


def test_a_rule_that_was_taken_away_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decider, decider._require_span.__name__, lambda span: None)
    misses(BodyOnTheRegister)
