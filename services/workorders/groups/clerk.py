"""What the doors of groups, volunteers and clues need besides: look through what goes out, answer without an id."""

from typing import Any, TypeVar
from uuid import UUID

from services.workorders.groups.rules.publishable import Leak
from services.workorders.screening import leaks_of
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
        return await leaks_of(self.vault, text, request_id, context)


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
