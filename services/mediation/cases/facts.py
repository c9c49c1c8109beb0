"""What can happen in a dispute case, and the words used in it."""

from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from shared.contracts.codes import Category, Channel, Flag, Gate, Outcome, OutcomeDetail, ReasonCode, SessionKind
from shared.kernel import PersonId, RequestId, RuleId, TextRef, UnitCode, fact, value

CaseId = NewType("CaseId", UUID)
SessionId = NewType("SessionId", UUID)
InvitationId = NewType("InvitationId", UUID)


class OwnWay(StrEnum):
    """How a party itself says something that binds it."""

    SIGNED_IN = "signed_in"
    CODE_PIN = "code_pin"


class RecordedWay(StrEnum):
    """How a party said it when somebody else writes it down; the evidence lies in the vault."""

    PAPER = "paper"
    ORAL_RECORDED = "oral_recorded"
    PHONE_RECORDED = "phone_recorded"


Way = OwnWay | RecordedWay


class OtherWay(StrEnum):
    """Where a party can turn instead of mediation (R-01, R-10)."""

    PEOPLES_COMMITTEE = "peoples_committee"
    SUIT = "suit"
    ARBITRATION = "arbitration"
    LEGAL_AID = "legal_aid"
    PENALTY_PROCEDURE = "penalty_procedure"


class Ground(StrEnum):
    """Why a case ends without a settlement. The first five exclude police mediation (R-02)."""

    HIRED_OFFENDER = "hired_offender"
    GANG_FIGHT = "gang_fight"
    REPEATED_VIOLATIONS = "repeated_violations"
    NEW_VIOLATION = "new_violation"
    FLIGHT = "flight"
    CRIME_FOUND = "crime_found"
    VIOLATION_FOUND = "violation_found"
    NOT_SETTLED = "not_settled"
    PARTY_ABSENT = "party_absent"


class SessionResult(StrEnum):
    CONTINUE = "continue"
    AGREED = "agreed"
    NOT_AGREED = "not_agreed"


class Guardianship(StrEnum):
    """R-06: the guardian is there, or the minor of sixteen lives by own wages and agreed to do without."""

    PRESENT = "present"
    EXEMPT = "exempt"


@value
class GateResult:
    gate: Gate
    result: RuleId


@value
class LongerAgreed:
    party: PersonId
    evidence: TextRef


@fact("handling_offered")
class HandlingOffered:
    case_id: CaseId
    request_id: RequestId
    attempt: int
    channel: Channel
    category: Category
    flags: tuple[Flag, ...]
    unit: UnitCode
    owner: PersonId | None
    deputy: PersonId | None
    excluded: tuple[PersonId, ...]
    parties: tuple[PersonId, ...]
    gates: tuple[GateResult, ...]
    narrative: TextRef
    occurred_at: datetime


@fact("case_not_opened")
class CaseNotOpened:
    """A rule forbade the channel; routing decides anew."""

    case_id: CaseId
    request_id: RequestId
    attempt: int
    reason: ReasonCode
    rule: RuleId
    occurred_at: datetime


@fact("handling_signed")
class HandlingSigned:
    case_id: CaseId
    request_id: RequestId
    attempt: int
    unit: UnitCode
    owner: PersonId
    occurred_at: datetime


@fact("case_opened")
class CaseOpened:
    case_id: CaseId
    request_id: RequestId
    channel: Channel
    parties: tuple[PersonId, ...]
    consent_due: datetime
    mediation_due: datetime
    occurred_at: datetime


@fact("first_response")
class FirstResponded:
    case_id: CaseId
    request_id: RequestId
    occurred_at: datetime


@fact("handling_started")
class HandlingStarted:
    case_id: CaseId
    request_id: RequestId
    occurred_at: datetime


@fact("notice_given")
class NoticeGiven:
    case_id: CaseId
    request_id: RequestId
    ways: tuple[OtherWay, ...]
    rule: RuleId
    occurred_at: datetime


@fact("party_joined")
class PartyJoined:
    case_id: CaseId
    request_id: RequestId
    party: PersonId
    occurred_at: datetime


@fact("party_invited")
class PartyInvited:
    """A code and a PIN were handed out; an earlier invitation of the same party no longer opens the door."""

    case_id: CaseId
    request_id: RequestId
    party: PersonId
    invitation: InvitationId
    occurred_at: datetime


@fact("party_consented")
class PartyConsented:
    case_id: CaseId
    request_id: RequestId
    party: PersonId
    how: Way
    recorded_by: PersonId | None
    evidence: TextRef | None
    missing: tuple[PersonId, ...]
    occurred_at: datetime


@fact("party_refused")
class PartyRefused:
    case_id: CaseId
    request_id: RequestId
    party: PersonId
    how: Way
    recorded_by: PersonId | None
    note: TextRef | None
    occurred_at: datetime


@fact("consent_overdue")
class ConsentOverdue:
    case_id: CaseId
    request_id: RequestId
    missing: tuple[PersonId, ...]
    occurred_at: datetime


@fact("violation_recorded")
class ViolationRecorded:
    case_id: CaseId
    request_id: RequestId
    reference: TextRef
    recorded_by: PersonId
    occurred_at: datetime


@fact("guardian_recorded")
class GuardianRecorded:
    case_id: CaseId
    request_id: RequestId
    party: PersonId
    guardianship: Guardianship
    evidence: TextRef
    occurred_at: datetime


@fact("gate_noted")
class GateNoted:
    case_id: CaseId
    request_id: RequestId
    gate: Gate
    result: RuleId
    occurred_at: datetime


@fact("mediator_named")
class MediatorNamed:
    case_id: CaseId
    request_id: RequestId
    host: PersonId
    registered_with: UnitCode | None
    occurred_at: datetime


@fact("session_opened")
class SessionOpened:
    case_id: CaseId
    request_id: RequestId
    session_id: SessionId
    kind: SessionKind
    host: PersonId
    recording: TextRef | None
    occurred_at: datetime


@fact("session_held")
class SessionHeld:
    case_id: CaseId
    request_id: RequestId
    session_id: SessionId
    kind: SessionKind
    result: SessionResult
    attended: tuple[PersonId, ...]
    notes: TextRef | None
    next_session_due: datetime | None
    occurred_at: datetime


@fact("mediation_extended")
class MediationExtended:
    case_id: CaseId
    request_id: RequestId
    until: datetime
    agreed: tuple[LongerAgreed, ...]
    occurred_at: datetime


@fact("escalation_reported")
class EscalationReported:
    case_id: CaseId
    request_id: RequestId
    note: TextRef
    reported_by: PersonId
    occurred_at: datetime


@fact("handling_returned")
class HandlingReturned:
    case_id: CaseId
    request_id: RequestId
    attempt: int
    reason: ReasonCode
    owner: PersonId | None
    note: TextRef | None
    occurred_at: datetime


@fact("outcome_reported")
class OutcomeReported:
    case_id: CaseId
    request_id: RequestId
    attempt: int
    channel: Channel
    outcome: Outcome
    detail: OutcomeDetail | None
    answer: TextRef | None
    duties_watched: int
    handler: PersonId | None
    sides: tuple[PersonId, ...]
    occurred_at: datetime


@fact("case_closed")
class CaseClosed:
    case_id: CaseId
    request_id: RequestId
    reason: ReasonCode | None
    ground: Ground | None
    occurred_at: datetime


CaseEvent = (
    HandlingOffered
    | CaseNotOpened
    | HandlingSigned
    | CaseOpened
    | FirstResponded
    | HandlingStarted
    | NoticeGiven
    | PartyJoined
    | PartyInvited
    | PartyConsented
    | PartyRefused
    | ConsentOverdue
    | ViolationRecorded
    | GuardianRecorded
    | GateNoted
    | MediatorNamed
    | SessionOpened
    | SessionHeld
    | MediationExtended
    | EscalationReported
    | HandlingReturned
    | OutcomeReported
    | CaseClosed
)
