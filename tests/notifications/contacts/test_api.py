"""Messages, verdicts and letters over HTTP and from other services' records."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import orjson
import pytest

from deploy.lounge.issuer import load_people
from services.notifications.adapters.mail import Letter, MailFailed
from services.notifications.contacts.facts import Failure
from services.notifications.contacts.postman import Postman
from services.notifications.contacts.store import contact_handler
from shared.contracts.base import Contract
from shared.contracts.codes import Category, Channel, Door, Outcome, Police, Priority, ReasonCode
from shared.contracts.danger import DangerKind
from shared.contracts.handling import HandlingSignedV1, OutcomeReportedV1
from shared.contracts.intake import (
    ContactLeftV1,
    InfoRequestedV1,
    Kind,
    RequestFiledV1,
    RequestReopenedV1,
    WithdrawnV1,
)
from shared.contracts.mediation import CaseOpenedV1
from shared.contracts.routing import ClockBreachedV1, RequestRoutedV1
from shared.kernel import ClockId, Digest, ItemCode, PersonId, RequestId, TextRef, UnitCode, new_id
from tests.support.house import MONDAY_MORNING, Desk
from tests.support.neighbours import RememberedVault, person_of, say

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


class TestTelling:
    async def test_danger_is_said_before_the_receipt(self, desk: Desk) -> None:
        request_id = await opened(desk, danger=(DangerKind.SUICIDE,))
        found = await messages(desk, request_id, "citizen_lin")
        assert abouts(found) == ["danger", "received"]
        assert "110" in found[0]["title"]

    async def test_every_step_is_told_with_who_and_until_when(self, desk: Desk) -> None:
        request_id = await opened(desk)
        await say(desk, "routing", "decision", request_id, routed(request_id))
        await desk.settled()
        signed = HandlingSignedV1(
            request_id=request_id,
            handling_id=UUID(int=5),
            attempt=1,
            unit=UnitCode("STATION-GL"),
            owner=OFFICER,
            at=MONDAY_MORNING,
        )
        await say(desk, "mediation", "case", request_id, signed)
        await desk.settled()
        found = await messages(desk, request_id, "citizen_lin")
        assert abouts(found) == ["received", "routed", "signed"]
        assert found[2]["unit"] == "STATION-GL"
        assert found[2]["text"] == "承办人已经签收，由他负责到底。3月9日（周一）09:00 前给您答复。"
        english = await messages(desk, request_id, "citizen_lin", **{"Accept-Language": "en"})
        assert english[1]["title"] == "Somebody has it"

    async def test_a_record_that_overtakes_the_filing_waits_for_it(self, desk: Desk) -> None:
        request_id = RequestId(new_id())
        await say(desk, "routing", "decision", request_id, routed(request_id))
        await say(desk, "intake", "request", request_id, filed(request_id))
        await desk.settled()
        assert abouts(await messages(desk, request_id, "citizen_lin")) == ["received", "routed"]

    async def test_a_missed_promise_is_said_with_the_new_one(self, desk: Desk) -> None:
        request_id = await opened(desk)
        due = MONDAY_MORNING + timedelta(hours=2)
        own = ClockBreachedV1(request_id=request_id, clock=ClockId("CL-007"), due=due, unit=None, owner=None, at=due)
        await say(desk, "routing", "decision", request_id, own, own.model_copy(update={"clock": ClockId("CL-014")}))
        await desk.settled()
        found = await messages(desk, request_id, "citizen_lin")
        assert abouts(found) == ["received", "promise_missed"]
        assert "3月2日（周一）11:00 前办到，没有做到" in found[1]["text"]
        assert "新的期限是 3月3日（周二）23:59" in found[1]["text"]

    async def test_the_officers_own_words_are_read_from_the_vault(self, desk: Desk, vault: RememberedVault) -> None:
        vault.items[NOTE.item] = "请带上租房合同"
        request_id = await opened(desk)
        asked = InfoRequestedV1(
            request_id=request_id,
            items=(ItemCode("lease"),),
            note=NOTE,
            due=MONDAY_MORNING + 7 * DAY,
            at=MONDAY_MORNING,
        )
        await say(desk, "intake", "request", request_id, asked)
        await desk.settled()
        (_, message) = await messages(desk, request_id, "citizen_lin")
        assert message["note"] == "请带上租房合同"
        assert "3月9日（周一）09:00" in message["text"]
        stored = b"".join(
            event.body for event in await desk.store("notifications").read(f"notifications.contact-{request_id}")
        )
        assert "租房" not in stored.decode()

    async def test_a_side_reads_its_own_messages_only(self, desk: Desk) -> None:
        request_id = await opened(desk)
        case = CaseOpenedV1(
            request_id=request_id,
            case_id=UUID(int=5),
            channel=Channel.PM,
            parties=(person("citizen_lin"), person("party_zhao")),
            consent_due=MONDAY_MORNING + 7 * DAY,
            at=MONDAY_MORNING,
        )
        await say(desk, "mediation", "case", request_id, case)
        await desk.settled()
        assert abouts(await messages(desk, request_id, "party_zhao")) == ["consent_asked"]
        assert abouts(await messages(desk, request_id, "citizen_lin")) == ["received", "consent_asked"]
        assert len(await messages(desk, request_id, "duty_officer")) == 3
        path = f"/notifications/v1/requests/{request_id}/messages"
        stranger = await desk.http.get(path, headers=await desk.as_("citizen_chen"))
        assert stranger.status_code == 403

    async def test_the_inbox_holds_what_was_told_to_the_person(self, desk: Desk) -> None:
        first, second = await opened(desk), await opened(desk)
        headers = await desk.as_("citizen_lin")
        page = (await desk.http.get("/notifications/v1/inbox?limit=1", headers=headers)).json()
        rest = await desk.http.get(f"/notifications/v1/inbox?cursor={page['next_cursor']}", headers=headers)
        found = {message["request_id"] for message in (*page["messages"], *rest.json()["messages"])}
        assert {str(first), str(second)} <= found
        empty = await desk.http.get("/notifications/v1/inbox", headers=await desk.as_("citizen_chen"))
        assert empty.json()["messages"] == []


class TestVerdicts:
    async def test_each_side_is_asked_and_answers_for_itself(self, desk: Desk) -> None:
        request_id = await opened(desk)
        early = await rate(desk, request_id, "citizen_lin", {"satisfied": True})
        assert (early.status_code, early.json()["type"]) == (409, "verdict-not-asked")
        await say(desk, "mediation", "case", request_id, outcome(request_id))
        await desk.settled()
        for login, satisfied in (("citizen_lin", True), ("party_zhao", False)):
            answer = await rate(desk, request_id, login, {"satisfied": satisfied, "comment": "说几句"})
            assert answer.status_code == 200, answer.text
        await desk.settled()
        records = await desk.store("notifications").pool.fetch(
            "SELECT convert_from(data, 'UTF8') AS data FROM feed JOIN events USING (event_id) WHERE fact = 'rated'"
            " AND key = $1",
            request_id,
        )
        rated = [orjson.loads(row["data"]) for row in records]
        assert {(each["side"], each["satisfied"]) for each in rated} == {("requester", True), ("other_party", False)}

    async def test_a_changed_mind_counts_and_after_a_week_it_is_too_late(self, desk: Desk) -> None:
        request_id = await opened(desk)
        await say(desk, "mediation", "case", request_id, outcome(request_id))
        await desk.settled()
        assert (await rate(desk, request_id, "citizen_lin", {"satisfied": True})).status_code == 200
        assert (await rate(desk, request_id, "citizen_lin", {"satisfied": False})).status_code == 200
        await desk.move_to(MONDAY_MORNING + 8 * DAY)
        late = await rate(desk, request_id, "citizen_lin", {"satisfied": True})
        assert (late.status_code, late.json()["type"]) == (409, "rating-over")
        assert "评价时间已过" in late.json()["title"]

    async def test_what_was_taken_up_again_waits_for_its_new_result(self, desk: Desk) -> None:
        request_id = await opened(desk)
        await say(desk, "mediation", "case", request_id, outcome(request_id))
        await desk.settled()
        reopened = RequestReopenedV1(
            request_id=request_id,
            attempt=2,
            reason=ReasonCode.BAD_RATING,
            former_handler=OFFICER,
            at=MONDAY_MORNING,
        )
        await say(desk, "intake", "request", request_id, reopened)
        await desk.settled()
        assert (await rate(desk, request_id, "citizen_lin", {"satisfied": True})).status_code == 409

    async def test_a_hand_over_asks_nobody(self, desk: Desk) -> None:
        request_id = await opened(desk)
        await say(desk, "mediation", "case", request_id, outcome(request_id, outcome=Outcome.HANDED_OVER))
        await desk.settled()
        assert abouts(await messages(desk, request_id, "citizen_lin")) == ["received"]

    async def test_who_took_it_back_is_told_so(self, desk: Desk) -> None:
        request_id = await opened(desk)
        await say(desk, "intake", "request", request_id, WithdrawnV1(request_id=request_id, at=MONDAY_MORNING))
        await desk.settled()
        assert abouts(await messages(desk, request_id, "citizen_lin")) == ["received", "withdrawn"]


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


class TestLetters:
    @pytest.fixture
    def reachable(self, vault: RememberedVault) -> None:
        vault.items[ADDRESS] = orjson.dumps({"name": "林晓梅", "email": "lin@example.org"}).decode()

    async def opened_with_address(self, desk: Desk) -> RequestId:
        request_id = await opened(desk)
        left = ContactLeftV1(
            request_id=request_id,
            person=person("citizen_lin"),
            contact=ADDRESS,
            by_email=True,
            at=MONDAY_MORNING,
        )
        await say(desk, "intake", "request", request_id, left)
        await desk.settled()
        return request_id

    async def state(self, desk: Desk, request_id: RequestId) -> dict[str, Any]:
        await desk.settled()
        answer = await deliveries(desk, request_id, "duty_officer")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()["deliveries"][0]
        return found

    @pytest.mark.usefixtures("reachable")
    async def test_a_letter_is_sent_once_and_its_fate_is_known(self, desk: Desk) -> None:
        request_id = await self.opened_with_address(desk)
        box = Postbox(250)
        carrier = postman(desk, box)
        assert await carrier.round() == 1
        assert await carrier.round() == 0
        (letter,) = box.letters
        assert letter.to == "lin@example.org"
        assert "林晓梅" not in letter.text
        assert "https://lounge.example/follow" in letter.text
        state = await self.state(desk, request_id)
        assert (state["state"], state["code"], state["tries"]) == ("delivered", 250, 1)

    @pytest.mark.usefixtures("reachable")
    async def test_what_failed_is_tried_again_when_its_time_comes(self, desk: Desk) -> None:
        request_id = await self.opened_with_address(desk)
        box = Postbox(MailFailed(Failure.TEMPORARY, 451), 250)
        carrier = postman(desk, box)
        assert await carrier.round() == 1
        state = await self.state(desk, request_id)
        assert (state["state"], state["failure"], state["code"]) == ("retrying", "temporary", 451)
        await desk.move_to(MONDAY_MORNING + timedelta(minutes=2))
        assert await carrier.round() == 1
        assert (await self.state(desk, request_id))["state"] == "delivered"
        assert [letter.reference[-2:] for letter in box.letters] == [".1", ".2"]

    async def test_without_a_server_the_staff_see_why(self, desk: Desk, reachable: None) -> None:
        request_id = await self.opened_with_address(desk)
        await postman(desk, Postbox(MailFailed(Failure.NO_SERVER))).round()
        state = await self.state(desk, request_id)
        assert (state["state"], state["failure"]) == ("retrying", "no_server")

    async def test_an_erased_address_is_given_up(self, desk: Desk) -> None:
        request_id = await self.opened_with_address(desk)
        await postman(desk, Postbox()).round()
        state = await self.state(desk, request_id)
        assert (state["state"], state["failure"]) == ("given_up", "no_address")

    async def test_the_state_of_letters_is_for_the_staff(self, desk: Desk) -> None:
        request_id = await self.opened_with_address(desk)
        assert (await deliveries(desk, request_id, "citizen_lin")).status_code == 403

    @pytest.mark.usefixtures("reachable")
    async def test_the_vault_is_asked_for_the_purpose_of_telling(self, desk: Desk, vault: RememberedVault) -> None:
        await self.opened_with_address(desk)
        await postman(desk, Postbox(250, 250, 250)).round()
        assert set(vault.purposes) == {"notify"}
