"""What happens to a dispute that went to court: the court owns its time, the desk watches it and reminds (R-19)."""

from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from services.mediation.cases.values import CaseId, Limit
from shared.kernel import ClockId, PersonId, RequestId, TextRef, fact

LitigationId = NewType("LitigationId", UUID)


class Procedure(StrEnum):
    """简易程序, 普通程序."""

    SIMPLE = "simple"
    ORDINARY = "ordinary"


@fact("litigation_begun")
class LitigationBegun:
    litigation_id: LitigationId
    case_id: CaseId
    request_id: RequestId
    procedure: Procedure
    filed_at: datetime
    number: TextRef
    """The court's paper; its words lie in the vault."""
    limit: Limit
    occurred_at: datetime


@fact("procedure_changed")
class ProcedureChanged:
    """From simple to ordinary; the time still counts from the filing."""

    litigation_id: LitigationId
    case_id: CaseId
    request_id: RequestId
    limit: Limit
    occurred_at: datetime


@fact("trial_extended")
class TrialExtended:
    litigation_id: LitigationId
    case_id: CaseId
    request_id: RequestId
    limit: Limit
    ruling: TextRef
    occurred_at: datetime


@fact("trial_suspended")
class TrialSuspended:
    litigation_id: LitigationId
    case_id: CaseId
    request_id: RequestId
    ruling: TextRef
    occurred_at: datetime


@fact("trial_resumed")
class TrialResumed:
    litigation_id: LitigationId
    case_id: CaseId
    request_id: RequestId
    limit: Limit
    """Later by as long as the trial stood still."""
    occurred_at: datetime


@fact("trial_reminded")
class TrialReminded:
    litigation_id: LitigationId
    case_id: CaseId
    request_id: RequestId
    clock: ClockId
    due: datetime
    occurred_at: datetime


@fact("trial_overdue")
class TrialOverdue:
    litigation_id: LitigationId
    case_id: CaseId
    request_id: RequestId
    clock: ClockId
    due: datetime
    occurred_at: datetime


@fact("case_judged")
class CaseJudged:
    litigation_id: LitigationId
    case_id: CaseId
    request_id: RequestId
    paper: TextRef
    recorded_by: PersonId
    occurred_at: datetime


LitigationEvent = (
    LitigationBegun
    | ProcedureChanged
    | TrialExtended
    | TrialSuspended
    | TrialResumed
    | TrialReminded
    | TrialOverdue
    | CaseJudged
)
