"""The histories of orders: what of them is published, which timers they arm, and their handler."""

from uuid import UUID

from services.workorders.orders.decider import OrderCommand, order_decider
from services.workorders.orders.rules.broadcast_facts import BroadcastRecalled, BroadcastSent
from services.workorders.orders.rules.course_facts import (
    DeadlineNear,
    OrderFactTold,
    OwnerChanged,
    RungClimbed,
    StageDecided,
)
from services.workorders.orders.rules.facts import (
    FirstResponseGiven,
    HandlingStarted,
    OrderEvent,
    OrderOffered,
    OrderReturned,
    OrderSigned,
    OutcomeReported,
)
from services.workorders.orders.rules.playbook import OrderFact
from services.workorders.orders.rules.states import OrderState, Unoffered
from services.workorders.orders.rules.task_facts import TaskAnswered, TaskResult, UnitsAsked
from services.workorders.orders.timers import course_timers
from shared.contracts import orders
from shared.contracts.base import Contract
from shared.contracts.codes import DataLevel
from shared.contracts.handling import (
    FirstResponseV1,
    HandlingOfferedV1,
    HandlingReturnedV1,
    HandlingSignedV1,
    HandlingStartedV1,
    OutcomeReportedV1,
)
from shared.contracts.vault import ItemKind
from shared.eventstore import Cancel, Codec, CommandHandler, EventStore, Timer
from shared.web import Text

CATEGORY = "workorders.order"
RECALL_DUE = "recall_due:"

order_codec: Codec[OrderEvent] = Codec(OrderEvent)

OrderHandler = CommandHandler[OrderCommand, OrderState, OrderEvent]


def published(event: OrderEvent) -> Contract | None:
    match event:
        case OrderOffered(offer=offer):
            return HandlingOfferedV1(
                request_id=offer.request_id,
                handling_id=offer.order_id,
                attempt=offer.attempt,
                channel=offer.channel,
                unit=offer.unit,
                owner=offer.owner,
                at=event.occurred_at,
            )
        case OrderSigned():
            return HandlingSignedV1(
                request_id=event.request_id,
                handling_id=event.order_id,
                attempt=event.attempt,
                unit=event.unit,
                owner=event.owner,
                at=event.occurred_at,
            )
        case FirstResponseGiven():
            return FirstResponseV1(
                request_id=event.request_id, handling_id=event.order_id, note=event.note, at=event.occurred_at
            )
        case HandlingStarted():
            return HandlingStartedV1(request_id=event.request_id, handling_id=event.order_id, at=event.occurred_at)
        case OrderReturned():
            return HandlingReturnedV1(
                request_id=event.request_id,
                handling_id=event.order_id,
                attempt=event.attempt,
                reason=event.reason,
                owner=event.owner,
                at=event.occurred_at,
            )
        case OutcomeReported():
            return OutcomeReportedV1(
                request_id=event.request_id,
                handling_id=event.order_id,
                attempt=event.attempt,
                channel=event.channel,
                outcome=event.outcome,
                detail=event.detail,
                answer=event.answer,
                duties_watched=0,
                handler=event.handler,
                sides=(),
                at=event.occurred_at,
            )
        case OrderFactTold():
            told = BY_FACT[event.tells]
            return told(request_id=event.request_id, handling_id=event.order_id, at=event.occurred_at)
        case _:
            return _published_course(event)


BY_FACT = {
    OrderFact.ORDER_DISPATCHED: orders.OrderDispatchedV1,
    OrderFact.ARRIVED_ON_SCENE: orders.ArrivedOnSceneV1,
    OrderFact.PERSON_REACHED: orders.PersonReachedV1,
    OrderFact.DATA_COLLECTED: orders.DataCollectedV1,
    OrderFact.APPLICATION_ACCEPTED: orders.ApplicationAcceptedV1,
    OrderFact.DOCUMENT_ISSUED: orders.DocumentIssuedV1,
    OrderFact.DOCUMENT_DELIVERED: orders.DocumentDeliveredV1,
    OrderFact.CRIME_REPORT_ACCEPTED: orders.CrimeReportAcceptedV1,
    OrderFact.FILING_DECIDED: orders.FilingDecidedV1,
    OrderFact.CASEWORK_FILED: orders.CaseworkFiledV1,
    OrderFact.CASEWORK_CLOSED: orders.CaseworkClosedV1,
    OrderFact.RECORDING_MADE: orders.RecordingMadeV1,
    OrderFact.CLUE_JUDGED: orders.ClueJudgedV1,
}


def _published_course(event: OrderEvent) -> Contract | None:
    match event:
        case StageDecided():
            return orders.StageDecidedV1(
                request_id=event.request_id,
                handling_id=event.order_id,
                stage=event.step,
                granted=event.granted,
                at=event.occurred_at,
            )
        case RungClimbed():
            return orders.RungClimbedV1(
                request_id=event.request_id,
                handling_id=event.order_id,
                ladder=event.ladder,
                rung=event.rung,
                told=event.told,
                person=event.person,
                unit=event.unit,
                due=event.due,
                at=event.occurred_at,
            )
        case UnitsAsked():
            return orders.TaskAskedV1(
                request_id=event.request_id,
                handling_id=event.order_id,
                tasks=tuple(part.task_id for part in event.parts),
                units=tuple(part.unit for part in event.parts),
                kinds=tuple(part.kind for part in event.parts),
                due=event.due,
                at=event.occurred_at,
            )
        case TaskAnswered():
            return orders.TaskAnsweredV1(
                request_id=event.request_id,
                handling_id=event.order_id,
                task_id=event.task_id,
                done=event.result is TaskResult.DONE,
                at=event.occurred_at,
            )
        case OwnerChanged():
            return orders.OwnerChangedV1(
                request_id=event.request_id,
                handling_id=event.order_id,
                unit=event.unit,
                owner=event.owner,
                at=event.occurred_at,
            )
        case DeadlineNear():
            return orders.DeadlineNearV1(
                request_id=event.request_id,
                handling_id=event.order_id,
                deadline=event.deadline,
                at=event.occurred_at,
            )
        case _:
            return None


def order_timers(event: OrderEvent, state: OrderState) -> tuple[Timer | Cancel, ...]:
    match event:
        case BroadcastSent():
            return (Timer(f"{RECALL_DUE}{event.broadcast_id}", event.expires_at),)
        case BroadcastRecalled():
            return (Cancel(f"{RECALL_DUE}{event.broadcast_id}"),)
        case _:
            return course_timers(event, state)


def broadcast_of_timer(name: str) -> UUID | None:
    """None: a timer of another kind."""
    return UUID(name.removeprefix(RECALL_DUE)) if name.startswith(RECALL_DUE) else None


def _key(id: UUID, state: OrderState, events: tuple[OrderEvent, ...]) -> UUID:
    if not isinstance(state, Unoffered):
        return state.offer.request_id
    first = events[0] if events else None
    return first.offer.request_id if isinstance(first, OrderOffered) else id


def note_text(text: str | None) -> Text | None:
    return Text(ItemKind.NOTE, text) if text is not None else None


def evidence_text(text: str | None) -> Text | None:
    return Text(ItemKind.EVIDENCE, text) if text is not None else None


def shared_text(text: str) -> Text:
    """What another unit learns for its part: no more than L2."""
    return Text(ItemKind.NOTE, text, DataLevel.L2)


def looks_text(text: str) -> Text:
    """Everybody in the groups reads it."""
    return Text(ItemKind.STATEMENT, text, DataLevel.L2)


def answer_text(text: str) -> Text:
    """Written to be told: notices carry it, and they may carry no more than L2."""
    return Text(ItemKind.ANSWER, text, DataLevel.L2)


def order_handler(store: EventStore) -> OrderHandler:
    return CommandHandler(
        store=store,
        category=CATEGORY,
        decider=order_decider,
        codec=order_codec,
        publish=published,
        key=_key,
        timers=order_timers,
    )
