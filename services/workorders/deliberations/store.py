"""How deliberations are stored, under their request, and the days of their milestones."""

from typing import TypeAlias
from uuid import UUID

from services.workorders.deliberations.commands import DeliberationCommand
from services.workorders.deliberations.decider import Deliberation, DeliberationState, deliberation_decider
from services.workorders.deliberations.facts import (
    Decided,
    DeliberationEvent,
    DeliberationOpened,
    MilestoneReached,
    Solved,
)
from shared.eventstore import Cancel, Codec, CommandHandler, EventStore, Timer
from shared.kernel import ItemCode

CATEGORY = "workorders.deliberation"
DUE = "milestone:"

DeliberationHandler: TypeAlias = CommandHandler[DeliberationCommand, DeliberationState, DeliberationEvent]

deliberation_codec: Codec[DeliberationEvent] = Codec(DeliberationEvent)


def timers_of(event: DeliberationEvent, state: DeliberationState) -> tuple[Timer | Cancel, ...]:
    match event:
        case Decided():
            return tuple(Timer(f"{DUE}{each.code}", each.due) for each in event.milestones)
        case MilestoneReached():
            return (Cancel(f"{DUE}{event.code}"),)
        case Solved() if isinstance(state, Deliberation):
            return tuple(Cancel(f"{DUE}{code}") for code in state.milestones)
    return ()


def milestone_of_timer(name: str) -> ItemCode:
    return ItemCode(name.removeprefix(DUE))


def _key(id: UUID, state: DeliberationState, events: tuple[DeliberationEvent, ...]) -> UUID:
    if isinstance(state, Deliberation):
        return state.request_id
    first = events[0] if events else None
    return first.request_id if isinstance(first, DeliberationOpened) else id


def deliberation_handler(store: EventStore) -> DeliberationHandler:
    return CommandHandler(
        store=store,
        category=CATEGORY,
        decider=deliberation_decider,
        codec=deliberation_codec,
        key=_key,
        timers=timers_of,
    )
