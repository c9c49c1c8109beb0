"""Coordinating a case, by role: mediators of industry bodies and courts hold no `coordinate`, only their channel."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, Final

from fastapi import Depends, Header, Request, Security

from shared.contracts.codes import Operation, Role
from shared.web import Call, Guard, Relate
from shared.web.errors import NotSignedIn
from shared.web.guard import BEARER_SCHEME

CHANNEL_OF: Final[Mapping[str, Operation]] = {
    Role.INDUSTRY_MEDIATOR: Operation.HOST_IM,
    Role.COURT_MEDIATOR: Operation.HOST_JM,
}
"""What signing for a case, preparing it and handing it over is for them, by access.csv."""


def operation_of(usual: Operation, role: str) -> Operation:
    return CHANNEL_OF.get(role, usual) if usual is Operation.COORDINATE else usual


def coordinating(guard: Guard, relation: Relate, *, replay: bool = True) -> Any:
    """A command of whoever coordinates; `replay` as the guard has it."""
    doors: Mapping[Operation, Callable[..., Awaitable[Call]]] = {
        operation: guard.command(operation, relation=relation, replay=replay).dependency
        for operation in (Operation.COORDINATE, *CHANNEL_OF.values())
    }

    async def let_in(
        request: Request,
        _: Annotated[Any, Security(BEARER_SCHEME)],
        idempotency_key: Annotated[str | None, Header(description="fresh for each command, same for a retry")] = None,
        if_match: Annotated[str | None, Header(description="version of the thing as last seen")] = None,
    ) -> Call:
        door = doors[operation_of(Operation.COORDINATE, _role(guard, request))]
        return await door(request, None, idempotency_key, if_match)

    return Depends(let_in)


def _role(guard: Guard, request: Request) -> str:
    """A token that does not hold is for the usual door to refuse, which records it."""
    try:
        return guard.actor_of(request).role
    except NotSignedIn:
        return ""
