"""Records of other services become wishes of a decision; a decision's own beginning makes the model read; timers wake.

Danger goes first: filing is answered without any text being read. Judging reads our own feed, so that a vault that is
down holds up nobody's filing.
"""

from dataclasses import replace
from datetime import datetime

import structlog

from services.routing.clocks.facts import ClockRetimed
from services.routing.decisions.commands import (
    BeginTriage,
    BreachClock,
    DecisionCommand,
    EndTriage,
    NoteEscalation,
    NoteHandling,
    NoteInfoRequested,
    NoteSupplemented,
    NoteTold,
    ReopenTriage,
    ResumeTriage,
    TakeBack,
    WarnClock,
)
from services.routing.decisions.facts import EndedBy, HandlingStep, TriageBegun
from services.routing.decisions.judging import Judging
from services.routing.decisions.placing_commands import NoteHolder
from services.routing.decisions.placing_facts import TakenOver
from services.routing.decisions.refusals import TriageNotBegun
from services.routing.decisions.rosters import Rosters
from services.routing.decisions.rules.owners import Owner
from services.routing.decisions.state import Matter
from services.routing.decisions.store import CATEGORY, CLOCK_DUE, CLOCK_WARN, JUDGE, DecisionHandler
from shared.contracts.codes import Outcome
from shared.contracts.handling import (
    FirstResponseV1,
    HandlingReturnedV1,
    HandlingSignedV1,
    HandlingStartedV1,
    OutcomeReportedV1,
)
from shared.contracts.intake import (
    InfoRequestedV1,
    NotAcceptedV1,
    RequestArchivedV1,
    RequestFiledV1,
    RequestReopenedV1,
    SupplementedV1,
    WithdrawnV1,
)
from shared.contracts.mediation import EscalationReportedV1
from shared.contracts.notifications import About, RequesterToldV1, Side
from shared.contracts.orders import OwnerChangedV1
from shared.contracts.samematter import DuplicateLinkedV1, LinkUndoneV1
from shared.eventstore import Due, Incoming, TimerReaction, Transaction
from shared.kernel import Clock, ClockId, GridCode, NotThereYet, RequestId
from shared.messaging import Reaction

log = structlog.get_logger("clocks")

HANDLERS = ("enterprise", "mediation", "workorders")
FROM_INTAKE = (
    RequestFiledV1,
    SupplementedV1,
    InfoRequestedV1,
    NotAcceptedV1,
    WithdrawnV1,
    RequestReopenedV1,
    RequestArchivedV1,
    DuplicateLinkedV1,
    LinkUndoneV1,
)
FROM_HANDLERS = (HandlingSignedV1, FirstResponseV1, HandlingStartedV1, HandlingReturnedV1, OutcomeReportedV1)


def triage_requests(decisions: DecisionHandler, rosters: Rosters, clock: Clock) -> Reaction:
    async def triage(record: Incoming, tx: Transaction) -> None:
        now = clock.now()
        within = decisions.within(tx)
        match record.body:
            case RequestFiledV1() as filed:
                command: DecisionCommand = await _begin(filed, rosters, now)
            case RequestReopenedV1() as reopened:
                grid = await _grid_of(within, reopened.request_id)
                command = await _reopen(reopened, rosters, grid, now)
            case SupplementedV1() as supplemented:
                command = await _supplemented(supplemented, rosters, now)
            case InfoRequestedV1(request_id=request_id, due=due):
                command = NoteInfoRequested(request_id=request_id, due=due, at=now)
            case WithdrawnV1(request_id=request_id):
                command = EndTriage(request_id=request_id, why=EndedBy.WITHDRAWN, at=now)
            case NotAcceptedV1(request_id=request_id):
                command = EndTriage(request_id=request_id, why=EndedBy.NOT_ACCEPTED, at=now)
            case RequestArchivedV1(request_id=request_id):
                command = EndTriage(request_id=request_id, why=EndedBy.ARCHIVED, at=now)
            case DuplicateLinkedV1(request_id=request_id):
                command = EndTriage(request_id=request_id, why=EndedBy.LINKED, at=now)
            case LinkUndoneV1(request_id=request_id, resumes=True):
                grid = await _grid_of(within, request_id)
                command = ResumeTriage(request_id=request_id, roster=await rosters.on(now, grid), at=now)
            case _:
                return
        await within.handle(record.key, command, record.context)

    return Reaction(
        reader="routing.triage_requests",
        causes=tuple(("intake", contract) for contract in FROM_INTAKE),
        handle=triage,
        on=decisions,
    )


async def _begin(filed: RequestFiledV1, rosters: Rosters, now: datetime) -> BeginTriage:
    return BeginTriage(
        request_id=filed.request_id,
        door=filed.door,
        title=filed.title,
        narrative=filed.narrative,
        place=filed.place,
        requester=filed.requester,
        other_party=filed.other_party,
        danger=filed.danger,
        filed_at=filed.at,
        roster=await rosters.on(now, None),
        at=now,
    )


async def _reopen(reopened: RequestReopenedV1, rosters: Rosters, grid: GridCode | None, now: datetime) -> ReopenTriage:
    return ReopenTriage(
        request_id=reopened.request_id,
        reopening=reopened.attempt,
        reason=reopened.reason,
        former_handler=reopened.former_handler,
        roster=await rosters.on(now, grid),
        at=now,
    )


async def _supplemented(supplemented: SupplementedV1, rosters: Rosters, now: datetime) -> NoteSupplemented:
    return NoteSupplemented(
        request_id=supplemented.request_id,
        answers_request=supplemented.answers_request,
        danger=supplemented.danger,
        roster=await rosters.on(now, None),
        at=now,
    )


async def _grid_of(decisions: DecisionHandler, request_id: RequestId) -> GridCode | None:
    state, _ = await decisions.state(request_id)
    return state.grid if isinstance(state, Matter) else None


def follow_handling(decisions: DecisionHandler, rosters: Rosters, clock: Clock) -> Reaction:
    async def note(record: Incoming, tx: Transaction) -> None:
        within = decisions.within(tx)
        command = await _noted(record.body, within, rosters, clock.now())
        if command is None:
            return
        try:
            await within.handle(record.key, command, record.context)
        except TriageNotBegun:
            raise NotThereYet("the filing of a request that is already handled") from None

    return Reaction(
        reader="routing.follow_handling",
        causes=(
            *((service, contract) for service in HANDLERS for contract in FROM_HANDLERS),
            ("mediation", EscalationReportedV1),
            ("workorders", OwnerChangedV1),
            ("notifications", RequesterToldV1),
        ),
        handle=note,
        on=decisions,
    )


async def _noted(body: object, decisions: DecisionHandler, rosters: Rosters, now: datetime) -> DecisionCommand | None:
    match body:
        case HandlingSignedV1():
            signed = _step(body.request_id, HandlingStep.SIGNED, now, body.attempt)
            return replace(signed, by=Owner(body.unit, body.owner, None))
        case OwnerChangedV1():
            return NoteHolder(
                request_id=body.request_id,
                attempt=None,
                unit=body.unit,
                owner=body.owner,
                how=TakenOver.HANDED_OVER,
                at=now,
            )
        case FirstResponseV1():
            return _step(body.request_id, HandlingStep.FIRST_RESPONSE, now)
        case HandlingStartedV1():
            return _step(body.request_id, HandlingStep.STARTED, now)
        case HandlingReturnedV1():
            roster = await rosters.on(now, await _grid_of(decisions, body.request_id))
            return TakeBack(
                request_id=body.request_id,
                attempt=body.attempt,
                owner=body.owner,
                reason=body.reason,
                roster=roster,
                at=now,
            )
        case OutcomeReportedV1(outcome=Outcome.HANDED_OVER):
            roster = await rosters.on(now, await _grid_of(decisions, body.request_id))
            return TakeBack(
                request_id=body.request_id,
                attempt=body.attempt,
                owner=body.handler,
                reason=None,
                roster=roster,
                at=now,
            )
        case OutcomeReportedV1():
            return _step(body.request_id, HandlingStep.OUTCOME, now, body.attempt, body.outcome)
        case EscalationReportedV1():
            roster = await rosters.on(now, None)
            return NoteEscalation(request_id=body.request_id, reported_at=body.at, roster=roster, at=now)
        case RequesterToldV1(about=About.OUTCOME, side=Side.REQUESTER):
            return NoteTold(request_id=body.request_id, at=now)
    return None


def _step(
    request_id: RequestId,
    step: HandlingStep,
    now: datetime,
    attempt: int | None = None,
    outcome: Outcome | None = None,
) -> NoteHandling:
    return NoteHandling(request_id=request_id, attempt=attempt, step=step, outcome=outcome, at=now)


def judge_requests(decisions: DecisionHandler, judging: Judging) -> Reaction:
    async def judge(record: Incoming, tx: Transaction) -> None:
        assert isinstance(record.body, TriageBegun)
        command = await judging.of(record.body, record.context, record.record_id)
        await decisions.within(tx).handle(record.key, command, record.context)

    return Reaction(
        reader="routing.judge_requests",
        causes=(("routing", TriageBegun),),
        handle=judge,
        prepare=judging.read_ahead,
        on=decisions,
    )


def decision_timers(decisions: DecisionHandler, judging: Judging) -> TimerReaction:
    async def wake(due: Due, tx: Transaction) -> None:
        within = decisions.within(tx)
        request_id = RequestId(due.id)
        if due.name.startswith(CLOCK_WARN):
            clock = ClockId(due.name.removeprefix(CLOCK_WARN))
            await within.handle(due.id, WarnClock(request_id=request_id, clock=clock, at=due.now), due.context)
        elif due.name.startswith(CLOCK_DUE):
            clock = ClockId(due.name.removeprefix(CLOCK_DUE))
            wish = BreachClock(request_id=request_id, clock=clock, at=due.now)
            recorded = await within.handle(due.id, wish, due.context)
            for event in recorded.events:
                if isinstance(event, ClockRetimed) and event.provisional:
                    log.warning("calendar_missing", clock=clock, put_off_to=event.due.isoformat())
        elif due.name == JUDGE:
            begun = (await within.history(due.id))[0].event
            assert isinstance(begun, TriageBegun)
            await within.handle(due.id, await judging.of(begun, due.context), due.context)
        else:
            raise ValueError(f"no timer of a decision: {due.name}")

    return TimerReaction(category=CATEGORY, handle=wake)
