"""Where visits are kept, what of them is public, and when each is due."""

from typing import TypeAlias

from services.notifications.visits.commands import VisitCommand
from services.notifications.visits.decider import Revisiting, visit_decider
from services.notifications.visits.facts import (
    Found,
    Revisited,
    RevisitNotReached,
    RevisitsCalledOff,
    RevisitsPlanned,
    VisitEvent,
)
from shared.contracts.base import Contract
from shared.contracts.codes import DataLevel
from shared.contracts.followups import Held, RevisitedV1
from shared.contracts.vault import ItemKind
from shared.eventstore import Cancel, Codec, CommandHandler, EventStore, Timer
from shared.web import Text

CATEGORY = "notifications.revisit"
DUE = "revisit:"

VisitHandler: TypeAlias = CommandHandler[VisitCommand, Revisiting, VisitEvent]

visit_codec: Codec[VisitEvent] = Codec(VisitEvent)


def published(event: VisitEvent) -> Contract | None:
    match event:
        case Revisited():
            return RevisitedV1(
                request_id=event.request_id,
                attempt=event.attempt,
                day=event.day,
                found=Held.TROUBLE if event.found is Found.TROUBLE else Held.CALM,
                note=event.note,
                at=event.occurred_at,
            )
    return None


def timers_of(event: VisitEvent, state: Revisiting) -> tuple[Timer | Cancel, ...]:
    match event:
        case RevisitsPlanned():
            return tuple(Timer(f"{DUE}{each.day}", each.due) for each in event.visits)
        case Revisited():
            return (Cancel(f"{DUE}{event.day}"),)
        case RevisitNotReached() if event.next_try is None:
            return (Cancel(f"{DUE}{event.day}"),)
        case RevisitsCalledOff():
            return tuple(Cancel(f"{DUE}{day}") for day in state.visits)
    return ()


def day_of_timer(name: str) -> int:
    return int(name.removeprefix(DUE))


def note_text(text: str | None, *, of_a_child: bool) -> Text | None:
    """Written to be read by who takes it up again, for which feedback reads no higher; of a child nobody reads it
    without the approval of another person (R-36)."""
    return Text(ItemKind.NOTE, text, DataLevel.L4 if of_a_child else DataLevel.L2) if text is not None else None


def visit_handler(store: EventStore) -> VisitHandler:
    """The visits of a request have the id of the request."""
    return CommandHandler(
        store=store,
        category=CATEGORY,
        decider=visit_decider,
        codec=visit_codec,
        publish=published,
        timers=timers_of,
    )
