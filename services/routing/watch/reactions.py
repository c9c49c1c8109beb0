"""Records and timers that move courses and ladders: papers issued, a dispute closed, a promise broken, time passed."""

from collections.abc import Iterator
from datetime import datetime

import structlog

from services.routing.clocks.facts import ClockBreached
from services.routing.decisions.state import DecisionState, Matter
from services.routing.decisions.store import DecisionHandler
from services.routing.watch.chains import Chains
from services.routing.watch.commands import (
    BreachLimit,
    ClimbOverdue,
    LeavePlace,
    NoteAct,
    TakeBreach,
    WarnLimit,
    WatchCommand,
)
from services.routing.watch.courses import CourseRules
from services.routing.watch.facts import LimitRetimed
from services.routing.watch.state import Watch
from services.routing.watch.store import CATEGORY, DUE, WARN, WatchHandler
from shared.contracts.mediation import CaseClosedV1
from shared.contracts.orders import DataCollectedV1, DocumentIssuedV1
from shared.eventstore import Due, Incoming, TimerReaction, Transaction
from shared.kernel import Clock, ClockId, RequestId
from shared.messaging import Reaction

log = structlog.get_logger("clocks")

OF_ORDERS = (DataCollectedV1, DocumentIssuedV1)


def follow_courses(
    watches: WatchHandler, decisions: DecisionHandler, rules: CourseRules, chains: Chains, clock: Clock
) -> Reaction:
    """What follows for the watch from records; for most requests nobody watches anything, and nothing does."""

    async def follow(record: Incoming, tx: Transaction) -> None:
        within, now = watches.within(tx), clock.now()
        match record.body:
            case ClockBreached() as broken:
                decision, _ = await decisions.within(tx).state(broken.request_id)
                chain = await chains.above(decision, now)
                taken = TakeBreach(
                    request_id=broken.request_id, clock=broken.clock, due=broken.due, chain=chain, at=now
                )
                await within.handle(broken.request_id, taken, record.context)
            case CaseClosedV1(request_id=request_id):
                watch, _ = await within.state(request_id)
                if watch.place is not None:
                    await within.handle(request_id, LeavePlace(request_id=request_id, at=now), record.context)
            case DataCollectedV1() | DocumentIssuedV1() as told:
                watch, _ = await within.state(told.request_id)
                for act in acts_told(rules, watch, told, now):
                    await within.handle(told.request_id, act, record.context)

    return Reaction(
        reader="routing.follow_courses",
        causes=(
            *(("workorders", contract) for contract in OF_ORDERS),
            ("mediation", CaseClosedV1),
            ("routing", ClockBreached),
        ),
        handle=follow,
        on=watches,
    )


def acts_told(
    rules: CourseRules, watch: Watch, told: DataCollectedV1 | DocumentIssuedV1, now: datetime
) -> Iterator[NoteAct]:
    """What an order did ends only what waits for it."""
    for course, act in rules.told_by(told.fact):
        waiting = [watch.terms[clock] for clock in act.stops if clock in watch.terms]
        if waiting and all(term.started_at <= told.at for term in waiting):
            yield NoteAct(
                request_id=told.request_id,
                course=course.code,
                act=act.code,
                happened_at=told.at,
                evidence=None,
                at=max(now, told.at),
            )


def watch_wakings(watches: WatchHandler, decisions: DecisionHandler, chains: Chains) -> TimerReaction:
    async def wake(due: Due, tx: Transaction) -> None:
        within, request_id = watches.within(tx), RequestId(due.id)
        name, _, code = due.name.rpartition(":")
        clock = ClockId(code)
        if f"{name}:" == WARN:
            await within.handle(due.id, WarnLimit(request_id=request_id, clock=clock, at=due.now), due.context)
            return
        decision, _ = await decisions.within(tx).state(due.id)
        chain = await chains.above(decision, due.now)
        if f"{name}:" == DUE:
            wish: WatchCommand = BreachLimit(request_id=request_id, clock=clock, chain=chain, at=due.now)
        else:
            watch, _ = await within.state(due.id)
            wish = ClimbOverdue(
                request_id=request_id, clock=clock, met=not runs(watch, decision, clock), chain=chain, at=due.now
            )
        recorded = await within.handle(due.id, wish, due.context)
        for event in recorded.events:
            if isinstance(event, LimitRetimed) and event.provisional:
                log.warning("calendar_missing", clock=clock, put_off_to=event.due.isoformat())

    return TimerReaction(category=CATEGORY, handle=wake)


def runs(watch: Watch, decision: DecisionState, clock: ClockId) -> bool:
    """Whether it still waits for somebody, here or in the decision."""
    return clock in watch.terms or (isinstance(decision, Matter) and clock in decision.clocks)
