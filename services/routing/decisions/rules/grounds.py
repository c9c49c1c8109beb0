"""On what ground a gate was decided, where the law wants one named."""

from enum import StrEnum

from services.routing.decisions.rules.gates import GateResult
from shared.contracts.codes import Gate
from shared.kernel import Rejection, RuleId


class Ground(StrEnum):
    HIRED_OFFENDER = "hired_offender"
    GANG_FIGHT = "gang_fight"
    REPEATED_VIOLATIONS = "repeated_violations"
    NEW_VIOLATION = "new_violation"
    FLIGHT = "flight"
    CLEAR_REFUSAL = "clear_refusal"
    TIE_BETWEEN_PERSONS = "tie_between_persons"
    ID_SEEN = "id_seen"
    REGISTER_CHECKED = "register_checked"
    NO_CHILD_TAKES_PART = "no_child_takes_part"


UNMEDIABLE: dict[Ground, RuleId] = {
    Ground.HIRED_OFFENDER: RuleId("R-02"),
    Ground.GANG_FIGHT: RuleId("R-02"),
    Ground.REPEATED_VIOLATIONS: RuleId("R-02"),
    Ground.NEW_VIOLATION: RuleId("R-02"),
    Ground.FLIGHT: RuleId("R-02"),
    Ground.CLEAR_REFUSAL: RuleId("R-02"),
    Ground.TIE_BETWEEN_PERSONS: RuleId("R-13"),
}
"""Why a matter is not mediated, and the rule that says so."""

OF_AGE = frozenset({Ground.ID_SEEN, Ground.REGISTER_CHECKED, Ground.NO_CHILD_TAKES_PART})
"""How it became known that no child needs a guardian."""

GROUNDS: dict[tuple[Gate, GateResult], frozenset[Ground]] = {
    (Gate.MEDIABLE, GateResult.NO): frozenset(UNMEDIABLE),
    (Gate.MINOR_GATE, GateResult.CLEAR): OF_AGE,
}


class GroundMissing(Rejection):
    """R-02, R-13: who closes mediation for good says why. `gate`."""

    rule = "R-02"


class AgeNotAsked(Rejection):
    """R-06: an age that nobody asked for is not taken for that of an adult."""

    rule = "R-06"


class GroundNotOfThisGate(Rejection):
    """`gate`, `ground`."""


def check_ground(gate: Gate, result: GateResult, ground: Ground | None) -> None:
    """R-02, R-06, R-13: a gate that closes mediation, or lets a child's matter go, names its ground."""
    allowed = GROUNDS.get((gate, result), frozenset())
    if ground is None and allowed:
        raise AgeNotAsked if gate is Gate.MINOR_GATE else GroundMissing(gate=gate)
    if ground is not None and ground not in allowed:
        raise GroundNotOfThisGate(gate=gate, ground=ground)
