"""What happened between the bureau and one partner agency: what it subscribed to, and what it was given."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.kernel import ItemCode, PersonId, RequestId, RuleId, TextRef, UnitCode, fact, value


class Way(StrEnum):
    """How deliveries reach an agency. Feed and stream are open to every subscription."""

    WEBHOOK = "webhook"
    KAFKA = "kafka"


class Failure(StrEnum):
    """Why a delivery was not taken."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    UNKNOWN_NAME = "unknown_name"
    REFUSED_ADDRESS = "refused_address"
    """The name leads to an address inside by now."""
    NO_ADDRESS = "no_address"
    """The address was erased from the vault."""
    BAD_ANSWER = "bad_answer"
    """Any status but 2xx."""
    GONE = "gone"
    """410: the agency wants nothing more there."""


@value
class Answer:
    """What came back of one try: a status, or why there is none."""

    status: int | None
    failure: Failure | None = None

    @property
    def is_taken(self) -> bool:
        return self.failure is None


@value
class Grant:
    """By what right an agency is told something (R-37, R-41): the purpose and its version, the ground, the contract."""

    purpose: ItemCode
    version: int
    ground: ItemCode
    contract: ItemCode


@fact("subscription_opened")
class SubscriptionOpened:
    subscription_id: UUID
    agency: UnitCode
    grant: Grant
    ways: tuple[Way, ...]
    types: tuple[ItemCode, ...]
    """Only these; empty: whatever the purpose allows."""
    places: tuple[UnitCode, ...]
    """Only of these stations; empty: all that the contract names."""
    endpoint: TextRef | None
    opened_by: PersonId | None
    occurred_at: datetime


@fact("endpoint_changed")
class EndpointChanged:
    subscription_id: UUID
    endpoint: TextRef
    occurred_at: datetime


@fact("secret_rotated")
class SecretRotated:
    """The former secret stays valid until `both_until`."""

    subscription_id: UUID
    secret_version: int
    both_until: datetime
    occurred_at: datetime


@fact("subscription_paused")
class SubscriptionPaused:
    subscription_id: UUID
    occurred_at: datetime


@fact("subscription_resumed")
class SubscriptionResumed:
    subscription_id: UUID
    occurred_at: datetime


@fact("subscription_ended")
class SubscriptionEnded:
    subscription_id: UUID
    occurred_at: datetime


@fact("delivery_failed_over_webhook")
class WebhookFailed:
    subscription_id: UUID
    number: int
    answer: Answer
    tries: int
    """In vain, one after the other."""
    next_try: datetime | None
    occurred_at: datetime


@fact("webhook_retried")
class RetryCame:
    subscription_id: UUID
    occurred_at: datetime


@fact("webhook_recovered")
class WebhookRecovered:
    subscription_id: UUID
    number: int
    tries: int
    occurred_at: datetime


@fact("subscription_given_up")
class SubscriptionGivenUp:
    """Nobody took anything for days. A person has to call the agency; its numbers go on and are kept for it."""

    subscription_id: UUID
    agency: UnitCode
    since: datetime
    tries: int
    occurred_at: datetime


@fact("replay_asked")
class ReplayAsked:
    """Everything after `after` is sent once more, under the same numbers."""

    subscription_id: UUID
    after: int
    occurred_at: datetime


@fact("delivery_resent")
class DeliveryResent:
    """One delivery out of its turn, by hand."""

    subscription_id: UUID
    number: int
    answer: Answer
    occurred_at: datetime


@fact("webhook_tested")
class WebhookTested:
    subscription_id: UUID
    answer: Answer
    occurred_at: datetime


SubscriptionEvent = (
    SubscriptionOpened
    | EndpointChanged
    | SecretRotated
    | SubscriptionPaused
    | SubscriptionResumed
    | SubscriptionEnded
    | WebhookFailed
    | RetryCame
    | WebhookRecovered
    | SubscriptionGivenUp
    | ReplayAsked
    | DeliveryResent
    | WebhookTested
)


@fact("delivery_made")
class DeliveryMade:
    """R-41: what was provided to whom, by which right. The body is codes, ids and times; its digest proves it."""

    subscription_id: UUID
    number: int
    agency: UnitCode
    request_id: RequestId | None
    cause: UUID
    """The record it tells of."""
    grant: Grant
    rule: RuleId
    occurred_at: datetime


@fact("delivery_acknowledged")
class DeliveryAcknowledged:
    subscription_id: UUID
    number: int
    status: int
    occurred_at: datetime


@fact("delivery_withdrawn")
class DeliveryWithdrawn:
    """The request turned out to be one that no partner may know of: the body is gone, the number stays."""

    subscription_id: UUID
    number: int
    occurred_at: datetime


DeliveryEvent = DeliveryMade | DeliveryAcknowledged | DeliveryWithdrawn
