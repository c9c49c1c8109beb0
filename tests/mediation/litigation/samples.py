"""A suit after a mediation that failed: filed on a Monday, in the simple procedure."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.mediation.cases.values import Limit
from services.mediation.litigation import limits
from services.mediation.litigation.commands import (
    BeginLitigation,
    ChangeProcedure,
    ExtendTrial,
    RecordJudgment,
    ResumeTrial,
    SuspendTrial,
    WatchTrial,
)
from services.mediation.litigation.facts import LitigationId, Procedure
from shared.kernel import PersonId
from tests.mediation.cases.samples import CASE, MONDAY, REQUEST, WORKSHOP_OWNER, text

THREE_MONTHS: Final = limits.from_filing(Procedure.SIMPLE, MONDAY)
SIX_MONTHS: Final = limits.from_filing(Procedure.ORDINARY, MONDAY)
FOUR_MONTHS: Final = limits.longer(Procedure.SIMPLE, THREE_MONTHS.due)


def begins(
    procedure: Procedure = Procedure.SIMPLE,
    filed_at: datetime = MONDAY,
    at: datetime = MONDAY,
    mediation_over: bool = True,
) -> BeginLitigation:
    return BeginLitigation(
        litigation_id=LitigationId(UUID(int=0x90)),
        case_id=CASE,
        request_id=REQUEST,
        mediation_over=mediation_over,
        procedure=procedure,
        filed_at=filed_at,
        number=text(90),
        limit=limits.from_filing(procedure, filed_at),
        at=at,
    )


def extends(limit: Limit = FOUR_MONTHS, ruling: int = 91, at: datetime = MONDAY) -> ExtendTrial:
    return ExtendTrial(limit=limit, ruling=text(ruling), at=at)


def suspends(ruling: int = 93, at: datetime = MONDAY) -> SuspendTrial:
    return SuspendTrial(ruling=text(ruling), at=at)


def resumes(days: int = 10, limit: Limit = THREE_MONTHS) -> ResumeTrial:
    at = MONDAY + timedelta(days=days)
    return ResumeTrial(limit=limits.after_the_pause(limit, MONDAY, at), at=at)


def watches(at: datetime) -> WatchTrial:
    return WatchTrial(at=at)


def judged(paper: int = 95, by: PersonId = WORKSHOP_OWNER) -> RecordJudgment:
    return RecordJudgment(paper=text(paper), by=by, at=MONDAY)


ORDINARY: Final = ChangeProcedure(limit=SIX_MONTHS, at=MONDAY)
