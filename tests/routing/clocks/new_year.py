"""The turn of a year whose notice comes late: what it will say, and when a desk reads it."""

from dataclasses import replace
from datetime import date
from typing import Final

from services.routing.clocks.table import ClockRules

NEW_YEAR: Final = frozenset({date(2027, 1, 1), date(2027, 1, 4)})
"""Invented: a Friday, and the Monday after it."""


def with_the_notice(rules: ClockRules) -> ClockRules:
    calendar = rules.calendar
    return replace(rules, calendar=replace(calendar, years=calendar.years | {2027}, off=calendar.off | NEW_YEAR))
