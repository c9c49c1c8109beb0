"""Other units are asked: the right ones, one of them leading, each told no more than its part needs (R-37, R-44)."""

from collections.abc import Sequence
from datetime import datetime

from services.workorders.orders.rules.facts import OrderEvent
from services.workorders.orders.rules.hands import Doer, require_owner, require_untouched
from services.workorders.orders.rules.playbook import Does, Task, step_of
from services.workorders.orders.rules.states import Signed, SubOrder, hands_of, tasks_of
from services.workorders.orders.rules.steps import StepNotInPlaybook, first_signs, require_turn
from services.workorders.orders.rules.task_facts import Part, UnitsAsked
from shared.kernel import ItemCode, Rejection, command


@command
class AskUnits:
    doer: Doer
    step: ItemCode
    parts: tuple[Part, ...]
    due: datetime | None
    at: datetime


class NobodyAsked(Rejection):
    """A step of other units needs one unit at least."""


class TooManyUnits(Rejection):
    """The playbook asks `most` units at most."""


class UnitNotOfKind(Rejection):
    """The playbook does not ask units of this kind."""


class UnitUnknown(Rejection):
    """No unit that orders may ask has this code."""


class UnitAskedAlready(Rejection):
    """The unit has its part already."""


class OneLead(Rejection):
    """Of several units exactly one leads."""


class MoreThanThePart(Rejection):
    """`shares` are not needed for this part."""

    rule = "R-37"


def ask_units(command: AskUnits, order: Signed) -> tuple[OrderEvent, ...]:
    require_untouched(command.doer, hands_of(order.offer))
    require_owner(command.doer, order.owner)
    step = step_of(order.offer.playbook, command.step)
    if step is None or step.does is not Does.TASK or step.task is None:
        raise StepNotInPlaybook
    known = {task.part.task_id: task.part for task in order.tasks}
    if command.parts and all(known.get(part.task_id) == part for part in command.parts):
        return ()
    require_turn(step, order)
    _require_fitting(command.parts, step.task, tasks_of(order, step.code))
    if any(part.task_id in known for part in command.parts):
        raise UnitAskedAlready
    asked = UnitsAsked(
        order_id=order.offer.order_id,
        request_id=order.offer.request_id,
        step=step.code,
        parts=command.parts,
        due=command.due,
        occurred_at=command.at,
    )
    return (*first_signs(step, order, command.at), asked)


def _require_fitting(parts: Sequence[Part], task: Task, asked: Sequence[SubOrder]) -> None:
    """R-37, R-44: the right units, one of them leading, each with no more than its part needs."""
    if not parts:
        raise NobodyAsked
    if len(parts) + len(asked) > task.most:
        raise TooManyUnits(most=task.most)
    if wrong := tuple(part.unit for part in parts if part.kind not in task.kinds):
        raise UnitNotOfKind(units=wrong)
    units = [part.unit for part in parts] + [each.part.unit for each in asked]
    if len(units) != len(set(units)):
        raise UnitAskedAlready
    if sum(part.lead for part in parts) + sum(each.part.lead for each in asked) != 1:
        raise OneLead
    if more := tuple(each.what for part in parts for each in part.shared if each.what not in task.shares):
        raise MoreThanThePart(shares=more)
