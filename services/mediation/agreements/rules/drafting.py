"""What a draft must hold before anybody is asked to sign it (R-04, R-10, R-58, R-59)."""

from services.mediation.agreements.commands import DraftAgreement
from services.mediation.agreements.facts import Duty, DutyKind
from services.mediation.agreements.refusals import (
    DutyAlreadyDue,
    DutyIncomplete,
    DutyOfStranger,
    DutyToOneself,
    DutyWithoutDate,
    NothingAgreedYet,
    PerformanceDateMissing,
    ProductNotOfChannel,
    RecordOfAgreementMissing,
)
from services.mediation.agreements.rules.effects import PRODUCTS_OF, WITHOUT_PAPER
from shared.contracts.codes import Channel
from shared.kernel import PersonId


def require_draft(wish: DraftAgreement) -> None:
    if not wish.case_agreed:
        raise NothingAgreedYet
    if wish.product not in PRODUCTS_OF.get(wish.channel, frozenset()):
        raise ProductNotOfChannel
    if wish.product in WITHOUT_PAPER and wish.record is None:
        raise RecordOfAgreementMissing
    undated = any(duty.due is None for duty in wish.duties)
    if wish.channel is Channel.PSM and (undated or not wish.duties):
        raise PerformanceDateMissing
    if undated:
        raise DutyWithoutDate
    for duty in wish.duties:
        _require_duty(duty, wish.parties)
        if duty.lapses_at is not None and duty.lapses_at < wish.at:
            raise DutyAlreadyDue


def _require_duty(duty: Duty, parties: tuple[PersonId, ...]) -> None:
    if duty.by not in parties or duty.to not in parties:
        raise DutyOfStranger
    if duty.by == duty.to:
        raise DutyToOneself
    match duty.kind:
        case DutyKind.MONEY if duty.amount_fen is None or duty.amount_fen <= 0:
            raise DutyIncomplete
        case DutyKind.GOODS | DutyKind.ACT if duty.what is None:
            raise DutyIncomplete
        case _:
            pass
