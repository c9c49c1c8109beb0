"""What a typed text becomes before anybody trains on it. R-37: no more than is needed; the purpose ends at L2.

A narrative is L3 because it says what happened to somebody who can be known by it. Training needs neither numbers nor
letters nor who it was: without them, and cut to what a model reads, it goes out as L2. L4 never goes out at all.
"""

import re
import unicodedata
from collections.abc import Iterable

from services.vault.items.facts import ItemKind
from shared.contracts.codes import DataLevel, Purpose

REDUCED_KINDS = frozenset({ItemKind.TITLE, ItemKind.NARRATIVE})
REDUCED_LEVEL = DataLevel.L3
LONGEST = 400
"""Characters; a model reads no more of a text."""
BLANK = "□"
_KEPT = re.compile(r"[^\u4e00-\u9fff，。！？；：、,!?\s]")
_CALLED = re.compile(r"[\u4e00-\u9fff](?=(?:某某|某|先生|女士|小姐|师傅|老师|警官))")
"""The name before a form of address."""


def is_reduced(level: DataLevel, purpose: Purpose, kind: ItemKind) -> bool:
    """R-37, R-39: a title or narrative may be learned from in this form only."""
    return purpose is Purpose.TRAINING and level == REDUCED_LEVEL and kind in REDUCED_KINDS


def reduced(text: str, names: Iterable[str]) -> str:
    """Without digits, letters and signs, without the names of the people of the request, and cut."""
    plain = unicodedata.normalize("NFKC", text)
    for name in names:
        plain = plain.replace(name, BLANK * len(name)) if len(name) > 1 else plain
    return _CALLED.sub(BLANK, _KEPT.sub(BLANK, plain))[:LONGEST]
