"""Doors whose operation of the access table depends on the role of who comes."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Security

from shared.contracts.codes import Operation, Role
from shared.web.errors import NotSignedIn
from shared.web.guard import ANONYMOUS, BEARER_SCHEME, Call, Guard, Query, Relate

Choose = Callable[[Request, str], Awaitable[Operation | None]]
"""The operation for this request and role; None: that of the role, or the usual one."""


def _role(guard: Guard, request: Request) -> str:
    """A token that does not hold is for the usual door to refuse, which records it."""
    try:
        return guard.actor_of(request).role
    except NotSignedIn:
        return ANONYMOUS.role


async def _by_role_alone(request: Request, role: str) -> Operation | None:
    return None


def query_by_role(guard: Guard, usual: Operation, others: Mapping[Role, Operation], *, relation: Relate) -> Any:
    doors: Mapping[Operation, Callable[..., Awaitable[Query]]] = {
        operation: guard.query(operation, relation=relation).dependency for operation in {usual, *others.values()}
    }
    by_role: Mapping[str, Operation] = {str(role): operation for role, operation in others.items()}

    async def let_in(request: Request, _: Annotated[Any, Security(BEARER_SCHEME)]) -> Query:
        return await doors[by_role.get(_role(guard, request), usual)](request, None)

    return Depends(let_in)


def command_by_role(
    guard: Guard,
    usual: Operation,
    others: Mapping[Role, Operation],
    *,
    relation: Relate,
    choose: Choose = _by_role_alone,
    chosen: frozenset[Operation] = frozenset(),
    replay: bool = True,
) -> Any:
    """`chosen`: what `choose` may answer. `replay`: as `Guard.command` has it."""
    doors: Mapping[Operation, Callable[..., Awaitable[Call]]] = {
        operation: guard.command(operation, relation=relation, replay=replay).dependency
        for operation in {usual, *others.values(), *chosen}
    }
    by_role: Mapping[str, Operation] = {str(role): operation for role, operation in others.items()}

    async def let_in(
        request: Request,
        _: Annotated[Any, Security(BEARER_SCHEME)],
        idempotency_key: Annotated[str | None, Header(description="fresh for each command, same for a retry")] = None,
        if_match: Annotated[str | None, Header(description="version of the thing as last seen")] = None,
    ) -> Call:
        role = _role(guard, request)
        operation = await choose(request, role) or by_role.get(role, usual)
        return await doors[operation](request, None, idempotency_key, if_match)

    return Depends(let_in)
