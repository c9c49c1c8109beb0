"""What notifications publishes of messages about one matter; no state of a request waits for it."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from shared.contracts.base import Contract
from shared.contracts.notifications import Listener
from shared.kernel import PersonId, RequestId


class MatterNews(StrEnum):
    LINKED = "linked"
    LINK_UNDONE = "link_undone"


class MatterToldV1(Contract):
    """A side can read that its request goes on together with another one, or by itself again."""

    fact: ClassVar[str] = "matter_told"
    request_id: RequestId
    attempt: int
    listener: Listener
    person: PersonId | None
    news: MatterNews
    at: datetime
