"""The histories of items: what of them is published, and their handler."""

from uuid import UUID

from services.vault.items.commands import ItemCommand
from services.vault.items.decider import item_decider
from services.vault.items.facts import (
    ItemEvent,
    ItemsCompared,
    ItemsErased,
    ItemsRead,
    ItemsReleased,
    ItemsSealed,
    ReadDenied,
    ReadsOpened,
    ReleaseWithheld,
)
from services.vault.items.state import ItemState
from shared.contracts.base import Contract
from shared.contracts.vault import ItemReadV1, ItemsReleasedV1, ItemsSealedV1
from shared.eventstore import Codec, CommandHandler, EventStore

CATEGORY = "vault.item"

item_codec: Codec[ItemEvent] = Codec(ItemEvent)

ItemHandler = CommandHandler[ItemCommand, ItemState, ItemEvent]


def published(event: ItemEvent) -> Contract | None:
    match event:
        case ItemsSealed():
            return ItemsSealedV1(
                request_id=event.request_id,
                items=tuple(sealed.item for sealed in event.items),
                at=event.occurred_at,
            )
        case ItemsRead():
            return ItemReadV1(
                request_id=event.request_id,
                items=event.items,
                purpose=event.purpose,
                level=event.level,
                at=event.occurred_at,
            )
        case ItemsReleased():
            return ItemsReleasedV1(
                request_id=event.request_id,
                items=event.items,
                purpose=event.purpose,
                role=event.role,
                at=event.occurred_at,
            )
        case ReadDenied() | ItemsErased() | ReleaseWithheld() | ReadsOpened() | ItemsCompared():
            return None


def _key(id: UUID, state: ItemState, events: tuple[ItemEvent, ...]) -> UUID:
    """The stream of a request bears the request's id; a batch is its own key."""
    return id


def item_handler(store: EventStore) -> ItemHandler:
    return CommandHandler(
        store=store, category=CATEGORY, decider=item_decider, codec=item_codec, publish=published, key=_key
    )
