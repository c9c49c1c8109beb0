"""A measure whose day passed without an answer is noted."""

from services.enterprise.visits.commands import NoteMeasureOverdue
from services.enterprise.visits.store import CATEGORY, VisitHandler, opinion_of_timer
from shared.eventstore import Due, TimerReaction, Transaction


def visit_wakings(visits: VisitHandler) -> TimerReaction:
    async def wake(due: Due, tx: Transaction) -> None:
        wish = NoteMeasureOverdue(opinion_id=opinion_of_timer(due.name), due=due.due_at, at=due.now)
        await visits.within(tx).handle(due.id, wish, due.context)

    return TimerReaction(category=CATEGORY, handle=wake)
