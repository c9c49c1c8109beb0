"""How often police mediation may sit, and on what record (R-01, R-03, R-07)."""

from typing import Final

from services.mediation.cases.commands import OpenSession
from services.mediation.cases.refusals import (
    RecordingMissing,
    SecondSessionTooLate,
    SessionsUsedUp,
    ViolationNotOnRecord,
)
from services.mediation.cases.state import Open

POLICE_SESSIONS: Final = 2
OFFICERS_WITHOUT_RECORDING: Final = 2


def require_police_session(case: Open, wish: OpenSession) -> None:
    """R-01, R-03, R-07. The second session has its own last day, whatever led in between."""
    if not case.violation_recorded:
        raise ViolationNotOnRecord
    if case.course.police_sessions >= POLICE_SESSIONS:
        raise SessionsUsedUp
    if case.next_session_due is not None and wish.at > case.next_session_due:
        raise SecondSessionTooLate(due=case.next_session_due)
    if wish.officers < OFFICERS_WITHOUT_RECORDING and wish.recording is None:
        raise RecordingMissing
