"""Labelled messages in, a model file out. Needs scikit-learn, which the running desk does not.

Deterministic: same rows, same bytes. Folds are dealt by order, numerics run on one thread, weights are rounded.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from services.routing.adapters.classifier import FORMAT, BaselineFile, FlagFile, HeadFile, ModelFile, PartFile
from services.routing.calibration import (
    Judged,
    Marks,
    cooled,
    flag_threshold,
    marks,
    scarce_labels,
    sent_in,
    temperature,
)
from services.routing.decisions.features import Part
from services.routing.decisions.judgement import CATEGORY, PER_MILLE
from services.routing.decisions.word_groups import GROUPS, groups_digest
from services.routing.examples import Example
from services.routing.fitting import PARTS, Line, Space, one_thread, regression, ridge, space_of
from services.routing.lessons import FOLDS, Lesson, judged_of, lesson_of
from services.routing.rounding import Rounded, rounded, short
from services.routing.second_training import Second, second_reading

if TYPE_CHECKING:
    from services.routing.fitting import Floats

Told = Callable[[str, int, int], None]
"""Which step, how much of it is done, of how much."""


def untold(step: str, done: int, of: int) -> None:
    """For those who do not wait for it."""


def train(
    examples: Sequence[Example], vectors: Sequence[tuple[float, ...]] | None = None, told: Told = untold
) -> ModelFile:
    with one_thread():
        return _trained(lesson_of(examples), vectors, told)


def out_of_fold(examples: Sequence[Example], told: Told = untold) -> list[Judged]:
    """Every real example judged by a model that had not seen it."""
    with one_thread():
        lesson = lesson_of(examples)
        scores = _scores(lesson, told)
        return judged_of(lesson, _odds(lesson, scores), scores[:, lesson.labels_wide :])


def _trained(lesson: Lesson, vectors: Sequence[tuple[float, ...]] | None, told: Told) -> ModelFile:
    scores = _scores(lesson, told)
    flag_scores = scores[:, lesson.labels_wide :]
    odds = _odds(lesson, scores)
    judged = judged_of(lesson, odds, flag_scores)
    heat = {field: temperature(judged, field) for field in lesson.labels}
    calm = [cooled(each, heat) for each in judged]
    scarce = scarce_labels([item.example for item in sent_in(calm)])
    found = marks(calm, scarce)
    space = space_of(lesson.examples)
    line = ridge(space.features(lesson.examples), lesson.wanted, lesson.counts).then(_joint(lesson, scores))
    told("model", 1, 1)
    second = second_reading(lesson, vectors, odds, heat, scarce) if vectors is not None else None
    return _file(lesson, space, line, heat, calm, found, second)


def _scores(lesson: Lesson, told: Told) -> "Floats":
    """Of every real example, by a ridge that had not seen it."""
    import numpy as np

    scores = np.zeros_like(lesson.wanted)
    for fold in range(FOLDS):
        told("fold", fold, FOLDS)
        known, unseen = lesson.split(fold, seeds=True)
        if not unseen:
            continue
        space = space_of([lesson.examples[place] for place in known])
        features = space.features([lesson.examples[place] for place in known])
        line = ridge(features, lesson.wanted[known], lesson.counts[known])
        scores[unseen] = line.of(space.features([lesson.examples[place] for place in unseen]))
    told("fold", FOLDS, FOLDS)
    return scores


def _odds(lesson: Lesson, scores: "Floats") -> "Floats":
    """Each from regressions that had not seen the message either."""
    import numpy as np

    odds = np.zeros((len(scores), lesson.labels_wide))
    for fold in range(FOLDS):
        known, unseen = lesson.split(fold, seeds=False)
        for _, labels in lesson.fields if unseen else ():
            odds[unseen, labels] = regression(scores[known], lesson.wanted[known, labels]).of(scores[unseen])
    return odds


def _joint(lesson: Lesson, scores: "Floats") -> Line:
    """From the scores of all heads to the odds of each; flags pass through."""
    import numpy as np

    lines = [regression(scores[lesson.real], lesson.wanted[lesson.real, labels]) for _, labels in lesson.fields]
    flags = np.eye(scores.shape[1])[:, lesson.labels_wide :]
    return Line(
        np.hstack([*(line.weights for line in lines), flags]),
        np.concatenate([*(line.bias for line in lines), np.zeros(len(lesson.flags))]),
    )


def _file(
    lesson: Lesson,
    space: Space,
    line: Line,
    heat: dict[str, float],
    calm: Sequence[Judged],
    found: Marks,
    second: Second | None,
) -> ModelFile:
    flags = [slice(place, place + 1) for place in range(lesson.labels_wide, lesson.labels_wide + len(lesson.flags))]
    weights = rounded(line, [*(labels for _, labels in lesson.fields), *flags])
    parts = _parts(space, weights)
    return ModelFile(
        format=FORMAT,
        word_groups=groups_digest(),
        heads=tuple(
            HeadFile(
                field=field,
                labels=lesson.labels[field],
                bias=tuple(weights.bias[labels]),
                scale=short(weights.steps[place] / heat[field]),
                threshold=found.threshold[field],
                scarce=found.scarce.get(field, ()),
            )
            for place, (field, labels) in enumerate(lesson.fields)
        ),
        flags=tuple(
            FlagFile(
                flag=flag,
                bias=weights.bias[lesson.labels_wide + place],
                scale=short(weights.steps[len(lesson.labels) + place]),
                threshold=short(flag_threshold(calm, flag)),
            )
            for place, flag in enumerate(lesson.flags)
        ),
        urgent_from=min(found.urgent_from, second.marks.urgent_from) if second else found.urgent_from,
        own_from=min(found.own_from, second.marks.own_from) if second else found.own_from,
        baseline=_baseline(sent_in(calm), found) if CATEGORY in lesson.labels else None,
        second=second.files if second else (),
        title=parts[Part.TITLE],
        text=parts[Part.TEXT],
    )


def _parts(space: Space, weights: Rounded) -> dict[Part, PartFile]:
    first = 0
    grams: dict[Part, dict[str, tuple[int, ...]]] = {}
    for part in PARTS:
        rarity = space.rarity[part].tolist()
        grams[part] = {
            gram: (int(rarity[place]), *weights.rows[first + place]) for place, gram in enumerate(space.grams[part])
        }
        first += len(grams[part])
    found: dict[Part, PartFile] = {}
    for part in PARTS:
        groups = {name: weights.rows[first + place] for place, name in enumerate(GROUPS)}
        found[part] = PartFile(ngrams=grams[part], groups=groups)
        first += len(GROUPS)
    return found


def _baseline(calm: Sequence[Judged], found: Marks) -> BaselineFile:
    given = Counter(item.best(CATEGORY) for item in calm)
    return BaselineFile(
        persons=round(PER_MILLE * sum(map(found.doubts, calm)) / len(calm)),
        categories={label: round(PER_MILLE * count / len(calm)) for label, count in sorted(given.items())},
    )
