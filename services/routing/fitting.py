"""The numerics of training: logistic regression over the features of the judgement, pruned and rounded to integers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from services.routing.decisions.judgement import GROUP_VALUE, Part, damped, groups_in, ngrams, seen
from services.routing.decisions.word_groups import WORD_GROUPS
from services.routing.examples import Example

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Matrix = Any
"""scipy's sparse matrices carry no types."""

STRENGTH = 10.0
LARGEST_WEIGHT = 300
PARTS = (Part.TITLE, Part.TEXT)

Answers = Sequence[tuple[str, ...]]
YesNo = Sequence[bool | None]


@dataclass(frozen=True)
class FittedHead:
    field: str
    labels: list[str]
    bias: list[int]
    step: float


@dataclass(frozen=True)
class FittedFlag:
    bias: int
    step: float


@dataclass(frozen=True)
class Fitted:
    heads: list[FittedHead]
    flags: list[FittedFlag]
    ngrams: dict[Part, dict[str, tuple[int, ...]]]
    groups: dict[Part, dict[str, tuple[int, ...]]]


@dataclass(frozen=True)
class _Linear:
    labels: list[str]
    weights: "Floats"
    bias: "Floats"


def fit(
    examples: Sequence[Example],
    vocabulary: dict[Part, list[str]],
    targets: Sequence[tuple[str, Answers]],
    flags: Sequence[YesNo],
    kept_per_part: int,
) -> Fitted:
    counts = {part: _counts(examples, part, vocabulary[part]) for part in PARTS}
    groups = {part: _groups(examples, part) for part in PARTS}
    first = [_classify(_features(counts, groups)[0], answers) for _, answers in targets]
    kept = _strongest(counts, groups, first, kept_per_part)
    counts = {part: counts[part][:, kept[part]] for part in PARTS}
    features, rarity = _features(counts, groups)
    heads = [_classify(features, answers) for _, answers in targets]
    answered = [_answer(features, yes_no) for yes_no in flags]
    names = {part: [vocabulary[part][index] for index in kept[part]] for part in PARTS}
    return _rounded([field for field, _ in targets], heads, answered, names, rarity)


def _counts(examples: Sequence[Example], part: Part, vocabulary: list[str]) -> Matrix:
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

    place = {gram: index for index, gram in enumerate(vocabulary)}
    values: list[float] = []
    columns: list[int] = []
    ends = [0]
    for example in examples:
        for gram, count in ngrams(seen(part, example.typed(part)), place.keys()).items():
            values.append(damped(count))
            columns.append(place[gram])
        ends.append(len(values))
    return csr_matrix((values, columns, ends), shape=(len(examples), len(vocabulary)))


def _groups(examples: Sequence[Example], part: Part) -> Matrix:
    from scipy.sparse import csr_matrix

    present = [set(groups_in(seen(part, example.typed(part)))) for example in examples]
    return csr_matrix([[GROUP_VALUE * (name in names) for name in WORD_GROUPS] for names in present])


def _features(counts: dict[Part, Matrix], groups: dict[Part, Matrix]) -> tuple[Matrix, dict[Part, "Floats"]]:
    import numpy as np
    from scipy.sparse import diags, hstack

    blocks: list[Matrix] = []
    rarity: dict[Part, Floats] = {}
    for part in PARTS:
        messages, _ = counts[part].shape
        containing = np.asarray((counts[part] > 0).sum(axis=0)).ravel()
        rarity[part] = np.round(100 * (np.log((1 + messages) / (1 + containing)) + 1))
        weighted = counts[part] @ diags(rarity[part] / 100)
        lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
        lengths[lengths == 0] = 1.0
        blocks.append(diags(1 / lengths) @ weighted)
    return hstack([*blocks, *(groups[part] for part in PARTS)]).tocsr(), rarity


def _classify(features: Matrix, answers: Answers) -> _Linear:
    """A row with two accepted answers counts half for each."""
    rows = [index for index, accepted in enumerate(answers) for _ in accepted]
    labels = [label for accepted in answers for label in accepted]
    shares = [1 / len(accepted) for accepted in answers for _ in accepted]
    return _regress(features[rows], labels, shares)


def _answer(features: Matrix, yes_no: YesNo) -> _Linear:
    rows = [index for index, answer in enumerate(yes_no) if answer is not None]
    return _regress(features[rows], ["yes" if yes_no[index] else "no" for index in rows], [1.0] * len(rows))


def _regress(features: Matrix, labels: list[str], shares: list[float]) -> _Linear:
    import numpy as np
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    model = LogisticRegression(C=STRENGTH, max_iter=300, tol=1e-3)
    model.fit(features, labels, sample_weight=np.asarray(shares))
    weights, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2 and set(labels) != {"yes", "no"}:
        weights, bias = np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return _Linear([str(label) for label in model.classes_], weights, bias)


def _strongest(
    counts: dict[Part, Matrix], groups: dict[Part, Matrix], heads: Sequence[_Linear], kept_per_part: int
) -> dict[Part, list[int]]:
    """By the largest push that an n-gram gives to any label, as a share of the head's largest."""
    import numpy as np

    features, _ = _features(counts, groups)
    usual = np.sqrt(np.asarray(features.multiply(features).mean(axis=0)).ravel())
    pushes = [np.abs(head.weights).max(axis=0) * usual for head in heads]
    importance = np.max([push / push.max() for push in pushes], axis=0)
    kept: dict[Part, list[int]] = {}
    start = 0
    for part in PARTS:
        size = counts[part].shape[1]
        order = np.argsort(-importance[start : start + size], kind="stable")
        kept[part] = sorted(int(index) for index in order[:kept_per_part])
        start += size
    return kept


def _rounded(
    fields: Sequence[str],
    heads: Sequence[_Linear],
    flags: Sequence[_Linear],
    names: dict[Part, list[str]],
    rarity: dict[Part, "Floats"],
) -> Fitted:
    import numpy as np

    steps = [float(np.abs(linear.weights).max()) / LARGEST_WEIGHT for linear in (*heads, *flags)]
    columns = np.vstack([np.round(linear.weights / step) for linear, step in zip((*heads, *flags), steps, strict=True)])
    biases = [
        [round(float(bias)) for bias in linear.bias / step]
        for linear, step in zip((*heads, *flags), steps, strict=True)
    ]
    rows = columns.astype(int).T.tolist()
    ngram_rows: dict[Part, dict[str, tuple[int, ...]]] = {}
    start = 0
    for part in PARTS:
        ngram_rows[part] = {
            gram: (int(rarity[part][index]), *rows[start + index]) for index, gram in enumerate(names[part])
        }
        start += len(names[part])
    group_rows: dict[Part, dict[str, tuple[int, ...]]] = {}
    for part in PARTS:
        group_rows[part] = {name: tuple(rows[start + index]) for index, name in enumerate(WORD_GROUPS)}
        start += len(WORD_GROUPS)
    fitted_heads = [
        FittedHead(field, head.labels, bias, step)
        for field, head, bias, step in zip(fields, heads, biases, steps, strict=False)
    ]
    fitted_flags = [
        FittedFlag(bias[0], step) for bias, step in zip(biases[len(heads) :], steps[len(heads) :], strict=True)
    ]
    return Fitted(fitted_heads, fitted_flags, ngram_rows, group_rows)
