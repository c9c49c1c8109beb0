"""What the doors of groups, volunteers and clues need besides: look through what goes out, answer without an id."""

from typing import Any, TypeVar
from uuid import UUID

from services.workorders.groups.rules.publishable import Leak, leaks_in
from shared.eventstore import CommandHandler
from shared.kernel import Context, RequestId
from shared.web import Call, StrictModel, clerk

C = TypeVar("C")


class Done(StrictModel):
    version: int
    record_id: UUID | None
    """None: it was so already."""


class GroupClerk(clerk.Clerk):
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
