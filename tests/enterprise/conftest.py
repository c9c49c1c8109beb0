"""The workstation at work on a real database beside a real vault; routing and intake say what a test wants."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from deploy.lounge.house import ServiceCredentials
from services.enterprise.main import build
from services.enterprise.matters.reactions import matter_of
from services.vault.main import build as build_vault
from shared.contracts.base import Contract
from shared.contracts.codes import Category, Channel, DataLevel, Flag, Gate, Police, Priority
from shared.contracts.published import BY_TYPE
from shared.contracts.routing import RequestGatedV1, RequestRoutedV1
from shared.contracts.vault import ItemKind
from shared.kernel import Actor, Context, PersonId, RequestId, RuleId, UnitCode, new_id
from shared.web import Text, Vault
from tests.support.house import Desk, house
from tests.support.postgres import Database
from tests.support.strangers import Stranger

ROUTING, INTAKE = Stranger("routing"), Stranger("intake")
OTHERS = tuple(Stranger(name) for name in ("mediation", "workorders", "notifications"))
NARRATIVE = "外地公司欠我们货款不还。"
CODE = "91990000MA0DEM6A5R"


@dataclass
class Hall:
    """The workstation's hall."""

    desk: Desk

    async def routed(
        self,
        *flags: Flag,
        request_id: RequestId | None = None,
        requester: PersonId | None = None,
        settle: bool = True,
        attempt: int = 1,
    ) -> tuple[RequestId, UUID]:
        """Routing sends a request here; its id and that of its matter."""
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
                category=Category.ENT,
                flags=flags,
                priority=Priority.P1,
                police=Police.LEAD,
                channel=Channel.EPS,
                unit=UnitCode("ENTERPRISE-1"),
                owner=None,
                deputy=None,
                excluded=(),
                requester=requester,
                other_party=None,
                narrative=sealed.refs["narrative"],
                answer_due=self.desk.clock.now() + timedelta(days=7),
                at=self.desk.clock.now(),
            ),
        )
        if settle:
            await self.desk.settled()
        return request_id, matter_of(request_id, attempt)

    async def gated(self, request_id: RequestId, result: str) -> None:
        await ROUTING.says(
            self.desk,
            RequestGatedV1(
                request_id=request_id,
                gate=Gate.CRIME_OR_CIVIL,
                result=RuleId(result),
                rule=RuleId("R-28"),
                at=self.desk.clock.now(),
            ),
        )
        await self.desk.settled()

    async def post(self, login: str, path: str, body: Any = None, expect: int = 200) -> dict[str, Any]:
        answer = await self.desk.http.post(f"/enterprise/v1{path}", json=body, headers=await self.desk.as_(login))
        assert answer.status_code == expect, f"{path} as {login}: {answer.status_code} {answer.text}"
        found: dict[str, Any] = answer.json()
        return found

    async def get(self, login: str, path: str, expect: int = 200, **params: Any) -> dict[str, Any]:
        answer = await self.desk.http.get(f"/enterprise/v1{path}", params=params, headers=await self.desk.as_(login))
        assert answer.status_code == expect, f"{path} as {login}: {answer.status_code} {answer.text}"
        found: dict[str, Any] = answer.json()
        return found

    async def firm(self, code: str = CODE, name: str = "某某五金厂") -> str:
        filed = await self.post("enterprise_officer", "/firms", {"credit_code": code, "name": name}, 201)
        return str(filed["firm_id"])

    async def matter(self, kind: str, *flags: Flag) -> tuple[RequestId, str]:
        """Routed, signed for, the firm named."""
        request_id, matter_id = await self.routed(*flags)
        path = f"/matters/{matter_id}"
        await self.post("enterprise_officer", f"{path}/signature", {"kind": kind})
        await self.post("enterprise_officer", f"{path}/firm", {"firm_id": await self.firm()})
        return request_id, path

    async def published(self, request_id: UUID) -> list[Contract]:
        """What the others learn about a request, in order."""
        await self.desk.settled()
        rows = await self.desk.store("enterprise").pool.fetch(
            "SELECT f.type, f.data FROM feed f JOIN events e USING (event_id)"
            " WHERE e.key = $1 AND f.data IS NOT NULL ORDER BY f.number",
            request_id,
        )
        return [BY_TYPE[row["type"]].model_validate_json(row["data"]) for row in rows]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def hall(database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hall]:
    """One house serves the tests of a module; each has matters of its own."""
    strangers = {each.name: each.build for each in (ROUTING, INTAKE, *OTHERS)}
    home = tmp_path_factory.mktemp("hall")
    async with house(database, home, {"vault": build_vault, "enterprise": build, **strangers}) as desk:
        yield Hall(desk)
