"""A visit, whoever does what with it: a service and never an inspection, and each opinion answered with a measure."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.enterprise.matters.rules.hands import Doer
from services.enterprise.visits import decider
from services.enterprise.visits.commands import CancelVisit, NoteMeasureOverdue
from services.enterprise.visits.decider import visit_decider
from services.enterprise.visits.facts import (
    MeasureAdopted,
    MeasureOverdue,
    OpinionAnswered,
    OpinionId,
    OpinionRaised,
    VisitCancelled,
    VisitHeld,
    VisitKind,
    VisitPlanned,
)
from shared.kernel import ItemCode
from tests.enterprise.samples import (
    AUXILIARY,
    BEAT_OFFICER,
    CLERK_FIRE,
    COLLEAGUE,
    GRID_WORKER,
    MONDAY,
    OFFICER,
    TODAY,
    WORKSTATION,
    later,
)
from tests.enterprise.visits.test_decider import ADOPTS, ANSWERS, NEEDS, RAISES, WORKS, holds, plans
from tests.support.machines import Acts, misses, quick

DOERS = st.sampled_from([OFFICER, OFFICER, COLLEAGUE, BEAT_OFFICER, AUXILIARY, GRID_WORKER, CLERK_FIRE])
OPINIONS = st.integers(1, 3).map(lambda number: OpinionId(UUID(int=number)))
ITEMS = st.sampled_from([NEEDS, WORKS, ItemCode("fraud"), ItemCode("wiring")])


class VisitToAFirm(Acts):
    decider = visit_decider

    def __init__(self) -> None:
        super().__init__()
        self.kinds: list[VisitKind] = []
        self.doers: list[Doer] = []

    def act(self, wish: object, doer: Doer) -> None:
        if self.attempt(wish):
            self.doers.append(doer)

    @rule(
        doer=DOERS,
        kind=st.sampled_from(list(VisitKind)),
        days=st.integers(-2, 3),
        checklist=st.sets(ITEMS, max_size=3).map(sorted).map(tuple),
    )
    def somebody_plans(self, doer: Doer, kind: VisitKind, days: int, checklist: tuple[ItemCode, ...]) -> None:
        if self.attempt(plans(doer, kind, TODAY + timedelta(days=days), checklist)):
            self.kinds.append(kind)

    @rule(doer=DOERS, answered=st.sets(ITEMS, max_size=3))
    def somebody_comes(self, doer: Doer, answered: set[ItemCode]) -> None:
        self.act(holds(*sorted(answered), doer=doer), doer)

    @rule(doer=DOERS)
    def it_goes_as_planned(self, doer: Doer) -> None:
        self.attempt(plans())
        self.act(holds(NEEDS, WORKS, doer=doer), doer)

    @rule(doer=DOERS, seldom=st.integers(0, 5))
    def somebody_cancels(self, doer: Doer, seldom: int) -> None:
        if not seldom:
            self.act(CancelVisit(doer=doer, at=MONDAY), doer)

    @rule(doer=DOERS, opinion=OPINIONS, number=st.integers(0, 2), days=st.integers(-1, 5))
    def an_opinion_goes_on(self, doer: Doer, opinion: OpinionId, number: int, days: int) -> None:
        wish: Callable[..., object] = replace
        match number:
            case 0:
                self.act(wish(RAISES, doer=doer, opinion_id=opinion), doer)
            case 1:
                self.act(wish(ADOPTS, doer=doer, opinion_id=opinion, due=later(days=days)), doer)
            case _:
                self.act(wish(ANSWERS, doer=doer, opinion_id=opinion), doer)

    @rule(opinion=OPINIONS)
    def time_passes(self, opinion: OpinionId) -> None:
        self.attempt(NoteMeasureOverdue(opinion_id=opinion, due=later(days=5), at=later(days=6)))

    @invariant()
    def a_visit_is_planned_once_and_is_a_service(self) -> None:
        assert len(self.of(VisitPlanned)) <= 1
        assert VisitKind.INSPECTION not in self.kinds

    @invariant()
    def the_visitor_or_the_workstation_acts(self) -> None:
        for planned in self.of(VisitPlanned):
            assert all(
                doer.person == planned.visitor or doer.unit in (planned.unit, WORKSTATION) for doer in self.doers
            )

    @invariant()
    def it_is_held_or_cancelled_and_every_question_answered(self) -> None:
        assert len(self.of(VisitHeld, VisitCancelled)) <= 1
        for held in self.of(VisitHeld):
            assert {each.item for each in held.answered} == set(self.of(VisitPlanned)[0].checklist)

    @invariant()
    def opinions_go_from_visit_by_measure_to_answer(self) -> None:
        held, raised, measured, answered = False, set(), set(), set()
        for event in self.past:
            match event:
                case VisitHeld():
                    held = True
                case OpinionRaised():
                    assert held
                    raised.add(event.opinion_id)
                case MeasureAdopted():
                    assert event.opinion_id in raised
                    assert event.due > event.occurred_at
                    measured.add(event.opinion_id)
                case OpinionAnswered():
                    assert event.opinion_id in measured
                    answered.add(event.opinion_id)
                case MeasureOverdue():
                    assert event.opinion_id in measured - answered
                case _:
                    pass


TestVisitToAFirm = quick(VisitToAFirm)


def test_a_rule_that_was_taken_away_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decider, decider.require_service.__name__, lambda kind, role: None)
    misses(VisitToAFirm)
