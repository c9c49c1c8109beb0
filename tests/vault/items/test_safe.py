"""Facts and contents commit together, and a read is a fact before there is a plaintext."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from uuid import UUID

import pytest

from services.vault.adapters.crypto import CannotOpen, DataKey, FileKeyProvider, KeyProvider, WrappedKey
from services.vault.adapters.shelves import Place, Plain, Salted, Shelves
from services.vault.items.refusals import ItemSealedOtherwise
from services.vault.items.rules.reads import Reader, Service
from services.vault.items.safe import Safe
from services.vault.items.store import item_handler
from shared.contracts.codes import Purpose
from shared.eventstore import EventStore, Transaction
from shared.kernel import SYSTEM, Context, RequestId, Unavailable, new_id
from tests.support.house import MONDAY_MORNING
from tests.vault.conftest import Desks

pytestmark = pytest.mark.asyncio(loop_scope="module")

BY_TRIAGE = Reader(service=Service.ROUTING)
CONTEXT = Context(actor=SYSTEM)


class KeysDown(Unavailable):
    pass


class LockedProvider:
    """A provider that is not to be reached."""

    async def wrap(self, key: DataKey) -> WrappedKey:
        raise KeysDown

    async def unwrap(self, wrapped: WrappedKey) -> DataKey:
        raise KeysDown


class WatchingProvider:
    """Counts the reads that others can see at the moment when a key is opened."""

    def __init__(self, inner: FileKeyProvider, store: EventStore) -> None:
        self._inner = inner
        self._store = store
        self.reads_seen: list[int] = []

    async def wrap(self, key: DataKey) -> WrappedKey:
        return await self._inner.wrap(key)

    async def unwrap(self, wrapped: WrappedKey) -> DataKey:
        self.reads_seen.append(await self._store.pool.fetchval("SELECT count(*) FROM events WHERE fact = 'items_read'"))
        return await self._inner.unwrap(wrapped)


class OvertakenShelves(Shelves):
    """Somebody else seals between the look for what is known and the decision."""

    def __init__(self, keys: KeyProvider, overtake: Callable[[], Awaitable[object]]) -> None:
        super().__init__(keys)
        self._overtake: Callable[[], Awaitable[object]] | None = overtake

    async def known(self, tx: Transaction, items: Sequence[UUID]) -> tuple[Mapping[UUID, Place], Mapping[UUID, bytes]]:
        found = await super().known(tx, items)
        overtake, self._overtake = self._overtake, None
        if overtake is not None:
            await overtake()
        return found


def plain(text: str = "楼上漏水") -> Plain:
    return Plain(new_id(), "narrative", "L3", text)


def place() -> Place:
    request_id = RequestId(new_id())
    return Place(request_id, request_id, None)


def safe_with(store: EventStore, provider: LockedProvider | WatchingProvider) -> Safe:
    return Safe(store, item_handler(store), Shelves(provider))


async def fetch(safe: Safe, item: UUID, request_id: RequestId | None) -> str | None:
    fetched = await safe.fetch([item], Purpose.TRIAGE, BY_TRIAGE, request_id, CONTEXT, MONDAY_MORNING)
    return fetched.texts[item]


async def test_a_read_is_committed_before_a_key_is_opened(vault: Desks, tmp_path: Path) -> None:
    store = vault.desk.store("vault")
    provider = WatchingProvider(FileKeyProvider(tmp_path / "kek"), store)
    safe, where, text = safe_with(store, provider), place(), plain()
    await safe.seal(where, [text], CONTEXT, MONDAY_MORNING)
    before = len(await vault.facts("items_read"))
    assert await fetch(safe, text.item, where.request_id) == "楼上漏水"
    assert provider.reads_seen == [before + 1]


async def test_nothing_is_recorded_that_could_not_be_sealed(vault: Desks) -> None:
    store, where, text = vault.desk.store("vault"), place(), plain()
    with pytest.raises(KeysDown):
        await safe_with(store, LockedProvider()).seal(where, [text], CONTEXT, MONDAY_MORNING)
    assert await vault.rows("SELECT 1 FROM events WHERE stream = $1", f"vault.item-{where.stream_id}") == []
    assert await vault.rows("SELECT 1 FROM items WHERE item = $1", text.item) == []


async def test_two_equal_calls_at_once_seal_once_and_are_answered_alike(vault: Desks, tmp_path: Path) -> None:
    store, where, text = vault.desk.store("vault"), place(), plain()
    keys = FileKeyProvider(tmp_path / "kek")
    faster = Safe(store, item_handler(store), Shelves(keys))
    answers: list[Mapping[UUID, Salted]] = []

    async def seal_first() -> None:
        answers.append(await faster.seal(where, [text], CONTEXT, MONDAY_MORNING))

    slower = Safe(store, item_handler(store), OvertakenShelves(keys, seal_first))
    assert await slower.seal(where, [text], CONTEXT, MONDAY_MORNING) == answers[0]
    other = Plain(text.item, text.kind, text.level, "另一句话")
    with pytest.raises(ItemSealedOtherwise):
        await faster.seal(where, [other], CONTEXT, MONDAY_MORNING)


async def test_a_text_moved_under_another_reference_in_the_table_is_not_opened(vault: Desks, tmp_path: Path) -> None:
    store = vault.desk.store("vault")
    safe = safe_with(store, WatchingProvider(FileKeyProvider(tmp_path / "kek"), store))
    where, mine, yours = place(), plain("我的话"), plain("你的话")
    await safe.seal(where, [mine, yours], CONTEXT, MONDAY_MORNING)
    await store.pool.execute(
        "UPDATE contents SET ciphertext = (SELECT ciphertext FROM contents WHERE item = $1) WHERE item = $2",
        mine.item,
        yours.item,
    )
    with pytest.raises(CannotOpen, match=str(yours.item)):
        await fetch(safe, yours.item, where.request_id)


async def test_one_key_serves_one_person_in_one_request(vault: Desks, tmp_path: Path) -> None:
    store = vault.desk.store("vault")
    safe = safe_with(store, WatchingProvider(FileKeyProvider(tmp_path / "kek"), store))
    where = place()
    await safe.seal(where, [plain()], CONTEXT, MONDAY_MORNING)
    await safe.seal(where, [plain()], CONTEXT, MONDAY_MORNING)
    await safe.seal(place(), [plain()], CONTEXT, MONDAY_MORNING)
    keys = await vault.rows("SELECT key_id FROM data_keys WHERE stream_id = $1", where.stream_id)
    assert len(keys) == 1
