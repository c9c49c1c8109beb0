"""An agency's own Kafka topic: one partition, so that the numbers come in order. Never one of the internal topics."""

import asyncio
import ssl
from collections.abc import Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from services.notifications.subscriptions.ledger import Made
from services.notifications.subscriptions.projection import delivery_id
from shared.kernel import Unavailable, UnitCode
from shared.messaging.kafka_clients import farewell, whole

PREFIX = "partners."
REQUEST_MILLISECONDS = 10_000
SECONDS = 20.0


class TopicUnavailable(Unavailable):
    """The brokers of the partners do not take anything now, or the agency's topic is not there."""


def topic_of(agency: UnitCode) -> str:
    return PREFIX + agency.lower()


class Topics:
    """Connects when there is something to send. After a fault the producer is closed, and the next one is made anew."""

    def __init__(self, bootstrap: str, user: str | None, password: str | None, *, tls: bool) -> None:
        self._bootstrap = bootstrap
        self._user = user
        self._password = password
        self._tls = tls
        self._producer: AIOKafkaProducer | None = None

    async def put(self, agency: UnitCode, deliveries: Sequence[Made]) -> None:
        """In order, each acknowledged by all replicas in sync. Raises TopicUnavailable when not all were sent."""
        try:
            async with asyncio.timeout(SECONDS):
                producer = await self._connected()
                for each in deliveries:
                    id = delivery_id(each.subscription_id, each.number)
                    await producer.send_and_wait(
                        topic_of(agency),
                        each.body,
                        key=str(each.subscription_id).encode(),
                        partition=0,
                        headers=[("webhook-id", str(id).encode())],
                    )
        except (KafkaError, OSError, TimeoutError) as error:
            await self.close()
            raise TopicUnavailable(type(error).__name__) from None

    async def close(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            await farewell(producer.stop())

    async def _connected(self) -> AIOKafkaProducer:
        if self._producer is None:
            protocol = ("SASL_" if self._user else "") + ("SSL" if self._tls else "PLAINTEXT")
            producer = AIOKafkaProducer(
                bootstrap_servers=self._bootstrap,
                acks="all",
                enable_idempotence=True,
                request_timeout_ms=REQUEST_MILLISECONDS,
                security_protocol=protocol,
                ssl_context=ssl.create_default_context() if self._tls else None,
                sasl_mechanism="SCRAM-SHA-512" if self._user else "PLAIN",
                sasl_plain_username=self._user,
                sasl_plain_password=self._password,
            )
            # Known before it is open: what fails half-way has to be closed as well.
            self._producer = producer
            await whole(producer.start())
        return self._producer
