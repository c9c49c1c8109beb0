"""What people and timers may ask of an agreement."""

from datetime import datetime

from services.mediation.agreements.facts import AgreementId, Duty, DutyId
from services.mediation.cases.facts import CaseId, OwnWay, RecordedWay
from shared.contracts.codes import Channel, Product
from shared.kernel import PersonId, RequestId, TextRef, command


@command
class DraftAgreement:
    agreement_id: AgreementId
    case_id: CaseId
    request_id: RequestId
    channel: Channel
    parties: tuple[PersonId, ...]
    case_agreed: bool
    """The last session of the open case ended in agreement."""
    product: Product
    terms: TextRef
    record: TextRef | None
    duties: tuple[Duty, ...]
    at: datetime


@command
class SignAgreement:
    party: PersonId
    version: int
    how: OwnWay
    case_open: bool
    at: datetime


@command
class RecordSignature:
    party: PersonId
    version: int
    how: RecordedWay
    evidence: TextRef
    by: PersonId
    case_open: bool
    at: datetime


@command
class VoidDraft:
    """The case ended without a settlement."""

    at: datetime


@command
class BeginWatch:
    """The case is being settled."""

    at: datetime


@command
class ConfirmDuty:
    """By the party that receives."""

    duty_id: DutyId
    party: PersonId
    at: datetime


@command
class RecordPerformance:
    """By the desk, on proof."""

    duty_id: DutyId
    proof: TextRef
    by: PersonId
    at: datetime


@command
class WarnOfDuty:
    duty_id: DutyId
    at: datetime


@command
class NoteDutyDue:
    duty_id: DutyId
    at: datetime


AgreementCommand = (
    DraftAgreement
    | SignAgreement
    | RecordSignature
    | VoidDraft
    | BeginWatch
    | ConfirmDuty
    | RecordPerformance
    | WarnOfDuty
    | NoteDutyDue
)
