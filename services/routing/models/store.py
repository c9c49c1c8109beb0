"""Where it is kept which model judges: one stream of few events."""

from uuid import NAMESPACE_URL, uuid5

from services.routing.models.decider import ModelCommand, ModelEvent, Registry, model_decider
from shared.eventstore import Codec, CommandHandler, EventStore, Newest

CATEGORY = "routing.models"
MODELS_ID = uuid5(NAMESPACE_URL, "urn:lounge:models")

ModelHandler = CommandHandler[ModelCommand, Registry, ModelEvent]
RegistryReader = Newest[Registry, ModelEvent]

model_codec: Codec[ModelEvent] = Codec(ModelEvent)


def model_handler(store: EventStore) -> ModelHandler:
    return CommandHandler(store=store, category=CATEGORY, decider=model_decider, codec=model_codec)


def registry_reader(store: EventStore) -> RegistryReader:
    """The newest word about models."""
    return Newest(store, f"{CATEGORY}-{MODELS_ID}", model_decider, model_codec)
