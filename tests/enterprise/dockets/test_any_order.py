"""What the workstation keeps of a request, in whatever order its records come: attempts only go up."""

from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.enterprise.dockets.decider import (
    AttemptBegun,
    BeginAttempt,
    Docket,
    DocketCommand,
    GateKept,
    KeepGate,
    KeepWithdrawal,
    docket_decider,
    evolve,
)
from services.enterprise.matters.facts import MatterId
from shared.contracts.codes import Gate
from shared.contracts.gates import WITHDRAWN
from shared.kernel import Decider, RequestId, RuleId
from tests.enterprise.samples import MONDAY
from tests.support.machines import Acts, misses, quick

REQUEST = RequestId(UUID(int=1))
RESULTS = st.sampled_from(["UNDECIDED", "NOT_A_CRIME", "CRIME", "WITHDRAWN"]).map(RuleId)


class DocketOfARequest(Acts):
    decider = docket_decider

    def __init__(self) -> None:
        super().__init__()
        self.told: dict[Gate, RuleId] = {}

    @rule(gate=st.sampled_from([Gate.CRIME_OR_CIVIL, Gate.LEGALITY]), result=RESULTS)
    def a_gate_is_decided(self, gate: Gate, result: RuleId) -> None:
        self.attempt(KeepGate(request_id=REQUEST, gate=gate, result=result, at=MONDAY))
        self.told[gate] = result
        if result == WITHDRAWN:
            del self.told[gate]

    @rule(attempt=st.integers(1, 5))
    def it_is_routed_here(self, attempt: int) -> None:
        matter = MatterId(UUID(int=100 + attempt))
        self.attempt(BeginAttempt(request_id=REQUEST, attempt=attempt, matter_id=matter, at=MONDAY))

    @rule(withdrawn_at=st.sampled_from([None, MONDAY]))
    def it_is_withdrawn_or_reopened(self, withdrawn_at: datetime | None) -> None:
        self.attempt(KeepWithdrawal(request_id=REQUEST, withdrawn_at=withdrawn_at, at=MONDAY))

    @invariant()
    def attempts_only_go_up(self) -> None:
        attempts = [event.attempt for event in self.of(AttemptBegun)]
        assert attempts == sorted(set(attempts))

    @invariant()
    def the_last_word_of_each_gate_counts_and_is_written_once(self) -> None:
        docket: Docket = self.state
        assert docket.gates == self.told
        for gate in Gate:
            kept = [event.result for event in self.of(GateKept) if event.gate is gate]
            assert all(before != after for before, after in pairwise(kept))


TestDocketOfARequest = quick(DocketOfARequest)


def an_earlier_attempt_may_come_back(command: DocketCommand, state: Docket) -> tuple[Any, ...]:
    return docket_decider.decide(command, replace(state, attempt=0))


def test_a_rule_that_was_taken_away_is_missed() -> None:
    class Broken(DocketOfARequest):
        decider = Decider(Docket(), an_earlier_attempt_may_come_back, evolve)

    misses(Broken)
