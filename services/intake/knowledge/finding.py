"""Which entry answers a question in somebody's own words; or none, and then nobody guesses.

What counts: a word of an entry that stands in the question, whole, in pieces or misspelt, weighed by how few entries
use its characters; and how much of the question is explained by the entry at all.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log

from rapidfuzz import fuzz

from services.intake.knowledge.entry import Entry, Vocabulary

LEAST = 2
BARE = 3
"""A question as short as this names a thing: many words of one entry that contain it say no more than one."""
SHOWN = 5
READ = 200
SCATTERED, MIXED, BEGUN, MISSPELT = 0.75, 0.6, 0.5, 0.45
"""What a word is worth whose characters stand apart, in another order, of which only a part is said, or is misspelt."""
SCATTERED_FROM, MISSPELT_FROM, SHORT_QUESTION = 3, 3, 40
SURE_FROM, SURE_SHARE, SURE_ANYWAY = 3.5, 0.34, 8.0
"""Below, nothing is known: a guess about a term or a fee costs somebody a day."""
EXACT = 12.0


@dataclass(frozen=True, slots=True)
class Found:
    entry: Entry
    score: float
    share: float
    """Of the question, by weight, that the entry explains."""
    named: bool
    """A word of the entry was said, not only characters of it."""

    @property
    def sure(self) -> bool:
        by_words = self.named and self.score >= SURE_FROM and self.share >= SURE_SHARE
        return by_words or self.score >= SURE_ANYWAY


@dataclass(frozen=True, slots=True)
class _Card:
    entry: Entry
    words: tuple[str, ...]
    grams: frozenset[str]


class Knowledge:
    def __init__(self, entries: Sequence[Entry], vocabulary: Vocabulary) -> None:
        self.entries = tuple(entries)
        self._same = sorted(
            ((other, first) for first, *others in vocabulary.same for other in others),
            key=lambda pair: -len(pair[0]),
        )
        self._empty = sorted(vocabulary.empty, key=len, reverse=True)
        self._by_code = {entry.code: entry for entry in entries}
        self._cards = [self._card(entry) for entry in entries]
        used = Counter(gram for card in self._cards for gram in card.grams)
        self._weight = {gram: log((len(entries) + 1) / count) for gram, count in used.items()}
        self._unknown = log(len(entries) + 1)
        self._heft = {word: self._weigh(word) for card in self._cards for word in card.words}

    def get(self, code: str) -> Entry | None:
        return self._by_code.get(code)

    def find(self, question: str) -> tuple[Found, ...]:
        """Best first; empty where nothing of the question is known."""
        asked = self._said(question[:READ])
        if len(asked) < LEAST:
            return ()
        ranked = sorted((self._fit(card, asked) for card in self._cards), key=lambda found: -found.score)
        return tuple(found for found in ranked[:SHOWN] if found.score > 0)

    def _fit(self, card: _Card, asked: str) -> Found:
        worths = sorted(
            (worth * self._heft[word] for word in card.words if (worth := _worth(word, asked))), reverse=True
        )
        words = sum(worth / (1 + 4 * place) for place, worth in enumerate(worths[: 3 if len(asked) > BARE else 1]))
        grams = set(_grams(asked))
        whole = sum(self._weight.get(gram, self._unknown) for gram in grams)
        explained = sum(self._weight[gram] for gram in grams & card.grams)
        exact = EXACT if asked in card.words else 0.0
        return Found(card.entry, words + explained / 3 + exact, explained / whole if whole else 0.0, bool(worths))

    def _weigh(self, word: str) -> float:
        """Long words of rare characters say more."""
        return sum(self._weight.get(gram, self._unknown) for gram in set(_grams(word))) / 2

    def _card(self, entry: Entry) -> _Card:
        words = tuple(dict.fromkeys(self._said(word) for word in (*entry.words, entry.zh)))
        return _Card(entry, words, frozenset(gram for word in words for gram in _grams(word)))

    def _said(self, text: str) -> str:
        """In the words of the vocabulary, without what says nothing."""
        plain = "".join(character for character in unicodedata.normalize("NFKC", text).lower() if character.isalnum())
        for other, first in self._same:
            if other in plain and first not in plain.replace(other, ""):
                plain = plain.replace(other, first)
        rest = plain
        for word in self._empty:
            rest = rest.replace(word, "")
        return rest if len(rest) >= LEAST else plain


@lru_cache(maxsize=4096)
def _pieces(word: str) -> frozenset[str]:
    return frozenset(word)


def _worth(word: str, asked: str) -> float:
    if word in asked:
        return 1.0
    if len(word) >= SCATTERED_FROM and len(asked) <= SHORT_QUESTION:
        if _in_order(word, asked):
            return SCATTERED
        if _pieces(word) <= _pieces(asked):
            return MIXED
    if asked in word:
        return BEGUN * (len(asked) / len(word)) ** 2
    if len(word) >= MISSPELT_FROM and len(_pieces(word) - _pieces(asked)) == 1:
        alike = fuzz.partial_ratio(word, asked) / 100
        return MISSPELT * alike if alike >= 1 - 1 / len(word) - 0.01 else 0.0
    return 0.0


def _in_order(word: str, asked: str) -> bool:
    rest = iter(asked)
    return all(character in rest for character in word)


def _grams(text: str) -> Iterator[str]:
    yield from text
    yield from (left + right for left, right in pairwise(text))
