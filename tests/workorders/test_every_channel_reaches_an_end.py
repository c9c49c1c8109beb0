"""Every channel once, through the whole house: filed, sent there, signed for by the named owner, answered, told, rated,
archived. A channel whose owner may not sign for it would keep somebody waiting for ever.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from deploy.lounge.composition import BUILDS
from deploy.lounge.issuer import staff_id
from shared.contracts.codes import Category, Channel
from tests.support.house import Desk, house
from tests.support.postgres import Database

PAGES = "portal"
MEDIATED = frozenset({Channel.PM, Channel.PSM, Channel.IM, Channel.JM})
RATING_WINDOW = timedelta(days=8)
"""Both sides of a dispute are asked; the one who stays silent is waited for."""

CATEGORY_OF: Mapping[Channel, Category] = {
    Channel.PSM: Category.PSO,
    Channel.PM: Category.DIS,
    Channel.IM: Category.DIS,
    Channel.JM: Category.DIS,
    Channel.EPS: Category.ENT,
    Channel.WIN: Category.SVC,
    Channel.DSP: Category.PSO,
    Channel.CASE: Category.CRM,
    Channel.XDEP: Category.URB,
    Channel.XFER: Category.COM,
    Channel.BOT: Category.INQ,
    Channel.SUP: Category.CPL,
    Channel.CHILD: Category.MIN,
}
STAFF = (
    "duty_officer", "triage_officer", "dispatcher", "community_officer", "deputy_officer", "mediator", "mediator_two",
    "permit_officer", "window_clerk", "traffic_officer", "case_investigator", "enterprise_officer", "enterprise_deputy",
    "child_officer", "hotline_liaison", "supervisor", "station_leader", "court_mediator", "court_clerk",
    "industry_mediator",
)  # fmt: skip
LOGIN_OF = {str(staff_id(login)): login for login in STAFF}


@dataclass
class Walk:
    """One request of a signed-in citizen, on its way."""

    desk: Desk
    request_id: str = ""

    async def post(self, login: str, path: str, body: Any = None) -> dict[str, Any]:
        response = await self.desk.http.post(path, json=body, headers=await self.desk.as_(login))
        assert response.status_code in (200, 201), f"{path} as {login}: {response.text}"
        await self.desk.settled()
        answer: dict[str, Any] = response.json()
        return answer

    async def get(self, login: str, path: str, **params: str) -> dict[str, Any]:
        response = await self.desk.http.get(path, params=params, headers=await self.desk.as_(login))
        assert response.status_code == 200, f"{path} as {login}: {response.text}"
        answer: dict[str, Any] = response.json()
        return answer

    async def filed(self) -> None:
        body = {
            "narrative": "想问一下这件事该找谁，请给个答复。",
            "other_party": {"name": "老赵", "phone": "13900000002"},
        }
        self.request_id = (await self.post("citizen_lin", "/intake/v1/requests", body))["request_id"]

    async def sent(self, channel: Channel) -> str:
        """Overruled to the channel; the sign-in of the owner whom routing named."""
        body = {"category": CATEGORY_OF[channel], "channel": channel, "priority": "P2", "flags": []}
        await self.post("triage_officer", f"/routing/v1/decisions/{self.request_id}/overrule", body)
        if channel is Channel.EPS:
            gate = f"/routing/v1/decisions/{self.request_id}/gates/CRIME_OR_CIVIL"
            await self.post("case_investigator", gate, {"result": "NOT_A_CRIME"})
        reader = "child_officer" if channel is Channel.CHILD else "triage_officer"
        decision = await self.get(reader, f"/routing/v1/decisions/{self.request_id}")
        assert (decision["state"], decision["channel"]) == ("routed", channel), decision["screening"]
        return LOGIN_OF[decision["owner"]]

    async def order(self, owner: str) -> str:
        listed = await self.get(owner, "/workorders/v1/orders", request_id=self.request_id, open="true")
        [order] = listed["orders"]
        assert order["state"] == "OFFERED"
        return f"/workorders/v1/orders/{order['order_id']}"

    async def case(self, owner: str) -> str:
        [case] = (await self.get(owner, "/mediation/v1/cases", request_id=self.request_id))["cases"]
        return f"/mediation/v1/cases/{case['case_id']}"

    async def state(self) -> str:
        return str((await self.get("citizen_lin", f"/intake/v1/requests/{self.request_id}"))["state"])

    async def told(self) -> list[str]:
        found = await self.get("citizen_lin", f"/notifications/v1/requests/{self.request_id}/messages")
        return [message["about"] for message in found["messages"]]

    async def rated(self, satisfied: bool) -> None:
        body = {"satisfied": satisfied}
        await self.post("citizen_lin", f"/notifications/v1/requests/{self.request_id}/ratings", body)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def desk(database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    builds = {name: build for name, build in BUILDS.items() if name != PAGES}
    async with house(database, tmp_path_factory.mktemp("house"), builds) as desk:
        yield desk


@pytest_asyncio.fixture(loop_scope="module")
async def walk(desk: Desk) -> Walk:
    walk = Walk(desk)
    await walk.filed()
    return walk


GENERAL = {Channel.BOT: "inquiry", Channel.XFER: "referral"}
"""The playbook of response and answer, which the owner of any order of the channel may keep to."""


async def _answered(walk: Walk, owner: str, channel: Channel) -> None:
    order = await walk.order(owner)
    await walk.post(owner, f"{order}/signature")
    await walk.post(owner, f"{order}/playbook", {"playbook": GENERAL.get(channel, "answer")})
    await walk.post(owner, f"{order}/first-response", {})
    await walk.post(owner, f"{order}/answer", {"answer": "已经办好，请看说明。"})
    await walk.post(owner, f"{order}/outcome", {"outcome": "done", "detail": "ANSWERED_ONLY"})


async def _firm_answered(walk: Walk, owner: str) -> None:
    """The workstation's own matter: kind, gate and consent are its business, the answer is the requester's."""
    [matter] = (await walk.get(owner, "/enterprise/v1/matters", request_id=walk.request_id))["matters"]
    path = f"/enterprise/v1/matters/{matter['matter_id']}"
    await walk.post(owner, f"{path}/signature", {"kind": "OPINION"})
    await walk.post(owner, f"{path}/answer", {"answer": "已经办好，请看说明。"})
    await walk.post(owner, f"{path}/outcome", {"outcome": "done", "detail": "ANSWERED_ONLY"})


async def _child_protected(walk: Walk, owner: str) -> None:
    """The lane's own file: nobody else has it in a list, and the report comes before everything."""
    listed = await walk.get(owner, "/mediation/v1/children")
    [file] = [each for each in listed["files"] if each["request_id"] == walk.request_id]
    path = f"/mediation/v1/children/{file['child_id']}"
    await walk.post(owner, f"{path}/signature")
    await walk.post(owner, f"{path}/mandatory-report", {"to": ["case_unit"]})
    await walk.post(owner, f"{path}/outcome", {"outcome": "done", "answer": "已经有人陪着孩子，请放心。"})


async def _refused_by_a_party(walk: Walk, owner: str) -> None:
    case = await walk.case(owner)
    await walk.post(owner, f"{case}/signature")
    other = (await walk.get(owner, case))["parties"][1]["party"]
    body = {"party": other, "how": "paper", "note": "不愿意调解，要去法院"}
    await walk.post(owner, f"{case}/recorded-refusal", body)


ENDINGS = {Channel.EPS: _firm_answered, Channel.CHILD: _child_protected}


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.asyncio(loop_scope="module")
async def test_the_named_owner_brings_a_request_of_this_channel_to_its_end(walk: Walk, channel: Channel) -> None:
    owner = await walk.sent(channel)
    if channel in MEDIATED:
        await _refused_by_a_party(walk, owner)
    elif channel in ENDINGS:
        await ENDINGS[channel](walk, owner)
    else:
        await _answered(walk, owner, channel)
    assert "outcome" in await walk.told()
    await walk.rated(satisfied=True)
    if channel in MEDIATED:
        await walk.desk.move_to(walk.desk.clock.now() + RATING_WINDOW)
    assert await walk.state() == "ARCHIVED"


@pytest.mark.asyncio(loop_scope="module")
async def test_an_inquiry_badly_answered_goes_to_a_person_who_finds_it_a_way_to_an_end(walk: Walk) -> None:
    """Behind the duty officer stands nobody who may answer inquiries, so nobody is named who could not sign."""
    await _answered(walk, await walk.sent(Channel.BOT), Channel.BOT)
    await walk.rated(satisfied=False)
    decision = await walk.get("triage_officer", f"/routing/v1/decisions/{walk.request_id}")
    assert (decision["state"], decision["screening"]) == ("waiting_for_person", ["no_owner"])
    await _answered(walk, await walk.sent(Channel.WIN), Channel.WIN)
    await walk.rated(satisfied=True)
    assert await walk.state() == "ARCHIVED"


@pytest.mark.asyncio(loop_scope="module")
async def test_the_duty_officer_signs_for_nothing_but_inquiries(walk: Walk) -> None:
    order = await walk.order(await walk.sent(Channel.WIN))
    headers = await walk.desk.as_("duty_officer")
    refused = await walk.desk.http.post(f"{order}/signature", headers=headers)
    assert refused.status_code == 403


def test_every_channel_is_walked() -> None:
    assert set(CATEGORY_OF) == set(Channel)
