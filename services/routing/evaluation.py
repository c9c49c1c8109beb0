"""How good a model is on labelled messages: the figures that decide whether it may count, or stays in the shadow."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from services.routing.decisions.judgement import CATEGORY, POLICE, PRIORITY, Choice
from services.routing.examples import Example
from shared.contracts.codes import Police, Priority

BINS = 10
COVERAGES = (100, 90, 80, 70, 60, 50)
CANNOT_WAIT = (Priority.P0, Priority.P1)


@dataclass(frozen=True)
class Answered:
    """One labelled message and what was said of it."""

    example: Example
    choices: dict[str, Choice]
    person: bool = False
    urgent: int = 0


@dataclass(frozen=True)
class LabelFigures:
    label: str
    messages: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class Bin:
    messages: int
    confidence: float
    accuracy: float


@dataclass(frozen=True)
class FieldFigures:
    field: str
    messages: int
    accuracy: float
    macro_f1: float
    calibration_error: float
    """ECE: the mean distance of confidence from being right, over ten bins."""
    calibration: tuple[Bin, ...]
    coverage: tuple[tuple[int, float], ...]
    """Accuracy on the most confident so many per cent."""
    labels: tuple[LabelFigures, ...]
    confusion: dict[tuple[str, str], int]
    """How often this was expected and that given."""

    @property
    def mistakes(self) -> tuple[tuple[str, str, int], ...]:
        """Expected, given, how often; the most frequent first."""
        wrong = [(*pair, count) for pair, count in self.confusion.items() if pair[0] != pair[1]]
        return tuple(sorted(wrong, key=lambda mistake: (-mistake[2], mistake[:2])))


@dataclass(frozen=True)
class DeskFigures:
    """What the desk would notice: how much comes to people, and how good is what does not."""

    messages: int
    persons: float
    right_without_person: float
    """Share of the categories that stand although nobody looked."""
    sent_away: int
    """Police business that left the house without a person."""
    urgent: int
    urgent_found: float
    """Of what cannot wait: judged so, or shown to a person."""
    flagged: float
    """Of all: judged urgent, or shown to a person."""
    urgent_at_35: float
    """Found among the 35 % that the model ranks most urgent."""


@dataclass(frozen=True)
class _Mark:
    expected: str
    given: str
    confidence: int

    @property
    def right(self) -> bool:
        return self.expected == self.given


def figures(answered: Sequence[Answered], field: str) -> FieldFigures:
    marks = [_mark(item, field) for item in answered]
    met = {mark.expected for mark in marks} | {mark.given for mark in marks}
    labels = tuple(_of_label(marks, label) for label in sorted(met))
    bins = _bins(marks)
    return FieldFigures(
        field=field,
        messages=len(marks),
        accuracy=_share_right(marks),
        macro_f1=sum(label.f1 for label in labels) / len(labels) if labels else 0.0,
        calibration_error=sum(held.messages * abs(held.confidence - held.accuracy) for held in bins)
        / max(1, len(marks)),
        calibration=bins,
        coverage=tuple((share, _share_right(_most_confident(marks, share))) for share in COVERAGES),
        labels=labels,
        confusion=dict(Counter((mark.expected, mark.given) for mark in marks)),
    )


def desk_figures(answered: Sequence[Answered]) -> DeskFigures:
    alone = [_mark(item, CATEGORY) for item in answered if not item.person]
    urgent = [item for item in answered if _cannot_wait(item)]
    flagged = [item for item in answered if _is_flagged(item)]
    ranked = sorted(answered, key=lambda item: -item.urgent)[: len(answered) * 35 // 100]
    return DeskFigures(
        messages=len(answered),
        persons=sum(item.person for item in answered) / max(1, len(answered)),
        right_without_person=_share_right(alone),
        sent_away=sum(_sent_away(item) for item in answered),
        urgent=len(urgent),
        urgent_found=sum(map(_is_flagged, urgent)) / max(1, len(urgent)),
        flagged=len(flagged) / max(1, len(answered)),
        urgent_at_35=sum(map(_cannot_wait, ranked)) / max(1, len(urgent)),
    )


def _cannot_wait(item: Answered) -> bool:
    return not set(CANNOT_WAIT).isdisjoint(item.example.answers[PRIORITY])


def _is_flagged(item: Answered) -> bool:
    return item.person or item.choices[PRIORITY].label in CANNOT_WAIT


def _sent_away(item: Answered) -> bool:
    """Where one of two careful readers said something else than `own`, it was no plain police business."""
    given, expected = item.choices[POLICE].label, set(item.example.answers[POLICE])
    return not item.person and given == Police.TRANSFER and expected == {Police.OWN}


def _mark(item: Answered, field: str) -> _Mark:
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


def _share_right(marks: Sequence[_Mark]) -> float:
    return sum(mark.right for mark in marks) / len(marks) if marks else 0.0


def _most_confident(marks: Sequence[_Mark], share: int) -> Sequence[_Mark]:
    ordered = sorted(marks, key=lambda mark: -mark.confidence)
    return ordered[: max(1, len(ordered) * share // 100)]


def _bins(marks: Sequence[_Mark]) -> tuple[Bin, ...]:
    held: list[list[_Mark]] = [[] for _ in range(BINS)]
    for mark in marks:
        held[min(BINS - 1, mark.confidence * BINS // 1000)].append(mark)
    return tuple(
        Bin(len(each), sum(mark.confidence for mark in each) / 1000 / len(each), _share_right(each))
        for each in held
        if each
    )
