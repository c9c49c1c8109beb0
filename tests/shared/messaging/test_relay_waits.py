"""A relay outlives a topic that somebody made wrong."""

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from shared.eventstore import Wakeups
from shared.messaging import kafka_relay
from shared.messaging.kafka_relay import KafkaRelay
from shared.messaging.kafka_topics import WrongPartitions


async def test_it_says_what_is_wrong_and_looks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    looks, looked_again = 0, asyncio.Event()

    async def misshapen_at_first(*_: object) -> None:
        nonlocal looks
        looks += 1
        if looks == 1:
            raise WrongPartitions("lounge.misshapen", 3)
        looked_again.set()
        await asyncio.sleep(60)

    monkeypatch.setattr(kafka_relay, "ensure_topics", misshapen_at_first)
    monkeypatch.setattr(kafka_relay, "WRONG_SECONDS", 0.01)
    feed: Any = type("Feed", (), {"service": "misshapen"})()
    relay = KafkaRelay(feed, "127.0.0.1:1", "3300", Wakeups())
    with capture_logs() as logs:
        running = asyncio.create_task(relay.run())
        await asyncio.wait_for(looked_again.wait(), 5)
        running.cancel()
    assert relay.state == "waiting"
    [told] = logs
    assert told["event"] == "relay_waits"
    assert "lounge.misshapen has 3 partitions" in told["error"]
