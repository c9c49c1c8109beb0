"""A firm's matter from offer to outcome. R-28: no coordination before the gate; S83: the firm gets its answer."""

from dataclasses import replace
from typing import assert_never

from services.enterprise.matters.commands import (
    AnswerFirm,
    AnswerTask,
    AskMediation,
    AssignTask,
    CheckLegality,
    HoldRound,
    LodgeStaff,
    MatterCommand,
    NameComplainedOf,
    NameFirm,
    NoteGate,
    NoteGateOverdue,
    NoteTaskTime,
    ObjectToTask,
    OfferMatter,
    RecordConsent,
    ReportOutcome,
    RespondFirst,
    ReturnMatter,
    RevokeMatter,
    SignFor,
    UrgeTask,
    WithdrawMatter,
)
from services.enterprise.matters.facts import (
    ComplainedOfNamed,
    ConsentRecorded,
    FirmNamed,
    FirmTold,
    FirstResponseGiven,
    GateNoted,
    GateOverdue,
    HandlingStarted,
    LegalityChecked,
    MatterEvent,
    MatterOffered,
    MatterReturned,
    MatterRevoked,
    MatterSigned,
    MatterWithdrawn,
    MediationAsked,
    OutcomeReported,
    RoundHeld,
    StaffLodged,
    TaskAnswered,
    TaskAssigned,
    TaskObjected,
    TaskOverdue,
    TaskUrged,
    TaskWarned,
)
from services.enterprise.matters.rules import tasks
from services.enterprise.matters.rules.endings import end
from services.enterprise.matters.rules.hands import require_may_sign
from services.enterprise.matters.rules.safeguards import CRIME_REVIEW, GUARDED, Safeguards, is_economic
from services.enterprise.matters.rules.work import work
from services.enterprise.matters.state import (
    Ended,
    MatterState,
    Offered,
    Signed,
    Task,
    TaskState,
    Unoffered,
    departments_of,
    firm_of,
    hands_of,
    require_offered,
    require_signed,
)
from shared.contracts.codes import Gate
from shared.contracts.gates import gates_after
from shared.kernel import CorruptHistory, Decider, Rejection, fact_name


class AlreadySigned(Rejection):
    """One matter has one owner."""


def evolve(state: MatterState, event: MatterEvent) -> MatterState:
    match event, state:
        case MatterOffered(), Unoffered():
            return Offered(event.offer, {known.gate: known.result for known in event.offer.gates})
        case GateNoted(), Offered() | Signed():
            return replace(state, gates=gates_after(state.gates, event.gate, event.result))
        case MatterSigned(), Offered():
            return Signed(
                state.offer,
                event.owner,
                event.unit,
                event.kind,
                state.gates,
                firm_id=state.offer.firm_id,
                gate_due=event.gate_due,
            )
        case MatterReturned() | MatterRevoked() | MatterWithdrawn() | OutcomeReported(), Offered() | Signed():
            return Ended(state.offer, event, firm_of(state), departments_of(state))
        case _, Signed():
            return _worked(state, event)
        case _:
            raise CorruptHistory(f"{fact_name(event)} after {type(state).__name__}")


def _worked(matter: Signed, event: MatterEvent) -> Signed:
    match event:
        case FirmNamed():
            return replace(matter, firm_id=event.firm_id, firm_sure=True)
        case FirstResponseGiven():
            return replace(matter, responded=True)
        case HandlingStarted():
            return replace(matter, started=True)
        case GateOverdue():
            return replace(matter, gate_late=True)
        case ConsentRecorded():
            return replace(matter, consent=event.evidence)
        case LegalityChecked():
            return replace(matter, legality=event.result)
        case RoundHeld():
            return replace(matter, rounds=matter.rounds | {event.round_id})
        case ComplainedOfNamed():
            return replace(matter, complained_of=event.unit)
        case TaskAssigned():
            task = Task(event.unit, event.due, event.object_until)
            return replace(matter, tasks={**matter.tasks, event.task_id: task})
        case TaskWarned() | TaskOverdue() | TaskUrged() | TaskObjected() | TaskAnswered():
            task = _task_after(matter.tasks[event.task_id], event)
            return replace(matter, tasks={**matter.tasks, event.task_id: task})
        case StaffLodged():
            lodged = matter.lodged | {worker.person for worker in event.workers}
            return replace(matter, lodged=lodged, batches=matter.batches | {event.batch_id})
        case FirmTold():
            return replace(matter, answer=event.answer)
        case MediationAsked():
            return matter
        case _:
            raise CorruptHistory(f"{fact_name(event)} after Signed")


def _task_after(task: Task, event: TaskWarned | TaskOverdue | TaskUrged | TaskObjected | TaskAnswered) -> Task:
    match event:
        case TaskWarned():
            return replace(task, warned=True)
        case TaskOverdue():
            return replace(task, rung=event.rung)
        case TaskUrged():
            return replace(task, urged=True, urged_with=event.note)
        case TaskObjected():
            return replace(task, stands=TaskState.OBJECTED)
        case TaskAnswered():
            return replace(task, stands=TaskState.ANSWERED)
        case _:
            assert_never(event)


def decide(command: MatterCommand, state: MatterState, guards: Safeguards = GUARDED) -> tuple[MatterEvent, ...]:
    match command:
        case OfferMatter():
            return (MatterOffered(offer=command.offer, occurred_at=command.at),) if isinstance(state, Unoffered) else ()
        case SignFor():
            return _sign(command, state)
        case NoteGate():
            return _note_gate(command, state)
        case NoteGateOverdue():
            return _note_gate_overdue(command, state)
        case (
            NameFirm()
            | RespondFirst()
            | RecordConsent()
            | CheckLegality()
            | HoldRound()
            | NameComplainedOf()
            | AssignTask()
            | LodgeStaff()
            | AnswerFirm()
        ):
            return work(command, require_signed(state), guards)
        case UrgeTask():
            return tasks.urge(command, require_signed(state))
        case ObjectToTask():
            return tasks.object_to(command, require_signed(state))
        case AnswerTask():
            return tasks.answer(command, require_signed(state))
        case NoteTaskTime():
            return tasks.time_passed(command, state) if isinstance(state, Signed) else ()
        case ReportOutcome() | AskMediation() | ReturnMatter() | RevokeMatter() | WithdrawMatter():
            return end(command, state, guards)
        case _:
            assert_never(command)


def _sign(command: SignFor, state: MatterState) -> tuple[MatterEvent, ...]:
    """R-27: whoever signs for an economic matter starts the wait for the investigator, where it is not over."""
    if isinstance(state, Signed):
        if (state.owner, state.kind) == (command.doer.person, command.kind):
            return ()
        raise AlreadySigned
    offered = require_offered(state)
    offer = offered.offer
    require_may_sign(command.doer, hands_of(offer))
    waits = is_economic(command.kind, offer.flags) and Gate.CRIME_OR_CIVIL not in offered.gates
    return (
        MatterSigned(
            matter_id=offer.matter_id,
            request_id=offer.request_id,
            attempt=offer.attempt,
            unit=command.doer.unit or offer.unit,
            owner=command.doer.person,
            kind=command.kind,
            gate_due=command.gate_due if waits else None,
            occurred_at=command.at,
        ),
    )


def _note_gate(command: NoteGate, state: MatterState) -> tuple[MatterEvent, ...]:
    if not isinstance(state, Offered | Signed):
        return ()
    if gates_after(state.gates, command.gate, command.result) == state.gates:
        return ()
    return (
        GateNoted(
            matter_id=state.offer.matter_id,
            request_id=state.offer.request_id,
            gate=command.gate,
            result=command.result,
            occurred_at=command.at,
        ),
    )


def _note_gate_overdue(command: NoteGateOverdue, state: MatterState) -> tuple[MatterEvent, ...]:
    """R-27: seven days were given."""
    if not isinstance(state, Signed) or state.gate_due is None or state.gate_late:
        return ()
    if Gate.CRIME_OR_CIVIL in state.gates:
        return ()
    return (
        GateOverdue(
            matter_id=state.offer.matter_id,
            request_id=state.offer.request_id,
            due=state.gate_due,
            rule=CRIME_REVIEW,
            occurred_at=command.at,
        ),
    )


def guarded_by(guards: Safeguards) -> Decider[MatterCommand, MatterState, MatterEvent]:
    return Decider(Unoffered(), lambda command, state: decide(command, state, guards), evolve)


matter_decider: Decider[MatterCommand, MatterState, MatterEvent] = guarded_by(GUARDED)
