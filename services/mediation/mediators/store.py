"""How the register is stored. It is mediation's own; nothing of it is published."""

from typing import TypeAlias

from services.mediation.mediators.decider import Mediator, MediatorCommand, MediatorEvent, mediator_decider
from shared.eventstore import Codec, CommandHandler, EventStore

CATEGORY = "mediation.mediator"

MediatorHandler: TypeAlias = CommandHandler[MediatorCommand, Mediator, MediatorEvent]

mediator_codec: Codec[MediatorEvent] = Codec(MediatorEvent)


def mediator_handler(store: EventStore) -> MediatorHandler:
    return CommandHandler(store=store, category=CATEGORY, decider=mediator_decider, codec=mediator_codec)
