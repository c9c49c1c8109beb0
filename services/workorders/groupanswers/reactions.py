"""A request that was written in a group is remembered with its group."""

from services.workorders.groupanswers.decider import NoteGroup
from services.workorders.groupanswers.store import GroupAnswerHandler
from shared.contracts.doors import RequestSourceV1
from shared.eventstore import Incoming, Transaction
from shared.messaging import Reaction


def note_groups(answers: GroupAnswerHandler) -> Reaction:
    async def note(record: Incoming, tx: Transaction) -> None:
        match record.body:
            case RequestSourceV1(group=str(group)) as source:
                wish = NoteGroup(request_id=source.request_id, group=group, at=source.at)
                await answers.within(tx).handle(source.request_id, wish, record.context)
            case _:
                return

    return Reaction(reader="workorders.note_groups", causes=(("intake", RequestSourceV1),), handle=note)
