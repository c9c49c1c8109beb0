"""What else is about the same: the question is a fact before the answer leaves, and the answer holds no word."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.vault.adapters import sketch_shelf
from services.vault.adapters.shelves import Shelves
from services.vault.adapters.sketch_shelf import Near
from services.vault.adapters.sketches import Sketcher
from services.vault.items.commands import CompareItems
from services.vault.items.facts import ItemsCompared
from services.vault.items.rules.reads import Reader
from services.vault.items.safe import Safe
from services.vault.items.store import ItemHandler
from shared.contracts.codes import Purpose
from shared.eventstore import EventStore, Transaction
from shared.kernel import Context, RequestId, value


@value
class Likened:
    """One question: what is like these items of this request?"""

    items: Sequence[UUID]
    request_id: RequestId
    context: Context
    among: Sequence[RequestId] | None
    also: Sequence[RequestId]
    since: datetime | None
    limit: int


class Comparing:
    def __init__(self, safe: Safe, store: EventStore, items: ItemHandler, shelves: Shelves, sketcher: Sketcher) -> None:
        self._safe = safe
        self._store = store
        self._items = items
        self._shelves = shelves
        self._sketcher = sketcher

    async def similar(
        self, questions: Sequence[Likened], purpose: Purpose, reader: Reader, at: datetime
    ) -> list[tuple[Near, ...]]:
        """Raises PurposeNotYours, ItemUnknown."""

        async def asked(tx: Transaction) -> list[Sequence[UUID]]:
            # In one order for all: two that ask about the same requests must not wait for each other.
            order = sorted(range(len(questions)), key=lambda place: questions[place].request_id)
            allowed = {place: await self._asked(tx, questions[place], purpose, reader, at) for place in order}
            return [allowed[place] for place in range(len(questions))]

        compared = await self._safe.in_transaction(asked)
        await self._sketch([item for items in compared for item in items])
        async with self._store.pool.acquire() as connection:
            return [
                await self._nearest(connection, question, items)
                for question, items in zip(questions, compared, strict=True)
            ]

    async def _asked(
        self, tx: Transaction, question: Likened, purpose: Purpose, reader: Reader, at: datetime
    ) -> Sequence[UUID]:
        command = CompareItems(items=tuple(question.items), purpose=purpose, reader=reader, at=at)
        recorded = await self._items.within(tx).handle(question.request_id, command, question.context)
        return [item for event in recorded.events if isinstance(event, ItemsCompared) for item in event.items]

    async def _sketch(self, items: Sequence[UUID]) -> None:
        """Made the first time that somebody asks."""
        async with self._store.pool.acquire() as connection:
            missing = await sketch_shelf.unsketched(connection, list(items))
            texts: Mapping[UUID, str] = await self._shelves.texts(connection, missing) if missing else {}
            await sketch_shelf.keep(connection, {item: self._sketcher.of(text) for item, text in texts.items()})

    async def _nearest(self, tx: Transaction, question: Likened, items: Sequence[UUID]) -> tuple[Near, ...]:
        sketch = await sketch_shelf.of_items(tx, list(items))
        return await sketch_shelf.nearest(
            tx, sketch, question.request_id, question.among, question.also, question.since, question.limit
        )
