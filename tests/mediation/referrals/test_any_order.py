"""A referral to legal aid, whoever applies, decides and assigns, and however late (R-25)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from services.mediation.referrals.decider import (
    AidStanding,
    AidStep,
    AssignLawyer,
    DecideAid,
    LawyerAssigned,
    LegalAidApplied,
    LegalAidDecided,
    NoteAidDue,
    ReferralCommand,
    ReferralOverdue,
    ReferralState,
    Referred,
    Unreferred,
    evolve,
    referral_decider,
)
from shared.kernel import Decider, PersonId
from tests.mediation.cases.samples import BROTHER, COWSHED_OWNER, MONDAY, WORKSHOP_OWNER, text
from tests.mediation.referrals.test_decider import CLERK, applies
from tests.support.machines import Acts, misses, quick

PEOPLE = st.sampled_from([CLERK, CLERK, WORKSHOP_OWNER, COWSHED_OWNER])


class Referral(Acts):
    decider = referral_decider

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = MONDAY

    @initialize(applicant=st.sampled_from([WORKSHOP_OWNER, COWSHED_OWNER]))
    def a_party_applies(self, applicant: PersonId) -> None:
        assert not self.attempt(applies(BROTHER))
        self.attempt(applies(applicant))

    @rule(applicant=st.sampled_from([WORKSHOP_OWNER, BROTHER]))
    def somebody_applies_again(self, applicant: PersonId) -> None:
        assert not self.attempt(applies(applicant))

    @rule(by=PEOPLE, granted=st.booleans(), reason=st.none() | st.integers(1, 3))
    def somebody_decides(self, by: PersonId, granted: bool, reason: int | None) -> None:
        told = text(reason) if reason else None
        due = self.now + timedelta(days=3)
        self.attempt(DecideAid(by=by, granted=granted, reason=told, assignment_due=due, at=self.now))

    @rule(by=PEOPLE, lawyer=st.integers(43, 45))
    def somebody_assigns(self, by: PersonId, lawyer: int) -> None:
        self.attempt(AssignLawyer(by=by, lawyer=text(lawyer), at=self.now))

    @rule(days=st.integers(0, 5), step=st.sampled_from(list(AidStep)))
    def time_passes(self, days: int, step: AidStep) -> None:
        self.now += timedelta(days=days)
        self.attempt(NoteAidDue(step=step, at=self.now))

    @invariant()
    def a_party_applied_and_once(self) -> None:
        applied = self.of(LegalAidApplied)
        assert len(applied) <= 1
        assert all(event.applicant in (WORKSHOP_OWNER, COWSHED_OWNER) for event in applied)

    @invariant()
    def it_is_decided_once_by_another_and_a_no_has_its_reason(self) -> None:
        assert len(self.of(LegalAidDecided)) <= 1
        for event in self.of(LegalAidDecided):
            assert event.decided_by != self.of(LegalAidApplied)[0].applicant
            assert event.granted or event.reason is not None

    @invariant()
    def a_lawyer_follows_a_yes(self) -> None:
        granted = False
        for event in self.past:
            granted = granted or (isinstance(event, LegalAidDecided) and event.granted)
            if isinstance(event, LawyerAssigned):
                assert granted
                assert event.assigned_by != self.of(LegalAidApplied)[0].applicant

    @invariant()
    def each_step_is_called_late_once(self) -> None:
        steps = [event.step for event in self.of(ReferralOverdue)]
        assert len(steps) == len(set(steps))


TestReferral = quick(Referral)

Decide = Callable[[ReferralCommand, ReferralState], tuple[Any, ...]]


def a_lawyer_before_the_yes(command: ReferralCommand, state: ReferralState) -> tuple[Any, ...]:
    if isinstance(command, AssignLawyer) and isinstance(state, Referred):
        state = replace(state, standing=AidStanding.GRANTED)
    return referral_decider.decide(command, state)


def in_ones_own_cause(command: ReferralCommand, state: ReferralState) -> tuple[Any, ...]:
    if isinstance(command, DecideAid) and isinstance(state, Referred):
        state = replace(state, applicant=BROTHER)
    return referral_decider.decide(command, state)


@pytest.mark.parametrize("taken_away", [a_lawyer_before_the_yes, in_ones_own_cause])
def test_a_rule_that_was_taken_away_is_missed(taken_away: Decide) -> None:
    class Broken(Referral):
        decider = Decider(Unreferred(), taken_away, evolve)

    misses(Broken)
