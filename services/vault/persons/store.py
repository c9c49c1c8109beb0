"""The histories of persons: what of them is published, and their handler."""

from services.vault.persons.decider import (
    PersonCommand,
    PersonErased,
    PersonEvent,
    PersonState,
    person_decider,
)
from shared.contracts.base import Contract
from shared.contracts.vault import PersonErasedV1
from shared.eventstore import Codec, CommandHandler, EventStore

CATEGORY = "vault.person"

person_codec: Codec[PersonEvent] = Codec(PersonEvent)

PersonHandler = CommandHandler[PersonCommand, PersonState, PersonEvent]


def published(event: PersonEvent) -> Contract | None:
    if isinstance(event, PersonErased):
        return PersonErasedV1(person=event.person, items=event.items, at=event.occurred_at)
    return None


def person_handler(store: EventStore) -> PersonHandler:
    return CommandHandler(store=store, category=CATEGORY, decider=person_decider, codec=person_codec, publish=published)
