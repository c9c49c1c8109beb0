"""What the pages of citizens and of the other party are given."""

from datetime import date, datetime
from typing import Literal

from services.portal.pages.contexts.frame import Act, Choice, Document, Kept, Proof, TimelineItem, Tone
from services.portal.pages.contexts.mediation import Countdown
from shared.kernel import value


@value
class EmergencyNumber:
    number: str
    name: str
    urgent: bool = False


@value
class OpeningHours:
    days: str
    hours: str


@value
class ServiceDesk:
    name: str
    address: str
    phone: str
    hours: str


@value
class HomeView:
    """home.html, english.html"""

    emergency: tuple[EmergencyNumber, ...]
    hours: tuple[OpeningHours, ...]
    nearest: ServiceDesk
    open_now: bool


@value
class WhatView:
    """file/what.html"""

    text: str = ""
    limit: int = 5000
    kept: tuple[Kept, ...] = ()


@value
class WhereView:
    """file/where.html"""

    place: str = ""
    kept: tuple[Kept, ...] = ()
    which: tuple[Choice, ...] = ()
    """Places that bear the name that was written."""


@value
class WhoView:
    """file/who.html"""

    sides: tuple[Choice, ...]
    others: str = ""
    contact: str = ""
    kept: tuple[Kept, ...] = ()


@value
class ReachView:
    """file/reach.html"""

    name: str = ""
    phone: str = ""
    email: str = ""
    id_number: str = ""
    kept: tuple[Kept, ...] = ()


@value
class Answer:
    question: str
    text: str
    step: str


@value
class CheckView:
    """file/check.html"""

    answers: tuple[Answer, ...]
    kept: tuple[Kept, ...] = ()


@value
class DangerHelp:
    numbers: tuple[EmergencyNumber, ...]
    tasks: tuple[str, ...]


@value
class PromiseLine:
    text: str
    due: datetime
    state: Literal["open", "kept", "missed"] = "open"
    kept_at: datetime | None = None
    new_due: datetime | None = None


@value
class DoneView:
    """done.html"""

    code: str
    pin: str
    received_at: datetime
    holder: str
    promises: tuple[PromiseLine, ...]
    receipt: str
    follow_url: str
    danger: DangerHelp | None = None


@value
class EnterView:
    """follow/enter.html, party/enter.html"""

    code: str = ""


@value
class FollowView:
    """follow/timeline.html"""

    code: str
    receipt_url: str
    subject: str
    state: str
    holder: str
    holder_phone: str
    next_step: str
    promises: tuple[PromiseLine, ...]
    question: str
    timeline: tuple[TimelineItem, ...]
    documents: tuple[Document, ...]
    acts: tuple[Act, ...]
    mediation: tuple[tuple[str, str], ...] = ()
    """Which mediation, what it means, what an agreement is worth."""
    brought: str = ""
    """Who filed it, where that is not the reader."""
    clocks: tuple[Countdown, ...] = ()
    ways: tuple[tuple[str, str], ...] = ()


@value
class ClaimView:
    """party/claim.html"""

    code: str
    summary: tuple[str, ...]
    host: str
    channel: str
    answer_by: datetime | None
    law: str
    means: str = ""
    worth: str = ""
    broken: str = ""
    changed: str = ""
    """Which mediation went before, when another one asks anew."""


@value
class PartyView:
    """party/case.html"""

    code: str
    subject: str
    state: str
    next_step: str
    summary: tuple[str, ...]
    own_view: str
    host: str
    sessions: tuple[str, ...]
    timeline: tuple[TimelineItem, ...]
    documents: tuple[Document, ...]
    acts: tuple[Act, ...]
    mediation: tuple[tuple[str, str], ...] = ()
    clocks: tuple[Countdown, ...] = ()
    ways: tuple[tuple[str, str], ...] = ()


@value
class Term:
    who: str
    does: str
    due: date | None
    amount_fen: int | None = None
    done: bool = False
    confirm: str = ""
    """The duty that the reader may confirm as received."""
    record_url: str = ""
    """Where the desk writes down that it was done."""
    state: str = ""
    tone: Tone = "plain"


@value
class Signature:
    who: str
    signed_at: datetime | None = None
    signed: bool = False


@value
class CourtForm:
    """The joint application to the court: `wish` is what the reader may do now, `why_not` stands in its place."""

    says: str
    scope: str
    wish: str = ""
    label: str = ""
    why_not: str = ""


@value
class AgreementView:
    """agreement.html"""

    code: str
    number: str
    title: str
    parties: tuple[str, ...]
    facts: str
    terms: tuple[Term, ...]
    effect: str
    if_broken: str
    host: str
    signatures: tuple[Signature, ...]
    may_sign: bool
    draft: int
    sign_url: str
    back_url: str
    paper_url: str = ""
    receipt_url: str = ""
    performance: str = ""
    broken: tuple[tuple[str, str], ...] = ()
    """Where to turn when it is not performed."""
    clocks: tuple[Countdown, ...] = ()
    court: CourtForm | None = None
    acts: tuple[Act, ...] = ()
    """What the court may do."""


@value
class Verdict:
    state: Literal["proven", "pending", "broken"]
    text: str
    proves: tuple[str, ...]
    details: tuple[Proof, ...]


@value
class VerifyView:
    """verify.html"""

    receipt: str = ""
    verdict: Verdict | None = None
