"""An agreement from the first draft to the last duty. AGREED is not RESOLVED: what was promised is watched (R-04).

Drafting and signing stand here; what follows stands by topic in `rules/`.
"""

from datetime import datetime
from typing import assert_never

from services.mediation.agreements.commands import (
    AcceptConfirmation,
    AgreementCommand,
    BeginWatch,
    ClimbLadder,
    ConfirmationCommand,
    ConfirmationTimer,
    ConfirmDuty,
    DecideConfirmation,
    DraftAgreement,
    DutyCommand,
    DutyTimer,
    ExtendConfirmation,
    FileConfirmation,
    JoinConfirmation,
    NoteConfirmationDue,
    NoteDutyDue,
    NoteDutyToday,
    RecordJoining,
    RecordPerformance,
    RecordSignature,
    SignAgreement,
    VoidDraft,
    WarnOfConfirmation,
    WarnOfDuty,
)
from services.mediation.agreements.facts import (
    AgreementDrafted,
    AgreementEvent,
    AgreementSigned,
    AgreementTookEffect,
    DraftVoided,
)
from services.mediation.agreements.refusals import (
    AlreadyInEffect,
    NoDraft,
    NotInEffect,
    OralNeedsPaper,
    OtherVersion,
    RecorderIsParty,
    SignerNotParty,
)
from services.mediation.agreements.rules import confirmation, duties
from services.mediation.agreements.rules.drafting import require_draft, require_signable
from services.mediation.agreements.rules.effects import CONFIRMABLE, EFFECT_OF, WITHOUT_PAPER
from services.mediation.agreements.state import AgreementState, Drafted, InEffect, Undrafted, Void, evolve
from services.mediation.cases.facts import RecordedWay, Way
from services.mediation.cases.state import Open
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
        case BeginWatch() | ConfirmDuty() | RecordPerformance():
            return _on_duty(command, _require_in_effect(state))
        case WarnOfDuty() | NoteDutyToday() | NoteDutyDue() | ClimbLadder():
            return _duty_timer(command, state) if isinstance(state, InEffect) else ()
        case WarnOfConfirmation() | NoteConfirmationDue():
            return _confirmation_timer(command, state) if isinstance(state, InEffect) else ()
        case _:
            return _on_confirmation(command, _require_in_effect(state))


def _on_duty(command: DutyCommand, agreement: InEffect) -> tuple[AgreementEvent, ...]:
    match command:
        case BeginWatch():
            return duties.begin_watch(command, agreement)
        case ConfirmDuty():
            return duties.confirm(command, agreement)
        case RecordPerformance():
            return duties.record_performance(command, agreement)
        case _:
            assert_never(command)


def _duty_timer(command: DutyTimer, agreement: InEffect) -> tuple[AgreementEvent, ...]:
    match command:
        case WarnOfDuty():
            return duties.warn(command, agreement)
        case NoteDutyToday():
            return duties.fall_due(command, agreement)
        case NoteDutyDue():
            return duties.default(command, agreement)
        case ClimbLadder():
            return duties.climb(command, agreement)
        case _:
            assert_never(command)


def _on_confirmation(command: ConfirmationCommand, agreement: InEffect) -> tuple[AgreementEvent, ...]:
    match command:
        case JoinConfirmation() | RecordJoining():
            return confirmation.join(command, agreement)
        case FileConfirmation():
            return confirmation.file(command, agreement)
        case AcceptConfirmation():
            return confirmation.accept(command, agreement)
        case ExtendConfirmation():
            return confirmation.extend(command, agreement)
        case DecideConfirmation():
            return confirmation.decide(command, agreement)
        case _:
            assert_never(command)


def _confirmation_timer(command: ConfirmationTimer, agreement: InEffect) -> tuple[AgreementEvent, ...]:
    match command:
        case WarnOfConfirmation():
            return confirmation.warn(command, agreement)
        case NoteConfirmationDue():
            return confirmation.note_due(command, agreement)
        case _:
            assert_never(command)


def _draft(command: DraftAgreement, state: AgreementState) -> tuple[AgreementEvent, ...]:
    if isinstance(state, InEffect):
        raise AlreadyInEffect
    case = require_draft(command)
    if isinstance(state, Drafted) and _same(command, case, state):
        return ()
    before = 0 if isinstance(state, Undrafted) else state.version
    drafted = AgreementDrafted(
        agreement_id=command.agreement_id,
        case_id=command.case_id,
        request_id=command.request_id,
        version=before + 1,
        channel=case.channel,
        product=command.product,
        effect=EFFECT_OF[command.product],
        parties=case.parties,
        terms=command.terms,
        record=command.record,
        duties=command.duties,
        identity_relation=command.identity_relation,
        occurred_at=command.at,
    )
    voided = _void(command.at, state) if isinstance(state, Drafted) else ()
    return (*voided, drafted)


def _same(command: DraftAgreement, case: Open, draft: Drafted) -> bool:
    same = (command.product, command.terms, command.record, command.duties, case.parties)
    return same == (draft.product, draft.terms, draft.record, draft.duties, draft.parties) and (
        command.identity_relation == draft.identity_relation
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
    """R-04: a written agreement is signed. R-15: who writes a signature down stands outside the dispute."""
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
    require_signable(state, command.case, quietly=recorded_by is None)
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
    return (signed, _took_effect(state, command.confirm_due, command.at))


def _took_effect(draft: Drafted, confirm_due: datetime | None, at: datetime) -> AgreementTookEffect:
    """R-13: from here thirty days run, for what a court confirms."""
    return AgreementTookEffect(
        agreement_id=draft.agreement_id,
        case_id=draft.case_id,
        request_id=draft.request_id,
        version=draft.version,
        product=draft.product,
        effect=draft.effect,
        duties=draft.duties,
        terms=draft.terms,
        parties=draft.parties,
        confirm_due=confirm_due if draft.effect in CONFIRMABLE else None,
        occurred_at=at,
    )


def _require_in_effect(state: AgreementState) -> InEffect:
    if not isinstance(state, InEffect):
        raise NotInEffect
    return state


agreement_decider: Decider[AgreementCommand, AgreementState, AgreementEvent] = Decider(Undrafted(), decide, evolve)
