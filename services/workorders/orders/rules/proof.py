"""What shows that a step was done: place, photo, recording, receipt; consent, age and papers where law wants them."""

from enum import StrEnum

from services.workorders.orders.rules.playbook import Proof
from shared.kernel import GridCode, Rejection, TextRef, value


class Consent(StrEnum):
    IN_PERSON = "in_person"
    PAPER = "paper"
    RECORDED = "recorded"


class Age(StrEnum):
    ADULT = "adult"
    WITH_GUARDIAN = "with_guardian"
    """A minor, and the guardian is there or has agreed."""
    UNKNOWN = "unknown"


class Applicant(StrEnum):
    HIMSELF = "himself"
    BOTH_PAPERS = "both_papers"
    """A near relative or guardian shows his own papers and the other's."""
    ONE_PAPER = "one_paper"


@value
class Point:
    """Rounded to a thousandth of a degree, about a hundred metres: enough to have been there."""

    latitude: int
    longitude: int


@value
class Evidence:
    grid: GridCode | None = None
    point: Point | None = None
    photo: TextRef | None = None
    recording: TextRef | None = None
    receipt: TextRef | None = None
    consent: Consent | None = None
    age: Age | None = None
    applicant: Applicant | None = None


NOTHING = Evidence()


class ProofMissing(Rejection):
    """The playbook wants `missing` with this step."""


class ConsentUnrecorded(Rejection):
    """How the person agreed is not recorded."""

    rule = "R-37"


class AgeUnasked(Rejection):
    """Whether the person is of age was not asked; nobody is assumed to be."""

    rule = "R-06"


class ProxyPapersMissing(Rejection):
    """Who comes for another shows the papers of both."""

    rule = "R-47"


def require_proof(wanted: tuple[Proof, ...], shown: Evidence) -> None:
    """R-37: consent that is asked for is recorded. What was seen needs its place, photo, recording or receipt."""
    if missing := tuple(each for each in wanted if each in SHOWN_BY and not SHOWN_BY[each](shown)):
        raise ProofMissing(missing=missing)
    if Proof.CONSENT in wanted and shown.consent is None:
        raise ConsentUnrecorded
    if Proof.AGE in wanted:
        _require_age(shown)
    if Proof.PROXY in wanted:
        _require_papers(shown)


SHOWN_BY = {
    Proof.PLACE: lambda shown: (shown.grid or shown.point) is not None,
    Proof.PHOTO: lambda shown: shown.photo is not None,
    Proof.RECORDING: lambda shown: shown.recording is not None,
    Proof.RECEIPT: lambda shown: shown.receipt is not None,
}


def _require_age(shown: Evidence) -> None:
    """R-06: a minor comes with the guardian, and whoever may be one is asked."""
    if shown.age in (None, Age.UNKNOWN):
        raise AgeUnasked


def _require_papers(shown: Evidence) -> None:
    """R-47: a relative may come for those who cannot, with the papers of both."""
    if shown.applicant in (None, Applicant.ONE_PAPER):
        raise ProxyPapersMissing
