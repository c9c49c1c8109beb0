"""The lists that people work from where ten thousand things are open: the desk's page, and the lists behind it."""

import asyncio
import re
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
import httpx2

from bench.client import Measured, hammer, request
from bench.load import OFFICER, PATIENCE, TEXT
from deploy.lounge.client import DeskClient
from services.routing.decisions import lists
from services.workorders.orders import views as orders

CLIENTS = 10
TRIAGE = "triage_officer"
FORM_TOKEN = re.compile(r'name="(csrf|form_key)" value="([^"]*)"')


async def open_request(url: str) -> UUID:
    """One request that was sent on its way and that a unit has been offered: what is copied."""
    async with DeskClient(url) as client:
        filed = await client.call("intake.file_request", body={"narrative": TEXT})
        filed.raise_for_status()
        request_id = UUID(filed.json()["request_id"])
        async with asyncio.timeout(PATIENCE):
            while (
                await client.call("routing.confirm", login=OFFICER, params={"request_id": str(request_id)})
            ).is_error:
                await asyncio.sleep(0.1)
            while not await _is_offered(client, request_id):
                await asyncio.sleep(0.1)
        return request_id


async def _is_offered(client: DeskClient, request_id: UUID) -> bool:
    listed = await client.call("workorders.list_orders", login=OFFICER, params={"request_id": str(request_id)})
    listed.raise_for_status()
    return bool(listed.json()["orders"])


async def signed_in(url: str, person: str) -> str:
    """The visitor's cookie."""
    async with httpx2.AsyncClient(base_url=url, follow_redirects=True, timeout=60) as http:
        form = dict(FORM_TOKEN.findall((await http.get("/sign-in")).text))
        answer = await http.post("/sign-in", data={**form, "person": person, "after": ""})
        answer.raise_for_status()
        return "; ".join(f"{name}={value}" for name, value in http.cookies.items())


async def measure(url: str, port: int, seconds: float) -> list[dict[str, Any]]:
    cookie = {"Cookie": await signed_in(url, TRIAGE)}
    async with DeskClient(url) as client:
        right = {"Authorization": f"Bearer {await client.token(TRIAGE)}"}
    asked = {
        "page /desk": ("/desk", cookie),
        "page /desk, second filter": ("/desk?state=routed", cookie),
        "page /desk, searched": ("/desk?q=%E5%92%A8%E8%AF%A2", cookie),
        "GET /routing/v1/worklist": ("/routing/v1/worklist?limit=50", right),
        "GET /routing/v1/worklist/counts": ("/routing/v1/worklist/counts", right),
        "GET /workorders/v1/orders": ("/workorders/v1/orders?open=true&limit=50", right),
    }
    rows = []
    for what, (path, headers) in asked.items():
        wish = request("GET", path, headers)
        rows.append(_row(what, await hammer(port, CLIENTS, seconds, partial(bytes, wish), 200)))
    return rows


def _row(what: str, measured: Measured) -> dict[str, Any]:
    return {
        "what": what,
        "per_second": measured.rate,
        "p50_ms": measured.percentile(0.5),
        "p95_ms": measured.percentile(0.95),
        "p99_ms": measured.percentile(0.99),
        "failures": measured.failures,
    }


async def plans(dsn: str) -> dict[str, str]:
    """What PostgreSQL does for the two lists, with the values that a triage officer's first page has."""
    connection = await asyncpg.connect(dsn)
    try:
        listed = lists.LISTED.format(stages=lists.OPEN, **lists.SORTED[lists.Order.URGENCY])
        everything = (True, None, None)
        await connection.execute("SET search_path = routing")
        return {
            "routing.list_worklist": await _plan(connection, listed, *everything, *(None,) * 7, 51, None),
            "routing.count_worklist": await _plan(connection, lists.COUNTED, *everything, None),
            "workorders.list_orders": await _orders_plan(connection),
        }
    finally:
        await connection.close()


async def _orders_plan(connection: "asyncpg.Connection[Any]") -> str:
    await connection.execute("SET search_path = workorders")
    return await _plan(
        connection, orders.LIST, True, None, None, None, [], [], None, None, True, None, None, 51, None, None
    )


async def _plan(connection: "asyncpg.Connection[Any]", query: str, *values: Any) -> str:
    rows = await connection.fetch(f"EXPLAIN (ANALYZE, BUFFERS, SUMMARY OFF) {query}", *values)
    return "\n".join(row[0] for row in rows)
