"""How suits are stored, and the one thing that others learn of them: that a court sent a dispute."""

from typing import TypeAlias
from uuid import UUID

from services.mediation.suits.decider import SuitCommand, SuitDocked, SuitEvent, SuitNumberCode, SuitState, suit_decider
from shared.contracts.base import Contract
from shared.contracts.mediation import SuitDockedV1
from shared.contracts.vault import ItemKind
from shared.eventstore import Codec, CommandHandler, EventStore
from shared.kernel import RequestId, UnitCode, derive_id
from shared.web import Text

CATEGORY = "mediation.suit"
SUITS = UUID("6f0b1c1a-94b7-5b0e-8d1c-2f6c0f3e7a05")

SuitHandler: TypeAlias = CommandHandler[SuitCommand, SuitState, SuitEvent]

suit_codec: Codec[SuitEvent] = Codec(SuitEvent)


def suit_handler(store: EventStore) -> SuitHandler:
    return CommandHandler(store=store, category=CATEGORY, decider=suit_decider, codec=suit_codec, publish=published)


def request_of_suit(court: UnitCode, number: SuitNumberCode) -> RequestId:
    """The same number of the same court is the same request."""
    return RequestId(derive_id(SUITS, court, number))


def claim(text: str) -> Text:
    return Text(ItemKind.NARRATIVE, text)


def published(event: SuitEvent) -> Contract | None:
    if not isinstance(event, SuitDocked):
        return None
    return SuitDockedV1(
        request_id=event.request_id,
        court=event.court,
        claim=event.claim,
        claimant=event.claimant,
        defendant=event.defendant,
        at=event.occurred_at,
    )
