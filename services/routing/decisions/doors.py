"""Which operation of the access table a reader of decisions needs: the child lane is led, not read."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer

from shared.contracts.codes import Operation, Role
from shared.web import Guard, Query, Relate

_bearer = HTTPBearer(auto_error=False, description="RFC 9068 access token, or what code and PIN opened")


def reading(guard: Guard, relate: Relate) -> Any:
    """A child officer sees codes of his lane as its leader; its texts wait for another person's approval."""
    leads: Callable[..., Awaitable[Query]] = guard.query(Operation.LEAD_CHILD, relation=relate).dependency
    reads: Callable[..., Awaitable[Query]] = guard.query(Operation.READ, relation=relate).dependency

    async def let_in(request: Request, _: Annotated[Any, Security(_bearer)]) -> Query:
        is_lane = guard.actor_of(request).role == Role.CHILD_OFFICER
        return await (leads if is_lane else reads)(request, None)

    return Depends(let_in)
