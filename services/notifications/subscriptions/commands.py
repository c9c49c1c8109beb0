"""What may be wished of a subscription, and of one delivery."""

from datetime import datetime
from uuid import UUID

from services.notifications.subscriptions.facts import Answer, Grant, Way
from shared.kernel import ItemCode, PersonId, RequestId, TextRef, UnitCode, command, value


@value
class Contract:
    """What the bureau agreed with the agency, as far as it bears on this wish; None stands for no such agreement."""

    grant: Grant | None
    """None: the agency's kind has no part in this purpose."""
    in_force: bool
    types: frozenset[ItemCode]
    places: frozenset[UnitCode]


@command
class OpenSubscription:
    subscription_id: UUID
    agency: UnitCode
    contract: Contract
    ways: tuple[Way, ...]
    types: tuple[ItemCode, ...]
    places: tuple[UnitCode, ...]
    endpoint: TextRef | None
    by: PersonId | None
    at: datetime


@command
class ChangeEndpoint:
    endpoint: TextRef
    at: datetime


@command
class RotateSecret:
    """`following` is the version that the caller saw: a repeat rotates nothing."""

    following: int
    at: datetime


@command
class Pause:
    at: datetime


@command
class Resume:
    at: datetime


@command
class End:
    at: datetime


@command
class NoteFailure:
    number: int
    answer: Answer
    patience: int | None
    """Seconds that the agency asked for."""
    at: datetime


@command
class NoteTaken:
    number: int
    at: datetime


@command
class TryAgain:
    at: datetime


@command
class AskReplay:
    after: int
    made: int
    """The last number there is."""
    oldest: int
    """The first number that is still kept; made + 1 when none is."""
    at: datetime


@command
class NoteResent:
    number: int
    answer: Answer
    at: datetime


@command
class NoteTested:
    answer: Answer
    at: datetime


SubscriptionCommand = (
    OpenSubscription
    | ChangeEndpoint
    | RotateSecret
    | Pause
    | Resume
    | End
    | NoteFailure
    | NoteTaken
    | TryAgain
    | AskReplay
    | NoteResent
    | NoteTested
)


@command
class MakeDelivery:
    subscription_id: UUID
    number: int
    agency: UnitCode
    request_id: RequestId | None
    cause: UUID
    grant: Grant
    at: datetime


@command
class Acknowledge:
    status: int
    at: datetime


@command
class Withdraw:
    at: datetime


DeliveryCommand = MakeDelivery | Acknowledge | Withdraw
