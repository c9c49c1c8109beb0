"""An agreement from the first draft to the last duty. AGREED is not RESOLVED: what was promised is watched (R-04)."""

from datetime import datetime
from typing import assert_never

from services.mediation.agreements.commands import (
    AgreementCommand,
    BeginWatch,
    ConfirmDuty,
    DraftAgreement,
    NoteDutyDue,
    RecordPerformance,
    RecordSignature,
    SignAgreement,
    VoidDraft,
    WarnOfDuty,
)
from services.mediation.agreements.facts import (
    AgreementDrafted,
    AgreementEvent,
    AgreementSigned,
    AgreementTookEffect,
    DraftVoided,
    Duty,
    DutyDefaulted,
    DutyId,
    DutyPerformed,
    DutyWarned,
    WatchBegun,
)
from services.mediation.agreements.refusals import (
    AlreadyInEffect,
    CaseIsOver,
    NoDraft,
    NoSuchDuty,
    NotInEffect,
    OnlyReceiverConfirms,
    OralNeedsPaper,
    OtherVersion,
    RecorderIsParty,
    SignerNotParty,
)
from services.mediation.agreements.rules.drafting import require_draft
from services.mediation.agreements.rules.effects import EFFECT_OF, RUNG_AFTER, WITHOUT_PAPER
from services.mediation.agreements.state import AgreementState, Drafted, InEffect, Undrafted, Void, evolve
from services.mediation.cases.facts import RecordedWay, Way
from shared.kernel import Decider, PersonId, TextRef


def decide(command: AgreementCommand, state: AgreementState) -> tuple[AgreementEvent, ...]:
    match command:
        case DraftAgreement():
            return _draft(command, state)
        case SignAgreement():
            return _sign(state, command, command.how, None, None)
        case RecordSignature():
            return _record_signature(command, state)
        case VoidDraft():
            return _void(command.at, state) if isinstance(state, Drafted) else ()
        case BeginWatch():
            return _begin_watch(command, _require_in_effect(state))
        case ConfirmDuty():
            return _confirm(command, _require_in_effect(state))
        case RecordPerformance():
            return _record_performance(command, _require_in_effect(state))
        case WarnOfDuty():
            return _warn(command, state) if isinstance(state, InEffect) else ()
        case NoteDutyDue():
            return _note_due(command, state) if isinstance(state, InEffect) else ()
        case _:
            assert_never(command)


def _draft(command: DraftAgreement, state: AgreementState) -> tuple[AgreementEvent, ...]:
    if isinstance(state, InEffect):
        raise AlreadyInEffect
    if isinstance(state, Drafted) and _same(command, state):
        return ()
    require_draft(command)
    before = 0 if isinstance(state, Undrafted) else state.version
    drafted = AgreementDrafted(
        agreement_id=command.agreement_id,
        case_id=command.case_id,
        request_id=command.request_id,
        version=before + 1,
        channel=command.channel,
        product=command.product,
        effect=EFFECT_OF[command.product],
        parties=command.parties,
        terms=command.terms,
        record=command.record,
        duties=command.duties,
        occurred_at=command.at,
    )
    voided = _void(command.at, state) if isinstance(state, Drafted) else ()
    return (*voided, drafted)


def _same(command: DraftAgreement, draft: Drafted) -> bool:
    return (command.product, command.terms, command.record, command.duties, command.parties) == (
        draft.product,
        draft.terms,
        draft.record,
        draft.duties,
        draft.parties,
    )


def _void(at: datetime, draft: Drafted) -> tuple[AgreementEvent, ...]:
    return (
        DraftVoided(
            agreement_id=draft.agreement_id,
            case_id=draft.case_id,
            request_id=draft.request_id,
            version=draft.version,
            occurred_at=at,
        ),
    )


def _record_signature(command: RecordSignature, state: AgreementState) -> tuple[AgreementEvent, ...]:
    if isinstance(state, Drafted):
        if command.by in state.parties:
            raise RecorderIsParty
        if command.how is not RecordedWay.PAPER and state.product not in WITHOUT_PAPER:
            raise OralNeedsPaper
    return _sign(state, command, command.how, command.by, command.evidence)


def _sign(
    state: AgreementState,
    command: SignAgreement | RecordSignature,
    how: Way,
    recorded_by: PersonId | None,
    evidence: TextRef | None,
) -> tuple[AgreementEvent, ...]:
    match state:
        case InEffect() if command.version == state.version and command.party in state.parties:
            return ()
        case InEffect():
            raise AlreadyInEffect
        case Undrafted() | Void():
            raise NoDraft
        case Drafted():
            pass
    if command.party not in state.parties:
        raise SignerNotParty
    if command.version != state.version:
        raise OtherVersion(current=state.version)
    if command.party in state.signed:
        return ()
    if not command.case_open:
        raise CaseIsOver
    signed = AgreementSigned(
        agreement_id=state.agreement_id,
        case_id=state.case_id,
        request_id=state.request_id,
        version=state.version,
        party=command.party,
        how=how,
        recorded_by=recorded_by,
        evidence=evidence,
        occurred_at=command.at,
    )
    if state.missing != {command.party}:
        return (signed,)
    return (signed, _took_effect(state, command.at))


def _took_effect(draft: Drafted, at: datetime) -> AgreementTookEffect:
    return AgreementTookEffect(
        agreement_id=draft.agreement_id,
        case_id=draft.case_id,
        request_id=draft.request_id,
        version=draft.version,
        product=draft.product,
        effect=draft.effect,
        duties=draft.duties,
        occurred_at=at,
    )


def _require_in_effect(state: AgreementState) -> InEffect:
    if not isinstance(state, InEffect):
        raise NotInEffect
    return state


def _begin_watch(command: BeginWatch, agreement: InEffect) -> tuple[AgreementEvent, ...]:
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


def _duty(agreement: InEffect, duty_id: DutyId) -> Duty:
    for duty in agreement.duties:
        if duty.duty_id == duty_id:
            return duty
    raise NoSuchDuty


def _confirm(command: ConfirmDuty, agreement: InEffect) -> tuple[AgreementEvent, ...]:
    if command.party != _duty(agreement, command.duty_id).to:
        raise OnlyReceiverConfirms
    return _performed(agreement, command.duty_id, command.party, None, command.at)


def _record_performance(command: RecordPerformance, agreement: InEffect) -> tuple[AgreementEvent, ...]:
    _duty(agreement, command.duty_id)
    if command.by in agreement.parties:
        raise RecorderIsParty
    return _performed(agreement, command.duty_id, command.by, command.proof, command.at)


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


def _warn(command: WarnOfDuty, agreement: InEffect) -> tuple[AgreementEvent, ...]:
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


def _note_due(command: NoteDutyDue, agreement: InEffect) -> tuple[AgreementEvent, ...]:
    duty = _duty(agreement, command.duty_id)
    if duty.duty_id not in agreement.watched or duty.lapses_at is None or command.at < duty.lapses_at:
        return ()
    return (
        DutyDefaulted(
            agreement_id=agreement.agreement_id,
            case_id=agreement.case_id,
            request_id=agreement.request_id,
            duty_id=duty.duty_id,
            due=duty.lapses_at,
            next_rung=RUNG_AFTER[agreement.effect],
            still_watched=len(agreement.watched - {duty.duty_id}),
            occurred_at=command.at,
        ),
    )


agreement_decider: Decider[AgreementCommand, AgreementState, AgreementEvent] = Decider(Undrafted(), decide, evolve)
