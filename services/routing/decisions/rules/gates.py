"""Gates: decisions that stand between a request and a channel.

A rule may close a gate at once; only a person opens it, and who may is law (R-27). Unknown counts as closed.
"""

from collections.abc import Mapping
from enum import StrEnum

from services.routing.decisions.rules.ruling import MEDIATION, PATROL
from shared.contracts.codes import Channel, Gate, Role
from shared.kernel import Rejection, RuleId


class GateResult(StrEnum):
    CRIME = "CRIME"
    NOT_A_CRIME = "NOT_A_CRIME"
    UNDECIDED = "UNDECIDED"
    BLOCKED = "BLOCKED"
    LIFTED_WITH_REASON = "LIFTED_WITH_REASON"
    NOT_DV = "NOT_DV"
    CHILD_LANE = "CHILD_LANE"
    GUARDIAN_NEEDED = "GUARDIAN_NEEDED"
    CLEAR = "CLEAR"
    REDIRECTED = "REDIRECTED"
    LAWFUL = "LAWFUL"
    UNLAWFUL = "UNLAWFUL"
    YES = "YES"
    NO = "NO"


Gates = Mapping[Gate, GateResult]

RESULTS: dict[Gate, frozenset[GateResult]] = {
    Gate.CRIME_OR_CIVIL: frozenset({GateResult.CRIME, GateResult.NOT_A_CRIME, GateResult.UNDECIDED}),
    Gate.DV_GATE: frozenset({GateResult.BLOCKED, GateResult.LIFTED_WITH_REASON, GateResult.NOT_DV}),
    Gate.MINOR_GATE: frozenset({GateResult.CHILD_LANE, GateResult.GUARDIAN_NEEDED, GateResult.CLEAR}),
    Gate.SELF_COMPLAINT: frozenset({GateResult.REDIRECTED, GateResult.CLEAR}),
    Gate.LEGALITY: frozenset({GateResult.LAWFUL, GateResult.UNLAWFUL, GateResult.UNDECIDED}),
    Gate.MEDIABLE: frozenset({GateResult.YES, GateResult.NO}),
}

LAW: dict[Gate, RuleId] = {
    Gate.CRIME_OR_CIVIL: RuleId("R-28"),
    Gate.DV_GATE: RuleId("R-18"),
    Gate.MINOR_GATE: RuleId("R-32"),
    Gate.SELF_COMPLAINT: RuleId("R-24"),
    Gate.LEGALITY: RuleId("pack-2026-01/13"),
    Gate.MEDIABLE: RuleId("R-02"),
}

MAY_DECIDE: dict[Gate, frozenset[Role]] = {
    gate: frozenset({Role.TRIAGE_OFFICER}) for gate in Gate if gate is not Gate.CRIME_OR_CIVIL
} | {Gate.CRIME_OR_CIVIL: frozenset({Role.CASE_INVESTIGATOR})}

_FIRM_OR_MEDIATION = MEDIATION | {Channel.EPS}
_NOT_THE_CHILD_LANE = frozenset(Channel) - PATROL - {Channel.CHILD}

_CLOSES: dict[tuple[Gate, GateResult], frozenset[Channel]] = {
    (Gate.CRIME_OR_CIVIL, GateResult.UNDECIDED): _FIRM_OR_MEDIATION,
    (Gate.CRIME_OR_CIVIL, GateResult.CRIME): _FIRM_OR_MEDIATION,
    (Gate.DV_GATE, GateResult.BLOCKED): MEDIATION,
    (Gate.MINOR_GATE, GateResult.CHILD_LANE): _NOT_THE_CHILD_LANE,
    (Gate.LEGALITY, GateResult.UNDECIDED): MEDIATION,
    (Gate.LEGALITY, GateResult.UNLAWFUL): MEDIATION,
    (Gate.MEDIABLE, GateResult.NO): MEDIATION,
}


class ResultNotOfThisGate(Rejection):
    """`gate`, `result`."""


class GateNotYours(Rejection):
    """R-27: whether it is a crime is decided by an investigator. `gate`, `roles`."""

    rule = "R-27"


class ReasonNeeded(Rejection):
    """R-18: joint mediation after family violence needs a written reason."""

    rule = "R-18"


class OfficersFirst(Rejection):
    """R-18: officers stop the violence and secure the evidence; only then is the block lifted."""

    rule = "R-18"


class GateClosed(Rejection):
    """`gate`, `result`."""


class ViolenceAtHome(GateClosed):
    rule = "R-18"


class CrimeQuestionOpen(GateClosed):
    rule = "R-28"


class ChildLaneFirst(GateClosed):
    rule = "R-32"


class NotMediable(GateClosed):
    rule = "R-02"


class TieNotMediable(NotMediable):
    """R-13: marriage, parentage and adoption as such are a court's."""

    rule = "R-13"


class LegalityUnchecked(GateClosed):
    """A project's lawfulness is checked before anybody is persuaded."""


REFUSALS: dict[Gate, type[GateClosed]] = {
    Gate.CRIME_OR_CIVIL: CrimeQuestionOpen,
    Gate.DV_GATE: ViolenceAtHome,
    Gate.MINOR_GATE: ChildLaneFirst,
    Gate.LEGALITY: LegalityUnchecked,
    Gate.MEDIABLE: NotMediable,
}


def closed_gate(gates: Gates, channel: Channel) -> Gate | None:
    """The first gate that stands before `channel`."""
    for gate in Gate:
        result = gates.get(gate)
        if result is not None and channel in _CLOSES.get((gate, result), frozenset()):
            return gate
    return None


def check_decider(gate: Gate, result: GateResult, role: str, reason_given: bool, attended: bool = True) -> None:
    """R-27, R-18: who may say so, and what has to be there first. `attended`: officers have been with the people."""
    if result not in RESULTS[gate]:
        raise ResultNotOfThisGate(gate=gate, result=result)
    if role not in MAY_DECIDE[gate]:
        raise GateNotYours(gate=gate, roles=tuple(sorted(MAY_DECIDE[gate])))
    if result is GateResult.LIFTED_WITH_REASON and not reason_given:
        raise ReasonNeeded(gate=gate)
    if result is GateResult.LIFTED_WITH_REASON and not attended:
        raise OfficersFirst(gate=gate)
