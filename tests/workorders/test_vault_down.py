"""Orders without their words: the state is shown, nothing is stored half."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from deploy.lounge.house import ServiceCredentials
from deploy.lounge.issuer import Issuer
from services.vault.main import build as build_vault
from services.workorders.main import build
from shared.web import Deps, Service, Vault
from tests.support.house import house
from tests.support.postgres import Database
from tests.workorders.conftest import INTAKE, OTHERS, ROUTING, Floor


def build_cut_off(deps: Deps) -> Service:
    """Work orders whose vault does not answer."""
    silent = httpx2.AsyncClient(
        transport=httpx2.MockTransport(lambda request: httpx2.Response(503)), base_url="http://vault.test"
    )
    credentials = ServiceCredentials(Issuer("http://nobody.test", bytes(32), {}), "workorders")
    return build(replace(deps, vault=Vault(silent, credentials)))


@pytest.fixture
async def floor(database: Database, tmp_path: Path) -> AsyncIterator[Floor]:
    strangers = {each.name: each.build for each in (ROUTING, INTAKE, *OTHERS)}
    async with house(database, tmp_path, {"vault": build_vault, "workorders": build_cut_off, **strangers}) as desk:
        yield Floor(desk)


async def test_an_order_is_offered_signed_and_shown_while_the_vault_is_down(floor: Floor) -> None:
    order_id = await floor.routed()
    assert (await floor.act("community_officer", order_id, "signature"))[0] == 200
    status, shown = await floor.show("community_officer", order_id)
    assert (status, shown["state"], shown["narrative"], shown["texts_withheld"]) == (200, "SIGNED", None, True)


async def test_an_answer_waits_for_the_vault_and_nothing_is_recorded(floor: Floor) -> None:
    order_id = await floor.routed()
    await floor.act("community_officer", order_id, "signature")
    status, refused = await floor.act("community_officer", order_id, "answer", answer="办好了。")
    assert (status, refused["type"]) == (503, "unavailable")
    assert await floor.facts(order_id) == ["order_offered", "order_signed"]
