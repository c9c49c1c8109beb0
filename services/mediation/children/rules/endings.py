"""How a child's file ends: never before the report, never without words for who asked (R-32, R-33)."""

from typing import Final

from services.mediation.children.commands import CloseChildFile, ReturnChildFile, StopChildFile
from services.mediation.children.facts import (
    SCHOOL,
    ChildEvent,
    ChildFileReturned,
    ChildFileStopped,
    ChildOutcomeReported,
    Conflict,
    Seat,
)
from services.mediation.children.refusals import (
    ChildAnswerMissing,
    ChildReasonNotForReturn,
    GuardianUntold,
    ReporterUnitUntold,
    ReportNotMade,
    SchoolResultMissing,
)
from services.mediation.children.rules.standing import require_officer, require_owner
from services.mediation.children.state import Open
from shared.contracts.codes import Outcome, ReasonCode

RETURNABLE: Final = frozenset({ReasonCode.WRONG_CATEGORY, ReasonCode.CONFLICT_OF_INTEREST, ReasonCode.OVERLOAD})


def close(command: CloseChildFile, file: Open) -> tuple[ChildEvent, ...]:
    """R-32: reported, the reporting unit answered, the result told. R-33: the school heard, the guardian told."""
    require_owner(command.hand, file)
    if not file.reported:
        raise ReportNotMade
    if file.casework and not file.told_reporter:
        raise ReporterUnitUntold
    if command.outcome is Outcome.DONE:
        _require_school(file)
    if command.answer is None:
        raise ChildAnswerMissing
    return (
        ChildOutcomeReported(
            child_id=file.offer.child_id,
            request_id=file.offer.request_id,
            attempt=file.offer.attempt,
            outcome=command.outcome,
            detail=command.detail,
            answer=command.answer,
            handler=command.hand.person,
            occurred_at=command.at,
        ),
    )


def _require_school(file: Open) -> None:
    if not file.bullying:
        return
    running = file.clocks.get(SCHOOL)
    if file.school_result is None and running is not None and not running.breached:
        raise SchoolResultMissing(due=running.due)
    suspected = Conflict.SUSPECTED in file.excluded.values()
    if Seat.GUARDIAN not in file.seats.values() and not suspected:
        raise GuardianUntold


def send_back(command: ReturnChildFile, file: Open) -> tuple[ChildEvent, ...]:
    """R-32: whoever thinks that it belongs elsewhere reports first and returns then."""
    require_officer(command.hand, file)
    if command.reason not in RETURNABLE:
        raise ChildReasonNotForReturn(reason=command.reason)
    if command.reason is ReasonCode.WRONG_CATEGORY and not file.reported:
        raise ReportNotMade
    return (
        ChildFileReturned(
            child_id=file.offer.child_id,
            request_id=file.offer.request_id,
            attempt=file.offer.attempt,
            reason=command.reason,
            owner=file.owner,
            occurred_at=command.at,
        ),
    )


def stop(command: StopChildFile, file: Open) -> tuple[ChildEvent, ...]:
    return (ChildFileStopped(child_id=file.offer.child_id, request_id=file.offer.request_id, occurred_at=command.at),)
