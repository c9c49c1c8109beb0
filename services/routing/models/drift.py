"""Whether the messages of these days are still those that the model was measured on. Pure."""

import math
from collections.abc import Mapping
from enum import StrEnum

from shared.kernel.facts import value

PER_MILLE = 1000
FEWEST_JUDGED = 200
"""In a window; below that, shares swing by themselves."""
FEWEST_BY_PEOPLE = 50
STANDARD_ERRORS = 3.0
SMALLEST_CHANGE = 50
"""Per mille: less is no alarm, however many messages show it."""
MIX_MOVED = 0.25
"""Population stability index; from here on a distribution is held to be another one."""
RARE = 0.005
"""A class that was never seen counts as so rare, so that one message does not outweigh everything."""


class Alarm(StrEnum):
    PERSONS = "persons"
    """Far more, or fewer, go to a person than on the messages the model was measured on."""
    OVERRULED = "overruled"
    """People correct it more often than it promises by its own confidence."""
    MIX = "mix"
    """Other classes than before."""


@value
class Expected:
    """By the model's own measurement on messages it had not seen, per mille."""

    categories: Mapping[str, int]
    persons: int


@value
class Window:
    """What happened in the last days."""

    judged: int = 0
    persons: int = 0
    """Of these, how many the model left to a person."""
    by_people: int = 0
    """Of these, how many people have decided."""
    overruled: int = 0
    """Of these, how many got another category."""
    doubt: int = 0
    """Per mille: how often it should be wrong on those that people decided, by its own confidence."""
    categories: Mapping[str, int] | None = None


@value
class Drift:
    window: Window
    expected: Expected | None
    enough: bool
    persons: int
    """Per mille of the window."""
    overruled: int
    mix: float
    alarms: tuple[Alarm, ...]


def drift(window: Window, expected: Expected | None) -> Drift:
    """Without a measurement of the model itself only its own promises can be held against it."""
    enough = window.judged >= FEWEST_JUDGED
    persons = _share(window.persons, window.judged)
    overruled = _share(window.overruled, window.by_people)
    mix = _moved(window, expected) if enough and expected is not None else 0.0
    alarms = []
    if enough and expected is not None and _differs(persons, expected.persons, window.judged):
        alarms.append(Alarm.PERSONS)
    if _overruled_too_often(window, overruled):
        alarms.append(Alarm.OVERRULED)
    if mix >= MIX_MOVED:
        alarms.append(Alarm.MIX)
    return Drift(window, expected, enough, persons, overruled, mix, tuple(alarms))


def _share(part: int, whole: int) -> int:
    return round(PER_MILLE * part / whole) if whole else 0


def _overruled_too_often(window: Window, overruled: int) -> bool:
    """Less often than it promised is no alarm."""
    enough = window.by_people >= FEWEST_BY_PEOPLE
    return enough and overruled > window.doubt and _differs(overruled, window.doubt, window.by_people)


def _differs(found: int, expected: int, messages: int) -> bool:
    """Beyond chance, and by enough to matter."""
    share = min(max(expected / PER_MILLE, RARE), 1 - RARE)
    error = PER_MILLE * math.sqrt(share * (1 - share) / messages)
    return abs(found - expected) > max(STANDARD_ERRORS * error, SMALLEST_CHANGE)


def _moved(window: Window, expected: Expected) -> float:
    counts = window.categories or {}
    moved = 0.0
    for label in sorted(counts.keys() | expected.categories.keys()):
        now = max(counts.get(label, 0) / window.judged, RARE)
        then = max(expected.categories.get(label, 0) / PER_MILLE, RARE)
        moved += (now - then) * math.log(now / then)
    return round(moved, 3)
