"""The front desk on a real database, with silent strangers around it."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from services.intake.main import build
from shared.web import Deps, Service
from tests.support.house import Desk, house
from tests.support.neighbours import RememberedVault, silent
from tests.support.postgres import Database

STRANGERS = ("routing", "mediation", "enterprise", "workorders", "notifications")


def _silent(name: str) -> Callable[[Deps], Service]:
    return lambda deps: silent(name)


@pytest.fixture
def vault() -> RememberedVault:
    return RememberedVault()


@pytest.fixture
async def desk(database: Database, tmp_path: Path, vault: RememberedVault) -> AsyncIterator[Desk]:
    builds = {"vault": vault.build, "intake": build, **{name: _silent(name) for name in STRANGERS}}
    async with house(database, tmp_path, builds) as running:
        yield running
