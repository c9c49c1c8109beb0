"""One matter as its page shows it: folded from its history, always fresh."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from services.enterprise.firms.decider import FirmId
from services.enterprise.matters.bodies import MatterAnswer, Moment, NextAct, RoundAnswer, TaskAnswer
from services.enterprise.matters.commands import (
    AnswerFirm,
    AskMediation,
    AssignTask,
    CheckLegality,
    HoldRound,
    LodgeStaff,
    MatterCommand,
    NameComplainedOf,
    NameFirm,
    RecordConsent,
    ReportOutcome,
    RespondFirst,
    ReturnMatter,
    SignFor,
)
from services.enterprise.matters.decider import matter_decider
from services.enterprise.matters.facts import (
    BatchId,
    FirmTold,
    GateOverdue,
    Kind,
    Legality,
    LegalityChecked,
    MatterEvent,
    MatterReturned,
    Measure,
    OutcomeReported,
    RoundHeld,
    RoundId,
    StaffLodged,
    TaskAnswered,
    TaskAssigned,
    TaskId,
)
from services.enterprise.matters.rules.hands import Doer
from services.enterprise.matters.state import Ended, MatterState, Offered, Signed, Task, Unoffered, firm_of, owner_of
from services.enterprise.matters.state import stage as stage_of
from services.enterprise.matters.views import state_of_end
from shared.contracts.codes import Channel, Gate, Outcome, ReasonCode, State
from shared.eventstore import Stored
from shared.kernel import Digest, Rejection, TextRef, UnitCode, fact_name
from shared.web.clerk import told

PROBE = TextRef(UUID(int=0), Digest("0" * 64))
"""Stands for words that are not written yet, when an act is only tried."""
NOBODY = RoundId(UUID(int=0))
NOWHERE = UnitCode("-")

Tell = Callable[[Rejection], str]

History = Sequence[Stored[MatterEvent]]
Shown = Offered | Signed | Ended


def refs_for(history: History, own: UnitCode | None, whole: bool) -> tuple[TextRef, ...]:
    """The words that a reader gets: a department only what it was asked and answered."""
    found: list[TextRef] = []
    asked = [stored.event for stored in history if isinstance(stored.event, TaskAssigned)]
    mine = {task.task_id for task in asked if task.unit == own}
    for stored in history:
        match stored.event:
            case TaskAssigned(task_id=task_id, demand=text) | TaskAnswered(task_id=task_id, reply=text):
                if whole or task_id in mine:
                    found.append(text)
            case FirmTold(answer=text) if whole:
                found.append(text)
            case _:
                pass
    return tuple(found)


def show(
    history: History, state: Shown, texts: Mapping[UUID, str | None], doer: Doer | None, at: datetime, tell: Tell
) -> MatterAnswer:
    offer, end = state.offer, state.by if isinstance(state, Ended) else None
    last = _last_signed(history, state)
    events = [stored.event for stored in history]
    rounds = [event for event in events if isinstance(event, RoundHeld)]
    answers = [event.answer for event in events if isinstance(event, FirmTold)]
    return MatterAnswer(
        matter_id=offer.matter_id,
        request_id=offer.request_id,
        attempt=offer.attempt,
        category=offer.category,
        priority=offer.priority,
        kind=last.kind if last else None,
        state=state_name(state),
        unit=last.unit if last else offer.unit,
        owner=owner_of(state),
        firm_id=firm_of(state),
        gate=_gate(state, last),
        gate_due=last.gate_due if last else None,
        gate_late=any(isinstance(event, GateOverdue) for event in events),
        consented=last is not None and last.consent is not None,
        legality=next((event.result for event in reversed(events) if isinstance(event, LegalityChecked)), None),
        complained_of=last.complained_of if last else None,
        rounds=tuple(
            RoundAnswer(
                round_id=each.round_id,
                measures=each.measures,
                away=each.away,
                expenses_fen=each.expenses_fen,
                at=each.occurred_at,
            )
            for each in rounds
        ),
        expenses_fen=sum(each.expenses_fen for each in rounds),
        tasks=_tasks(events, last, texts),
        lodged=sum(len(event.workers) for event in events if isinstance(event, StaffLodged)),
        outcome=end.outcome if isinstance(end, OutcomeReported) else None,
        detail=end.detail if isinstance(end, OutcomeReported) else None,
        return_reason=end.reason if isinstance(end, MatterReturned) else None,
        narrative=told(texts, offer.narrative),
        answer=told(texts, answers[-1]) if answers else None,
        offered_at=events[0].occurred_at,
        answer_due=offer.answer_due,
        next=next_acts(state, doer, at, tell),
        timeline=tuple(
            Moment(
                fact=fact_name(stored.event), at=stored.event.occurred_at, role=stored.raw.role, unit=stored.raw.unit
            )
            for stored in history
        ),
        version=len(history),
    )


def state_name(state: MatterState) -> str:
    match state:
        case Ended(by=by):
            return state_of_end(by)
        case Signed():
            return stage_of(state)
        case _:
            return State.OFFERED


def _gate(state: Shown, last: Signed | None) -> str | None:
    gates = state.gates if isinstance(state, Offered) else last.gates if last else {}
    return gates.get(Gate.CRIME_OR_CIVIL)


def _last_signed(history: History, state: Shown) -> Signed | None:
    """As it stood before its end, for the page of what is over."""
    if isinstance(state, Signed):
        return state
    if isinstance(state, Ended):
        before = matter_decider.fold(stored.event for stored in history[:-1])
        return before if isinstance(before, Signed) else None
    return None


def _tasks(
    events: Sequence[MatterEvent], matter: Signed | None, texts: Mapping[UUID, str | None]
) -> tuple[TaskAnswer, ...]:
    stands: Mapping[TaskId, Task] = matter.tasks if matter else {}
    replies = {event.task_id: event.reply for event in events if isinstance(event, TaskAnswered)}
    return tuple(
        TaskAnswer(
            task_id=event.task_id,
            unit=event.unit,
            state=stands[event.task_id].stands,
            due=event.due,
            object_until=event.object_until,
            rung=stands[event.task_id].rung,
            urged=stands[event.task_id].urged,
            demand=told(texts, event.demand),
            reply=told(texts, replies.get(event.task_id)),
        )
        for event in events
        if isinstance(event, TaskAssigned) and event.task_id in stands
    )


def next_acts(state: MatterState, doer: Doer | None, at: datetime, tell: Tell) -> tuple[NextAct, ...]:
    """Each act is tried by the rules themselves, so that a page never offers what would be refused."""
    if doer is None or isinstance(state, Unoffered | Ended):
        return ()
    return tuple(_tried(name, command, state, tell) for name, command in _probes(state, doer, at))


def _probes(state: Offered | Signed, doer: Doer, at: datetime) -> Sequence[tuple[str, MatterCommand]]:
    back = ReturnMatter(doer=doer, reason=ReasonCode.OVERLOAD, note=None, at=at)
    if isinstance(state, Offered):
        sign = SignFor(doer=doer, kind=Kind.OPINION, gate_due=at, at=at)
        return (("sign_for_matter", sign), ("return_matter", back))
    talk = HoldRound(doer=doer, round_id=NOBODY, measures=(Measure.TALK,), away=False, expenses_fen=0, note=None, at=at)
    lodge = LodgeStaff(doer=doer, batch_id=BatchId(UUID(int=0)), workers=(), bad=(), at=at)
    return (
        ("name_firm", NameFirm(doer=doer, firm_id=FirmId(UUID(int=0)), at=at)),
        ("respond_to_firm", RespondFirst(doer=doer, note=None, at=at)),
        ("lodge_staff", lodge),
        ("name_complained_of", NameComplainedOf(doer=doer, unit=NOWHERE, at=at)),
        ("assign_task", _task(doer, at)),
        ("record_consent", RecordConsent(doer=doer, evidence=PROBE, at=at)),
        ("check_legality", CheckLegality(doer=doer, result=Legality.LAWFUL, evidence=PROBE, at=at)),
        ("hold_round", talk),
        ("answer_firm", AnswerFirm(doer=doer, answer=PROBE, at=at)),
        ("ask_mediation", AskMediation(doer=doer, channel=Channel.PM, at=at)),
        ("report_matter", ReportOutcome(doer=doer, outcome=Outcome.DONE, detail=None, at=at)),
        ("return_matter", back),
    )


def _task(doer: Doer, at: datetime) -> AssignTask:
    later = at + timedelta(days=1)
    return AssignTask(
        doer=doer,
        task_id=TaskId(UUID(int=0)),
        unit=NOWHERE,
        demand=PROBE,
        due=later,
        warn_at=at,
        object_until=later,
        at=at,
    )


def _tried(name: str, command: MatterCommand, state: MatterState, tell: Tell) -> NextAct:
    operation = f"enterprise.{name}"
    try:
        events = matter_decider.decide(command, state)
    except Rejection as refused:
        return NextAct(operation=operation, allowed=False, why_not=refused.slug, rule=refused.rule, words=tell(refused))
    return NextAct(operation=operation, allowed=bool(events), why_not=None, rule=None)
