"""Hands on Kafka itself: a relay at work, messages that no relay would send, topics taken away."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from uuid import UUID

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from shared.eventstore import Record
from shared.messaging.kafka import KafkaRelay
from shared.messaging.kafka_topics import topic_of
from shared.messaging.kafka_wire import headers_of, key_of, value_of
from tests.shared.messaging.scene import PRODUCER, Scene

DIVISION = "340123"
TOPIC = topic_of(PRODUCER)


@asynccontextmanager
async def relaying(scene: Scene, bootstrap: str) -> AsyncIterator[KafkaRelay]:
    relay = KafkaRelay(scene.feed, bootstrap, DIVISION, scene.wakeups)
    working = asyncio.create_task(relay.run())
    try:
        yield relay
    finally:
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working


@asynccontextmanager
async def producing(bootstrap: str, acks: int | str = 1) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks=acks)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def put(bootstrap: str, lane: int, *values: bytes, epoch: UUID) -> None:
    async with producing(bootstrap) as producer:
        for value in values:
            await producer.send_and_wait(TOPIC, value, partition=lane, headers=headers_of(epoch))


async def put_records(bootstrap: str, records: Iterable[Record], epoch: UUID) -> None:
    async with producing(bootstrap) as producer:
        for record in records:
            await producer.send_and_wait(
                TOPIC,
                value_of(record, DIVISION),
                key=key_of(record),
                partition=record.lane,
                headers=headers_of(epoch),
            )


@asynccontextmanager
async def administrating(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


async def delete_topic(bootstrap: str) -> None:
    async with administrating(bootstrap) as admin:
        await admin.delete_topics([TOPIC])


async def create_topic(bootstrap: str, topic: str, partitions: int) -> None:
    async with administrating(bootstrap) as admin:
        await admin.create_topics([NewTopic(topic, partitions, 1)])
