"""How a record looks in a topic, and how a reader makes sure that it is one."""

from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson

from shared.eventstore.records import Record, from_cloudevent, to_cloudevent
from shared.kernel import lane_of
from shared.messaging.kafka_topics import service_of

EPOCH = "epoch"
"""Header: which history this number belongs to. After a restore from backup the topic still has the one that ended."""
LARGEST = 900_000
"""Bytes. Below what a broker takes by default; the feed has no such limit."""

KEPT = 1_000
"""Newest messages of a process that are parsed once for all its readers."""

MALFORMED = (ValueError, KeyError, TypeError, IndexError, AttributeError)


class NotARecord(Exception):
    """Says which check failed, and nothing of the content."""


def key_of(record: Record) -> bytes:
    return str(record.key).encode()


def value_of(record: Record, division: str) -> bytes:
    return orjson.dumps(to_cloudevent(record, division))


def headers_of(epoch: UUID) -> list[tuple[str, bytes]]:
    return [(EPOCH, epoch.bytes)]


def read_message(message: Any, epoch: UUID) -> Record:
    """The record in a message of Kafka; raises NotARecord on whatever else lies there."""
    record = _parsed(message.value)
    if record.service != service_of(message.topic) or record.lane != message.partition:
        raise NotARecord("of another lane")
    if lane_of(record.key) != record.lane or not 0 < record.number < 2**63 or not 0 < record.version < 2**31:
        raise NotARecord("impossible address")
    if dict(message.headers or ()).get(EPOCH) != epoch.bytes:
        raise NotARecord("of another history")
    return record


def number_in(message: Any, epoch: UUID) -> int | None:
    try:
        return read_message(message, epoch).number
    except NotARecord:
        return None


@lru_cache(maxsize=KEPT)
def _parsed(value: bytes | None) -> Record:
    """Every reader of a process has a consumer of its own, and all of them get the same."""
    if value is None or len(value) > LARGEST:
        raise NotARecord("empty or too large")
    try:
        record = from_cloudevent(orjson.loads(value))
    except MALFORMED:
        raise NotARecord("no CloudEvent of ours") from None
    texts = all(isinstance(text, str) for text in (record.type, record.stream, record.role))
    if not (texts and record.occurred_at.tzinfo and record.recorded_at.tzinfo):
        raise NotARecord("no CloudEvent of ours")
    return record
