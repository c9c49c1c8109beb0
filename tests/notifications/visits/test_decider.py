"""Visits after a result: planned by a table, made by somebody else, believed of two."""

from dataclasses import replace

import pytest

from services.notifications.visits.decider import (
    CloserWritesNoRating,
    HandlerJudgesAlone,
    RevisitOver,
    TooEarlyToRevisit,
    TroubleNeedsWords,
    visit_decider,
)
from services.notifications.visits.facts import (
    Found,
    RevisitAssigned,
    Revisited,
    RevisitNotReached,
    RevisitOverdue,
    RevisitReported,
    RevisitsPlanned,
    WhyNot,
)
from services.notifications.visits.rules.planning import Risk
from shared.contracts.codes import Outcome, Priority, Role
from shared.kernel import NotFound
from tests.notifications.visits.samples import (
    BEAT_OFFICER,
    CALM_DISPUTE,
    DEPUTY,
    HANDLER,
    MONTH,
    OTHER_STATION,
    TENSE_DISPUTE,
    WEEK,
    WORDS,
    calls_off,
    finds,
    later,
    overdue,
    plans,
    sends,
)
from tests.support.spec import Spec

people = Spec(visit_decider)
planned = people.after(plans())


def _days(risk: Risk) -> list[int]:
    events = people.when(plans(risk)).events
    return [visit.day for event in events if isinstance(event, RevisitsPlanned) for visit in event.visits]


def test_the_table_says_who_is_visited_when_and_why() -> None:
    [event] = people.when(plans()).events
    assert isinstance(event, RevisitsPlanned)
    assert [(visit.day, visit.due, visit.grounds) for visit in event.visits] == [
        (7, later(7), (WEEK,)),
        (30, later(30), (WEEK, MONTH)),
    ]
    planned.when(plans()).then_nothing()


@pytest.mark.parametrize(
    ("changes", "days"),
    [
        ({}, [30]),
        ({"outcome": Outcome.FAILED}, []),
        ({"bad_rating": True}, [7, 30]),
        ({"duty_watched": True}, [30, 90]),
        ({"priority": Priority.P0}, [7, 30]),
        ({"outcome": Outcome.HANDED_OVER, "priority": Priority.P0}, []),
    ],
)
def test_each_risk_has_days_of_its_own(changes: dict[str, object], days: list[int]) -> None:
    assert _days(replace(CALM_DISPUTE, **changes)) == days  # type: ignore[arg-type]


def test_who_handled_it_is_not_the_one_who_is_sent() -> None:
    for owner, visitor in ((BEAT_OFFICER, BEAT_OFFICER), (HANDLER, DEPUTY)):
        [event] = people.when(plans(owner=owner)).events
        assert isinstance(event, RevisitsPlanned)
        assert event.visitor == visitor
    planned.when(sends(HANDLER)).then_rejected(HandlerJudgesAlone)
    assert isinstance(planned.when(sends(DEPUTY)).events[0], RevisitAssigned)
    assert planned.after(sends(DEPUTY)).state.visits[7].unit == OTHER_STATION


def test_all_is_calm_when_somebody_else_says_so() -> None:
    said = planned.when(finds(Found.CALM, by=HANDLER, note=WORDS))
    assert [type(event) for event in said.events] == [RevisitReported]
    waiting = planned.given(*said.events)
    waiting.when(finds(Found.CALM, by=HANDLER)).then_nothing()
    [event] = waiting.when(finds(Found.CALM, by=DEPUTY, satisfied=True)).events
    assert isinstance(event, Revisited)
    assert (event.found, event.satisfied, event.visitor) == (Found.CALM, True, DEPUTY)


def test_who_closed_it_writes_no_satisfied_rating() -> None:
    planned.when(finds(Found.CALM, by=HANDLER, satisfied=True)).then_rejected(CloserWritesNoRating)


def test_trouble_is_believed_at_once_and_needs_words() -> None:
    planned.when(finds(Found.TROUBLE)).then_rejected(TroubleNeedsWords)
    for who, on in ((BEAT_OFFICER, 6.0), (HANDLER, 1.0)):
        [event] = planned.when(finds(Found.TROUBLE, by=who, on=on, note=WORDS)).events
        assert isinstance(event, Revisited)
        assert event.found is Found.TROUBLE


def test_a_visit_that_is_made_too_soon_says_nothing() -> None:
    planned.when(finds(Found.CALM, on=1)).then_rejected(TooEarlyToRevisit, opens=later(5))


def test_who_is_not_reached_is_tried_again_twice() -> None:
    thrice = planned
    for tries, again in ((1, later(7)), (2, later(7)), (3, None)):
        [event] = thrice.when(finds(Found.NOT_REACHED)).events
        assert isinstance(event, RevisitNotReached)
        assert (event.tries, event.next_try) == (tries, again)
        thrice = thrice.given(event)
    thrice.when(finds(Found.CALM)).then_rejected(RevisitOver)


def test_a_visit_that_is_not_made_in_time_climbs_to_the_leader_once() -> None:
    planned.when(overdue(on=6)).then_nothing()
    [event] = planned.when(overdue()).events
    assert isinstance(event, RevisitOverdue)
    assert event.rung is Role.STATION_LEADER
    planned.given(event).when(overdue()).then_nothing()
    planned.after(finds(Found.CALM)).when(overdue()).then_nothing()


@pytest.mark.parametrize("why", [WhyNot.WITHDRAWN, WhyNot.ERASED])
def test_who_took_it_back_or_was_erased_is_not_visited(why: WhyNot) -> None:
    people.after(calls_off(why)).when(plans()).then_nothing()
    gone = planned.after(calls_off(why))
    gone.when(finds(Found.CALM)).then_rejected(RevisitOver)
    gone.when(overdue()).then_nothing()
    gone.when(calls_off(why)).then_nothing()


def test_a_reopened_request_is_visited_after_its_new_result() -> None:
    again = planned.after(calls_off(WhyNot.REOPENED, 2))
    again.when(finds(Found.CALM)).then_rejected(RevisitOver)
    again.when(calls_off(WhyNot.REOPENED, 2)).then_nothing()
    again.when(plans(TENSE_DISPUTE, attempt=1)).then_nothing()
    assert again.when(plans(TENSE_DISPUTE, attempt=2)).events
    people.after(calls_off(WhyNot.REOPENED, 2)).when(plans(attempt=1)).then_nothing()


def test_a_visit_that_nobody_planned_does_not_exist() -> None:
    for spec, day in ((people, 7), (planned, 90)):
        with pytest.raises(NotFound):
            spec.when(finds(Found.CALM, day=day))
    people.when(overdue()).then_nothing()
