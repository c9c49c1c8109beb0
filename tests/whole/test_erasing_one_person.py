"""Erasing one person: exactly that person's texts become unreadable, and history neither notices nor breaks."""

import asyncio
import io
import tarfile
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from deploy.lounge.composition import BUILDS
from deploy.lounge.verify import audit_app
from tests.support.house import Desk, house
from tests.support.postgres import Database

LIN = {"narrative": "楼上漏水把我家天花板泡坏了", "contact": {"name": "林晓梅", "phone": "13900000001"}}
CHEN = {"narrative": "身份证丢了想补办一张", "contact": {"name": "陈建国", "phone": "13900000003"}}


async def _file(desk: Desk, login: str, body: dict[str, Any]) -> str:
    answer = await desk.http.post("/intake/v1/requests", json=body, headers=await desk.as_(login))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["request_id"])


async def _texts(desk: Desk, request: str) -> dict[str, str | None]:
    """What a triage officer can still read of a request's narrative."""
    decision = await desk.http.get(f"/routing/v1/decisions/{request}", headers=await desk.as_("triage_officer"))
    items = [decision.json()["narrative_item"]]
    wish = {"items": items, "purpose": "triage", "request_id": request}
    answer = await desk.http.post("/vault/v1/items/fetch", json=wish, headers=await desk.as_("triage_officer"))
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["texts"])


async def _is_complete(desk: Desk, request: str) -> None:
    """Returns when a checkpoint covers every record of the request."""
    async with asyncio.timeout(10):
        while True:
            answer = await desk.http.get(f"/audit/v1/facts?subject={request}", headers=await desk.as_("auditor"))
            if answer.json()["complete"]:
                return
            await asyncio.sleep(0.1)


async def _person(desk: Desk, request: str) -> str:
    history = await desk.store("intake").read(f"intake.request-{request}")
    return str(next(stored.actor for stored in history if stored.fact == "request_filed"))


async def test_one_persons_texts_die_and_everything_else_lives(database: Database, tmp_path: Path) -> None:
    async with house(database, tmp_path, BUILDS) as desk:
        lin, chen = await _file(desk, "citizen_lin", LIN), await _file(desk, "citizen_chen", CHEN)
        await desk.settled()
        assert list((await _texts(desk, lin)).values()) == [LIN["narrative"]]
        before = await desk.store("intake").read(f"intake.request-{lin}")

        person = await _person(desk, lin)
        erased = await desk.http.post(f"/vault/v1/persons/{person}/erasure", json={}, headers=await desk.as_("dpo"))
        assert erased.status_code == 200, erased.text
        await desk.settled()

        assert list((await _texts(desk, lin)).values()) == [None]
        assert list((await _texts(desk, chen)).values()) == [CHEN["narrative"]]
        after = await desk.store("intake").read(f"intake.request-{lin}")
        assert [stored.body for stored in after][: len(before)] == [stored.body for stored in before]
        decision = await desk.http.get(f"/routing/v1/decisions/{lin}", headers=await desk.as_("triage_officer"))
        assert decision.status_code == 200
        await _is_complete(desk, lin)
        await _log_verifies(desk, tmp_path / "export")


async def _log_verifies(desk: Desk, folder: Path) -> None:
    exported = await desk.http.get("/audit/v1/export", headers=await desk.as_("auditor"))
    folder.mkdir()
    with tarfile.open(fileobj=io.BytesIO(exported.content)) as archive:
        archive.extractall(folder, filter="data")
    key = (await desk.http.get("/audit/v1/key")).text.strip()
    result = CliRunner(env={"LOUNGE_LOG_VKEY": None}).invoke(audit_app, ["verify", str(folder), "--key", key])
    assert result.exit_code == 0, result.stdout
