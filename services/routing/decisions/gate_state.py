"""How the facts of a gate change what triage remembers of it."""

from dataclasses import replace
from typing import assert_never

from services.routing.decisions.gate_facts import (
    CrimeReviewExtensionAsked,
    CrimeReviewExtensionDecided,
    GateEvent,
    RefusalLetterServed,
    RefusalReviewAnswered,
    RefusalReviewRequested,
    ThoseComplainedOfNamed,
)
from services.routing.decisions.rules.complaints import Barred
from services.routing.decisions.rules.crime_review import CrimeReview
from services.routing.decisions.rules.gates import GateResult
from services.routing.decisions.rules.grounds import Ground
from shared.contracts.codes import Gate
from shared.kernel import state


@state
class GateCourse:
    """What lies behind the results of the gates."""

    review: CrimeReview = CrimeReview()
    barred: Barred = Barred()
    unmediable: Ground | None = None
    attended: bool = False
    """Officers have been with the people (R-18)."""


def gated(
    course: GateCourse, gate: Gate, result: GateResult, ground: Ground | None, *, letter_owed: bool
) -> GateCourse:
    """A gate was closed or decided; a question of crime or not begins anew each time it is open."""
    if gate is Gate.MEDIABLE:
        return replace(course, unmediable=ground if result is GateResult.NO else None)
    if gate is Gate.CRIME_OR_CIVIL and result is GateResult.NOT_A_CRIME:
        return replace(course, review=CrimeReview(letter_owed=letter_owed))
    if gate is Gate.CRIME_OR_CIVIL and result is GateResult.CRIME:
        return replace(course, review=CrimeReview())
    return course


def evolve_gates(course: GateCourse, event: GateEvent) -> GateCourse:
    review = course.review
    match event:
        case CrimeReviewExtensionAsked():
            return replace(course, review=replace(review, asked=event.extension, asked_by=event.asked_by))
        case CrimeReviewExtensionDecided():
            granted = event.extension if event.approved else review.granted
            return replace(course, review=replace(review, asked=None, asked_by=None, granted=granted))
        case RefusalLetterServed():
            return replace(course, review=replace(review, served=True, review_until=event.review_until))
        case RefusalReviewRequested():
            return replace(course, review=replace(review, review_requested=True))
        case RefusalReviewAnswered():
            return replace(course, review=replace(review, overturned=event.overturned))
        case ThoseComplainedOfNamed():
            named = Barred(frozenset(event.units), frozenset(event.people))
            return replace(course, barred=course.barred | named)
        case _:
            assert_never(event)
