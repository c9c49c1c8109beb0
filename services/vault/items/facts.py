"""What can happen to the items of a request. A history holds ids, kinds, levels and commitments, never a text."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.vault.items.rules.reads import Denial
from services.vault.items.rules.releases import Withheld
from shared.contracts.codes import DataLevel, Purpose, Role
from shared.kernel import Digest, PersonId, RequestId, RuleId, fact, value


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


class ErasureCause(StrEnum):
    PERSON = "person"
    """The person's data were erased (R-40)."""
    NEVER_MENTIONED = "never_mentioned"
    """No record named the item within a day of its sealing."""


@value
class SealedItem:
    item: UUID
    kind: ItemKind
    level: DataLevel
    commitment: Digest


@fact("items_sealed")
class ItemsSealed:
    request_id: RequestId | None
    owner: PersonId | None
    items: tuple[SealedItem, ...]
    occurred_at: datetime


@fact("items_read")
class ItemsRead:
    """Committed before the plaintext leaves."""

    request_id: RequestId | None
    items: tuple[UUID, ...]
    purpose: Purpose
    level: DataLevel
    """The highest among them."""
    occurred_at: datetime


@fact("read_denied")
class ReadDenied:
    request_id: RequestId | None
    items: tuple[UUID, ...]
    purpose: Purpose
    reason: Denial
    rule: RuleId
    occurred_at: datetime


@fact("items_erased")
class ItemsErased:
    """Key, salt and ciphertext are gone; the commitments stay and commit to nothing that can be tried."""

    request_id: RequestId | None
    items: tuple[UUID, ...]
    cause: ErasureCause
    occurred_at: datetime


@fact("items_released")
class ItemsReleased:
    """The claim of this request may be read by the host of its case."""

    request_id: RequestId
    items: tuple[UUID, ...]
    purpose: Purpose
    role: Role
    occurred_at: datetime


@fact("release_withheld")
class ReleaseWithheld:
    request_id: RequestId
    items: tuple[UUID, ...]
    role: Role
    reason: Withheld
    rule: RuleId
    occurred_at: datetime


@fact("reads_opened")
class ReadsOpened:
    """One person may read these items until then; `approver` is None where danger does not wait (R-36)."""

    request_id: RequestId
    items: tuple[UUID, ...]
    reader: PersonId
    approver: PersonId | None
    purpose: Purpose
    until: datetime
    occurred_at: datetime


@fact("items_compared")
class ItemsCompared:
    """Somebody asked what else is about the same. No text left; committed before the answer does."""

    request_id: RequestId | None
    items: tuple[UUID, ...]
    purpose: Purpose
    occurred_at: datetime


ItemEvent = (
    ItemsSealed | ItemsRead | ReadDenied | ItemsErased | ItemsReleased | ReleaseWithheld | ReadsOpened | ItemsCompared
)
