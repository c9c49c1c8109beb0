"""What can happen in a dispute case. The words it is told in stand in `values`."""

from datetime import datetime

from services.mediation.cases.values import (
    Body as Body,
)
from services.mediation.cases.values import (
    BodyKind as BodyKind,
)
from services.mediation.cases.values import (
    CaseId as CaseId,
)
from services.mediation.cases.values import (
    Conflict as Conflict,
)
from services.mediation.cases.values import (
    GateResult as GateResult,
)
from services.mediation.cases.values import (
    Ground as Ground,
)
from services.mediation.cases.values import (
    Guardianship as Guardianship,
)
from services.mediation.cases.values import (
    Interest as Interest,
)
from services.mediation.cases.values import (
    InvitationId as InvitationId,
)
from services.mediation.cases.values import (
    LeadGround as LeadGround,
)
from services.mediation.cases.values import (
    Limit as Limit,
)
from services.mediation.cases.values import (
    LongerAgreed as LongerAgreed,
)
from services.mediation.cases.values import (
    OtherWay as OtherWay,
)
from services.mediation.cases.values import (
    OwnWay as OwnWay,
)
from services.mediation.cases.values import (
    RecordedWay as RecordedWay,
)
from services.mediation.cases.values import (
    SessionId as SessionId,
)
from services.mediation.cases.values import (
    SessionResult as SessionResult,
)
from services.mediation.cases.values import (
    SuitStage as SuitStage,
)
from services.mediation.cases.values import (
    Trade as Trade,
)
from services.mediation.cases.values import (
    Way as Way,
)
from services.mediation.channels.facts import ChannelEvent
from shared.contracts.codes import Category, Channel, Flag, Gate, Outcome, OutcomeDetail, ReasonCode, SessionKind
from shared.kernel import PersonId, RequestId, RuleId, TextRef, UnitCode, fact


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
    suit: SuitStage | None = None
    """Where the court has it, when a court docked it."""
    accepted_at: datetime | None = None
    """The request's own day, whose law the violation case keeps (R-63)."""
    limits: tuple[Limit, ...] = ()
    """They run before anybody signs (R-03, R-08)."""
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
    limits: tuple[Limit, ...] = ()
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
    suspects: tuple[PersonId, ...] = ()
    """Parties suspected of the violation; they send no agent (R-06)."""
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
    body: Body | None = None
    occurred_at: datetime


@fact("session_opened")
class SessionOpened:
    case_id: CaseId
    request_id: RequestId
    session_id: SessionId
    kind: SessionKind
    host: PersonId
    recording: TextRef | None
    body: Body | None = None
    """On the day of the session, which decides what an agreement is worth (R-60)."""
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
    limits: tuple[Limit, ...] = ()
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
    | ChannelEvent
)
