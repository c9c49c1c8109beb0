"""What the model sees of a message: runs of characters and groups of words, title and text apart."""

import math
import re
from collections import Counter
from collections.abc import Collection
from enum import StrEnum

from services.routing.decisions.word_groups import LENGTHS, WORD_GROUPS

LONGEST_NGRAM = 2
TEXT_READ = 400
"""Characters of the text that count: people say what they want early, and a bounded reading has a bounded price."""
GROUP_VALUE = 0.25
BRIEF = 80
OPENING = 30
"""Characters that stand for a title where nobody gave one: people begin with what it is about."""


class Part(StrEnum):
    TITLE = "title"
    TEXT = "text"


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


def is_brief(text: str) -> bool:
    """A sentence or two. From so little a model is wrong more often than it thinks."""
    return len(folded(text)) <= BRIEF


def titled(title: str, text: str) -> str:
    """The title, or the first words in its place."""
    return title if title.strip() else text[:OPENING]


def ngrams(text: str, known: Collection[str] | None = None) -> Counter[str]:
    pieces = (text[i : i + size] for size in range(1, LONGEST_NGRAM + 1) for i in range(len(text) - size + 1))
    return Counter(pieces if known is None else filter(known.__contains__, pieces))


def groups_in(text: str) -> tuple[str, ...]:
    spoken = (name for name, words in WORD_GROUPS.items() if any(word in text for word in words))
    return (*spoken, *(name for name, length in LENGTHS.items() if len(text) in length))


def damped(count: int) -> float:
    return 1.0 + math.log(count)
