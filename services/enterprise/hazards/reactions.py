"""A hazard whose day passed climbs, rung by rung."""

from services.enterprise.hazards.commands import NoteHazardOverdue
from services.enterprise.hazards.store import CATEGORY, HazardHandler
from services.enterprise.matters.deadlines import climbs_at
from shared.eventstore import Due, TimerReaction, Transaction


def hazard_wakings(hazards: HazardHandler) -> TimerReaction:
    async def wake(due: Due, tx: Transaction) -> None:
        wish = NoteHazardOverdue(climbs_at=climbs_at(due.now), at=due.now)
        await hazards.within(tx).handle(due.id, wish, due.context)

    return TimerReaction(category=CATEGORY, handle=wake)
