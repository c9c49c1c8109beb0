"""A playbook is data: its steps, who may do them, how long they may take and what ends the order.

The engine knows three kinds of step and no playbook by name. An order keeps the playbook that it was offered with, so a
new version changes no order that is under way.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from shared.contracts.codes import Outcome, OutcomeDetail, Priority, Role, State
from shared.kernel import ItemCode, PackVersion, value


class Does(StrEnum):
    """What a step is to the person who asked."""

    RESPOND = "respond"
    """They learn that somebody cares; at most one step of a playbook."""
    WORK = "work"
    ANSWER = "answer"
    """They are told the result in words; exactly one step of a playbook."""


@value
class Limit:
    """Minutes and not days: days belong to the clocks of routing, which know the calendar."""

    priority: Priority
    minutes: int


@value
class Step:
    code: ItemCode
    does: Does
    after: tuple[ItemCode, ...] = ()
    helpers: tuple[Role, ...] = ()
    """Roles of the unit that may do it for the owner."""
    limits: tuple[Limit, ...] = ()
    reaches: State | None = None


@value
class End:
    outcome: Outcome
    needs: tuple[ItemCode, ...] = ()
    details: tuple[OutcomeDetail, ...] = ()


@value
class Playbook:
    code: ItemCode
    version: PackVersion
    signers: tuple[Role, ...]
    sign_limits: tuple[Limit, ...]
    steps: tuple[Step, ...]
    ends: tuple[End, ...]


Done = frozenset[ItemCode]


def step_of(playbook: Playbook, code: ItemCode) -> Step | None:
    return next((step for step in playbook.steps if step.code == code), None)


def step_that(playbook: Playbook, does: Does) -> Step | None:
    return next((step for step in playbook.steps if step.does is does), None)


def end_of(playbook: Playbook, outcome: Outcome) -> End | None:
    return next((end for end in playbook.ends if end.outcome is outcome), None)


def missing_before(step: Step, done: Done) -> tuple[ItemCode, ...]:
    return tuple(code for code in step.after if code not in done)


def open_steps(playbook: Playbook, done: Done) -> tuple[Step, ...]:
    """The steps that could be done now."""
    return tuple(step for step in playbook.steps if step.code not in done and not missing_before(step, done))


def opened_by(playbook: Playbook, code: ItemCode, done: Done) -> tuple[Step, ...]:
    """The steps that `code`, which is the newest of `done`, has made possible."""
    before = set(open_steps(playbook, done - {code}))
    return tuple(step for step in open_steps(playbook, done) if step not in before)


def missing_for(end: End, done: Done) -> tuple[ItemCode, ...]:
    return tuple(code for code in end.needs if code not in done)


def due(limits: tuple[Limit, ...], priority: Priority, start: datetime) -> datetime | None:
    """None where the playbook sets no limit for this priority."""
    for limit in limits:
        if limit.priority is priority:
            return start + timedelta(minutes=limit.minutes)
    return None
