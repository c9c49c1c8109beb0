"""What people ask for at the windows, by item: found by any two characters, and never without its source."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated

from pydantic import Field

from shared.kernel import ItemCode
from shared.web import CodeText, ShortText, StrictModel

LEAST = 2
SHOWN = 5
NOTHING = re.compile(r"[\W_]+")


class Source(StrictModel):
    law: ShortText
    rule: Annotated[str, Field(pattern=r"^R-\d{2}$")]


class Term(StrictModel):
    words: ShortText
    days: int | None
    """None: the law names no number of days."""


class Window(StrictModel):
    code: CodeText
    name: ShortText
    address: ShortText
    hours: ShortText
    areas: tuple[ShortText, ...]
    """Words of places that lie next to it; none: it serves the whole county."""
    serves: tuple[CodeText, ...]


class Item(StrictModel):
    code: CodeText
    zh: ShortText
    en: ShortText
    keywords: Annotated[tuple[ShortText, ...], Field(min_length=1)]
    who: ShortText
    materials: Annotated[tuple[ShortText, ...], Field(min_length=1)]
    term: Term
    fee: ShortText
    proxy: ShortText
    window: CodeText
    source: Source
    checked: date


class Shelf:
    def __init__(self, windows: tuple[Window, ...], items: tuple[Item, ...]) -> None:
        self.windows = windows
        self.items = items
        self._by_code = {item.code: item for item in items}

    def get(self, code: str) -> Item | None:
        return self._by_code.get(code)

    def search(self, asked: str) -> tuple[Item, ...]:
        """The items that fit best, best first; all where nothing was asked."""
        words = NOTHING.sub("", asked)
        if len(words) < LEAST:
            return self.items if not words else ()
        ranked = sorted(((_fit(item, words), item) for item in self.items), key=lambda each: -each[0])
        return tuple(item for fit, item in ranked if fit)[:SHOWN]

    def nearest(self, item: Item, place: str) -> Window:
        """The window whose area the place names; else the one for the whole county."""
        serving = [window for window in self.windows if item.window in window.serves]
        near = [window for window in serving if any(area in place for area in window.areas)]
        whole = [window for window in serving if not window.areas]
        return (near or whole or serving)[0]


def _fit(item: Item, asked: str) -> int:
    """A keyword inside the question counts by its length; else the pairs of characters that both have."""
    whole = sum(10 * len(word) for word in item.keywords if word in asked)
    known = {pair for text in (item.zh, *item.keywords) for pair in _pairs(text)}
    return whole + len(known & set(_pairs(asked)))


def _pairs(text: str) -> Iterator[str]:
    plain = NOTHING.sub("", text).lower()
    return (plain[place : place + 2] for place in range(len(plain) - 1))


def code_of(item: Item) -> ItemCode:
    return ItemCode(item.code)
