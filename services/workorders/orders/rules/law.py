"""What a step that the law wants is refused with. A playbook names the R-id; the words of the refusal stand here.

A step with a law that is not listed here is refused with the general words: a new playbook needs no code.
"""

from enum import StrEnum

from services.workorders.orders.rules.playbook import Playbook, step_of
from shared.kernel import ItemCode, Rejection, RuleId


class StepTooEarly(Rejection):
    """`missing` comes first."""


class StepNotForThis(Rejection):
    """An earlier result has made this step needless here."""


class StepsMissing(Rejection):
    """The playbook wants `missing` before this outcome."""


class ItemOutsideList(Rejection):
    """`items` are not on the list of what may be asked of the person."""


class NotaryNeeded(Rejection):
    """Above the limit of small deposits nobody is promised to be spared the notary."""

    rule = "R-31"


class AmountUnasked(Rejection):
    """Whether the deposit is a small one at this bank is asked first."""

    rule = "R-31"


class TemporaryCardNotOffered(Rejection):
    """Who needs a card urgently is offered the temporary one."""

    rule = "R-46"


class TripDemanded(Rejection):
    """Nobody who cannot come is told to come."""

    rule = "R-47"


class PreconditionOutsideList(Rejection):
    """Registration has no preconditions beyond the list; what is missing is found by the police."""

    rule = "R-49"


class CoercionBeforeFiling(Rejection):
    """Nothing is frozen and nobody held before the case is filed."""

    rule = "R-27"


class GuardianUntold(Rejection):
    """The guardian of a bullied child is told, unless it is the guardian who is suspected."""

    rule = "R-33"


class NotWithoutConsent(Rejection):
    """Another office is told only what the person agreed to."""

    rule = "R-37"


class Wrong(StrEnum):
    EARLY = "early"
    NEEDLESS = "needless"
    MISSING = "missing"
    OUTSIDE = "outside"


GENERAL: dict[Wrong, type[Rejection]] = {
    Wrong.EARLY: StepTooEarly,
    Wrong.NEEDLESS: StepNotForThis,
    Wrong.MISSING: StepsMissing,
    Wrong.OUTSIDE: ItemOutsideList,
}
LAWFUL: dict[tuple[Wrong, str], type[Rejection]] = {
    (Wrong.NEEDLESS, "R-31"): NotaryNeeded,
    (Wrong.EARLY, "R-31"): AmountUnasked,
    (Wrong.MISSING, "R-46"): TemporaryCardNotOffered,
    (Wrong.OUTSIDE, "R-47"): TripDemanded,
    (Wrong.OUTSIDE, "R-49"): PreconditionOutsideList,
    (Wrong.EARLY, "R-27"): CoercionBeforeFiling,
    (Wrong.NEEDLESS, "R-27"): CoercionBeforeFiling,
    (Wrong.MISSING, "R-33"): GuardianUntold,
    (Wrong.EARLY, "R-37"): NotWithoutConsent,
    (Wrong.NEEDLESS, "R-37"): NotWithoutConsent,
}


def refusal(wrong: Wrong, rule: RuleId | None, **details: object) -> Rejection:
    """R-27, R-31, R-33, R-37, R-46, R-47, R-49: the law that a step stands for says how it is refused."""
    return LAWFUL.get((wrong, rule or ""), GENERAL[wrong])(**details)


def missing_at_the_end(playbook: Playbook, missing: tuple[ItemCode, ...]) -> Rejection:
    """R-33, R-46: what the law wants is named before what the desk wants."""
    rules = [step.rule for code in missing if (step := step_of(playbook, code)) is not None]
    lawful = next((rule for rule in rules if rule and (Wrong.MISSING, rule) in LAWFUL), None)
    return refusal(Wrong.MISSING, lawful, missing=missing)
