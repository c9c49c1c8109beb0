"""What people, other services and timers may ask of a case."""

from datetime import datetime
from uuid import UUID

from services.mediation.cases.facts import (
    CaseId,
    GateResult,
    Ground,
    Guardianship,
    InvitationId,
    LongerAgreed,
    OtherWay,
    OwnWay,
    RecordedWay,
    SessionId,
    SessionResult,
)
from services.mediation.cases.values import Limit, SuitStage
from services.mediation.channels.commands import ChannelCommand, PanelSeen, RemoteTerm
from services.mediation.channels.commands import Official as Official
from shared.contracts.codes import Category, Channel, Flag, Gate, OutcomeDetail, ReasonCode, SessionKind
from shared.kernel import PersonId, RequestId, RuleId, TextRef, UnitCode, command


@command
class OpenCase:
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
    firm_consent: UUID | None = None
    """The workstation's matter in which the firm consented in writing (R-28)."""
    accepted_at: datetime | None = None
    limits: tuple[Limit, ...] = ()
    """Those that run from the acceptance."""
    at: datetime


@command
class SignFor:
    by: Official
    consent_due: datetime
    mediation_due: datetime
    limits: tuple[Limit, ...] = ()
    at: datetime


@command
class GiveNotice:
    ways: tuple[OtherWay, ...]
    at: datetime


@command
class JoinParty:
    party: PersonId
    at: datetime


@command
class InviteParty:
    party: PersonId
    invitation: InvitationId
    at: datetime


@command
class GiveConsent:
    party: PersonId
    how: OwnWay
    at: datetime


@command
class RecordConsent:
    party: PersonId
    how: RecordedWay
    evidence: TextRef
    by: PersonId
    at: datetime


@command
class RefuseMediation:
    party: PersonId
    how: OwnWay
    note: TextRef | None
    at: datetime


@command
class RecordRefusal:
    party: PersonId
    how: RecordedWay
    note: TextRef
    by: PersonId
    at: datetime


@command
class NoteConsentDue:
    at: datetime


@command
class RecordViolation:
    reference: TextRef
    by: Official
    suspects: tuple[PersonId, ...] = ()
    at: datetime


@command
class RecordGuardian:
    party: PersonId
    guardianship: Guardianship
    evidence: TextRef
    at: datetime


@command
class NoteGate:
    gate: Gate
    result: RuleId
    at: datetime


@command
class NameHost:
    host: Official
    remote: RemoteTerm | None = None
    """What naming him means for the time, where the talks are on line."""
    at: datetime


@command
class OpenSession:
    session_id: SessionId
    kind: SessionKind
    by: Official
    officers: int
    """Officers present, the host included; auxiliaries do not count."""
    recording: TextRef | None
    panel: PanelSeen | None = None
    at: datetime


@command
class EndSession:
    session_id: SessionId
    result: SessionResult
    attended: tuple[PersonId, ...]
    notes: TextRef | None
    next_session_due: datetime
    """Seven working days after this session, counted with the calendar by the caller (R-03)."""
    limits: tuple[Limit, ...] = ()
    """The clock of the second session."""
    at: datetime


@command
class ExtendMediation:
    until: datetime
    agreed: tuple[LongerAgreed, ...]
    at: datetime


@command
class ReportDanger:
    note: TextRef
    by: PersonId
    at: datetime


@command
class ReturnCase:
    reason: ReasonCode
    note: TextRef | None
    at: datetime


@command
class EndCase:
    ground: Ground
    ways: tuple[OtherWay, ...]
    note: TextRef | None
    at: datetime


@command
class TimeOut:
    at: datetime


@command
class Settle:
    """The agreement took effect."""

    duties_watched: int
    detail: OutcomeDetail | None
    at: datetime


@command
class StopCase:
    """The request was taken away: overruled, withdrawn or archived."""

    reason: ReasonCode | None
    at: datetime


CaseCommand = (
    OpenCase
    | SignFor
    | GiveNotice
    | JoinParty
    | InviteParty
    | GiveConsent
    | RecordConsent
    | RefuseMediation
    | RecordRefusal
    | NoteConsentDue
    | RecordViolation
    | RecordGuardian
    | NoteGate
    | NameHost
    | OpenSession
    | EndSession
    | ExtendMediation
    | ReportDanger
    | ReturnCase
    | EndCase
    | TimeOut
    | Settle
    | StopCase
    | ChannelCommand
)
