"""What is remembered of a subscription, and of one delivery, to decide."""

from datetime import datetime
from uuid import UUID

from services.notifications.subscriptions.facts import Grant, Way
from shared.kernel import RequestId, TextRef, UnitCode, state, value


@value
class Failing:
    """The webhook takes nothing since `first`."""

    first: datetime
    number: int
    tries: int
    waiting_until: datetime | None


@state
class Unopened:
    pass


@state
class Subscription:
    subscription_id: UUID
    agency: UnitCode
    grant: Grant
    ways: frozenset[Way]
    endpoint: TextRef | None
    secret_version: int = 1
    both_until: datetime | None = None
    """Until then the secret before is valid too."""
    paused: bool = False
    given_up: bool = False
    failing: Failing | None = None

    @property
    def sends(self) -> bool:
        """Whether the webhook is tried now."""
        resting = self.failing is not None and self.failing.waiting_until is not None
        return Way.WEBHOOK in self.ways and not (self.paused or self.given_up or resting)

    def valid_secrets(self, now: datetime) -> tuple[int, ...]:
        """The versions that sign at this moment, the newest first."""
        former = self.both_until is not None and now <= self.both_until
        return (self.secret_version, self.secret_version - 1) if former else (self.secret_version,)


@state
class Ended:
    subscription_id: UUID
    agency: UnitCode


SubscriptionState = Unopened | Subscription | Ended


@state
class Unmade:
    pass


@state
class Delivery:
    subscription_id: UUID
    number: int
    agency: UnitCode
    grant: Grant
    request_id: RequestId | None = None
    acknowledged: bool = False
    withdrawn: bool = False


DeliveryState = Unmade | Delivery
