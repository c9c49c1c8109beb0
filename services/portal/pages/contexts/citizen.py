"""What the pages of citizens and of the other party are given."""

from datetime import date, datetime
from typing import Literal

from services.portal.pages.contexts.frame import Act, Choice, Document, Proof, TimelineItem
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
    takes_files: bool = False


@value
class WhereView:
    """file/where.html"""

    place: str = ""
    candidates: tuple[Choice, ...] = ()


@value
class WhoView:
    """file/who.html"""

    sides: tuple[Choice, ...]
    others: str = ""
    contact: str = ""


@value
class ReachView:
    """file/reach.html"""

    ways: tuple[Choice, ...]
    name: str = ""
    phone: str = ""
    id_number: str = ""


@value
class Answer:
    question: str
    text: str
    change_url: str


@value
class CheckView:
    """file/check.html"""

    answers: tuple[Answer, ...]


@value
class DangerHelp:
    number: str
    name: str
    task: str


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
    receipt_url: str
    receipt_ready: bool
    danger: DangerHelp | None = None


@value
class EnterView:
    """follow/enter.html, party/enter.html"""

    code: str = ""


@value
class FollowView:
    """follow/timeline.html"""

    code: str
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


@value
class ClaimView:
    """party/claim.html"""

    code: str
    summary: tuple[str, ...]
    host: str
    host_body: str
    channel: str
    answer_by: datetime
    law: str


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


@value
class Term:
    who: str
    does: str
    due: date
    amount_fen: int | None = None


@value
class Signature:
    who: str
    signed_at: datetime | None = None


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
    sign_url: str
    document_url: str
    back_url: str


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
