"""One house for all tests of a module; each has requests of its own, and leaves no open subscription behind."""

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from services.notifications.main import build
from shared.kernel import RequestId
from shared.web import Deps, Service
from tests.notifications.conftest import STRANGERS
from tests.notifications.subscriptions.calls import a_request_of
from tests.support.house import MONDAY_MORNING, Desk, house
from tests.support.neighbours import RememberedVault, silent
from tests.support.partners import Partner
from tests.support.postgres import Database
from tests.support.receiver import Receiver, receiver


def _silent(name: str) -> Callable[[Deps], Service]:
    return lambda deps: silent(name)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def town(database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """Endpoints of tests are in the house; a stream ends soon, so that a test sees all of it."""
    builds = {"vault": RememberedVault().build, "notifications": build, **{name: _silent(name) for name in STRANGERS}}
    with pytest.MonkeyPatch.context() as settings:
        settings.setenv("LOUNGE_NOTIFICATIONS_POST_SECONDS", "3600")
        settings.setenv("LOUNGE_NOTIFICATIONS_PARTNERS_INSIDE", "true")
        settings.setenv("LOUNGE_NOTIFICATIONS_STREAM_SECONDS", "0.3")
        async with house(database, tmp_path_factory.mktemp("house"), builds) as running:
            yield running


@pytest_asyncio.fixture(loop_scope="module")
async def desk(town: Desk) -> AsyncIterator[Desk]:
    yield town
    town.clock.set(MONDAY_MORNING)
    operator = await town.as_("operator")
    listed = await town.http.get("/notifications/v1/subscriptions", headers=operator)
    for each in listed.json()["subscriptions"]:
        if each["state"] != "ended":
            path = f"/notifications/v1/subscriptions/{each['subscription_id']}/end"
            assert (await town.http.post(path, headers=await town.as_("operator"))).status_code == 200
    await town.settled()


@pytest_asyncio.fixture(loop_scope="module")
async def there() -> AsyncIterator[Receiver]:
    async with receiver() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def fire(desk: Desk) -> Partner:
    return await Partner.of(desk, "fire-1")


@pytest_asyncio.fixture(loop_scope="module")
async def centre(desk: Desk) -> Partner:
    return await Partner.of(desk, "centre-1")


@pytest.fixture
def a_request() -> Callable[[int], RequestId]:
    return a_request_of()
