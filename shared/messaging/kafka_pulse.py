"""Whether Kafka is there, so that readers need not find out one by one."""

import asyncio
from collections.abc import Collection, Mapping

import structlog
from aiokafka.client import AIOKafkaClient

from shared.kernel import LANES
from shared.messaging.kafka_clients import DOWN, ended, farewell, milliseconds, set_within

PULSE_SECONDS = 1.0

log = structlog.get_logger("kafka")


class Pulse:
    """Whether Kafka answers and has a topic's lanes; asked once a second for all readers of the process."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._led: Mapping[str, int] | None = None
        """Lanes with a leader, by topic; None as long as nobody has answered."""
        self._away = False
        self._heard_at = 0.0
        """When somebody answered last, or, before anybody did, when it was asked first."""
        self._listeners = 0
        self._beating: tuple[asyncio.Task[None], asyncio.Event] | None = None

    def join(self) -> None:
        self._listeners += 1
        if self._beating is None:
            over = asyncio.Event()
            self._heard_at = asyncio.get_running_loop().time()
            self._beating = asyncio.create_task(self._beat(over)), over

    async def leave(self) -> None:
        self._listeners -= 1
        if not self._listeners and self._beating is not None:
            (beating, over), self._beating = self._beating, None
            over.set()
            await ended(beating)

    def lacks(self, topics: Collection[str]) -> bool:
        led = self._led
        return self._away or (led is not None and any(led.get(topic, 0) < LANES for topic in topics))

    def away_for(self) -> float:
        """Seconds; 0 as long as it is not known to be away."""
        return asyncio.get_running_loop().time() - self._heard_at if self._away else 0.0

    async def _beat(self, over: asyncio.Event) -> None:
        while not over.is_set():
            client = AIOKafkaClient(
                bootstrap_servers=self._bootstrap, request_timeout_ms=milliseconds(2 * PULSE_SECONDS)
            )
            try:
                await client.bootstrap()
                while not over.is_set():
                    cluster = await client.fetch_all_metadata()
                    self._heard({t: len(cluster.available_partitions_for_topic(t) or ()) for t in cluster.topics()})
                    await set_within(PULSE_SECONDS, over)
            except DOWN as error:
                self._heard(None, error)
            finally:
                await farewell(client.close())
            await set_within(PULSE_SECONDS, over)

    def _heard(self, led: Mapping[str, int] | None, error: BaseException | None = None) -> None:
        away, self._away, self._led = self._away, led is None, led
        if led is not None:
            self._heard_at = asyncio.get_running_loop().time()
        if self._away and not away:
            log.warning("kafka_away", bootstrap=self._bootstrap, error=type(error).__name__)
        if away and not self._away:
            log.warning("kafka_back", bootstrap=self._bootstrap)
