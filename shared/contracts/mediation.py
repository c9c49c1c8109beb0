"""What mediation publishes beside the handling protocol."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import Contract
from shared.contracts.codes import Channel, Effect, Product, ReasonCode, SessionKind
from shared.kernel import PersonId, RequestId, TextRef


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
