"""Which operation of the access table an act on an order is: that depends on who does it."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request

from services.workorders.orders.relations import is_inquiry, of_order, of_task, of_the_board
from services.workorders.orders.store import OrderHandler
from shared.contracts.codes import Operation, Role
from shared.web import Guard
from shared.web.doors import command_by_role, query_by_role

READ = {Role.CHILD_OFFICER: Operation.LEAD_CHILD}
"""The child lane is led by its stub; its texts stay in the vault until another person approves each read."""

OUTSIDE_BODIES = {
    Role.HOTLINE_LIAISON: Operation.ANSWER_TASK,
    Role.INDUSTRY_MEDIATOR: Operation.HOST_IM,
    Role.COURT_MEDIATOR: Operation.HOST_JM,
}
"""They sign for nothing of the bureau's; what they take on is the part of their own body."""

SIGN = OUTSIDE_BODIES
WORK = OUTSIDE_BODIES | {
    Role.SUPERVISOR: Operation.INVESTIGATE_COMPLAINT,
    Role.AUXILIARY: Operation.ANSWER_TASK,
    Role.DISPATCHER: Operation.DISPATCH,
}
RETURN = {
    Role.TRAFFIC_OFFICER: Operation.OBJECT,
    Role.DEPARTMENT_CLERK: Operation.OBJECT,
    Role.HOTLINE_LIAISON: Operation.ANSWER_TASK,
}

OWN_HANDLERS: Mapping[Role, Operation] = {
    Role.COMMUNITY_OFFICER: Operation.HANDLE,
    Role.PERMIT_OFFICER: Operation.HANDLE,
    Role.WINDOW_CLERK: Operation.HANDLE,
}
"""They have no row of their own for tasks; the part of their unit is work like any other."""

SAY_NO = (Role.PARTNER_CLERK, Role.VILLAGE_OFFICIAL, Role.CENTRE_OFFICER, Role.SCHOOL_STAFF, Role.AUXILIARY)
OBJECT = dict.fromkeys(SAY_NO, Operation.ANSWER_TASK) | {Role.WINDOW_CLERK: Operation.HANDLE}
"""Where the table has no row for objecting, saying no is an answer."""

ANSWERS_INQUIRIES = frozenset({Role.DUTY_OFFICER, Role.BOT})
"""Whatever they do to an order that is an inquiry is answering it; to other orders they may do nothing."""


class Doors:
    """FastAPI dependencies that let people in, each by the operation of their usual role."""

    def __init__(self, guard: Guard, orders: OrderHandler) -> None:
        relate = of_order(orders)
        answering = frozenset({Operation.ANSWER_INQUIRY})

        async def inquiry(request: Request, role: str) -> Operation | None:
            asked = role in ANSWERS_INQUIRIES and await is_inquiry(orders, request.path_params)
            return Operation.ANSWER_INQUIRY if asked else None

        def acting(usual: Operation, others: Mapping[Role, Operation]) -> Any:
            return command_by_role(guard, usual, others, relation=relate, choose=inquiry, chosen=answering)

        self.board = query_by_role(guard, Operation.READ, READ, relation=of_the_board)
        self.reading = query_by_role(guard, Operation.READ, READ, relation=relate)
        self.signing = acting(Operation.SIGN_FOR, SIGN)
        self.working = acting(Operation.HANDLE, WORK)
        self.returning = acting(Operation.RETURN, RETURN)
        self.approving = acting(Operation.SUPERVISE_ORDER, {})
        to_task = of_task(orders)
        self.task_reading = query_by_role(guard, Operation.READ, {}, relation=to_task)
        self.task_doing = command_by_role(guard, Operation.ANSWER_TASK, OWN_HANDLERS, relation=to_task)
        self.task_objecting = command_by_role(guard, Operation.OBJECT, OBJECT, relation=to_task)
