"""R-27: an investigator says within seven days whether it is a crime; longer with another's approval; a refusal is
served in writing, and the person may have it reviewed."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from services.routing.decisions.rules.gates import GateResult, Gates
from shared.contracts.codes import Category, Flag, Gate, Role
from shared.kernel import PersonId, Rejection, state


class Extension(StrEnum):
    HEAVY = "heavy"
    """Thirty days from the report, where the matter is heavy or tangled; the head of the county bureau approves."""
    LONGER = "longer"
    """Thirty more; the next higher body approved, the head records it."""


@state
class CrimeReview:
    """How far the question of crime or not has come."""

    asked: Extension | None = None
    asked_by: PersonId | None = None
    granted: Extension | None = None
    letter_owed: bool = False
    served: bool = False
    review_until: datetime | None = None
    review_requested: bool = False
    overturned: bool | None = None
    """What the review found; None as long as nobody said."""


class NoCrimeQuestion(Rejection):
    """R-27: the gate is decided, or was never met."""

    rule = "R-27"


class NotYoursToAsk(Rejection):
    """R-27: what concerns the review is an investigator's act. `roles`."""

    rule = "R-27"


class NotYoursToApprove(Rejection):
    """R-27: longer than seven days is approved by the head of the bureau. `roles`."""

    rule = "R-27"


class ApproverAsked(Rejection):
    """R-27: who asked does not approve."""

    rule = "R-27"


class ExtensionTooLate(Rejection):
    """R-27: the time is over; it is not lengthened afterwards. `until`."""

    rule = "R-27"


class ExtensionOutOfTurn(Rejection):
    """R-27: seven days, then thirty, then thirty more; each once. `asked`."""

    rule = "R-27"


class NothingAskedToApprove(Rejection):
    rule = "R-27"


class NoRefusalToServe(Rejection):
    """R-27: the letter says that no case is filed; so far nobody has said that."""

    rule = "R-27"


class LetterNotServed(Rejection):
    """R-27: a review is of the letter."""

    rule = "R-27"


class ReviewTooLate(Rejection):
    """R-27: within seven days of the letter. `until`."""

    rule = "R-27"


class NoReviewToAnswer(Rejection):
    rule = "R-27"


MAY_ASK = frozenset({Role.CASE_INVESTIGATOR})
MAY_APPROVE = frozenset({Role.BUREAU_LEADER})
NEXT: Mapping[Extension | None, Extension | None] = {
    None: Extension.HEAVY,
    Extension.HEAVY: Extension.LONGER,
    Extension.LONGER: None,
}


def is_open(gates: Gates) -> bool:
    return gates.get(Gate.CRIME_OR_CIVIL) is GateResult.UNDECIDED


def owes_letter(category: Category | None, flags: tuple[Flag, ...]) -> bool:
    """R-27: who reported a crime is told in writing that there is none; a plain dispute only passed the gate."""
    return category in (Category.CRM, Category.FRD) or Flag.CRIME_POSSIBLE in flags


def check_investigator(role: str) -> None:
    """R-27: coercion, time and letters of a review are the investigator's."""
    if role not in MAY_ASK:
        raise NotYoursToAsk(roles=tuple(sorted(MAY_ASK)))


def check_leader(role: str) -> None:
    """R-27: the head of the bureau approves, and answers the review of what his people refused."""
    if role not in MAY_APPROVE:
        raise NotYoursToApprove(roles=tuple(sorted(MAY_APPROVE)))


def check_asking(review: CrimeReview, gates: Gates, wanted: Extension, due: datetime | None, at: datetime) -> None:
    """R-27: in turn, once, before the present time is over."""
    if not is_open(gates):
        raise NoCrimeQuestion
    if NEXT[review.granted] is not wanted:
        raise ExtensionOutOfTurn(asked=wanted)
    if due is not None and at > due:
        raise ExtensionTooLate(until=due)


def check_approving(review: CrimeReview, gates: Gates, approver: PersonId) -> Extension:
    """R-27: what was asked, by somebody else than who asked."""
    if not is_open(gates):
        raise NoCrimeQuestion
    if review.asked is None:
        raise NothingAskedToApprove
    if review.asked_by == approver:
        raise ApproverAsked
    return review.asked


def check_serving(gates: Gates) -> None:
    """R-27: a letter of refusal needs the recorded decision that it is no crime."""
    if gates.get(Gate.CRIME_OR_CIVIL) is not GateResult.NOT_A_CRIME:
        raise NoRefusalToServe


def check_requesting(review: CrimeReview, at: datetime) -> None:
    """R-27: seven days from the letter."""
    if not review.served or review.review_until is None:
        raise LetterNotServed
    if at > review.review_until:
        raise ReviewTooLate(until=review.review_until)
