"""Where batches are kept, and the timer by which they go on."""

from services.intake.batches.decider import Batch, BatchCommand, BatchState, batch_decider
from services.intake.batches.facts import BatchEvent
from shared.eventstore import Cancel, Codec, CommandHandler, EventStore, Timer

CATEGORY = "intake.batch"
NEXT_PART = "next_part"

BatchHandler = CommandHandler[BatchCommand, BatchState, BatchEvent]

batch_codec: Codec[BatchEvent] = Codec(BatchEvent)


def timers_of(event: BatchEvent, state: BatchState) -> tuple[Timer | Cancel, ...]:
    """Each part wakes the next, so that whoever dies in between is followed by another."""
    if isinstance(state, Batch) and state.done < len(state.parts):
        return (Timer(NEXT_PART, event.occurred_at),)
    return ()


def batch_handler(store: EventStore) -> BatchHandler:
    return CommandHandler(store=store, category=CATEGORY, decider=batch_decider, codec=batch_codec, timers=timers_of)
