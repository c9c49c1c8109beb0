"""What notifications publishes: who was told, and what each side thinks of it."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from shared.contracts.base import Contract
from shared.kernel import PersonId, RequestId, TextRef


class Side(StrEnum):
    REQUESTER = "requester"
    OTHER_PARTY = "other_party"


class About(StrEnum):
    """What a message tells."""

    RECEIVED = "received"
    DANGER = "danger"
    ROUTED = "routed"
    SIGNED = "signed"
    FIRST_RESPONSE = "first_response"
    INFO_REQUESTED = "info_requested"
    INFO_REMINDED = "info_reminded"
    NOT_ACCEPTED = "not_accepted"
    WITHDRAWN = "withdrawn"
    CONSENT_ASKED = "consent_asked"
    SESSION_PLANNED = "session_planned"
    AGREEMENT_TO_SIGN = "agreement_to_sign"
    AGREEMENT_IN_EFFECT = "agreement_in_effect"
    DUTY_WARNED = "duty_warned"
    DUTY_DEFAULTED = "duty_defaulted"
    OUTCOME = "outcome"
    PROMISE_MISSED = "promise_missed"
    REOPENED = "reopened"
    ARCHIVED = "archived"


class RequesterToldV1(Contract):
    """One side can read a message: it lies in the inbox, and on the follow page for anonymous ones."""

    fact: ClassVar[str] = "requester_told"
    request_id: RequestId
    attempt: int
    """Of an outcome: the handling's; else the present one."""
    side: Side
    person: PersonId | None
    about: About
    at: datetime


class RatedV1(Contract):
    fact: ClassVar[str] = "rated"
    request_id: RequestId
    attempt: int
    side: Side
    person: PersonId | None
    satisfied: bool
    comment: TextRef | None
    at: datetime


class Listener(StrEnum):
    REQUESTER = "requester"
    OTHER_PARTY = "other_party"
    OFFICER = "officer"
    """Who signed for the handling."""


class News(StrEnum):
    """What is told of a mediation on its way."""

    HANDED_OVER = "handed_over"
    LIMIT_WARNED = "limit_warned"
    LIMIT_BREACHED = "limit_breached"
    DUTY_WARNED = "duty_warned"
    DUTY_DEFAULTED = "duty_defaulted"
    DEFAULT_CLIMBED = "default_climbed"
    PENALTY_DUE = "penalty_due"
    CONFIRMATION_WARNED = "confirmation_warned"
    CONFIRMATION_FILED = "confirmation_filed"
    CONFIRMATION_ACCEPTED = "confirmation_accepted"
    CONFIRMATION_DECIDED = "confirmation_decided"
    AID_ASKED = "aid_asked"
    AID_GRANTED = "aid_granted"
    AID_DENIED = "aid_denied"
    LAWYER_ASSIGNED = "lawyer_assigned"
    TRIAL_WARNED = "trial_warned"
    TRIAL_OVERDUE = "trial_overdue"


class ProgressToldV1(Contract):
    """Somebody can read news of the way of a mediation; no state of the request waits for it."""

    fact: ClassVar[str] = "progress_told"
    request_id: RequestId
    attempt: int
    listener: Listener
    person: PersonId | None
    news: News
    at: datetime
