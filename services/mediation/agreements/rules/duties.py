"""What was promised is watched to its end: warned of, due, performed, or missed and taken up (R-04, CL-024)."""

from datetime import datetime, timedelta

from services.mediation.agreements.commands import (
    BeginWatch,
    ClimbLadder,
    ConfirmDuty,
    NoteDutyDue,
    NoteDutyToday,
    RecordPerformance,
    WarnOfDuty,
)
from services.mediation.agreements.facts import (
    AgreementEvent,
    DefaultClimbed,
    Duty,
    DutyDefaulted,
    DutyFellDue,
    DutyId,
    DutyPerformed,
    DutyWarned,
    PenaltyProcedureDue,
    WatchBegun,
)
from services.mediation.agreements.refusals import NoSuchDuty, OnlyReceiverConfirms, RecorderIsParty
from services.mediation.agreements.rules.effects import RUNG_AFTER
from services.mediation.agreements.rules.ladder import LADDER, STAY, Rung, first_rung, rung_above
from services.mediation.agreements.state import InEffect
from shared.contracts.codes import Effect
from shared.kernel import PersonId, TextRef

PENALTY_DAYS = timedelta(days=30)


def begin_watch(command: BeginWatch, agreement: InEffect) -> tuple[AgreementEvent, ...]:
    if agreement.watching:
        return ()
    return (
        WatchBegun(
            agreement_id=agreement.agreement_id,
            case_id=agreement.case_id,
            request_id=agreement.request_id,
            watched=len(agreement.watched),
            occurred_at=command.at,
        ),
    )


def confirm(command: ConfirmDuty, agreement: InEffect) -> tuple[AgreementEvent, ...]:
    if command.party != _duty(agreement, command.duty_id).to:
        raise OnlyReceiverConfirms
    return _performed(agreement, command.duty_id, command.party, None, command.at)


def record_performance(command: RecordPerformance, agreement: InEffect) -> tuple[AgreementEvent, ...]:
    """R-15: who writes it down stands outside the dispute."""
    _duty(agreement, command.duty_id)
    if command.by in agreement.parties:
        raise RecorderIsParty
    return _performed(agreement, command.duty_id, command.by, command.proof, command.at)


def warn(command: WarnOfDuty, agreement: InEffect) -> tuple[AgreementEvent, ...]:
    duty = _duty(agreement, command.duty_id)
    if duty.duty_id not in agreement.watched or duty.duty_id in agreement.warned or duty.lapses_at is None:
        return ()
    return (
        DutyWarned(
            agreement_id=agreement.agreement_id,
            case_id=agreement.case_id,
            request_id=agreement.request_id,
            duty_id=duty.duty_id,
            due=duty.lapses_at,
            occurred_at=command.at,
        ),
    )


def fall_due(command: NoteDutyToday, agreement: InEffect) -> tuple[AgreementEvent, ...]:
    duty = _duty(agreement, command.duty_id)
    if duty.duty_id not in agreement.watched or duty.duty_id in agreement.fell_due or duty.lapses_at is None:
        return ()
    return (
        DutyFellDue(
            agreement_id=agreement.agreement_id,
            case_id=agreement.case_id,
            request_id=agreement.request_id,
            duty_id=duty.duty_id,
            due=duty.lapses_at,
            occurred_at=command.at,
        ),
    )


def default(command: NoteDutyDue, agreement: InEffect) -> tuple[AgreementEvent, ...]:
    """R-04: what was not performed leads back to the penalty procedure, or to the court. The ladder begins."""
    duty = _duty(agreement, command.duty_id)
    if duty.duty_id not in agreement.watched or duty.lapses_at is None or command.at < duty.lapses_at:
        return ()
    defaulted = DutyDefaulted(
        agreement_id=agreement.agreement_id,
        case_id=agreement.case_id,
        request_id=agreement.request_id,
        duty_id=duty.duty_id,
        due=duty.lapses_at,
        next_rung=RUNG_AFTER[agreement.effect],
        still_watched=len(agreement.watched - {duty.duty_id}),
        occurred_at=command.at,
    )
    first = _climbed(agreement, duty.duty_id, first_rung(agreement.channel, agreement.effect), command.at)
    return (defaulted, first, *_penalty(command, agreement))


def _penalty(command: NoteDutyDue, agreement: InEffect) -> tuple[PenaltyProcedureDue, ...]:
    """Once for an agreement: the penalty question is one, however many instalments are missed."""
    if agreement.effect is not Effect.ENDS_PENALTY or agreement.penalty_due:
        return ()
    return (
        PenaltyProcedureDue(
            agreement_id=agreement.agreement_id,
            case_id=agreement.case_id,
            request_id=agreement.request_id,
            duty_id=command.duty_id,
            due=command.penalty_due or command.at + PENALTY_DAYS,
            occurred_at=command.at,
        ),
    )


def climb(command: ClimbLadder, agreement: InEffect) -> tuple[AgreementEvent, ...]:
    """One rung at a time, and none once the duty was performed."""
    now = agreement.rungs.get(command.duty_id)
    if now is None or command.duty_id in agreement.performed or (above := rung_above(now)) is None:
        return ()
    return (_climbed(agreement, command.duty_id, above, command.at),)


def _climbed(agreement: InEffect, duty_id: DutyId, rung: Rung, at: datetime) -> DefaultClimbed:
    return DefaultClimbed(
        agreement_id=agreement.agreement_id,
        case_id=agreement.case_id,
        request_id=agreement.request_id,
        duty_id=duty_id,
        ladder=LADDER,
        rung=rung,
        next_at=at + STAY if rung_above(rung) else None,
        occurred_at=at,
    )


def _duty(agreement: InEffect, duty_id: DutyId) -> Duty:
    for duty in agreement.duties:
        if duty.duty_id == duty_id:
            return duty
    raise NoSuchDuty


def _performed(
    agreement: InEffect, duty_id: DutyId, confirmed_by: PersonId, proof: TextRef | None, at: datetime
) -> tuple[AgreementEvent, ...]:
    """A duty that was missed can still be performed; late is better than never."""
    if duty_id in agreement.performed:
        return ()
    return (
        DutyPerformed(
            agreement_id=agreement.agreement_id,
            case_id=agreement.case_id,
            request_id=agreement.request_id,
            duty_id=duty_id,
            confirmed_by=confirmed_by,
            proof=proof,
            still_watched=len(agreement.watched - {duty_id}),
            occurred_at=at,
        ),
    )
