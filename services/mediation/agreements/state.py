"""What `decide` has to remember of an agreement, and how each fact changes it."""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from services.mediation.agreements.facts import (
    AgreementDrafted,
    AgreementEvent,
    AgreementId,
    AgreementSigned,
    AgreementTookEffect,
    ConfirmationAccepted,
    ConfirmationDecided,
    ConfirmationExtended,
    ConfirmationFiled,
    ConfirmationJoined,
    ConfirmationLapsed,
    ConfirmationOverdue,
    ConfirmationStep,
    ConfirmationWarned,
    DefaultClimbed,
    DraftVoided,
    Duty,
    DutyDefaulted,
    DutyFellDue,
    DutyId,
    DutyPerformed,
    DutyWarned,
    PenaltyProcedureDue,
    Scope,
    WatchBegun,
)
from services.mediation.agreements.rules.effects import CONFIRMABLE
from services.mediation.agreements.rules.ladder import Rung
from services.mediation.agreements.rules.schedule import watched
from services.mediation.cases.facts import CaseId
from shared.contracts.codes import Channel, Effect, Product, State
from shared.kernel import CorruptHistory, PersonId, RequestId, TextRef, state


@state
class Undrafted:
    pass


@state
class Drafted:
    agreement_id: AgreementId
    case_id: CaseId
    request_id: RequestId
    version: int
    channel: Channel
    product: Product
    effect: Effect
    parties: tuple[PersonId, ...]
    terms: TextRef
    record: TextRef | None
    duties: tuple[Duty, ...]
    identity_relation: bool = False
    signed: frozenset[PersonId] = frozenset()

    @property
    def missing(self) -> frozenset[PersonId]:
        return frozenset(self.parties) - self.signed


@state
class Void:
    """The last version was never signed by all."""

    version: int


class Confirming(StrEnum):
    """How far the confirmation by a court has come."""

    NOT_ASKED = "not_asked"
    LAPSED = "lapsed"
    FILED = "filed"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


@state
class Confirmation:
    due: datetime | None = None
    joined: Mapping[PersonId, Scope] = field(default_factory=dict)
    at: Confirming = Confirming.NOT_ASKED
    scope: Scope = Scope.WHOLE
    warned: bool = False
    extended: bool = False
    acceptance_due: datetime | None = None
    decision_due: datetime | None = None
    overdue: frozenset[ConfirmationStep] = frozenset()


@state
class InEffect:
    """`duties` are the instalments, one by one: each is watched by itself."""

    agreement_id: AgreementId
    case_id: CaseId
    request_id: RequestId
    version: int
    channel: Channel
    effect: Effect
    parties: tuple[PersonId, ...]
    duties: tuple[Duty, ...]
    identity_relation: bool = False
    performed: frozenset[DutyId] = frozenset()
    defaulted: frozenset[DutyId] = frozenset()
    warned: frozenset[DutyId] = frozenset()
    fell_due: frozenset[DutyId] = frozenset()
    rungs: Mapping[DutyId, Rung] = field(default_factory=dict)
    penalty_due: bool = False
    watching: bool = False
    confirmation: Confirmation = field(default_factory=Confirmation)

    @property
    def watched(self) -> frozenset[DutyId]:
        return frozenset(duty.duty_id for duty in self.duties) - self.performed - self.defaulted


APPLICATION_TIME = timedelta(days=30)

AgreementState = Undrafted | Drafted | Void | InEffect

AFTER_CONFIRMING = {
    Confirming.FILED: State.CONFIRM_FILED,
    Confirming.ACCEPTED: State.CONFIRM_FILED,
    Confirming.CONFIRMED: State.CONFIRMED,
    Confirming.REFUSED: State.CONFIRM_REFUSED,
}


def stage(agreement: AgreementState) -> State | None:
    """The code of codes.yaml; None before the first draft."""
    match agreement:
        case Undrafted():
            return None
        case Drafted():
            return State.DRAFTED
        case Void():
            return State.VOID
        case InEffect() if agreement.defaulted - agreement.performed:
            return State.DEFAULTED
        case InEffect() if agreement.watched:
            return AFTER_CONFIRMING.get(agreement.confirmation.at, State.IN_EFFECT)
        case InEffect():
            return State.PERFORMED


DutyEvent = WatchBegun | DutyPerformed | DutyWarned | DutyFellDue | DutyDefaulted | DefaultClimbed | PenaltyProcedureDue
ConfirmationEvent = (
    ConfirmationJoined
    | ConfirmationWarned
    | ConfirmationLapsed
    | ConfirmationFiled
    | ConfirmationAccepted
    | ConfirmationExtended
    | ConfirmationOverdue
    | ConfirmationDecided
)


def evolve(state: AgreementState, event: AgreementEvent) -> AgreementState:
    match state, event:
        case ((Undrafted() | Void()), AgreementDrafted()):
            return _drafted(event)
        case Drafted(), (AgreementSigned() | DraftVoided() | AgreementTookEffect()):
            return _evolve_draft(state, event)
        case InEffect(), (
            WatchBegun()
            | DutyPerformed()
            | DutyWarned()
            | DutyFellDue()
            | DutyDefaulted()
            | DefaultClimbed()
            | PenaltyProcedureDue()
        ):
            return _evolve_duties(state, event)
        case InEffect(), (
            ConfirmationJoined()
            | ConfirmationWarned()
            | ConfirmationLapsed()
            | ConfirmationFiled()
            | ConfirmationAccepted()
            | ConfirmationExtended()
            | ConfirmationOverdue()
            | ConfirmationDecided()
        ):
            effect = event.effect if isinstance(event, ConfirmationDecided) else state.effect
            return replace(state, effect=effect, confirmation=_evolve_confirmation(state.confirmation, event))
        case _:
            raise CorruptHistory(f"{type(event).__name__} after {type(state).__name__}")


def _drafted(event: AgreementDrafted) -> Drafted:
    return Drafted(
        agreement_id=event.agreement_id,
        case_id=event.case_id,
        request_id=event.request_id,
        version=event.version,
        channel=event.channel,
        product=event.product,
        effect=event.effect,
        parties=event.parties,
        terms=event.terms,
        record=event.record,
        duties=event.duties,
        identity_relation=event.identity_relation,
    )


def _evolve_draft(draft: Drafted, event: AgreementSigned | DraftVoided | AgreementTookEffect) -> AgreementState:
    match event:
        case AgreementSigned():
            return replace(draft, signed=draft.signed | {event.party})
        case DraftVoided():
            return Void(event.version)
        case AgreementTookEffect():
            return InEffect(
                agreement_id=draft.agreement_id,
                case_id=draft.case_id,
                request_id=draft.request_id,
                version=draft.version,
                channel=draft.channel,
                effect=draft.effect,
                parties=draft.parties,
                duties=watched(draft.duties),
                identity_relation=draft.identity_relation,
                confirmation=Confirmation(due=_application_due(event)),
            )
        case _:
            assert_never(event)


def _application_due(event: AgreementTookEffect) -> datetime | None:
    """Where no calendar was at hand, the earliest possible end of the thirty days."""
    if event.effect not in CONFIRMABLE:
        return None
    return event.confirm_due or event.occurred_at + APPLICATION_TIME


def _evolve_duties(agreement: InEffect, event: DutyEvent) -> InEffect:
    match event:
        case WatchBegun():
            return replace(agreement, watching=True)
        case DutyPerformed():
            return replace(agreement, performed=agreement.performed | {event.duty_id})
        case DutyWarned():
            return replace(agreement, warned=agreement.warned | {event.duty_id})
        case DutyFellDue():
            return replace(agreement, fell_due=agreement.fell_due | {event.duty_id})
        case DutyDefaulted():
            return replace(agreement, defaulted=agreement.defaulted | {event.duty_id})
        case DefaultClimbed():
            return replace(agreement, rungs={**agreement.rungs, event.duty_id: event.rung})
        case PenaltyProcedureDue():
            return replace(agreement, penalty_due=True)
        case _:
            assert_never(event)


def _evolve_confirmation(confirmation: Confirmation, event: ConfirmationEvent) -> Confirmation:
    match event:
        case ConfirmationJoined():
            return replace(confirmation, joined={**confirmation.joined, event.party: event.scope})
        case ConfirmationWarned():
            return replace(confirmation, warned=True)
        case ConfirmationLapsed():
            return replace(confirmation, at=Confirming.LAPSED)
        case ConfirmationFiled():
            return replace(confirmation, at=Confirming.FILED, scope=event.scope, acceptance_due=event.acceptance_due)
        case ConfirmationAccepted():
            return replace(confirmation, at=Confirming.ACCEPTED, decision_due=event.decision_due)
        case ConfirmationExtended():
            return replace(confirmation, extended=True, decision_due=event.decision_due)
        case ConfirmationOverdue():
            return replace(confirmation, overdue=confirmation.overdue | {event.step})
        case ConfirmationDecided():
            return replace(confirmation, at=Confirming.CONFIRMED if event.confirmed else Confirming.REFUSED)
        case _:
            assert_never(event)
