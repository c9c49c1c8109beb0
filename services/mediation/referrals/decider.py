"""A party is referred to legal aid: applied for, decided in seven days, a lawyer assigned in three (R-25)."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import NewType, assert_never
from uuid import UUID

from services.mediation.cases.facts import CaseId
from shared.kernel import CorruptHistory, Decider, PersonId, Rejection, RequestId, TextRef, command, fact, state

ReferralId = NewType("ReferralId", UUID)


class AidStep(StrEnum):
    DECISION = "decision"
    ASSIGNMENT = "assignment"


class AidStanding(StrEnum):
    APPLIED = "applied"
    GRANTED = "granted"
    REFUSED = "refused"
    ASSIGNED = "assigned"


# ── facts ────────────────────────────────────────────────────────────────
@fact("legal_aid_applied")
class LegalAidApplied:
    referral_id: ReferralId
    case_id: CaseId
    request_id: RequestId
    applicant: PersonId
    need: TextRef
    """In the applicant's words; the aid body reads this and nothing of the other side."""
    decision_due: datetime
    occurred_at: datetime


@fact("legal_aid_decided")
class LegalAidDecided:
    referral_id: ReferralId
    case_id: CaseId
    request_id: RequestId
    granted: bool
    reason: TextRef | None
    assignment_due: datetime | None
    decided_by: PersonId
    applicant: PersonId | None = None
    """Who is told; unknown in facts of before."""
    occurred_at: datetime


@fact("lawyer_assigned")
class LawyerAssigned:
    referral_id: ReferralId
    case_id: CaseId
    request_id: RequestId
    lawyer: TextRef
    assigned_by: PersonId
    applicant: PersonId | None = None
    occurred_at: datetime


@fact("referral_overdue")
class ReferralOverdue:
    """The aid body is reminded (CL-062, CL-063)."""

    referral_id: ReferralId
    case_id: CaseId
    request_id: RequestId
    step: AidStep
    occurred_at: datetime


ReferralEvent = LegalAidApplied | LegalAidDecided | LawyerAssigned | ReferralOverdue


# ── wishes ───────────────────────────────────────────────────────────────
@command
class ApplyForAid:
    referral_id: ReferralId
    case_id: CaseId
    request_id: RequestId
    applicant: PersonId
    parties: tuple[PersonId, ...]
    need: TextRef
    decision_due: datetime
    """Seven days from now (CL-062)."""
    at: datetime


@command
class DecideAid:
    by: PersonId
    granted: bool
    reason: TextRef | None
    assignment_due: datetime
    """Three days from now (CL-063)."""
    at: datetime


@command
class AssignLawyer:
    by: PersonId
    lawyer: TextRef
    at: datetime


@command
class NoteAidDue:
    step: AidStep
    at: datetime


ReferralCommand = ApplyForAid | DecideAid | AssignLawyer | NoteAidDue


# ── states ───────────────────────────────────────────────────────────────
@state
class Unreferred:
    pass


@state
class Referred:
    referral_id: ReferralId
    case_id: CaseId
    request_id: RequestId
    applicant: PersonId
    need: TextRef
    standing: AidStanding
    decision_due: datetime
    assignment_due: datetime | None = None
    lawyer: TextRef | None = None
    overdue: frozenset[AidStep] = frozenset()


ReferralState = Unreferred | Referred


class ApplicantNotParty(Rejection):
    """A party is referred, nobody else."""

    rule = "R-25"


class AidRefusalWithoutReason(Rejection):
    """Who is refused learns why."""

    rule = "R-25"


class AidAlreadyDecided(Rejection):
    """The aid body has decided."""

    rule = "R-25"


class AidNotGranted(Rejection):
    """A lawyer is assigned once the aid is granted."""

    rule = "R-25"


class LawyerIsParty(Rejection):
    """Who decides or assigns is not a party."""

    rule = "R-15"


def evolve(state: ReferralState, event: ReferralEvent) -> ReferralState:
    match state, event:
        case Unreferred(), LegalAidApplied():
            return Referred(
                event.referral_id,
                event.case_id,
                event.request_id,
                event.applicant,
                event.need,
                AidStanding.APPLIED,
                event.decision_due,
            )
        case Referred(), LegalAidDecided():
            standing = AidStanding.GRANTED if event.granted else AidStanding.REFUSED
            return replace(state, standing=standing, assignment_due=event.assignment_due)
        case Referred(), LawyerAssigned():
            return replace(state, standing=AidStanding.ASSIGNED, lawyer=event.lawyer)
        case Referred(), ReferralOverdue():
            return replace(state, overdue=state.overdue | {event.step})
        case _:
            raise CorruptHistory(f"{type(event).__name__} after {type(state).__name__}")


def decide(command: ReferralCommand, state: ReferralState) -> tuple[ReferralEvent, ...]:
    match state:
        case Unreferred():
            if not isinstance(command, ApplyForAid):
                raise CorruptHistory(f"{type(command).__name__} before anybody was referred")
            return _apply(command)
        case Referred():
            return _go_on(command, state)


def _apply(command: ApplyForAid) -> tuple[ReferralEvent, ...]:
    """R-25: the aid body has seven days."""
    if command.applicant not in command.parties:
        raise ApplicantNotParty
    return (
        LegalAidApplied(
            referral_id=command.referral_id,
            case_id=command.case_id,
            request_id=command.request_id,
            applicant=command.applicant,
            need=command.need,
            decision_due=command.decision_due,
            occurred_at=command.at,
        ),
    )


def _go_on(command: ReferralCommand, referral: Referred) -> tuple[ReferralEvent, ...]:
    match command:
        case ApplyForAid():
            return ()
        case DecideAid():
            return _decide_aid(command, referral)
        case AssignLawyer():
            return _assign(command, referral)
        case NoteAidDue():
            return _note_due(command, referral)
        case _:
            assert_never(command)


def _decide_aid(command: DecideAid, referral: Referred) -> tuple[ReferralEvent, ...]:
    """R-25: three days more for the lawyer. R-15: nobody decides in the own cause."""
    if command.by == referral.applicant:
        raise LawyerIsParty
    if not command.granted and command.reason is None:
        raise AidRefusalWithoutReason
    wanted = AidStanding.GRANTED if command.granted else AidStanding.REFUSED
    if referral.standing is wanted:
        return ()
    if referral.standing is not AidStanding.APPLIED:
        raise AidAlreadyDecided
    return (
        LegalAidDecided(
            referral_id=referral.referral_id,
            case_id=referral.case_id,
            request_id=referral.request_id,
            granted=command.granted,
            reason=command.reason,
            assignment_due=command.assignment_due if command.granted else None,
            decided_by=command.by,
            applicant=referral.applicant,
            occurred_at=command.at,
        ),
    )


def _assign(command: AssignLawyer, referral: Referred) -> tuple[ReferralEvent, ...]:
    """R-25: once the aid is granted; another lawyer may follow. R-15: not by the applicant."""
    if command.by == referral.applicant:
        raise LawyerIsParty
    if referral.standing is AidStanding.ASSIGNED and referral.lawyer == command.lawyer:
        return ()
    if referral.standing not in (AidStanding.GRANTED, AidStanding.ASSIGNED):
        raise AidNotGranted
    return (
        LawyerAssigned(
            referral_id=referral.referral_id,
            case_id=referral.case_id,
            request_id=referral.request_id,
            lawyer=command.lawyer,
            assigned_by=command.by,
            applicant=referral.applicant,
            occurred_at=command.at,
        ),
    )


def _note_due(command: NoteAidDue, referral: Referred) -> tuple[ReferralEvent, ...]:
    waiting = {
        AidStanding.APPLIED: (AidStep.DECISION, referral.decision_due),
        AidStanding.GRANTED: (AidStep.ASSIGNMENT, referral.assignment_due),
    }
    step, due = waiting.get(referral.standing, (None, None))
    if step is not command.step or due is None or command.at < due or step in referral.overdue:
        return ()
    return (
        ReferralOverdue(
            referral_id=referral.referral_id,
            case_id=referral.case_id,
            request_id=referral.request_id,
            step=command.step,
            occurred_at=command.at,
        ),
    )


referral_decider: Decider[ReferralCommand, ReferralState, ReferralEvent] = Decider(Unreferred(), decide, evolve)
