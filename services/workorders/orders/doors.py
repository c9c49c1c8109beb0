"""Which operation of the access table an act on an order is: that depends on who does it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Security
from fastapi.security import HTTPBearer

from services.workorders.orders.relations import is_inquiry, of_order, of_the_board
from services.workorders.orders.store import OrderHandler
from shared.contracts.codes import Operation, Role
from shared.kernel import Actor
from shared.web import Call, Guard, Query

LetInQuery = Callable[..., Awaitable[Query]]
LetInCall = Callable[..., Awaitable[Call]]

READ = {Role.CHILD_OFFICER: Operation.LEAD_CHILD}
"""The child lane is led by its stub; its texts stay in the vault until another person approves each read."""

OUTSIDE_BODIES = {
    Role.HOTLINE_LIAISON: Operation.ANSWER_TASK,
    Role.INDUSTRY_MEDIATOR: Operation.HOST_IM,
    Role.COURT_MEDIATOR: Operation.HOST_JM,
}
"""They sign for nothing of the bureau's; what they take on is the part of their own body."""

SIGN = OUTSIDE_BODIES
WORK = OUTSIDE_BODIES | {Role.SUPERVISOR: Operation.INVESTIGATE_COMPLAINT, Role.AUXILIARY: Operation.ANSWER_TASK}
RETURN = {
    Role.TRAFFIC_OFFICER: Operation.OBJECT,
    Role.DEPARTMENT_CLERK: Operation.OBJECT,
    Role.HOTLINE_LIAISON: Operation.ANSWER_TASK,
}

ANSWERS_INQUIRIES = frozenset({Role.DUTY_OFFICER, Role.BOT})
"""Whatever they do to an order that is an inquiry is answering it; to other orders they may do nothing."""

_bearer = HTTPBearer(auto_error=False, description="RFC 9068 access token, or what code and PIN opened")


class Doors:
    """FastAPI dependencies that let people in, each by the operation of their usual role."""

    def __init__(self, guard: Guard, orders: OrderHandler) -> None:
        self._guard = guard
        self._orders = orders
        self._relate = of_order(orders)
        self.board = self._reading(Operation.READ, of_the_board)
        self.reading = self._reading(Operation.READ, self._relate)
        self.signing = self._acting(Operation.SIGN_FOR, SIGN)
        self.working = self._acting(Operation.HANDLE, WORK)
        self.returning = self._acting(Operation.RETURN, RETURN)

    def _reading(self, usual: Operation, relate: Any) -> Any:
        by_role: Mapping[str, LetInQuery] = {
            role: self._guard.query(operation, relation=relate).dependency for role, operation in READ.items()
        }
        otherwise: LetInQuery = self._guard.query(usual, relation=relate).dependency

        async def let_in(request: Request, _: Annotated[Any, Security(_bearer)]) -> Query:
            return await by_role.get(self._role(request), otherwise)(request, None)

        return Depends(let_in)

    def _acting(self, usual: Operation, others: Mapping[Role, Operation]) -> Any:
        by_role: Mapping[str, LetInCall] = {
            role: self._guard.command(operation, relation=self._relate).dependency for role, operation in others.items()
        }
        inquiry: LetInCall = self._guard.command(Operation.ANSWER_INQUIRY, relation=self._relate).dependency
        otherwise: LetInCall = self._guard.command(usual, relation=self._relate).dependency

        async def let_in(
            request: Request,
            _: Annotated[Any, Security(_bearer)],
            idempotency_key: Annotated[
                str | None, Header(description="fresh for each command, same for a retry")
            ] = None,
            if_match: Annotated[str | None, Header(description="version of the thing as last seen")] = None,
        ) -> Call:
            role = self._role(request)
            let_in = by_role.get(role, otherwise)
            if role in ANSWERS_INQUIRIES and await is_inquiry(self._orders, request.path_params):
                let_in = inquiry
            return await let_in(request, None, idempotency_key, if_match)

        return Depends(let_in)

    def _role(self, request: Request) -> str:
        actor: Actor = self._guard.actor_of(request)
        return actor.role
