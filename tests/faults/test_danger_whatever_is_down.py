"""Danger is answered at once with help and with a person's task, whatever else is down; what cannot be kept says so."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import APIRouter, Depends, HTTPException, Request

from deploy.lounge.composition import BUILDS
from services.routing.adapters.classifier import SHIPPED_MODEL
from services.vault.main import build as build_vault
from shared.kernel import new_id
from shared.web import Deps, Service
from tests.support.house import Desk, house
from tests.support.postgres import Database

pytestmark = pytest.mark.fault

DANGER = {"narrative": "我不想活了，活着没意思，谁也别管我。"}
PLAIN = {"narrative": "办理居住证需要什么资料？在哪里办？"}
DUTY_OFFICER = "duty_officer"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all: its keys belong to what the module's database holds."""
    return tmp_path_factory.mktemp("home")


class Vault:
    """The real vault behind a door that can be shut, for some paths or for all."""

    shut: str | None = None

    def build(self, deps: Deps) -> Service:
        service = build_vault(deps)
        door = APIRouter(dependencies=[Depends(self._door)])
        for router in service.routers:
            door.include_router(router)
        return replace(service, routers=(door,))

    async def _door(self, request: Request) -> None:
        if self.shut is not None and self.shut in request.url.path:
            raise HTTPException(503)


async def _file(desk: Desk, body: dict[str, str], key: str | None = None) -> httpx2.Response:
    headers = {"Idempotency-Key": key or str(new_id())}
    return await desk.http.post("/intake/v1/requests", json=body, headers=headers)


async def _decision(desk: Desk, request_id: str) -> dict[str, Any]:
    await desk.settled()
    headers = await desk.as_(DUTY_OFFICER)
    answer = await desk.http.get(f"/routing/v1/decisions/{request_id}", headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def _is_answered_at_once(desk: Desk) -> dict[str, Any]:
    """Files a message of danger; help is in the answer and a person's task on the list. Returns the decision."""
    filed = await _file(desk, DANGER)
    assert filed.status_code == 201, filed.text
    assert filed.json()["danger"]["kinds"] == ["suicide"]
    assert "110" in filed.json()["danger"]["numbers"]
    decision = await _decision(desk, filed.json()["request_id"])
    assert (decision["state"], decision["priority"]) == ("waiting_for_person", "P0")
    listed = await desk.http.get("/routing/v1/worklist", headers=await desk.as_(DUTY_OFFICER))
    assert filed.json()["request_id"] in {item["request_id"] for item in listed.json()["items"]}
    return decision


async def test_danger_is_answered_while_the_log_does_not_run(database: Database, home: Path) -> None:
    without = {name: build for name, build in BUILDS.items() if name != "audit"}
    async with house(database, home, without) as desk:
        await _is_answered_at_once(desk)
        plain = await _file(desk, PLAIN)
        assert plain.status_code == 201
        assert (await _decision(desk, plain.json()["request_id"]))["category"] is not None


@contextmanager
def _model(file: Path) -> Iterator[None]:
    """Sets LOUNGE_ROUTING_MODEL, as an operator would."""
    os.environ["LOUNGE_ROUTING_MODEL"] = str(file)
    try:
        yield
    finally:
        del os.environ["LOUNGE_ROUTING_MODEL"]


UNFIT_MODELS: dict[str, bytes | None] = {
    "absent": None,
    "cut off": SHIPPED_MODEL.read_bytes()[:50_000],
}


@pytest.mark.parametrize("content", UNFIT_MODELS.values(), ids=UNFIT_MODELS.keys())
async def test_without_a_model_danger_is_answered_and_people_decide_the_rest(
    content: bytes | None, database: Database, home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "model.json"
    if content is not None:
        file.write_bytes(content)
    with _model(file):
        async with house(database, home, BUILDS) as desk:
            await _is_answered_at_once(desk)
            plain = await _file(desk, PLAIN)
            decision = await _decision(desk, plain.json()["request_id"])
    assert decision["state"] == "waiting_for_person"
    assert decision["screening"] == ["low_confidence"]


async def test_while_the_vault_is_shut_filing_says_so_with_the_emergency_number_and_nothing_is_lost(
    database: Database, home: Path
) -> None:
    vault = Vault()
    async with house(database, home, {**BUILDS, "vault": vault.build}) as desk:
        vault.shut = "/"
        key = str(new_id())
        refused = await _file(desk, DANGER, key)
        assert refused.status_code == 503
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.headers["retry-after"] == "5"
        assert "110" in refused.json()["detail"]
        vault.shut = None
        filed = await _file(desk, DANGER, key)
        again = await _file(desk, DANGER, key)
        assert filed.status_code == 201
        assert again.json() == filed.json()
        assert (await _decision(desk, filed.json()["request_id"]))["priority"] == "P0"
        stored = await desk.store("intake").pool.fetchval(
            "SELECT count(*) FROM events WHERE fact = 'request_filed' AND key = $1::uuid", filed.json()["request_id"]
        )
        assert stored == 1


async def test_a_vault_that_cannot_be_read_hides_the_words_and_not_the_danger(database: Database, home: Path) -> None:
    vault = Vault()
    vault.shut = "/items/fetch"
    async with house(database, home, {**BUILDS, "vault": vault.build}) as desk:
        decision = await _is_answered_at_once(desk)
    assert set(decision["screening"]) == {"danger", "text_unavailable"}
