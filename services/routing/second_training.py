"""Teaching the embedding head: what the vectors say of each field, and how much of the first judgement is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.routing.adapters.classifier import SecondFile
from services.routing.calibration import Marks, least, marks
from services.routing.decisions.judgement import Bar
from services.routing.fitting import Line, regression, vector_ridge
from services.routing.lessons import FOLDS, Lesson, judged_of
from services.routing.rounding import rounded, short

if TYPE_CHECKING:
    from services.routing.fitting import Floats

TRUSTS = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
HEARD = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8)


@dataclass(frozen=True)
class Second:
    files: tuple[SecondFile, ...]
    marks: Marks


def second_reading(
    lesson: Lesson,
    vectors: Sequence[tuple[float, ...]],
    odds: "Floats",
    heat: dict[str, float],
    scarce: dict[str, tuple[str, ...]],
) -> Second:
    import numpy as np

    embedded = np.array(vectors)
    scores = _scores(lesson, embedded)
    heard = _odds(lesson, scores)
    both = np.zeros_like(odds)
    mixed: dict[str, tuple[float, float]] = {}
    for field, labels in lesson.fields:
        first = odds[:, labels] / heat[field]
        mixed[field] = _mixture(first[lesson.real], heard[lesson.real, labels], lesson.wanted[lesson.real, labels])
        both[:, labels] = mixed[field][0] * first + mixed[field][1] * heard[:, labels]
    found = marks(judged_of(lesson, both, np.zeros((len(odds), len(lesson.flags)))), scarce)
    line = vector_ridge(embedded, lesson.wanted, lesson.counts)
    files = []
    for field, labels in lesson.fields:
        trust, loudness = mixed[field]
        last = line.then(regression(scores[lesson.real], lesson.wanted[lesson.real, labels]))
        files.append(_file(field, trust, loudness, last, found.threshold[field]))
    return Second(tuple(files), found)


def _scores(lesson: Lesson, vectors: "Floats") -> "Floats":
    import numpy as np

    scores = np.zeros_like(lesson.wanted)
    for fold in range(FOLDS):
        known, unseen = lesson.split(fold, seeds=True)
        if unseen:
            line = vector_ridge(vectors[known], lesson.wanted[known], lesson.counts[known])
            scores[unseen] = line.of(vectors[unseen])
    return scores


def _odds(lesson: Lesson, scores: "Floats") -> "Floats":
    import numpy as np

    odds = np.zeros((len(scores), lesson.labels_wide))
    for fold in range(FOLDS):
        known, unseen = lesson.split(fold, seeds=False)
        for _, labels in lesson.fields if unseen else ():
            odds[unseen, labels] = regression(scores[known], lesson.wanted[known, labels]).of(scores[unseen])
    return odds


def _mixture(first: "Floats", heard: "Floats", wanted: "Floats") -> tuple[float, float]:
    """Trust and loudness under which the accepted answers were least surprising."""
    import numpy as np

    def surprise(trust: float, loudness: float) -> float:
        odds = trust * first + loudness * heard
        whole = np.log(np.exp(odds - odds.max(axis=1, keepdims=True)).sum(axis=1)) + odds.max(axis=1)
        return float((wanted * (whole[:, None] - odds)).sum())

    choices = [(trust, loudness) for trust in TRUSTS for loudness in HEARD]
    place = least([float(place) for place in range(len(choices))], lambda place: surprise(*choices[int(place)]))
    return choices[int(place)]


def _file(field: str, trust: float, loudness: float, line: Line, threshold: Bar) -> SecondFile:
    weights = rounded(line, [slice(0, line.weights.shape[1])])
    step = weights.steps[0]
    return SecondFile(
        field=field,
        trust=trust,
        bias=tuple(short(each / step) for each in line.bias.tolist()),
        scale=short(loudness * step),
        threshold=threshold,
        rows=tuple(weights.rows),
    )
