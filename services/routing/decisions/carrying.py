"""Which words spoke for a label: the stretches of the message whose n-grams and word groups pushed most."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, zip_longest

from services.routing.decisions.features import GROUP_VALUE, Part
from services.routing.decisions.lanes import lane
from services.routing.decisions.weights import UNIT, Read, Weights
from services.routing.decisions.word_groups import WORD_GROUPS
from shared.kernel.facts import value

CARRYING_WORDS = 5
BAR = 0.3
"""Of the strongest character's push: what is weaker carried nothing."""


@value
class Span:
    field: Part
    start: int
    end: int
    weight: int


def carrying_words(
    weights: Mapping[Part, Weights], parts: Mapping[Part, Read], column: int, width: int
) -> tuple[Span, ...]:
    """`column` of `width`: the label whose words are wanted."""
    carried: dict[Part, list[float]] = {}
    typed: dict[Part, str] = {}
    for part, read in parts.items():
        spoken = _carried(weights[part], read, column, width)
        carried[read.field] = list(map(sum, zip_longest(carried.get(read.field, ()), spoken, fillvalue=0.0)))
        typed[read.field] = read.typed
    spans = chain.from_iterable(_stretches(field, carried[field], _origins(typed[field])) for field in carried)
    strongest = sorted(spans, key=lambda span: (-span.weight, span.field, span.start))[:CARRYING_WORDS]
    return tuple(strongest)


def _carried(weights: Weights, read: Read, column: int, width: int) -> list[float]:
    """How much each character spoke for the label."""
    carried = [0.0] * len(read.text)
    for gram, amount in read.ngrams.items():
        pushed = amount * lane(weights.ngrams[gram], column, width) / UNIT
        _spread(carried, list(_places(gram, read.text)), len(gram), pushed)
    for name in read.groups:
        for word in WORD_GROUPS.get(name, ()):
            pushed = GROUP_VALUE * lane(weights.groups[name], column, width)
            _spread(carried, list(_places(word, read.text)), len(word), pushed)
    return carried


def _spread(carried: list[float], places: list[int], length: int, amount: float) -> None:
    for place in places:
        for index in range(place, place + length):
            carried[index] += amount / (len(places) * length)


def _places(piece: str, text: str) -> Iterator[int]:
    place = text.find(piece)
    while place >= 0:
        yield place
        place = text.find(piece, place + 1)


def _stretches(part: Part, carried: list[float], origins: list[int]) -> Iterable[Span]:
    bar = max(carried, default=0.0) * BAR
    if bar <= 0:
        return
    start = 0
    while start < len(carried):
        end = start
        while end < len(carried) and carried[end] >= bar:
            end += 1
        if end - start > 1:
            yield Span(part, origins[start], origins[end - 1] + 1, round(sum(carried[start:end])))
        start = end + 1


def _origins(typed: str) -> list[int]:
    return [index for index, character in enumerate(typed) if not character.isspace()]
