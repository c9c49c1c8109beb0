"""What is wished of the items of one stream: sealed, read, opened, released, destroyed."""

from datetime import datetime
from uuid import UUID

from services.vault.items.facts import SealedItem
from services.vault.items.rules.reads import Reader, Service
from shared.contracts.codes import Purpose, Role
from shared.kernel import PersonId, RequestId, command


@command
class SealItems:
    request_id: RequestId | None
    owner: PersonId | None
    items: tuple[SealedItem, ...]
    at: datetime


@command
class ReadItems:
    items: tuple[UUID, ...]
    purpose: Purpose
    reader: Reader
    request_id: RequestId | None
    """The case that the reader says it is about; None when it asks about several."""
    at: datetime


@command
class EraseItemsOf:
    person: PersonId
    at: datetime


@command
class DestroyUnmentioned:
    items: tuple[UUID, ...]
    at: datetime


@command
class ReleaseItems:
    """Title and narrative of the request to whoever hosts its case in `role`."""

    request_id: RequestId
    role: Role
    by: Service
    at: datetime


@command
class OpenReads:
    """Lets one person read these items of a child's file until `until`; without `approver` because of danger."""

    request_id: RequestId
    items: tuple[UUID, ...]
    reader: PersonId
    approver: PersonId | None
    by: Service
    until: datetime
    at: datetime


@command
class CompareItems:
    """What else is about the same as these?"""

    items: tuple[UUID, ...]
    purpose: Purpose
    reader: Reader
    at: datetime


ItemCommand = SealItems | ReadItems | EraseItemsOf | DestroyUnmentioned | ReleaseItems | OpenReads | CompareItems
