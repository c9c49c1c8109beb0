"""What comes back from a body: receipt, objection, result. A result is not taken on the body's word alone."""

from services.workorders.transfers.commands import Answer, Close, Object, SendAnswerBack, TakeReceipt, Voice
from services.workorders.transfers.facts import (
    AnswerSentBack,
    HandlingStarted,
    Offer,
    OutcomeReported,
    Result,
    TransferAnswered,
    TransferEvent,
    TransferObjected,
    TransferReceived,
    TransferReturned,
    TransferSent,
)
from services.workorders.transfers.state import Ended, Out, TransferState, Unoffered, Waiting
from shared.contracts.codes import Outcome, OutcomeDetail, ReasonCode
from shared.kernel import NotFound, Rejection

OBJECTIONS = frozenset({ReasonCode.WRONG_CATEGORY, ReasonCode.WRONG_GRID, ReasonCode.CONFLICT_OF_INTEREST})

OUTCOMES = {Result.DONE: Outcome.DONE, Result.SETTLED: Outcome.SETTLED, Result.FAILED: Outcome.FAILED}


class NotTransferredYet(Rejection):
    """Nobody sent it anywhere, and the person was told nothing: "not ours" alone ends no request."""

    rule = "R-22"


class TransferEnded(Rejection):
    """It came back, was taken away, or has its result."""


class ObjectionTooLate(Rejection):
    """The time for an objection ended on `due`; the transfer stands."""

    rule = "R-24"


class NotAnObjection(Rejection):
    """`reason` does not say that the matter is another's."""

    rule = "R-24"


class PhotoMissing(Rejection):
    """The matter was sent with the demand of a photo, and the body gives its word alone."""


class AnswerUnread(Rejection):
    """Who may not read the answer cannot say that it is one."""

    rule = "R-37"


class NoAnswerYet(Rejection):
    """The body has not said what came of it."""


def require_out(state: TransferState) -> tuple[Out, TransferSent]:
    """R-22: what nobody has sent has no answer."""
    if isinstance(state, Unoffered):
        raise NotFound
    if isinstance(state, Waiting):
        raise NotTransferredYet
    if isinstance(state, Ended) or state.sent is None:
        raise TransferEnded
    return state, state.sent


def require_theirs(voice: Voice, out: Out | Ended) -> None:
    """Another body's transfer does not exist for this one."""
    if voice.body is not None and voice.body != out.body:
        raise NotFound


def take_receipt(command: TakeReceipt, state: TransferState) -> tuple[TransferEvent, ...]:
    if isinstance(state, Ended):
        require_theirs(command.voice, state)
    out, sent = require_out(state)
    require_theirs(command.voice, out)
    return () if out.received else _received(command, out.offer, sent)


def _received(command: TakeReceipt | Answer, offer: Offer, sent: TransferSent) -> tuple[TransferEvent, ...]:
    return (
        TransferReceived(
            transfer_id=offer.transfer_id,
            request_id=offer.request_id,
            body=sent.to.code,
            number=command.number if isinstance(command, TakeReceipt) else None,
            by_hand=command.voice.by_hand,
            occurred_at=command.at,
        ),
        HandlingStarted(transfer_id=offer.transfer_id, request_id=offer.request_id, occurred_at=command.at),
    )


def take_objection(command: Object, state: TransferState) -> tuple[TransferEvent, ...]:
    """R-24: with a reason and in time; then routing decides anew."""
    if isinstance(state, Ended):
        require_theirs(command.voice, state)
        if isinstance(state.by, TransferReturned) and state.by.body is not None:
            return ()
    out, sent = require_out(state)
    require_theirs(command.voice, out)
    if command.reason not in OBJECTIONS:
        raise NotAnObjection(reason=command.reason)
    if command.at > sent.objection_due:
        raise ObjectionTooLate(due=sent.objection_due)
    offer = out.offer
    return (
        TransferObjected(
            transfer_id=offer.transfer_id,
            request_id=offer.request_id,
            body=sent.to.code,
            reason=command.reason,
            note=command.note,
            by_hand=command.voice.by_hand,
            occurred_at=command.at,
        ),
        TransferReturned(
            transfer_id=offer.transfer_id,
            request_id=offer.request_id,
            attempt=offer.attempt,
            body=sent.to.code,
            reason=command.reason,
            occurred_at=command.at,
        ),
    )


def take_answer(command: Answer, state: TransferState) -> tuple[TransferEvent, ...]:
    """Where no photo is demanded the answer is the result; else a person looks at both (K37)."""
    if isinstance(state, Ended):
        require_theirs(command.voice, state)
        if state.answered is not None and _is_same(command, state.answered):
            return ()
    out, sent = require_out(state)
    require_theirs(command.voice, out)
    if out.answered is not None and _is_same(command, out.answered):
        return ()
    if _lacks_proof(command, sent):
        raise PhotoMissing
    offer = out.offer
    answered = TransferAnswered(
        transfer_id=offer.transfer_id,
        request_id=offer.request_id,
        body=sent.to.code,
        result=command.result,
        answer=command.answer,
        proof=command.proof,
        by_hand=command.voice.by_hand,
        occurred_at=command.at,
    )
    before = () if out.received else _received(command, offer, sent)
    if sent.proof_demanded:
        return (*before, answered)
    return (*before, answered, _outcome(out, answered, None, command))


def _lacks_proof(command: Answer, sent: TransferSent) -> bool:
    """That it did not work out needs no photo."""
    return sent.proof_demanded and command.result is not Result.FAILED and command.proof is None


def _is_same(command: Answer, answered: TransferAnswered) -> bool:
    return (command.result, command.answer.item) == (answered.result, answered.answer.item)


def close(command: Close, state: TransferState) -> tuple[TransferEvent, ...]:
    """Somebody who is accountable has seen the photo, not only read the words."""
    if isinstance(state, Ended) and isinstance(state.by, OutcomeReported):
        return ()
    out, _ = require_out(state)
    if out.answered is None:
        raise NoAnswerYet
    if not command.has_read:
        raise AnswerUnread
    done = out.answered.result is Result.DONE
    return (_outcome(out, out.answered, OutcomeDetail.RECTIFIED if done else None, command),)


def _outcome(
    out: Out, answered: TransferAnswered, detail: OutcomeDetail | None, command: Answer | Close
) -> OutcomeReported:
    return OutcomeReported(
        transfer_id=out.offer.transfer_id,
        request_id=out.offer.request_id,
        attempt=out.offer.attempt,
        channel=out.offer.channel,
        outcome=OUTCOMES[answered.result],
        detail=detail,
        answer=answered.answer,
        handler=out.owner,
        occurred_at=command.at,
    )


def send_back(command: SendAnswerBack, state: TransferState) -> tuple[TransferEvent, ...]:
    out, sent = require_out(state)
    if out.answered is None:
        return ()
    return (
        AnswerSentBack(
            transfer_id=out.offer.transfer_id,
            request_id=out.offer.request_id,
            body=sent.to.code,
            note=command.note,
            occurred_at=command.at,
        ),
    )
