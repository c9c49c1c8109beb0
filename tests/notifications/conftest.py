"""Notifications on a real database, with silent strangers around it."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from services.notifications.main import build
from shared.web import Deps, Service
from tests.support.house import Desk, house
from tests.support.neighbours import RememberedVault, silent
from tests.support.postgres import Database

STRANGERS = ("intake", "routing", "mediation", "enterprise", "workorders")


def _silent(name: str) -> Callable[[Deps], Service]:
    return lambda deps: silent(name)


@pytest.fixture
def vault() -> RememberedVault:
    return RememberedVault()


@pytest.fixture
async def desk(
    database: Database, tmp_path: Path, vault: RememberedVault, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Desk]:
    monkeypatch.setenv("LOUNGE_NOTIFICATIONS_POST_SECONDS", "3600")
    builds = {"vault": vault.build, "notifications": build, **{name: _silent(name) for name in STRANGERS}}
    async with house(database, tmp_path, builds) as running:
        yield running
