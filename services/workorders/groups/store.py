"""How the registry of groups is stored: one stream per group, its id from its code. Nothing of it is published."""

from collections.abc import Iterable
from datetime import date
from typing import TypeAlias
from uuid import NAMESPACE_URL, UUID, uuid5

from services.workorders.groups.decider import Group, GroupCommand, GroupEvent, group_decider
from shared.eventstore import Codec, CommandHandler, EventStore
from shared.kernel import ItemCode, derive_id

CATEGORY = "workorders.group"
GROUPS = uuid5(NAMESPACE_URL, "urn:lounge:groups")

GroupHandler: TypeAlias = CommandHandler[GroupCommand, Group, GroupEvent]

group_codec: Codec[GroupEvent] = Codec(GroupEvent)


def group_handler(store: EventStore) -> GroupHandler:
    return CommandHandler(store=store, category=CATEGORY, decider=group_decider, codec=group_codec)


def group_id(code: ItemCode) -> UUID:
    return derive_id(GROUPS, code)


async def open_among(groups: GroupHandler, wanted: Iterable[ItemCode], day: date) -> frozenset[ItemCode]:
    """Those of `wanted` that exist on that day."""
    found = set()
    for code in wanted:
        group, _ = await groups.state(group_id(code))
        if group.open_on(day):
            found.add(code)
    return frozenset(found)
