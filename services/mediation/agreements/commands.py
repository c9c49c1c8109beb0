"""What people and timers may ask of an agreement."""

from datetime import datetime

from services.mediation.agreements.facts import (
    AgreementId,
    ConfirmationRefusal,
    ConfirmationStep,
    Duty,
    DutyId,
    Scope,
)
from services.mediation.cases.facts import CaseId, OwnWay, RecordedWay
from services.mediation.cases.state import Ended, Open
from services.mediation.channels.commands import Official
from shared.contracts.codes import Product
from shared.kernel import PersonId, RequestId, TextRef, command


@command
class DraftAgreement:
    agreement_id: AgreementId
    case_id: CaseId
    request_id: RequestId
    case: Open | Ended
    """As it stands at this moment; so too for every signature."""
    product: Product
    terms: TextRef
    record: TextRef | None
    duties: tuple[Duty, ...]
    identity_relation: bool = False
    at: datetime


@command
class SignAgreement:
    party: PersonId
    version: int
    how: OwnWay
    case: Open | Ended
    confirm_due: datetime | None = None
    """Thirty days from now, counted with the calendar by the caller (CL-030)."""
    at: datetime


@command
class RecordSignature:
    party: PersonId
    version: int
    how: RecordedWay
    evidence: TextRef
    by: PersonId
    case: Open | Ended
    confirm_due: datetime | None = None
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
class NoteDutyToday:
    duty_id: DutyId
    at: datetime


@command
class NoteDutyDue:
    duty_id: DutyId
    penalty_due: datetime | None = None
    """The end of the penalty procedure that begins now, counted by the caller (CL-025, R-04)."""
    at: datetime


@command
class ClimbLadder:
    duty_id: DutyId
    at: datetime


@command
class JoinConfirmation:
    party: PersonId
    scope: Scope
    how: OwnWay
    at: datetime


@command
class RecordJoining:
    """A party applied on paper or before the mediator."""

    party: PersonId
    scope: Scope
    how: RecordedWay
    evidence: TextRef
    by: PersonId
    at: datetime


@command
class FileConfirmation:
    scope: Scope
    acceptance_due: datetime
    """Three days from now (CL-031)."""
    at: datetime


@command
class AcceptConfirmation:
    by: Official
    hosts: frozenset[PersonId]
    """Everybody who hosted the case."""
    decision_due: datetime
    """Fifteen days from now (CL-032)."""
    at: datetime


@command
class ExtendConfirmation:
    by: Official
    hosts: frozenset[PersonId]
    decision_due: datetime
    """Ten days after the present limit (CL-033)."""
    at: datetime


@command
class DecideConfirmation:
    by: Official
    hosts: frozenset[PersonId]
    confirmed: bool
    reason: ConfirmationRefusal | None
    ruling: TextRef | None
    at: datetime


@command
class WarnOfConfirmation:
    at: datetime


@command
class NoteConfirmationDue:
    step: ConfirmationStep
    at: datetime


DraftCommand = DraftAgreement | SignAgreement | RecordSignature | VoidDraft
DutyCommand = BeginWatch | ConfirmDuty | RecordPerformance
DutyTimer = WarnOfDuty | NoteDutyToday | NoteDutyDue | ClimbLadder
ConfirmationCommand = (
    JoinConfirmation | RecordJoining | FileConfirmation | AcceptConfirmation | ExtendConfirmation | DecideConfirmation
)
ConfirmationTimer = WarnOfConfirmation | NoteConfirmationDue
AgreementCommand = DraftCommand | DutyCommand | DutyTimer | ConfirmationCommand | ConfirmationTimer
