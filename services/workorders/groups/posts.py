"""What goes out into a group, and the port through which it goes."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import NAMESPACE_URL, UUID, uuid5

from shared.eventstore import Transaction
from shared.kernel import ItemCode, RequestId, derive_id, value

POSTS = uuid5(NAMESPACE_URL, "urn:lounge:group-posts")


class PostKind(StrEnum):
    BROADCAST = "broadcast"
    ANSWER = "answer"


class PostState(StrEnum):
    POSTED = "posted"
    NO_CHANNEL = "no_channel"
    """No chat platform is connected: a person has to post it by hand."""
    WITHDRAWN = "withdrawn"


@value
class Posting:
    group: ItemCode
    kind: PostKind
    source: UUID
    """The broadcast, or the request that is answered."""
    order_id: UUID
    request_id: RequestId
    at: datetime

    @property
    def post_id(self) -> UUID:
        return derive_id(POSTS, self.source, self.order_id, self.group)


class GroupPort(Protocol):
    """Everything that a group gets is owed in the transaction that moves the reader's position."""

    async def post(self, posting: Posting, tx: Transaction) -> None: ...

    async def withdraw(self, source: UUID, at: datetime, tx: Transaction) -> None:
        """From every group."""
        ...
