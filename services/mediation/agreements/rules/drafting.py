"""What a draft must hold before anybody is asked to sign it (R-04, R-09, R-10, R-58 to R-61), and while they sign."""

from services.mediation.agreements.commands import DraftAgreement
from services.mediation.agreements.facts import Duty, DutyKind
from services.mediation.agreements.refusals import (
    BodyNotListed,
    CaseIsOver,
    CourtMakesThePaper,
    DutyAlreadyDue,
    DutyIncomplete,
    DutyOfStranger,
    DutyToOneself,
    DutyWithoutDate,
    GoodsIncomplete,
    NotEveryPartysDraft,
    NothingAgreedYet,
    PerformanceDateMissing,
    ProductNotOfChannel,
    RecordOfAgreementMissing,
    ScheduleWithoutDate,
    TooManyInstalments,
)
from services.mediation.agreements.rules.effects import WITHOUT_PAPER, products_of
from services.mediation.agreements.rules.schedule import MAX_INSTALMENTS
from services.mediation.agreements.state import Drafted
from services.mediation.cases.rules.law import require_free_to_agree, require_free_to_agree_quietly
from services.mediation.cases.state import Ended, Open, stage
from services.mediation.channels.refusals import OnlyTheCourtHosts
from services.mediation.channels.rules.worth import body_was_listed
from shared.contracts.codes import Channel, Product, State
from shared.kernel import PersonId

MOST_MONEY = 10**13
"""In fen; 100 billion yuan."""
MOST_GOODS = 10**9


def require_draft(wish: DraftAgreement) -> Open:
    """R-10: an oral agreement stands on its record."""
    case = require_agreed(wish.case)
    _require_product(wish.product, case)
    if wish.product in WITHOUT_PAPER and wish.record is None:
        raise RecordOfAgreementMissing
    _require_dates(wish, case.channel)
    for duty in wish.duties:
        _require_duty(duty, case.parties)
        if duty.lapses_at is not None and duty.lapses_at < wish.at:
            raise DutyAlreadyDue
    if sum(duty.schedule.times if duty.schedule else 1 for duty in wish.duties) > MAX_INSTALMENTS:
        raise TooManyInstalments(most=MAX_INSTALMENTS)
    return case


def require_agreed(case: Open | Ended) -> Open:
    """The last session ended in agreement, and nothing that came since stands in its way."""
    if not isinstance(case, Open) or stage(case) is not State.AGREED:
        raise NothingAgreedYet
    require_free_to_agree(case)
    return case


def require_fit(draft: Drafted, case: Open | Ended) -> Open:
    """It was drafted for the case as it stood then. R-09: nothing is agreed without one who joined since."""
    if isinstance(case, Ended):
        raise CaseIsOver
    if case.parties != draft.parties:
        raise NotEveryPartysDraft
    _require_product(draft.product, case)
    return case


def require_signable(draft: Drafted, case: Open | Ended, *, quietly: bool) -> None:
    present = require_fit(draft, case)
    if quietly:
        require_free_to_agree_quietly(present)
    else:
        require_free_to_agree(present)


def _require_product(product: Product, case: Open) -> None:
    """R-58, R-59: each channel has its own paper. R-60: a body off the list has another one. R-61: so has the court,
    on a session of its own, and once it has filed there is no other."""
    if case.course.filed and product is not Product.COURT_PAPER:
        raise CourtMakesThePaper
    if product in products_of(case.channel, body_was_listed(case), case.course.filed):
        if product is Product.COURT_PAPER and not case.heard_by_court:
            raise OnlyTheCourtHosts
        return
    if product is Product.IM_AGREEMENT and case.channel is Channel.IM:
        raise BodyNotListed
    raise ProductNotOfChannel


def _require_dates(wish: DraftAgreement, channel: Channel) -> None:
    """R-04: a police agreement names the day of each performance; elsewhere what has no day cannot be watched."""
    if any(duty.schedule is not None and duty.due is None for duty in wish.duties):
        raise ScheduleWithoutDate
    undated = any(duty.due is None for duty in wish.duties)
    if channel is Channel.PSM and (undated or not wish.duties):
        raise PerformanceDateMissing
    if undated:
        raise DutyWithoutDate


def _require_duty(duty: Duty, parties: tuple[PersonId, ...]) -> None:
    if duty.by not in parties or duty.to not in parties:
        raise DutyOfStranger
    if duty.by == duty.to:
        raise DutyToOneself
    if duty.schedule is not None and duty.schedule.times < 1:
        raise DutyIncomplete
    match duty.kind:
        case DutyKind.MONEY if duty.amount_fen is None or not 0 < duty.amount_fen <= MOST_MONEY:
            raise DutyIncomplete
        case DutyKind.GOODS:
            _require_goods(duty)
        case DutyKind.ACT if duty.what is None:
            raise DutyIncomplete
        case _:
            pass
    if duty.kind is not DutyKind.MONEY and duty.amount_fen is not None:
        raise DutyIncomplete
    if duty.kind is not DutyKind.GOODS and duty.goods is not None:
        raise GoodsIncomplete


def _require_goods(duty: Duty) -> None:
    """Their number stands apart from money, in a unit of its own."""
    goods = duty.goods
    if goods is None or not 0 < goods.count <= MOST_GOODS or (duty.what is None and goods.item is None):
        raise GoodsIncomplete
