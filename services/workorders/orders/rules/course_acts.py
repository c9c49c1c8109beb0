"""Acts on the course of an order beside its steps: approvals, another playbook, another owner, ladders that climb."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from services.workorders.orders.rules.course import after_all, open_steps, without
from services.workorders.orders.rules.course_facts import (
    CourseEvent,
    DeadlineNear,
    OrderFactTold,
    OwnerChanged,
    OwnershipOffered,
    PlaybookChanged,
    RungClimbed,
    StageDecided,
    StepFailed,
)
from services.workorders.orders.rules.facts import OrderEvent
from services.workorders.orders.rules.hands import (
    AuxiliaryNeverCloses,
    Doer,
    NotYourUnit,
    require_owner,
    require_untouched,
)
from services.workorders.orders.rules.playbook import Does, Playbook, step_of
from services.workorders.orders.rules.states import Offered, OrderState, Signed, hands_of, require_signed
from services.workorders.orders.rules.steps import StepNotInPlaybook, first_signs, require_turn, told_with
from shared.contracts.codes import Ladder, Role
from shared.kernel import ItemCode, PersonId, Rejection, TextRef, command


@command
class DecideStage:
    doer: Doer
    step: ItemCode
    granted: bool
    note: TextRef | None
    at: datetime


@command
class ChoosePlaybook:
    doer: Doer
    playbook: Playbook
    at: datetime


@command
class OfferOwnership:
    doer: Doer
    to: PersonId
    note: TextRef | None
    at: datetime


@command
class NoteTier:
    step: ItemCode
    minutes: int
    due: datetime
    at: datetime


@command
class NoteDeadline:
    at: datetime


CourseCommand = DecideStage | ChoosePlaybook | OfferOwnership | NoteTier | NoteDeadline


class NotYourApproval(Rejection):
    """The playbook gives this approval to other roles."""


class OwnerNeverApproves(Rejection):
    """Who did the work is not the one who approves it."""


class OneApprovalEach(Rejection):
    """Who granted one stage of an order grants no other; four eyes at each stage are eight."""


class ChosenTooLate(Rejection):
    """A step was done already; the order keeps its playbook."""


class SignerNotOnPlaybook(Rejection):
    """The playbook is not for an owner of this role."""


class PlaybookNotForOrder(Rejection):
    """No playbook by this name counts today for the channel of the order."""


class NobodyToTakeOver(Rejection):
    """An order goes to somebody else, not to its owner."""


def on_course(command: CourseCommand, state: OrderState) -> tuple[OrderEvent, ...]:
    match command:
        case NoteTier():
            return _note_tier(command, state)
        case NoteDeadline():
            return _note_deadline(command, state)
        case DecideStage():
            return _decide_stage(command, require_signed(state))
        case ChoosePlaybook():
            return _choose(command, require_signed(state))
        case OfferOwnership():
            return _offer_ownership(command, require_signed(state))
        case _:
            assert_never(command)


def _decide_stage(command: DecideStage, order: Signed) -> tuple[OrderEvent, ...]:
    playbook = order.offer.playbook
    step = step_of(playbook, command.step)
    if step is None or step.does is not Does.APPROVE:
        raise StepNotInPlaybook
    require_untouched(command.doer, hands_of(order.offer))
    if command.doer.person == order.owner:
        raise OwnerNeverApproves
    if command.doer.role not in (*step.helpers, *step.others):
        raise NotYourApproval
    if command.doer.role in step.helpers and command.doer.unit != order.unit:
        raise NotYourUnit
    if step.code in order.done and command.granted:
        return ()
    if command.granted and command.doer.person in order.granted_by.values():
        raise OneApprovalEach
    require_turn(step, order)
    undone = tuple(sorted(after_all(playbook, step.back_to) & order.done)) if step.back_to else ()
    decided = StageDecided(
        order_id=order.offer.order_id,
        request_id=order.offer.request_id,
        step=step.code,
        granted=command.granted,
        decided_by=command.doer.person,
        note=command.note,
        undone=() if command.granted else undone,
        occurred_at=command.at,
    )
    told = told_with(step, order, command.at) if command.granted else ()
    return (*first_signs(step, order, command.at), decided, *told)


def _choose(command: ChoosePlaybook, order: Signed) -> tuple[OrderEvent, ...]:
    require_owner(command.doer, order.owner)
    former = order.offer.playbook
    if command.playbook.version == former.version:
        return ()
    if order.done or order.tries or order.tasks:
        raise ChosenTooLate
    if command.doer.role not in command.playbook.signers:
        raise SignerNotOnPlaybook
    return (
        PlaybookChanged(
            order_id=order.offer.order_id,
            request_id=order.offer.request_id,
            playbook=command.playbook,
            former=tuple(step.code for step in open_steps(former, order.progress)),
            occurred_at=command.at,
        ),
    )


def _offer_ownership(command: OfferOwnership, order: Signed) -> tuple[OrderEvent, ...]:
    """The owner stays accountable until the colleague has signed for it."""
    require_owner(command.doer, order.owner)
    if command.doer.role is Role.AUXILIARY:
        raise AuxiliaryNeverCloses
    if command.to == order.offered_to:
        return ()
    if command.to == order.owner:
        raise NobodyToTakeOver
    return (
        OwnershipOffered(
            order_id=order.offer.order_id,
            request_id=order.offer.request_id,
            to=command.to,
            note=command.note,
            occurred_at=command.at,
        ),
    )


LAST_RUNG = 3
"""Of a missing signature: deputy, leader of the unit, duty officer of the lounge."""
TOLD_AT: tuple[Role, ...] = (Role.COMMUNITY_OFFICER, Role.STATION_LEADER, Role.DUTY_OFFICER)


def climb_for_signature(state: Offered, due: datetime, at: datetime) -> tuple[OrderEvent, ...]:
    """Owner → deputy → leader of the unit → duty officer of the lounge. No deputy named: the leader is next."""
    if state.rung >= LAST_RUNG:
        return ()
    offer = state.offer
    rung = state.rung + 1
    if rung == 1 and offer.deputy is None:
        rung = 2
    return (
        RungClimbed(
            order_id=offer.order_id,
            request_id=offer.request_id,
            ladder=Ladder.OWNERSHIP,
            rung=rung,
            told=() if rung == 1 else (TOLD_AT[rung - 1],),
            person=offer.deputy if rung == 1 else None,
            unit=offer.unit,
            due=due,
            occurred_at=at,
        ),
    )


def _note_tier(command: NoteTier, state: OrderState) -> tuple[OrderEvent, ...]:
    if not isinstance(state, Signed) or command.step in state.done or command.minutes in state.tiers:
        return ()
    step = step_of(state.offer.playbook, command.step)
    tier = next((each for each in step.tiers if each.minutes == command.minutes), None) if step else None
    if tier is None:
        return ()
    return (
        RungClimbed(
            order_id=state.offer.order_id,
            request_id=state.offer.request_id,
            ladder=Ladder.SPEED,
            rung=tier.minutes,
            told=tier.told,
            person=None,
            unit=state.unit,
            due=command.due,
            occurred_at=command.at,
        ),
    )


def _note_deadline(command: NoteDeadline, state: OrderState) -> tuple[OrderEvent, ...]:
    if not isinstance(state, Signed) or state.deadline is None or state.deadline_noted:
        return ()
    return (
        DeadlineNear(
            order_id=state.offer.order_id,
            request_id=state.offer.request_id,
            deadline=state.deadline,
            occurred_at=command.at,
        ),
    )


def _asked_anew(order: Signed, event: StageDecided) -> Mapping[ItemCode, int]:
    """Units whose answer was sent back are asked in a new round."""
    sent_back = [task.step for task in order.tasks if task.step in event.undone]
    return {**order.tries, **{code: order.tries.get(code, 0) + 1 for code in sent_back}}


def evolve_course(order: Signed, event: CourseEvent) -> Signed:
    match event:
        case StepFailed():
            return replace(order, tries={**order.tries, event.step: event.attempt})
        case StageDecided(granted=True):
            granted_by = {**order.granted_by, event.step: event.decided_by}
            return replace(order, done=order.done | {event.step}, granted_by=granted_by)
        case StageDecided():
            left = without(event.undone, order.progress)
            opened = {code: since for code, since in order.opened.items() if code not in event.undone}
            granted_by = {code: person for code, person in order.granted_by.items() if code not in event.undone}
            return replace(
                order,
                done=left.done,
                results=left.results,
                opened=opened,
                tries=_asked_anew(order, event),
                granted_by=granted_by,
            )
        case PlaybookChanged():
            return replace(order, offer=replace(order.offer, playbook=event.playbook), opened={})
        case RungClimbed():
            return replace(order, tiers=order.tiers | {event.rung})
        case DeadlineNear():
            return replace(order, deadline_noted=True)
        case OwnershipOffered():
            return replace(order, offered_to=event.to)
        case OwnerChanged():
            return replace(order, owner=event.owner, unit=event.unit, offered_to=None)
        case OrderFactTold():
            return order
        case _:
            assert_never(event)
