"""What is to be learned, as numbers: labels of every field and flags by message, and in which fold each is unseen."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.routing.calibration import Judged, fields_of, flag_answer
from services.routing.decisions.judgement import CATEGORY, shared_out
from services.routing.examples import Example
from shared.contracts.codes import Flag

if TYPE_CHECKING:
    from services.routing.fitting import Floats

FOLDS = 5
LEARNED_FLAG_FROM = 20
SECOND_SHARE = 0.3
"""How much the category that another careful reader might have chosen counts."""
EVENING_OUT = 0.3
"""Power by which messages of rare categories count more."""


@dataclass(frozen=True)
class Lesson:
    """What is to be learned: labels of every field, then flags, and how much each message matters."""

    examples: Sequence[Example]
    labels: dict[str, tuple[str, ...]]
    flags: tuple[Flag, ...]
    wanted: "Floats"
    """By message: shares of the labels of all fields in order, after them the flags."""
    counts: "Floats"
    folds: tuple[int, ...]
    """-1 for seeds, which are always known."""

    @property
    def fields(self) -> Iterator[tuple[str, slice]]:
        first = 0
        for field, labels in self.labels.items():
            yield field, slice(first, first + len(labels))
            first += len(labels)

    @property
    def labels_wide(self) -> int:
        return sum(map(len, self.labels.values()))

    @property
    def real(self) -> list[int]:
        return [place for place, fold in enumerate(self.folds) if fold >= 0]

    def split(self, fold: int, *, seeds: bool) -> tuple[list[int], list[int]]:
        """Who is known when this fold is unseen."""
        known = [place for place, dealt in enumerate(self.folds) if dealt != fold and (seeds or dealt >= 0)]
        return known, [place for place, dealt in enumerate(self.folds) if dealt == fold]


def lesson_of(examples: Sequence[Example]) -> Lesson:
    import numpy as np

    fields = fields_of(examples)
    labels = {field: tuple(sorted({each for one in examples for each in one.answers[field]})) for field in fields}
    found = Counter(flag for example in examples for flag in example.flags or ())
    flags = tuple(flag for flag in Flag if found[flag] >= LEARNED_FLAG_FROM)
    rows = [
        [
            *(share for field in fields for share in _shares(example, field, labels[field])),
            *(float(bool(flag_answer(example, flag))) for flag in flags),
        ]
        for example in examples
    ]
    frequency = Counter(example.answers[fields[0]][0] for example in examples)
    most = max(frequency.values())
    counts = np.array([(most / frequency[example.answers[fields[0]][0]]) ** EVENING_OUT for example in examples])
    return Lesson(examples, labels, flags, np.array(rows), counts / counts.mean(), tuple(_dealt(examples)))


def _shares(example: Example, field: str, labels: Sequence[str]) -> list[float]:
    """A row with two accepted answers counts half for each; a second choice counts a little."""
    accepted = example.answers[field]
    shares = {label: 1 / len(accepted) for label in accepted}
    if field == CATEGORY and example.second is not None and example.second in labels:
        shares = {label: (1 - SECOND_SHARE) * share for label, share in shares.items()}
        shares[example.second] = shares.get(example.second, 0.0) + SECOND_SHARE
    return [shares.get(label, 0.0) for label in labels]


def _dealt(examples: Sequence[Example]) -> list[int]:
    """Round robin inside each label, so that every fold has its share of the scarce ones."""
    field = fields_of(examples)[0]
    real = [place for place, example in enumerate(examples) if not example.seed]
    folds = [-1] * len(examples)
    for turn, place in enumerate(sorted(real, key=lambda place: (examples[place].answers[field][0], place))):
        folds[place] = turn % FOLDS
    return folds


def judged_of(lesson: Lesson, odds: "Floats", flag_scores: "Floats") -> list[Judged]:
    return [
        Judged(
            lesson.examples[place],
            {field: shared_out(lesson.labels[field], odds[place, labels].tolist()) for field, labels in lesson.fields},
            dict(zip(lesson.flags, flag_scores[place].tolist(), strict=True)),
        )
        for place in lesson.real
    ]
