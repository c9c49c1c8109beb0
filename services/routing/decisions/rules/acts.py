"""R-62. Acts whose guilt depends on the law of their day: what was done before 2026 is not judged by its law."""

from datetime import date
from enum import StrEnum


class ActKind(StrEnum):
    """What the law of 2026 newly calls a violation."""

    THROWN_OBJECT = "thrown_object"
    SCHOOL_BULLYING = "school_bullying"


def law_day(filed_on: date, acts: frozenset[ActKind], acted_on: date | None) -> date:
    """R-62. The law of the day of filing; for guilt that of the day of the act, where it is known."""
    return min(acted_on, filed_on) if acts and acted_on else filed_on
