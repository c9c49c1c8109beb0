"""The county's places as data: what a name is, in which grids it lies, and on which days."""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

from services.routing.directory.sightings import Means
from shared.kernel import GridCode, value

CONFUSIONS = Path(__file__).with_name("confusions.csv")


class Kind(StrEnum):
    ESTATE = "estate"
    VILLAGE = "village"
    ROAD = "road"
    LANDMARK = "landmark"
    ZONE = "zone"
    AREA = "area"
    """A community, a township or a grid itself: it narrows what is told beside it."""


@value
class Place:
    name: str
    kind: Kind
    grids: frozenset[GridCode]
    also: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    numbers: Mapping[GridCode, tuple[int, int]] | None = None
    """Of a road: which house numbers lie in which grid."""
    opposite: frozenset[GridCode] = frozenset()
    near: frozenset[GridCode] = frozenset()
    since: date | None = None
    until: date | None = None

    def holds(self, on: date) -> bool:
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)

    def names(self) -> Iterator[tuple[str, Means]]:
        yield self.name, Means.NAME
        for name in self.also:
            yield name, Means.ALIAS
        for name in self.former:
            yield name, Means.FORMER


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GridWords(_Closed):
    """What people call a grid: police grid and community grid are one area."""

    name: str
    community: str
    township: str


class PlaceEntry(_Closed):
    name: str
    kind: Kind
    grid: GridCode | None = None
    grids: tuple[GridCode, ...] = ()
    numbers: dict[GridCode, tuple[int, int]] | None = None
    also: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    opposite: tuple[GridCode, ...] = ()
    near: tuple[GridCode, ...] = ()
    since: date | None = None
    until: date | None = None

    @model_validator(mode="after")
    def _lies_somewhere(self) -> Self:
        if not self.everywhere:
            raise ValueError(f"{self.name} lies in no grid")
        return self

    @property
    def everywhere(self) -> frozenset[GridCode]:
        return frozenset((*self.grids, *(self.numbers or {}), *((self.grid,) if self.grid else ())))

    def place(self) -> Place:
        return Place(
            name=self.name,
            kind=self.kind,
            grids=self.everywhere,
            also=self.also,
            former=self.former,
            numbers=self.numbers,
            opposite=frozenset(self.opposite),
            near=frozenset(self.near),
            since=self.since,
            until=self.until,
        )


class County(_Closed):
    division: str
    grids: dict[GridCode, GridWords]
    places: tuple[PlaceEntry, ...]

    @model_validator(mode="after")
    def _grids_are_known(self) -> Self:
        for entry in self.places:
            named = entry.everywhere | set(entry.opposite) | set(entry.near)
            if unknown := named - self.grids.keys():
                raise ValueError(f"{entry.name} lies in unknown grids: {sorted(unknown)}")
        return self

    def all_places(self) -> Iterator[Place]:
        yield from (entry.place() for entry in self.places)
        areas: dict[str, set[GridCode]] = {}
        for code, words in self.grids.items():
            for name in (words.name, words.community, words.township):
                areas.setdefault(name, set()).add(code)
        for name, grids in areas.items():
            yield Place(name, Kind.AREA, frozenset(grids))

    def called(self, grid: GridCode) -> str:
        """The shortest words that name this grid and no other."""
        words = self.grids.get(grid)
        if words is None:
            return grid
        alike = [each for each in self.grids.values() if each.community == words.community]
        return words.community if len(alike) == 1 else words.name

    def places_of(self, grid: GridCode, on: date) -> tuple[str, ...]:
        """Names of what lies in a grid on a day, for people to look at."""
        held = (entry.place() for entry in self.places if grid in entry.everywhere)
        return tuple(dict.fromkeys(place.name for place in held if place.holds(on)))


def read_county(path: Path) -> County:
    return County.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


def read_confusions(path: Path = CONFUSIONS) -> dict[str, str]:
    """Characters that are typed for each other, each to one of them. Lines that share a character are one."""
    folded: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").split():
        one = next((folded[character] for character in line if character in folded), line[0])
        for character in line:
            folded.setdefault(character, one)
    return folded
