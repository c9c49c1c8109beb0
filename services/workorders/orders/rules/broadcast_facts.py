"""What is told of somebody who is sought, and that it was told and taken back. No field could hold a name."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.kernel import ItemCode, RequestId, TextRef, fact, value


class AgeBand(StrEnum):
    CHILD = "child"
    YOUTH = "youth"
    ADULT = "adult"
    OLD = "old"
    """Sixty and more."""


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"


class RecallCause(StrEnum):
    FOUND = "found"
    MISTAKEN = "mistaken"
    EXPIRED = "expired"
    """Nobody recalled it in time, and nobody sent it again."""
    ORDER_ENDED = "order_ended"
    """The order was taken away while the broadcast ran."""


@value
class Sought:
    """The least by which somebody can be recognised on the street."""

    age: AgeBand | None
    sex: Sex | None
    looks: TextRef | None
    """Clothing and what is seen at a glance; a short text in the vault. None when the vault cannot be waited for."""
    area: ItemCode
    """Where last seen: a grid or a community, no address."""
    seen_at: datetime


@fact("broadcast_sent")
class BroadcastSent:
    order_id: UUID
    request_id: RequestId
    broadcast_id: UUID
    groups: tuple[ItemCode, ...]
    sought: Sought
    expires_at: datetime
    occurred_at: datetime


@fact("broadcast_recalled")
class BroadcastRecalled:
    """In every group where it was posted."""

    order_id: UUID
    request_id: RequestId
    broadcast_id: UUID
    groups: tuple[ItemCode, ...]
    cause: RecallCause
    occurred_at: datetime


@value
class Broadcast:
    """What an order remembers of one."""

    broadcast_id: UUID
    groups: tuple[ItemCode, ...]
    sought: Sought
    expires_at: datetime
    recalled: bool = False


Broadcasts = tuple[Broadcast, ...]
BroadcastEvent = BroadcastSent | BroadcastRecalled
