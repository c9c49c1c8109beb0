"""An agreement about a strip of land: 2,000 yuan by Friday, and a wall moved by the end of the month."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from services.mediation.agreements.commands import DraftAgreement, RecordSignature, SignAgreement
from services.mediation.agreements.facts import AgreementId, Duty, DutyId, DutyKind
from services.mediation.cases.facts import OwnWay, RecordedWay
from shared.contracts.codes import Channel, Product
from shared.kernel import PersonId
from tests.mediation.cases.samples import CASE, COWSHED_OWNER, MEDIATOR_ID, MONDAY, REQUEST, WORKSHOP_OWNER, text

AGREEMENT = AgreementId(UUID(int=0x30))
PAYMENT_DAY = date(2026, 3, 6)
PAYMENT_LAPSES = datetime(2026, 3, 6, 16, 0, tzinfo=UTC)
WALL_DAY = date(2026, 3, 31)
WALL_LAPSES = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)

PAYMENT = Duty(
    DutyId(UUID(int=0x31)),
    DutyKind.MONEY,
    WORKSHOP_OWNER,
    COWSHED_OWNER,
    200_000,
    None,
    PAYMENT_DAY,
    PAYMENT_LAPSES - timedelta(days=3),
    PAYMENT_LAPSES,
)
WALL = Duty(
    DutyId(UUID(int=0x32)),
    DutyKind.ACT,
    COWSHED_OWNER,
    WORKSHOP_OWNER,
    None,
    text(21),
    WALL_DAY,
    WALL_LAPSES - timedelta(days=3),
    WALL_LAPSES,
)


def draft(
    product: Product = Product.PM_AGREEMENT,
    channel: Channel = Channel.PM,
    duties: tuple[Duty, ...] = (PAYMENT, WALL),
    terms: int = 20,
    recorded: bool = False,
    agreed: bool = True,
    listed: bool = False,
    filed: bool = False,
    identity: bool = False,
    heard: bool = False,
) -> DraftAgreement:
    return DraftAgreement(
        agreement_id=AGREEMENT,
        case_id=CASE,
        request_id=REQUEST,
        channel=channel,
        parties=(WORKSHOP_OWNER, COWSHED_OWNER),
        case_agreed=agreed,
        product=product,
        terms=text(terms),
        record=text(22) if recorded else None,
        duties=duties,
        body_listed=listed,
        suit_filed=filed,
        heard_by_court=heard,
        identity_relation=identity,
        at=MONDAY,
    )


def signs(party: PersonId, version: int = 1, case_open: bool = True) -> SignAgreement:
    return SignAgreement(party=party, version=version, how=OwnWay.CODE_PIN, case_open=case_open, at=MONDAY)


def signed_before_mediator(
    party: PersonId, how: RecordedWay = RecordedWay.PAPER, by: PersonId = MEDIATOR_ID
) -> RecordSignature:
    return RecordSignature(party=party, version=1, how=how, evidence=text(23), by=by, case_open=True, at=MONDAY)


BOTH_SIGN = (signs(WORKSHOP_OWNER), signed_before_mediator(COWSHED_OWNER))
