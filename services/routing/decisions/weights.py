"""The weights of a model, packed by n-gram and word group, and one part of a message as the model reads it."""

from collections.abc import Mapping

from services.routing.decisions.features import Part
from services.routing.decisions.lanes import Lanes
from shared.kernel.facts import value

UNIT = 4096
"""The amount of an n-gram that is all there is. Amounts are whole, so that sums do not depend on their order."""

Rows = Mapping[str, Lanes]
"""By n-gram or word group: weights of the labels of all heads in order, after them those of the learned flags."""


@value
class Weights:
    ngrams: Rows
    rarity: Mapping[str, int]
    """Hundredths of the inverse document frequency."""
    groups: Rows


@value
class Read:
    field: Part
    """Where it stands: without a title the first words of the text are read in its place."""
    typed: str
    text: str
    """As the model sees it: without blanks, cut."""
    ngrams: Mapping[str, int]
    """How much of it each known n-gram is, in units."""
    groups: tuple[str, ...]
