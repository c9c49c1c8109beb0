"""The ear of the danger net, learned from sentences: which characters, pairs and groups of words speak of danger.

A linear support vector machine by dual coordinate descent, in a fixed order and in plain Python: same sentences, same
table. Nothing of a text but single characters and pairs of them reaches the table, and no pair of the background
that stands there less than `SEEN_OFTEN` times.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from zlib import crc32

from shared.contracts.danger import folded, is_over
from shared.contracts.danger_ear import BIAS, LONGEST_WINDOW, Ear, features_of, windows

PASSES = 12
DANGER_STRENGTH, HARMLESS_STRENGTH, BACKGROUND_STRENGTH = 3.0, 6.0, 0.6
SCALE = 1000
KEPT = 8000
SEEN_OFTEN = 4
FOLDS = 5
WINDOWS_OF_EACH = 2
LOUD_WINDOWS = 600
"""Of the background: what the first pass takes for danger is learned as harmless in the second."""
QUIET_SHARE = 0.94
"""Of harmless sentences that were not learned from."""
LOUD_IN_BACKGROUND = 0.002
NEVER = -(10**6)

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Sentence:
    text: str
    danger: str | None
    """The kind of danger, or None."""


@dataclass(frozen=True)
class Measured:
    """How loud a text was to an ear that had not learned from it."""

    loudness: int
    danger: str | None
    background: bool = False


@dataclass(frozen=True)
class _Row:
    features: tuple[str, ...]
    answer: int
    strength: float


def train(sentences: Sequence[Sentence], background: Sequence[str], progress: Progress = lambda step: None) -> Ear:
    """`background`: texts of every day; what is loud there decides how loud an alarm in a long text has to be."""
    measured = left_out(sentences, background, progress)
    progress("final")
    ear = _learned(sentences, background)
    short, long = thresholds(measured)
    return replace(ear, short=short, long=long)


def left_out(
    sentences: Sequence[Sentence], background: Sequence[str], progress: Progress = lambda step: None
) -> list[Measured]:
    measured: list[Measured] = []
    for fold in range(FOLDS):
        progress(f"fold {fold + 1} of {FOLDS}")
        ear = _learned(
            [each for each in sentences if _fold_of(each.text) != fold],
            [text for text in background if _fold_of(text) != fold],
        )
        measured += [_measured(ear, each) for each in sentences if _fold_of(each.text) == fold]
        measured += [Measured(loudest(ear, text), None, True) for text in background if _fold_of(text) == fold]
    return measured


def _measured(ear: Ear, sentence: Sentence) -> Measured:
    return Measured(NEVER if is_over(folded(sentence.text)) else loudest(ear, sentence.text), sentence.danger)


def thresholds(measured: Sequence[Measured]) -> tuple[int, int]:
    harmless = [each.loudness for each in measured if each.danger is None and not each.background]
    everyday = [each.loudness for each in measured if each.background]
    short = _exceeded_by(1 - QUIET_SHARE, harmless)
    return short, max(short, _exceeded_by(LOUD_IN_BACKGROUND, everyday))


def loudest(ear: Ear, text: str) -> int:
    return max((ear.loudness(window) for window in _windows(text)), default=ear.bias)


def _exceeded_by(share: float, loudness: Sequence[int]) -> int:
    ranked = sorted(loudness, reverse=True)
    return ranked[min(int(share * len(ranked)), len(ranked) - 1)] + 1 if ranked else 0


def _learned(sentences: Sequence[Sentence], background: Sequence[str]) -> Ear:
    own = [row for each in sentences if each.danger is None for row in _harmless(each.text, HARMLESS_STRENGTH)]
    everyday = [row for text in background for row in _some_windows(text)]
    first = _ear(_rows_of_danger(sentences, None) + own + everyday)
    loud = sorted({window: None for text in background for window in _windows(text)}, key=first.loudness, reverse=True)
    everyday += [_row(window, -1, BACKGROUND_STRENGTH) for window in loud[:LOUD_WINDOWS]]
    danger = _rows_of_danger(sentences, first)
    return replace(_kept(_ear(danger + own + everyday), danger + own, everyday), kinds=_kinds(sentences, first))


def _rows_of_danger(sentences: Sequence[Sentence], ear: Ear | None) -> list[_Row]:
    return [_row(_telling(each.text, ear), 1, DANGER_STRENGTH) for each in sentences if each.danger is not None]


def _telling(text: str, ear: Ear | None) -> str:
    """The window that tells; the whole while nobody knows which, or where it is short."""
    read = folded(text)
    return read if ear is None or len(read) <= LONGEST_WINDOW else max(_windows(text), key=ear.loudness)


def _harmless(text: str, strength: float) -> Iterator[_Row]:
    return (_row(window, -1, strength) for window in _windows(text))


def _some_windows(text: str) -> Iterator[_Row]:
    chosen = sorted(_windows(text), key=lambda window: crc32(window.encode()))[:WINDOWS_OF_EACH]
    return (_row(window, -1, BACKGROUND_STRENGTH) for window in chosen)


def _windows(text: str) -> list[str]:
    read = folded(text)
    return [read[start:end] for start, end in windows(read)]


def _row(window: str, answer: int, strength: float) -> _Row:
    return _Row((*sorted(features_of(window)), BIAS), answer, strength)


def _ear(rows: Iterable[_Row]) -> Ear:
    weights = {feature: round(weight * SCALE) for feature, weight in _separating(rows).items()}
    return Ear(weights.pop(BIAS, 0), 0, 0, weights, {})


def _separating(rows: Iterable[_Row]) -> dict[str, float]:
    """Squared hinge loss; the order of the rows is dealt by their content, so that kinds are mixed."""
    dealt = sorted(rows, key=lambda row: (crc32("".join(row.features).encode()), row.features, row.answer))
    weights: dict[str, float] = dict.fromkeys({feature for row in dealt for feature in row.features}, 0.0)
    alpha = [0.0] * len(dealt)
    for _ in range(PASSES):
        for place, row in enumerate(dealt):
            length = sqrt(len(row.features))
            gradient = row.answer * sum(weights[feature] for feature in row.features) / length - 1
            gradient += alpha[place] / (2 * row.strength)
            raised = max(alpha[place] - gradient / (1 + 1 / (2 * row.strength)), 0.0)
            if raised == alpha[place]:
                continue
            step = (raised - alpha[place]) * row.answer / length
            alpha[place] = raised
            for feature in row.features:
                weights[feature] += step
    return weights


def _kept(ear: Ear, own: Iterable[_Row], everyday: Iterable[_Row]) -> Ear:
    ours = {feature for row in own for feature in row.features}
    theirs = Counter(feature for row in everyday for feature in row.features)
    known = [
        feature for feature in ear.weights if feature in ours or len(feature) == 1 or theirs[feature] >= SEEN_OFTEN
    ]
    heaviest = sorted(known, key=lambda feature: (-abs(ear.weights[feature]), feature))[:KEPT]
    return replace(ear, weights={feature: ear.weights[feature] for feature in heaviest if ear.weights[feature]})


def _kinds(sentences: Sequence[Sentence], ear: Ear) -> dict[str, dict[str, int]]:
    """Which danger it is, one against the others, among dangers only."""
    told = [(each.danger, _telling(each.text, ear)) for each in sentences if each.danger is not None]
    kinds: dict[str, dict[str, int]] = {}
    for kind in sorted({danger for danger, _ in told}):
        rows = [_row(window, 1 if danger == kind else -1, 1.0) for danger, window in told]
        weights = {feature: round(weight * SCALE) for feature, weight in _separating(rows).items()}
        bias = weights.pop(BIAS)
        heaviest = sorted(weights, key=lambda feature: (-abs(weights[feature]), feature))[: KEPT // 8]
        kinds[kind] = {feature: weights[feature] for feature in heaviest} | {BIAS: bias}
    return kinds


def _fold_of(text: str) -> int:
    return crc32(text.encode()) % FOLDS
