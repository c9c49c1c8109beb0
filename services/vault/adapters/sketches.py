"""What two texts have in common, without either: keyed hashes of their telling bigrams and of their place words.

A sketch is derived personal data. It lies beside the ciphertext, dies with it, and says nothing without the key of the
installation; what leaves the vault is a number.
"""

import hashlib
import re
import unicodedata
from functools import cache
from itertools import pairwise
from math import isqrt
from pathlib import Path

from shared.kernel import value

WEIGHTS = Path(__file__).with_name("gram_weights.txt")
MOST_GRAMS = 96
MOST_NAMES = 32
RAREST = 15
"""Weight of a bigram that the table, made of letters to the desk, does not know."""
WEIGHT_BITS = 15
PER_MILLE = 1000
FEW = 8
"""Place words that a short text might have named too: what two texts name in common counts against these as well."""

PLACE_ENDS = "路|街|道|区|县|镇|乡|村|组|栋|城|苑|园|湾|府|院|校|学|场|站|厦|桥|店|馆|司|寓"
NO_NAME = "的了在是我们不个这那都和对请求本该到有没上下放见还被把就也很又为与及向从"
"""Characters that stand before a place word more often than in one."""
PLACE_WORD = re.compile(rf"(?=([^\W\d_{NO_NAME}]{{2}}(?:{PLACE_ENDS})))")
EVERYWHERE = frozenset(
    ("不知道", "业公司", "限公司", "们小区", "在小区", "城小区", "区政府", "市政府", "望政府", "请政府", "幼儿园")
)
"""Look like places and name none."""


@value
class Sketch:
    grams: frozenset[int]
    """Each a keyed hash of 28 bits with its weight in the last four."""
    names: frozenset[int]

    def __or__(self, other: "Sketch") -> "Sketch":
        """Of a title and a text together."""
        return Sketch(self.grams | other.grams, self.names | other.names)


EMPTY = Sketch(frozenset(), frozenset())


class Sketcher:
    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, text: str) -> Sketch:
        flat = flattened(text)
        weights = gram_weights()
        pairs = {first + second for first, second in pairwise(flat)}
        telling = sorted(pairs, key=lambda pair: (-weights.get(pair, RAREST), pair))[:MOST_GRAMS]
        names = sorted(set(PLACE_WORD.findall(flat)) - EVERYWHERE)[:MOST_NAMES]
        grams = ((self._hash(pair) & ~WEIGHT_BITS) | weights.get(pair, RAREST) for pair in telling)
        return Sketch(frozenset(grams), frozenset(self._hash(name) for name in names))

    def _hash(self, word: str) -> int:
        digest = hashlib.blake2b(word.encode(), digest_size=4, key=self._key).digest()
        return int.from_bytes(digest, "big", signed=True)


def flattened(text: str) -> str:
    """Full and half width alike, without blanks and punctuation."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).lower()


@cache
def gram_weights() -> dict[str, int]:
    lines = (line.split(" ", 1) for line in WEIGHTS.read_text(encoding="utf-8").splitlines())
    return {grams[place : place + 2]: int(weight) for weight, grams in lines for place in range(0, len(grams), 2)}


def likeness(one: Sketch, other: Sketch) -> int:
    """Per mille; rare words count for more than common ones."""
    norm = isqrt(_sum(one.grams) * _sum(other.grams))
    return _sum(one.grams & other.grams) * PER_MILLE // norm if norm else 0


def same_places(one: Sketch, other: Sketch) -> int:
    """Per mille of the place words of the one that names fewer; one word in common says little."""
    common = len(one.names & other.names)
    return common * PER_MILLE // (min(len(one.names), len(other.names)) + FEW) if common else 0


def _sum(grams: frozenset[int]) -> int:
    return sum((gram & WEIGHT_BITS) ** 2 for gram in grams)
