"""What groups and areas are called, and the groups of a demo desk."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict

from services.workorders.groups.decider import GroupKind, ListGroup, Listing
from services.workorders.groups.store import GroupHandler, group_id
from shared.kernel import SYSTEM, Clock, Context, ItemCode, UnitCode

FIRST_DAY: Final = date(2020, 1, 1)
"""Before the oldest story that is told in a group."""


class GroupEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    kind: GroupKind
    area: ItemCode
    unit: UnitCode
    members: int
    households: int | None = None


class GroupBook(BaseModel):
    """What an installation calls its groups and areas; a demo desk lists these groups too."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    groups: Mapping[ItemCode, GroupEntry]
    areas: Mapping[ItemCode, str]

    def name_of(self, group: str) -> str:
        """The code where nobody gave it a name."""
        entry = self.groups.get(ItemCode(group))
        return entry.name if entry else group


def read_groups(path: Path) -> GroupBook:
    return GroupBook.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


async def list_demo_groups(book: GroupBook, groups: GroupHandler, clock: Clock) -> None:
    """A group that is known stays as it is: a closing outlives a restart."""
    for code, entry in book.groups.items():
        if await groups.has_begun(group_id(code)):
            continue
        listing = Listing(entry.kind, entry.area, entry.unit, entry.members, entry.households, FIRST_DAY, None)
        wish = ListGroup(group=code, listing=listing, at=clock.now())
        await groups.handle(group_id(code), wish, Context(actor=SYSTEM))
