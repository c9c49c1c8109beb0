"""What the doors of a slice need done: act, seal what was typed, fetch what may be read, tell the time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import Field

from shared.contracts.codes import Purpose
from shared.eventstore import CommandHandler, Recorded
from shared.kernel import BUREAU_ZONE, Clock, NotFound, RequestId, TextRef
from shared.web.guard import Call, Query
from shared.web.models import StrictModel
from shared.web.vault import Text, Vault, VaultUnavailable

C = TypeVar("C")

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]
"""A day that every calendar and every clock can count with."""


class Done(StrictModel):
    id: UUID
    version: int
    record_id: UUID | None
    """None: it was so already."""


class Clerk:
    def __init__(self, vault: Vault, clock: Clock) -> None:
        self.vault = vault
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now()

    def today(self) -> date:
        return self.now().astimezone(BUREAU_ZONE).date()

    async def seal(
        self, call: Call, scope: UUID, texts: Mapping[str, Text | None], request_id: RequestId | None = None
    ) -> Mapping[str, TextRef]:
        sealed = await self.vault.seal(
            scope,
            f"{call.principal} {call.once.operation} {call.key}",
            texts,
            request_id=request_id,
            owner=call.actor.person,
            context=call.context,
        )
        return sealed.refs

    async def read(
        self, query: Query, refs: Iterable[TextRef | None], request_id: RequestId | None = None
    ) -> Mapping[UUID, str | None]:
        """The words by item. A vault that is down hides words and no state."""
        return await self.words(query, [ref.item for ref in refs if ref is not None], request_id)

    async def words(
        self, query: Query, items: Sequence[UUID], request_id: RequestId | None = None
    ) -> Mapping[UUID, str | None]:
        if not items:
            return {}
        try:
            return await self.vault.fetch(query.context, items, purpose=Purpose.HANDLING, request_id=request_id)
        except VaultUnavailable:
            return {}


def told(texts: Mapping[UUID, str | None], ref: TextRef | None) -> str | None:
    return texts.get(ref.item) if ref is not None else None


def done(id: UUID, recorded: Recorded[Any, Any], **more: object) -> dict[str, object]:
    return {
        "id": str(id),
        "version": recorded.version,
        "record_id": str(recorded.last) if recorded.last else None,
        **more,
    }


async def act(
    handler: CommandHandler[C, Any, Any], id: UUID, wish: C, call: Call, *, named: UUID | None = None
) -> Done:
    """One command of a call; `named` is what the answer names, where the stream has an id of its own."""
    recorded = await handler.handle(
        id,
        wish,
        call.context,
        once=call.once,
        answer=lambda recorded: done(named or id, recorded),
        if_version=call.if_match,
    )
    return Done.model_validate(recorded.answer)


def id_in(path: Mapping[str, str], name: str) -> UUID:
    """A path that names nothing finds nothing."""
    try:
        return UUID(path[name])
    except ValueError:
        raise NotFound(name) from None
