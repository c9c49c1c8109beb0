"""How the tests call the front desk, and what other services report to it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2

from shared.contracts.codes import (
    Category,
    Channel,
    Outcome,
    Police,
    Priority,
)
from shared.contracts.handling import OutcomeReportedV1
from shared.contracts.notifications import About, RequesterToldV1, Side
from shared.contracts.routing import RequestRoutedV1
from shared.kernel import PersonId, RequestId, UnitCode
from tests.intake.requests.samples import text
from tests.support.house import MONDAY_MORNING, Desk

LEAK = {"kind": "dispute", "narrative": "楼上漏水把我家天花板泡坏了，找了三次没人管", "place": "汇景花园3栋"}
OFFICER = PersonId(UUID(int=77))
DAY = timedelta(days=1)


async def post(desk: Desk, path: str, body: Any = None, login: str | None = None, **headers: str) -> httpx2.Response:
    sent = {**await desk.as_(login), **headers}
    return await desk.http.post(f"/intake/v1{path}", json=body, headers=sent)


async def get(desk: Desk, path: str, login: str | None = None, **headers: str) -> httpx2.Response:
    sent = {**await desk.as_(login), **headers}
    return await desk.http.get(f"/intake/v1{path}", headers=sent)


async def filed(desk: Desk, body: dict[str, Any] = LEAK, login: str | None = None) -> dict[str, Any]:
    response = await post(desk, "/requests", body, login)
    assert response.status_code == 201, response.text
    answer: dict[str, Any] = response.json()
    return answer


def routed(request_id: str, **changes: Any) -> RequestRoutedV1:
    fields: dict[str, Any] = {
        "request_id": RequestId(UUID(request_id)),
        "attempt": 1,
        "category": Category.DIS,
        "flags": (),
        "priority": Priority.P2,
        "police": Police.LEAD,
        "channel": Channel.PM,
        "unit": UnitCode("STATION-GL"),
        "owner": OFFICER,
        "deputy": None,
        "excluded": (),
        "requester": None,
        "other_party": None,
        "narrative": text(1),
        "answer_due": MONDAY_MORNING + 7 * DAY,
        "at": MONDAY_MORNING,
    }
    return RequestRoutedV1(**{**fields, **changes})


def outcome(request_id: str, **changes: Any) -> OutcomeReportedV1:
    fields: dict[str, Any] = {
        "request_id": RequestId(UUID(request_id)),
        "handling_id": UUID(int=5),
        "attempt": 1,
        "channel": Channel.PM,
        "outcome": Outcome.SETTLED,
        "detail": None,
        "answer": None,
        "duties_watched": 0,
        "handler": OFFICER,
        "sides": (),
        "at": MONDAY_MORNING,
    }
    return OutcomeReportedV1(**{**fields, **changes})


def told(request_id: str, about: About = About.OUTCOME) -> RequesterToldV1:
    return RequesterToldV1(
        request_id=RequestId(UUID(request_id)),
        attempt=1,
        side=Side.REQUESTER,
        person=None,
        about=about,
        at=MONDAY_MORNING,
    )
