"""What `decide` has to remember of an agreement, and how each fact changes it."""

from dataclasses import replace
from typing import assert_never

from services.mediation.agreements.facts import (
    AgreementDrafted,
    AgreementEvent,
    AgreementId,
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
from services.mediation.cases.facts import CaseId
from shared.contracts.codes import Effect, Product, State
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
    product: Product
    effect: Effect
    parties: tuple[PersonId, ...]
    terms: TextRef
    record: TextRef | None
    duties: tuple[Duty, ...]
    signed: frozenset[PersonId] = frozenset()

    @property
    def missing(self) -> frozenset[PersonId]:
        return frozenset(self.parties) - self.signed


@state
class Void:
    """The last version was never signed by all."""

    version: int


@state
class InEffect:
    agreement_id: AgreementId
    case_id: CaseId
    request_id: RequestId
    version: int
    effect: Effect
    parties: tuple[PersonId, ...]
    duties: tuple[Duty, ...]
    performed: frozenset[DutyId] = frozenset()
    defaulted: frozenset[DutyId] = frozenset()
    warned: frozenset[DutyId] = frozenset()
    watching: bool = False

    @property
    def watched(self) -> frozenset[DutyId]:
        return frozenset(duty.duty_id for duty in self.duties) - self.performed - self.defaulted


AgreementState = Undrafted | Drafted | Void | InEffect


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
            return State.IN_EFFECT
        case InEffect():
            return State.PERFORMED


def evolve(state: AgreementState, event: AgreementEvent) -> AgreementState:
    match state, event:
        case ((Undrafted() | Void()), AgreementDrafted()):
            return _drafted(event)
        case Drafted(), (AgreementSigned() | DraftVoided() | AgreementTookEffect()):
            return _evolve_draft(state, event)
        case InEffect(), (WatchBegun() | DutyPerformed() | DutyWarned() | DutyDefaulted()):
            return _evolve_duties(state, event)
        case _:
            raise CorruptHistory(f"{type(event).__name__} after {type(state).__name__}")


def _drafted(event: AgreementDrafted) -> Drafted:
    return Drafted(
        agreement_id=event.agreement_id,
        case_id=event.case_id,
        request_id=event.request_id,
        version=event.version,
        product=event.product,
        effect=event.effect,
        parties=event.parties,
        terms=event.terms,
        record=event.record,
        duties=event.duties,
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
                effect=draft.effect,
                parties=draft.parties,
                duties=draft.duties,
            )
        case _:
            assert_never(event)


def _evolve_duties(agreement: InEffect, event: WatchBegun | DutyPerformed | DutyWarned | DutyDefaulted) -> InEffect:
    match event:
        case WatchBegun():
            return replace(agreement, watching=True)
        case DutyPerformed():
            return replace(agreement, performed=agreement.performed | {event.duty_id})
        case DutyWarned():
            return replace(agreement, warned=agreement.warned | {event.duty_id})
        case DutyDefaulted():
            return replace(agreement, defaulted=agreement.defaulted | {event.duty_id})
        case _:
            assert_never(event)
