"""The learned half of the danger net: danger said in words that no list holds.

One weight for each character, pair of characters and group of words, learned from sentences of our own (`lounge danger
train`) and kept as a table that can be read. A window of a few clauses sounds the alarm when its weights add up; the
word net of `danger` asks it about words that are mostly said without danger.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import chain, pairwise
from math import sqrt

from shared.contracts.danger_groups import GROUPS, KIN
from shared.kernel.facts import value

DATA = "danger_ear.csv"
CLAUSE_ENDS = frozenset('。！？!?；;，,、：:…（）()“”"《》')
SENTENCE_ENDS = frozenset("。！？!?；;…")
LONGEST_WINDOW = 32
SHORTEST_SENTENCE = 8
LONG_TEXT = 200
"""Alarms are short: in a longer text a window must be louder to count."""
OBJECTION = -450
"""Below this the ear hears that no danger is meant; few dangers that it had not learned were so quiet."""
BIAS, SHORT, LONG = "<bias>", "<short>", "<long>"
ONE_OF_US = "亲"
"""Stands for whoever it is said of."""

_kin = re.compile("|".join(KIN))
_starting: dict[str, list[tuple[str, str]]] = {}
for _group, _words in GROUPS.items():
    for _word in _words:
        _starting.setdefault(_word[0], []).append((_word, _group))


@value
class Heard:
    kind: str
    start: int
    end: int


@value
class Ear:
    bias: int
    short: int
    long: int
    weights: Mapping[str, int]
    kinds: Mapping[str, Mapping[str, int]]
    """By kind: its weights for the same features; the loudest kind names the alarm."""

    def loudness(self, window: str) -> int:
        features = features_of(window)
        weights = self.weights
        return int((self.bias + sum(weights.get(each, 0) for each in features)) / sqrt(len(features) + 1))

    def kind_of(self, window: str) -> str:
        features = features_of(window)
        return max(self.kinds, key=lambda kind: sum(self.kinds[kind].get(each, 0) for each in (BIAS, *features)))

    def objects(self, text: str, start: int, end: int) -> bool:
        """The words around sound like anything but danger."""
        spans = (*windows(text), *_clauses(text, 0, len(text)))
        around = (text[begin:stop] for begin, stop in spans if begin < end and start < stop)
        return max(map(self.loudness, around), default=OBJECTION) < OBJECTION

    def hear(self, text: str) -> Iterator[Heard]:
        """`text` folded. Of windows that overlap, the loudest."""
        least = self.long if len(text) > LONG_TEXT else self.short
        loudest: tuple[int, int, int] | None = None
        for start, end in windows(text):
            loudness = self.loudness(text[start:end])
            if loudness < least:
                continue
            if loudest is not None and start < loudest[2]:
                loudest = max(loudest, (loudness, start, end))
                continue
            if loudest is not None:
                yield self._heard(text, *loudest[1:])
            loudest = (loudness, start, end)
        if loudest is not None:
            yield self._heard(text, *loudest[1:])

    def _heard(self, text: str, start: int, end: int) -> Heard:
        carrying = max(_clauses(text, start, end), key=lambda clause: self.loudness(text[clause[0] : clause[1]]))
        return Heard(self.kind_of(text[start:end]), *carrying)


def features_of(window: str) -> set[str]:
    plain = "".join("0" if character.isdigit() else character for character in window if character not in CLAUSE_ENDS)
    grams = _grams(plain)
    spoken_of = {f"k{gram}" for gram in _grams(_kin.sub(ONE_OF_US, plain)) if ONE_OF_US in gram}
    return grams | spoken_of | set(_groups_in(window))


def _grams(plain: str) -> set[str]:
    return {*plain, *(left + right for left, right in pairwise(plain))}


def _groups_in(window: str) -> Iterator[str]:
    """`g:` one word of the group stands there, `h:` more than one."""
    met: dict[str, set[str]] = {}
    for place, character in enumerate(window):
        for word, group in _starting.get(character, ()):
            if window.startswith(word, place):
                met.setdefault(group, set()).add(word)
    for group, words in met.items():
        yield f"g:{group}"
        if len(words) > 1:
            yield f"h:{group}"


def windows(text: str) -> Iterator[tuple[int, int]]:
    """Runs of clauses of one sentence up to the longest window, each beginning one clause later; those inside another
    left out. A sentence of a few characters is heard with the next."""
    if len(text) <= LONGEST_WINDOW:
        yield 0, len(text)
        return
    clauses = list(_clauses(text, 0, len(text)))
    reached = 0
    for place, (start, end) in enumerate(clauses):
        for _, further in clauses[place + 1 :]:
            over = end - start >= SHORTEST_SENTENCE and text[end] in SENTENCE_ENDS
            if over or further - start > LONGEST_WINDOW:
                break
            end = further
        if end > reached:
            yield start, end
            reached = end


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    for place in range(start, end + 1):
        if place < end and text[place] not in CLAUSE_ENDS:
            continue
        for piece in range(begin, place, LONGEST_WINDOW):
            yield piece, min(place, piece + LONGEST_WINDOW)
        begin = place + 1


@cache
def shipped_ear() -> Ear:
    with files(__package__).joinpath(DATA).open(encoding="utf-8") as file:
        return ear_from(csv.reader(file))


def ear_from(rows: Iterator[list[str]]) -> Ear:
    _, _, *kinds = next(rows)
    weights: dict[str, int] = {}
    told: dict[str, dict[str, int]] = {kind: {} for kind in kinds}
    for feature, weight, *by_kind in rows:
        weights[feature] = int(weight)
        for kind, of_kind in zip(kinds, by_kind, strict=False):
            if of_kind:
                told[kind][feature] = int(of_kind)
    bias, short, long = (weights.pop(name) for name in (BIAS, SHORT, LONG))
    return Ear(bias, short, long, weights, told)


def rows_of(ear: Ear) -> Iterator[tuple[object, ...]]:
    yield "feature", "weight", *ear.kinds
    settings = {BIAS: ear.bias, SHORT: ear.short, LONG: ear.long}
    for feature in (*settings, *sorted({*ear.weights, *chain(*ear.kinds.values())} - {BIAS})):
        by_kind = [of_kind.get(feature, "") for of_kind in ear.kinds.values()]
        yield feature, settings.get(feature, ear.weights.get(feature, 0)), *(by_kind if any(by_kind) else ())
