"""One agreement as its readers see it, folded from its history."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from services.mediation.agreements.decider import agreement_decider
from services.mediation.agreements.facts import (
    AgreementDrafted,
    AgreementEvent,
    AgreementSigned,
    AgreementTookEffect,
    Duty,
    DutyDefaulted,
    DutyPerformed,
)
from services.mediation.agreements.state import stage
from shared.kernel import NotFound, PersonId


class DutyFile(BaseModel):
    duty_id: UUID
    kind: str
    by: PersonId
    to: PersonId
    amount_fen: int | None
    what_item: UUID | None
    what: str | None = None
    due: date | None
    lapses_at: datetime | None
    state: str = "open"
    performed_at: datetime | None = None
    defaulted_at: datetime | None = None
    next_rung: str | None = None


class SignatureFile(BaseModel):
    party: PersonId
    signed: bool = False
    how: str | None = None
    recorded_by: PersonId | None = None
    at: datetime | None = None


class AgreementFile(BaseModel):
    """`terms` and `what` are filled in for readers of one agreement only."""

    agreement_id: UUID
    case_id: UUID
    request_id: UUID
    draft: int
    """Which version of the text this is; the one that is signed."""
    state: str
    product: str
    effect: str
    terms_item: UUID
    terms: str | None = None
    signatures: list[SignatureFile]
    duties: list[DutyFile]
    drafted_at: datetime
    in_effect_at: datetime | None = None
    version: int


def read_agreement(history: Iterable[AgreementEvent]) -> AgreementFile:
    """The last version that was drafted. Raises NotFound where there is none."""
    events = tuple(history)
    file: AgreementFile | None = None
    for event in events:
        match event, file:
            case AgreementDrafted(), _:
                file = _drafted(event)
            case _, AgreementFile():
                _apply(file, event)
            case _:
                pass
    if file is None:
        raise NotFound("agreement")
    file.state, file.version = str(stage(agreement_decider.fold(events))), len(events)
    return file


def _drafted(event: AgreementDrafted) -> AgreementFile:
    return AgreementFile(
        agreement_id=event.agreement_id,
        case_id=event.case_id,
        request_id=event.request_id,
        draft=event.version,
        state="",
        product=event.product,
        effect=event.effect,
        terms_item=event.terms.item,
        signatures=[SignatureFile(party=party) for party in event.parties],
        duties=[_duty(duty) for duty in event.duties],
        drafted_at=event.occurred_at,
        version=0,
    )


def _duty(duty: Duty) -> DutyFile:
    return DutyFile(
        duty_id=duty.duty_id,
        kind=duty.kind,
        by=duty.by,
        to=duty.to,
        amount_fen=duty.amount_fen,
        what_item=duty.what.item if duty.what else None,
        due=duty.due,
        lapses_at=duty.lapses_at,
    )


def _apply(file: AgreementFile, event: AgreementEvent) -> None:
    match event:
        case AgreementSigned():
            signature = next(each for each in file.signatures if each.party == event.party)
            signature.signed, signature.how, signature.at = True, event.how, event.occurred_at
            signature.recorded_by = event.recorded_by
        case AgreementTookEffect():
            file.in_effect_at = event.occurred_at
        case DutyPerformed():
            duty = _find(file, event.duty_id)
            duty.state, duty.performed_at = "performed", event.occurred_at
        case DutyDefaulted():
            duty = _find(file, event.duty_id)
            duty.state, duty.defaulted_at, duty.next_rung = "defaulted", event.occurred_at, event.next_rung
        case _:
            pass


def _find(file: AgreementFile, duty_id: UUID) -> DutyFile:
    return next(each for each in file.duties if each.duty_id == duty_id)
