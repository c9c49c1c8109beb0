"""What the service would decide about a message: danger net, model, second look, rule pack, gates, in that order.

The decider decides here as it does at the desk; only the texts do not come from the vault, and every channel has
somebody who could take it.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from uuid import UUID

from services.routing.adapters.classifier import CODES, Classifier
from services.routing.adapters.embedder import Embedder, WorkerEmbedder, embedder_at_hand
from services.routing.clocks.table import clock_rules
from services.routing.decisions.commands import BeginTriage
from services.routing.decisions.correcting import may_correct
from services.routing.decisions.decider import decision_decider
from services.routing.decisions.facts import RequestJudged
from services.routing.decisions.judgement import (
    CATEGORY,
    CHANNEL,
    POLICE,
    PRIORITY,
    Choice,
    Judgement,
    Model,
    Scored,
    doubts,
    score,
)
from services.routing.decisions.judging import Typed, recorded
from services.routing.decisions.rules.owners import Assignment, Roster
from services.routing.decisions.rules.ruling import Ruling
from services.routing.decisions.second_look import correction
from services.routing.decisions.second_opinion import rescored, second_thresholds
from services.routing.decisions.state import Matter, Routed, Unbegun
from services.routing.evaluation import Answered
from services.routing.examples import Example
from services.routing.rulepacks.shelf import PackShelf
from services.routing.rulepacks.shipped import shipped_packs
from services.routing.training import Told, untold
from shared.contracts.codes import Channel, Door
from shared.contracts.danger import DangerKind, danger_signs
from shared.kernel import BureauClock, Digest, ModelVersion, PersonId, RequestId, TextRef, UnitCode

TRIED = ModelVersion("tried")
PATIENT_SECONDS = 60.0
"""Offline nobody waits at a desk."""

_REQUEST = RequestId(UUID(int=1))
_SOMEBODY = Assignment(UnitCode("TRIED"), (PersonId(UUID(int=2)),))
_ROSTER = Roster(UnitCode("TRIED"), UnitCode("TRIED"), dict.fromkeys(Channel, _SOMEBODY))
_NARRATIVE = TextRef(UUID(int=3), Digest("0" * 64))

Answer = dict[str, str | float | bool | list[str]]


@dataclass(frozen=True)
class Asked:
    id: str
    title: str
    text: str

    def __repr__(self) -> str:
        # What somebody typed belongs into no traceback.
        return f"Asked({self.id!r})"


@dataclass(frozen=True)
class Decided:
    ruling: Ruling
    confidence: int
    """Of the category. A rule that law or danger demands is certain."""
    judgement: Judgement
    danger: tuple[DangerKind, ...]
    person: bool


class Trial:
    """A model tried on messages, with the embedding model beside it."""

    def __init__(self, model: Model, embedder: Embedder | None) -> None:
        self.model = model
        self._classifier = Classifier(model)
        self._embedder = embedder
        self._decider = decision_decider(clock_rules(), PackShelf(shipped_packs()))
        self._now = BureauClock().now()

    @property
    def of_triage(self) -> bool:
        return {head.field for head in self.model.heads} == set(CODES)

    async def decided(self, title: str, text: str) -> Decided:
        danger = _danger(title, text)
        begun = BeginTriage(
            request_id=_REQUEST,
            door=Door.PORTAL,
            title=None,
            narrative=_NARRATIVE,
            place=None,
            requester=None,
            other_party=None,
            danger=danger,
            filed_at=self._now,
            roster=_ROSTER,
            at=self._now,
        )
        judgement = self._classifier.judge(title, text)
        recording = recorded(_REQUEST, Typed(title, text), judgement, TRIED, None, _ROSTER, self._now)
        events = self._decider.decide(begun, Unbegun())
        events += self._decider.decide(recording, self._decider.fold(events))
        matter = self._decider.fold(events)
        judged = next(event for event in events if isinstance(event, RequestJudged))
        if isinstance(matter, Matter) and may_correct(matter) and self._classifier.asks_again(judgement):
            vector = await self._vector(title, text)
            if vector is not None:
                judgement = self._classifier.judge_again(title, text, vector)
                events += self._decider.decide(correction(judged, judgement, TRIED, _ROSTER, self._now), matter)
                matter = self._decider.fold(events)
        assert isinstance(matter, Matter)
        assert matter.ruling is not None
        return Decided(matter.ruling, matter.confidence, judgement, danger, not isinstance(matter.phase, Routed))

    async def labelled(self, title: str, text: str) -> tuple[Scored, bool]:
        """For a model of other labels than triage's: there is nothing to decide, only to say."""
        scored = score(self.model, title, text)
        person = bool(doubts(self.model, scored))
        if person and (vector := await self._vector(title, text)) is not None:
            scored = rescored(self.model, scored, vector)
            person = bool(doubts(self.model, scored, second_thresholds(self.model)))
        return scored, person

    async def _vector(self, title: str, text: str) -> tuple[float, ...] | None:
        return await self._embedder.vector(title, text) if self._embedder is not None else None


async def answers_of(model: Model, asked: Sequence[Asked], *, plain: bool = False, told: Told = untold) -> list[Answer]:
    async with _trial(model, plain) as trial:
        answers: list[Answer] = []
        for done, each in enumerate(asked, start=1):
            of_triage = trial.of_triage
            answers.append(await _triage_answer(trial, each) if of_triage else await _label_answer(trial, each))
            told("", done, len(asked))
        return answers


async def labelled_answers(
    model: Model, examples: Sequence[Example], *, plain: bool = False, told: Told = untold
) -> list[Answered]:
    async with _trial(model, plain) as trial:
        answered: list[Answered] = []
        for done, example in enumerate(examples, start=1):
            answered.append(await _answered(trial, example))
            told("", done, len(examples))
        return answered


@asynccontextmanager
async def _trial(model: Model, plain: bool) -> AsyncIterator[Trial]:
    """With the embedding model where that is installed and the model has learned to listen to it."""
    wanted = bool(model.second) and not plain and embedder_at_hand() is not None
    embedder = WorkerEmbedder(patience=PATIENT_SECONDS) if wanted else None
    try:
        yield Trial(model, embedder)
    finally:
        if embedder is not None:
            await embedder.stop()


async def _answered(trial: Trial, example: Example) -> Answered:
    if not trial.of_triage:
        scored, person = await trial.labelled(example.title, example.text)
        return Answered(example, dict(scored.choices), person)
    decided = await trial.decided(example.title, example.text)
    found, ruling = decided.judgement, decided.ruling
    choices = {
        CATEGORY: replace(found.category, label=ruling.category.value, confidence=decided.confidence),
        PRIORITY: replace(found.priority, label=ruling.priority.value),
        POLICE: replace(found.police, label=ruling.police.value),
        CHANNEL: replace(found.channel, label=ruling.channel.value),
    }
    return Answered(example, choices, decided.person, found.urgent)


async def _triage_answer(trial: Trial, asked: Asked) -> Answer:
    decided = await trial.decided(asked.title, asked.text)
    ruling, category = decided.ruling, decided.judgement.category
    return {
        "id": asked.id,
        "category": ruling.category.value,
        "flags": [flag.value for flag in ruling.flags],
        "priority": ruling.priority.value,
        "police": ruling.police.value,
        "channel": ruling.channel.value,
        "danger": [kind.value for kind in decided.danger],
        "confidence": decided.confidence / 1000,
        "second": _runner_up(category, ruling.category.value),
        "person": decided.person,
    }


async def _label_answer(trial: Trial, asked: Asked) -> Answer:
    scored, person = await trial.labelled(asked.title, asked.text)
    field, choice = next(iter(scored.choices.items()))
    danger = _danger(asked.title, asked.text)
    return {
        "id": asked.id,
        field: choice.label,
        "danger": [kind.value for kind in danger],
        "confidence": choice.confidence / 1000,
        "second": choice.second,
        "person": person or bool(danger),
    }


def _runner_up(choice: Choice, decided: str) -> str:
    """Where a rule decided otherwise than the model, the model's own choice comes second."""
    return choice.second if choice.label == decided else choice.label


def _danger(title: str, text: str) -> tuple[DangerKind, ...]:
    return tuple(sorted({sign.kind for sign in (*danger_signs(title), *danger_signs(text))}))
