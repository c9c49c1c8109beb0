"""How likely a quarrel turns into violence (民转刑): a sum of parts, read one by one and contested one by one.

The score belongs to the matter, never to a person, and no label on a person follows from it (§8 of the domain). It
proposes; the duty officer decides.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import NewType

from shared.kernel import value

WeightsId = NewType("WeightsId", str)


class Part(StrEnum):
    REPEATS = "repeats"
    """The same person came again (R-22)."""
    OTHER_VOICES = "other_voices"
    """The other side came too."""
    VIOLENCE = "violence"
    THREATS = "threats"
    FAILED_MEDIATION = "failed_mediation"
    DEFAULT = "default"
    """Something agreed was not done."""
    REPORTED = "reported"
    """The host fears that it turns violent (R-10)."""
    HISTORY = "history"
    """Earlier requests between the same two."""
    DAYS_OPEN = "days_open"


class Band(StrEnum):
    LOW = "low"
    WATCH = "watch"
    HIGH = "high"


class Proposes(StrEnum):
    """What a band proposes to the duty officer."""

    RAISE_PRIORITY = "raise_priority"
    VISIT = "visit"
    SECOND_MEDIATION = "second_mediation"


@value
class Weight:
    each: int
    most: int
    """Of this part, however often it was seen."""
    per_days: int = 1
    """Of DAYS_OPEN: one for each so many days."""


@value
class Weights:
    version: WeightsId
    parts: Mapping[Part, Weight]
    watch_from: int
    high_from: int
    proposes: Mapping[Band, tuple[Proposes, ...]]


@value
class PartPoints:
    part: Part
    count: int
    points: int
    struck: bool = False
    """Somebody objected and was right: it counts no more."""


@value
class Score:
    points: int
    band: Band
    parts: tuple[PartPoints, ...]
    weights: WeightsId
    proposes: tuple[Proposes, ...]


def score(
    counts: Mapping[Part, int], struck: frozenset[Part], since: datetime, at: datetime, weights: Weights
) -> Score:
    """R-10: what is seen is shown with its points; time alone makes no conflict."""
    seen = {part: count for part, count in counts.items() if count > 0}
    days = max(0, (at - since).days)
    if any(part not in struck for part in seen):
        seen[Part.DAYS_OPEN] = days // weights.parts[Part.DAYS_OPEN].per_days
    parts = tuple(_points(part, seen[part], part in struck, weights) for part in Part if seen.get(part))
    total = sum(part.points for part in parts)
    band = Band.HIGH if total >= weights.high_from else Band.WATCH if total >= weights.watch_from else Band.LOW
    return Score(total, band, parts, weights.version, weights.proposes.get(band, ()))


def _points(part: Part, count: int, struck: bool, weights: Weights) -> PartPoints:
    weight = weights.parts[part]
    return PartPoints(part, count, 0 if struck else min(count * weight.each, weight.most), struck)
