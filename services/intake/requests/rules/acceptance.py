"""When a request is accepted at the door, and for which reasons it may be turned away (R-22)."""

from shared.contracts.codes import ReasonCode

LEAST_SAID = 4
"""Letters or characters; fewer tell nobody what the matter is."""

REFUSAL_REASONS = frozenset({ReasonCode.NOT_POLICE, ReasonCode.LEGAL_PROCEDURE})
"""A person's reasons; MATERIAL_MISSING is the clock's alone (CL-093)."""


def is_complete(narrative: str) -> bool:
    """The free text is enough when it says anything: everything else can be asked or derived later."""
    said = [character for character in narrative if character.isalnum()]
    return len(said) >= LEAST_SAID and len(set(said)) > 1
