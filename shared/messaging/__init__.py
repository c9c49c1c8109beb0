"""Transport, readers, parking: how records become effects."""

from shared.messaging.positions import ReaderState
from shared.messaging.reactions import Reaction, Reactor
from shared.messaging.reader import Reader
from shared.messaging.transport import FeedTransport, Subscription, Transport
from shared.messaging.views import Rebuilt, View, Viewers, checksum, install, rebuild

__all__ = [
    "FeedTransport",
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
]
