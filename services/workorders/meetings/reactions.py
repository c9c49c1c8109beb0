"""A task whose day passed without an answer is noted."""

from services.workorders.meetings.commands import NoteTaskOverdue
from services.workorders.meetings.store import CATEGORY, MeetingHandler, task_of_timer
from shared.eventstore import Due, TimerReaction, Transaction


def meeting_wakings(meetings: MeetingHandler) -> TimerReaction:
    async def wake(due: Due, tx: Transaction) -> None:
        wish = NoteTaskOverdue(task_id=task_of_timer(due.name), at=due.now)
        await meetings.within(tx).handle(due.id, wish, due.context)

    return TimerReaction(category=CATEGORY, handle=wake)
