"""Where a request goes, and why. R-39: a model proposes with reasons, a person can always overrule.

Danger outranks every gate, model and form (R-22): it is classified and shown to the duty officer before any text is
read.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Protocol, assert_never

from services.routing.clocks import running
from services.routing.clocks.table import ClockRules, Moment
from services.routing.decisions.commands import (
    BeginTriage,
    BreachClock,
    Confirm,
    DecideGate,
    DecisionCommand,
    EndTriage,
    NoteEscalation,
    NoteHandling,
    NoteInfoRequested,
    NoteSupplemented,
    NoteTextUnavailable,
    NoteTold,
    Overrule,
    RecordJudgement,
    ReopenTriage,
    TakeBack,
    UndoOverrule,
    WarnClock,
)
from services.routing.decisions.draft import CERTAIN, UNREAD, Draft
from services.routing.decisions.facts import (
    DecidedBy,
    DecisionConfirmed,
    DecisionEvent,
    DecisionOverruled,
    JudgingPutOff,
    OverruleUndone,
    RequestJudged,
    ScreeningReason,
    TriageBegun,
)
from services.routing.decisions.following import (
    end,
    note_escalation,
    note_handling,
    note_info_requested,
    note_supplemented,
    reopen,
    take_back,
)
from services.routing.decisions.refusals import (
    AlreadySigned,
    CategoryMissing,
    HandlingFinished,
    NothingToConfirm,
    NothingToUndo,
    TriageIsOver,
    TriageNotBegun,
    UndoTooLate,
)
from services.routing.decisions.rules.gates import GateResult, check_decider, closed_gate
from services.routing.decisions.rules.lawful import check_lawful
from services.routing.decisions.rules.owners import Owner, Roster
from services.routing.decisions.rules.pack import closed_by, pack_for
from services.routing.decisions.rules.ruling import USUAL, Ruling, docked, flagged, ruling
from services.routing.decisions.state import DecisionState, Ended, Matter, Routed, Unbegun, Waiting, evolve
from shared.contracts.codes import Category, Channel, Door, Flag, Gate, Police, Priority, ReasonCode
from shared.kernel import BUREAU_ZONE, Decider, RuleId

DOCKED = RuleId("R-14")
"""What a court sent to mediation goes to court mediation, whatever a model makes of the words."""
UNDO_WITHIN = timedelta(seconds=60)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=30)


class Wish(Protocol):
    """What an overrule says about the ruling."""

    @property
    def category(self) -> Category | None: ...
    @property
    def flags(self) -> tuple[Flag, ...] | None: ...
    @property
    def priority(self) -> Priority | None: ...
    @property
    def police(self) -> Police | None: ...
    @property
    def channel(self) -> Channel | None: ...


def decide(rules: ClockRules, command: DecisionCommand, before: DecisionState) -> tuple[DecisionEvent, ...]:
    if isinstance(command, BeginTriage):
        return _begin(rules, command) if isinstance(before, Unbegun) else ()
    if isinstance(before, Unbegun):
        raise TriageNotBegun
    draft = Draft(before, rules, pack_for(before.filed_at.astimezone(BUREAU_ZONE).date()), command.at)
    match command:
        case RecordJudgement():
            _record_judgement(command, draft)
        case NoteTextUnavailable():
            _note_text_unavailable(command, draft)
        case Confirm():
            _confirm(command, draft)
        case Overrule():
            _overrule(command, draft)
        case UndoOverrule():
            _undo(command, draft)
        case DecideGate():
            _decide_gate(command, draft)
        case TakeBack():
            take_back(command, draft)
        case ReopenTriage():
            reopen(command, draft)
        case NoteHandling():
            note_handling(command, draft)
        case NoteTold():
            draft.met(Moment.REQUESTER_TOLD)
        case NoteInfoRequested():
            note_info_requested(command, draft)
        case NoteSupplemented():
            note_supplemented(command, draft)
        case NoteEscalation():
            note_escalation(command, draft)
        case EndTriage():
            end(command, draft)
        case WarnClock():
            draft.add(*running.warn(before.request_id, before.clocks, command.clock, _holder(before), command.at))
        case BreachClock():
            draft.add(*running.breach(before.request_id, before.clocks, command.clock, _holder(before), command.at))
        case _:
            assert_never(command)
    return draft.events


def decision_decider(rules: ClockRules) -> Decider[DecisionCommand, DecisionState, DecisionEvent]:
    def deciding(command: DecisionCommand, state: DecisionState) -> tuple[DecisionEvent, ...]:
        return decide(rules, command, state)

    return Decider(Unbegun(), deciding, evolve)


def _begin(rules: ClockRules, command: BeginTriage) -> tuple[DecisionEvent, ...]:
    begun = TriageBegun(
        request_id=command.request_id,
        door=command.door,
        title=command.title,
        narrative=command.narrative,
        place=command.place,
        requester=command.requester,
        other_party=command.other_party,
        danger=command.danger,
        filed_at=command.filed_at,
        occurred_at=command.at,
    )
    matter = evolve(Unbegun(), begun)
    assert isinstance(matter, Matter)
    draft = Draft(matter, rules, pack_for(command.filed_at.astimezone(BUREAU_ZONE).date()), command.at)
    draft.set_clocks()
    if matter.danger:
        draft.apply_pack(UNREAD, matter.danger, CERTAIN)
        draft.send(command.roster)
    return (begun, *draft.events)


def _record_judgement(command: RecordJudgement, draft: Draft) -> None:
    if draft.matter.judged or isinstance(draft.matter.phase, Ended):
        return
    draft.add(
        RequestJudged(
            request_id=command.request_id,
            attempt=draft.matter.attempt,
            category=command.category,
            priority=command.priority,
            police=command.police,
            channel=command.channel,
            flags=command.flags,
            words=command.words,
            danger=command.danger,
            unsure=command.unsure and draft.matter.door is not Door.COURT,
            model=command.model,
            grid=command.grid,
            occurred_at=command.at,
        )
    )
    matter = draft.matter
    if isinstance(matter.phase, Routed):
        return
    if matter.decided_by is not DecidedBy.PERSON:
        found = ruling(
            command.category.label, command.flags, command.priority.label, command.police.label, command.channel.label
        )
        if matter.door is Door.COURT:
            draft.apply_pack(docked(found), matter.danger, CERTAIN, DOCKED)
        else:
            draft.apply_pack(found, matter.danger, command.category.confidence)
    draft.send(command.roster)


def _note_text_unavailable(command: NoteTextUnavailable, draft: Draft) -> None:
    matter = draft.matter
    if matter.judged or isinstance(matter.phase, Ended):
        return
    if command.again:
        until = command.at + min(FIRST_PAUSE * 2 ** min(matter.put_off, 10), LONGEST_PAUSE)
        draft.add(JudgingPutOff(request_id=matter.request_id, until=until, occurred_at=command.at))
    if isinstance(matter.phase, Waiting) and matter.decided_by is not DecidedBy.PERSON:
        draft.ask(matter.phase.reasons | {ScreeningReason.TEXT_UNAVAILABLE}, command.desk)


def _confirm(command: Confirm, draft: Draft) -> None:
    matter = _open(draft.matter)
    if matter.ruling is None:
        raise NothingToConfirm
    if matter.decided_by is DecidedBy.PERSON and not _asks_again(matter):
        return
    check_lawful(matter.ruling, matter.gates)
    draft.add(
        DecisionConfirmed(
            request_id=matter.request_id, attempt=matter.attempt, note=command.note, occurred_at=command.at
        )
    )
    if isinstance(draft.matter.phase, Waiting):
        draft.send(command.roster)


def _asks_again(matter: Matter) -> bool:
    return isinstance(matter.phase, Waiting) and bool(matter.phase.reasons - {ScreeningReason.GATE_PENDING})


def _overrule(command: Overrule, draft: Draft) -> None:
    matter = _open(draft.matter)
    if isinstance(matter.phase, Routed) and matter.phase.finished:
        raise HandlingFinished
    before = matter.ruling
    after = merged(command, before)
    elsewhere = command.chosen is not None and (matter.holder is None or command.chosen.unit != matter.holder.unit)
    if after == before and matter.decided_by is DecidedBy.PERSON and not elsewhere:
        return
    check_lawful(after, matter.gates)
    draft.add(
        DecisionOverruled(
            request_id=matter.request_id,
            attempt=matter.attempt,
            before=before,
            after=after,
            reason=command.reason,
            note=command.note,
            occurred_at=command.at,
        )
    )
    draft.classify(after, DecidedBy.PERSON, CERTAIN, (), None)
    draft.close_gates(closed_by(draft.pack, after))
    if isinstance(matter.phase, Routed):
        if before is not None and after.channel is before.channel and not elsewhere:
            return
        draft.revoke(ReasonCode.OVERRULED)
    draft.send(command.roster, command.chosen)


def merged(command: Wish, before: Ruling | None) -> Ruling:
    """The ruling that was wished: what is None stays, or follows from a new category."""
    category = command.category or (before.category if before else None)
    if category is None:
        raise CategoryMissing
    changed = before is None or category is not before.category
    police, channel = USUAL[category] if changed or before is None else (before.police, before.channel)
    flags = command.flags if command.flags is not None else before.flags if before else ()
    priority = command.priority or (before.priority if before else Priority.P2)
    return ruling(category, flags, priority, command.police or police, command.channel or channel)


def _undo(command: UndoOverrule, draft: Draft) -> None:
    matter = _open(draft.matter)
    undo = matter.undo
    if undo is None:
        raise NothingToUndo
    if command.at > undo.overruled_at + UNDO_WITHIN:
        raise UndoTooLate(until=undo.overruled_at + UNDO_WITHIN)
    if undo.signed_since:
        raise AlreadySigned
    draft.add(
        OverruleUndone(
            request_id=matter.request_id, attempt=matter.attempt, restored=undo.ruling, occurred_at=command.at
        )
    )
    if undo.ruling is None or undo.decided_by is None:
        draft.set_clocks()
    else:
        draft.classify(undo.ruling, undo.decided_by, undo.confidence, (), None)
    if isinstance(undo.phase, Waiting):
        draft.revoke(ReasonCode.OVERRULED)
        draft.ask(undo.phase.reasons, command.desk)
    elif isinstance(undo.phase, Routed) and draft.matter.routed != undo.phase.attempt:
        draft.revoke(ReasonCode.OVERRULED)
        _give_back(undo.phase.holder, command, draft)


def _give_back(holder: Owner, command: UndoOverrule, draft: Draft) -> None:
    """A gate that the overrule met stays closed when the overrule is gone."""
    if draft.matter.ruling and closed_gate(draft.matter.gates, draft.matter.ruling.channel):
        draft.ask(frozenset({ScreeningReason.GATE_PENDING}), command.desk)
    else:
        draft.route(holder)


def _decide_gate(command: DecideGate, draft: Draft) -> None:
    matter = _open(draft.matter)
    check_decider(command.gate, command.result, command.by_role, command.note is not None)
    if command.gate in matter.decided_gates and matter.gates[command.gate] is command.result:
        return
    draft.gate(command.gate, command.result, DecidedBy.PERSON, command.note)
    if command.gate is Gate.CRIME_OR_CIVIL and command.result is not GateResult.UNDECIDED:
        draft.met(Moment.FILING_DECIDED)
    if matter.ruling is None or (isinstance(matter.phase, Routed) and matter.phase.finished):
        return
    if command.result is GateResult.CRIME:
        crime = replace(matter.ruling, category=Category.CRM, channel=Channel.CASE, police=Police.OWN)
        draft.classify(flagged(crime, Flag.CRIME_POSSIBLE), DecidedBy.PERSON, CERTAIN, (), RuleId("R-27"))
    _follow_gate(matter.ruling.channel, command.roster, draft)


def _follow_gate(former: Channel, roster: Roster, draft: Draft) -> None:
    matter = draft.matter
    assert matter.ruling is not None
    if isinstance(matter.phase, Routed):
        if matter.ruling.channel is former and not closed_gate(matter.gates, former):
            return
        draft.revoke(ReasonCode.CRIME_FOUND if matter.ruling.category is Category.CRM else ReasonCode.OVERRULED)
    draft.send(roster)


def _open(matter: Matter) -> Matter:
    if isinstance(matter.phase, Ended):
        raise TriageIsOver
    return matter


def _holder(matter: Matter) -> running.Holder:
    return (matter.holder.unit, matter.holder.owner) if matter.holder else (None, None)
