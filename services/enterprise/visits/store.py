"""How visits are stored, what is published of them, and the days of their measures."""

from typing import TypeAlias
from uuid import UUID

from services.enterprise.visits.commands import VisitCommand
from services.enterprise.visits.decider import VisitState, visit_decider
from services.enterprise.visits.facts import (
    MeasureAdopted,
    OpinionAnswered,
    OpinionId,
    OpinionRaised,
    VisitEvent,
    VisitHeld,
)
from shared.contracts.base import Contract
from shared.contracts.codes import DataLevel
from shared.contracts.enterprise import MeasureAdoptedV1, OpinionAnsweredV1, OpinionRaisedV1, VisitHeldV1
from shared.contracts.vault import ItemKind
from shared.eventstore import Cancel, Codec, CommandHandler, EventStore, Timer
from shared.web import Text

CATEGORY = "enterprise.visit"
MEASURE_DUE = "measure_due:"

VisitHandler: TypeAlias = CommandHandler[VisitCommand, VisitState, VisitEvent]

visit_codec: Codec[VisitEvent] = Codec(VisitEvent)


def published(event: VisitEvent) -> Contract | None:
    match event:
        case VisitHeld():
            return VisitHeldV1(
                firm_id=event.firm_id, visit_id=event.visit_id, opinions=event.opinions, at=event.occurred_at
            )
        case OpinionRaised():
            return OpinionRaisedV1(
                firm_id=event.firm_id,
                visit_id=event.visit_id,
                opinion_id=event.opinion_id,
                opinion=event.opinion,
                at=event.occurred_at,
            )
        case MeasureAdopted():
            return MeasureAdoptedV1(
                firm_id=event.firm_id,
                visit_id=event.visit_id,
                opinion_id=event.opinion_id,
                unit=event.unit,
                measure=event.measure,
                due=event.due,
                at=event.occurred_at,
            )
        case OpinionAnswered():
            return OpinionAnsweredV1(
                firm_id=event.firm_id,
                visit_id=event.visit_id,
                opinion_id=event.opinion_id,
                answer=event.answer,
                at=event.occurred_at,
            )
        case _:
            return None


def visit_timers(event: VisitEvent, state: VisitState) -> tuple[Timer | Cancel, ...]:
    match event:
        case MeasureAdopted():
            return (Timer(f"{MEASURE_DUE}{event.opinion_id}", event.due),)
        case OpinionAnswered():
            return (Cancel(f"{MEASURE_DUE}{event.opinion_id}"),)
        case _:
            return ()


def opinion_of_timer(name: str) -> OpinionId:
    return OpinionId(UUID(name.removeprefix(MEASURE_DUE)))


def words(text: str) -> Text:
    """What the firm said, and what it is told: it may read both."""
    return Text(ItemKind.STATEMENT, text, DataLevel.L2)


def remark(text: str | None) -> Text | None:
    return Text(ItemKind.NOTE, text) if text is not None else None


def visit_handler(store: EventStore) -> VisitHandler:
    return CommandHandler(
        store=store,
        category=CATEGORY,
        decider=visit_decider,
        codec=visit_codec,
        publish=published,
        timers=visit_timers,
    )
