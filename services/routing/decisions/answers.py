"""One decision as the desk sees it: folded from its stream, so it is always fresh."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from services.routing.clocks.facts import (
    ClockArmed,
    ClockBreached,
    ClockPaused,
    ClockResumed,
    ClockRetimed,
    ClockStopped,
    ClockWarned,
)
from services.routing.clocks.table import ClockRules
from services.routing.decisions.decider import UNDO_WITHIN
from services.routing.decisions.facts import (
    Carrying,
    DecidedBy,
    DecisionEvent,
    Field,
    RequestClassified,
    RequestJudged,
    RequestRouted,
    ScreeningAsked,
    ScreeningReason,
    TriageBegun,
)
from services.routing.decisions.gate_answers import (
    CrimeReviewAnswer,
    GateAnswer,
    UndecidedGateAnswer,
    crime_review_of,
    gates_of,
    undecided_gates_of,
)
from services.routing.decisions.rules.pack import Row
from services.routing.decisions.state import Ended, Matter, Routed, Waiting
from services.routing.decisions.views import GATE_ONLY, Stage
from shared.contracts.codes import Category, Channel, Door, Flag, Police, Priority
from shared.contracts.danger import DangerKind
from shared.kernel import ClockId, RuleId, UnitCode
from shared.web import StrictModel

T = TypeVar("T")

RowOf = Callable[[RuleId], Row | None]
"""A row of any pack that ever decided, by its id."""


class Word(StrictModel):
    """Where a word stands that carried the judgement. Offsets count characters; the text itself is the vault's."""

    field: Field
    start: int
    end: int
    word_class: str
    """`carrying`, or `danger`."""
    sign: DangerKind | None
    rule: RuleId | None


class AppliedRow(StrictModel):
    row: RuleId
    law: RuleId | None
    means: str


class ClockAnswer(StrictModel):
    request_id: UUID
    clock: ClockId
    name: str
    rule: RuleId
    started_at: datetime
    due: datetime
    warn: datetime | None
    provisional: bool
    paused: bool
    warned: bool
    breached: bool
    stopped_at: datetime | None
    kept: bool | None
    told: tuple[str, ...]
    next_rung: str


class Guess(StrictModel):
    """What the model said of one field, before any rule."""

    field: str
    label: str
    confidence: int
    second: str | None
    second_confidence: int


class DecisionAnswer(StrictModel):
    request_id: UUID
    door: Door
    title_item: UUID | None
    narrative_item: UUID
    place_item: UUID | None
    """Where the words lie that were judged: whoever may read them asks the vault, with a purpose."""
    state: Stage
    attempt: int
    category: Category | None
    flags: tuple[Flag, ...]
    priority: Priority | None
    police: Police | None
    channel: Channel | None
    confidence: int | None
    second: Category | None
    decided_by: DecidedBy | None
    guesses: tuple[Guess, ...]
    reasons: tuple[Word, ...]
    rule: RuleId | None
    rows: tuple[AppliedRow, ...]
    pack: str | None
    model: str | None
    gates: tuple[GateAnswer, ...]
    undecided_gates: tuple[UndecidedGateAnswer, ...]
    crime_review: CrimeReviewAnswer | None
    complained_of: tuple[UnitCode, ...]
    """Units that the complaint is about."""
    screening: tuple[ScreeningReason, ...]
    danger: tuple[DangerKind, ...]
    unit: str | None
    owner: UUID | None
    deputy: UUID | None
    signed: bool
    grid: str | None
    undo_until: datetime | None
    undoes_acceptance: bool
    """What can be undone is an acceptance, else an overrule."""
    answer_due: datetime | None
    filed_at: datetime
    clocks: tuple[ClockAnswer, ...]
    version: int


def show(
    matter: Matter, history: Sequence[DecisionEvent], rules: ClockRules, row_of: RowOf, now: datetime
) -> DecisionAnswer:
    begun = history[0]
    assert isinstance(begun, TriageBegun)
    ruling, holder = matter.ruling, matter.holder
    judged = _last(history, RequestJudged)
    classified = _last(history, RequestClassified) if ruling else None
    rows = classified.rows if classified else ()
    return DecisionAnswer(
        request_id=matter.request_id,
        door=begun.door,
        title_item=begun.title.item if begun.title else None,
        narrative_item=matter.narrative.item,
        place_item=begun.place.item if begun.place else None,
        state=stage_of(matter),
        attempt=matter.attempt,
        category=ruling.category if ruling else None,
        flags=ruling.flags if ruling else (),
        priority=ruling.priority if ruling else None,
        police=ruling.police if ruling else None,
        channel=ruling.channel if ruling else None,
        confidence=matter.confidence if ruling else None,
        second=judged.category.second if judged else None,
        decided_by=matter.decided_by,
        guesses=_guesses(judged) if judged else (),
        reasons=tuple(_word(word, rows) for word in judged.words) if judged else (),
        rule=classified.rule if classified else None,
        rows=tuple(AppliedRow(row=id, law=row.law, means=row.means) for id in rows if (row := row_of(id))),
        pack=classified.pack if classified else None,
        model=judged.model if judged else None,
        gates=gates_of(matter, history),
        undecided_gates=undecided_gates_of(matter),
        crime_review=crime_review_of(matter),
        complained_of=tuple(sorted(matter.course.barred.units)),
        screening=tuple(sorted(matter.phase.reasons if isinstance(matter.phase, Waiting) else matter.looked_for)),
        danger=tuple(sorted(matter.danger)),
        unit=unit_of(matter, history),
        owner=holder.owner if holder else None,
        deputy=holder.deputy if holder else None,
        signed=isinstance(matter.phase, Routed) and matter.phase.signed,
        grid=matter.grid,
        undo_until=_undo_until(matter, now),
        undoes_acceptance=matter.undo is not None and matter.undo.of_confirmation,
        answer_due=_answer_due(matter, history),
        filed_at=matter.filed_at,
        clocks=_clocks(matter, history, rules),
        version=len(history),
    )


def stage_of(matter: Matter) -> Stage:
    match matter.phase:
        case Ended():
            return Stage.ENDED
        case Routed(finished=finished):
            return Stage.FINISHED if finished else Stage.ROUTED
        case Waiting(reasons=reasons):
            if not reasons:
                return Stage.JUDGING
            return Stage.GATED if reasons == GATE_ONLY else Stage.WAITING_FOR_PERSON


def unit_of(matter: Matter, history: Sequence[DecisionEvent]) -> str | None:
    """Who has it, or who was asked to look."""
    if matter.holder:
        return matter.holder.unit
    asked = _last(history, ScreeningAsked)
    return asked.unit if asked and isinstance(matter.phase, Waiting) else None


def _last(history: Sequence[object], kind: type[T]) -> T | None:
    return next((event for event in reversed(history) if isinstance(event, kind)), None)


def _guesses(judged: RequestJudged) -> tuple[Guess, ...]:
    return tuple(
        Guess(
            field=field,
            label=guess.label,
            confidence=guess.confidence,
            second=guess.second,
            second_confidence=guess.second_confidence,
        )
        for field, guess in (
            ("category", judged.category),
            ("priority", judged.priority),
            ("police", judged.police),
            ("channel", judged.channel),
        )
    )


def _word(word: Carrying, rows: tuple[RuleId, ...]) -> Word:
    return Word(
        field=word.field,
        start=word.start,
        end=word.end,
        word_class="danger" if word.sign else "carrying",
        sign=word.sign,
        rule=rows[0] if word.sign and rows else None,
    )


def _undo_until(matter: Matter, now: datetime) -> datetime | None:
    if matter.undo is None or matter.undo.signed_since:
        return None
    until = matter.undo.overruled_at + UNDO_WITHIN
    return until if now <= until else None


def _answer_due(matter: Matter, history: Sequence[DecisionEvent]) -> datetime | None:
    routed = _last(history, RequestRouted)
    return routed.answer_due if routed and matter.holder else None


def _clocks(matter: Matter, history: Sequence[DecisionEvent], rules: ClockRules) -> tuple[ClockAnswer, ...]:
    """The present life of every clock that ever ran, soonest first."""
    shown: dict[ClockId, dict[str, object]] = {}
    for event in history:
        match event:
            case ClockArmed():
                shown[event.clock] = {"started_at": event.started_at, **_times(event)}
            case ClockResumed():
                shown[event.clock] |= {**_times(event), "paused_at": None}
            case ClockRetimed():
                shown[event.clock] |= _times(event) if event.provisional else {**_times(event), "warned_at": None}
            case ClockPaused():
                shown[event.clock]["paused_at"] = event.occurred_at
            case ClockWarned():
                shown[event.clock]["warned_at"] = event.occurred_at
            case ClockBreached():
                shown[event.clock]["breached_at"] = event.occurred_at
            case ClockStopped():
                shown[event.clock] |= {"stopped_at": event.occurred_at, "kept": event.kept}
    rows = ({"request_id": matter.request_id, "clock": clock, **row} for clock, row in shown.items())
    return clock_answers(rows, rules)


def _times(event: ClockArmed | ClockResumed | ClockRetimed) -> dict[str, object]:
    return {"due": event.due, "warn": event.warn, "provisional": event.provisional}


def clock_answers(rows: Iterable[Mapping[str, object]], rules: ClockRules) -> tuple[ClockAnswer, ...]:
    """Rows of the clock board, or made like them, in the words of the table."""
    answers = (_clock(row, rules) for row in rows)
    return tuple(sorted(answers, key=lambda clock: (clock.stopped_at is not None, clock.due, clock.clock)))


def _clock(row: Mapping[str, object], rules: ClockRules) -> ClockAnswer:
    limit = rules.limits[ClockId(str(row["clock"]))]
    return ClockAnswer.model_validate(
        {
            "request_id": row["request_id"],
            "clock": limit.clock,
            "name": limit.name_zh,
            "rule": limit.source,
            "started_at": row["started_at"],
            "due": row["due"],
            "warn": row["warn"],
            "provisional": row["provisional"],
            "paused": row.get("paused_at") is not None,
            "warned": row.get("warned_at") is not None,
            "breached": row.get("breached_at") is not None,
            "stopped_at": row.get("stopped_at"),
            "kept": row.get("kept"),
            "told": limit.told,
            "next_rung": limit.next_rung,
        }
    )
