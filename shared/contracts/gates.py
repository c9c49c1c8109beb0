"""What the results of a gate come to, for everybody who keeps them."""

from collections.abc import Mapping

from shared.contracts.codes import Gate
from shared.kernel import RuleId

WITHDRAWN = RuleId("WITHDRAWN")
"""No result that anybody decides: what had asked the question was taken back, so it was never asked."""


def gates_after(gates: Mapping[Gate, RuleId], gate: Gate, result: RuleId) -> dict[Gate, RuleId]:
    """The last result of a gate counts."""
    others = {each: known for each, known in gates.items() if each is not gate}
    return others if result == WITHDRAWN else {**others, gate: result}
