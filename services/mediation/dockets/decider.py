"""What mediation keeps of a request before and beside its cases: gate results, a firm's written consent, and which
attempt is under way.

A gate is decided before the request is routed, so its record arrives before there is a case to hold it.
"""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from services.mediation.cases.facts import CaseId, GateResult
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
    case_id: CaseId
    occurred_at: datetime


@fact("firm_consent_kept")
class FirmConsentKept:
    """The workstation holds the firm's written consent (R-28)."""

    request_id: RequestId
    matter: UUID
    occurred_at: datetime


DocketEvent = GateKept | AttemptBegun | FirmConsentKept


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
    case_id: CaseId
    at: datetime


@command
class KeepFirmConsent:
    request_id: RequestId
    matter: UUID
    at: datetime


DocketCommand = KeepGate | BeginAttempt | KeepFirmConsent


@state
class Docket:
    attempt: int = 0
    case_id: CaseId | None = None
    gates: Mapping[Gate, RuleId] = field(default_factory=dict)
    firm_consent: UUID | None = None

    @property
    def results(self) -> tuple[GateResult, ...]:
        return tuple(GateResult(gate, result) for gate, result in sorted(self.gates.items()))


def evolve(state: Docket, event: DocketEvent) -> Docket:
    match event:
        case GateKept():
            return replace(state, gates=gates_after(state.gates, event.gate, event.result))
        case AttemptBegun():
            return replace(state, attempt=event.attempt, case_id=event.case_id)
        case FirmConsentKept():
            return replace(state, firm_consent=event.matter)
        case _:
            assert_never(event)


def decide(command: DocketCommand, state: Docket) -> tuple[DocketEvent, ...]:
    match command:
        case KeepGate():
            if gates_after(state.gates, command.gate, command.result) == state.gates:
                return ()
            return (
                GateKept(
                    request_id=command.request_id,
                    gate=command.gate,
                    result=command.result,
                    occurred_at=command.at,
                ),
            )
        case BeginAttempt():
            if command.attempt <= state.attempt:
                return ()
            return (
                AttemptBegun(
                    request_id=command.request_id,
                    attempt=command.attempt,
                    case_id=command.case_id,
                    occurred_at=command.at,
                ),
            )
        case KeepFirmConsent():
            if state.firm_consent == command.matter:
                return ()
            return (FirmConsentKept(request_id=command.request_id, matter=command.matter, occurred_at=command.at),)
        case _:
            assert_never(command)


docket_decider: Decider[DocketCommand, Docket, DocketEvent] = Decider(Docket(), decide, evolve)
