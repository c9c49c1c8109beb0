"""Where it is kept which model judges: one stream of few events."""

from uuid import NAMESPACE_URL, uuid5

from services.routing.models.decider import ModelCommand, ModelEvent, Registry, model_decider
from shared.eventstore import Codec, CommandHandler, EventStore

CATEGORY = "routing.models"
MODELS_ID = uuid5(NAMESPACE_URL, "urn:lounge:models")

NEW_EVENTS = "SELECT fact, body FROM events WHERE stream = $1 AND version > $2 ORDER BY version"

ModelHandler = CommandHandler[ModelCommand, Registry, ModelEvent]

model_codec: Codec[ModelEvent] = Codec(ModelEvent)


def model_handler(store: EventStore) -> ModelHandler:
    return CommandHandler(store=store, category=CATEGORY, decider=model_decider, codec=model_codec)


class RegistryReader:
    """The newest word about models; what was folded is kept."""

    def __init__(self, store: EventStore) -> None:
        self._pool = store.pool
        self._stream = f"{CATEGORY}-{MODELS_ID}"
        self._folded: tuple[Registry, int] = (model_decider.initial, 0)

    async def newest(self) -> Registry:
        registry, version = self._folded
        rows = await self._pool.fetch(NEW_EVENTS, self._stream, version)
        registry = model_decider.fold((model_codec.decode(row["fact"], row["body"]) for row in rows), registry)
        self._folded = max(self._folded, (registry, version + len(rows)), key=lambda folded: folded[1])
        return registry
