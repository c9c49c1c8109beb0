"""What follows for a decision from what handlers, intake and the person do."""

from dataclasses import replace

from services.routing.clocks import running
from services.routing.clocks.facts import StopReason
from services.routing.clocks.table import Moment
from services.routing.decisions.commands import (
    EndTriage,
    NoteEscalation,
    NoteHandling,
    NoteInfoRequested,
    NoteSupplemented,
    ReopenTriage,
    ResumeTriage,
    TakeBack,
)
from services.routing.decisions.draft import CERTAIN, UNREAD, Draft
from services.routing.decisions.facts import (
    DangerNoted,
    DecidedBy,
    EndedBy,
    EscalationNoted,
    HandlingNoted,
    HandlingStep,
    InfoWaitNoted,
    RequestReturned,
    ScreeningReason,
    TriageEnded,
    TriageReopened,
    TriageResumed,
)
from services.routing.decisions.placing import take_over
from services.routing.decisions.placing_facts import TakenOver
from services.routing.decisions.rules.owners import Roster
from services.routing.decisions.rules.ruling import flagged
from services.routing.decisions.state import Ended, Routed
from shared.contracts.codes import Flag, Priority, ReasonCode
from shared.contracts.danger import DangerKind
from shared.kernel import RuleId

ANOTHER_TAKES_OVER = frozenset({ReasonCode.CONFLICT_OF_INTEREST, ReasonCode.OVERLOAD})
"""Reasons for a return that say nothing against the decision, only against this handler."""

DANGER_FIRST = RuleId("R-22")
HOST_REPORTS = RuleId("R-10")

MOMENTS: dict[HandlingStep, tuple[Moment, ...]] = {
    HandlingStep.SIGNED: (),
    HandlingStep.FIRST_RESPONSE: (Moment.FIRST_RESPONSE,),
    HandlingStep.STARTED: (Moment.FIRST_RESPONSE, Moment.HANDLING_STARTED),
    HandlingStep.OUTCOME: (Moment.FIRST_RESPONSE, Moment.HANDLING_STARTED),
}


def take_back(command: TakeBack, draft: Draft) -> None:
    matter = draft.matter
    if not isinstance(matter.phase, Routed) or matter.phase.attempt != command.attempt or matter.phase.finished:
        return
    draft.add(
        RequestReturned(
            request_id=matter.request_id,
            attempt=command.attempt,
            owner=command.owner or matter.phase.holder.owner,
            reason=command.reason,
            occurred_at=command.at,
        )
    )
    if command.reason in ANOTHER_TAKES_OVER:
        draft.send(command.roster)
    else:
        draft.ask(frozenset({ScreeningReason.RETURNED}), command.roster)


def reopen(command: ReopenTriage, draft: Draft) -> None:
    if command.reopening <= draft.matter.reopening:
        return
    if isinstance(draft.matter.phase, Routed) and not draft.matter.phase.finished:
        draft.revoke(command.reason)
    draft.stop(tuple(draft.matter.clocks), StopReason.REPLACED, None)
    draft.add(
        TriageReopened(
            request_id=command.request_id,
            reopening=command.reopening,
            attempt=draft.matter.routed + 1,
            reason=command.reason,
            former_handler=command.former_handler,
            occurred_at=command.at,
        )
    )
    draft.set_clocks()
    if draft.matter.ruling is not None:
        draft.send(command.roster)


def note_handling(command: NoteHandling, draft: Draft) -> None:
    phase = draft.matter.phase
    if not isinstance(phase, Routed) or command.attempt not in (None, phase.attempt):
        return
    if (phase.attempt, command.step) in draft.matter.noted:
        return
    draft.add(
        HandlingNoted(
            request_id=command.request_id,
            attempt=phase.attempt,
            step=command.step,
            outcome=command.outcome,
            occurred_at=command.at,
        )
    )
    if command.by is not None:
        take_over(draft, command.by.unit, command.by.owner, TakenOver.SIGNED)
    draft.met(*MOMENTS[command.step])


def note_info_requested(command: NoteInfoRequested, draft: Draft) -> None:
    matter = draft.matter
    if matter.info_wanted or isinstance(matter.phase, Ended):
        return
    draft.add(InfoWaitNoted(request_id=matter.request_id, waiting=True, occurred_at=command.at))
    draft.add(*running.pause(draft.rules, matter.request_id, matter.clocks, command.at))
    draft.arm_info_wait(command.due)


def note_supplemented(command: NoteSupplemented, draft: Draft) -> None:
    matter = draft.matter
    if isinstance(matter.phase, Ended):
        return
    if new := frozenset(command.danger) - matter.danger:
        draft.add(DangerNoted(request_id=matter.request_id, danger=tuple(sorted(new)), occurred_at=command.at))
        _raise_for_danger(command.roster, DANGER_FIRST, draft)
    if command.answers_request and matter.info_wanted:
        draft.add(InfoWaitNoted(request_id=matter.request_id, waiting=False, occurred_at=command.at))
        draft.met(Moment.SUPPLEMENTED)
        draft.add(*running.resume(draft.rules, matter.request_id, draft.matter.clocks, command.at))


def note_escalation(command: NoteEscalation, draft: Draft) -> None:
    """Each report is looked at, also when the danger was known before."""
    matter = draft.matter
    if isinstance(matter.phase, Ended) or command.reported_at in matter.escalations:
        return
    draft.add(
        EscalationNoted(
            request_id=matter.request_id,
            reported_at=command.reported_at,
            rule=HOST_REPORTS,
            occurred_at=command.at,
        )
    )
    if DangerKind.VIOLENCE_NOW not in matter.danger:
        danger = (DangerKind.VIOLENCE_NOW,)
        draft.add(DangerNoted(request_id=matter.request_id, danger=danger, occurred_at=command.at))
    _raise_for_danger(command.roster, HOST_REPORTS, draft, Flag.ESCALATION)


def _raise_for_danger(roster: Roster, rule: RuleId, draft: Draft, *flags: Flag) -> None:
    """Who has it keeps it until the duty officer, asked at once, sends somebody else."""
    matter = draft.matter
    if isinstance(matter.phase, Routed) and matter.ruling is not None:
        raised = replace(matter.ruling, priority=Priority.P0)
        for flag in flags:
            raised = flagged(raised, flag)
        draft.classify(raised, DecidedBy.RULE, CERTAIN, (), rule)
    else:
        draft.apply_pack(matter.ruling or UNREAD, matter.danger, CERTAIN)
    draft.ask(frozenset({ScreeningReason.DANGER}), roster)


def end(command: EndTriage, draft: Draft) -> None:
    if isinstance(draft.matter.phase, Ended):
        return
    if command.why is EndedBy.LINKED and not (isinstance(draft.matter.phase, Routed) and draft.matter.phase.finished):
        draft.revoke(ReasonCode.OVERRULED)
    draft.add(TriageEnded(request_id=command.request_id, why=command.why, occurred_at=command.at))
    draft.stop(tuple(draft.matter.clocks), StopReason.ENDED, None)


def resume(command: ResumeTriage, draft: Draft) -> None:
    if not isinstance(draft.matter.phase, Ended):
        return
    draft.add(TriageResumed(request_id=command.request_id, attempt=draft.matter.routed + 1, occurred_at=command.at))
    draft.set_clocks()
    if draft.matter.ruling is not None:
        draft.send(command.roster)
