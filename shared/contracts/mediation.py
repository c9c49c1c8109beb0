"""What mediation publishes beside the handling protocol."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.base import Contract
from shared.contracts.codes import Channel, Effect, Ladder, Panel, Product, ReasonCode, SessionKind
from shared.kernel import ClockId, PersonId, RequestId, RuleId, TextRef, UnitCode


class CaseOpenedV1(Contract):
    fact: ClassVar[str] = "case_opened"
    request_id: RequestId
    case_id: UUID
    channel: Channel
    parties: tuple[PersonId, ...]
    """Persons of the vault; the requester first. A party without an identity yet is a place-holder id."""
    consent_due: datetime
    at: datetime


class NoticeGivenV1(Contract):
    """The parties were told of the other ways (R-01, R-10)."""

    fact: ClassVar[str] = "notice_given"
    request_id: RequestId
    case_id: UUID
    at: datetime


class PartyConsentedV1(Contract):
    fact: ClassVar[str] = "party_consented"
    request_id: RequestId
    case_id: UUID
    party: PersonId
    missing: tuple[PersonId, ...]
    at: datetime


class PartyRefusedV1(Contract):
    fact: ClassVar[str] = "party_refused"
    request_id: RequestId
    case_id: UUID
    party: PersonId
    at: datetime


class MediatorNamedV1(Contract):
    fact: ClassVar[str] = "mediator_named"
    request_id: RequestId
    case_id: UUID
    host: PersonId
    at: datetime


class SessionPlannedV1(Contract):
    fact: ClassVar[str] = "session_planned"
    request_id: RequestId
    case_id: UUID
    session_id: UUID
    kind: SessionKind
    starts_at: datetime
    at: datetime


class SessionHeldV1(Contract):
    fact: ClassVar[str] = "session_held"
    request_id: RequestId
    case_id: UUID
    session_id: UUID
    kind: SessionKind
    at: datetime


class AgreementDraftedV1(Contract):
    fact: ClassVar[str] = "agreement_drafted"
    request_id: RequestId
    case_id: UUID
    agreement_id: UUID
    product: Product
    parties: tuple[PersonId, ...]
    at: datetime


class AgreementSignedV1(Contract):
    fact: ClassVar[str] = "agreement_signed"
    request_id: RequestId
    case_id: UUID
    agreement_id: UUID
    party: PersonId
    at: datetime


class AgreementInEffectV1(Contract):
    fact: ClassVar[str] = "agreement_in_effect"
    request_id: RequestId
    case_id: UUID
    agreement_id: UUID
    product: Product
    effect: Effect
    duties: int
    first_due: date | None
    at: datetime


class DutyWarnedV1(Contract):
    """A duty is due soon and not performed yet (CL-024, CL-102)."""

    fact: ClassVar[str] = "duty_warned"
    request_id: RequestId
    case_id: UUID
    duty_id: UUID
    due: datetime
    at: datetime


class CaseClosedV1(Contract):
    fact: ClassVar[str] = "case_closed"
    request_id: RequestId
    case_id: UUID
    reason: ReasonCode | None
    at: datetime


class EscalationReportedV1(Contract):
    """The host fears that the dispute turns into a violation or a crime (R-10)."""

    fact: ClassVar[str] = "escalation_reported"
    request_id: RequestId
    case_id: UUID
    note: TextRef
    at: datetime


class DefaultClimbedV1(Contract):
    """A missed duty was taken up by the next rung of its ladder."""

    fact: ClassVar[str] = "default_climbed"
    request_id: RequestId
    case_id: UUID
    duty_id: UUID
    ladder: Ladder
    rung: Literal["grid", "village", "station", "township_centre", "lounge", "court", "enforcement"]
    next_at: datetime | None
    at: datetime


class PenaltyProcedureDueV1(Contract):
    """A police agreement was not performed: the penalty procedure goes on, until `due` (R-04)."""

    fact: ClassVar[str] = "penalty_procedure_due"
    request_id: RequestId
    case_id: UUID
    due: datetime
    at: datetime


class ConfirmationWarnedV1(Contract):
    """Nobody has asked the court to confirm yet, and the thirty days end soon (CL-030)."""

    fact: ClassVar[str] = "confirmation_warned"
    request_id: RequestId
    case_id: UUID
    agreement_id: UUID
    due: datetime
    at: datetime


class ConfirmationFiledV1(Contract):
    fact: ClassVar[str] = "confirmation_filed"
    request_id: RequestId
    case_id: UUID
    agreement_id: UUID
    scope: Literal["whole", "duties"]
    acceptance_due: datetime
    at: datetime


class ConfirmationAcceptedV1(Contract):
    fact: ClassVar[str] = "confirmation_accepted"
    request_id: RequestId
    case_id: UUID
    agreement_id: UUID
    decision_due: datetime
    at: datetime


class ConfirmationDecidedV1(Contract):
    fact: ClassVar[str] = "confirmation_decided"
    request_id: RequestId
    case_id: UUID
    agreement_id: UUID
    confirmed: bool
    effect: Effect
    at: datetime


class ChannelHandedOverV1(Contract):
    """Another channel leads the same case from here on."""

    fact: ClassVar[str] = "channel_handed_over"
    request_id: RequestId
    case_id: UUID
    before: Channel
    channel: Channel
    reason: ReasonCode
    rule: RuleId
    consent_from: tuple[PersonId, ...]
    """Who is asked anew."""
    worth: Effect
    at: datetime


class LimitWarnedV1(Contract):
    """A time limit of the mediation ends soon."""

    fact: ClassVar[str] = "limit_warned"
    request_id: RequestId
    case_id: UUID
    clock: ClockId
    due: datetime
    at: datetime


class LimitBreachedV1(Contract):
    fact: ClassVar[str] = "limit_breached"
    request_id: RequestId
    case_id: UUID
    clock: ClockId
    due: datetime
    at: datetime


class TrialLimitV1(Contract):
    """The court's time in a suit that the desk follows ends soon, or has ended (R-19)."""

    fact: ClassVar[str] = "trial_limit"
    request_id: RequestId
    case_id: UUID
    clock: ClockId
    due: datetime
    passed: bool
    at: datetime


class PanelFormedV1(Contract):
    fact: ClassVar[str] = "panel_formed"
    request_id: RequestId
    case_id: UUID
    template: Panel
    at: datetime


class SuitDockedV1(Contract):
    """A court left a suit to mediation; intake takes it in under this request id."""

    fact: ClassVar[str] = "suit_docked"
    request_id: RequestId
    court: UnitCode
    claim: TextRef
    claimant: PersonId | None
    defendant: PersonId | None
    at: datetime


class LegalAidAppliedV1(Contract):
    """Who applied is the aid body's business alone (R-25)."""

    fact: ClassVar[str] = "legal_aid_applied"
    request_id: RequestId
    case_id: UUID
    referral_id: UUID
    decision_due: datetime
    at: datetime


class LegalAidDecidedV1(Contract):
    fact: ClassVar[str] = "legal_aid_decided"
    request_id: RequestId
    case_id: UUID
    referral_id: UUID
    granted: bool
    assignment_due: datetime | None
    at: datetime


class LawyerAssignedV1(Contract):
    fact: ClassVar[str] = "lawyer_assigned"
    request_id: RequestId
    case_id: UUID
    referral_id: UUID
    at: datetime


class LegalAidAppliedV2(Contract):
    """`applicant`: he is told, and nobody else (R-25)."""

    fact: ClassVar[str] = "legal_aid_applied"
    version: ClassVar[int] = 2
    request_id: RequestId
    case_id: UUID
    referral_id: UUID
    applicant: PersonId
    decision_due: datetime
    at: datetime


class LegalAidDecidedV2(Contract):
    fact: ClassVar[str] = "legal_aid_decided"
    version: ClassVar[int] = 2
    request_id: RequestId
    case_id: UUID
    referral_id: UUID
    applicant: PersonId
    granted: bool
    assignment_due: datetime | None
    at: datetime


class LawyerAssignedV2(Contract):
    fact: ClassVar[str] = "lawyer_assigned"
    version: ClassVar[int] = 2
    request_id: RequestId
    case_id: UUID
    referral_id: UUID
    applicant: PersonId
    at: datetime
