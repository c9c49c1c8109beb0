"""A desk with bodies that really listen: one is told what to do, a hotline sees a stub, a procuratorate oversees."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from deploy.lounge.house import ServiceCredentials
from services.audit.main import build as build_audit
from services.intake.main import build as build_intake
from services.vault.main import build as build_vault
from services.workorders.adapters.signatures import Signer
from services.workorders.main import build
from services.workorders.transfers.store import transfer_id_of
from shared.contracts.codes import Category, Channel, DataLevel, Police, Priority
from shared.contracts.routing import RequestRoutedV1
from shared.contracts.vault import ItemKind
from shared.kernel import SYSTEM, BureauClock, Context, RequestId, TextRef, UnitCode
from shared.web import Text, Vault
from tests.support.house import MONDAY_MORNING, Desk, house
from tests.support.platform import Platform, listening
from tests.support.postgres import Database
from tests.support.strangers import Stranger

ROUTING, NOTIFICATIONS = Stranger("routing"), Stranger("notifications")
OTHERS = (ROUTING, NOTIFICATIONS, Stranger("mediation"), Stranger("enterprise"))
NAME, PHONE, NARRATIVE = "林晓梅", "13900000001", "林晓梅家门口盲道上的电线杆歪了，电话 13900000001，快倒了。"
TASK = "鼓楼东街盲道中间的水泥杆基座开裂、倾斜，请尽快处理。"
NOTICE = "这件事由城市管理局负责，已移送他们办理，我们会盯到有结果。"

REGISTRY = """
version: test-1
bodies:
  - code: URBAN-1
    kind: DEPARTMENT
    name: {{zh: 城市管理局, en: Urban management}}
    valid_from: 2026-01-01
    takes: [COM, DIS]
    sees: task
    proof: [COM]
    link: push
    url: {urban.url}
    door: PLATFORM
    keys: [{{id: {urban.signer.key_id}, ed25519: {urban.key_text}, from: 2026-01-01}}]
  - code: HOTLINE-12345
    kind: HOTLINE_12345
    name: {{zh: 热线, en: Hotline}}
    valid_from: 2026-01-01
    takes: [COM]
    sees: stub
    link: push
    url: {hotline.url}
    door: HOTLINE
    keys: [{{id: {hotline.signer.key_id}, ed25519: {hotline.key_text}, from: 2026-01-01}}]
  - code: PLATFORM-MEDIATION
    kind: INDUSTRY_BODY
    name: {{zh: 调处平台, en: Mediation platform}}
    valid_from: 2026-01-01
    takes: [DIS]
    sees: task
    link: pull
    door: PLATFORM
  - code: PROCURATORATE-1
    kind: PROCURATORATE
    name: {{zh: 检察院, en: Procuratorate}}
    valid_from: 2026-01-01
    takes: []
    sees: task
    link: push
    url: {oversight.url}
    door: OVERSIGHT
    keys: [{{id: {oversight.signer.key_id}, ed25519: {oversight.key_text}, from: 2026-01-01}}]
"""


@dataclass
class Exchange:
    desk: Desk
    urban: Platform
    hotline: Platform
    oversight: Platform

    async def routed(
        self, category: Category = Category.COM, priority: Priority = Priority.P1, unit: str = "URBAN-1"
    ) -> UUID:
        """Routing sends a request to a connected body; the id of its transfer."""
        now = self.desk.clock.now()
        body = {"kind": "other", "narrative": NARRATIVE, "contact": {"name": NAME, "phone": PHONE}}
        filed = await self.desk.http.post("/intake/v1/requests", json=body, headers=await self.desk.as_(None))
        assert filed.status_code == 201, filed.text
        request_id = RequestId(UUID(filed.json()["request_id"]))
        client = Vault(self.desk.house.http, ServiceCredentials(self.desk.house.issuer, "intake"))
        texts = {"narrative": Text(ItemKind.NARRATIVE, NARRATIVE, DataLevel.L3)}
        sealed = await client.seal(
            request_id, "again", texts, request_id=request_id, owner=None, context=Context(actor=SYSTEM)
        )
        await ROUTING.says(
            self.desk,
            RequestRoutedV1(
                request_id=request_id,
                attempt=1,
                category=category,
                flags=(),
                priority=priority,
                police=Police.TRANSFER,
                channel=Channel.XFER,
                unit=UnitCode(unit),
                owner=None,
                deputy=None,
                excluded=(),
                requester=None,
                other_party=None,
                narrative=sealed.refs["narrative"],
                answer_due=now + timedelta(days=20),
                at=now,
            ),
        )
        await self.desk.settled()
        return transfer_id_of(request_id, 1)

    async def written(self, request_id: RequestId, answer: str) -> TextRef:
        """What somebody wrote to the person as the answer."""
        client = Vault(self.desk.house.http, ServiceCredentials(self.desk.house.issuer, "mediation"))
        sealed = await client.seal(
            request_id,
            "answer",
            {"answer": Text(ItemKind.ANSWER, answer, DataLevel.L2)},
            request_id=request_id,
            owner=None,
            context=Context(actor=SYSTEM),
        )
        return sealed.refs["answer"]

    async def notes_kept(self) -> int:
        count = await self.desk.store("vault").pool.fetchval("SELECT count(*) FROM contents WHERE kind = 'note'")
        return int(count)

    async def act(self, login: str, transfer_id: UUID, act: str, **body: Any) -> tuple[int, dict[str, Any]]:
        url = f"/workorders/v1/transfers/{transfer_id}/{act}"
        answer = await self.desk.http.post(url, headers=await self.desk.as_(login), json=body or None)
        return answer.status_code, answer.json()

    async def sent(self, **routed: Any) -> UUID:
        transfer_id = await self.routed(**routed)
        status, told = await self.act(
            "triage_officer", transfer_id, "sending", to="URBAN-1", reason="NOT_POLICE", notice=NOTICE, task=TASK
        )
        assert status == 200, told
        await self.until(lambda: any(each.get("transfer") == str(transfer_id) for each in self.urban.about))
        return transfer_id

    async def show(self, transfer_id: UUID, login: str = "triage_officer") -> dict[str, Any]:
        await self.desk.settled()
        url = f"/workorders/v1/transfers/{transfer_id}"
        answer = await self.desk.http.get(url, headers=await self.desk.as_(login))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def line(self, transfer_id: UUID) -> dict[str, Any]:
        """What waits for the body, once something does."""
        async with asyncio.timeout(20):
            while not (lines := (await self.show(transfer_id))["lines"]):
                await asyncio.sleep(0.02)
        return dict(lines[0])

    async def until(self, holds: Callable[[], bool], seconds: float = 20.0) -> None:
        async with asyncio.timeout(seconds):
            while not holds():
                await asyncio.sleep(0.02)
        await self.desk.settled()

    def told(self, matter: UUID | str) -> list[str]:
        """What the department was told about one matter, in its order."""
        return [each["kind"] for each in self.urban.about if str(matter) in (each.get("transfer"), each.get("request"))]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def exchange(database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Exchange]:
    home = tmp_path_factory.mktemp("exchange")
    clock = BureauClock()
    clock.set(MONDAY_MORNING)
    urban = Platform("URBAN-1", clock, "130581", Signer(b"u" * 32))
    hotline = Platform("HOTLINE-12345", clock, "130581", Signer(b"h" * 32))
    oversight = Platform("PROCURATORATE-1", clock, "130581", Signer(b"p" * 32))
    platforms = (urban, hotline, oversight)
    builds = {"audit": build_audit, **{each.name: each.build for each in OTHERS}}
    async with AsyncExitStack() as stack:
        for each in platforms:
            await stack.enter_async_context(listening(each))
        with pytest.MonkeyPatch.context() as env:
            _configure(env, home, urban=urban, hotline=hotline, oversight=oversight)
            desk = await stack.enter_async_context(
                house(
                    database,
                    home,
                    {"vault": build_vault, "intake": build_intake, "workorders": build, **builds},
                    clock=clock,
                )
            )
        keys = (await desk.http.get("/workorders/v1/connector/keys")).json()["keys"]
        for each in platforms:
            each.learn(keys)
        yield Exchange(desk, *platforms)


def _configure(env: pytest.MonkeyPatch, home: Path, **platforms: Platform) -> None:
    registry = home / "bodies.yaml"
    registry.write_text(REGISTRY.format(**platforms), encoding="utf-8")
    env.setenv("LOUNGE_WORKORDERS_BODIES", str(registry))
    env.setenv("LOUNGE_WORKORDERS_CONNECTOR_SECONDS", "0.05")
    env.setenv("LOUNGE_WORKORDERS_CONNECTOR_INSIDE", "true")
