"""A partner agency's own system: signs in by client credentials, subscribes, reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from shared.kernel import new_id
from shared.web.service import read_secret
from tests.support.house import Desk

ROOT = "/notifications/v1"


async def token_of(desk: Desk, client: str) -> str:
    secret = read_secret(desk.house.home, f"client-{client}").hex()
    form = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
    answer = await desk.http.post("/issuer/token", data=form)
    answer.raise_for_status()
    return str(answer.json()["access_token"])


@dataclass
class Partner:
    desk: Desk
    token: str

    @classmethod
    async def of(cls, desk: Desk, client: str) -> "Partner":
        return cls(desk, await token_of(desk, client))

    def headers(self, key: str = "") -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key or str(new_id())}

    async def post(self, path: str, body: Any = None, *, key: str = "") -> Any:
        return await self.desk.http.post(f"{ROOT}{path}", json=body, headers=self.headers(key))

    async def get(self, path: str, **params: Any) -> Any:
        return await self.desk.http.get(f"{ROOT}{path}", params=params, headers=self.headers())

    async def open(self, purpose: str, url: str | None = None, **more: Any) -> "Opened":
        answer = await self.post("/subscriptions", {"purpose": purpose, "url": url, **more})
        assert answer.status_code == 201, answer.text
        told = answer.json()
        await self.desk.settled()
        return Opened(self, UUID(told["subscription_id"]), told["secret"])


@dataclass
class Opened:
    partner: Partner
    id: UUID
    secret: str | None

    @property
    def path(self) -> str:
        return f"/subscriptions/{self.id}"

    async def state(self) -> dict[str, Any]:
        answer = await self.partner.get(self.path)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def pulled(self, after: int = 0) -> Sequence[dict[str, Any]]:
        answer = await self.partner.get(f"{self.path}/deliveries", after=after)
        assert answer.status_code == 200, answer.text
        found: Sequence[dict[str, Any]] = orjson.loads(answer.content)["deliveries"]
        return found

    async def post(self, act: str, body: Any = None, *, key: str = "") -> Any:
        return await self.partner.post(f"{self.path}/{act}", body, key=key)
