"""How dockets are stored; nothing of them is published."""

from typing import TypeAlias

from services.enterprise.dockets.decider import Docket, DocketCommand, DocketEvent, docket_decider
from shared.eventstore import Codec, CommandHandler, EventStore

CATEGORY = "enterprise.docket"

DocketHandler: TypeAlias = CommandHandler[DocketCommand, Docket, DocketEvent]

docket_codec: Codec[DocketEvent] = Codec(DocketEvent)


def docket_handler(store: EventStore) -> DocketHandler:
    return CommandHandler(store=store, category=CATEGORY, decider=docket_decider, codec=docket_codec)
