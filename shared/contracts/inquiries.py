"""What intake publishes of questions that an answer closes."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import Contract
from shared.contracts.codes import Category, Channel, Police, Priority
from shared.kernel import ItemCode, TextRef


class InquiryAnsweredV1(Contract):
    """A question was answered from the catalogue, where it was asked; no request was opened."""

    fact: ClassVar[str] = "inquiry_answered"
    inquiry_id: UUID
    question: TextRef
    group: ItemCode | None
    item: ItemCode
    category: Category
    priority: Priority
    police: Police
    channel: Channel
    at: datetime
