"""How a matter ends: with an outcome, handed over to mediation, back to routing, or taken away."""

from typing import assert_never

from services.enterprise.matters.commands import (
    AskMediation,
    EndCommand,
    ReportOutcome,
    ReturnMatter,
    RevokeMatter,
    WithdrawMatter,
)
from services.enterprise.matters.facts import (
    Kind,
    MatterEvent,
    MatterReturned,
    MatterRevoked,
    MatterWithdrawn,
    MediationAsked,
    OutcomeReported,
)
from services.enterprise.matters.rules.hands import require_offered_to, require_owner, require_untouched
from services.enterprise.matters.rules.safeguards import Safeguards, require_mediation_channel
from services.enterprise.matters.rules.tasks import unanswered
from services.enterprise.matters.rules.work import TaskUnanswered
from services.enterprise.matters.state import Ended, MatterState, Offered, Signed, TaskState, hands_of, require_signed
from shared.contracts.codes import Outcome, OutcomeDetail, ReasonCode
from shared.kernel import Rejection

RETURN_REASONS = frozenset(
    {
        ReasonCode.WRONG_CATEGORY,
        ReasonCode.WRONG_GRID,
        ReasonCode.CONFLICT_OF_INTEREST,
        ReasonCode.OVERLOAD,
        ReasonCode.CRIME_FOUND,
    }
)
DETAILS = {
    Outcome.DONE: frozenset({OutcomeDetail.RECTIFIED, OutcomeDetail.WARNED, OutcomeDetail.ANSWERED_ONLY}),
    Outcome.FAILED: frozenset({OutcomeDetail.PARTY_REFUSED, OutcomeDetail.LAPSED}),
}


class FirmNotAnswered(Rejection):
    """S83: whatever came of it, the firm is answered in words before the matter ends."""


class DepartmentNotAsked(Rejection):
    """A complaint about a department is done when another unit has looked into it and answered."""


class NobodyLodged(Rejection):
    """Not one worker was registered."""


class OutcomeNotForMatter(Rejection):
    """A matter is done, failed or refused; an agreement is reported by mediation."""


class ReasonNotForReturn(Rejection):
    """Matters go back for reasons that let routing decide better."""


def end(command: EndCommand, state: MatterState, guards: Safeguards) -> tuple[MatterEvent, ...]:
    match command:
        case ReportOutcome():
            return _report(command, state, guards)
        case AskMediation():
            return _ask_mediation(command, state, guards)
        case ReturnMatter():
            return _send_back(command, state)
        case RevokeMatter() | WithdrawMatter():
            return _take_away(command, state)
        case _:
            assert_never(command)


def _report(command: ReportOutcome, state: MatterState, guards: Safeguards) -> tuple[MatterEvent, ...]:
    """R-28, S39, S83: nothing is done around a gate, and nobody is left without an answer."""
    if _ended_so(state, command.outcome, command.detail):
        return ()
    matter = require_signed(state)
    require_owner(command.doer, hands_of(matter.offer), matter.owner)
    if command.outcome not in (Outcome.DONE, Outcome.FAILED, Outcome.REFUSED):
        raise OutcomeNotForMatter
    if command.detail is not None and command.detail not in DETAILS.get(command.outcome, frozenset()):
        raise OutcomeNotForMatter
    if missing := unanswered(matter):
        raise TaskUnanswered(missing=missing)
    if matter.answer is None:
        raise FirmNotAnswered
    if command.outcome is Outcome.DONE:
        _require_done(matter, guards)
    return (_outcome(matter, command.outcome, command.detail, command),)


def _ended_so(state: MatterState, outcome: Outcome, detail: OutcomeDetail | None) -> bool:
    by = state.by if isinstance(state, Ended) else None
    return isinstance(by, OutcomeReported) and (by.outcome, by.detail) == (outcome, detail)


def _require_done(matter: Signed, guards: Safeguards) -> None:
    guards.not_a_crime(matter)
    guards.lawful_project(matter)
    answered = any(task.stands is TaskState.ANSWERED for task in matter.tasks.values())
    if matter.kind is Kind.DEPARTMENT_COMPLAINT and not answered:
        raise DepartmentNotAsked
    if matter.kind is Kind.STAFF_LODGING and not matter.lodged:
        raise NobodyLodged


def _ask_mediation(command: AskMediation, state: MatterState, guards: Safeguards) -> tuple[MatterEvent, ...]:
    """R-01, R-28: the workstation coordinates and does not host; routing decides anew."""
    if _ended_so(state, Outcome.HANDED_OVER, None):
        return ()
    matter = require_signed(state)
    require_owner(command.doer, hands_of(matter.offer), matter.owner)
    require_mediation_channel(command.channel)
    guards.not_a_crime(matter)
    guards.written_consent(matter)
    guards.lawful_project(matter)
    if missing := unanswered(matter):
        raise TaskUnanswered(missing=missing)
    asked = MediationAsked(
        matter_id=matter.offer.matter_id,
        request_id=matter.offer.request_id,
        channel=command.channel,
        occurred_at=command.at,
    )
    return (asked, _outcome(matter, Outcome.HANDED_OVER, None, command))


def _outcome(
    matter: Signed, outcome: Outcome, detail: OutcomeDetail | None, command: ReportOutcome | AskMediation
) -> OutcomeReported:
    return OutcomeReported(
        matter_id=matter.offer.matter_id,
        request_id=matter.offer.request_id,
        attempt=matter.offer.attempt,
        channel=matter.offer.channel,
        outcome=outcome,
        detail=detail,
        answer=matter.answer,
        handler=matter.owner,
        occurred_at=command.at,
    )


def _send_back(command: ReturnMatter, state: MatterState) -> tuple[MatterEvent, ...]:
    """R-28: a crime that comes to light goes back at once, whatever else is open."""
    if isinstance(state, Ended) and isinstance(state.by, MatterReturned):
        return ()
    if command.reason not in RETURN_REASONS:
        raise ReasonNotForReturn
    if isinstance(state, Offered):
        require_untouched(command.doer, hands_of(state.offer))
        require_offered_to(command.doer, hands_of(state.offer))
        owner = state.offer.owner
        offer = state.offer
    else:
        matter = require_signed(state)
        require_owner(command.doer, hands_of(matter.offer), matter.owner)
        owner, offer = matter.owner, matter.offer
    return (
        MatterReturned(
            matter_id=offer.matter_id,
            request_id=offer.request_id,
            attempt=offer.attempt,
            reason=command.reason,
            note=command.note,
            owner=owner,
            occurred_at=command.at,
        ),
    )


def _take_away(command: RevokeMatter | WithdrawMatter, state: MatterState) -> tuple[MatterEvent, ...]:
    """Too late or too early changes nothing: records of two services arrive in any order."""
    if not isinstance(state, Offered | Signed):
        return ()
    matter_id, request_id = state.offer.matter_id, state.offer.request_id
    if isinstance(command, RevokeMatter):
        return (
            MatterRevoked(matter_id=matter_id, request_id=request_id, reason=command.reason, occurred_at=command.at),
        )
    return (MatterWithdrawn(matter_id=matter_id, request_id=request_id, occurred_at=command.at),)
