"""What each side of a request was told, whether it arrived, and what that side thinks of the result."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.contracts.codes import Category, Channel, Effect, Outcome, OutcomeDetail, ReasonCode, SessionKind
from shared.contracts.danger import DangerKind
from shared.kernel import ClockId, ItemCode, PersonId, RequestId, TextRef, UnitCode, fact, value


class Side(StrEnum):
    REQUESTER = "requester"
    OTHER_PARTY = "other_party"
    OFFICER = "officer"
    """Who signed for the handling; he is told of what runs out, and judges nothing."""


class About(StrEnum):
    """Which words a message has; they are rendered when it is read."""

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
    HANDED_OVER = "handed_over"
    LIMIT_WARNED = "limit_warned"
    LIMIT_BREACHED = "limit_breached"
    PENALTY_DUE = "penalty_due"
    DEFAULT_CLIMBED = "default_climbed"
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
    LINKED = "linked"
    LINK_UNDONE = "link_undone"


class Rung(StrEnum):
    """Who took a missed duty up: the ladder PLACE of codes.yaml."""

    GRID = "grid"
    VILLAGE = "village"
    STATION = "station"
    TOWNSHIP_CENTRE = "township_centre"
    LOUNGE = "lounge"
    COURT = "court"
    ENFORCEMENT = "enforcement"


class Failure(StrEnum):
    """Why a letter did not arrive."""

    NO_SERVER = "no_server"
    UNREACHABLE = "unreachable"
    TEMPORARY = "temporary"
    """The server answered 4xx."""
    REFUSED = "refused"
    """The server answered 5xx."""
    NO_ADDRESS = "no_address"
    """The contact was erased, or holds no address."""


@value
class Voice:
    """One who is told and may judge. There is one requester, so `person` is None there, known or not."""

    side: Side
    person: PersonId | None = None


REQUESTER = Voice(Side.REQUESTER)


@value
class Particulars:
    """What a message says beside its words: codes, times and ids, never a sentence."""

    unit: UnitCode | None = None
    person: PersonId | None = None
    category: Category | None = None
    channel: Channel | None = None
    reason: ReasonCode | None = None
    outcome: Outcome | None = None
    detail: OutcomeDetail | None = None
    session: SessionKind | None = None
    effect: Effect | None = None
    danger: tuple[DangerKind, ...] = ()
    items: tuple[ItemCode, ...] = ()
    text: TextRef | None = None
    """The handler's own words, read from the vault by who may read them."""
    handling: UUID | None = None
    clock: ClockId | None = None
    rung: Rung | None = None
    duties: int = 0
    starts_at: datetime | None = None
    missed: datetime | None = None
    due: datetime | None = None
    rating_due: datetime | None = None


NOTHING_MORE = Particulars()


@fact("contact_opened")
class ContactOpened:
    request_id: RequestId
    requester: PersonId | None
    occurred_at: datetime


@fact("reach_learned")
class ReachLearned:
    """This side has an e-mail address, in the vault."""

    request_id: RequestId
    voice: Voice
    contact: UUID
    occurred_at: datetime


@fact("message_posted")
class MessagePosted:
    """It lies in the inbox and on the follow page: from now on this side was told."""

    request_id: RequestId
    message_id: UUID
    attempt: int
    voice: Voice
    requester: PersonId | None
    about: About
    particulars: Particulars
    occurred_at: datetime


@fact("verdict_asked")
class VerdictAsked:
    request_id: RequestId
    attempt: int
    voices: tuple[Voice, ...]
    due: datetime
    occurred_at: datetime


@fact("rated")
class Rated:
    request_id: RequestId
    attempt: int
    voice: Voice
    requester: PersonId | None
    satisfied: bool
    comment: TextRef | None
    occurred_at: datetime


@fact("delivery_asked")
class DeliveryAsked:
    request_id: RequestId
    message_id: UUID
    contact: UUID
    tries: int
    """1 for the first."""
    occurred_at: datetime


@fact("delivered")
class Delivered:
    """A mail server took the letter over; nobody can know more than that."""

    request_id: RequestId
    message_id: UUID
    code: int
    occurred_at: datetime


@fact("delivery_failed")
class DeliveryFailed:
    request_id: RequestId
    message_id: UUID
    failure: Failure
    code: int | None
    next_try: datetime | None
    occurred_at: datetime


@fact("delivery_given_up")
class DeliveryGivenUp:
    request_id: RequestId
    message_id: UUID
    tries: int
    occurred_at: datetime


ContactEvent = (
    ContactOpened
    | ReachLearned
    | MessagePosted
    | VerdictAsked
    | Rated
    | DeliveryAsked
    | Delivered
    | DeliveryFailed
    | DeliveryGivenUp
)
