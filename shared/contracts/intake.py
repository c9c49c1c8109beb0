"""What intake publishes: a request's way in, and its end."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import Contract
from shared.contracts.codes import Category, Door, ReasonCode
from shared.contracts.danger import DangerKind
from shared.kernel import ItemCode, PersonId, RequestId, TextRef


class Kind(StrEnum):
    """What the person says it is, before anybody judged it."""

    DISPUTE = "dispute"
    SERVICE = "service"
    HELP = "help"
    OTHER = "other"


class RequestFiledV1(Contract):
    fact: ClassVar[str] = "request_filed"
    request_id: RequestId
    door: Door
    kind: Kind
    title: TextRef | None
    narrative: TextRef
    place: TextRef | None
    requester: PersonId | None
    """None: anonymous, reachable by code and PIN only."""
    other_party: PersonId | None
    other_party_known: bool
    danger: tuple[DangerKind, ...]
    at: datetime


class ContactLeftV1(Contract):
    """The person can be written to: the address lies in the vault."""

    fact: ClassVar[str] = "contact_left"
    request_id: RequestId
    person: PersonId | None
    contact: UUID
    by_email: bool
    at: datetime


class RequestAcceptedV1(Contract):
    fact: ClassVar[str] = "request_accepted"
    request_id: RequestId
    at: datetime


class InfoRequestedV1(Contract):
    fact: ClassVar[str] = "info_requested"
    request_id: RequestId
    items: tuple[ItemCode, ...]
    note: TextRef | None
    due: datetime
    at: datetime


class InfoRemindedV1(Contract):
    """The time for the papers asked for ends soon."""

    fact: ClassVar[str] = "info_reminded"
    request_id: RequestId
    due: datetime
    at: datetime


class SupplementedV1(Contract):
    fact: ClassVar[str] = "supplemented"
    request_id: RequestId
    text: TextRef
    answers_request: bool
    """True when it answers what was asked for; False when the person just added something."""
    danger: tuple[DangerKind, ...]
    at: datetime


class NotAcceptedV1(Contract):
    fact: ClassVar[str] = "not_accepted"
    request_id: RequestId
    reason: ReasonCode
    note: TextRef | None
    """Where to go instead; None when time ran out for the papers asked for."""
    at: datetime


class WithdrawnV1(Contract):
    fact: ClassVar[str] = "withdrawn"
    request_id: RequestId
    at: datetime


class RequestReopenedV1(Contract):
    fact: ClassVar[str] = "request_reopened"
    request_id: RequestId
    attempt: int
    """2 for the first reopening."""
    reason: ReasonCode
    former_handler: PersonId | None
    at: datetime


class RequestArchivedV1(Contract):
    fact: ClassVar[str] = "request_archived"
    request_id: RequestId
    category: Category | None
    rated: bool
    at: datetime
