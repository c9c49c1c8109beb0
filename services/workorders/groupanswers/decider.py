"""The answer into the group where a request was written: the result and its day, and nobody in it.

R-45: what the group learns names no person and leads to none. Whoever handles the order writes it, once for each order.
"""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from services.workorders.groups.rules.publishable import Leak
from services.workorders.orders.rules.hands import Doer, NotTheOwner
from shared.kernel import Decider, ItemCode, PersonId, Rejection, RequestId, TextRef, command, fact, state


@fact("asked_in_group")
class AskedInGroup:
    request_id: RequestId
    group: ItemCode
    occurred_at: datetime


@fact("group_answered")
class GroupAnswered:
    request_id: RequestId
    order_id: UUID
    group: ItemCode
    answer: TextRef
    occurred_at: datetime


GroupAnswerEvent = AskedInGroup | GroupAnswered


@command
class NoteGroup:
    request_id: RequestId
    group: ItemCode
    at: datetime


@command
class AnswerGroup:
    doer: Doer
    order_id: UUID
    owner: PersonId | None
    """Who is accountable for the order."""
    answered: bool
    """The person who asked has the answer."""
    answer: TextRef
    leaks: tuple[Leak, ...]
    """What was found in the typed words before they were sealed."""
    at: datetime


GroupAnswerCommand = NoteGroup | AnswerGroup


@state
class Elsewhere:
    """Not asked in a group, as far as is known."""


@state
class Asked:
    request_id: RequestId
    group: ItemCode
    answers: Mapping[UUID, TextRef] = field(default_factory=dict)
    """By order: a request that was reopened gets a second one."""


GroupAnswerState = Elsewhere | Asked


class NotAskedInGroup(Rejection):
    """The request did not come out of a group, or its record has not arrived."""


class ResultNotKnownYet(Rejection):
    """The person who asked learns the result first."""


class AnswerNamesSomebody(Rejection):
    """The words hold `leaks`: what leads to a person."""

    rule = "R-45"


class GroupAnsweredAlready(Rejection):
    """The group has the result of this order."""


def evolve(state: GroupAnswerState, event: GroupAnswerEvent) -> GroupAnswerState:
    match event:
        case AskedInGroup():
            return Asked(event.request_id, event.group)
        case GroupAnswered():
            asked = state if isinstance(state, Asked) else Asked(event.request_id, event.group)
            return replace(asked, answers={**asked.answers, event.order_id: event.answer})
        case _:
            assert_never(event)


def decide(command: GroupAnswerCommand, state: GroupAnswerState) -> tuple[GroupAnswerEvent, ...]:
    match command:
        case NoteGroup():
            if isinstance(state, Asked):
                return ()
            return (AskedInGroup(request_id=command.request_id, group=command.group, occurred_at=command.at),)
        case AnswerGroup():
            return _answer(command, state)
        case _:
            assert_never(command)


def _answer(command: AnswerGroup, state: GroupAnswerState) -> tuple[GroupAnswerEvent, ...]:
    """R-45. Only words in which nothing was found go out."""
    if isinstance(state, Elsewhere):
        raise NotAskedInGroup
    if command.doer.person != command.owner:
        raise NotTheOwner
    if (before := state.answers.get(command.order_id)) is not None:
        if before == command.answer:
            return ()
        raise GroupAnsweredAlready
    if not command.answered:
        raise ResultNotKnownYet
    if command.leaks:
        raise AnswerNamesSomebody(leaks=command.leaks)
    return (
        GroupAnswered(
            request_id=state.request_id,
            order_id=command.order_id,
            group=state.group,
            answer=command.answer,
            occurred_at=command.at,
        ),
    )


group_answer_decider: Decider[GroupAnswerCommand, GroupAnswerState, GroupAnswerEvent] = Decider(
    Elsewhere(), decide, evolve
)
