"""The histories of lines to other bodies, and their handler. Nothing of them is published."""

from typing import TypeAlias
from uuid import NAMESPACE_URL, UUID, uuid5

from services.workorders.connector.decider import (
    LineCommand,
    LineEvent,
    LineState,
    MessageQueued,
    Silent,
    line_decider,
)
from shared.eventstore import Codec, CommandHandler, EventStore
from shared.kernel import UnitCode, derive_id

CATEGORY = "workorders.line"
LINES = uuid5(NAMESPACE_URL, "urn:lounge:lines")
MESSAGES = uuid5(NAMESPACE_URL, "urn:lounge:connector-messages")

LineHandler: TypeAlias = CommandHandler[LineCommand, LineState, LineEvent]

line_codec: Codec[LineEvent] = Codec(LineEvent)


def line_of(body: UnitCode, matter: UUID) -> UUID:
    return derive_id(LINES, body, matter)


def message_of(cause: UUID) -> UUID:
    return derive_id(MESSAGES, cause)


def _key(id: UUID, state: LineState, events: tuple[LineEvent, ...]) -> UUID:
    if not isinstance(state, Silent):
        return state.request_id
    first = events[0] if events else None
    return first.request_id if isinstance(first, MessageQueued) else id


def line_handler(store: EventStore) -> LineHandler:
    return CommandHandler(store=store, category=CATEGORY, decider=line_decider, codec=line_codec, key=_key)
