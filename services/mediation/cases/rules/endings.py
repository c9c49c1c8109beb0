"""The events that close a case: one outcome, never two; a failure never without the other ways told (R-10)."""

from datetime import datetime

from services.mediation.cases.commands import EndCase, ExtendMediation, ReportDanger, Settle, StopCase, TimeOut
from services.mediation.cases.facts import (
    CaseClosed,
    CaseEvent,
    EscalationReported,
    Ground,
    MediationExtended,
    NoticeGiven,
    OtherWay,
    OutcomeReported,
)
from services.mediation.cases.refusals import ExtensionNeedsApproval, NotAllAgreeLonger, NotLonger
from services.mediation.cases.rules.channels import NOTICE_AT_THE_END, ending, require_told, ways_owed
from services.mediation.cases.state import Ended, Open
from services.mediation.channels.refusals import TimeIsFixed
from services.mediation.channels.rules.limits import FIXED, breached, leads, time_stands_still
from shared.contracts.codes import Channel, Outcome, OutcomeDetail, ReasonCode
from shared.kernel import TextRef


def failed(case: Open, reason: ReasonCode, at: datetime, detail: OutcomeDetail | None = None) -> tuple[CaseEvent, ...]:
    """The case ended by a party or by time: the desk tells the other ways together with the outcome."""
    return (
        _told(case, ways_owed(case.channel, case.flags, case.course.trade), at),
        _outcome(case, Outcome.FAILED, detail, 0, None, at),
        _closed(case, reason, None, at),
    )


def new_violation(case: Open, at: datetime) -> tuple[CaseEvent, ...]:
    """R-02. Nobody has to ask for it."""
    return (
        _told(case, ways_owed(case.channel, case.flags), at),
        _outcome(case, Outcome.FAILED, None, 0, None, at),
        _closed(case, ReasonCode.NEW_VIOLATION, Ground.NEW_VIOLATION, at),
    )


def end_case(command: EndCase, case: Open) -> tuple[CaseEvent, ...]:
    outcome, detail, reason = ending(case.channel, command.ground)
    over = (
        _outcome(case, outcome, detail, 0, command.note, command.at),
        _closed(case, reason, command.ground, command.at),
    )
    if outcome is not Outcome.FAILED:
        return over
    require_told(ways_owed(case.channel, case.flags, case.course.trade), command.ways)
    return (_told(case, command.ways, command.at), *over)


def settle(command: Settle, case: Open) -> tuple[CaseEvent, ...]:
    """Every party has signed: that outweighs whatever the last session said."""
    return (
        _outcome(case, Outcome.SETTLED, command.detail, command.duties_watched, None, command.at),
        _closed(case, None, None, command.at),
    )


def stop(command: StopCase, case: Open) -> tuple[CaseEvent, ...]:
    """Taken away from outside: whoever took it owes the answer, so no outcome is reported."""
    return (_closed(case, command.reason, None, command.at),)


def time_out(command: TimeOut, case: Open) -> tuple[CaseEvent, ...]:
    """A timer of a due that was extended since does nothing."""
    if case.mediation_due is None or command.at < case.mediation_due or time_stands_still(case):
        return ()
    return (*breached(case, leads(case), command.at), *failed(case, ReasonCode.TIME_OUT, command.at))


def extend(command: ExtendMediation, case: Open) -> tuple[CaseEvent, ...]:
    """Longer only when every party agrees (R-12, R-14); the term of a violation case is the law's (R-08), and those of
    labour and traffic mediation are fixed (R-16, R-17)."""
    if case.channel is Channel.PSM:
        raise ExtensionNeedsApproval
    if leads(case) in FIXED:
        raise TimeIsFixed
    if command.until == case.mediation_due:
        return ()
    if missing := set(case.parties) - {agreed.party for agreed in command.agreed}:
        raise NotAllAgreeLonger(missing=len(missing))
    if case.mediation_due is not None and command.until < case.mediation_due:
        raise NotLonger
    return (
        MediationExtended(
            case_id=case.case_id,
            request_id=case.request_id,
            until=command.until,
            agreed=command.agreed,
            occurred_at=command.at,
        ),
    )


def report_danger(command: ReportDanger, case: Open | Ended) -> tuple[CaseEvent, ...]:
    """R-10. A danger may be reported at any time, signed for or not, even after the end."""
    if command.note.item in case.escalations:
        return ()
    return (
        EscalationReported(
            case_id=case.case_id,
            request_id=case.request_id,
            note=command.note,
            reported_by=command.by,
            occurred_at=command.at,
        ),
    )


def _told(case: Open, ways: tuple[OtherWay, ...], at: datetime) -> NoticeGiven:
    return NoticeGiven(
        case_id=case.case_id, request_id=case.request_id, ways=ways, rule=NOTICE_AT_THE_END, occurred_at=at
    )


def _outcome(
    case: Open,
    outcome: Outcome,
    detail: OutcomeDetail | None,
    duties_watched: int,
    answer: TextRef | None,
    at: datetime,
) -> OutcomeReported:
    return OutcomeReported(
        case_id=case.case_id,
        request_id=case.request_id,
        attempt=case.attempt,
        channel=case.channel,
        outcome=outcome,
        detail=detail,
        answer=answer,
        duties_watched=duties_watched,
        handler=case.signed_by,
        sides=case.parties[1:],
        occurred_at=at,
    )


def _closed(case: Open, reason: ReasonCode | None, ground: Ground | None, at: datetime) -> CaseClosed:
    return CaseClosed(case_id=case.case_id, request_id=case.request_id, reason=reason, ground=ground, occurred_at=at)
