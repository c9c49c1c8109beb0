"""A milestone whose day passed is noted."""

from services.workorders.deliberations.commands import NoteMilestoneOverdue
from services.workorders.deliberations.store import CATEGORY, DeliberationHandler, milestone_of_timer
from shared.eventstore import Due, TimerReaction, Transaction


def deliberation_wakings(deliberations: DeliberationHandler) -> TimerReaction:
    async def wake(due: Due, tx: Transaction) -> None:
        wish = NoteMilestoneOverdue(code=milestone_of_timer(due.name), at=due.now)
        await deliberations.within(tx).handle(due.id, wish, due.context)

    return TimerReaction(category=CATEGORY, handle=wake)
