"""The whole desk with partner agencies around it: what people typed is in no byte that any of them gets."""

from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import pytest

from deploy.lounge.composition import BUILDS
from tests.support.house import Desk, house
from tests.support.partners import Opened, Partner
from tests.support.postgres import Database
from tests.support.receiver import Receiver, receiver

pytestmark = pytest.mark.timeout(300)

A_REQUEST = 60
"""Canaries in each."""
OPEN = (("COM", "XFER"), ("SVC", "WIN"), ("URB", "XFER"), ("DIS", "PM"), ("WEL", "XFER"), ("COM", "XFER"))
CLOSED = (("MIN", "CHILD"), ("CPL", "SUP"), ("CRM", "CASE"))


@pytest.fixture
async def desk(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setenv("LOUNGE_NOTIFICATIONS_PARTNERS_INSIDE", "true")
    monkeypatch.setenv("LOUNGE_NOTIFICATIONS_STREAM_SECONDS", "0.3")
    builds = {name: build for name, build in BUILDS.items() if name != "portal"}
    async with house(database, tmp_path, builds) as desk:
        yield desk


async def test_five_hundred_canaries_and_none_of_them_in_any_delivery(desk: Desk) -> None:
    canaries = Canaries()
    async with receiver() as there:
        opened = await _subscribe(desk, there)
        told = [await _request(desk, canaries, *each) for each in OPEN]
        closed = [await _request(desk, canaries, *each) for each in CLOSED]
        closed.append(await _anonymous(desk, canaries))
        await _outcomes(desk, canaries, [id for id, (_, channel) in zip(told, OPEN, strict=True) if channel == "XFER"])
        await desk.settled()
        states = [await each.state() for each in opened]
        assert all(state["made"] > 0 for state in states), states
        await there.until(sum(state["made"] for state in states if "webhook" in state["ways"]))
        everything = [posted.body for posted in there.posted]
        for each in opened:
            everything += await _pulled_and_streamed(each)
    assert len(canaries.written) >= 500
    seen = b"\n".join(everything)
    assert len(everything) > 20
    assert [canary for canary in canaries.written if canary.encode() in seen] == []
    assert [request for request in closed if request.encode() in seen] == []
    assert any(request.encode() in seen for request in told)
    for each in opened:
        numbers = [int(event["sequence"]) for event in await each.pulled()]
        assert numbers == list(range(1, len(numbers) + 1))


class Canaries:
    """Words that stand nowhere else: names, numbers, scraps of sentences."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self._numbers = count(10_001)

    def some(self, number: int) -> Iterator[str]:
        for _ in range(number):
            canary = f"鸟{next(self._numbers)}名"
            self.written.append(canary)
            yield canary

    def phone(self) -> str:
        number = f"139{next(self._numbers):08d}"
        self.written.append(number)
        return number

    def body(self) -> dict[str, Any]:
        words = "，".join(self.some(A_REQUEST))
        (place,), (name,) = self.some(1), self.some(1)
        return {
            "narrative": f"小区里的路灯坏了，晚上看不清。{words}。",
            "place": f"鼓楼东街{place}",
            "contact": {"name": name, "phone": self.phone()},
        }


async def _subscribe(desk: Desk, there: Receiver) -> list[Opened]:
    hotline, centre = await Partner.of(desk, "hotline-12345"), await Partner.of(desk, "centre-1")
    return [await hotline.open("joint_task", there.url), await centre.open("governance", there.url)]


async def _post(desk: Desk, login: str | None, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await desk.http.post(path, json=body, headers=await desk.as_(login))
    assert answer.status_code in (200, 201), f"{path}: {answer.text}"
    await desk.settled()
    return dict(answer.json())


async def _request(desk: Desk, canaries: Canaries, category: str, channel: str) -> str:
    filed = await _post(desk, "citizen_lin", "/intake/v1/requests", canaries.body())
    wish = {"category": category, "channel": channel, "priority": "P2", "flags": []}
    await _post(desk, "triage_officer", f"/routing/v1/decisions/{filed['request_id']}/overrule", wish)
    return str(filed["request_id"])


async def _anonymous(desk: Desk, canaries: Canaries) -> str:
    body = canaries.body()
    del body["contact"]
    return str((await _post(desk, None, "/intake/v1/requests", body))["request_id"])


async def _outcomes(desk: Desk, canaries: Canaries, requests: list[str]) -> None:
    """The hotline answers what it was given, in words that nobody else reads."""
    headers = await desk.as_("hotline_liaison")
    listed = (await desk.http.get("/workorders/v1/orders", params={"open": True}, headers=headers)).json()["orders"]
    for order in [each for each in listed if each["request_id"] in requests][:3]:
        path = f"/workorders/v1/orders/{order['order_id']}"
        await _post(desk, "hotline_liaison", f"{path}/signature", {})
        (words,) = canaries.some(1)
        await _post(desk, "hotline_liaison", f"{path}/answer", {"answer": f"已经修好。{words}"})


async def _pulled_and_streamed(opened: Opened) -> list[bytes]:
    pulled = [orjson.dumps(event) for event in await opened.pulled()]
    streamed = await opened.partner.get(f"{opened.path}/stream")
    lines = [line for line in streamed.content.split(b"\n") if line.startswith(b"data: ")]
    assert len(lines) == len(pulled)
    return [*pulled, *lines]
