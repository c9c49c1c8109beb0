"""What can happen to a request at the desk: its way in, what the desk learns of it, and its end."""

from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from services.intake.requests.linking_facts import LinkingEvent
from shared.contracts.codes import Category, Door, Outcome, ReasonCode
from shared.contracts.danger import DangerKind
from shared.kernel import ItemCode, PersonId, RequestId, TextRef, fact, value

FollowCode = NewType("FollowCode", str)
"""`NG-7K3F-9Q2M`: derived from the request id by HMAC, read aloud on the phone; worth nothing without the PIN."""


class Kind(StrEnum):
    DISPUTE = "dispute"
    SERVICE = "service"
    HELP = "help"
    OTHER = "other"


class Way(StrEnum):
    EMAIL = "email"
    PHONE = "phone"


class Side(StrEnum):
    REQUESTER = "requester"
    OTHER_PARTY = "other_party"


class Wanted(StrEnum):
    """Whether the person for whom it was filed wants it."""

    HIMSELF = "himself"
    NEVER = "never"
    """Somebody else saw the need; he is asked later."""
    AGREED = "agreed"


class Notice(StrEnum):
    """The three messages without which nothing may end."""

    OUTCOME = "outcome"
    REFUSAL = "refusal"
    WITHDRAWAL = "withdrawal"


@value
class Voice:
    """One who is told and may judge. There is one requester, so `person` is None there, known or not."""

    side: Side
    person: PersonId | None = None


REQUESTER = Voice(Side.REQUESTER)


@value
class Reach:
    """Where somebody can be reached lies in the vault."""

    item: UUID
    ways: tuple[Way, ...]


@value
class Source:
    """The way in, where it is more than a person at a form."""

    door: Door
    group: ItemCode | None = None
    system: ItemCode | None = None
    external: TextRef | None = None
    filed_by: PersonId | None = None
    """Who brought it, where that is not who asks."""
    beneficiary: PersonId | None = None
    reach: Reach | None = None
    """Of the beneficiary; nobody writes to him before he agreed."""
    wanted: Wanted = Wanted.HIMSELF
    batch: UUID | None = None


@fact("request_filed")
class RequestFiled:
    request_id: RequestId
    code: FollowCode
    door: Door
    kind: Kind
    title: TextRef | None
    narrative: TextRef
    place: TextRef | None
    requester: PersonId | None
    other_party: PersonId | None
    other_party_known: bool
    danger: tuple[DangerKind, ...]
    complete: bool
    occurred_at: datetime


@fact("need_learned")
class NeedLearned:
    """An officer saw the need; nobody asked."""

    request_id: RequestId
    source: Source
    occurred_at: datetime


@fact("alert_received")
class AlertReceived:
    request_id: RequestId
    source: Source
    occurred_at: datetime


@fact("group_message_seen")
class GroupMessageSeen:
    request_id: RequestId
    source: Source
    occurred_at: datetime


@fact("call_received")
class CallReceived:
    request_id: RequestId
    source: Source
    occurred_at: datetime


@fact("source_noted")
class SourceNoted:
    """Of every other door: window, grid, volunteer, oversight, platform, batch."""

    request_id: RequestId
    source: Source
    occurred_at: datetime


Sourced = NeedLearned | AlertReceived | GroupMessageSeen | CallReceived | SourceNoted


@fact("beneficiary_agreed")
class BeneficiaryAgreed:
    request_id: RequestId
    beneficiary: PersonId | None
    occurred_at: datetime


@fact("feedback_noted")
class FeedbackNoted:
    """Thanks, doubt or opinion on what is in hand (FBK): it opens nothing and changes no state."""

    request_id: RequestId
    text: TextRef
    occurred_at: datetime


@fact("contact_left")
class ContactLeft:
    """Where the person can be reached lies in the vault; here is only that it does."""

    request_id: RequestId
    person: PersonId | None
    contact: UUID
    ways: tuple[Way, ...]
    occurred_at: datetime


@fact("request_accepted")
class RequestAccepted:
    request_id: RequestId
    occurred_at: datetime


@fact("info_requested")
class InfoRequested:
    request_id: RequestId
    items: tuple[ItemCode, ...]
    note: TextRef | None
    warn_at: datetime
    due: datetime
    occurred_at: datetime


@fact("info_reminded")
class InfoReminded:
    request_id: RequestId
    due: datetime
    occurred_at: datetime


@fact("supplemented")
class Supplemented:
    request_id: RequestId
    text: TextRef
    answers_request: bool
    danger: tuple[DangerKind, ...]
    occurred_at: datetime


@fact("not_accepted")
class NotAccepted:
    request_id: RequestId
    reason: ReasonCode
    note: TextRef | None
    """None when time ran out: the notice then lists what was missing."""
    occurred_at: datetime


@fact("withdrawn")
class Withdrawn:
    request_id: RequestId
    note: TextRef | None
    occurred_at: datetime


@fact("routing_noted")
class RoutingNoted:
    request_id: RequestId
    attempt: int
    category: Category
    occurred_at: datetime


@fact("outcome_noted")
class OutcomeNoted:
    request_id: RequestId
    attempt: int
    handling_id: UUID
    outcome: Outcome
    answered: bool
    handler: PersonId | None
    duties_watched: int
    sides: tuple[PersonId, ...]
    occurred_at: datetime


@fact("side_told")
class SideTold:
    request_id: RequestId
    attempt: int
    notice: Notice
    voice: Voice
    rating_due: datetime | None
    """Until when this side's verdict is waited for; only with an outcome."""
    occurred_at: datetime


@fact("verdict_noted")
class VerdictNoted:
    request_id: RequestId
    attempt: int
    voice: Voice
    satisfied: bool
    occurred_at: datetime


@fact("rating_window_ended")
class RatingWindowEnded:
    request_id: RequestId
    attempt: int
    occurred_at: datetime


@fact("duty_ended")
class DutyEnded:
    request_id: RequestId
    handling_id: UUID
    duty_id: UUID
    performed: bool
    """False: it was not performed in time, and is watched no longer."""
    occurred_at: datetime


@fact("request_reopened")
class RequestReopened:
    request_id: RequestId
    attempt: int
    reason: ReasonCode
    former_handler: PersonId | None
    note: TextRef | None
    occurred_at: datetime


@fact("request_archived")
class RequestArchived:
    request_id: RequestId
    category: Category | None
    rated: bool
    occurred_at: datetime


RequestEvent = (
    RequestFiled
    | NeedLearned
    | AlertReceived
    | GroupMessageSeen
    | CallReceived
    | SourceNoted
    | BeneficiaryAgreed
    | FeedbackNoted
    | ContactLeft
    | RequestAccepted
    | InfoRequested
    | InfoReminded
    | Supplemented
    | NotAccepted
    | Withdrawn
    | RoutingNoted
    | OutcomeNoted
    | SideTold
    | VerdictNoted
    | RatingWindowEnded
    | DutyEnded
    | RequestReopened
    | RequestArchived
    | LinkingEvent
)
