"""How clues are stored, and what of them goes to the vault. Nothing of them is published."""

from typing import TypeAlias
from uuid import UUID

from services.workorders.clues.decider import Clue, ClueCommand, ClueState, clue_decider
from services.workorders.clues.facts import ClueEvent, ClueFiled
from shared.contracts.codes import DataLevel
from shared.contracts.vault import ItemKind
from shared.eventstore import Codec, CommandHandler, EventStore
from shared.web import Text

CATEGORY = "workorders.clue"

ClueHandler: TypeAlias = CommandHandler[ClueCommand, ClueState, ClueEvent]

clue_codec: Codec[ClueEvent] = Codec(ClueEvent)


def _key(id: UUID, state: ClueState, events: tuple[ClueEvent, ...]) -> UUID:
    """A clue to a broadcast travels with its request."""
    about = state.about if isinstance(state, Clue) else None
    for event in events:
        if isinstance(event, ClueFiled):
            about = event.about
    return about.request_id if about is not None else id


def clue_handler(store: EventStore) -> ClueHandler:
    return CommandHandler(store=store, category=CATEGORY, decider=clue_decider, codec=clue_codec, key=_key)


def clue_text(text: str) -> Text:
    return Text(ItemKind.STATEMENT, text)


def identity_text(text: str) -> Text:
    """R-23. Only whoever protects reporters asks for it, and two others approve."""
    return Text(ItemKind.CONTACT, text, DataLevel.L4)


def verdict_text(text: str | None) -> Text | None:
    return Text(ItemKind.NOTE, text) if text is not None else None
