"""How answers into groups are stored: one stream per request, under its id. Nothing of it is published."""

from typing import TypeAlias

from services.workorders.groupanswers.decider import (
    GroupAnswerCommand,
    GroupAnswerEvent,
    GroupAnswerState,
    group_answer_decider,
)
from shared.contracts.codes import DataLevel
from shared.contracts.vault import ItemKind
from shared.eventstore import Codec, CommandHandler, EventStore
from shared.web import Text

CATEGORY = "workorders.groupanswer"

GroupAnswerHandler: TypeAlias = CommandHandler[GroupAnswerCommand, GroupAnswerState, GroupAnswerEvent]

group_answer_codec: Codec[GroupAnswerEvent] = Codec(GroupAnswerEvent)


def group_answer_handler(store: EventStore) -> GroupAnswerHandler:
    return CommandHandler(store=store, category=CATEGORY, decider=group_answer_decider, codec=group_answer_codec)


def group_text(text: str) -> Text:
    """Everybody in the group reads it."""
    return Text(ItemKind.ANSWER, text, DataLevel.L2)
