"""The histories of orders: what of them is published, which timers they arm, and their handler."""

from uuid import UUID

from services.workorders.orders.decider import OrderCommand, order_decider
from services.workorders.orders.rules.facts import (
    AnswerGiven,
    FirstResponseGiven,
    HandlingStarted,
    OrderEvent,
    OrderOffered,
    OrderReturned,
    OrderRevoked,
    OrderSigned,
    OrderWithdrawn,
    OutcomeReported,
    SignatureOverdue,
    StepOverdue,
    StepReported,
)
from services.workorders.orders.rules.playbook import Step, due, open_steps, opened_by
from services.workorders.orders.rules.states import OrderState, Signed, Unoffered
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
from shared.kernel import ItemCode
from shared.web import Text

CATEGORY = "workorders.order"
SIGN_DUE = "sign_due"
STEP_DUE = "step_due:"

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
        case _:
            return None


def order_timers(event: OrderEvent, state: OrderState) -> tuple[Timer | Cancel, ...]:
    """The limits of the playbook, each from the moment on which its act became possible."""
    match event:
        case OrderOffered(offer=offer):
            sign_by = due(offer.playbook.sign_limits, offer.priority, event.occurred_at)
            return (Timer(SIGN_DUE, sign_by),) if sign_by else ()
        case OrderSigned() if isinstance(state, Signed):
            return (Cancel(SIGN_DUE), *_armed(open_steps(state.offer.playbook, frozenset()), event, state))
        case FirstResponseGiven() | StepReported() | AnswerGiven() if isinstance(state, Signed):
            opened = opened_by(state.offer.playbook, event.step, state.done)
            return (Cancel(STEP_DUE + event.step), *_armed(opened, event, state))
        case OrderReturned() | OrderRevoked() | OrderWithdrawn() | OutcomeReported() if not isinstance(
            state, Unoffered
        ):
            steps = (Cancel(STEP_DUE + step.code) for step in state.offer.playbook.steps)
            return (Cancel(SIGN_DUE), *steps)
        case HandlingStarted() | SignatureOverdue() | StepOverdue():
            return ()
        case _:
            return ()


def _armed(steps: tuple[Step, ...], event: OrderEvent, state: Signed) -> tuple[Timer, ...]:
    dues = ((step, due(step.limits, state.offer.priority, event.occurred_at)) for step in steps)
    return tuple(Timer(STEP_DUE + step.code, at) for step, at in dues if at is not None)


def step_of_timer(name: str) -> ItemCode | None:
    """None: the timer of the signature."""
    return ItemCode(name.removeprefix(STEP_DUE)) if name.startswith(STEP_DUE) else None


def _key(id: UUID, state: OrderState, events: tuple[OrderEvent, ...]) -> UUID:
    if not isinstance(state, Unoffered):
        return state.offer.request_id
    first = events[0] if events else None
    return first.offer.request_id if isinstance(first, OrderOffered) else id


def note_text(text: str | None) -> Text | None:
    return Text(ItemKind.NOTE, text) if text is not None else None


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
