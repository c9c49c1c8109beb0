import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from shared.eventstore import Wakeups
from shared.messaging import Transport
from shared.messaging.kafka import KafkaRelay, KafkaTransport
from tests.shared.messaging.conformance import TransportConformance, TransportKit
from tests.shared.messaging.scene import Scene

DIVISION = "340123"


class KafkaKit:
    """Relay and transport; both forget everything at a restart."""

    def __init__(self, bootstrap: str, scene: Scene) -> None:
        self._bootstrap = bootstrap
        self._scene = scene
        self._relaying: asyncio.Task[None] | None = None

    def make(self, wakeups: Wakeups) -> Transport:
        return KafkaTransport(self._bootstrap)

    async def start(self) -> None:
        relay = KafkaRelay(self._scene.feed, self._bootstrap, DIVISION, self._scene.wakeups)
        self._relaying = asyncio.create_task(relay.run())

    async def stop(self) -> None:
        if self._relaying is not None:
            self._relaying.cancel()
            with suppress(asyncio.CancelledError):
                await self._relaying

    async def restart(self) -> None:
        await self.stop()
        await self.start()


class TestKafkaTransport(TransportConformance):
    @pytest.fixture
    async def kit(self, bootstrap: str, scene: Scene) -> AsyncIterator[TransportKit]:
        kit = KafkaKit(bootstrap, scene)
        await kit.start()
        yield kit
        await kit.stop()
