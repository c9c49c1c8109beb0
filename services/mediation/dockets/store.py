"""How dockets are stored: one stream per request, its id the request's."""

from typing import TypeAlias

from services.mediation.dockets.decider import Docket, DocketCommand, DocketEvent, docket_decider
from shared.eventstore import Codec, CommandHandler, EventStore

CATEGORY = "mediation.docket"

DocketHandler: TypeAlias = CommandHandler[DocketCommand, Docket, DocketEvent]

docket_codec: Codec[DocketEvent] = Codec(DocketEvent)


def docket_handler(store: EventStore) -> DocketHandler:
    return CommandHandler(store=store, category=CATEGORY, decider=docket_decider, codec=docket_codec)
