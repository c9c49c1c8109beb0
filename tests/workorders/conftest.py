"""Work orders at work between strangers: routing and intake say what a test wants them to say."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from deploy.lounge.house import ServiceCredentials
from deploy.lounge.issuer import staff_id
from services.vault.main import build as build_vault
from services.workorders.main import build
from services.workorders.orders.reactions import order_id_of
from shared.contracts.base import Contract
from shared.contracts.codes import Category, Channel, DataLevel, Flag, Police, Priority
from shared.contracts.published import BY_TYPE
from shared.contracts.routing import RequestRoutedV1
from shared.contracts.vault import ItemKind
from shared.kernel import Actor, Context, PersonId, RequestId, UnitCode, new_id
from shared.web import Text, Vault
from tests.support.house import Desk, house
from tests.support.postgres import Database
from tests.support.strangers import Stranger

ROUTING = Stranger("routing")
INTAKE = Stranger("intake")
OTHERS = tuple(Stranger(name) for name in ("enterprise", "mediation", "notifications"))
STATION = UnitCode("STATION-GL")
NARRATIVE = "父亲走失，身穿蓝色外套。"


@dataclass
class Floor:
    """The place where orders are worked on."""

    desk: Desk

    async def routed(
        self,
        *,
        request_id: RequestId | None = None,
        attempt: int = 1,
        channel: Channel = Channel.WIN,
        category: Category = Category.SVC,
        unit: UnitCode = STATION,
        owner: PersonId | None = None,
        requester: PersonId | None = None,
        other_party: PersonId | None = None,
        excluded: tuple[PersonId, ...] = (),
        flags: tuple[Flag, ...] = (),
        deputy: PersonId | None = None,
        settle: bool = True,
    ) -> UUID:
        """Routing sends a request here; the id of its order."""
        request_id = request_id or RequestId(new_id())
        client = Vault(self.desk.house.http, ServiceCredentials(self.desk.house.issuer, "intake"))
        texts = {"narrative": Text(ItemKind.NARRATIVE, NARRATIVE, DataLevel.L3)}
        context = Context(actor=Actor(role="requester"))
        sealed = await client.seal(
            request_id, "narrative", texts, request_id=request_id, owner=requester, context=context
        )
        await ROUTING.says(
            self.desk,
            RequestRoutedV1(
                request_id=request_id,
                attempt=attempt,
                category=category,
                flags=flags,
                priority=Priority.P1,
                police=Police.OWN,
                channel=channel,
                unit=unit,
                owner=owner,
                deputy=deputy,
                excluded=excluded,
                requester=requester,
                other_party=other_party,
                narrative=sealed.refs["narrative"],
                answer_due=self.desk.clock.now() + timedelta(days=7),
                at=self.desk.clock.now(),
            ),
        )
        if settle:
            await self.desk.settled()
        return order_id_of(request_id, attempt)

    async def act(self, login: str, order_id: UUID, act: str, **body: Any) -> tuple[int, dict[str, Any]]:
        headers = await self.desk.as_(login)
        url = f"/workorders/v1/orders/{order_id}/{act}"
        answer = await self.desk.http.post(url, headers=headers, json=None if act == "signature" else body)
        return answer.status_code, answer.json()

    async def show(self, login: str, order_id: UUID) -> tuple[int, dict[str, Any]]:
        answer = await self.desk.http.get(f"/workorders/v1/orders/{order_id}", headers=await self.desk.as_(login))
        return answer.status_code, answer.json()

    async def listed(self, login: str, **params: Any) -> list[dict[str, Any]]:
        answer = await self.desk.http.get("/workorders/v1/orders", params=params, headers=await self.desk.as_(login))
        assert answer.status_code == 200, answer.text
        return list(answer.json()["orders"])

    async def published(self, request_id: UUID) -> list[Contract]:
        """What the others learn about a request, in order."""
        await self.desk.settled()
        rows = await self.desk.store("workorders").pool.fetch(
            "SELECT f.type, f.data FROM feed f JOIN events e USING (event_id)"
            " WHERE e.key = $1 AND f.data IS NOT NULL ORDER BY f.number",
            request_id,
        )
        return [BY_TYPE[row["type"]].model_validate_json(row["data"]) for row in rows]

    async def facts(self, order_id: UUID) -> list[str]:
        rows = await self.desk.store("workorders").pool.fetch(
            "SELECT fact FROM events WHERE stream = $1 ORDER BY version", f"workorders.order-{order_id}"
        )
        return [row["fact"] for row in rows]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def floor(database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Floor]:
    """One house serves the tests of a module; each has orders of its own."""
    strangers = {each.name: each.build for each in (ROUTING, INTAKE, *OTHERS)}
    home = tmp_path_factory.mktemp("floor")
    async with house(database, home, {"vault": build_vault, "workorders": build, **strangers}) as desk:
        yield Floor(desk)


def staff(login: str) -> PersonId:
    return staff_id(login)
