import pytest

from shared.eventstore import Wakeups
from shared.messaging import FeedTransport, Transport
from tests.shared.messaging.conformance import TransportConformance, TransportKit


class FeedKit:
    """It holds nothing: a restart is a new one."""

    def make(self, wakeups: Wakeups) -> Transport:
        return FeedTransport(wakeups, poll_seconds=0.05)

    async def restart(self) -> None:
        pass


class TestFeedTransport(TransportConformance):
    @pytest.fixture
    def kit(self) -> TransportKit:
        return FeedKit()
