"""A transfer out of the house and back. R-22: danger first, notice to the person; R-21: it never belongs to nobody."""

from dataclasses import replace
from typing import assert_never

from services.workorders.transfers.commands import (
    ActOnDanger,
    Answer,
    Close,
    NoteOverdue,
    Object,
    OfferTransfer,
    Revoke,
    SendAnswerBack,
    SendOut,
    TakeBack,
    TakeReceipt,
    TransferCommand,
    Withdraw,
)
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
from services.workorders.transfers.rules.legality import require_may_leave
from services.workorders.transfers.rules.returning import (
    TransferEnded,
    close,
    send_back,
    take_answer,
    take_objection,
    take_receipt,
)
from services.workorders.transfers.state import Ended, Out, TransferState, Unoffered, Waiting
from shared.contracts.codes import ReasonCode
from shared.kernel import CorruptHistory, Decider, NotFound, Rejection, fact_name

TAKEN_BACK_FOR = frozenset(
    {ReasonCode.WRONG_CATEGORY, ReasonCode.WRONG_GRID, ReasonCode.CONFLICT_OF_INTEREST, ReasonCode.CLOCK_BREACHED}
)


class AlreadySent(Rejection):
    """It is with a body already; take it back first."""


class ReasonNotForTakingBack(Rejection):
    """`reason` is none for which routing would decide otherwise."""


def evolve(state: TransferState, event: TransferEvent) -> TransferState:
    match event, state:
        case TransferOffered(), Unoffered():
            return Waiting(event.offer)
        case DangerActed(), Waiting():
            return replace(state, acted=True)
        case TransferSigned(), Waiting():
            return Out(state.offer, event.owner)
        case TransferNotified() | TransferObjected(), Out():
            return state
        case TransferSent(), Out():
            return replace(state, sent=event)
        case TransferReceived() | HandlingStarted(), Out():
            return replace(state, received=True)
        case TransferAnswered(), Out():
            return replace(state, answered=event)
        case AnswerSentBack(), Out():
            return replace(state, answered=None)
        case TransferOverdue(), Waiting() | Out():
            return replace(state, overdue=state.overdue | {event.late})
        case TransferReturned() | TransferRevoked() | TransferWithdrawn(), Waiting():
            return Ended(state.offer, event, None, None)
        case TransferReturned() | TransferRevoked() | TransferWithdrawn() | OutcomeReported(), Out():
            return Ended(state.offer, event, state.owner, state.body, state.answered)
        case _:
            raise CorruptHistory(f"{fact_name(event)} after {type(state).__name__}")


def decide(command: TransferCommand, state: TransferState) -> tuple[TransferEvent, ...]:
    match command:
        case OfferTransfer():
            return (
                (TransferOffered(offer=command.offer, occurred_at=command.at),) if isinstance(state, Unoffered) else ()
            )
        case ActOnDanger():
            return _act_on_danger(command, state)
        case SendOut():
            return _send_out(command, state)
        case TakeReceipt():
            return take_receipt(command, state)
        case Object():
            return take_objection(command, state)
        case Answer():
            return take_answer(command, state)
        case SendAnswerBack():
            return send_back(command, state)
        case Close():
            return close(command, state)
        case TakeBack():
            return _take_back(command, state)
        case Revoke() | Withdraw():
            return _take_away(command, state)
        case NoteOverdue():
            return _note_overdue(command, state)
        case _:
            assert_never(command)


def _act_on_danger(command: ActOnDanger, state: TransferState) -> tuple[TransferEvent, ...]:
    if isinstance(state, Unoffered):
        raise NotFound
    if not isinstance(state, Waiting) or state.acted:
        return ()
    offer = state.offer
    return (
        DangerActed(
            transfer_id=offer.transfer_id,
            request_id=offer.request_id,
            note=command.note,
            by=command.by,
            occurred_at=command.at,
        ),
    )


def _send_out(command: SendOut, state: TransferState) -> tuple[TransferEvent, ...]:
    """One act: somebody becomes accountable, the person is told, and it goes out (R-22)."""
    if isinstance(state, Unoffered):
        raise NotFound
    if isinstance(state, Out):
        if state.body == command.to.code:
            return ()
        raise AlreadySent
    if isinstance(state, Ended):
        raise TransferEnded
    require_may_leave(command, state)
    assert command.notice is not None
    offer, at = state.offer, command.at
    signed = TransferSigned(
        transfer_id=offer.transfer_id,
        request_id=offer.request_id,
        attempt=offer.attempt,
        owner=command.by,
        unit=command.unit or offer.unit,
        occurred_at=at,
    )
    notified = TransferNotified(
        transfer_id=offer.transfer_id, request_id=offer.request_id, notice=command.notice, occurred_at=at
    )
    return signed, notified, _sent(command, state)


def _sent(command: SendOut, waiting: Waiting) -> TransferSent:
    offer = waiting.offer
    return TransferSent(
        transfer_id=offer.transfer_id,
        request_id=offer.request_id,
        attempt=offer.attempt,
        to=command.to,
        reason=command.reason,
        task=command.task,
        category=offer.category,
        priority=offer.priority,
        proof_demanded=offer.category in command.to.proof,
        receipt_due=command.receipt_due,
        objection_due=command.objection_due,
        answer_due=offer.answer_due,
        occurred_at=command.at,
    )


def _take_back(command: TakeBack, state: TransferState) -> tuple[TransferEvent, ...]:
    """R-21: a person decides that routing has to decide anew."""
    if isinstance(state, Unoffered):
        raise NotFound
    if isinstance(state, Ended):
        if isinstance(state.by, TransferReturned):
            return ()
        raise TransferEnded
    if command.reason not in TAKEN_BACK_FOR:
        raise ReasonNotForTakingBack(reason=command.reason)
    offer = state.offer
    return (
        TransferReturned(
            transfer_id=offer.transfer_id,
            request_id=offer.request_id,
            attempt=offer.attempt,
            body=state.body if isinstance(state, Out) else None,
            reason=command.reason,
            occurred_at=command.at,
        ),
    )


def _take_away(command: Revoke | Withdraw, state: TransferState) -> tuple[TransferEvent, ...]:
    """Too late or too early changes nothing: records of two services arrive in any order."""
    if not isinstance(state, Waiting | Out):
        return ()
    offer, at = state.offer, command.at
    body = state.body if isinstance(state, Out) else None
    if isinstance(command, Withdraw):
        withdrawn = TransferWithdrawn(
            transfer_id=offer.transfer_id, request_id=offer.request_id, body=body, occurred_at=at
        )
        return (withdrawn,)
    revoked = TransferRevoked(
        transfer_id=offer.transfer_id, request_id=offer.request_id, body=body, reason=command.reason, occurred_at=at
    )
    return (revoked,)


def _note_overdue(command: NoteOverdue, state: TransferState) -> tuple[TransferEvent, ...]:
    if not isinstance(state, Waiting | Out) or command.late in state.overdue:
        return ()
    is_late = {
        Late.SENDING: isinstance(state, Waiting),
        Late.RECEIPT: isinstance(state, Out) and not state.received,
        Late.ANSWER: isinstance(state, Out) and state.answered is None,
    }
    if not is_late[command.late]:
        return ()
    offer = state.offer
    return (
        TransferOverdue(
            transfer_id=offer.transfer_id,
            request_id=offer.request_id,
            late=command.late,
            due=command.due,
            occurred_at=command.at,
        ),
    )


transfer_decider: Decider[TransferCommand, TransferState, TransferEvent] = Decider(Unoffered(), decide, evolve)
