"""How a dispute at court is stored, and the one thing that others learn: that its time ends, or has ended."""

from typing import TypeAlias
from uuid import UUID

from services.mediation.cases.values import Limit
from services.mediation.litigation.commands import LitigationCommand, WatchTrial
from services.mediation.litigation.decider import LitigationState, litigation_decider
from services.mediation.litigation.facts import (
    CaseJudged,
    LitigationBegun,
    LitigationEvent,
    LitigationId,
    ProcedureChanged,
    TrialExtended,
    TrialOverdue,
    TrialReminded,
    TrialResumed,
    TrialSuspended,
)
from shared.contracts.base import Contract
from shared.contracts.mediation import TrialLimitV1
from shared.eventstore import Cancel, Codec, CommandHandler, Due, EventStore, Timer, TimerReaction, Transaction
from shared.kernel import derive_id

CATEGORY = "mediation.litigation"
WARN, DUE = "trial_warn", "trial_due"

LitigationHandler: TypeAlias = CommandHandler[LitigationCommand, LitigationState, LitigationEvent]

litigation_codec: Codec[LitigationEvent] = Codec(LitigationEvent)


def litigation_handler(store: EventStore) -> LitigationHandler:
    return CommandHandler(
        store=store,
        category=CATEGORY,
        decider=litigation_decider,
        codec=litigation_codec,
        publish=published,
        key=request_of,
        timers=litigation_timers,
    )


def litigation_of(case_id: UUID) -> LitigationId:
    """One dispute goes to court once."""
    return LitigationId(derive_id(case_id, "litigation"))


def request_of(id: UUID, state: LitigationState, events: tuple[LitigationEvent, ...]) -> UUID:
    return events[0].request_id


def litigation_timers(event: LitigationEvent, state: LitigationState) -> tuple[Timer | Cancel, ...]:
    match event:
        case LitigationBegun() | ProcedureChanged() | TrialExtended() | TrialResumed():
            return _watched(event.limit)
        case TrialSuspended() | CaseJudged():
            return (Cancel(WARN), Cancel(DUE))
        case _:
            return ()


def _watched(limit: Limit) -> tuple[Timer, ...]:
    warned = (Timer(WARN, limit.warn_at),) if limit.warn_at else ()
    return (*warned, Timer(DUE, limit.due))


def litigation_wakings(litigations: LitigationHandler) -> TimerReaction:
    async def wake(due: Due, tx: Transaction) -> None:
        # The reminder belongs to its own time: woken late, it still comes before the end.
        at = due.due_at if due.name == WARN else due.now
        await litigations.within(tx).handle(due.id, WatchTrial(at=at), due.context)

    return TimerReaction(CATEGORY, wake)


def published(event: LitigationEvent) -> Contract | None:
    if not isinstance(event, TrialReminded | TrialOverdue):
        return None
    return TrialLimitV1(
        request_id=event.request_id,
        case_id=event.case_id,
        clock=event.clock,
        due=event.due,
        passed=isinstance(event, TrialOverdue),
        at=event.occurred_at,
    )
