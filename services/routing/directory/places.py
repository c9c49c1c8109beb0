"""Place names in a text → the grids they may lie in. Names are not unique (R-53): what could lie in several grids is
said so, and never guessed.

Of names that overlap the longest counts. An area told beside a name narrows it, a house number narrows a road, and
what is only beside or opposite something counts where nothing else is named. A name typed with characters that sound
or look alike is found when no name is written right.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA

from services.routing.directory.gazetteer import County, Kind, Place, read_confusions
from services.routing.directory.sightings import Means, Sighting, Where
from shared.kernel import BUREAU_ZONE, GridCode, value

OPPOSITE = ("斜对面", "正对面", "对面", "对过")
BESIDE = ("附近", "旁边", "边上", "周边", "隔壁", "旁", "后面", "前面", "一带")
PREFIXED = ("靠近", "挨着", "紧邻")
ANCHOR = 2
"""Every name is looked up by its first two characters."""
FOLDED_FROM = 3
"""Shorter names have too many neighbours in sound to be found by them."""
NEAR_FROM = 5
LIKE = 4
"""Of so many characters one may be typed with another of its sound."""


@value
class _Named:
    name: str
    means: Means
    place: Place


@value
class _Hit:
    start: int
    end: int
    entries: tuple[_Named, ...]
    typo: bool = False


@value
class _Read:
    """A hit with the words around it taken into account."""

    start: int
    end: int
    grids: frozenset[GridCode]
    means: Means
    area: bool


class PlaceIndex:
    """The names of one day, ready to be found: a text of some hundred characters takes well under a millisecond."""

    def __init__(self, places: Iterable[Place], confusions: Mapping[str, str]) -> None:
        self._fold = str.maketrans(dict(confusions))
        exact: dict[str, list[_Named]] = {}
        for place in places:
            for name, means in place.names():
                exact.setdefault(normalised(name), []).append(_Named(normalised(name), means, place))
        self._exact = _by_anchor(exact)
        folded: dict[str, list[_Named]] = {}
        for name, entries in exact.items():
            if len(name) >= FOLDED_FROM:
                folded.setdefault(name.translate(self._fold), []).extend(entries)
        self._folded = _by_anchor(folded)
        long = {name: entries for name, entries in folded.items() if len(name) >= NEAR_FROM}
        self._near = _by_anchor(long)

    def find(self, place: str, title: str = "", text: str = "") -> Sighting | None:
        """In what was written as the place; else in the title; else in the text."""
        for where, typed in ((Where.PLACE, place), (Where.TITLE, title), (Where.TEXT, text)):
            if typed and (sighting := self._find_in(where, typed)) is not None:
                return sighting
        return None

    def _find_in(self, where: Where, typed: str) -> Sighting | None:
        flat, origin = _flattened(typed)
        hits = _longest(self._exact, flat)
        if not any(not _is_area(hit) for hit in hits):
            folded = flat.translate(self._fold)
            typos = [hit for each in _longest(self._folded, folded, typo=True) if (hit := _as_typed(each, flat))]
            if not typos and where is not Where.TEXT:
                typos = _nearly(self._near, folded)
            hits = hits + [hit for hit in typos if not any(_overlap(hit, each) for each in hits)]
        if not hits:
            return None
        return _judged(where, origin, [_read(hit, flat) for hit in hits])


class Gazetteer:
    """The index of whichever day is asked for; it changes only on days on which a place comes or goes."""

    def __init__(self, county: County) -> None:
        self.county = county
        self._places = tuple(county.all_places())
        self._confusions = read_confusions()
        self._turns = sorted({day for place in self._places for day in _turning(place)})
        self._indexes: dict[int, PlaceIndex] = {}

    def at(self, instant: datetime) -> PlaceIndex:
        return self.on(instant.astimezone(BUREAU_ZONE).date())

    def on(self, day: date) -> PlaceIndex:
        era = sum(turn <= day for turn in self._turns)
        if era not in self._indexes:
            held = [place for place in self._places if place.holds(day)]
            self._indexes[era] = PlaceIndex(held, self._confusions)
        return self._indexes[era]

    def spelled_out(self, typed: str, sighting: Sighting, grid: GridCode) -> str:
        """What was typed, with the area before the name, so that it names this grid and no other."""
        return f"{typed[: sighting.start]}{self.county.called(grid)}{typed[sighting.start :]}"


def normalised(text: str) -> str:
    """Full and half width alike, without the blanks and line ends of scans."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _turning(place: Place) -> Iterator[date]:
    if place.since is not None:
        yield place.since
    if place.until is not None:
        yield date.fromordinal(place.until.toordinal() + 1)


def _flattened(text: str) -> tuple[str, Sequence[int]]:
    """The normalised text, and for each of its characters where it stood in the text."""
    parts = [_character(each) for each in text]
    if all(len(part) == 1 for part in parts):
        return "".join(parts), range(len(text) + 1)
    origin = [at for at, part in enumerate(parts) for _ in part]
    return "".join(parts), (*origin, len(text))


@lru_cache(maxsize=8192)
def _character(typed: str) -> str:
    return normalised(typed)


def _by_anchor(named: Mapping[str, list[_Named]]) -> dict[str, list[tuple[str, tuple[_Named, ...]]]]:
    index: dict[str, list[tuple[str, tuple[_Named, ...]]]] = {}
    for name in sorted(named, key=lambda name: (-len(name), name)):
        index.setdefault(name[:ANCHOR], []).append((name, tuple(named[name])))
    return index


def _longest(index: Mapping[str, list[tuple[str, tuple[_Named, ...]]]], flat: str, typo: bool = False) -> list[_Hit]:
    """Every name in the text; of two that overlap the longer one, of two as long the first."""
    found = []
    for start, pair in enumerate(pairwise(flat)):
        for name, entries in index.get("".join(pair), ()):
            if flat.startswith(name, start):
                found.append(_Hit(start, start + len(name), entries, typo))
                break
    return _apart(found)


def _as_typed(hit: _Hit, flat: str) -> _Hit | None:
    """Without the names of which too many characters were written otherwise: those are other names."""
    typed = flat[hit.start : hit.end]
    entries = tuple(entry for entry in hit.entries if _strange(typed, entry.name) <= max(1, len(typed) // LIKE))
    return replace(hit, entries=entries) if entries else None


def _strange(typed: str, name: str) -> int:
    return sum(one != other for one, other in zip(typed, name, strict=True))


def _nearly(index: Mapping[str, list[tuple[str, tuple[_Named, ...]]]], flat: str) -> list[_Hit]:
    """Long names with one character too many, one too few, or two exchanged. Another character in its place is
    another name, unless it sounds alike."""
    found = []
    for start, pair in enumerate(pairwise(flat)):
        for name, entries in index.get("".join(pair), ()):
            for length in (len(name) + 1, len(name), len(name) - 1):
                window = flat[start : start + length]
                if len(window) == length and _one_slip(window, name):
                    found.append(_Hit(start, start + length, entries, typo=True))
                    break
    return _apart(found)


def _one_slip(window: str, name: str) -> bool:
    if len(window) == len(name) and sorted(window) != sorted(name):
        return False
    return OSA.distance(window, name, score_cutoff=1) == 1


def _apart(found: list[_Hit]) -> list[_Hit]:
    kept: list[_Hit] = []
    for hit in sorted(found, key=lambda hit: (hit.start - hit.end, hit.start)):
        if not any(_overlap(hit, each) for each in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.start)


def _overlap(one: _Hit, other: _Hit) -> bool:
    return one.start < other.end and other.start < one.end


def _is_area(hit: _Hit) -> bool:
    return all(entry.place.kind is Kind.AREA for entry in hit.entries)


def _read(hit: _Hit, flat: str) -> _Read:
    """The grids that a name may mean here."""
    opposite = flat.startswith(OPPOSITE, hit.end)
    beside = flat.startswith(BESIDE, hit.end) or flat[: hit.start].endswith(PREFIXED)
    number = _house_number(flat, hit.end)
    grids: frozenset[GridCode] = frozenset()
    for entry in hit.entries:
        place = entry.place
        if opposite and place.opposite:
            grids |= place.opposite
        elif (opposite or beside) and place.near:
            grids |= place.near
        else:
            grids |= _numbered(place, number)
    means = min((entry.means for entry in hit.entries), key=list(Means).index)
    if opposite or beside:
        means = Means.LANDMARK
    return _Read(hit.start, hit.end, grids, Means.TYPO if hit.typo else means, _is_area(hit))


def _numbered(place: Place, number: int | None) -> frozenset[GridCode]:
    if place.numbers is None or number is None:
        return place.grids
    held = frozenset(grid for grid, (first, last) in place.numbers.items() if first <= number <= last)
    return held or place.grids


def _house_number(flat: str, start: int) -> int | None:
    digits = 0
    while start + digits < len(flat) and digits < 5 and flat[start + digits].isdecimal():
        digits += 1
    return int(flat[start : start + digits]) if digits and flat.startswith("号", start + digits) else None


def _judged(where: Where, origin: Sequence[int], reads: list[_Read]) -> Sighting:
    """What is named outright counts before what is only beside something; areas narrow, and so does all the rest."""
    ranked = sorted(reads, key=lambda read: (_rank(read), read.start))
    first = ranked[0]
    grids = first.grids
    for read in ranked[1:]:
        as_good = read.grids if _rank(read) == _rank(first) else frozenset()
        grids = grids & read.grids or grids | as_good
    return Sighting(
        candidates=tuple(sorted(grids)),
        where=where,
        start=origin[first.start],
        end=origin[first.end - 1] + 1,
        means=first.means,
    )


def _rank(read: _Read) -> tuple[bool, bool]:
    return read.area, read.means is Means.LANDMARK
