"""A docked suit, whatever the court and the case say of it and how often: one number, each report once (R-14, R-61)."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from services.mediation.cases.values import SuitStage
from services.mediation.suits import decider
from services.mediation.suits.decider import (
    CourtReportMade,
    CourtReportTaken,
    NoteStage,
    ReportKind,
    SuitDocked,
    SuitStageNoted,
    TakeReport,
    suit_decider,
)
from tests.mediation.cases.samples import MONDAY, text
from tests.mediation.suits.test_decider import DOCK, reports
from tests.support.machines import Acts, misses, quick


class DockedSuit(Acts):
    decider = suit_decider

    @initialize(stage=st.sampled_from(list(SuitStage)))
    def a_court_docks_it(self, stage: SuitStage) -> None:
        self.attempt(replace(DOCK, stage=stage))

    @rule(claim=st.integers(1, 3), stage=st.sampled_from(list(SuitStage)))
    def the_court_sends_it_again(self, claim: int, stage: SuitStage) -> None:
        assert not self.attempt(replace(DOCK, claim=text(claim), stage=stage))

    @rule(stage=st.sampled_from(list(SuitStage)))
    def the_court_writes(self, stage: SuitStage) -> None:
        self.attempt(NoteStage(stage=stage, at=MONDAY))

    @rule(kind=st.sampled_from(list(ReportKind)), cause=st.integers(1, 3))
    def something_comes_of_it(self, kind: ReportKind, cause: int) -> None:
        self.attempt(reports(kind, UUID(int=cause)))

    @rule(place=st.integers(0, 6))
    def the_court_takes_a_report(self, place: int) -> None:
        self.attempt(TakeReport(place=place, at=MONDAY))

    @invariant()
    def it_is_docked_once(self) -> None:
        assert len(self.of(SuitDocked)) <= 1

    @invariant()
    def what_was_filed_stays_filed(self) -> None:
        stages = [event.stage for event in self.of(SuitDocked, SuitStageNoted)]
        assert all(stage is SuitStage.PRE_SUIT for stage in stages[:-1])

    @invariant()
    def each_report_is_made_once_and_numbered_without_a_gap(self) -> None:
        made = self.of(CourtReportMade)
        assert len({(event.cause, event.kind) for event in made}) == len(made)
        assert [event.place for event in made] == list(range(1, len(made) + 1))

    @invariant()
    def only_what_was_made_is_taken_and_once(self) -> None:
        taken = [event.place for event in self.of(CourtReportTaken)]
        assert len(taken) == len(set(taken))
        assert set(taken) <= {event.place for event in self.of(CourtReportMade)}


TestDockedSuit = quick(DockedSuit)


def test_a_rule_that_was_taken_away_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decider, decider._filed.__name__, lambda stage: False)
    misses(DockedSuit)
