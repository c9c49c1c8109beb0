import asyncio
from collections.abc import AsyncIterator

import pytest

from deploy.lounge.house import open_pool
from shared.eventstore import EventStore, Newest
from shared.kernel import SYSTEM, Context, new_id
from tests.shared.eventstore.toggles import Count, codec, switch_decider, switches
from tests.support.postgres import Database

SERVICE = "notifications"
ACTING = Context(actor=SYSTEM)


@pytest.fixture
async def store(database: Database) -> AsyncIterator[EventStore]:
    pool = await open_pool(database.dsn(SERVICE), SERVICE)
    yield EventStore(SERVICE, pool)
    await pool.close()


async def test_what_was_appended_since_the_last_look_is_seen_and_nothing_is_counted_twice(store: EventStore) -> None:
    id, handler = new_id(), switches(store)
    reader = Newest(store, handler.stream(id), switch_decider, codec)
    assert (await reader.newest()).count == 0
    for _ in range(3):
        await handler.handle(id, Count(), ACTING)
    looks = await asyncio.gather(*(reader.newest() for _ in range(8)))
    assert {look.count for look in looks} == {3}
    await handler.handle(id, Count(), ACTING)
    assert (await reader.newest()).count == 4


async def test_the_same_object_is_given_as_long_as_nothing_is_new(store: EventStore) -> None:
    id, handler = new_id(), switches(store)
    await handler.handle(id, Count(), ACTING)
    reader = Newest(store, handler.stream(id), switch_decider, codec)
    assert await reader.newest() is await reader.newest()
