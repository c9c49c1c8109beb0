"""What the vault does in one transaction: facts and contents commit together, or neither does."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import orjson

from services.vault.adapters.shelves import Place, Plain, Salted, Shelves, salted_by
from services.vault.items.commands import (
    DestroyUnmentioned,
    EraseItemsOf,
    OpenReads,
    ReadItems,
    ReleaseItems,
    SealItems,
)
from services.vault.items.facts import (
    ItemEvent,
    ItemKind,
    ItemsErased,
    ItemsRead,
    ItemsReleased,
    ItemsSealed,
    ReadDenied,
    SealedItem,
)
from services.vault.items.refusals import REFUSALS, ItemSealedOtherwise, ItemUnknown
from services.vault.items.rules.reads import Reader
from services.vault.items.rules.training import reduced
from services.vault.items.store import ItemHandler
from shared.contracts.codes import DataLevel, Purpose
from shared.eventstore import EventStore, Transaction
from shared.eventstore.batch import Batch
from shared.kernel import ConcurrencyConflict, Context, PersonId, Rejection, RequestId, value
from shared.telemetry.spans import span

TRIES = 4

T = TypeVar("T")


@value
class Fetched:
    texts: Mapping[UUID, str | None]
    """None: erased, or denied; `denied` says which."""
    denied: Mapping[UUID, type[Rejection]]

    def __repr__(self) -> str:
        return f"Fetched({len(self.texts)} texts)"


@value
class Wanted:
    """Items to be read together, for one request and because of one cause."""

    items: Sequence[UUID]
    request_id: RequestId | None
    context: Context


def _allowed(events: Sequence[ItemEvent]) -> frozenset[UUID]:
    return frozenset(item for event in events if isinstance(event, ItemsRead) for item in event.items)


def _denied(events: Sequence[ItemEvent]) -> dict[UUID, type[Rejection]]:
    return {item: REFUSALS[event.reason] for event in events if isinstance(event, ReadDenied) for item in event.items}


class Safe:
    def __init__(self, store: EventStore, items: ItemHandler, shelves: Shelves) -> None:
        self._store = store
        self._items = items
        self._shelves = shelves

    async def seal(
        self, place: Place, plains: Sequence[Plain], context: Context, at: datetime
    ) -> Mapping[UUID, Salted]:
        """Raises ItemSealedOtherwise or ItemErased; the same call again gives the same answer."""
        return await self.in_transaction(lambda tx: self.seal_within(tx, place, plains, context, at))

    async def seal_within(
        self, tx: Transaction, place: Place, plains: Sequence[Plain], context: Context, at: datetime
    ) -> Mapping[UUID, Salted]:
        known, salts = await self._shelves.known(tx, [plain.item for plain in plains])
        for item, kept in known.items():
            if kept.stream_id != place.stream_id:
                raise ItemSealedOtherwise(item=item)
        salted = salted_by(salts, plains)
        command = SealItems(
            request_id=place.request_id,
            owner=place.owner,
            items=tuple(
                SealedItem(plain.item, ItemKind(plain.kind), DataLevel(plain.level), salted[plain.item].commitment)
                for plain in plains
            ),
            at=at,
        )
        try:
            recorded = await self._items.within(tx).handle(place.stream_id, command, context)
        except ItemSealedOtherwise as refused:
            if refused.details["item"] in known:
                raise
            # Sealed by an equal call after its salt was looked for: with that salt it is the same content.
            raise ConcurrencyConflict(str(refused)) from refused
        fresh = {each.item for event in recorded.events if isinstance(event, ItemsSealed) for each in event.items}
        if fresh:
            if isinstance(tx, Batch):
                # Before the contents: of two that seal at once, the later one learns it from the stream.
                await tx.flush()
            first = recorded.version == len(recorded.events)
            inserted = [plain for plain in plains if plain.item in fresh]
            await self._shelves.put(tx, inserted, salted, place, at, first=first)
        return salted

    async def fetch(
        self,
        items: Sequence[UUID],
        purpose: Purpose,
        reader: Reader,
        request_id: RequestId | None,
        context: Context,
        at: datetime,
    ) -> Fetched:
        """The read is committed before a plaintext is made."""
        return (await self.fetch_many([Wanted(items, request_id, context)], purpose, reader, at))[0]

    async def fetch_many(
        self, wanted: Sequence[Wanted], purpose: Purpose, reader: Reader, at: datetime
    ) -> list[Fetched]:
        """Every read is committed before any plaintext is made."""
        every = list(dict.fromkeys(item for each in wanted for item in each.items))

        async def read(tx: Transaction) -> tuple[Mapping[UUID, Place], list[Sequence[ItemEvent]]]:
            places = await self._shelves.places(tx, every)
            await self._items.within(tx).read_ahead(place.stream_id for place in places.values())
            return places, [await self._read(tx, each, places, purpose, reader, at) for each in wanted]

        places, happened = await self.in_transaction(read)
        allowed = [_allowed(events) for events in happened]
        async with self._store.pool.acquire() as connection:
            texts = await self._shelves.texts(connection, list({item for items in allowed for item in items}))
            if purpose is Purpose.TRAINING:
                texts = await self._reduced(connection, wanted, texts)
        return [
            Fetched(
                {item: texts.get(item) if item in let else None for item in each.items},
                _denied(events) | {item: ItemUnknown for item in each.items if item not in places},
            )
            for each, events, let in zip(wanted, happened, allowed, strict=True)
        ]

    async def _reduced(
        self, tx: Transaction, wanted: Sequence[Wanted], texts: Mapping[UUID, str]
    ) -> Mapping[UUID, str]:
        """R-37: what nobody can be known by any more; the names for it stay here."""
        less: dict[UUID, str] = {}
        for each in wanted:
            contacts = await self._shelves.contacts_of(tx, each.request_id) if each.request_id else ()
            known = (await self._shelves.texts(tx, contacts)).values() if contacts else ()
            names = [str(contact["name"]) for contact in map(orjson.loads, known) if contact.get("name")]
            less |= {item: reduced(texts[item], names) for item in each.items if item in texts}
        return less

    async def _read(
        self,
        tx: Transaction,
        wanted: Wanted,
        places: Mapping[UUID, Place],
        purpose: Purpose,
        reader: Reader,
        at: datetime,
    ) -> Sequence[ItemEvent]:
        streams: dict[UUID, list[UUID]] = {}
        for item in wanted.items:
            if item in places:
                streams.setdefault(places[item].stream_id, []).append(item)
        events: list[ItemEvent] = []
        with span("read items", parent=wanted.context.trace):
            # In one order for all readers: two lists that overlap must not wait for each other.
            for stream_id in sorted(streams):
                command = ReadItems(
                    items=tuple(streams[stream_id]), purpose=purpose, reader=reader, request_id=wanted.request_id, at=at
                )
                recorded = await self._items.within(tx).handle(stream_id, command, wanted.context)
                events.extend(recorded.events)
        return events

    async def contacts_of(self, request_id: RequestId) -> Sequence[UUID]:
        async with self._store.pool.acquire() as connection:
            return await self._shelves.contacts_of(connection, request_id)

    async def release(self, command: ReleaseItems, context: Context) -> int:
        """How many texts of the request its host may now read that he could not read before."""

        async def run(tx: Transaction) -> int:
            recorded = await self._items.within(tx).handle(command.request_id, command, context)
            return sum(len(event.items) for event in recorded.events if isinstance(event, ItemsReleased))

        return await self.in_transaction(run)

    async def open(self, command: OpenReads, context: Context) -> None:
        async def run(tx: Transaction) -> None:
            await self._items.within(tx).handle(command.request_id, command, context)

        await self.in_transaction(run)

    async def erase_within(self, tx: Transaction, person: PersonId, context: Context, at: datetime) -> int:
        """Destroys everything that `person` owns; how many items that were."""
        erased = 0
        for stream_id in await self._shelves.streams_of(tx, person):
            recorded = await self._items.within(tx).handle(stream_id, EraseItemsOf(person=person, at=at), context)
            erased += sum(len(event.items) for event in recorded.events if isinstance(event, ItemsErased))
        await self._shelves.destroy_person(tx, person)
        return erased

    async def destroy(self, stream_id: UUID, items: Sequence[UUID], context: Context, at: datetime) -> int:
        """Destroys items that no record ever mentioned."""

        async def run(tx: Transaction) -> int:
            command = DestroyUnmentioned(items=tuple(items), at=at)
            recorded = await self._items.within(tx).handle(stream_id, command, context)
            gone = [item for event in recorded.events if isinstance(event, ItemsErased) for item in event.items]
            await self._shelves.destroy_items(tx, gone)
            return len(gone)

        return await self.in_transaction(run)

    async def in_transaction(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """A stale version aborts the whole transaction, so the whole is done anew."""
        for tries_left in reversed(range(TRIES)):
            try:
                async with self._store.batch() as connection:
                    result = await work(connection)
                self._store.appended()
                return result
            except ConcurrencyConflict:
                if tries_left == 0:
                    raise
        raise AssertionError("unreachable")
