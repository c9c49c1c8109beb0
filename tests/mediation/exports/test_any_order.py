"""A file that somebody wants to take, whoever asks, approves and fetches and when (R-15, R-36, R-37)."""

from datetime import datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from services.mediation.exports import decider
from services.mediation.exports.decider import (
    VALID_FOR,
    ApproveExport,
    ExportApproved,
    ExportAsked,
    ExportRefused,
    FetchFile,
    FileExported,
    Form,
    RefuseExport,
    export_decider,
)
from shared.contracts.codes import Purpose
from shared.kernel import PersonId
from tests.mediation.cases.samples import MONDAY, WORKSHOP_OWNER
from tests.mediation.exports.test_decider import BUREAU, LEADER, asks
from tests.support.machines import Acts, misses, quick

PEOPLE = st.sampled_from([LEADER, BUREAU, WORKSHOP_OWNER])
PURPOSES = st.sampled_from([Purpose.MEDIATION, Purpose.HANDLING, Purpose.DATA_RIGHTS, Purpose.STATISTICS])


class FileThatLeaves(Acts):
    decider = export_decider

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = MONDAY

    @initialize(by=PEOPLE, needs=st.booleans())
    def somebody_asks_first(self, by: PersonId, needs: bool) -> None:
        if by == WORKSHOP_OWNER:
            self.attempt(asks(by, Purpose.DATA_RIGHTS, by_party=True, needs=needs))
        else:
            self.attempt(asks(by, needs=needs))

    @rule(by=PEOPLE, purpose=PURPOSES, party=st.booleans(), needs=st.booleans())
    def somebody_asks_again(self, by: PersonId, purpose: Purpose, party: bool, needs: bool) -> None:
        assert not self.attempt(asks(by, purpose, party, needs))

    @rule(by=PEOPLE)
    def somebody_approves(self, by: PersonId) -> None:
        self.attempt(ApproveExport(by=by, at=self.now))

    @rule(by=PEOPLE, seldom=st.integers(0, 3))
    def somebody_refuses(self, by: PersonId, seldom: int) -> None:
        if not seldom:
            self.attempt(RefuseExport(by=by, note=None, at=self.now))

    @rule(by=PEOPLE, form=st.sampled_from(list(Form)))
    def somebody_fetches(self, by: PersonId, form: Form) -> None:
        self.attempt(FetchFile(by=by, form=form, at=self.now), each_counts=True)

    @rule(hours=st.sampled_from([0, 1, 12, 24]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @invariant()
    def who_asked_does_not_judge_and_one_judgement_stands(self) -> None:
        judged = self.of(ExportApproved, ExportRefused)
        assert len(judged) <= 1
        for event in judged:
            by = event.approved_by if isinstance(event, ExportApproved) else event.refused_by
            assert by != self.of(ExportAsked)[0].asked_by

    @invariant()
    def a_file_leaves_to_who_asked_for_a_day_and_after_the_second_person(self) -> None:
        for event in self.of(FileExported):
            asked = self.of(ExportAsked)[0]
            assert event.exported_by == asked.asked_by
            begins = asked.occurred_at
            if asked.needs_approval:
                [approved] = self.of(ExportApproved)
                begins = approved.occurred_at
            assert begins <= event.occurred_at <= begins + VALID_FOR
            assert not self.of(ExportRefused) or not asked.needs_approval


TestFileThatLeaves = quick(FileThatLeaves)


def test_a_rule_that_was_taken_away_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decider, decider._require_another.__name__, lambda by, export: None)
    misses(FileThatLeaves)
