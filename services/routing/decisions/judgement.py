"""What a trained model makes of a message: one linear score per label, and the words that carried it.

No decision: the rules of law and the danger net stand above whatever is said here. R-39: reasons are given, and a
person can overrule.
"""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from operator import mul

from services.routing.decisions.word_groups import FLAG_GROUPS, WORD_GROUPS
from shared.contracts.codes import Flag
from shared.kernel.facts import value

LONGEST_NGRAM = 2
"""Three characters added nothing in cross-validation (.831 against .839), and three characters can be a name."""
TEXT_READ = 400
"""Characters of the text that count: people say what they want early, and a bounded reading has a bounded price."""
GROUP_VALUE = 0.25
CARRYING_WORDS = 5
PER_MILLE = 1000

CATEGORY, PRIORITY, POLICE, CHANNEL = "category", "priority", "police", "channel"
FIELDS = (CATEGORY, PRIORITY, POLICE, CHANNEL)


class Part(StrEnum):
    TITLE = "title"
    TEXT = "text"


@value
class Choice:
    label: str
    confidence: int
    """Per mille, calibrated on messages that the model had not seen."""
    second: str
    second_confidence: int


@value
class Span:
    field: Part
    start: int
    end: int
    weight: int


@value
class Judgement:
    category: Choice
    flags: tuple[Flag, ...]
    priority: Choice
    police: Choice
    channel: Choice
    words: tuple[Span, ...]
    needs_person: bool


@value
class Head:
    field: str
    labels: tuple[str, ...]
    bias: tuple[int, ...]
    scale: float
    """From integer weights to log-odds; the temperature of the calibration is in it."""
    threshold: int
    """Below this confidence a person decides."""
    scarce: frozenset[str]
    """Labels seen too seldom to be believed."""


@value
class FlagHead:
    flag: Flag
    bias: int
    scale: float
    threshold: float
    """In log-odds."""


Rows = Mapping[str, tuple[int, ...]]
"""By n-gram or word group: weights of the labels of all heads in order, after them those of the learned flags."""


@value
class Weights:
    ngrams: Rows
    rarity: Mapping[str, int]
    """Hundredths of the inverse document frequency."""
    groups: Rows


@value
class Model:
    heads: tuple[Head, ...]
    flag_heads: tuple[FlagHead, ...]
    weights: Mapping[Part, Weights]


@value
class Read:
    """One part of the message as the model sees it."""

    text: str
    ngrams: Mapping[str, float]
    groups: tuple[str, ...]


@value
class Scored:
    choices: Mapping[str, Choice]
    shares: Mapping[str, Mapping[str, float]]
    """By field and label, adding up to one."""
    flag_scores: tuple[float, ...]
    parts: Mapping[Part, Read]


_BLANKS = re.compile(r"\s+")
_FOLD = {0xFF01 + offset: chr(0x21 + offset) for offset in range(94)}
_LOWER = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_LOWER |= {0xFF21 + offset: chr(0x61 + offset) for offset in range(26)}
_FOLD |= _LOWER


def folded(text: str) -> str:
    """One character stays one character, so that offsets can be led back; blanks are dropped."""
    return _BLANKS.sub("", text).translate(_FOLD)


def seen(part: Part, text: str) -> str:
    plain = folded(text)
    return plain[:TEXT_READ] if part is Part.TEXT else plain


def ngrams(text: str, known: Collection[str] | None = None) -> Counter[str]:
    pieces = (text[i : i + size] for size in range(1, LONGEST_NGRAM + 1) for i in range(len(text) - size + 1))
    return Counter(pieces if known is None else filter(known.__contains__, pieces))


def groups_in(text: str) -> tuple[str, ...]:
    return tuple(name for name, words in WORD_GROUPS.items() if any(word in text for word in words))


def damped(count: int) -> float:
    return 1.0 + math.log(count)


def score(model: Model, title: str, text: str) -> Scored:
    parts = {part: _read(model.weights[part], seen(part, typed)) for part, typed in _typed(title, text)}
    totals = _totals(model, parts)
    shares: dict[str, Mapping[str, float]] = {}
    first = 0
    for head in model.heads:
        beyond = first + len(head.labels)
        shares[head.field] = _shares(head, totals[first:beyond])
        first = beyond
    choices = {field: _choice(share) for field, share in shares.items()}
    flag_scores = tuple(total * head.scale for head, total in zip(model.flag_heads, totals[first:], strict=True))
    return Scored(choices, shares, flag_scores, parts)


def judge(model: Model, title: str, text: str) -> Judgement:
    scored = score(model, title, text)
    choices = scored.choices
    return Judgement(
        category=choices[CATEGORY],
        flags=_flags(model, scored),
        priority=choices[PRIORITY],
        police=choices[POLICE],
        channel=choices[CHANNEL],
        words=carrying_words(model, scored, title, text, CATEGORY),
        needs_person=needs_person(model, choices),
    )


def needs_person(model: Model, choices: Mapping[str, Choice]) -> bool:
    return any(_doubtful(head, choices[head.field]) for head in model.heads)


def _doubtful(head: Head, choice: Choice) -> bool:
    return choice.confidence < head.threshold or choice.label in head.scarce


def carrying_words(model: Model, scored: Scored, title: str, text: str, field: str) -> tuple[Span, ...]:
    """The stretches of the message that spoke most for the chosen label."""
    column = _column(model, field, scored.choices[field].label)
    spans: list[Span] = []
    for part, typed in _typed(title, text):
        carried = _carried(model.weights[part], scored.parts[part], column)
        spans.extend(_stretches(part, carried, _origins(typed)))
    strongest = sorted(spans, key=lambda span: (-span.weight, span.field, span.start))[:CARRYING_WORDS]
    return tuple(strongest)


def _typed(title: str, text: str) -> tuple[tuple[Part, str], tuple[Part, str]]:
    return (Part.TITLE, title), (Part.TEXT, text)


def _read(weights: Weights, text: str) -> Read:
    values = {
        gram: damped(count) * weights.rarity[gram] / 100 for gram, count in ngrams(text, weights.ngrams.keys()).items()
    }
    length = math.sqrt(sum(value * value for value in values.values())) or 1.0
    return Read(text, {gram: value / length for gram, value in values.items()}, groups_in(text))


def _totals(model: Model, parts: Mapping[Part, Read]) -> list[float]:
    values: list[float] = [1.0]
    rows: list[tuple[int, ...]] = [
        (*(bias for head in model.heads for bias in head.bias), *(head.bias for head in model.flag_heads))
    ]
    for part, read in parts.items():
        weights = model.weights[part]
        values.extend(read.ngrams.values())
        rows.extend(map(weights.ngrams.__getitem__, read.ngrams))
        values.extend([GROUP_VALUE] * len(read.groups))
        rows.extend(map(weights.groups.__getitem__, read.groups))
    return [sum(map(mul, column, values)) for column in zip(*rows, strict=True)]


def _shares(head: Head, totals: list[float]) -> Mapping[str, float]:
    odds = [total * head.scale for total in totals]
    highest = max(odds)
    powers = [math.exp(value - highest) for value in odds]
    whole = sum(powers)
    return {label: power / whole for label, power in zip(head.labels, powers, strict=True)}


def _choice(shares: Mapping[str, float]) -> Choice:
    order = sorted(shares, key=lambda label: (-shares[label], label))
    best, second = order[0], order[min(1, len(order) - 1)]
    return Choice(best, round(PER_MILLE * shares[best]), second, round(PER_MILLE * shares[second]))


def _flags(model: Model, scored: Scored) -> tuple[Flag, ...]:
    raised = _raised({name for read in scored.parts.values() for name in read.groups})
    for head, total in zip(model.flag_heads, scored.flag_scores, strict=True):
        if total >= head.threshold:
            raised.add(head.flag)
    return tuple(flag for flag in Flag if flag in raised)


def flags_by_words(title: str, text: str) -> tuple[Flag, ...]:
    """What the words alone raise, without any model."""
    raised = _raised({name for part, typed in _typed(title, text) for name in groups_in(seen(part, typed))})
    return tuple(flag for flag in Flag if flag in raised)


def _raised(present: set[str]) -> set[Flag]:
    return {flag for flag, groups in FLAG_GROUPS.items() if not present.isdisjoint(groups)}


def _column(model: Model, field: str, label: str) -> int:
    first = 0
    for head in model.heads:
        if head.field == field:
            return first + head.labels.index(label)
        first += len(head.labels)
    raise KeyError(field)


def _carried(weights: Weights, read: Read, column: int) -> list[float]:
    """How much each character spoke for the label."""
    carried = [0.0] * len(read.text)
    for gram, strength in read.ngrams.items():
        places = list(_places(gram, read.text))
        _spread(carried, places, len(gram), strength * weights.ngrams[gram][column])
    for name in read.groups:
        for word in WORD_GROUPS[name]:
            places = list(_places(word, read.text))
            _spread(carried, places, len(word), GROUP_VALUE * weights.groups[name][column])
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
    bar = max(carried, default=0.0) * 0.3
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
