"""Where a request goes, and why. R-39: a model proposes with reasons, a person can always overrule.

Danger outranks every gate, model and form (R-22): it is classified and shown to the duty officer before any text is
read.
"""

from datetime import datetime, timedelta
from typing import Protocol, assert_never

from services.routing.clocks.table import REFUSAL_LETTER, ClockRules, Moment
from services.routing.decisions.commands import (
    BeginTriage,
    BreachClock,
    Confirm,
    CorrectJudgement,
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
    ResumeTriage,
    TakeBack,
    UndoConfirmation,
    UndoOverrule,
    WarnClock,
)
from services.routing.decisions.correcting import correct_judgement
from services.routing.decisions.draft import CERTAIN, UNREAD, Draft
from services.routing.decisions.facts import (
    ConfirmationUndone,
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
    resume,
    take_back,
)
from services.routing.decisions.gate_commands import GATE_COMMANDS
from services.routing.decisions.gatekeeping import keep_gates, still_open
from services.routing.decisions.model_facts import ShadowJudged
from services.routing.decisions.placing import place
from services.routing.decisions.placing_commands import PLACING_COMMANDS
from services.routing.decisions.placing_facts import PlaceSighted
from services.routing.decisions.refusals import (
    AlreadySigned,
    CategoryMissing,
    HandlingFinished,
    NothingToConfirm,
    NothingToUndo,
    TriageNotBegun,
    UndoTooLate,
)
from services.routing.decisions.rules.gates import closed_gate
from services.routing.decisions.rules.lawful import check_lawful
from services.routing.decisions.rules.owners import Owner
from services.routing.decisions.rules.pack import Packs, closed_by
from services.routing.decisions.rules.ruling import USUAL, Ruling, docked, ruling
from services.routing.decisions.state import DecisionState, Ended, Matter, Routed, Unbegun, Undo, Waiting, evolve
from shared.contracts.codes import Category, Channel, Door, Flag, Police, Priority, ReasonCode
from shared.kernel import Decider, RuleId

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


def decide(
    rules: ClockRules, packs: Packs, command: DecisionCommand, before: DecisionState
) -> tuple[DecisionEvent, ...]:
    if isinstance(command, BeginTriage):
        return _begin(rules, packs, command) if isinstance(before, Unbegun) else ()
    if isinstance(before, Unbegun):
        raise TriageNotBegun
    draft = Draft(before, rules, packs, command.at)
    if isinstance(command, GATE_COMMANDS):
        keep_gates(command, draft)
        return draft.events
    if isinstance(command, PLACING_COMMANDS):
        place(command, draft)
        return draft.events
    match command:
        case RecordJudgement():
            _record_judgement(command, draft)
        case CorrectJudgement():
            correct_judgement(command, draft)
        case NoteTextUnavailable():
            _note_text_unavailable(command, draft)
        case Confirm():
            _confirm(command, draft)
        case Overrule():
            _overrule(command, draft)
        case UndoOverrule():
            _undo(command, draft)
        case UndoConfirmation():
            _undo_confirmation(command, draft)
        case TakeBack():
            take_back(command, draft)
        case ReopenTriage():
            reopen(command, draft)
        case NoteHandling():
            note_handling(command, draft)
        case NoteTold():
            draft.met(Moment.REQUESTER_TOLD, but=(REFUSAL_LETTER,))
        case NoteInfoRequested():
            note_info_requested(command, draft)
        case NoteSupplemented():
            note_supplemented(command, draft)
        case NoteEscalation():
            note_escalation(command, draft)
        case EndTriage():
            end(command, draft)
        case ResumeTriage():
            resume(command, draft)
        case WarnClock():
            draft.warn(command.clock)
        case BreachClock():
            draft.breach(command.clock)
        case _:
            assert_never(command)
    return draft.events


def decision_decider(rules: ClockRules, packs: Packs) -> Decider[DecisionCommand, DecisionState, DecisionEvent]:
    def deciding(command: DecisionCommand, state: DecisionState) -> tuple[DecisionEvent, ...]:
        return decide(rules, packs, command, state)

    return Decider(Unbegun(), deciding, evolve)


def _begin(rules: ClockRules, packs: Packs, command: BeginTriage) -> tuple[DecisionEvent, ...]:
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
    draft = Draft(matter, rules, packs, command.at)
    draft.set_clocks()
    if matter.danger:
        draft.apply_pack(UNREAD, matter.danger, CERTAIN)
        draft.send(command.roster)
    return (begun, *draft.events)


def _record_judgement(command: RecordJudgement, draft: Draft) -> None:
    if draft.matter.judged or isinstance(draft.matter.phase, Ended):
        return
    if command.acts:
        draft.date_act(command.acts, command.acted_on)
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
    if command.sighting is not None:
        draft.add(PlaceSighted(request_id=command.request_id, sighting=command.sighting, occurred_at=command.at))
    if command.shadow is not None:
        draft.add(ShadowJudged(request_id=command.request_id, answer=command.shadow, occurred_at=command.at))
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
        draft.ask(matter.phase.reasons | {ScreeningReason.TEXT_UNAVAILABLE}, command.roster)


def _confirm(command: Confirm, draft: Draft) -> None:
    matter = still_open(draft.matter)
    if matter.ruling is None:
        raise NothingToConfirm
    if matter.decided_by is DecidedBy.PERSON and not _asks_again(matter):
        return
    check_lawful(matter.ruling, matter.gates, matter.course.unmediable)
    draft.add(
        DecisionConfirmed(
            request_id=matter.request_id, attempt=matter.attempt, note=command.note, occurred_at=command.at
        )
    )
    if isinstance(draft.matter.phase, Waiting):
        draft.send(command.roster)


def _asks_again(matter: Matter) -> bool:
    if isinstance(matter.phase, Waiting):
        return bool(matter.phase.reasons - {ScreeningReason.GATE_PENDING})
    return bool(matter.looked_for)


def _overrule(command: Overrule, draft: Draft) -> None:
    matter = still_open(draft.matter)
    if isinstance(matter.phase, Routed) and matter.phase.finished:
        raise HandlingFinished
    before = matter.ruling
    after = merged(command, before)
    elsewhere = command.chosen is not None and (matter.holder is None or command.chosen.unit != matter.holder.unit)
    if after == before and matter.decided_by is DecidedBy.PERSON and not elsewhere:
        return
    check_lawful(after, matter.gates, matter.course.unmediable)
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
        stays = before is not None and after.channel is before.channel and not elsewhere
        if stays and not closed_gate(draft.matter.gates, after.channel):
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
    matter = still_open(draft.matter)
    undo = _undoable(matter, command.at, of_confirmation=False)
    draft.add(
        OverruleUndone(
            request_id=matter.request_id, attempt=matter.attempt, restored=undo.ruling, occurred_at=command.at
        )
    )
    if undo.ruling is None or undo.decided_by is None:
        draft.set_clocks()
    else:
        draft.classify(undo.ruling, undo.decided_by, undo.confidence, (), None)
    draft.withdraw_gates(undo.gates)
    draft.time_crime_question(undo.asked_since or command.at)
    now = draft.matter.phase
    if isinstance(undo.phase, Waiting):
        draft.revoke(ReasonCode.OVERRULED)
        draft.ask(undo.phase.reasons, command.roster)
    elif isinstance(undo.phase, Routed) and not (isinstance(now, Routed) and now.attempt == undo.phase.attempt):
        draft.revoke(ReasonCode.OVERRULED)
        _give_back(undo.phase.holder, command, draft)
    draft.ask(undo.looked_for, command.roster)


def _undo_confirmation(command: UndoConfirmation, draft: Draft) -> None:
    """Nothing was changed but who answers for it: it waits for a person as before."""
    matter = still_open(draft.matter)
    undo = _undoable(matter, command.at, of_confirmation=True)
    assert undo.decided_by is not None
    draft.add(
        ConfirmationUndone(
            request_id=matter.request_id, attempt=matter.attempt, decided_by=undo.decided_by, occurred_at=command.at
        )
    )
    if isinstance(undo.phase, Waiting):
        draft.revoke(ReasonCode.OVERRULED)
        draft.ask(undo.phase.reasons, command.roster)
    else:
        draft.ask(undo.looked_for, command.roster)


def _undoable(matter: Matter, at: datetime, *, of_confirmation: bool) -> Undo:
    undo = matter.undo
    if undo is None or undo.of_confirmation is not of_confirmation:
        raise NothingToUndo
    if at > undo.overruled_at + UNDO_WITHIN:
        raise UndoTooLate(until=undo.overruled_at + UNDO_WITHIN)
    if undo.signed_since:
        raise AlreadySigned
    return undo


def _give_back(holder: Owner, command: UndoOverrule, draft: Draft) -> None:
    """Not past a gate that was closed before the overrule, or that a person has closed."""
    if draft.matter.ruling and closed_gate(draft.matter.gates, draft.matter.ruling.channel):
        draft.ask(frozenset({ScreeningReason.GATE_PENDING}), command.roster)
    else:
        draft.route(holder)
