"""When a session may be held, and how often (R-01, R-03, R-06, R-07, R-09, R-14, R-61)."""

from services.mediation.cases.commands import EndSession, OpenSession
from services.mediation.cases.facts import CaseEvent, SessionHeld, SessionOpened
from services.mediation.cases.refusals import (
    HostMissing,
    NoSuchSession,
    NoticeNotGiven,
    NotTheHost,
    RemoteRecordingMissing,
    SessionStillOpen,
)
from services.mediation.cases.rules.channels import notice_needed
from services.mediation.cases.rules.consent import require_party
from services.mediation.cases.rules.law import Law, require_free_to_agree
from services.mediation.cases.state import Open
from services.mediation.cases.values import SessionResult
from services.mediation.channels.refusals import CaseIsSuspended, OnlyTheCourtHosts
from services.mediation.channels.rules.trades import require_joint_application
from shared.contracts.codes import Channel, SessionKind


def open_session(command: OpenSession, case: Open, law: Law) -> tuple[CaseEvent, ...]:
    if (case.session and command.session_id == case.session.session_id) or command.session_id in case.held:
        return ()
    _require_session(case, command, law)
    return (
        SessionOpened(
            case_id=case.case_id,
            request_id=case.request_id,
            session_id=command.session_id,
            kind=command.kind,
            host=command.by.person,
            recording=command.recording,
            body=command.by.body,
            occurred_at=command.at,
        ),
    )


def end_session(command: EndSession, case: Open, law: Law) -> tuple[CaseEvent, ...]:
    """R-61: where the filing came in the middle of a session, what others heard ends without an agreement."""
    if command.session_id in case.held:
        return ()
    if case.session is None or case.session.session_id != command.session_id:
        raise NoSuchSession
    if command.result is SessionResult.AGREED and case.course.filed and not case.heard_by_court:
        raise OnlyTheCourtHosts
    for party in command.attended:
        require_party(case, party)
    if command.result is SessionResult.AGREED:
        require_free_to_agree(case, law)
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
            limits=command.limits if case.channel is Channel.PSM and not case.course.police_sessions else (),
            occurred_at=command.at,
        ),
    )


def _require_session(case: Open, wish: OpenSession, law: Law) -> None:
    law.host(case, wish.by)
    law.gates(case)
    law.peace(case)
    if notice_needed(case):
        raise NoticeNotGiven
    law.consents(case)
    law.guardian(case)
    law.firm_consent(case)
    law.quorum(wish.panel)
    if case.host is None:
        raise HostMissing
    if case.host != wish.by.person:
        raise NotTheHost
    if case.session is not None:
        raise SessionStillOpen
    if case.course.suspended is not None:
        raise CaseIsSuspended
    if wish.kind is SessionKind.REMOTE and wish.recording is None:
        raise RemoteRecordingMissing
    law.remote(case, wish)
    if case.channel is Channel.IM:
        require_joint_application(case)
    if case.channel is Channel.PSM:
        law.police_session(case, wish)
