"""What people and timers may ask of a dispute at court. Instants are counted with the calendar by the caller."""

from datetime import datetime

from services.mediation.cases.values import CaseId, Limit
from services.mediation.litigation.facts import LitigationId, Procedure
from shared.kernel import PersonId, RequestId, TextRef, command


@command
class BeginLitigation:
    litigation_id: LitigationId
    case_id: CaseId
    request_id: RequestId
    mediation_over: bool
    procedure: Procedure
    filed_at: datetime
    number: TextRef
    limit: Limit
    at: datetime


@command
class ChangeProcedure:
    """To the ordinary one."""

    limit: Limit
    at: datetime


@command
class ExtendTrial:
    limit: Limit
    ruling: TextRef
    at: datetime


@command
class SuspendTrial:
    ruling: TextRef
    at: datetime


@command
class ResumeTrial:
    limit: Limit
    at: datetime


@command
class WatchTrial:
    at: datetime


@command
class RecordJudgment:
    paper: TextRef
    by: PersonId
    at: datetime


LitigationCommand = (
    BeginLitigation | ChangeProcedure | ExtendTrial | SuspendTrial | ResumeTrial | WatchTrial | RecordJudgment
)
