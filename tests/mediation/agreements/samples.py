"""An agreement about a strip of land: 2,000 yuan by Friday, and a wall moved by the end of the month."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from services.mediation.agreements.commands import DraftAgreement, RecordSignature, SignAgreement
from services.mediation.agreements.facts import AgreementId, Duty, DutyId, DutyKind
from services.mediation.cases.facts import OwnWay, RecordedWay, SessionResult
from services.mediation.cases.state import Ended, Open
from services.mediation.cases.values import Body, BodyKind, SuitStage
from services.mediation.channels.state import Course
from shared.contracts.codes import Category, Channel, Outcome, Product
from shared.kernel import PersonId, UnitCode
from tests.mediation.cases.samples import (
    CASE,
    COWSHED_OWNER,
    MEDIATOR_ID,
    MONDAY,
    OFFICER_ID,
    REQUEST,
    STATION,
    WORKSHOP_OWNER,
    text,
)

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


TALKED = Open(
    case_id=CASE,
    request_id=REQUEST,
    attempt=1,
    channel=Channel.PM,
    category=Category.DIS,
    flags=frozenset(),
    unit=STATION,
    owner=OFFICER_ID,
    deputy=None,
    excluded=frozenset(),
    parties=(WORKSHOP_OWNER, COWSHED_OWNER),
    gates={},
    signed_by=OFFICER_ID,
    consented=frozenset({WORKSHOP_OWNER, COWSHED_OWNER}),
    host=MEDIATOR_ID,
    result=SessionResult.AGREED,
)
"""The case after the session that ended in agreement."""
OVER = Ended(CASE, REQUEST, Outcome.FAILED, None)


def seen(
    channel: Channel = Channel.PM,
    *,
    agreed: bool = True,
    listed: bool = False,
    filed: bool = False,
    heard: bool = False,
) -> Open:
    """`heard`: the body is the court."""
    kind = BodyKind.COURT if heard else BodyKind.INDUSTRY
    course = Course(
        body=Body(UnitCode(f"{kind}-1"), kind, (), listed=listed),
        suit=SuitStage.SIMPLE if filed else None,
    )
    result = SessionResult.AGREED if agreed else SessionResult.NOT_AGREED
    return replace(TALKED, channel=channel, result=result, course=course)


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
        case=seen(channel, agreed=agreed, listed=listed, filed=filed, heard=heard),
        product=product,
        terms=text(terms),
        record=text(22) if recorded else None,
        duties=duties,
        identity_relation=identity,
        at=MONDAY,
    )


def signs(party: PersonId, version: int = 1, case: Open | Ended = TALKED) -> SignAgreement:
    return SignAgreement(party=party, version=version, how=OwnWay.CODE_PIN, case=case, at=MONDAY)


def signed_before_mediator(
    party: PersonId,
    how: RecordedWay = RecordedWay.PAPER,
    by: PersonId = MEDIATOR_ID,
    case: Open | Ended = TALKED,
) -> RecordSignature:
    return RecordSignature(party=party, version=1, how=how, evidence=text(23), by=by, case=case, at=MONDAY)


def both_sign(case: Open | Ended = TALKED) -> tuple[SignAgreement, RecordSignature]:
    return signs(WORKSHOP_OWNER, case=case), signed_before_mediator(COWSHED_OWNER, case=case)


BOTH_SIGN = both_sign()
