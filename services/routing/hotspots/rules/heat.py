"""When a place has more of one kind than usual: enough requests, by enough people, and too many to be chance."""

from math import exp

from shared.contracts.codes import Category
from shared.kernel import PackVersion, value

COLD = frozenset({Category.FBK, Category.INQ, Category.MIN, Category.CPL})
"""Thanks, slogans and questions are no trouble; children's matters and complaints about the police stand in no list."""
LEAST_USUAL = 0.5
"""A place that was never heard of may have one every second window without being remarkable."""


@value
class HeatRules:
    version: PackVersion
    window_days: int
    usual_days: int
    least_requests: int
    least_people: int
    chance: int
    """Per ten thousand: how rarely so many would come by themselves."""


@value
class Seen:
    """Of one kind in one place: in the window, and in the days before it."""

    recent: int
    people: int
    before: int


def usual(seen: Seen, rules: HeatRules) -> float:
    """How many one would expect in a window."""
    return max(LEAST_USUAL, seen.before * rules.window_days / rules.usual_days)


def is_hot(seen: Seen, rules: HeatRules) -> bool:
    if seen.recent < rules.least_requests or seen.people < rules.least_people:
        return False
    return at_least(seen.recent, usual(seen, rules)) * 10_000 <= rules.chance


def at_least(count: int, expected: float) -> float:
    """Poisson: the chance of `count` or more where `expected` come on average."""
    term = exp(-expected)
    below = 0.0
    for number in range(count):
        below += term
        term *= expected / (number + 1)
    return max(0.0, 1.0 - below)
