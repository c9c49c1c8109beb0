"""Where contacts are kept, what of them is public, and when a letter is tried again."""

from uuid import UUID

from services.notifications.contacts.commands import ContactCommand
from services.notifications.contacts.decider import ContactState, contact_decider
from services.notifications.contacts.facts import (
    ContactEvent,
    DeliveryFailed,
    MessagePosted,
    Rated,
    Side,
    Voice,
)
from shared.contracts import notifications as published_language
from shared.contracts.base import Contract
from shared.contracts.matternews import MatterNews, MatterToldV1
from shared.contracts.notifications import Listener, News, ProgressToldV1, RatedV1, RequesterToldV1
from shared.contracts.vault import ItemKind as ItemKind
from shared.eventstore import Cancel, Codec, CommandHandler, EventStore, Timer
from shared.kernel import PersonId

CATEGORY = "notifications.contact"
RETRY = "retry:"
OF_A_REQUEST = frozenset(str(about) for about in published_language.About)
"""What other services wait for; all else is news of a mediation."""

OF_A_MATTER = frozenset(str(news) for news in MatterNews)

ContactHandler = CommandHandler[ContactCommand, ContactState, ContactEvent]

contact_codec: Codec[ContactEvent] = Codec(ContactEvent)


def published(event: ContactEvent) -> Contract | None:
    match event:
        case MessagePosted() if str(event.about) in OF_A_MATTER:
            return MatterToldV1(
                request_id=event.request_id,
                attempt=event.attempt,
                listener=Listener(event.voice.side),
                person=person_of(event.voice, event.requester),
                news=MatterNews(event.about),
                at=event.occurred_at,
            )
        case MessagePosted() if event.voice.side is Side.OFFICER or str(event.about) not in OF_A_REQUEST:
            return ProgressToldV1(
                request_id=event.request_id,
                attempt=event.attempt,
                listener=Listener(event.voice.side),
                person=person_of(event.voice, event.requester),
                news=News(event.about),
                at=event.occurred_at,
            )
        case MessagePosted():
            return RequesterToldV1(
                request_id=event.request_id,
                attempt=event.attempt,
                side=published_language.Side(event.voice.side),
                person=person_of(event.voice, event.requester),
                about=published_language.About(event.about),
                at=event.occurred_at,
            )
        case Rated():
            return RatedV1(
                request_id=event.request_id,
                attempt=event.attempt,
                side=published_language.Side(event.voice.side),
                person=person_of(event.voice, event.requester),
                satisfied=event.satisfied,
                comment=event.comment,
                at=event.occurred_at,
            )
    return None


def person_of(voice: Voice, requester: PersonId | None) -> PersonId | None:
    return requester if voice.side is Side.REQUESTER else voice.person


def timers_of(event: ContactEvent, state: ContactState) -> tuple[Timer | Cancel, ...]:
    match event:
        case DeliveryFailed() if event.next_try is not None:
            return (Timer(f"{RETRY}{event.message_id}", event.next_try),)
    return ()


def contact_handler(store: EventStore) -> ContactHandler:
    """A request's contact has the id of the request."""
    return CommandHandler(
        store=store,
        category=CATEGORY,
        decider=contact_decider,
        codec=contact_codec,
        publish=published,
        key=lambda id, state, events: id,
        timers=timers_of,
    )


def message_of_timer(name: str) -> UUID:
    return UUID(name.removeprefix(RETRY))
