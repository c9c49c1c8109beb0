"""Messages as they are read: words rendered now, the handler's own words from the vault."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from services.notifications.contacts.facts import About, Particulars, Side, Voice
from services.notifications.contacts.views import particulars_adapter
from services.notifications.contacts.wording import Language
from services.notifications.contacts.words import render
from shared.contracts.codes import Purpose, Role
from shared.kernel import RequestId, Unavailable
from shared.web import Query, StrictModel, Vault
from shared.web.cursors import Place, read_cursor, write_cursor
from shared.web.vault import VaultRefused

PARTIES = frozenset({Role.REQUESTER, Role.OTHER_PARTY})


class MessageAnswer(StrictModel):
    message_id: UUID
    request_id: UUID
    attempt: int
    side: str
    about: str
    title: str
    text: str
    note: str | None
    """What the handler wrote, word for word; None when there is nothing, or when it may not be read now."""
    has_note: bool
    unit: str | None
    person: UUID | None
    handling: UUID | None
    items: tuple[str, ...]
    due: datetime | None
    missed: datetime | None
    starts_at: datetime | None
    rating_due: datetime | None
    at: datetime


class Inbox(StrictModel):
    messages: tuple[MessageAnswer, ...]
    next_cursor: str | None


class Mailbox:
    def __init__(self, pool: "asyncpg.Pool[Any]", vault: Vault) -> None:
        self._pool = pool
        self._vault = vault

    async def inbox(self, query: Query, cursor: str | None, limit: int) -> Inbox:
        """Newest first; who came by code sees the one request."""
        before = read_cursor(cursor) if cursor else None
        rows = await self._pool.fetch(
            "SELECT * FROM messages WHERE (person = $1 OR ($2::uuid IS NOT NULL AND request_id = $2 AND side = $3))"
            " AND ($4::timestamptz IS NULL OR (posted_at, message_id) < ($4, $5::uuid))"
            " ORDER BY posted_at DESC, message_id DESC LIMIT $6",
            query.actor.person,
            query.actor.about,
            Side.OTHER_PARTY if query.actor.role == Role.OTHER_PARTY else Side.REQUESTER,
            before and before.at,
            before and before.id,
            limit + 1,
        )
        page = rows[:limit]
        more = write_cursor(Place(page[-1]["posted_at"], page[-1]["message_id"])) if len(rows) > limit else None
        return Inbox(messages=await self._rendered(page, query), next_cursor=more)

    async def of_request(self, request_id: UUID, voice: Voice | None, query: Query) -> tuple[MessageAnswer, ...]:
        """Oldest first; a side sees its own messages, staff see all."""
        rows = await self._pool.fetch(
            "SELECT * FROM messages WHERE request_id = $1 AND ($2::text IS NULL OR (side = $2"
            " AND ($2 = 'requester' OR person = $3::uuid))) ORDER BY posted_at, place",
            request_id,
            voice.side if voice else None,
            voice.person if voice else None,
        )
        return await self._rendered(rows, query)

    async def deliveries(self, request_id: UUID) -> tuple[dict[str, Any], ...]:
        rows = await self._pool.fetch(
            "SELECT message_id, m.about, m.side, l.state, l.tries, l.failure, l.code, l.next_try, l.changed_at"
            " FROM letters l JOIN messages m USING (message_id) WHERE l.request_id = $1 ORDER BY m.posted_at, m.place",
            request_id,
        )
        return tuple(dict(row) for row in rows)

    async def _rendered(self, rows: Sequence[Any], query: Query) -> tuple[MessageAnswer, ...]:
        said = {row["message_id"]: particulars_adapter.validate_json(row["particulars"]) for row in rows}
        notes: dict[UUID, str | None] = {}
        for request_id in {row["request_id"] for row in rows}:
            wanted = [
                text.item
                for row in rows
                if row["request_id"] == request_id and (text := said[row["message_id"]].text) is not None
            ]
            notes.update(await self._notes(request_id, wanted, query))
        return tuple(_message(row, said[row["message_id"]], notes, Language(query.language)) for row in rows)

    async def _notes(self, request_id: UUID, items: Sequence[UUID], query: Query) -> dict[UUID, str | None]:
        """A message without its note is better than none: it says that there is one."""
        purpose = Purpose.DATA_RIGHTS if query.actor.role in PARTIES else Purpose.NOTIFY
        try:
            return await self._vault.fetch(query.context, items, purpose=purpose, request_id=RequestId(request_id))
        except (VaultRefused, Unavailable):
            return {}


def _message(row: Any, said: Particulars, notes: dict[UUID, str | None], language: Language) -> MessageAnswer:
    words = render(About(row["about"]), said, language)
    return MessageAnswer(
        message_id=row["message_id"],
        request_id=row["request_id"],
        attempt=row["attempt"],
        side=row["side"],
        about=row["about"],
        title=words.title,
        text=words.text,
        note=notes.get(said.text.item) if said.text else None,
        has_note=said.text is not None,
        unit=said.unit,
        person=said.person,
        handling=said.handling,
        items=said.items,
        due=said.due,
        missed=said.missed,
        starts_at=said.starts_at,
        rating_due=said.rating_due,
        at=row["posted_at"],
    )
