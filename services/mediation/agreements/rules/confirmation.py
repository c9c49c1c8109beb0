"""Judicial confirmation: both sides together, within thirty days, never for a tie between persons (R-13, R-60)."""

from datetime import datetime

from services.mediation.agreements.commands import (
    AcceptConfirmation,
    DecideConfirmation,
    ExtendConfirmation,
    FileConfirmation,
    JoinConfirmation,
    NoteConfirmationDue,
    RecordJoining,
    WarnOfConfirmation,
)
from services.mediation.agreements.facts import (
    AgreementEvent,
    ConfirmationAccepted,
    ConfirmationDecided,
    ConfirmationExtended,
    ConfirmationFiled,
    ConfirmationJoined,
    ConfirmationLapsed,
    ConfirmationOverdue,
    ConfirmationStep,
    ConfirmationWarned,
    Scope,
)
from services.mediation.agreements.refusals import (
    AlreadyExtended,
    AlreadyFiled,
    ApplicationNotJoint,
    ConfirmationTooLate,
    CourtIsParty,
    HostDoesNotConfirm,
    IdentityRelationNotConfirmed,
    NoApplication,
    NotAcceptedYet,
    NotConfirmable,
    OnlyCourtsConfirm,
    OrdinaryContractNotConfirmed,
    RecorderIsParty,
    RefusalWithoutReason,
    SignerNotParty,
)
from services.mediation.agreements.rules.effects import CONFIRMABLE
from services.mediation.agreements.state import Confirming, InEffect
from services.mediation.cases.values import is_court
from services.mediation.channels.refusals import HasAnInterest
from shared.contracts.codes import Effect

BEFORE_THE_COURT = frozenset({Confirming.FILED, Confirming.ACCEPTED})


def join(command: JoinConfirmation | RecordJoining, agreement: InEffect) -> tuple[AgreementEvent, ...]:
    """R-15: no party writes down what the other one wants."""
    if command.party not in agreement.parties:
        raise SignerNotParty
    recorded = command if isinstance(command, RecordJoining) else None
    if recorded is not None and recorded.by in agreement.parties:
        raise RecorderIsParty
    _require_confirmable(agreement, command.scope, command.at)
    if agreement.confirmation.joined.get(command.party) is command.scope:
        return ()
    return (
        ConfirmationJoined(
            agreement_id=agreement.agreement_id,
            case_id=agreement.case_id,
            request_id=agreement.request_id,
            party=command.party,
            scope=command.scope,
            how=command.how,
            recorded_by=recorded.by if recorded else None,
            evidence=recorded.evidence if recorded else None,
            occurred_at=command.at,
        ),
    )


def file(command: FileConfirmation, agreement: InEffect) -> tuple[AgreementEvent, ...]:
    """R-13: one party alone does not apply."""
    if agreement.confirmation.at in BEFORE_THE_COURT and agreement.confirmation.scope is command.scope:
        return ()
    _require_confirmable(agreement, command.scope, command.at)
    joined = agreement.confirmation.joined
    if missing := tuple(party for party in agreement.parties if joined.get(party) is not command.scope):
        raise ApplicationNotJoint(missing=missing)
    return (
        ConfirmationFiled(
            agreement_id=agreement.agreement_id,
            case_id=agreement.case_id,
            request_id=agreement.request_id,
            scope=command.scope,
            acceptance_due=command.acceptance_due,
            occurred_at=command.at,
        ),
    )


def _require_confirmable(agreement: InEffect, scope: Scope, at: datetime) -> None:
    """R-13: the kind of paper, the tie between persons, the thirty days. R-60: an ordinary contract stays one."""
    if agreement.confirmation.at not in (Confirming.NOT_ASKED, Confirming.LAPSED):
        raise AlreadyFiled
    if agreement.effect is Effect.ORDINARY_CONTRACT:
        raise OrdinaryContractNotConfirmed
    if agreement.effect not in CONFIRMABLE:
        raise NotConfirmable
    if agreement.identity_relation and scope is Scope.WHOLE:
        raise IdentityRelationNotConfirmed
    due = agreement.confirmation.due
    if due is None or at > due or agreement.confirmation.at is Confirming.LAPSED:
        raise ConfirmationTooLate(due=due)


def accept(command: AcceptConfirmation, agreement: InEffect) -> tuple[AgreementEvent, ...]:
    """R-13: the court takes it, and has fifteen days from then."""
    _require_court(agreement, command)
    if agreement.confirmation.at is Confirming.ACCEPTED:
        return ()
    if agreement.confirmation.at is not Confirming.FILED:
        raise NoApplication
    return (
        ConfirmationAccepted(
            agreement_id=agreement.agreement_id,
            case_id=agreement.case_id,
            request_id=agreement.request_id,
            decision_due=command.decision_due,
            accepted_by=command.by.person,
            occurred_at=command.at,
        ),
    )


def extend(command: ExtendConfirmation, agreement: InEffect) -> tuple[AgreementEvent, ...]:
    """R-13: ten days more, once."""
    _require_court(agreement, command)
    if agreement.confirmation.at is not Confirming.ACCEPTED:
        raise NotAcceptedYet
    if agreement.confirmation.extended:
        raise AlreadyExtended
    return (
        ConfirmationExtended(
            agreement_id=agreement.agreement_id,
            case_id=agreement.case_id,
            request_id=agreement.request_id,
            decision_due=command.decision_due,
            occurred_at=command.at,
        ),
    )


def decide(command: DecideConfirmation, agreement: InEffect) -> tuple[AgreementEvent, ...]:
    """R-13: confirmed it is enforceable; refused it stays the contract that it was. Not accepting is refusing."""
    _require_court(agreement, command)
    if command.confirmed == (command.reason is not None):
        raise RefusalWithoutReason
    now = agreement.confirmation.at
    if now is (Confirming.CONFIRMED if command.confirmed else Confirming.REFUSED):
        return ()
    if now is Confirming.FILED and command.confirmed:
        raise NotAcceptedYet
    if now not in BEFORE_THE_COURT:
        raise NoApplication
    return (
        ConfirmationDecided(
            agreement_id=agreement.agreement_id,
            case_id=agreement.case_id,
            request_id=agreement.request_id,
            scope=agreement.confirmation.scope,
            confirmed=command.confirmed,
            effect=Effect.ENFORCEABLE if command.confirmed else agreement.effect,
            reason=command.reason,
            ruling=command.ruling,
            decided_by=command.by.person,
            occurred_at=command.at,
        ),
    )


def _require_court(agreement: InEffect, command: AcceptConfirmation | ExtendConfirmation | DecideConfirmation) -> None:
    """R-13: a court confirms. R-15: nobody decides in the own cause, nor on what he brought about himself."""
    if command.by.person in agreement.parties:
        raise CourtIsParty
    if command.by.person in command.hosts:
        raise HostDoesNotConfirm
    if not is_court(command.by.body):
        raise OnlyCourtsConfirm
    if command.by.conflicts:
        raise HasAnInterest(interest=command.by.conflicts[0].interest)


def warn(command: WarnOfConfirmation, agreement: InEffect) -> tuple[AgreementEvent, ...]:
    confirmation = agreement.confirmation
    if confirmation.at is not Confirming.NOT_ASKED or confirmation.warned or confirmation.due is None:
        return ()
    return (
        ConfirmationWarned(
            agreement_id=agreement.agreement_id,
            case_id=agreement.case_id,
            request_id=agreement.request_id,
            due=confirmation.due,
            occurred_at=command.at,
        ),
    )


def note_due(command: NoteConfirmationDue, agreement: InEffect) -> tuple[AgreementEvent, ...]:
    confirmation = agreement.confirmation
    match command.step, confirmation.at:
        case ConfirmationStep.APPLICATION, Confirming.NOT_ASKED:
            return _past(confirmation.due, command, agreement)
        case ConfirmationStep.ACCEPTANCE, Confirming.FILED:
            return _past(confirmation.acceptance_due, command, agreement)
        case ConfirmationStep.DECISION, Confirming.ACCEPTED:
            return _past(confirmation.decision_due, command, agreement)
        case _:
            return ()


def _past(due: datetime | None, command: NoteConfirmationDue, agreement: InEffect) -> tuple[AgreementEvent, ...]:
    if due is None or command.at < due or command.step in agreement.confirmation.overdue:
        return ()
    if command.step is ConfirmationStep.APPLICATION:
        return (
            ConfirmationLapsed(
                agreement_id=agreement.agreement_id,
                case_id=agreement.case_id,
                request_id=agreement.request_id,
                occurred_at=command.at,
            ),
        )
    return (
        ConfirmationOverdue(
            agreement_id=agreement.agreement_id,
            case_id=agreement.case_id,
            request_id=agreement.request_id,
            step=command.step,
            occurred_at=command.at,
        ),
    )
