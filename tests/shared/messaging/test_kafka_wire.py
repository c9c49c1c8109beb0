"""What lies in a topic is believed only as far as it is a record of that lane and of this history."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import orjson
import pytest

from shared.eventstore import Record
from shared.kernel import RecordId, lane_of
from shared.messaging.kafka_wire import LARGEST, NotARecord, headers_of, read_message, value_of

EPOCH, OTHER_EPOCH = UUID(int=1), UUID(int=2)
KEY = UUID(int=77)
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
RECORD = Record(
    service="routing", lane=lane_of(KEY), number=5, record_id=RecordId(UUID(int=3)), type="cn.lounge.routing.x.v1",
    stream=f"routing.switch-{KEY}", version=2, key=KEY, occurred_at=AT, recorded_at=AT, role="system", unit=None,
    trace=TRACE, causation=None, outcome=None, rule=None, commitment=b"\x01" * 32, data=b'{"on":true}',
)  # fmt: skip
EVENT: dict[str, Any] = orjson.loads(value_of(RECORD, "340123"))


def message(value: bytes | None, *, lane: int = RECORD.lane, epoch: UUID | None = EPOCH) -> Any:
    headers = headers_of(epoch) if epoch else ()
    return SimpleNamespace(topic="lounge.routing", partition=lane, offset=0, value=value, headers=headers)


def changed(**fields: object) -> bytes:
    return orjson.dumps(EVENT | fields)


def test_a_record_arrives_as_it_was_sent_with_its_trace() -> None:
    assert read_message(message(value_of(RECORD, "340123")), EPOCH) == RECORD


def test_a_private_fact_travels_without_its_content() -> None:
    private = dataclasses.replace(RECORD, data=None, private=b'{"secret":1}', private_fact="counted")
    sent = value_of(private, "340123")
    assert b"secret" not in sent
    assert read_message(message(sent), EPOCH) == dataclasses.replace(RECORD, data=None)


@pytest.mark.parametrize(
    "value",
    [
        None, b"", b"\xff\xfe", b"[]", b"7", b'"x"', b"{}", b"x" * (LARGEST + 1), b"[" * 100_000,
        changed(source="//340123/intake"), changed(source=7), changed(lane=3), changed(partitionkey=str(UUID(int=78))),
        changed(sequence="0"), changed(sequence="-1"), changed(sequence=str(2**63)), changed(sequence="many"),
        changed(streamversion=2**40), changed(id="1"), changed(time="yesterday"), changed(time="2026-03-02T09:00:00"),
        changed(type=None), changed(subject=[]), changed(commitment="zz"), changed(recordedtime=None),
    ],
)  # fmt: skip
def test_whatever_is_no_record_is_told_from_one(value: bytes | None) -> None:
    with pytest.raises(NotARecord):
        read_message(message(value), EPOCH)


@pytest.mark.parametrize(
    "forge",
    [
        lambda value: message(value, lane=(RECORD.lane + 1) % 16),
        lambda value: message(value, epoch=OTHER_EPOCH),
        lambda value: message(value, epoch=None),
    ],
)
def test_a_record_of_another_lane_or_history_is_none(forge: Callable[[bytes], Any]) -> None:
    with pytest.raises(NotARecord):
        read_message(forge(value_of(RECORD, "340123")), EPOCH)
