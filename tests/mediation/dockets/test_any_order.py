"""What mediation keeps of a request, in whatever order its records come: attempts only go up, papers stay."""

from dataclasses import replace
from itertools import pairwise
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.mediation.cases.values import CaseId
from services.mediation.dockets.decider import (
    AttemptBegun,
    BeginAttempt,
    Docket,
    DocketCommand,
    FirmConsentKept,
    GateKept,
    KeepFirmConsent,
    KeepGate,
    docket_decider,
    evolve,
)
from shared.contracts.codes import Gate
from shared.contracts.gates import WITHDRAWN
from shared.kernel import Decider, RuleId
from tests.mediation.cases.samples import MONDAY, REQUEST
from tests.support.machines import Acts, misses, quick

RESULTS = st.sampled_from(["UNDECIDED", "NOT_A_CRIME", "CRIME", "WITHDRAWN"]).map(RuleId)


class DocketOfARequest(Acts):
    decider = docket_decider

    def __init__(self) -> None:
        super().__init__()
        self.told: dict[Gate, RuleId] = {}

    @rule(gate=st.sampled_from([Gate.CRIME_OR_CIVIL, Gate.DV_GATE]), result=RESULTS)
    def a_gate_is_decided(self, gate: Gate, result: RuleId) -> None:
        self.attempt(KeepGate(request_id=REQUEST, gate=gate, result=result, at=MONDAY))
        self.told[gate] = result
        if result == WITHDRAWN:
            del self.told[gate]

    @rule(attempt=st.integers(1, 5))
    def it_is_routed_here(self, attempt: int) -> None:
        case = CaseId(UUID(int=100 + attempt))
        self.attempt(BeginAttempt(request_id=REQUEST, attempt=attempt, case_id=case, at=MONDAY))

    @rule(matter=st.integers(1, 2))
    def a_firm_consented_in_writing(self, matter: int) -> None:
        self.attempt(KeepFirmConsent(request_id=REQUEST, matter=UUID(int=matter), at=MONDAY))

    @invariant()
    def attempts_only_go_up(self) -> None:
        attempts = [event.attempt for event in self.of(AttemptBegun)]
        assert attempts == sorted(set(attempts))
        assert self.state.case_id == (self.of(AttemptBegun)[-1].case_id if attempts else None)

    @invariant()
    def the_last_word_of_each_gate_counts_and_is_written_once(self) -> None:
        assert self.state.gates == self.told
        for gate in Gate:
            kept = [event.result for event in self.of(GateKept) if event.gate is gate]
            assert all(before != after for before, after in pairwise(kept))

    @invariant()
    def a_paper_that_came_stays(self) -> None:
        assert (self.state.firm_consent is not None) is bool(self.of(FirmConsentKept))


TestDocketOfARequest = quick(DocketOfARequest)


def an_earlier_attempt_may_come_back(command: DocketCommand, state: Docket) -> tuple[Any, ...]:
    return docket_decider.decide(command, replace(state, attempt=0))


def test_a_rule_that_was_taken_away_is_missed() -> None:
    class Broken(DocketOfARequest):
        decider = Decider(Docket(), an_earlier_attempt_may_come_back, evolve)

    misses(Broken)
