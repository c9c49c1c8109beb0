"""The histories of transfers: what others learn of them, which times run, and their handler."""

from typing import TypeAlias
from uuid import NAMESPACE_URL, UUID, uuid5

from services.workorders.transfers.commands import TransferCommand
from services.workorders.transfers.decider import transfer_decider
from services.workorders.transfers.facts import (
    AnswerSentBack,
    DangerActed,
    HandlingStarted,
    Late,
    OutcomeReported,
    TransferAnswered,
    TransferEvent,
    TransferNotified,
    TransferObjected,
    TransferOffered,
    TransferOverdue,
    TransferReceived,
    TransferReturned,
    TransferRevoked,
    TransferSent,
    TransferSigned,
    TransferWithdrawn,
)
from services.workorders.transfers.state import TransferState, Unoffered
from shared.contracts import transfers as published_language
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
from shared.contracts.transfers import (
    RequestTransferredV1,
    TransferObjectedV1,
    TransferOverdueV1,
    TransferReceivedV1,
)
from shared.contracts.vault import ItemKind
from shared.eventstore import Cancel, Codec, CommandHandler, EventStore, Timer
from shared.kernel import RequestId, derive_id
from shared.web import Text

CATEGORY = "workorders.transfer"
NAMESPACE = uuid5(NAMESPACE_URL, "urn:lounge:transfers")

TransferHandler: TypeAlias = CommandHandler[TransferCommand, TransferState, TransferEvent]

transfer_codec: Codec[TransferEvent] = Codec(TransferEvent)


def transfer_id_of(request_id: RequestId, attempt: int) -> UUID:
    return derive_id(NAMESPACE, request_id, attempt)


def published(event: TransferEvent) -> Contract | None:
    match event:
        case TransferSent() | TransferReceived() | TransferObjected() | TransferOverdue():
            return _of_transfers(event)
        case TransferOffered(offer=offer):
            return HandlingOfferedV1(
                request_id=offer.request_id,
                handling_id=offer.transfer_id,
                attempt=offer.attempt,
                channel=offer.channel,
                unit=offer.unit,
                owner=offer.owner,
                at=event.occurred_at,
            )
        case TransferSigned():
            return HandlingSignedV1(
                request_id=event.request_id,
                handling_id=event.transfer_id,
                attempt=event.attempt,
                unit=event.unit,
                owner=event.owner,
                at=event.occurred_at,
            )
        case DangerActed(note=words) | TransferNotified(notice=words):
            return FirstResponseV1(
                request_id=event.request_id, handling_id=event.transfer_id, note=words, at=event.occurred_at
            )
        case HandlingStarted():
            return HandlingStartedV1(request_id=event.request_id, handling_id=event.transfer_id, at=event.occurred_at)
        case TransferReturned():
            return HandlingReturnedV1(
                request_id=event.request_id,
                handling_id=event.transfer_id,
                attempt=event.attempt,
                reason=event.reason,
                owner=None,
                at=event.occurred_at,
            )
        case OutcomeReported():
            return _outcome(event)
        case TransferAnswered() | AnswerSentBack() | TransferRevoked() | TransferWithdrawn():
            return None


def _outcome(event: OutcomeReported) -> OutcomeReportedV1:
    return OutcomeReportedV1(
        request_id=event.request_id,
        handling_id=event.transfer_id,
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


def _of_transfers(event: TransferSent | TransferReceived | TransferObjected | TransferOverdue) -> Contract:
    request_id, handling_id, at = event.request_id, event.transfer_id, event.occurred_at
    match event:
        case TransferSent():
            return RequestTransferredV1(
                request_id=request_id,
                handling_id=handling_id,
                attempt=event.attempt,
                body=event.to.code,
                body_kind=event.to.kind,
                reason=event.reason,
                proof_demanded=event.proof_demanded,
                receipt_due=event.receipt_due,
                at=at,
            )
        case TransferReceived():
            return TransferReceivedV1(request_id=request_id, handling_id=handling_id, body=event.body, at=at)
        case TransferObjected():
            return TransferObjectedV1(
                request_id=request_id, handling_id=handling_id, body=event.body, reason=event.reason, at=at
            )
        case TransferOverdue():
            late = published_language.Late(event.late)
            return TransferOverdueV1(request_id=request_id, handling_id=handling_id, late=late, due=event.due, at=at)


def transfer_timers(event: TransferEvent, state: TransferState) -> tuple[Timer | Cancel, ...]:
    """CL-021: a day to send it; a day for the other side to say that it has it; then the promise to the person."""
    match event:
        case TransferOffered(offer=offer):
            return (Timer(Late.SENDING, offer.send_due),)
        case TransferSent():
            return (
                Cancel(Late.SENDING),
                Timer(Late.RECEIPT, event.receipt_due),
                Timer(Late.ANSWER, event.answer_due),
            )
        case TransferReceived():
            return (Cancel(Late.RECEIPT),)
        case TransferReturned() | TransferRevoked() | TransferWithdrawn() | OutcomeReported():
            return tuple(Cancel(late) for late in Late)
        case _:
            return ()


def _key(id: UUID, state: TransferState, events: tuple[TransferEvent, ...]) -> UUID:
    if not isinstance(state, Unoffered):
        return state.offer.request_id
    first = events[0] if events else None
    return first.offer.request_id if isinstance(first, TransferOffered) else id


def told(text: str) -> Text:
    """Written to be told to the person, or to a body: no more than L2."""
    return Text(ItemKind.ANSWER, text, DataLevel.L2)


def remark(text: str) -> Text:
    return Text(ItemKind.NOTE, text, DataLevel.L2)


def proof_text(text: str) -> Text:
    return Text(ItemKind.EVIDENCE, text, DataLevel.L2)


def transfer_handler(store: EventStore) -> TransferHandler:
    return CommandHandler(
        store=store,
        category=CATEGORY,
        decider=transfer_decider,
        codec=transfer_codec,
        publish=published,
        key=_key,
        timers=transfer_timers,
    )
