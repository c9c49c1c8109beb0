"""The time of a violation case (R-08): thirty days, twice thirty more on approval from above, never a third time. Under
the law before 2026 (R-63) once."""

from typing import Final

from services.mediation.cases.refusals import OnlyForViolations, RecorderNotOfficer
from services.mediation.cases.state import Open
from services.mediation.channels.commands import ExtendCasework
from services.mediation.channels.facts import CaseworkExtended, ChannelEvent
from services.mediation.channels.refusals import ExtensionsUsedUp
from services.mediation.channels.rules.limits import is_of_the_old_law
from services.mediation.channels.rules.officers import is_officer
from shared.contracts.codes import Channel

EXTENSIONS: Final = 2
EXTENSIONS_BEFORE_2026: Final = 1


def require_extension_left(case: Open) -> None:
    """R-08: at most two extensions; R-63: one."""
    allowed = EXTENSIONS_BEFORE_2026 if is_of_the_old_law(case) else EXTENSIONS
    if len(case.course.extensions) >= allowed:
        raise ExtensionsUsedUp


def extend_casework(command: ExtendCasework, case: Open) -> tuple[ChannelEvent, ...]:
    """R-08. The next higher police body approves in writing; here an officer records its paper."""
    if case.channel is not Channel.PSM:
        raise OnlyForViolations
    if not is_officer(command.by.roles):
        raise RecorderNotOfficer
    if command.approval.item in case.course.extensions:
        return ()
    require_extension_left(case)
    return (
        CaseworkExtended(
            case_id=case.case_id,
            request_id=case.request_id,
            approval=command.approval,
            recorded_by=command.by.person,
            mediation_due=command.limit.due,
            limits=(command.limit,),
            occurred_at=command.at,
        ),
    )
