"""What a firm lost and got back. Money is counted in fen, goods in pieces of one kind, and never the two together.

Goods may stand in for money (K10: 1.6 of 3.2 million yuan came back, and 2000 sets beside it), so goods are bounded by
a claim only where goods of that kind were claimed; what comes back in fen never exceeds what was claimed in fen.
"""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import NewType, assert_never
from uuid import UUID

from services.enterprise.firms.decider import FirmId
from shared.kernel import Decider, ItemCode, Rejection, RequestId, TextRef, command, fact, state, value

LossId = NewType("LossId", UUID)
RecoveryId = NewType("RecoveryId", UUID)


@value
class Goods:
    """A kind of goods by a code of the file, how many, and what they are in words."""

    kind: ItemCode
    pieces: int
    name: TextRef | None = None


@fact("loss_recorded")
class LossRecorded:
    loss_id: LossId
    firm_id: FirmId
    request_id: RequestId | None
    claimed_fen: int
    claimed_goods: tuple[Goods, ...]
    occurred_at: datetime


@fact("claim_corrected")
class ClaimCorrected:
    loss_id: LossId
    firm_id: FirmId
    claimed_fen: int
    claimed_goods: tuple[Goods, ...]
    occurred_at: datetime


@fact("loss_recovered")
class LossRecovered:
    """With the sums so far, so that the record stands alone."""

    loss_id: LossId
    firm_id: FirmId
    request_id: RequestId | None
    recovery_id: RecoveryId
    fen: int
    goods: tuple[Goods, ...]
    recovered_fen: int
    recovered_pieces: int
    proof: TextRef
    occurred_at: datetime


LossEvent = LossRecorded | ClaimCorrected | LossRecovered


@command
class RecordLoss:
    loss_id: LossId
    firm_id: FirmId
    request_id: RequestId | None
    claimed_fen: int
    claimed_goods: tuple[Goods, ...]
    at: datetime


@command
class CorrectClaim:
    claimed_fen: int
    claimed_goods: tuple[Goods, ...]
    at: datetime


@command
class RecordRecovery:
    recovery_id: RecoveryId
    fen: int
    goods: tuple[Goods, ...]
    proof: TextRef
    at: datetime


LossCommand = RecordLoss | CorrectClaim | RecordRecovery


@state
class Unrecorded:
    pass


@state
class Loss:
    loss_id: LossId
    firm_id: FirmId
    request_id: RequestId | None
    claimed_fen: int
    claimed_goods: Mapping[ItemCode, int]
    recovered_fen: int = 0
    recovered_goods: Mapping[ItemCode, int] = field(default_factory=dict)
    recoveries: frozenset[RecoveryId] = frozenset()


LossState = Unrecorded | Loss


class LossUnknown(Rejection):
    """No loss was recorded under this id."""


class NothingClaimed(Rejection):
    """A loss names money, goods, or both."""


class NothingRecovered(Rejection):
    """A recovery names money, goods, or both."""


class MoreMoneyThanClaimed(Rejection):
    """`claimed` fen, `recovered` fen with this one."""


class MoreGoodsThanClaimed(Rejection):
    """`kind`: more pieces than were claimed of it."""


def require_recorded(state: LossState) -> Loss:
    if isinstance(state, Unrecorded):
        raise LossUnknown
    return state


def pieces_by_kind(goods: tuple[Goods, ...]) -> dict[ItemCode, int]:
    found: dict[ItemCode, int] = {}
    for each in goods:
        found[each.kind] = found.get(each.kind, 0) + each.pieces
    return found


def evolve(state: LossState, event: LossEvent) -> LossState:
    if isinstance(event, LossRecorded):
        claimed = pieces_by_kind(event.claimed_goods)
        return Loss(event.loss_id, event.firm_id, event.request_id, event.claimed_fen, claimed)
    loss = require_recorded(state)
    match event:
        case ClaimCorrected():
            return replace(loss, claimed_fen=event.claimed_fen, claimed_goods=pieces_by_kind(event.claimed_goods))
        case LossRecovered():
            return replace(
                loss,
                recovered_fen=event.recovered_fen,
                recovered_goods=_added(loss.recovered_goods, event.goods),
                recoveries=loss.recoveries | {event.recovery_id},
            )
        case _:
            assert_never(event)


def _added(known: Mapping[ItemCode, int], goods: tuple[Goods, ...]) -> dict[ItemCode, int]:
    found = dict(known)
    for kind, pieces in pieces_by_kind(goods).items():
        found[kind] = found.get(kind, 0) + pieces
    return found


def decide(command: LossCommand, state: LossState) -> tuple[LossEvent, ...]:
    match command:
        case RecordLoss():
            return _record(command, state)
        case CorrectClaim():
            return _correct(command, require_recorded(state))
        case RecordRecovery():
            return _recover(command, require_recorded(state))
        case _:
            assert_never(command)


def _record(command: RecordLoss, state: LossState) -> tuple[LossEvent, ...]:
    if isinstance(state, Loss):
        return ()
    if not command.claimed_fen and not command.claimed_goods:
        raise NothingClaimed
    return (
        LossRecorded(
            loss_id=command.loss_id,
            firm_id=command.firm_id,
            request_id=command.request_id,
            claimed_fen=command.claimed_fen,
            claimed_goods=command.claimed_goods,
            occurred_at=command.at,
        ),
    )


def _correct(command: CorrectClaim, loss: Loss) -> tuple[LossEvent, ...]:
    """A claim is never lowered below what came back already."""
    claimed = pieces_by_kind(command.claimed_goods)
    if (command.claimed_fen, claimed) == (loss.claimed_fen, dict(loss.claimed_goods)):
        return ()
    if not command.claimed_fen and not claimed:
        raise NothingClaimed
    require_within_claim(command.claimed_fen, claimed, loss.recovered_fen, loss.recovered_goods)
    return (
        ClaimCorrected(
            loss_id=loss.loss_id,
            firm_id=loss.firm_id,
            claimed_fen=command.claimed_fen,
            claimed_goods=command.claimed_goods,
            occurred_at=command.at,
        ),
    )


def _recover(command: RecordRecovery, loss: Loss) -> tuple[LossEvent, ...]:
    if command.recovery_id in loss.recoveries:
        return ()
    if not command.fen and not command.goods:
        raise NothingRecovered
    fen = loss.recovered_fen + command.fen
    goods = _added(loss.recovered_goods, command.goods)
    require_within_claim(loss.claimed_fen, loss.claimed_goods, fen, goods)
    return (
        LossRecovered(
            loss_id=loss.loss_id,
            firm_id=loss.firm_id,
            request_id=loss.request_id,
            recovery_id=command.recovery_id,
            fen=command.fen,
            goods=command.goods,
            recovered_fen=fen,
            recovered_pieces=sum(goods.values()),
            proof=command.proof,
            occurred_at=command.at,
        ),
    )


def require_within_claim(
    claimed_fen: int, claimed: Mapping[ItemCode, int], fen: int, goods: Mapping[ItemCode, int]
) -> None:
    """Money against money; goods against goods of the same kind, where such were claimed."""
    if fen > claimed_fen:
        raise MoreMoneyThanClaimed(claimed=claimed_fen, recovered=fen)
    for kind, pieces in goods.items():
        if kind in claimed and pieces > claimed[kind]:
            raise MoreGoodsThanClaimed(kind=kind, claimed=claimed[kind], recovered=pieces)


loss_decider: Decider[LossCommand, LossState, LossEvent] = Decider(Unrecorded(), decide, evolve)
