"""A dispute on the running desk: what people do over HTTP, in a few words."""

import base64
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import httpx2
import orjson

from shared.contracts.codes import Category, Channel, Flag, Police, Priority
from shared.contracts.routing import RequestRoutedV1
from shared.kernel import Digest, PersonId, RequestId, TextRef, UnitCode, derive_id, new_id
from tests.mediation.neighbours import say
from tests.support.house import Desk

DEMO_PEOPLE = uuid5(NAMESPACE_URL, "urn:lounge:demo-people")
STATION = UnitCode("STATION-GL")
COMMITTEE = "PM-COMMITTEE-1"


def staff(login: str) -> PersonId:
    return PersonId(derive_id(DEMO_PEOPLE, login))


async def person_of(desk: Desk, login: str) -> PersonId:
    """A citizen's id is the vault's; the token names it."""
    headers = await desk.as_(login)
    claims = headers["Authorization"].split(".")[1]
    return PersonId(UUID(orjson.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["person"]))


@dataclass
class Dispute:
    desk: Desk
    request_id: RequestId = field(default_factory=lambda: RequestId(new_id()))
    case_id: str = ""
    answer: dict[str, Any] = field(default_factory=dict)

    async def routed(
        self,
        channel: Channel = Channel.PM,
        *,
        category: Category | None = None,
        owner: str | None = "community_officer",
        requester: PersonId | None = None,
        other_party: PersonId | None = None,
        flags: tuple[Flag, ...] = (),
        attempt: int = 1,
        excluded: tuple[PersonId, ...] = (),
    ) -> "Dispute":
        now = self.desk.clock.now()
        record = RequestRoutedV1(
            request_id=self.request_id,
            attempt=attempt,
            category=category or (Category.PSO if channel is Channel.PSM else Category.DIS),
            flags=flags,
            priority=Priority.P2,
            police=Police.LEAD,
            channel=channel,
            unit=STATION,
            owner=staff(owner) if owner else None,
            deputy=staff("deputy_officer"),
            excluded=excluded,
            requester=requester,
            other_party=other_party,
            narrative=TextRef(UUID(int=9), Digest("0" * 64)),
            answer_due=now,
            at=now,
        )
        await say(self.desk, "routing", record, self.request_id)
        await self.desk.settled()
        listed = await self.get("/cases", "station_leader", request_id=str(self.request_id))
        self.case_id = listed["cases"][0]["case_id"] if listed["cases"] else ""
        return self

    async def send(
        self, method: str, path: str, who: str | dict[str, str] | None, body: Any = None, **params: str
    ) -> httpx2.Response:
        headers = who if isinstance(who, dict) else await self.desk.as_(who)
        return await self.desk.http.request(
            method, f"/mediation/v1{path}", headers=headers, json=body, params=params or None
        )

    async def get(self, path: str, who: str | dict[str, str] | None, **params: str) -> dict[str, Any]:
        response = await self.send("GET", path, who, **params)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def case(self, who: str | dict[str, str] = "community_officer") -> dict[str, Any]:
        return await self.get(f"/cases/{self.case_id}", who)

    async def do(self, act: str, who: str | dict[str, str] | None, body: Any = None) -> dict[str, Any]:
        """An act on the case that must succeed."""
        response = await self.send("POST", f"/cases/{self.case_id}/{act}", who, body)
        assert response.status_code in (200, 201), response.text
        self.answer = response.json()
        return self.answer

    async def refused(self, act: str, who: str | dict[str, str] | None, body: Any = None) -> dict[str, Any]:
        """An act on the case that a rule refuses."""
        response = await self.send("POST", f"/cases/{self.case_id}/{act}", who, body)
        assert response.status_code == 409, response.text
        problem: dict[str, Any] = response.json()
        return problem

    async def status(self, act: str, who: str | dict[str, str] | None, body: Any = None) -> int:
        return (await self.send("POST", f"/cases/{self.case_id}/{act}", who, body)).status_code

    async def parties(self) -> list[str]:
        return [each["party"] for each in (await self.case("station_leader"))["parties"]]

    async def consented(self) -> None:
        """Both sides on paper."""
        for party in await self.parties():
            body = {"party": party, "how": "paper", "evidence": "同意书一份，编号 17"}
            await self.do("recorded-consent", "community_officer", body)

    async def ready(self) -> "Dispute":
        """Signed for, told, consented, hosted."""
        await self.do("signature", "community_officer")
        case = await self.case()
        if case["channel"] == "PM":
            await self.do("notice", "community_officer")
            await self.consented()
            await self.do("host", "community_officer", {"host": str(staff("mediator"))})
        else:
            await self.do("violation", "community_officer", {"reference": "鼓公（治）行受〔2026〕17号"})
            await self.consented()
            await self.do("host", "community_officer", {})
        return self

    async def agreed(self) -> "Dispute":
        """Ready, and one session that ended in agreement."""
        await self.ready()
        host = "mediator" if (await self.case())["channel"] == "PM" else "community_officer"
        opened = await self.do("sessions", host, {"kind": "joint", "recording": "执法记录仪 0317"})
        await self.do(f"sessions/{opened['session_id']}/end", host, {"result": "agreed"})
        return self
