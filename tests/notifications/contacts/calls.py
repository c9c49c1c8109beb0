"""How the tests call notifications, and what other services report to it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2

from deploy.lounge.issuer import load_people
from services.notifications.adapters.mail import Letter, MailFailed
from services.notifications.contacts.postman import Postman
from services.notifications.contacts.store import contact_handler
from shared.contracts.base import Contract
from shared.contracts.codes import Category, Channel, Door, Outcome, Police, Priority
from shared.contracts.handling import OutcomeReportedV1
from shared.contracts.intake import (
    Kind,
    RequestFiledV1,
)
from shared.contracts.routing import RequestRoutedV1
from shared.kernel import Digest, PersonId, RequestId, TextRef, UnitCode, new_id
from tests.support.house import MONDAY_MORNING, Desk
from tests.support.neighbours import person_of, say

DAY = timedelta(days=1)
OFFICER = PersonId(UUID(int=77))
NOTE = TextRef(UUID(int=500), Digest("0" * 64))
ADDRESS = UUID(int=600)


def person(login: str) -> PersonId:
    phone = load_people()[login].phone
    assert phone is not None
    return person_of(phone)


def filed(request_id: RequestId, **changes: Any) -> RequestFiledV1:
    fields: dict[str, Any] = {
        "request_id": request_id,
        "door": Door.PORTAL,
        "kind": Kind.DISPUTE,
        "title": None,
        "narrative": NOTE,
        "place": None,
        "requester": person("citizen_lin"),
        "other_party": person("party_zhao"),
        "other_party_known": True,
        "danger": (),
        "at": MONDAY_MORNING,
    }
    return RequestFiledV1(**{**fields, **changes})


def routed(request_id: RequestId, **changes: Any) -> RequestRoutedV1:
    fields: dict[str, Any] = {
        "request_id": request_id,
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
        "narrative": NOTE,
        "answer_due": MONDAY_MORNING + 7 * DAY,
        "at": MONDAY_MORNING,
    }
    return RequestRoutedV1(**{**fields, **changes})


def outcome(request_id: RequestId, **changes: Any) -> OutcomeReportedV1:
    fields: dict[str, Any] = {
        "request_id": request_id,
        "handling_id": UUID(int=5),
        "attempt": 1,
        "channel": Channel.PM,
        "outcome": Outcome.SETTLED,
        "detail": None,
        "answer": NOTE,
        "duties_watched": 0,
        "handler": OFFICER,
        "sides": (person("party_zhao"),),
        "at": MONDAY_MORNING,
    }
    return OutcomeReportedV1(**{**fields, **changes})


async def opened(desk: Desk, *more: Contract, **changes: Any) -> RequestId:
    request_id = RequestId(new_id())
    await say(desk, "intake", "request", request_id, filed(request_id, **changes), *more)
    await desk.settled()
    return request_id


async def messages(desk: Desk, request_id: RequestId, login: str, **headers: str) -> list[dict[str, Any]]:
    response = await desk.http.get(
        f"/notifications/v1/requests/{request_id}/messages", headers={**await desk.as_(login), **headers}
    )
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["messages"]
    return found


async def rate(desk: Desk, request_id: RequestId, login: str, body: dict[str, Any]) -> httpx2.Response:
    path = f"/notifications/v1/requests/{request_id}/ratings"
    return await desk.http.post(path, json=body, headers=await desk.as_(login))


def abouts(found: list[dict[str, Any]]) -> list[str]:
    return [message["about"] for message in found]


class Postbox:
    """A mail server that answers from a list."""

    def __init__(self, *answers: int | MailFailed) -> None:
        self._answers: Iterator[int | MailFailed] = iter(answers)
        self.letters: list[Letter] = []

    async def send(self, letter: Letter) -> int:
        self.letters.append(letter)
        answer = next(self._answers)
        if isinstance(answer, MailFailed):
            raise answer
        return answer


def postman(desk: Desk, box: Postbox) -> Postman:
    deps = desk.runtime("notifications").deps
    return Postman(
        contact_handler(deps.store),
        deps.vault,
        box,
        deps.clock,
        follow_url="https://lounge.example/follow",
        pause=1,
    )


async def deliveries(desk: Desk, request_id: RequestId, login: str) -> httpx2.Response:
    path = f"/notifications/v1/requests/{request_id}/deliveries"
    return await desk.http.get(path, headers=await desk.as_(login))
