"""The mandatory report and what follows from it (R-32), and a school's duty after bullying (R-33)."""

from services.mediation.children.commands import (
    GiveSchoolResult,
    NoteCasework,
    ReportBullying,
    ReportHarm,
    RespondToChild,
    SignForChild,
    TellReporterUnit,
)
from services.mediation.children.facts import (
    REPORT,
    BullyingReported,
    ChildCaseworkFiled,
    ChildEvent,
    ChildFileSigned,
    ChildFirstResponse,
    ChildHandlingStarted,
    MandatoryReported,
    ReporterUnitTold,
    SchoolResultGiven,
    Seat,
)
from services.mediation.children.refusals import (
    BullyingNotReported,
    CaseworkNotFiled,
    ChildAlreadySigned,
    OnlySchoolAnswers,
    ReportNotMade,
    ReportToNobody,
)
from services.mediation.children.rules.standing import require_officer, require_owner
from services.mediation.children.state import Open


def sign(command: SignForChild, file: Open) -> tuple[ChildEvent, ...]:
    """R-32: one child officer is accountable. R-15: no party to it."""
    require_officer(command.hand, file)
    if file.owner == command.hand.person:
        return ()
    if file.owner is not None:
        raise ChildAlreadySigned
    offer = file.offer
    return (
        ChildFileSigned(
            child_id=offer.child_id,
            request_id=offer.request_id,
            attempt=offer.attempt,
            unit=command.hand.unit or offer.unit,
            owner=command.hand.person,
            occurred_at=command.at,
        ),
    )


def respond(command: RespondToChild, file: Open) -> tuple[ChildEvent, ...]:
    require_owner(command.hand, file)
    if file.responded:
        return ()
    return (
        ChildFirstResponse(
            child_id=file.offer.child_id,
            request_id=file.offer.request_id,
            note=command.note,
            occurred_at=command.at,
        ),
    )


def report(command: ReportHarm, file: Open) -> tuple[ChildEvent, ...]:
    """R-32: at once; it waits neither for a signature nor for certainty."""
    require_officer(command.hand, file)
    if not command.to:
        raise ReportToNobody
    if file.reported:
        return ()
    ids = file.offer.child_id, file.offer.request_id
    running = file.clocks.get(REPORT)
    reported = MandatoryReported(
        child_id=ids[0],
        request_id=ids[1],
        to=command.to,
        note=command.note,
        reported_by=command.hand.person,
        kept=running is None or command.at <= running.due,
        occurred_at=command.at,
    )
    if file.started:
        return (reported,)
    return (ChildHandlingStarted(child_id=ids[0], request_id=ids[1], occurred_at=command.at), reported)


def note_casework(command: NoteCasework, file: Open) -> tuple[ChildEvent, ...]:
    """R-32: the unit that reported is answered within three days of the filing; the report comes first."""
    require_owner(command.hand, file)
    if not file.reported:
        raise ReportNotMade
    if file.casework:
        return ()
    return (
        ChildCaseworkFiled(
            child_id=file.offer.child_id,
            request_id=file.offer.request_id,
            feedback_due=command.feedback_due,
            warn_at=command.warn_at,
            occurred_at=command.at,
        ),
    )


def tell_reporter(command: TellReporterUnit, file: Open) -> tuple[ChildEvent, ...]:
    """R-32: the unit that reported learns what came of it."""
    require_owner(command.hand, file)
    if not file.casework:
        raise CaseworkNotFiled
    if file.told_reporter:
        return ()
    return (
        ReporterUnitTold(
            child_id=file.offer.child_id,
            request_id=file.offer.request_id,
            answer=command.answer,
            occurred_at=command.at,
        ),
    )


def report_bullying(command: ReportBullying, file: Open) -> tuple[ChildEvent, ...]:
    """R-33: from the report on the school has ten days."""
    if file.seats.get(command.hand.person) is not Seat.SCHOOL:
        require_officer(command.hand, file)
    if file.bullying:
        return ()
    return (
        BullyingReported(
            child_id=file.offer.child_id,
            request_id=file.offer.request_id,
            result_due=command.result_due,
            warn_at=command.warn_at,
            occurred_at=command.at,
        ),
    )


def give_school_result(command: GiveSchoolResult, file: Open) -> tuple[ChildEvent, ...]:
    """R-33: the school itself answers; who is named in the matter does not."""
    if file.seats.get(command.hand.person) is not Seat.SCHOOL:
        raise OnlySchoolAnswers
    if not file.bullying:
        raise BullyingNotReported
    if file.school_result == command.result:
        return ()
    return (
        SchoolResultGiven(
            child_id=file.offer.child_id,
            request_id=file.offer.request_id,
            result=command.result,
            given_by=command.hand.person,
            occurred_at=command.at,
        ),
    )
