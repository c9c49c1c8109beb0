"""When a session may be held, and how often (R-01, R-03, R-06, R-07, R-09, R-14)."""

from typing import Final

from services.mediation.cases.commands import EndSession, OpenSession
from services.mediation.cases.facts import CaseEvent, SessionHeld, SessionOpened
from services.mediation.cases.refusals import (
    HostMissing,
    NoSuchSession,
    NoticeNotGiven,
    NotTheHost,
    RecordingMissing,
    RemoteRecordingMissing,
    SecondSessionTooLate,
    SessionStillOpen,
    SessionsUsedUp,
    ViolationNotOnRecord,
)
from services.mediation.cases.rules.channels import notice_needed, require_gates
from services.mediation.cases.rules.consent import require_consents, require_guardian, require_party
from services.mediation.cases.rules.hosts import require_host
from services.mediation.cases.state import Open
from shared.contracts.codes import Channel, SessionKind

POLICE_SESSIONS: Final = 2
OFFICERS_WITHOUT_RECORDING: Final = 2


def open_session(command: OpenSession, case: Open) -> tuple[CaseEvent, ...]:
    if (case.session and command.session_id == case.session.session_id) or command.session_id in case.held:
        return ()
    _require_session(case, command)
    return (
        SessionOpened(
            case_id=case.case_id,
            request_id=case.request_id,
            session_id=command.session_id,
            kind=command.kind,
            host=command.by.person,
            recording=command.recording,
            occurred_at=command.at,
        ),
    )


def end_session(command: EndSession, case: Open) -> tuple[CaseEvent, ...]:
    if command.session_id in case.held:
        return ()
    if case.session is None or case.session.session_id != command.session_id:
        raise NoSuchSession
    for party in command.attended:
        require_party(case, party)
    return (
        SessionHeld(
            case_id=case.case_id,
            request_id=case.request_id,
            session_id=command.session_id,
            kind=case.session.kind,
            result=command.result,
            attended=command.attended,
            notes=command.notes,
            next_session_due=command.next_session_due if case.channel is Channel.PSM else None,
            occurred_at=command.at,
        ),
    )


def _require_session(case: Open, wish: OpenSession) -> None:
    require_host(case, wish.by)
    require_gates(case.flags, case.gates)
    if notice_needed(case):
        raise NoticeNotGiven
    require_consents(case)
    require_guardian(case)
    if case.host is None:
        raise HostMissing
    if case.host != wish.by.person:
        raise NotTheHost
    if case.session is not None:
        raise SessionStillOpen
    if wish.kind is SessionKind.REMOTE and wish.recording is None:
        raise RemoteRecordingMissing
    if case.channel is Channel.PSM:
        _require_police_session(case, wish)


def _require_police_session(case: Open, wish: OpenSession) -> None:
    if not case.violation_recorded:
        raise ViolationNotOnRecord
    if len(case.held) >= POLICE_SESSIONS:
        raise SessionsUsedUp
    if case.held and case.next_session_due is not None and wish.at > case.next_session_due:
        raise SecondSessionTooLate(due=case.next_session_due)
    if wish.officers < OFFICERS_WITHOUT_RECORDING and wish.recording is None:
        raise RecordingMissing
