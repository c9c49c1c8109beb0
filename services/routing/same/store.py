"""Where likenesses are kept. Nothing of them is published: a proposal is for the officer who looks."""

from services.routing.same.decider import Likenesses, SameCommand, SameEvent, same_decider
from shared.eventstore import Codec, CommandHandler, EventStore

CATEGORY = "routing.same"

SameHandler = CommandHandler[SameCommand, Likenesses, SameEvent]

same_codec: Codec[SameEvent] = Codec(SameEvent)


def same_handler(store: EventStore) -> SameHandler:
    """The likenesses of a request have the id of the request."""
    return CommandHandler(store=store, category=CATEGORY, decider=same_decider, codec=same_codec)
