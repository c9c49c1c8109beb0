"""How the group is stored: one stream of the installation. Nothing of it is published."""

from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID

from services.mediation.childgroup.decider import Group, GroupCommand, GroupEvent, group_decider, part_on
from shared.contracts.codes import Role
from shared.eventstore import Codec, CommandHandler, EventStore
from shared.kernel import BUREAU_ZONE, PersonId

CATEGORY = "mediation.childgroup"
THE_GROUP: Final = UUID("6f0b1c1a-94b7-5b0e-8d1c-2f6c0f3e7a0c")

GroupHandler: TypeAlias = CommandHandler[GroupCommand, Group, GroupEvent]

group_codec: Codec[GroupEvent] = Codec(GroupEvent)


def group_handler(store: EventStore) -> GroupHandler:
    return CommandHandler(store=store, category=CATEGORY, decider=group_decider, codec=group_codec)


async def part_of(groups: GroupHandler, person: PersonId | None, now: datetime) -> Role | None:
    """What part somebody has in the lane today; None for everybody else."""
    if person is None:
        return None
    group, _ = await groups.state(THE_GROUP)
    return part_on(group, person, now.astimezone(BUREAU_ZONE).date())
