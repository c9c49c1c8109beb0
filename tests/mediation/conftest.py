"""Mediation on a real database beside a real vault; intake, routing and notifications only speak."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.mediation.main import build
from services.vault.main import build as build_vault
from tests.mediation.neighbours import build_neighbour
from tests.support.house import Desk, house
from tests.support.postgres import Database


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    neighbours = dict.fromkeys(("intake", "routing", "enterprise", "notifications"), build_neighbour)
    builds = {"vault": build_vault, **neighbours, "mediation": build}
    async with house(database, tmp_path, builds) as running:
        yield running
