"""The child lane on the running desk: what its people do over HTTP, in a few words."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx2

from deploy.lounge.house import ServiceCredentials
from services.mediation.children.store import child_of
from shared.contracts.codes import Category, Channel, DataLevel, Flag, Police, Priority
from shared.contracts.routing import RequestRoutedV1
from shared.contracts.vault import ItemKind
from shared.kernel import Actor, Context, PersonId, RequestId, UnitCode, new_id
from shared.web import Text, Vault
from tests.mediation.disputes import staff
from tests.mediation.neighbours import say
from tests.support.house import Desk

CALL = "孩子身上都是伤，不敢回家。"
SESSION = "他说晚上睡不着，怕继父。"


@dataclass
class Nursery:
    desk: Desk
    request_id: RequestId = field(default_factory=lambda: RequestId(new_id()))

    @property
    def child_id(self) -> str:
        return str(child_of(self.request_id, 1))

    async def routed(self, priority: Priority = Priority.P1, requester: PersonId | None = None) -> "Nursery":
        client = Vault(self.desk.house.http, ServiceCredentials(self.desk.house.issuer, "intake"))
        sealed = await client.seal(
            self.request_id,
            "narrative",
            {"narrative": Text(ItemKind.NARRATIVE, CALL, DataLevel.L3)},
            request_id=self.request_id,
            owner=requester,
            context=Context(actor=Actor(role="requester")),
        )
        now = self.desk.clock.now()
        record = RequestRoutedV1(
            request_id=self.request_id,
            attempt=1,
            category=Category.MIN,
            flags=(Flag.MINOR,),
            priority=priority,
            police=Police.OWN,
            channel=Channel.CHILD,
            unit=UnitCode("CHILD-1"),
            owner=staff("child_officer"),
            deputy=None,
            excluded=(),
            requester=requester,
            other_party=None,
            narrative=sealed.refs["narrative"],
            answer_due=now + timedelta(days=7),
            at=now,
        )
        await say(self.desk, "routing", record, self.request_id)
        await self.desk.settled()
        return self

    async def send(self, method: str, path: str, login: str, body: Any = None, **params: str) -> httpx2.Response:
        return await self.desk.http.request(
            method,
            f"/mediation/v1{path}",
            headers=await self.desk.as_(login),
            json=body,
            params=params or None,
        )

    async def do(self, act: str, login: str, body: Any = None) -> dict[str, Any]:
        """An act on the file that must succeed."""
        response = await self.send("POST", f"/children/{self.child_id}/{act}", login, body)
        assert response.status_code == 200, response.text
        await self.desk.settled()
        answer: dict[str, Any] = response.json()
        return answer

    async def refused(self, act: str, login: str, body: Any = None) -> tuple[int, str]:
        response = await self.send("POST", f"/children/{self.child_id}/{act}", login, body)
        assert response.status_code >= 400, response.text
        return response.status_code, response.json()["type"]

    async def get(self, path: str, login: str, **params: str) -> dict[str, Any]:
        response = await self.send("GET", path, login, **params)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def file(self, login: str = "child_officer") -> dict[str, Any]:
        return await self.get(f"/children/{self.child_id}", login)

    async def counselled(self) -> "Nursery":
        """Signed, reported, a counsellor seated, one session sealed."""
        await self.do("signature", "child_officer")
        await self.do("mandatory-report", "child_officer", {"to": ["case_unit"]})
        await self.do("seats", "child_officer", {"seat": "counsellor", "person": str(staff("counsellor"))})
        await self.do("counselling", "counsellor", {"notes": SESSION})
        return self
