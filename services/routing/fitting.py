"""The numerics of training: ridge regression over the features of the judgement, and small regressions on top of it.

Everything stays linear: what the heads say of each other is folded back into the weights of the n-grams.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from services.routing.decisions.features import GROUP_VALUE, Part, damped, groups_in, ngrams, seen
from services.routing.decisions.word_groups import GROUPS
from services.routing.examples import Example

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Matrix = Any
"""scipy's sparse matrices carry no types."""

PARTS = (Part.TITLE, Part.TEXT)
SEEN_OFTEN = {Part.TITLE: 4, Part.TEXT: 6}
"""An n-gram of fewer messages may be somebody's name, and is worth little."""
NAME_INITIALS = frozenset(
    "李张刘陈杨赵吴徐孙朱胡郭林罗郑梁宋唐韩冯邓曹彭肖田董袁潘蒋蔡余杜叶苏魏吕丁沈姚卢姜崔钟谭陆汪廖韦贾邹熊秦邱尹薛侯陶黎贺郝龚邵覃戴莫"
)
"""Surnames that begin few ordinary words: what starts with one is left out."""
SHRINKING = 0.7
CONSTANT = 0.5
"""The square of the feature that every message has."""
LOUDNESS = 5.0
"""Scores of the ridge lie between nought and one; so loud the regressions above it hear them."""
STRENGTH = 0.1
VECTOR_SHRINKING = 1.0


@dataclass(frozen=True)
class Space:
    """Which n-grams count, and how rare each is."""

    grams: dict[Part, list[str]]
    rarity: dict[Part, "Floats"]

    def features(self, examples: Sequence[Example]) -> Matrix:
        from scipy.sparse import hstack  # type: ignore[import-untyped]

        blocks = [self._ngrams(examples, part) for part in PARTS]
        return hstack([*blocks, *(_groups(examples, part) for part in PARTS)]).tocsr()

    def _ngrams(self, examples: Sequence[Example], part: Part) -> Matrix:
        import numpy as np
        from scipy.sparse import csr_matrix, diags

        place = {gram: index for index, gram in enumerate(self.grams[part])}
        values: list[float] = []
        columns: list[int] = []
        ends = [0]
        for example in examples:
            for gram, count in ngrams(seen(part, example.typed(part)), place.keys()).items():
                values.append(damped(count) * self.rarity[part][place[gram]])
                columns.append(place[gram])
            ends.append(len(values))
        found = csr_matrix((values, columns, ends), shape=(len(examples), len(place)))
        lengths = np.sqrt(np.asarray(found.multiply(found).sum(axis=1)).ravel())
        lengths[lengths == 0] = 1.0
        return diags(1 / lengths) @ found


def space_of(examples: Sequence[Example]) -> Space:
    """Only Chinese and the question mark: no digits, letters, codes of places or plates."""
    import numpy as np

    grams: dict[Part, list[str]] = {}
    rarity: dict[Part, Floats] = {}
    for part in PARTS:
        frequency: Counter[str] = Counter()
        for example in examples:
            frequency.update(ngrams(seen(part, example.typed(part))).keys())
        often = min(SEEN_OFTEN[part], max(1, len(examples) // 50))
        kept = sorted(gram for gram, count in frequency.items() if count >= often and _harmless(gram))
        containing = np.array([frequency[gram] for gram in kept])
        grams[part] = kept
        rarity[part] = np.round(100 * (np.log((1 + len(examples)) / (1 + containing)) + 1))
    return Space(grams, rarity)


def _harmless(gram: str) -> bool:
    return all(map(_speaks, gram)) and (len(gram) == 1 or gram[0] not in NAME_INITIALS)


def _speaks(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff" or character == "?"


def _groups(examples: Sequence[Example], part: Part) -> Matrix:
    from scipy.sparse import csr_matrix

    present = [set(groups_in(seen(part, example.typed(part)))) for example in examples]
    return csr_matrix([[GROUP_VALUE * (name in names) for name in GROUPS] for names in present])


@dataclass(frozen=True)
class Line:
    """Scores of many outputs, each a weighted sum."""

    weights: "Floats"
    bias: "Floats"

    def of(self, features: Matrix) -> "Floats":
        return features @ self.weights + self.bias  # type: ignore[no-any-return]

    def then(self, after: "Line") -> "Line":
        return Line(self.weights @ after.weights, self.bias @ after.weights + after.bias)


def ridge(features: Matrix, wanted: "Floats", counts: "Floats") -> Line:
    """By messages, not by features, of which there are more. `counts`: how much each message matters."""
    import numpy as np
    from scipy.linalg import solve  # type: ignore[import-untyped]

    alike = np.asarray((features @ features.T).todense()) + CONSTANT
    alike[np.diag_indices_from(alike)] += SHRINKING / counts
    pulls = solve(alike, wanted, assume_a="pos", overwrite_a=True)
    return Line(features.T @ pulls, CONSTANT * pulls.sum(axis=0))


def vector_ridge(vectors: "Floats", wanted: "Floats", counts: "Floats") -> Line:
    import numpy as np

    middle = vectors.mean(axis=0)
    spread = float(np.sqrt(((vectors - middle) ** 2).sum(axis=1).mean()))
    inner = np.hstack([(vectors - middle) / spread, np.ones((len(vectors), 1))])
    weighted = inner * counts[:, None]
    shrinking = np.diag([VECTOR_SHRINKING] * vectors.shape[1] + [1e-9])
    found = np.linalg.solve(weighted.T @ inner + shrinking, weighted.T @ wanted)
    weights = found[:-1] / spread
    return Line(weights, found[-1] - middle @ weights)


def regression(scores: "Floats", shares: "Floats") -> Line:
    """What all heads' scores together say of one field: logistic, so its odds are calibrated odds."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    rows, labels = np.nonzero(shares)
    model = LogisticRegression(C=STRENGTH, max_iter=300, tol=1e-3)
    model.fit(LOUDNESS * scores[rows], labels, sample_weight=shares[rows, labels])
    weights, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        weights, bias = np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    whole = np.zeros((scores.shape[1], shares.shape[1]))
    floor = np.full(shares.shape[1], float(bias.min()) - LOUDNESS)
    whole[:, model.classes_] = LOUDNESS * weights.T
    floor[model.classes_] = bias
    return Line(whole, floor)


@contextmanager
def one_thread() -> Iterator[None]:
    """Sums of floats depend on how many threads share them."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(1):
        yield
