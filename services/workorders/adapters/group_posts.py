"""The book of posts: a stand-in for chat platforms. It keeps where what was posted, and never the words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from services.workorders.groups.posts import Posting, PostState
from shared.eventstore import Transaction
from shared.kernel import ItemCode

POST = """
INSERT INTO group_posts (post_id, "group", kind, source, order_id, request_id, state, posted_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING
"""
WITHDRAW = "UPDATE group_posts SET state = $2, withdrawn_at = $3 WHERE source = $1 AND withdrawn_at IS NULL"
POSTS_IN = """
SELECT post_id, "group", kind, source, order_id, request_id, state, posted_at, withdrawn_at FROM group_posts
WHERE "group" = $1 ORDER BY posted_at DESC, post_id LIMIT 50
"""
POSTS_OF = """
SELECT post_id, "group", kind, source, order_id, request_id, state, posted_at, withdrawn_at FROM group_posts
WHERE order_id = $1 ORDER BY posted_at, "group"
"""


class PostBook:
    """`connected`: posts count as delivered at once; without, each waits for a person who posts it by hand."""

    def __init__(self, *, connected: bool) -> None:
        self._state = PostState.POSTED if connected else PostState.NO_CHANNEL

    async def post(self, posting: Posting, tx: Transaction) -> None:
        await tx.execute(
            POST,
            posting.post_id,
            posting.group,
            posting.kind,
            posting.source,
            posting.order_id,
            posting.request_id,
            self._state,
            posting.at,
        )

    async def withdraw(self, source: UUID, at: datetime, tx: Transaction) -> None:
        await tx.execute(WITHDRAW, source, PostState.WITHDRAWN, at)


async def posts_in(pool: "asyncpg.Pool[Any]", group: ItemCode) -> Sequence[Mapping[str, Any]]:
    """Newest first."""
    rows: Sequence[Mapping[str, Any]] = await pool.fetch(POSTS_IN, group)
    return rows


async def posts_of(pool: "asyncpg.Pool[Any]", order_id: UUID) -> Sequence[Mapping[str, Any]]:
    rows: Sequence[Mapping[str, Any]] = await pool.fetch(POSTS_OF, order_id)
    return rows
