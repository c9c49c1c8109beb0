"""Blows in the middle of a talk: police mediation ends at once (R-02), every other one stops and is reported (R-10)."""

from services.mediation.cases.facts import EscalationReported
from services.mediation.cases.state import Open
from services.mediation.channels.commands import ReportViolence
from services.mediation.channels.facts import ViolenceReported
from services.mediation.channels.refusals import ViolenceStopsMediation


def report_violence(command: ReportViolence, case: Open) -> tuple[ViolenceReported | EscalationReported, ...]:
    if command.note.item in case.course.violence_notes:
        return ()
    return (
        ViolenceReported(
            case_id=case.case_id,
            request_id=case.request_id,
            note=command.note,
            reported_by=command.by,
            occurred_at=command.at,
        ),
        EscalationReported(
            case_id=case.case_id,
            request_id=case.request_id,
            note=command.note,
            reported_by=command.by,
            occurred_at=command.at,
        ),
    )


def require_peace(case: Open) -> None:
    """R-10. Who goes on after blows is no mediator: the case ends, or the police take it up."""
    if case.course.violence:
        raise ViolenceStopsMediation
