"""Visits, whoever goes and whatever comes between: what is said well of a result is never the handler's word alone."""

from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.notifications.visits import decider
from services.notifications.visits.decider import visit_decider
from services.notifications.visits.facts import (
    Found,
    Revisited,
    RevisitNotReached,
    RevisitsCalledOff,
    RevisitsPlanned,
    WhyNot,
)
from tests.notifications.visits.samples import (
    BEAT_OFFICER,
    CALM_DISPUTE,
    DEPUTY,
    HANDLER,
    MONDAY,
    TENSE_DISPUTE,
    WORDS,
    calls_off,
    finds,
    overdue,
    plans,
    sends,
)
from tests.support.machines import Acts, misses, quick

PEOPLE = st.sampled_from([HANDLER, BEAT_OFFICER, DEPUTY])
DAYS = st.sampled_from([7, 30])


class VisitsOfARequest(Acts):
    decider = visit_decider

    def __init__(self) -> None:
        super().__init__()
        self.today = 0.0
        self.attempt_number = 1

    @rule(tense=st.booleans())
    def a_result_is_reported(self, tense: bool) -> None:
        self.attempt(plans(TENSE_DISPUTE if tense else CALM_DISPUTE, attempt=self.attempt_number))

    @rule(person=PEOPLE, day=DAYS)
    def somebody_is_sent(self, person: object, day: int) -> None:
        if day in self.state.visits:
            self.attempt(sends(person, day))  # type: ignore[arg-type]

    @rule(by=PEOPLE, day=DAYS, found=st.sampled_from(Found), satisfied=st.none() | st.booleans(), told=st.booleans())
    def somebody_goes(self, by: object, day: int, found: Found, satisfied: bool | None, told: bool) -> None:
        if day in self.state.visits:
            note = WORDS if told else None
            wish = finds(found, day=day, by=by, on=self.today, satisfied=satisfied, note=note)  # type: ignore[arg-type]
            self.attempt(wish, each_counts=True)

    @rule(day=DAYS)
    def the_handler_says_all_is_calm(self, day: int) -> None:
        if day in self.state.visits:
            self.today = max(self.today, float(day))
            self.attempt(finds(Found.CALM, day=day, by=HANDLER, on=self.today), each_counts=True)

    @rule(days=st.integers(1, 20), day=DAYS)
    def time_passes(self, days: int, day: int) -> None:
        self.today += days
        self.attempt(overdue(day, self.today))

    @rule()
    def it_is_reopened(self) -> None:
        self.attempt_number += 1
        self.attempt(calls_off(WhyNot.REOPENED, self.attempt_number))

    @rule(why=st.sampled_from([WhyNot.WITHDRAWN, WhyNot.ERASED]))
    def it_is_stopped(self, why: WhyNot) -> None:
        self.attempt(calls_off(why, self.attempt_number))

    @invariant()
    def calm_and_satisfied_are_never_the_handlers_words(self) -> None:
        for event in self.of(Revisited):
            assert event.found is Found.TROUBLE or event.visitor != HANDLER
            assert event.found is not Found.TROUBLE or event.note is not None

    @invariant()
    def each_visit_is_made_once(self) -> None:
        made = [(event.attempt, event.day) for event in self.of(Revisited)]
        assert len(made) == len(set(made))

    @invariant()
    def nobody_is_visited_after_it_was_called_off(self) -> None:
        waiting = False
        for event in self.past:
            if isinstance(event, RevisitsPlanned):
                waiting = True
            elif isinstance(event, RevisitsCalledOff):
                waiting = False
            else:
                assert waiting

    @invariant()
    def nobody_is_tried_a_fourth_time(self) -> None:
        assert all(event.tries <= 3 for event in self.of(RevisitNotReached))

    @invariant()
    def nothing_is_due_before_its_result(self) -> None:
        for event in self.of(RevisitsPlanned):
            assert all(visit.due - visit.opens_at < timedelta(days=11) for visit in event.visits)
            assert all(visit.opens_at > MONDAY for visit in event.visits)


TestVisitsOfARequest = quick(VisitsOfARequest)
TestVisitsOfARequest.settings = settings(TestVisitsOfARequest.settings, max_examples=25)


def test_a_rule_that_was_taken_away_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    calm = decider._calm_says_the_handler
    monkeypatch.setattr(decider, calm.__name__, lambda command, request_id, visit: (_revisited(command, request_id),))
    misses(VisitsOfARequest)


def _revisited(command: object, request_id: object) -> Revisited:
    return Revisited(
        request_id=request_id,  # type: ignore[arg-type]
        attempt=1,
        day=command.day,  # type: ignore[attr-defined]
        found=Found.CALM,
        satisfied=None,
        note=None,
        visitor=HANDLER,
        occurred_at=MONDAY,
    )
