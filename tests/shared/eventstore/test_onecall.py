"""Within one call a stream is read once, until the call itself appends or loses a race."""

import asyncio
import contextvars
from typing import Any

import pytest

from shared.eventstore import EventStore
from shared.eventstore.onecall import one_call
from shared.eventstore.pool import LeanPool
from shared.eventstore.store import StoredEvent
from shared.kernel import SYSTEM, ConcurrencyConflict, Context
from tests.shared.eventstore.toggles import FIRST, Count, Switch, switches
from tests.support.postgres import Database

ACTING = Context(actor=SYSTEM)


class Counting(EventStore):
    reads = 0

    async def read(self, stream: str, tx: Any = None) -> list[StoredEvent]:
        self.reads += 1
        return list(await super().read(stream, tx))


async def elsewhere(store: EventStore, command: Count) -> None:
    """Another call, at the same time."""

    async def switched() -> None:
        await switches(store).handle(FIRST, command, ACTING)

    await asyncio.create_task(switched(), context=contextvars.Context())


async def store_of(database: Database) -> Counting:
    pool: Any = LeanPool(database.dsn("routing"), max_size=2)
    return Counting("routing", pool)


async def test_what_the_door_has_read_is_not_read_again(database: Database) -> None:
    store = await store_of(database)
    with one_call():
        await switches(store).state(FIRST)
        await switches(store).handle(FIRST, Switch(on=True), ACTING)
        assert store.reads == 1
        assert (await switches(store).state(FIRST))[1] == 1
        assert store.reads == 2
    await store.pool.close()


async def test_nothing_is_known_outside_the_call_that_read_it(database: Database) -> None:
    store = await store_of(database)
    with one_call():
        await switches(store).state(FIRST)
    await switches(store).state(FIRST)
    await switches(store).state(FIRST)
    assert store.reads == 3
    await store.pool.close()


async def test_what_went_stale_meanwhile_is_decided_anew(database: Database) -> None:
    store, other = await store_of(database), await store_of(database)
    with one_call():
        _, before = await switches(store).state(FIRST)
        await elsewhere(other, Count())
        recorded = await switches(store).handle(FIRST, Count(), ACTING)
    assert recorded.version == before + 2
    await store.pool.close()
    await other.pool.close()


async def test_an_edit_of_a_stale_version_is_refused(database: Database) -> None:
    store, other = await store_of(database), await store_of(database)
    with one_call():
        _, seen = await switches(store).state(FIRST)
        await elsewhere(other, Count())
        with pytest.raises(ConcurrencyConflict):
            await switches(store).handle(FIRST, Count(), ACTING, if_version=seen)
    await store.pool.close()
    await other.pool.close()
