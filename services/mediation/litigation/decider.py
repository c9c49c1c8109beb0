"""A dispute at court, watched until it is judged (R-19). The rows of its limits are those of clocks.csv."""

from dataclasses import replace
from datetime import datetime
from typing import Final, assert_never

from services.mediation.cases.values import CaseId, Limit
from services.mediation.litigation.commands import (
    BeginLitigation,
    ChangeProcedure,
    ExtendTrial,
    LitigationCommand,
    RecordJudgment,
    ResumeTrial,
    SuspendTrial,
    WatchTrial,
)
from services.mediation.litigation.facts import (
    CaseJudged,
    LitigationBegun,
    LitigationEvent,
    LitigationId,
    Procedure,
    ProcedureChanged,
    TrialExtended,
    TrialOverdue,
    TrialReminded,
    TrialResumed,
    TrialSuspended,
)
from shared.kernel import ClockId, CorruptHistory, Decider, Rejection, RequestId, TextRef, state

OF_PROCEDURE: Final = {Procedure.SIMPLE: ClockId("CL-050"), Procedure.ORDINARY: ClockId("CL-052")}
LONGER: Final = {Procedure.SIMPLE: ClockId("CL-051"), Procedure.ORDINARY: ClockId("CL-053")}


@state
class NotAtCourt:
    pass


@state
class AtCourt:
    litigation_id: LitigationId
    case_id: CaseId
    request_id: RequestId
    procedure: Procedure
    filed_at: datetime
    limit: Limit
    reminded: bool = False
    overdue: bool = False
    extended: frozenset[Procedure] = frozenset()
    ruling: TextRef | None = None
    """Of the last extension or suspension: the same paper twice is one."""
    suspended_at: datetime | None = None


@state
class Judged:
    litigation_id: LitigationId
    case_id: CaseId
    request_id: RequestId
    paper: TextRef


LitigationState = NotAtCourt | AtCourt | Judged


class MediationGoesOn(Rejection):
    """Who mediates has not ended: the desk follows the court once it has."""


class FilingNotYet(Rejection):
    """A suit is followed from the day on which the court filed it."""

    rule = "R-19"


class TrialExtendedAlready(Rejection):
    """Each procedure is made longer once."""

    rule = "R-19"


class NotLongerAtCourt(Rejection):
    """The new end lies before the present one."""

    rule = "R-19"


class OrdinaryAlready(Rejection):
    """There is no way back from the ordinary procedure."""

    rule = "R-19"


class TrialStandsStill(Rejection):
    """The court suspended the trial; its time does not run."""

    rule = "R-19"


class TrialRuns(Rejection):
    """Nothing was suspended."""


class JudgmentStands(Rejection):
    """The court has decided."""


def require_in_time_to_follow(filed_at: datetime, at: datetime) -> None:
    """R-19: the time counts from the filing, so that there is one."""
    if filed_at > at:
        raise FilingNotYet


def require_once(trial: AtCourt) -> None:
    """R-19: three months and one more; six months and six more; never a third time."""
    if trial.procedure in trial.extended:
        raise TrialExtendedAlready


def require_running(trial: AtCourt) -> None:
    """R-19: a suspended trial has no end that could be moved."""
    if trial.suspended_at is not None:
        raise TrialStandsStill


def evolve(state: LitigationState, event: LitigationEvent) -> LitigationState:
    match state, event:
        case NotAtCourt(), LitigationBegun():
            return AtCourt(
                event.litigation_id, event.case_id, event.request_id, event.procedure, event.filed_at, event.limit
            )
        case AtCourt(), ProcedureChanged():
            return replace(state, procedure=Procedure.ORDINARY, limit=event.limit, reminded=False, overdue=False)
        case AtCourt(), TrialExtended():
            extended = state.extended | {state.procedure}
            return replace(
                state, limit=event.limit, reminded=False, overdue=False, extended=extended, ruling=event.ruling
            )
        case AtCourt(), TrialSuspended():
            return replace(state, suspended_at=event.occurred_at, ruling=event.ruling)
        case AtCourt(), TrialResumed():
            return replace(state, limit=event.limit, suspended_at=None, reminded=False)
        case AtCourt(), TrialReminded():
            return replace(state, reminded=True)
        case AtCourt(), TrialOverdue():
            return replace(state, overdue=True)
        case AtCourt(), CaseJudged():
            return Judged(state.litigation_id, state.case_id, state.request_id, event.paper)
        case _:
            raise CorruptHistory(f"{type(event).__name__} after {type(state).__name__}")


def decide(command: LitigationCommand, state: LitigationState) -> tuple[LitigationEvent, ...]:
    match state:
        case NotAtCourt():
            if not isinstance(command, BeginLitigation):
                raise CorruptHistory(f"{type(command).__name__} before anybody went to court")
            return _begin(command)
        case Judged():
            return _after_judgment(command, state)
        case AtCourt():
            return _at_court(command, state)


def _begin(command: BeginLitigation) -> tuple[LitigationEvent, ...]:
    if not command.mediation_over:
        raise MediationGoesOn
    require_in_time_to_follow(command.filed_at, command.at)
    return (
        LitigationBegun(
            litigation_id=command.litigation_id,
            case_id=command.case_id,
            request_id=command.request_id,
            procedure=command.procedure,
            filed_at=command.filed_at,
            number=command.number,
            limit=command.limit,
            occurred_at=command.at,
        ),
    )


def _after_judgment(command: LitigationCommand, judged: Judged) -> tuple[LitigationEvent, ...]:
    match command:
        case WatchTrial() | BeginLitigation():
            return ()
        case RecordJudgment() if command.paper == judged.paper:
            return ()
        case _:
            raise JudgmentStands


def _at_court(command: LitigationCommand, trial: AtCourt) -> tuple[LitigationEvent, ...]:
    match command:
        case BeginLitigation():
            return ()
        case ChangeProcedure():
            return _change(command, trial)
        case ExtendTrial():
            return _extend(command, trial)
        case SuspendTrial():
            return _suspend(command, trial)
        case ResumeTrial():
            return _resume(command, trial)
        case WatchTrial():
            return _watch(command, trial)
        case RecordJudgment():
            return (
                CaseJudged(
                    litigation_id=trial.litigation_id,
                    case_id=trial.case_id,
                    request_id=trial.request_id,
                    paper=command.paper,
                    recorded_by=command.by,
                    occurred_at=command.at,
                ),
            )
        case _:
            assert_never(command)


def _change(command: ChangeProcedure, trial: AtCourt) -> tuple[LitigationEvent, ...]:
    """R-19: what is not judged in the simple procedure goes on in the ordinary one."""
    if trial.procedure is Procedure.ORDINARY:
        if trial.limit == command.limit:
            return ()
        raise OrdinaryAlready
    require_running(trial)
    return (
        ProcedureChanged(
            litigation_id=trial.litigation_id,
            case_id=trial.case_id,
            request_id=trial.request_id,
            limit=command.limit,
            occurred_at=command.at,
        ),
    )


def _extend(command: ExtendTrial, trial: AtCourt) -> tuple[LitigationEvent, ...]:
    if command.ruling == trial.ruling:
        return ()
    require_running(trial)
    require_once(trial)
    if command.limit.due <= trial.limit.due:
        raise NotLongerAtCourt
    return (
        TrialExtended(
            litigation_id=trial.litigation_id,
            case_id=trial.case_id,
            request_id=trial.request_id,
            limit=command.limit,
            ruling=command.ruling,
            occurred_at=command.at,
        ),
    )


def _suspend(command: SuspendTrial, trial: AtCourt) -> tuple[LitigationEvent, ...]:
    if command.ruling == trial.ruling:
        return ()
    require_running(trial)
    return (
        TrialSuspended(
            litigation_id=trial.litigation_id,
            case_id=trial.case_id,
            request_id=trial.request_id,
            ruling=command.ruling,
            occurred_at=command.at,
        ),
    )


def _resume(command: ResumeTrial, trial: AtCourt) -> tuple[LitigationEvent, ...]:
    if trial.suspended_at is None:
        if trial.limit == command.limit:
            return ()
        raise TrialRuns
    return (
        TrialResumed(
            litigation_id=trial.litigation_id,
            case_id=trial.case_id,
            request_id=trial.request_id,
            limit=command.limit,
            occurred_at=command.at,
        ),
    )


def _watch(command: WatchTrial, trial: AtCourt) -> tuple[LitigationEvent, ...]:
    """R-19: the court owns the clock; the person is reminded before its end and told when it passed."""
    if trial.suspended_at is not None or trial.overdue:
        return ()
    what: type[TrialReminded] | type[TrialOverdue]
    if command.at >= trial.limit.due:
        what = TrialOverdue
    elif not trial.reminded and trial.limit.warn_at is not None and command.at >= trial.limit.warn_at:
        what = TrialReminded
    else:
        return ()
    return (
        what(
            litigation_id=trial.litigation_id,
            case_id=trial.case_id,
            request_id=trial.request_id,
            clock=trial.limit.clock,
            due=trial.limit.due,
            occurred_at=command.at,
        ),
    )


litigation_decider: Decider[LitigationCommand, LitigationState, LitigationEvent] = Decider(NotAtCourt(), decide, evolve)
