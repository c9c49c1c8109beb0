"""What the doors of groups, volunteers and clues need done: act, seal what was typed, look through what goes out."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from services.workorders.groups.rules.publishable import Leak, leaks_in
from shared.eventstore import CommandHandler
from shared.kernel import BUREAU_ZONE, Clock, Context, RequestId, TextRef
from shared.web import Call, StrictModel, Text, Vault

C = TypeVar("C")


class Done(StrictModel):
    version: int
    record_id: UUID | None
    """None: it was so already."""


class GroupClerk:
    def __init__(self, vault: Vault, clock: Clock) -> None:
        self.vault = vault
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now()

    def today(self) -> date:
        return self.now().astimezone(BUREAU_ZONE).date()

    async def seal(
        self, call: Call, scope: UUID, texts: Mapping[str, Text | None], request_id: RequestId | None
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

    async def leaks(self, text: str, request_id: RequestId, context: Context) -> tuple[Leak, ...]:
        """What in words that many will read leads to a person; the vault knows the names of this request."""
        known = await self.vault.mentioned(context, text, request_id=request_id)
        told = {Leak.NAME: known.name, Leak.PHONE: known.phone, Leak.ID_NUMBER: known.id_number}
        return tuple(sorted({*leaks_in(text), *(leak for leak, stands in told.items() if stands)}))


async def act(
    handler: CommandHandler[C, Any, Any], id: UUID, wish: C, call: Call, context: Context | None = None, **more: object
) -> dict[str, Any]:
    """One command of a call; `context` where the record may not know who called."""
    recorded = await handler.handle(
        id,
        wish,
        context or call.context,
        once=call.once,
        answer=lambda done: {"version": done.version, "record_id": str(done.last) if done.last else None, **more},
        if_version=call.if_match,
    )
    return recorded.answer or {}
