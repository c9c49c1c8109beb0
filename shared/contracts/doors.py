"""What intake publishes of the way by which a request came in, where that is more than a person at a form."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import Contract
from shared.contracts.codes import Door
from shared.kernel import ItemCode, PersonId, RequestId, TextRef


class Asked(StrEnum):
    """Whether the beneficiary wants what was filed for him."""

    HIMSELF = "himself"
    NEVER = "never"
    """Somebody else saw the need; consent comes later and is recorded."""
    AGREED = "agreed"


class RequestSourceV1(Contract):
    fact: ClassVar[str] = "request_source"
    request_id: RequestId
    door: Door
    group: ItemCode | None
    """The group of the registry where it was written; the answer goes back there."""
    system: ItemCode | None
    """The outside system that sent it."""
    external: TextRef | None
    """Its number there. Outside numbers are typed by strangers, so they lie in the vault."""
    filed_by: PersonId | None
    """Who brought it, where that is not who asks."""
    beneficiary: PersonId | None
    asked: Asked
    batch: UUID | None
    """The parent of a batch filing."""
    at: datetime


class BeneficiaryAgreedV1(Contract):
    """Who never asked was asked, and said yes."""

    fact: ClassVar[str] = "beneficiary_agreed"
    request_id: RequestId
    beneficiary: PersonId | None
    at: datetime
