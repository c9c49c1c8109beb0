"""A gate's own course, recorded in the decision's stream: a longer review, a letter, whom a complaint is about."""

from datetime import datetime

from services.routing.decisions.rules.crime_review import Extension
from shared.kernel import PersonId, RequestId, RuleId, TextRef, UnitCode, fact


@fact("crime_review_extension_asked")
class CrimeReviewExtensionAsked:
    request_id: RequestId
    extension: Extension
    asked_by: PersonId
    note: TextRef
    rule: RuleId
    occurred_at: datetime


@fact("crime_review_extension_decided")
class CrimeReviewExtensionDecided:
    request_id: RequestId
    extension: Extension
    approved: bool
    approved_by: PersonId
    note: TextRef | None
    rule: RuleId
    occurred_at: datetime


@fact("refusal_letter_served")
class RefusalLetterServed:
    """The person has it in writing that no case is filed, and until when a review can be asked for."""

    request_id: RequestId
    letter: TextRef
    review_until: datetime
    rule: RuleId
    occurred_at: datetime


@fact("refusal_review_requested")
class RefusalReviewRequested:
    request_id: RequestId
    rule: RuleId
    occurred_at: datetime


@fact("refusal_review_answered")
class RefusalReviewAnswered:
    """Overturned, the question of crime or not is open again."""

    request_id: RequestId
    overturned: bool
    answered_by: PersonId
    note: TextRef
    rule: RuleId
    occurred_at: datetime


@fact("those_complained_of_named")
class ThoseComplainedOfNamed:
    """Whom the complaint is about: the units, and everybody who belongs to them or stands in for one who does."""

    request_id: RequestId
    units: tuple[UnitCode, ...]
    people: tuple[PersonId, ...]
    rule: RuleId
    occurred_at: datetime


GATE_EVENTS = (
    CrimeReviewExtensionAsked,
    CrimeReviewExtensionDecided,
    RefusalLetterServed,
    RefusalReviewRequested,
    RefusalReviewAnswered,
    ThoseComplainedOfNamed,
)
GateEvent = (
    CrimeReviewExtensionAsked
    | CrimeReviewExtensionDecided
    | RefusalLetterServed
    | RefusalReviewRequested
    | RefusalReviewAnswered
    | ThoseComplainedOfNamed
)
