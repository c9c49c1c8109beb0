"""A dispute at court, whatever the court rules and in whatever order it is told here (R-19)."""

from datetime import datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from services.mediation.litigation import decider, limits
from services.mediation.litigation.commands import ChangeProcedure, ExtendTrial, RecordJudgment, ResumeTrial
from services.mediation.litigation.decider import AtCourt, litigation_decider
from services.mediation.litigation.facts import (
    CaseJudged,
    LitigationBegun,
    Procedure,
    ProcedureChanged,
    TrialExtended,
    TrialOverdue,
    TrialReminded,
    TrialResumed,
    TrialSuspended,
)
from tests.mediation.cases.samples import MONDAY, WORKSHOP_OWNER, text
from tests.mediation.litigation.samples import SIX_MONTHS, begins, suspends, watches
from tests.support.machines import Acts, misses, quick


class DisputeAtCourt(Acts):
    decider = litigation_decider

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = MONDAY

    @initialize(procedure=st.sampled_from(list(Procedure)), over=st.booleans())
    def somebody_sued(self, procedure: Procedure, over: bool) -> None:
        tomorrow = MONDAY + timedelta(days=1)
        assert not self.attempt(begins(procedure, filed_at=tomorrow))
        assert not self.attempt(begins(procedure, mediation_over=False))
        self.attempt(begins(procedure))

    @rule()
    def it_becomes_an_ordinary_one(self) -> None:
        self.attempt(ChangeProcedure(limit=SIX_MONTHS, at=self.now))

    @rule(paper=st.integers(100, 105), longer=st.booleans())
    def the_court_makes_it_longer(self, paper: int, longer: bool) -> None:
        if isinstance(self.state, AtCourt):
            present = self.state.limit
            limit = limits.longer(self.state.procedure, present.due) if longer else present
            self.attempt(ExtendTrial(limit=limit, ruling=text(paper), at=self.now))

    @rule(paper=st.integers(110, 113))
    def the_court_suspends_it(self, paper: int) -> None:
        self.attempt(suspends(paper, self.now))

    @rule()
    def the_court_goes_on(self) -> None:
        if isinstance(self.state, AtCourt):
            since = self.state.suspended_at or self.now
            self.attempt(ResumeTrial(limit=limits.after_the_pause(self.state.limit, since, self.now), at=self.now))

    @rule(days=st.sampled_from([0, 1, 30, 90]))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        self.attempt(watches(self.now))

    @rule(seldom=st.integers(0, 9))
    def the_court_decides(self, seldom: int) -> None:
        if not seldom:
            self.attempt(RecordJudgment(paper=text(95), by=WORKSHOP_OWNER, at=self.now))

    @invariant()
    def it_began_once_after_its_filing(self) -> None:
        begun = self.of(LitigationBegun)
        assert len(begun) <= 1
        assert all(event.filed_at <= event.occurred_at for event in begun)

    @invariant()
    def each_procedure_is_made_longer_once_and_always_later(self) -> None:
        clocks = [event.limit.clock for event in self.of(TrialExtended)]
        assert len(clocks) == len(set(clocks))
        due = None
        for event in self.of(LitigationBegun, ProcedureChanged, TrialExtended, TrialResumed):
            assert not isinstance(event, TrialExtended) or due is None or event.limit.due > due
            due = event.limit.due

    @invariant()
    def the_ordinary_procedure_is_final(self) -> None:
        assert len(self.of(ProcedureChanged)) <= 1
        if any(event.procedure is Procedure.ORDINARY for event in self.of(LitigationBegun)):
            assert not self.of(ProcedureChanged)

    @invariant()
    def while_it_stands_still_nothing_runs(self) -> None:
        still = False
        for event in self.past:
            match event:
                case TrialSuspended():
                    assert not still
                    still = True
                case TrialResumed():
                    assert still
                    still = False
                case TrialReminded() | TrialOverdue() | TrialExtended() | ProcedureChanged():
                    assert not still
                case _:
                    pass

    @invariant()
    def a_judgment_is_the_end(self) -> None:
        ends = [place for place, event in enumerate(self.past) if isinstance(event, CaseJudged)]
        assert ends in ([], [len(self.past) - 1])


TestDisputeAtCourt = quick(DisputeAtCourt)


@pytest.mark.parametrize("taken_away", [decider.require_once, decider.require_running])
def test_a_rule_that_was_taken_away_is_missed(taken_away: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decider, taken_away.__name__, lambda trial: None)  # type: ignore[attr-defined]
    misses(DisputeAtCourt)
