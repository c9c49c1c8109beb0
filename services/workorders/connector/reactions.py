"""What a connected body has to learn becomes a message on its line."""

from uuid import UUID

from services.workorders.adapters.bodies import Registry
from services.workorders.arrivals.decider import Arrived
from services.workorders.arrivals.facts import ArrivalObjected, StageTold, SupervisionAnswered
from services.workorders.arrivals.store import ArrivalHandler
from services.workorders.connector.decider import Content, MessageKind, QueueMessage, StageCode
from services.workorders.connector.store import LineHandler, line_of, message_of
from services.workorders.transfers.facts import (
    AnswerSentBack,
    OutcomeReported,
    TransferReturned,
    TransferRevoked,
    TransferSent,
    TransferWithdrawn,
)
from services.workorders.transfers.state import Ended
from services.workorders.transfers.store import TransferHandler
from shared.eventstore import Incoming, Transaction
from shared.kernel import RequestId, UnitCode
from shared.messaging import Reaction

OF_TRANSFERS = (TransferSent, AnswerSentBack, TransferReturned, TransferRevoked, TransferWithdrawn, OutcomeReported)
OF_ARRIVALS = (StageTold, ArrivalObjected, SupervisionAnswered)


def queue_transfers(lines: LineHandler, transfers: TransferHandler, registry: Registry) -> Reaction:
    async def queue(record: Incoming, tx: Transaction) -> None:
        event = record.body
        if not isinstance(event, OF_TRANSFERS):
            return
        body = await _body_of(event, transfers.within(tx))
        if body is None or registry.linked(body, event.occurred_at) is None:
            return
        wish = _wish(record, event.request_id, body, event.transfer_id, _of_transfer(event))
        await lines.within(tx).handle(wish.line_id, wish, record.context)

    return Reaction(
        reader="workorders.queue_transfers",
        causes=tuple(("workorders", cause) for cause in OF_TRANSFERS),
        handle=queue,
    )


async def _body_of(event: object, transfers: TransferHandler) -> UnitCode | None:
    match event:
        case TransferSent():
            return event.to.code
        case OutcomeReported():
            state, _ = await transfers.state(event.transfer_id)
            return state.body if isinstance(state, Ended) else None
        case AnswerSentBack() | TransferReturned() | TransferRevoked() | TransferWithdrawn():
            return event.body
    return None


def _of_transfer(event: object) -> Content:
    match event:
        case TransferSent():
            return Content(
                MessageKind.TRANSFER_OFFERED,
                category=event.category,
                priority=event.priority,
                reason=event.reason,
                proof_demanded=event.proof_demanded,
                receipt_due=event.receipt_due,
                answer_due=event.answer_due,
                text=event.task,
            )
        case AnswerSentBack():
            return Content(MessageKind.ANSWER_SENT_BACK, text=event.note)
        case OutcomeReported():
            return Content(MessageKind.TRANSFER_CLOSED)
        case _:
            return Content(MessageKind.TRANSFER_TAKEN_BACK)


def queue_states(lines: LineHandler, arrivals: ArrivalHandler, registry: Registry) -> Reaction:
    async def queue(record: Incoming, tx: Transaction) -> None:
        event = record.body
        if not isinstance(event, OF_ARRIVALS):
            return
        arrived, _ = await arrivals.within(tx).state(event.request_id)
        if not isinstance(arrived, Arrived) or registry.linked(arrived.body, event.occurred_at) is None:
            return
        assert arrived.body is not None
        wish = _wish(record, event.request_id, arrived.body, event.request_id, _of_arrival(event, arrived))
        await lines.within(tx).handle(wish.line_id, wish, record.context)

    return Reaction(
        reader="workorders.queue_states",
        causes=tuple(("workorders", cause) for cause in OF_ARRIVALS),
        handle=queue,
    )


def _of_arrival(event: StageTold | ArrivalObjected | SupervisionAnswered, arrived: Arrived) -> Content:
    if isinstance(event, ArrivalObjected):
        return Content(MessageKind.REQUEST_OBJECTED, reason=event.reason, text=event.note, number=arrived.external)
    if isinstance(event, SupervisionAnswered):
        return Content(
            MessageKind.SUPERVISION_ANSWERED,
            notice=event.notice_id,
            fixed=event.fixed,
            text=event.reply,
            number=arrived.external,
        )
    return Content(
        MessageKind.REQUEST_STATE,
        stage=StageCode(event.stage),
        unit=event.unit,
        outcome=event.outcome,
        text=event.answer,
        number=arrived.external,
    )


def _wish(record: Incoming, request_id: RequestId, body: UnitCode, matter: UUID, content: Content) -> QueueMessage:
    return QueueMessage(
        line_id=line_of(body, matter),
        request_id=request_id,
        body=body,
        matter=matter,
        message_id=message_of(record.record_id),
        content=content,
        at=record.raw.occurred_at,
    )
