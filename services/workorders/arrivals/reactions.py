"""Who sent a request is told how it goes: accepted, in hand, result, closed. Late replies are noted."""

from datetime import datetime
from uuid import UUID

from services.workorders.adapters.bodies import Registry
from services.workorders.arrivals.commands import NoteArrival, NoteOverdue, TellStage
from services.workorders.arrivals.decider import ArrivalState, Arrived
from services.workorders.arrivals.facts import Stage
from services.workorders.arrivals.store import CATEGORY, ArrivalHandler, notice_of_timer
from services.workorders.orders.rules.facts import OrderSigned
from services.workorders.orders.rules.facts import OutcomeReported as OrderOutcome
from services.workorders.orders.rules.states import Unoffered
from services.workorders.orders.store import OrderHandler
from services.workorders.transfers.facts import OutcomeReported as TransferOutcome
from services.workorders.transfers.facts import TransferSigned
from shared.contracts.codes import Channel, Door, Outcome
from shared.contracts.doors import RequestSourceV1
from shared.contracts.handling import HandlingSignedV1, OutcomeReportedV1
from shared.contracts.intake import NotAcceptedV1, RequestArchivedV1
from shared.eventstore import Due, Incoming, TimerReaction, Transaction
from shared.kernel import TextRef, UnitCode
from shared.messaging import Reaction

OTHER_HANDLERS = ("enterprise", "mediation")
UNSAID = frozenset({Channel.CASE, Channel.CHILD, Channel.SUP})
"""Of casework, children and complaints no other body learns more than that something happens."""


def note_arrivals(arrivals: ArrivalHandler, registry: Registry) -> Reaction:
    """A reader of its own: it must not wait behind what happens to other requests."""

    async def note(record: Incoming, tx: Transaction) -> None:
        source = record.body
        if not isinstance(source, RequestSourceV1):
            return
        body = registry.of_system(source.system, source.at)
        if body is None and source.door is not Door.OVERSIGHT:
            return
        arrival = NoteArrival(
            request_id=source.request_id,
            body=body.code if body else None,
            door=source.door,
            external=source.external,
            at=source.at,
        )
        within = arrivals.within(tx)
        await within.handle(source.request_id, arrival, record.context)
        accepted = _stage(Stage.ACCEPTED, source.request_id, source.at)
        await within.handle(source.request_id, accepted, record.context)

    return Reaction(reader="workorders.note_arrivals", causes=(("intake", RequestSourceV1),), handle=note)


def tell_stages(arrivals: ArrivalHandler, orders: OrderHandler) -> Reaction:
    async def tell(record: Incoming, tx: Transaction) -> None:
        arrived: ArrivalState = (await arrivals.within(tx).state(record.key))[0]
        if not isinstance(arrived, Arrived):
            return
        wish = await _told(record, orders.within(tx))
        if wish is not None:
            await arrivals.within(tx).handle(record.key, wish, record.context)

    protocol = (HandlingSignedV1, OutcomeReportedV1)
    return Reaction(
        reader="workorders.tell_stages",
        causes=(
            *((service, contract) for service in OTHER_HANDLERS for contract in protocol),
            *(("workorders", fact) for fact in (OrderSigned, OrderOutcome, TransferSigned, TransferOutcome)),
            ("intake", NotAcceptedV1),
            ("intake", RequestArchivedV1),
        ),
        handle=tell,
    )


async def _told(record: Incoming, orders: OrderHandler) -> TellStage | None:
    cause = record.record_id
    match record.body:
        case HandlingSignedV1(unit=unit, at=at) | TransferSigned(unit=unit, occurred_at=at):
            return _stage(Stage.IN_HAND, cause, at, unit=unit)
        case OrderSigned() as signed:
            order, _ = await orders.state(signed.order_id)
            silent = isinstance(order, Unoffered) or order.offer.channel in UNSAID
            return _stage(Stage.IN_HAND, cause, signed.occurred_at, unit=None if silent else signed.unit)
        case OutcomeReportedV1(at=at) as reported:
            return _result(reported, cause, at)
        case OrderOutcome(occurred_at=at) | TransferOutcome(occurred_at=at) as reported:
            return _result(reported, cause, at)
        case NotAcceptedV1(at=at):
            return _stage(Stage.NOT_ACCEPTED, cause, at)
        case RequestArchivedV1(at=at):
            return _stage(Stage.CLOSED, cause, at)
    return None


def _result(reported: OutcomeReportedV1 | OrderOutcome | TransferOutcome, cause: UUID, at: datetime) -> TellStage:
    if reported.channel in UNSAID:
        return _stage(Stage.RESULT, cause, at)
    return _stage(Stage.RESULT, cause, at, outcome=reported.outcome, answer=reported.answer)


def _stage(
    stage: Stage,
    cause: UUID,
    at: datetime,
    *,
    unit: UnitCode | None = None,
    outcome: Outcome | None = None,
    answer: TextRef | None = None,
) -> TellStage:
    return TellStage(stage=stage, cause=cause, unit=unit, outcome=outcome, answer=answer, at=at)


def reply_timers(arrivals: ArrivalHandler) -> TimerReaction:
    async def note(due: Due, tx: Transaction) -> None:
        command = NoteOverdue(notice_id=notice_of_timer(due.name), due=due.due_at, at=due.now)
        await arrivals.within(tx).handle(due.id, command, due.context)

    return TimerReaction(category=CATEGORY, handle=note)
