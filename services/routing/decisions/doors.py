"""Which operation of the access table a reader of decisions needs: the child lane is led, not read."""

from typing import Any

from shared.contracts.codes import Operation, Role
from shared.web import Guard, Relate
from shared.web.doors import query_by_role


def reading(guard: Guard, relate: Relate) -> Any:
    """A child officer sees codes of his lane as its leader; its texts wait for another person's approval."""
    return query_by_role(guard, Operation.READ, {Role.CHILD_OFFICER: Operation.LEAD_CHILD}, relation=relate)
