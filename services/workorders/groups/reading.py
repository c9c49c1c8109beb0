"""What stands in a group as its members read it: rendered from the history, with the short text out of the vault."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from services.workorders.adapters.group_posts import posts_in, posts_of
from services.workorders.groupanswers.decider import GroupAnswered
from services.workorders.groupanswers.store import GroupAnswerHandler
from services.workorders.groups.book import GroupBook
from services.workorders.groups.posts import PostKind, PostState
from services.workorders.groups.wording import RECALLED, answer_words, broadcast_words
from services.workorders.orders.rules.broadcast_facts import BroadcastSent, Sought
from services.workorders.orders.store import OrderHandler
from shared.contracts.codes import Purpose, Relation
from shared.kernel import Context, ItemCode, RequestId, TextRef
from shared.web import Query, Vault, VaultUnavailable

INVOLVED = frozenset({Relation.OWN, Relation.OWN_UNIT, Relation.OWN_PLACE, Relation.TASK, Relation.LIVE})
"""Whoever stands otherwise to a group sees the stub of a post and no words (L1)."""


class PostReader:
    def __init__(
        self, orders: OrderHandler, answers: GroupAnswerHandler, vault: Vault, book: GroupBook, phone: str
    ) -> None:
        self._orders = orders
        self._answers = answers
        self._vault = vault
        self._book = book
        self._phone = phone

    async def posts_in(self, group: ItemCode, query: Query) -> tuple[dict[str, Any], ...]:
        rows = await posts_in(self._orders.store.pool, group)
        words = await self._words_of(rows, query) if not INVOLVED.isdisjoint(query.relations) else {}
        shown = ("post_id", "kind", "state", "order_id", "request_id", "posted_at", "withdrawn_at")
        return tuple({**{name: row[name] for name in shown}, "words": words.get(row["post_id"])} for row in rows)

    async def states_of(self, order_id: UUID) -> Mapping[tuple[UUID, str], PostState]:
        """(broadcast, group) → what became of the post."""
        rows = await posts_of(self._orders.store.pool, order_id)
        return {(row["source"], row["group"]): PostState(row["state"]) for row in rows}

    async def broadcast(self, sought: Sought, request_id: RequestId, context: Context) -> str | None:
        """None while the vault does not answer."""
        texts = await self._texts((sought.looks,), Purpose.DISPATCH, request_id, context)
        if texts is None:
            return None
        looks = texts.get(sought.looks.item) if sought.looks is not None else None
        return broadcast_words(sought, looks, self._book.areas, self._phone)

    async def _words_of(self, rows: Iterable[Mapping[str, Any]], query: Query) -> Mapping[UUID, str | None]:
        found: dict[UUID, str | None] = {}
        for row in rows:
            if row["withdrawn_at"] is not None:
                found[row["post_id"]] = RECALLED
            elif row["kind"] == PostKind.BROADCAST:
                found[row["post_id"]] = await self._of_broadcast(row, query)
            else:
                found[row["post_id"]] = await self._of_answer(row, query)
        return found

    async def _of_broadcast(self, row: Mapping[str, Any], query: Query) -> str | None:
        for stored in await self._orders.history(row["order_id"]):
            if isinstance(stored.event, BroadcastSent) and stored.event.broadcast_id == row["source"]:
                return await self.broadcast(stored.event.sought, stored.event.request_id, query.context)
        return None

    async def _of_answer(self, row: Mapping[str, Any], query: Query) -> str | None:
        for stored in await self._answers.history(row["request_id"]):
            event = stored.event
            if isinstance(event, GroupAnswered) and event.order_id == row["order_id"]:
                texts = await self._texts((event.answer,), Purpose.HANDLING, event.request_id, query.context)
                result = texts.get(event.answer.item) if texts else None
                return answer_words(result, event.occurred_at) if result else None
        return None

    async def _texts(
        self, refs: tuple[TextRef | None, ...], purpose: Purpose, request_id: RequestId, context: Context
    ) -> Mapping[UUID, str | None] | None:
        items = [ref.item for ref in refs if ref is not None]
        try:
            return await self._vault.fetch(context, items, purpose=purpose, request_id=request_id)
        except VaultUnavailable:
            return None
