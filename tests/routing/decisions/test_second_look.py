"""The slower model is asked only about what was left open, and its silence changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest

from services.routing.decisions.commands import CorrectJudgement, DecisionCommand
from services.routing.decisions.facts import DecisionEvent, RequestJudged, TriageBegun
from services.routing.decisions.judgement import Choice, Doubt, Judgement
from services.routing.decisions.judging import Typed
from services.routing.decisions.second_look import SecondLook, Vector
from shared.contracts.codes import Category, Channel
from shared.contracts.danger import DangerKind
from shared.eventstore import Incoming
from shared.kernel import SYSTEM, Context, FixedClock, ModelVersion, RecordId
from shared.web.vault import VaultUnavailable
from tests.routing.decisions.desk import MONDAY, ROSTER, confirmed, desk, filed, judged

WORDS = Typed("", "楼上漏水，谁也不管")
RECORD = RecordId(UUID(int=99))
UNSURE = judged(Category.COM, Channel.XFER, unsure=True)


def judgement(category: str, *doubts: Doubt) -> Judgement:
    label = Choice(category, 910, "COM", 50)
    choices = {
        "priority": Choice("P2", 900, "P3", 50),
        "police": Choice("lead", 900, "own", 50),
        "channel": Choice("PM", 900, "IM", 50),
    }
    return Judgement(category=label, flags=(), words=(), doubts=doubts, urgent=0, **choices)


class SlowJudge:
    """Unsure at first; with a vector it knows."""

    def judge(self, title: str, text: str) -> Judgement:
        return judgement("COM", Doubt.CATEGORY)

    def asks_again(self, judgement: Judgement) -> bool:
        return bool(judgement.doubts)

    def judge_again(self, title: str, text: str, vector: Vector) -> Judgement:
        return judgement("DIS")


@dataclass
class Meaning:
    answer: Vector | None = (0.5,)
    asked: list[str] = field(default_factory=list)

    async def vector(self, title: str, text: str) -> Vector | None:
        self.asked.append(text)
        return self.answer

    async def stop(self) -> None:
        pass


@dataclass
class Words:
    typed: Typed | None = WORDS
    down: bool = False

    async def typed_again(self, begun: TriageBegun, context: Context) -> Typed | None:
        if self.down:
            raise VaultUnavailable
        return self.typed


class Models:
    async def now(self) -> Any:
        return SimpleNamespace(version=ModelVersion("m"), judge=SlowJudge(), trial=None, trial_version=None)


class Rosters:
    async def on(self, instant: datetime, grid: object) -> object:
        return ROSTER


async def looked(
    *acts: DecisionCommand, words: Words | None = None, meaning: Meaning | None = None
) -> CorrectJudgement | None:
    """What comes of the second look at a request after these acts."""
    past = desk.after(filed(), *acts).past
    handler = SimpleNamespace(decider=desk.decider, history=_told(past))
    clock = FixedClock(datetime(2026, 3, 2, 1, tzinfo=UTC))
    second = SecondLook(
        cast(Any, handler), words or Words(), Models(), meaning or Meaning(), cast(Any, Rosters()), clock
    )
    records = [SimpleNamespace(record_id=RECORD, body=event, context=Context(actor=SYSTEM)) for event in past]
    await second.read_ahead(
        cast(Sequence[Incoming], [each for each in records if isinstance(each.body, RequestJudged)])
    )
    return second.take(RECORD)


def _told(past: Sequence[DecisionEvent]) -> Any:
    async def history(id: UUID) -> list[Any]:
        return [SimpleNamespace(event=event) for event in past]

    return history


async def test_a_doubt_is_read_again_and_becomes_a_correction() -> None:
    command = await looked(UNSURE)
    assert command is not None
    assert (command.category.label, command.unsure, command.model) == (Category.DIS, False, "m+again")
    assert desk.after(filed(), UNSURE).when(command).events


async def test_what_is_clear_dangerous_or_taken_by_a_person_costs_the_slower_model_nothing() -> None:
    meaning = Meaning()
    for acts in ((judged(),), (judged(unsure=True, danger=(DangerKind.FIRE,)),), (UNSURE, confirmed(MONDAY))):
        assert await looked(*acts, meaning=meaning) is None
    assert meaning.asked == []


@pytest.mark.parametrize(
    ("words", "meaning"),
    [(Words(), Meaning(answer=None)), (Words(typed=None), Meaning()), (Words(down=True), Meaning())],
    ids=["no answer in time", "words erased", "vault down"],
)
async def test_silence_leaves_it_with_the_person(words: Words, meaning: Meaning) -> None:
    assert await looked(UNSURE, words=words, meaning=meaning) is None
