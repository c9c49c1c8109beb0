"""Of which requests no partner learns, not even that there is one. What is not known counts as forbidden.

R-34 children, R-35 sealed records, R-23 and R-24 who reports and who complains, R-45 and R-27 casework.
"""

from dataclasses import replace
from enum import StrEnum

from shared.contracts.codes import Category, Channel, Door, Flag, Gate
from shared.kernel import RuleId, UnitCode, value

CATEGORIES = frozenset({Category.MIN, Category.CPL, Category.CRM})
CHANNELS = frozenset({Channel.CHILD, Channel.SUP, Channel.CASE})
FLAGS = frozenset({Flag.MINOR, Flag.MINOR14, Flag.SEXUAL_CONTENT})
DOORS = frozenset({Door.CHILD_FORM})
SETTLED_CIVIL = RuleId("NOT_A_CRIME")
CLOSED_RESULTS = frozenset(
    {(Gate.CRIME_OR_CIVIL, RuleId("CRIME")), (Gate.MINOR_GATE, RuleId("CHILD_LANE"))}
    | {(Gate.MINOR_GATE, RuleId("GUARDIAN_NEEDED")), (Gate.SELF_COMPLAINT, RuleId("REDIRECTED"))}
)


class Sharing(StrEnum):
    OPEN = "open"
    WAIT = "wait"
    """Not enough is known yet; what happens meanwhile is kept back."""
    NEVER = "never"


@value
class Known:
    """What notifications has learned of a request, for this one question."""

    door: Door | None = None
    """None: the filing has not been read yet."""
    is_anonymous: bool = False
    child_in_danger: bool = False
    is_routed: bool = False
    category: Category | None = None
    flags: frozenset[Flag] = frozenset()
    channel: Channel | None = None
    place: UnitCode | None = None
    """The station it was first given to."""
    gates: tuple[tuple[Gate, RuleId], ...] = ()

    def gated(self, gate: Gate, result: RuleId) -> "Known":
        """The last result of a gate counts."""
        return replace(self, gates=(*(each for each in self.gates if each[0] is not gate), (gate, result)))


def sharing_of(known: Known) -> Sharing:
    """R-34, R-23, R-24, R-45: whether partners may learn of it."""
    if known.is_anonymous or known.child_in_danger or known.door in DOORS:
        return Sharing.NEVER
    if known.category in CATEGORIES or known.channel in CHANNELS or known.flags & FLAGS:
        return Sharing.NEVER
    if CLOSED_RESULTS & set(known.gates):
        return Sharing.NEVER
    if known.door is None or not known.is_routed:
        return Sharing.WAIT
    if Flag.CRIME_POSSIBLE in known.flags and (Gate.CRIME_OR_CIVIL, SETTLED_CIVIL) not in known.gates:
        return Sharing.WAIT
    return Sharing.OPEN
