"""Whole lifecycles: filed → triaged → signed → answered → done → told → rated → archived, through the public API."""

import asyncio
import time
from typing import Any

from deploy.lounge.client import DeskClient

TEXT = "身份证丢了，下周要出差，想问补办要多久、带什么材料"
STAFF = "permit_officer"
PATIENCE = 30.0


class NotReached(Exception):
    """A state did not come in time."""


async def _until(client: DeskClient, operation: str, login: str, params: dict[str, Any], ready: Any) -> Any:
    until = time.perf_counter() + PATIENCE
    while time.perf_counter() < until:
        answer = await client.call(operation, login=login, params=params)
        if answer.status_code == 200 and (found := ready(answer.json())):
            return found
        await asyncio.sleep(0.02)
    raise NotReached(operation)


async def _ok(client: DeskClient, operation: str, **how: Any) -> Any:
    answer = await client.call(operation, **how)
    if answer.status_code >= 300:
        raise NotReached(f"{operation}: {answer.status_code} {answer.text[:300]}")
    return answer.json()


async def live_one(client: DeskClient) -> None:
    """One request from the form to the archive."""
    contact = {"name": "陈建国", "phone": "13900000003"}
    filed = await _ok(
        client,
        "intake.file_request",
        login="citizen_chen",
        body={"kind": "service", "narrative": TEXT, "contact": contact},
    )
    request = {"request_id": filed["request_id"]}
    correct = {"category": "SVC", "channel": "WIN", "priority": "P2", "police": "own", "reason": "OVERRULED"}
    await _until(client, "routing.get_decision", "triage_officer", request, lambda found: found.get("category"))
    await _ok(client, "routing.overrule", login="triage_officer", params=request, body=correct)
    order = await _until(client, "workorders.list_orders", STAFF, request, _order_of_window)
    of = {"order_id": order}
    await _ok(client, "workorders.sign_for_order", login=STAFF, params=of)
    await _ok(
        client,
        "workorders.answer_order",
        login=STAFF,
        params=of,
        body={"answer": "带户口本到窗口，当场可办临时身份证。"},
    )
    await _ok(client, "workorders.report_outcome", login=STAFF, params=of, body={"outcome": "done"})
    await _rate_when_told(client, request)
    await _until(client, "intake.get_request", "citizen_chen", request, lambda found: found["state"] == "ARCHIVED")


def _order_of_window(found: Any) -> Any:
    open_ones = [each for each in found["orders"] if each["state"] == "OFFERED" and each["channel"] == "WIN"]
    return open_ones[0]["order_id"] if open_ones else None


async def _rate_when_told(client: DeskClient, request: dict[str, Any]) -> None:
    until = time.perf_counter() + PATIENCE
    while time.perf_counter() < until:
        answer = await client.call("notifications.rate", login="citizen_chen", params=request, body={"satisfied": True})
        if answer.status_code < 300:
            return
        await asyncio.sleep(0.05)
    raise NotReached("notifications.rate")


async def measure(url: str, total: int) -> list[dict[str, Any]]:
    """Rows of clients and lifecycles a second, with the median time of one."""
    rows = []
    async with DeskClient(url) as client:
        for clients in (1, 8):
            left = list(range(total))
            times: list[float] = []

            async def worker(left: list[int] = left, times: list[float] = times) -> None:
                while left:
                    left.pop()
                    begun = time.perf_counter()
                    await live_one(client)
                    times.append(time.perf_counter() - begun)

            begun = time.perf_counter()
            await asyncio.gather(*(worker() for _ in range(clients)))
            seconds = time.perf_counter() - begun
            rows.append({"clients": clients, "rate": total / seconds, "p50_ms": sorted(times)[len(times) // 2] * 1000})
    return rows
