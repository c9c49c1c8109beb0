"""The circle of a request through the real front desk, vault and notifications: filed, told, judged, filed away."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller

from services.intake.main import build as build_intake
from services.notifications.main import build as build_notifications
from services.vault.main import build as build_vault
from shared.contracts.codes import Channel, Outcome
from shared.contracts.handling import DutyDefaultedV1, DutyPerformedV1, OutcomeReportedV1
from shared.kernel import PersonId, RequestId
from shared.web import Deps, Service
from tests.notifications.adapters.test_mail import PostOffice, free_port
from tests.support.house import MONDAY_MORNING, Desk, house
from tests.support.neighbours import say, silent
from tests.support.postgres import Database

LEAK = {"kind": "dispute", "narrative": "楼上漏水把我家天花板泡坏了，找了三次没人管"}
OFFICER = PersonId(UUID(int=77))
HANDLING = UUID(int=5)
DUTY = UUID(int=6)
DAY = timedelta(days=1)


def _silent(name: str) -> Callable[[Deps], Service]:
    return lambda deps: silent(name)


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    office = PostOffice()
    controller = Controller(office, hostname="127.0.0.1", port=free_port())
    controller.start()
    monkeypatch.setenv("LOUNGE_NOTIFICATIONS_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("LOUNGE_NOTIFICATIONS_SMTP_PORT", str(controller.port))
    monkeypatch.setenv("LOUNGE_NOTIFICATIONS_SMTP_STARTTLS", "false")
    monkeypatch.setenv("LOUNGE_NOTIFICATIONS_POST_SECONDS", "0.1")
    yield office
    controller.stop()


@pytest.fixture
async def desk(database: Database, tmp_path: Path, office: PostOffice) -> AsyncIterator[Desk]:
    builds = {
        "vault": build_vault,
        "intake": build_intake,
        "notifications": build_notifications,
        **{name: _silent(name) for name in ("routing", "mediation", "enterprise", "workorders")},
    }
    async with house(database, tmp_path, builds) as running:
        yield running


class Citizen:
    """Somebody with a phone, who files, follows by code and PIN, and says what he thinks."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.filed: dict[str, Any] = {}

    @property
    def id(self) -> UUID:
        return UUID(self.filed["request_id"])

    async def file(self, **more: Any) -> None:
        headers = await self.desk.as_(None)
        response = await self.desk.http.post("/intake/v1/requests", json={**LEAK, **more}, headers=headers)
        assert response.status_code == 201, response.text
        self.filed = response.json()
        await self.desk.settled()

    async def follow(self) -> dict[str, Any]:
        body = {"code": self.filed["code"], "pin": self.filed["pin"]}
        response = await self.desk.http.post("/intake/v1/follow", json=body)
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    async def does(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        token = (await self.follow())["token"]
        headers = {**await self.desk.as_(None), "Authorization": f"Bearer {token}"}
        response = await self.desk.http.post(path.format(id=self.id), json=body, headers=headers)
        assert response.status_code == 200, response.text
        await self.desk.settled()
        answer: dict[str, Any] = response.json()
        return answer

    async def reads(self) -> list[str]:
        token = (await self.follow())["token"]
        response = await self.desk.http.get(
            f"/notifications/v1/requests/{self.id}/messages", headers={"Authorization": f"Bearer {token}"}
        )
        assert response.status_code == 200, response.text
        return [message["about"] for message in response.json()["messages"]]

    async def rates(self, satisfied: bool) -> None:
        await self.does("/notifications/v1/requests/{id}/ratings", {"satisfied": satisfied})


@pytest.fixture
async def citizen(desk: Desk) -> Citizen:
    lin = Citizen(desk)
    await lin.file()
    return lin


async def settled_by_the_mediator(citizen: Citizen, *, attempt: int = 1, duties: int = 0) -> None:
    outcome = OutcomeReportedV1(
        request_id=RequestId(citizen.id),
        handling_id=HANDLING if attempt == 1 else UUID(int=50 + attempt),
        attempt=attempt,
        channel=Channel.PM,
        outcome=Outcome.SETTLED,
        detail=None,
        answer=None,
        duties_watched=duties,
        handler=OFFICER,
        sides=(),
        at=citizen.desk.clock.now(),
    )
    await say(citizen.desk, "mediation", "case", citizen.id, outcome)
    await citizen.desk.settled()


async def test_a_satisfied_citizen_closes_the_circle(citizen: Citizen) -> None:
    await settled_by_the_mediator(citizen)
    assert (await citizen.follow())["next_step"] == "rate"
    await citizen.rates(True)
    assert (await citizen.follow())["state"] == "ARCHIVED"
    assert await citizen.reads() == ["received", "outcome", "archived"]


async def test_a_dissatisfied_citizen_is_taken_up_again_under_the_same_id(citizen: Citizen) -> None:
    await settled_by_the_mediator(citizen)
    await citizen.rates(False)
    again = await citizen.follow()
    assert (again["state"], again["attempt"], again["request_id"]) == ("REOPENED", 2, str(citizen.id))
    await settled_by_the_mediator(citizen, attempt=2)
    await citizen.rates(True)
    assert (await citizen.follow())["state"] == "ARCHIVED"
    assert await citizen.reads() == ["received", "outcome", "reopened", "outcome", "archived"]


async def test_a_watched_duty_keeps_the_file_open(citizen: Citizen) -> None:
    await settled_by_the_mediator(citizen, duties=1)
    await citizen.rates(True)
    watching = await citizen.follow()
    assert (watching["state"], watching["next_step"], watching["duties_watched"]) == ("ACCEPTED", "perform", 1)
    performed = DutyPerformedV1(
        request_id=RequestId(citizen.id),
        handling_id=HANDLING,
        duty_id=DUTY,
        still_watched=0,
        at=citizen.desk.clock.now(),
    )
    await say(citizen.desk, "mediation", "case", citizen.id, performed)
    await citizen.desk.settled()
    assert (await citizen.follow())["state"] == "ARCHIVED"


async def test_a_missed_duty_takes_it_up_again(citizen: Citizen) -> None:
    await settled_by_the_mediator(citizen, duties=1)
    missed = DutyDefaultedV1(
        request_id=RequestId(citizen.id),
        handling_id=HANDLING,
        duty_id=DUTY,
        due=MONDAY_MORNING,
        at=citizen.desk.clock.now(),
    )
    await say(citizen.desk, "mediation", "case", citizen.id, missed)
    await citizen.desk.settled()
    assert (await citizen.follow())["state"] == "REOPENED"
    # Mediation tells of the duty and intake of the reopening: two streams, whose order nobody promised.
    assert set((await citizen.reads())[-2:]) == {"duty_defaulted", "reopened"}


async def test_silence_for_a_week_closes_the_circle(citizen: Citizen) -> None:
    await settled_by_the_mediator(citizen)
    await citizen.desk.move_to(MONDAY_MORNING + 8 * DAY)
    assert (await citizen.follow())["state"] == "ARCHIVED"


async def test_what_is_taken_back_is_told_and_filed_away(citizen: Citizen) -> None:
    answer = await citizen.does("/intake/v1/requests/{id}/withdrawal", {})
    assert answer["state"] == "WITHDRAWN"
    assert (await citizen.follow())["state"] == "ARCHIVED"
    assert await citizen.reads() == ["received", "withdrawn", "archived"]


async def test_papers_that_never_came_end_it_with_notice(citizen: Citizen) -> None:
    desk = citizen.desk
    headers = await desk.as_("duty_officer")
    path = f"/intake/v1/requests/{citizen.id}/info-requests"
    asked = await desk.http.post(path, json={"note": "请带上租房合同"}, headers=headers)
    assert asked.status_code == 200, asked.text
    await desk.settled()
    await desk.move_to(MONDAY_MORNING + 8 * DAY)
    assert (await citizen.follow())["state"] == "ARCHIVED"
    assert await citizen.reads() == ["received", "info_requested", "info_reminded", "not_accepted", "archived"]


async def test_the_officers_note_reaches_the_citizen_word_for_word(citizen: Citizen) -> None:
    desk = citizen.desk
    headers = await desk.as_("duty_officer")
    path = f"/intake/v1/requests/{citizen.id}/info-requests"
    await desk.http.post(path, json={"note": "请带上租房合同"}, headers=headers)
    await desk.settled()
    token = (await citizen.follow())["token"]
    read = await desk.http.get(
        f"/notifications/v1/requests/{citizen.id}/messages", headers={"Authorization": f"Bearer {token}"}
    )
    assert [message["note"] for message in read.json()["messages"]] == [None, "请带上租房合同"]
    by_officer = await desk.http.get(
        f"/notifications/v1/requests/{citizen.id}/messages", headers=await desk.as_("duty_officer")
    )
    assert [message["note"] for message in by_officer.json()["messages"]] == [None, "请带上租房合同"]


async def test_a_letter_goes_to_the_address_that_was_left(desk: Desk, office: PostOffice) -> None:
    lin = Citizen(desk)
    await lin.file(contact={"name": "林晓梅", "email": "lin@example.org"})
    headers = await desk.as_("duty_officer")
    path = f"/notifications/v1/requests/{lin.id}/deliveries"

    async def states() -> list[str]:
        await desk.settled()
        found = (await desk.http.get(path, headers=headers)).json()["deliveries"]
        return [each["state"] for each in found]

    async with asyncio.timeout(20):
        while await states() != ["delivered"]:
            await asyncio.sleep(0.02)
    (letter,) = office.letters
    assert letter["To"] == "lin@example.org"
    assert "已收到您的诉求" in letter["Subject"]
    assert "林晓梅" not in letter.get_content()


async def test_the_receipt_of_the_real_vault_proves_the_text(citizen: Citizen) -> None:
    (content,) = citizen.filed["receipt"]["content"]
    assert content["text"] == LEAK["narrative"]
    assert len(content["content_salt"]) == 64
