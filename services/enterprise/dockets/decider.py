"""What the workstation keeps of a request before and beside its matters: gates, the attempt under way, a withdrawal.

A gate is decided before the request is routed here, so its record arrives before there is a matter to hold it; and the
records of two services arrive in any order.
"""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import assert_never

from services.enterprise.matters.facts import GateKnown, MatterId
from shared.contracts.codes import Gate
from shared.contracts.gates import gates_after
from shared.kernel import Decider, RequestId, RuleId, command, fact, state


@fact("gate_kept")
class GateKept:
    request_id: RequestId
    gate: Gate
    result: RuleId
    occurred_at: datetime


@fact("attempt_begun")
class AttemptBegun:
    request_id: RequestId
    attempt: int
    matter_id: MatterId
    occurred_at: datetime


@fact("withdrawal_kept")
class WithdrawalKept:
    request_id: RequestId
    withdrawn_at: datetime | None
    """None: the request was reopened."""
    occurred_at: datetime


DocketEvent = GateKept | AttemptBegun | WithdrawalKept


@command
class KeepGate:
    request_id: RequestId
    gate: Gate
    result: RuleId
    at: datetime


@command
class BeginAttempt:
    request_id: RequestId
    attempt: int
    matter_id: MatterId
    at: datetime


@command
class KeepWithdrawal:
    request_id: RequestId
    withdrawn_at: datetime | None
    at: datetime


DocketCommand = KeepGate | BeginAttempt | KeepWithdrawal


@state
class Docket:
    attempt: int = 0
    matter_id: MatterId | None = None
    gates: Mapping[Gate, RuleId] = field(default_factory=dict)
    withdrawn_at: datetime | None = None

    @property
    def results(self) -> tuple[GateKnown, ...]:
        return tuple(GateKnown(gate, result) for gate, result in sorted(self.gates.items()))


def evolve(state: Docket, event: DocketEvent) -> Docket:
    match event:
        case GateKept():
            return replace(state, gates=gates_after(state.gates, event.gate, event.result))
        case AttemptBegun():
            return replace(state, attempt=event.attempt, matter_id=event.matter_id)
        case WithdrawalKept():
            return replace(state, withdrawn_at=event.withdrawn_at)
        case _:
            assert_never(event)


def decide(command: DocketCommand, state: Docket) -> tuple[DocketEvent, ...]:
    request_id, at = command.request_id, command.at
    match command:
        case KeepGate():
            if gates_after(state.gates, command.gate, command.result) == state.gates:
                return ()
            return (GateKept(request_id=request_id, gate=command.gate, result=command.result, occurred_at=at),)
        case BeginAttempt():
            if command.attempt <= state.attempt:
                return ()
            return (
                AttemptBegun(
                    request_id=request_id, attempt=command.attempt, matter_id=command.matter_id, occurred_at=at
                ),
            )
        case KeepWithdrawal():
            if command.withdrawn_at == state.withdrawn_at:
                return ()
            return (WithdrawalKept(request_id=request_id, withdrawn_at=command.withdrawn_at, occurred_at=at),)
        case _:
            assert_never(command)


docket_decider: Decider[DocketCommand, Docket, DocketEvent] = Decider(Docket(), decide, evolve)
