"""How meetings are stored, and the days of their tasks. Nothing of them is published: units read their own here."""

from typing import TypeAlias
from uuid import UUID

from services.workorders.meetings.commands import MeetingCommand
from services.workorders.meetings.decider import meeting_decider
from services.workorders.meetings.facts import (
    MeetingCalled,
    MeetingClosed,
    MeetingEvent,
    TaskAnswered,
    TaskId,
    TaskSet,
)
from services.workorders.meetings.state import Meeting, MeetingState
from shared.contracts.codes import DataLevel
from shared.contracts.vault import ItemKind
from shared.eventstore import Cancel, Codec, CommandHandler, EventStore, Timer
from shared.web import Text

CATEGORY = "workorders.meeting"
DUE = "task:"

MeetingHandler: TypeAlias = CommandHandler[MeetingCommand, MeetingState, MeetingEvent]

meeting_codec: Codec[MeetingEvent] = Codec(MeetingEvent)


def timers_of(event: MeetingEvent, state: MeetingState) -> tuple[Timer | Cancel, ...]:
    match event:
        case TaskSet():
            return (Timer(f"{DUE}{event.task_id}", event.due),)
        case TaskAnswered():
            return (Cancel(f"{DUE}{event.task_id}"),)
        case MeetingClosed() if isinstance(state, Meeting):
            return tuple(Cancel(f"{DUE}{task_id}") for task_id in state.tasks)
    return ()


def task_of_timer(name: str) -> TaskId:
    return TaskId(UUID(name.removeprefix(DUE)))


def words_of_units(text: str) -> Text:
    """Every unit that takes part reads it: no higher than L2."""
    return Text(ItemKind.NOTE, text, DataLevel.L2)


def _key(id: UUID, state: MeetingState, events: tuple[MeetingEvent, ...]) -> UUID:
    """A talk about a request belongs to its file."""
    if isinstance(state, Meeting):
        return state.request_id or id
    first = events[0] if events else None
    return (first.request_id if isinstance(first, MeetingCalled) else None) or id


def meeting_handler(store: EventStore) -> MeetingHandler:
    return CommandHandler(
        store=store,
        category=CATEGORY,
        decider=meeting_decider,
        codec=meeting_codec,
        key=_key,
        timers=timers_of,
    )
