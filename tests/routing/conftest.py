"""Triage and the vault on a real database, with silent strangers around them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.routing.main import build
from services.vault.main import build as build_vault
from tests.routing.neighbours import HANDLERS, INTAKE, NOTIFICATIONS
from tests.support.house import Desk, house
from tests.support.postgres import Database


@pytest.fixture
async def bureau(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    strangers = (INTAKE, *HANDLERS, NOTIFICATIONS)
    builds = {"vault": build_vault, "routing": build, **{stranger.name: stranger.build for stranger in strangers}}
    async with house(database, tmp_path, builds) as desk:
        yield desk
