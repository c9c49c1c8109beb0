"""Transport, readers, parking: how records become effects."""

from shared.messaging.positions import ReaderState
from shared.messaging.reactions import Reaction, Reactor
from shared.messaging.reader import Reader
from shared.messaging.transport import FeedTransport, Interrupted, Subscription, Transport
from shared.messaging.views import Rebuilt, View, Viewers, checksum, install, rebuild, rebuilt_so_far

__all__ = [
    "FeedTransport",
    "Interrupted",
    "Reaction",
    "Reactor",
    "Reader",
    "ReaderState",
    "Rebuilt",
    "Subscription",
    "Transport",
    "View",
    "Viewers",
    "checksum",
    "install",
    "rebuild",
    "rebuilt_so_far",
]
