"""What can happen to a child's file, and the words its facts are made of."""

from datetime import datetime
from enum import StrEnum
from typing import Final, NewType
from uuid import UUID

from shared.contracts.codes import Category, Outcome, OutcomeDetail, Priority, ReasonCode, Role
from shared.kernel import ClockId, PersonId, RequestId, TextRef, UnitCode, fact, value

ChildId = NewType("ChildId", UUID)
SessionId = NewType("SessionId", UUID)
ReadId = NewType("ReadId", UUID)

REPORT: Final = ClockId("CL-070")
FEEDBACK: Final = ClockId("CL-071")
SCHOOL: Final = ClockId("CL-072")


class ClockStep(StrEnum):
    WARN = "warn"
    DUE = "due"
    ESCALATE = "escalate"


class ReportedTo(StrEnum):
    CASE_UNIT = "case_unit"
    PROCURATORATE = "procuratorate"
    CIVIL_AFFAIRS = "civil_affairs"
    EDUCATION = "education"


class Seat(StrEnum):
    GUARDIAN = "guardian"
    SUITABLE_ADULT = "suitable_adult"
    """Sits where the guardian may not or cannot (R-34)."""
    SCHOOL = "school"
    COUNSELLOR = "counsellor"


class Conflict(StrEnum):
    SUSPECTED = "suspected"
    NAMED_IN_IT = "named_in_it"


class SealedScope(StrEnum):
    CALL = "call"
    """What was written to get help."""
    SESSIONS = "sessions"
    """Every counselling session and interview so far."""
    OWN_SESSIONS = "own_sessions"
    """What the counsellor wrote himself."""


@value
class Offer:
    child_id: ChildId
    request_id: RequestId
    attempt: int
    category: Category
    priority: Priority
    unit: UnitCode
    owner: PersonId | None
    deputy: PersonId | None
    excluded: tuple[PersonId, ...]
    requester: PersonId | None
    other_party: PersonId | None
    narrative: TextRef
    answer_due: datetime


@fact("child_file_offered")
class ChildFileOffered:
    offer: Offer
    occurred_at: datetime


@fact("harm_suspected")
class HarmSuspected:
    """Suspicion is enough: the duty to report begins (R-32)."""

    child_id: ChildId
    request_id: RequestId
    report_due: datetime
    escalates_at: datetime
    occurred_at: datetime


@fact("child_file_signed")
class ChildFileSigned:
    child_id: ChildId
    request_id: RequestId
    attempt: int
    unit: UnitCode
    owner: PersonId
    occurred_at: datetime


@fact("child_first_response")
class ChildFirstResponse:
    child_id: ChildId
    request_id: RequestId
    note: TextRef | None
    occurred_at: datetime


@fact("child_handling_started")
class ChildHandlingStarted:
    child_id: ChildId
    request_id: RequestId
    occurred_at: datetime


@fact("mandatory_reported")
class MandatoryReported:
    child_id: ChildId
    request_id: RequestId
    to: tuple[ReportedTo, ...]
    note: TextRef | None
    reported_by: PersonId
    kept: bool
    """In time (CL-070)."""
    occurred_at: datetime


@fact("child_casework_filed")
class ChildCaseworkFiled:
    """From now on the unit that reported waits for its answer (CL-071)."""

    child_id: ChildId
    request_id: RequestId
    feedback_due: datetime
    warn_at: datetime | None
    occurred_at: datetime


@fact("reporter_unit_told")
class ReporterUnitTold:
    child_id: ChildId
    request_id: RequestId
    answer: TextRef
    occurred_at: datetime


@fact("bullying_reported")
class BullyingReported:
    """The school has ten days for its own inquiry (CL-072)."""

    child_id: ChildId
    request_id: RequestId
    result_due: datetime
    warn_at: datetime | None
    occurred_at: datetime


@fact("school_result_given")
class SchoolResultGiven:
    child_id: ChildId
    request_id: RequestId
    result: TextRef
    given_by: PersonId
    occurred_at: datetime


@fact("child_seat_given")
class ChildSeatGiven:
    child_id: ChildId
    request_id: RequestId
    seat: Seat
    person: PersonId
    given_by: PersonId
    occurred_at: datetime


@fact("child_seat_excluded")
class ChildSeatExcluded:
    child_id: ChildId
    request_id: RequestId
    person: PersonId
    conflict: Conflict
    excluded_by: PersonId
    occurred_at: datetime


@fact("child_interview_held")
class ChildInterviewHeld:
    child_id: ChildId
    request_id: RequestId
    session_id: SessionId
    adult: PersonId
    recording: TextRef
    notes: TextRef
    interviewed_by: PersonId
    occurred_at: datetime


@fact("counselling_held")
class CounsellingHeld:
    child_id: ChildId
    request_id: RequestId
    session_id: SessionId
    notes: TextRef
    counsellor: PersonId
    occurred_at: datetime


@fact("sealed_read_asked")
class SealedReadAsked:
    child_id: ChildId
    request_id: RequestId
    read_id: ReadId
    reader: PersonId
    scope: SealedScope
    why: TextRef
    occurred_at: datetime


@fact("sealed_read_approved")
class SealedReadApproved:
    child_id: ChildId
    request_id: RequestId
    read_id: ReadId
    approver: PersonId | None
    """None: danger does not wait, or the reader wrote it."""
    until: datetime
    occurred_at: datetime


@fact("sealed_read_declined")
class SealedReadDeclined:
    child_id: ChildId
    request_id: RequestId
    read_id: ReadId
    declined_by: PersonId
    occurred_at: datetime


@fact("sealed_read")
class SealedRead:
    """Committed before the vault is asked."""

    child_id: ChildId
    request_id: RequestId
    read_id: ReadId
    reader: PersonId
    items: tuple[UUID, ...]
    occurred_at: datetime


@fact("child_clock_warned")
class ChildClockWarned:
    child_id: ChildId
    request_id: RequestId
    clock: ClockId
    due: datetime
    told: Role
    occurred_at: datetime


@fact("child_clock_breached")
class ChildClockBreached:
    child_id: ChildId
    request_id: RequestId
    clock: ClockId
    due: datetime
    told: Role
    occurred_at: datetime


@fact("child_clock_escalated")
class ChildClockEscalated:
    child_id: ChildId
    request_id: RequestId
    clock: ClockId
    due: datetime
    rung: Role
    occurred_at: datetime


@fact("child_outcome_reported")
class ChildOutcomeReported:
    child_id: ChildId
    request_id: RequestId
    attempt: int
    outcome: Outcome
    detail: OutcomeDetail | None
    answer: TextRef | None
    """In words that suit who asked: the only text of the file that anybody outside the group is told."""
    handler: PersonId
    occurred_at: datetime


@fact("child_file_returned")
class ChildFileReturned:
    child_id: ChildId
    request_id: RequestId
    attempt: int
    reason: ReasonCode
    owner: PersonId | None
    occurred_at: datetime


@fact("child_file_stopped")
class ChildFileStopped:
    """A person sent the request elsewhere."""

    child_id: ChildId
    request_id: RequestId
    occurred_at: datetime


ChildEvent = (
    ChildFileOffered
    | HarmSuspected
    | ChildFileSigned
    | ChildFirstResponse
    | ChildHandlingStarted
    | MandatoryReported
    | ChildCaseworkFiled
    | ReporterUnitTold
    | BullyingReported
    | SchoolResultGiven
    | ChildSeatGiven
    | ChildSeatExcluded
    | ChildInterviewHeld
    | CounsellingHeld
    | SealedReadAsked
    | SealedReadApproved
    | SealedReadDeclined
    | SealedRead
    | ChildClockWarned
    | ChildClockBreached
    | ChildClockEscalated
    | ChildOutcomeReported
    | ChildFileReturned
    | ChildFileStopped
)
