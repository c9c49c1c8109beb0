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
    ConfirmationAccepted,
    ConfirmationDecided,
    ConfirmationExtended,
    ConfirmationFiled,
    ConfirmationJoined,
    DefaultClimbed,
    Duty,
    DutyDefaulted,
    DutyFellDue,
    DutyPerformed,
    PenaltyProcedureDue,
)
from services.mediation.agreements.rules.schedule import watched
from services.mediation.agreements.state import Confirming, InEffect, stage
from shared.kernel import NotFound, PersonId


class GoodsFile(BaseModel):
    item: str | None
    count: int
    unit: str


class DutyFile(BaseModel):
    duty_id: UUID
    kind: str
    by: PersonId
    to: PersonId
    amount_fen: int | None
    what_item: UUID | None
    what: str | None = None
    goods: GoodsFile | None = None
    due: date | None
    lapses_at: datetime | None
    series: UUID | None = None
    place: int = 1
    """Which instalment of `times`."""
    times: int = 1
    every: str | None = None
    state: str = "open"
    performed_at: datetime | None = None
    proof_item: UUID | None = None
    defaulted_at: datetime | None = None
    next_rung: str | None = None
    rung: str | None = None
    """Who has taken the missed duty up, on the ladder PLACE."""


class SignatureFile(BaseModel):
    party: PersonId
    signed: bool = False
    how: str | None = None
    recorded_by: PersonId | None = None
    at: datetime | None = None


class ConfirmationFile(BaseModel):
    """How far the judicial confirmation has come; `due` is the end of the joint application."""

    state: str = str(Confirming.NOT_ASKED)
    due: datetime | None = None
    scope: str | None = None
    joined: dict[UUID, str] = {}
    filed_at: datetime | None = None
    acceptance_due: datetime | None = None
    decision_due: datetime | None = None
    decided_at: datetime | None = None
    reason: str | None = None


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
    identity_relation: bool = False
    confirmation: ConfirmationFile | None = None
    penalty_due: datetime | None = None
    """End of the penalty procedure that goes on, because the agreement was not performed (R-04)."""
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
    now = agreement_decider.fold(events)
    file.state, file.version = str(stage(now)), len(events)
    if isinstance(now, InEffect):
        file.effect = now.effect
        if now.confirmation.due is not None and file.confirmation is not None:
            file.confirmation.due, file.confirmation.state = now.confirmation.due, str(now.confirmation.at)
        else:
            file.confirmation = None
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
        duties=[_duty(duty) for duty in watched(event.duties)],
        identity_relation=event.identity_relation,
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
        goods=GoodsFile(item=duty.goods.item, count=duty.goods.count, unit=duty.goods.unit) if duty.goods else None,
        due=duty.due,
        lapses_at=duty.lapses_at,
        series=duty.series,
        place=duty.place,
        times=duty.schedule.times if duty.schedule else 1,
        every=duty.schedule.every if duty.schedule else None,
    )


def _apply(file: AgreementFile, event: AgreementEvent) -> None:
    match event:
        case AgreementSigned():
            signature = next(each for each in file.signatures if each.party == event.party)
            signature.signed, signature.how, signature.at = True, event.how, event.occurred_at
            signature.recorded_by = event.recorded_by
        case AgreementTookEffect():
            file.in_effect_at, file.confirmation = event.occurred_at, ConfirmationFile()
        case PenaltyProcedureDue():
            file.penalty_due = event.due
        case DutyPerformed() | DutyFellDue() | DutyDefaulted() | DefaultClimbed():
            _apply_duty(_find(file, event.duty_id), event)
        case _ if file.confirmation is not None:
            _apply_confirmation(file.confirmation, event)
        case _:
            pass


def _apply_duty(duty: DutyFile, event: DutyPerformed | DutyFellDue | DutyDefaulted | DefaultClimbed) -> None:
    match event:
        case DutyPerformed():
            duty.state, duty.performed_at = "performed", event.occurred_at
            duty.proof_item = event.proof.item if event.proof else None
        case DutyFellDue():
            duty.state = "due"
        case DutyDefaulted():
            duty.state, duty.defaulted_at, duty.next_rung = "defaulted", event.occurred_at, event.next_rung
        case DefaultClimbed():
            duty.rung = event.rung


def _apply_confirmation(confirmation: ConfirmationFile, event: AgreementEvent) -> None:
    match event:
        case ConfirmationJoined():
            confirmation.joined = {**confirmation.joined, event.party: str(event.scope)}
        case ConfirmationFiled():
            confirmation.scope, confirmation.filed_at = event.scope, event.occurred_at
            confirmation.acceptance_due = event.acceptance_due
        case ConfirmationAccepted() | ConfirmationExtended():
            confirmation.decision_due = event.decision_due
        case ConfirmationDecided():
            confirmation.decided_at, confirmation.reason = event.occurred_at, event.reason
        case _:
            pass


def _find(file: AgreementFile, duty_id: UUID) -> DutyFile:
    return next(each for each in file.duties if each.duty_id == duty_id)
