"""Event streams in PostgreSQL: append, fold, number, serve, wake."""

from shared.eventstore.batch import kept_in
from shared.eventstore.codec import Codec
from shared.eventstore.feed import Feed, StoredFeed
from shared.eventstore.handler import CommandHandler, Recorded, Stored
from shared.eventstore.herald import Herald
from shared.eventstore.incoming import Codecs, Incoming
from shared.eventstore.newest import Newest
from shared.eventstore.records import Record
from shared.eventstore.sequencer import Sequencer
from shared.eventstore.store import (
    Append,
    Cancel,
    EventStore,
    KeyReused,
    NewEvent,
    Once,
    Repeated,
    StoredEvent,
    StoreUnavailable,
    Timer,
    Transaction,
    commitment_of,
)
from shared.eventstore.timers import Due, TimerReaction, Waker
from shared.eventstore.wakeups import Wakeups

__all__ = [
    "Append",
    "Cancel",
    "Codec",
    "Codecs",
    "CommandHandler",
    "Due",
    "EventStore",
    "Feed",
    "Herald",
    "Incoming",
    "KeyReused",
    "NewEvent",
    "Newest",
    "Once",
    "Record",
    "Recorded",
    "Repeated",
    "Sequencer",
    "StoreUnavailable",
    "Stored",
    "StoredEvent",
    "StoredFeed",
    "Timer",
    "TimerReaction",
    "Transaction",
    "Waker",
    "Wakeups",
    "commitment_of",
    "kept_in",
]
