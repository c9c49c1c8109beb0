"""Naming the host: by the channel that leads, never one with a part in the dispute (R-15, R-58 to R-61)."""

from services.mediation.cases.commands import NameHost
from services.mediation.cases.facts import CaseEvent, MediatorNamed
from services.mediation.cases.refusals import SessionStillOpen
from services.mediation.cases.rules.law import Law
from services.mediation.cases.state import Open
from services.mediation.channels.rules.remote import ask_to_host


def name_host(command: NameHost, case: Open, law: Law) -> tuple[CaseEvent, ...]:
    law.host(case, command.host)
    law.gates(case)
    law.peace(case)
    if case.host == command.host.person:
        return ()
    if case.session is not None:
        raise SessionStillOpen
    return (
        MediatorNamed(
            case_id=case.case_id,
            request_id=case.request_id,
            host=command.host.person,
            registered_with=command.host.registered_with,
            body=command.host.body,
            occurred_at=command.at,
        ),
        *ask_to_host(case, command.host.person, command.remote, command.at),
    )
