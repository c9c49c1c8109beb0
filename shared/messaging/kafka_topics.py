"""One topic for each service, with one partition for each lane."""

from collections.abc import Collection, Mapping
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, for_code

from shared.kernel import LANES
from shared.messaging.kafka_clients import farewell, milliseconds, quiet, whole

PREFIX = "lounge."
COPIES = 3
REQUEST_SECONDS = 10.0

_ALREADY_EXISTS = 36
_NO_ERROR = 0


class WrongPartitions(Exception):
    """A topic whose partitions are not the lanes. Its name and count, and what to do."""

    def __init__(self, topic: str, found: int) -> None:
        super().__init__(
            f"主题 {topic} 有 {found} 个分区，应为 {LANES} 个：请删除它，汇客厅会重新建立，不会丢失数据。"
            f" Topic {topic} has {found} partitions instead of {LANES}: delete it and it is made anew; nothing is lost."
        )


def topic_of(service: str) -> str:
    return f"{PREFIX}{service}"


def service_of(topic: str) -> str:
    return topic.removeprefix(PREFIX)


async def ensure_topics(bootstrap: str, services: Collection[str], replication: int | None = None) -> None:
    """Creates the topics that are missing; raises WrongPartitions when one is there in another form.

    `replication` is how many brokers keep a copy, by default three where there are three.
    """
    quiet()
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=milliseconds(REQUEST_SECONDS))
    try:
        await whole(admin.start())
        wanted = [topic_of(service) for service in services]
        partitions = await _partitions(admin, wanted)
        if missing := [topic for topic in wanted if topic not in partitions]:
            copies = replication or min(COPIES, len((await admin.describe_cluster())["brokers"]))
            await _create(admin, missing, copies)
        for topic, found in partitions.items():
            if found != LANES:
                raise WrongPartitions(topic, found)
    finally:
        await farewell(admin.close())


async def _partitions(admin: AIOKafkaAdminClient, topics: Collection[str]) -> Mapping[str, int]:
    """Of the topics that exist."""
    found = await admin.describe_topics(list(topics))
    return {each["topic"]: len(each["partitions"]) for each in found if each["error_code"] == _NO_ERROR}


async def _create(admin: AIOKafkaAdminClient, topics: Collection[str], copies: int) -> None:
    # With two of three an acknowledged record outlives any one broker, and any one may be away.
    settings = {"min.insync.replicas": "2" if copies >= COPIES else "1"}
    wanted = [NewTopic(topic, LANES, copies, topic_configs=settings) for topic in topics]
    answer: Any = await admin.create_topics(wanted)
    for topic, code, *_ in answer.topic_errors:
        if code not in (_NO_ERROR, _ALREADY_EXISTS):
            error: type[KafkaError] = for_code(code)
            raise error(topic)
