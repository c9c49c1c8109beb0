"""What the vault publishes: reads, seals and erasures, never what was read."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import Contract
from shared.contracts.codes import DataLevel, Purpose, Role
from shared.kernel import PersonId, RequestId


class ItemKind(StrEnum):
    TITLE = "title"
    NARRATIVE = "narrative"
    PLACE = "place"
    NOTE = "note"
    ANSWER = "answer"
    TERMS = "terms"
    CONTACT = "contact"
    STATEMENT = "statement"
    EVIDENCE = "evidence"


class ItemsSealedV1(Contract):
    fact: ClassVar[str] = "items_sealed"
    request_id: RequestId | None
    items: tuple[UUID, ...]
    at: datetime


class ItemReadV1(Contract):
    fact: ClassVar[str] = "item_read"
    request_id: RequestId | None
    items: tuple[UUID, ...]
    purpose: Purpose
    level: DataLevel
    at: datetime


class ItemsReleasedV1(Contract):
    """The claim of a request was opened to the host of its case, in this role and for this purpose only."""

    fact: ClassVar[str] = "items_released"
    request_id: RequestId
    items: tuple[UUID, ...]
    purpose: Purpose
    role: Role
    at: datetime


class PersonErasedV1(Contract):
    fact: ClassVar[str] = "person_erased"
    person: PersonId
    items: int
    at: datetime
