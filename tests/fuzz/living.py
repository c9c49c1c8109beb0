"""Real ids for the fuzz run: what stories and a few filings leave behind, by the names that paths and bodies use."""

import asyncio
import random
from collections.abc import Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import Any

from deploy.lounge.client import DeskClient
from deploy.lounge.replay import replay

STORIES = Path(__file__).parents[1] / "stories"
REPLAYED = (
    "K29-strip-of-land.yaml",
    "answered-inquiry.yaml",
    "combined-inspection.yaml",
    "thirty-workers.yaml",
)
TEXTS = ("隔壁半夜还在唱歌，老人睡不着。", "我不想活了，谁来帮帮我。", "路灯坏了一个星期，晚上看不见路。")
OFTEN = 0.7
"""How often a real id takes the place of a made-up one: what names nothing has to be tried as well."""


class Living:
    """Field or path parameter → values that exist on the desk."""

    def __init__(self, values: Mapping[str, Sequence[str]]) -> None:
        self._values = values
        self._chance = random.Random(20260302)

    def enliven(self, fields: MutableMapping[str, Any]) -> None:
        for name in fields.keys() & self._values.keys():
            if self._chance.random() < OFTEN:
                fields[name] = self._chance.choice(self._values[name])


def living(url: str) -> Living:
    return asyncio.run(_collect(url))


async def _collect(url: str) -> Living:
    results = await replay(url, [STORIES / name for name in REPLAYED])
    assert all(result.passed for result in results), results
    async with DeskClient(url) as client:
        for text in TEXTS:
            await client.call("intake.file_request", login="citizen_lin", body={"narrative": text})
        requests = await _ids(client, "intake.list_requests", "duty_officer", "requests", "request_id")
        orders = await _ids(client, "workorders.list_orders", "bureau_leader", "orders", "order_id")
        cases = await _ids(client, "mediation.list_cases", "mediator", "cases", "case_id")
        shown = [(await client.call("mediation.get_case", login="mediator", params={"case_id": id})) for id in cases]
        firms = await _ids(client, "enterprise.list_firms", "enterprise_officer", "firms", "firm_id")
        matters = await _ids(client, "enterprise.list_matters", "enterprise_officer", "matters", "matter_id")
        visits = await _ids(client, "enterprise.list_visits", "enterprise_officer", "visits", "visit_id")
        hazards = await _ids(client, "enterprise.list_hazards", "clerk_fire", "hazards", "hazard_id")
        plans = await _ids(client, "enterprise.list_inspection_plans", "enterprise_officer", "plans", "plan_id")
        people = [person for person in (await client.people()).values() if person]
    inside = [case.json() for case in shown if case.status_code == 200]
    values = {
        "request_id": requests,
        "key": requests,
        "order_id": orders,
        "case_id": cases,
        "session_id": [each["session_id"] for case in inside for each in case["sessions"]],
        "agreement_id": [case["agreement"]["agreement_id"] for case in inside if case.get("agreement")],
        "firm_id": firms,
        "matter_id": matters,
        "visit_id": visits,
        "hazard_id": hazards,
        "plan_id": plans,
        "party": [each["party"] for case in inside for each in case["parties"]],
        "person": people,
        "person_id": people,
        "host": people,
        "step": ["1", "2"],
        "place": ["0", "1"],
        "service": ["routing", "intake"],
        "view": ["worklist", "progress"],
    }
    assert all(values.values()), {name: len(found) for name, found in values.items()}
    return Living(values)


async def _ids(client: DeskClient, operation: str, login: str, under: str, field: str) -> list[str]:
    answer = await client.call(operation, login=login)
    assert answer.status_code == 200, answer.text
    return [each[field] for each in answer.json()[under]]
