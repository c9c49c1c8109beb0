"""What is recorded about rule packs: drafted, edited row by row, published by a second person, withdrawn."""

from datetime import date, datetime
from typing import NewType
from uuid import UUID

from services.routing.decisions.rules.pack import Row
from shared.kernel import PackVersion, PersonId, fact

PackId = NewType("PackId", UUID)


@fact("pack_drafted")
class PackDrafted:
    pack_id: PackId
    version: PackVersion
    based_on: PackVersion
    rows: tuple[Row, ...]
    drafted_by: PersonId
    occurred_at: datetime


@fact("pack_row_added")
class PackRowAdded:
    """`row` stands at its number now; what stood there and below moved down."""

    pack_id: PackId
    row: Row
    edited_by: PersonId
    occurred_at: datetime


@fact("pack_row_replaced")
class PackRowReplaced:
    pack_id: PackId
    row: Row
    edited_by: PersonId
    occurred_at: datetime


@fact("pack_row_moved")
class PackRowMoved:
    pack_id: PackId
    number: int
    to: int
    edited_by: PersonId
    occurred_at: datetime


@fact("pack_row_removed")
class PackRowRemoved:
    pack_id: PackId
    number: int
    edited_by: PersonId
    occurred_at: datetime


@fact("pack_edit_undone")
class PackEditUndone:
    """The last edit that was not undone yet."""

    pack_id: PackId
    edited_by: PersonId
    occurred_at: datetime


@fact("pack_discarded")
class PackDiscarded:
    pack_id: PackId
    discarded_by: PersonId
    occurred_at: datetime


@fact("pack_published")
class PackPublished:
    """Whole, so that nobody has to fold a draft in order to know the rules of a day."""

    pack_id: PackId
    version: PackVersion
    in_force_from: date
    rows: tuple[Row, ...]
    seen: int
    """How many past requests it was re-decided on, and how many of them go elsewhere."""
    changed: int
    drafted_by: tuple[PersonId, ...]
    published_by: PersonId
    occurred_at: datetime


@fact("pack_withdrawn")
class PackWithdrawn:
    """Before its first day: nothing was ever decided by it."""

    pack_id: PackId
    version: PackVersion
    withdrawn_by: PersonId
    occurred_at: datetime


RowEdited = PackRowAdded | PackRowReplaced | PackRowMoved | PackRowRemoved

RulePackEvent = PackDrafted | RowEdited | PackEditUndone | PackDiscarded | PackPublished | PackWithdrawn
