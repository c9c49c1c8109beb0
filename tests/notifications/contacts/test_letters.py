"""Letters: sent once, tried again, given up, and what the staff see of it."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from services.notifications.adapters.mail import MailFailed
from services.notifications.contacts.facts import Failure
from shared.contracts.intake import (
    ContactLeftV1,
)
from shared.kernel import RequestId
from tests.notifications.contacts.calls import ADDRESS, Postbox, deliveries, opened, person, postman
from tests.support.house import MONDAY_MORNING, Desk
from tests.support.neighbours import RememberedVault, say


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
