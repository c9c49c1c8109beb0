"""How good a model is on labelled messages: the figures that decide whether it may count, or stays in the shadow."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from services.routing.training import Judged

BINS = 10
COVERAGES = (100, 90, 80, 60)


@dataclass(frozen=True)
class LabelFigures:
    label: str
    messages: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class FieldFigures:
    field: str
    messages: int
    accuracy: float
    macro_f1: float
    calibration_error: float
    """ECE: the mean distance of confidence from being right, over ten bins."""
    coverage: tuple[tuple[int, float], ...]
    """Accuracy on the most confident so many per cent."""
    labels: tuple[LabelFigures, ...]
    confusion: tuple[tuple[str, str, int], ...]
    """Expected, given, how often; the most frequent mistakes first."""


@dataclass(frozen=True)
class _Mark:
    expected: str
    given: str
    confidence: int

    @property
    def right(self) -> bool:
        return self.expected == self.given


def figures(judged: Sequence[Judged], field: str) -> FieldFigures:
    marks = [_mark(item, field) for item in judged]
    labels = tuple(_of_label(marks, label) for label in sorted({mark.expected for mark in marks}))
    mistakes = Counter((mark.expected, mark.given) for mark in marks if not mark.right)
    return FieldFigures(
        field=field,
        messages=len(marks),
        accuracy=_share_right(marks),
        macro_f1=sum(label.f1 for label in labels) / len(labels) if labels else 0.0,
        calibration_error=_calibration_error(marks),
        coverage=tuple((share, _share_right(_most_confident(marks, share))) for share in COVERAGES),
        labels=labels,
        confusion=tuple((expected, given, count) for (expected, given), count in sorted(mistakes.items(), key=_often)),
    )


def _mark(item: Judged, field: str) -> _Mark:
    """Where two careful readers differed, either answer counts as the expected one."""
    choice, accepted = item.choices[field], item.example.answers[field]
    expected = choice.label if choice.label in accepted else accepted[0]
    return _Mark(expected, choice.label, choice.confidence)


def _of_label(marks: Sequence[_Mark], label: str) -> LabelFigures:
    hits = sum(mark.right for mark in marks if mark.given == label)
    given = sum(mark.given == label for mark in marks)
    expected = sum(mark.expected == label for mark in marks)
    precision, recall = hits / given if given else 0.0, hits / expected if expected else 0.0
    return LabelFigures(label, expected, precision, recall, 2 * hits / (given + expected))


def _often(mistake: tuple[tuple[str, str], int]) -> tuple[int, tuple[str, str]]:
    return -mistake[1], mistake[0]


def _share_right(marks: Sequence[_Mark]) -> float:
    return sum(mark.right for mark in marks) / len(marks) if marks else 0.0


def _most_confident(marks: Sequence[_Mark], share: int) -> Sequence[_Mark]:
    ordered = sorted(marks, key=lambda mark: -mark.confidence)
    return ordered[: max(1, len(ordered) * share // 100)]


def _calibration_error(marks: Sequence[_Mark]) -> float:
    bins: list[list[_Mark]] = [[] for _ in range(BINS)]
    for mark in marks:
        bins[min(BINS - 1, mark.confidence * BINS // 1000)].append(mark)
    return sum(abs(sum(mark.confidence / 1000 - mark.right for mark in held)) for held in bins) / max(1, len(marks))
