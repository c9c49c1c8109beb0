"""When two requests are likely about the same matter: who asks, against whom, where, when, and how alike the words are.

The limits were chosen on one half of `labels/same.jsonl`; `python -m bench.same` prints what they find on the other.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from shared.contracts.codes import Category
from shared.kernel import GridCode, PersonId, RequestId, value

MOST = 3
"""Proposals on one request: an officer reads them."""
LOOKED_BACK = timedelta(days=365)
RECENT = timedelta(days=30)

ALIKE_FROM_ONE_PERSON = 100
"""Per mille of words and places together, below which the same person asks about something else."""
ALIKE_FROM_OTHERS = 250
ALIKE_IN_ONE_GRID = 200
LEAST_WORDS = 80
"""Of two people who name the same places; below it they speak of different things there."""
WORDS = 200
PLACES = 150
"""From here on the words, or the places named, are called a sign."""
COPIED = 600
"""One text sent for many places: without a common place it is another matter."""

DISPUTES = frozenset({Category.DIS, Category.PSO})
NO_MATTER = frozenset({Category.FBK, Category.INQ, Category.MIN})
"""Thanks, slogans and questions: nothing to go on with. A child's matter stands in no list but its lane's (R-36)."""
APART = frozenset({Category.CPL})


class SameAs(StrEnum):
    REPEAT = "repeat"
    SUPPORTER = "supporter"
    OTHER_VOICE = "other_voice"


class Sign(StrEnum):
    SAME_PERSON = "same_person"
    OPPOSITE_SIDES = "opposite_sides"
    SAME_OTHER_PARTY = "same_other_party"
    SAME_GRID = "same_grid"
    SAME_PLACES = "same_places"
    SAME_WORDS = "same_words"


@value
class Report:
    """What is known of a request without its words."""

    request_id: RequestId
    requester: PersonId | None
    other_party: PersonId | None
    grid: GridCode | None
    category: Category | None
    filed_at: datetime


@value
class Candidate:
    report: Report
    likeness: int = 0
    place: int = 0


@value
class Found:
    other: RequestId
    relation: SameAs
    likeness: int
    place: int
    signs: tuple[Sign, ...]


def likely(own: Report, candidates: Iterable[Candidate]) -> tuple[Found, ...]:
    """The most likely ones, best first. R-22: they are proposed, and nothing is linked by itself."""
    found = [
        (each, relation)
        for each in candidates
        if (relation := relation_of(own, each)) is not None and each.report.request_id != own.request_id
    ]
    found.sort(key=lambda pair: (-_rank(own, *pair), pair[0].report.request_id))
    return tuple(
        Found(each.report.request_id, relation, each.likeness, each.place, signs(own, each))
        for each, relation in found[:MOST]
    )


def relation_of(own: Report, candidate: Candidate) -> SameAs | None:
    other, alike = candidate.report, candidate.likeness + candidate.place
    if not _comparable(own.category, other.category):
        return None
    if _same(own.requester, other.requester):
        return SameAs.REPEAT if alike >= ALIKE_FROM_ONE_PERSON else None
    if _opposite(own, other) and (alike >= ALIKE_FROM_ONE_PERSON or _recent(own, other)):
        return SameAs.OTHER_VOICE
    if own.grid is not None and other.grid is not None and own.grid != other.grid:
        return None
    near = own.grid is not None and own.grid == other.grid
    copied = candidate.likeness >= COPIED and not candidate.place and not near
    if candidate.likeness < LEAST_WORDS or copied:
        return None
    return SameAs.SUPPORTER if alike >= (ALIKE_IN_ONE_GRID if near else ALIKE_FROM_OTHERS) else None


def signs(own: Report, candidate: Candidate) -> tuple[Sign, ...]:
    other = candidate.report
    held = {
        Sign.SAME_PERSON: _same(own.requester, other.requester),
        Sign.OPPOSITE_SIDES: _opposite(own, other),
        Sign.SAME_OTHER_PARTY: _same(own.other_party, other.other_party),
        Sign.SAME_GRID: own.grid is not None and own.grid == other.grid,
        Sign.SAME_PLACES: candidate.place >= PLACES,
        Sign.SAME_WORDS: candidate.likeness >= WORDS,
    }
    return tuple(sign for sign, holds in held.items() if holds)


def _comparable(own: Category | None, other: Category | None) -> bool:
    """R-24, R-36: complaints about the police and children's matters stay with their own kind."""
    if own in NO_MATTER or other in NO_MATTER:
        return False
    return own == other or not {own, other} & APART


def _same(one: PersonId | None, other: PersonId | None) -> bool:
    return one is not None and one == other


def _opposite(own: Report, other: Report) -> bool:
    return _same(own.requester, other.other_party) or _same(own.other_party, other.requester)


def _recent(own: Report, other: Report) -> bool:
    """Two who are at odds, both in a month, mean the same quarrel, whatever words they use."""
    disputes = own.category in DISPUTES or other.category in DISPUTES
    return disputes and abs(own.filed_at - other.filed_at) <= RECENT


def _rank(own: Report, candidate: Candidate, relation: SameAs) -> int:
    """The same two people before one of them with somebody else, however alike the words are."""
    known = 0 if relation is SameAs.SUPPORTER else _shared(own, candidate.report)
    return 2000 * known + candidate.likeness + candidate.place


def _shared(own: Report, other: Report) -> int:
    return len(({own.requester, own.other_party} & {other.requester, other.other_party}) - {None})
