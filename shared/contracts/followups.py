"""What notifications publishes of follow-up visits (回访)."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from shared.contracts.base import Contract
from shared.kernel import RequestId, TextRef


class Held(StrEnum):
    CALM = "calm"
    TROUBLE = "trouble"
    """It began again: intake takes the request up anew."""


class RevisitedV1(Contract):
    fact: ClassVar[str] = "revisited"
    request_id: RequestId
    attempt: int
    """Of the outcome that was visited."""
    day: int
    """7, 30 or 90 days after it."""
    found: Held
    note: TextRef | None
    """What the person said, for who takes it up again."""
    at: datetime
