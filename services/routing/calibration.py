"""From messages that a model had not seen: how sure it may sound, and when a person should look."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from services.routing.decisions.features import is_brief
from services.routing.decisions.judgement import (
    CATEGORY,
    FIELDS,
    NEVER,
    PER_MILLE,
    POLICE,
    PRIORITY,
    Bar,
    urgency,
)
from services.routing.examples import LABEL, Example
from shared.contracts.codes import Flag, Police, Priority

WANTED_ACCURACY = {CATEGORY: 0.93, LABEL: 0.93}
"""What must be reached on messages that are kept from a person. Priority and police have marks of their own."""
SCARCE_BELOW = 50
SPARSE = 10
"""Fewer messages with a flag than these set no threshold: our own texts help."""
URGENT_FOUND = 0.87
"""Share of what cannot wait that is judged so or shown to a person: a little above what is asked for, as unseen
messages are always a little harder."""
OWN_LOST = 0.002
"""Of all messages, police business that no mark would have kept from leaving: what is left are labels on which careful
readers differ, and a mark below them would show half the post to a person."""
CANNOT_WAIT = (Priority.P0, Priority.P1)


@dataclass(frozen=True)
class Judged:
    """One message as a model that had not seen it scored it."""

    example: Example
    shares: Mapping[str, Mapping[str, float]]
    flag_scores: Mapping[Flag, float]

    @property
    def brief(self) -> bool:
        return is_brief(self.example.text)

    def best(self, field: str) -> str:
        shares = self.shares[field]
        return min(shares, key=lambda label: (-shares[label], label))

    def confidence(self, field: str) -> int:
        return round(PER_MILLE * max(self.shares[field].values()))

    def right(self, field: str) -> bool:
        return self.best(field) in self.example.answers[field]


@dataclass(frozen=True)
class Marks:
    """When a person should look."""

    threshold: Mapping[str, Bar]
    scarce: Mapping[str, tuple[str, ...]]
    urgent_from: int
    own_from: int

    def doubts(self, item: Judged) -> bool:
        unsure = any(item.confidence(field) < self.threshold[field][not item.brief] for field in item.shares)
        scarce = any(item.best(field) in self.scarce.get(field, ()) for field in item.shares)
        return unsure or scarce or self._urgent(item) or self._sent_away(item)

    def _urgent(self, item: Judged) -> bool:
        if PRIORITY not in item.shares or item.best(PRIORITY) in CANNOT_WAIT:
            return False
        return urgency(item.shares[PRIORITY]) >= self.urgent_from

    def _sent_away(self, item: Judged) -> bool:
        if POLICE not in item.shares or item.best(POLICE) != Police.TRANSFER:
            return False
        return PER_MILLE * item.shares[POLICE].get(Police.OWN, 0.0) >= self.own_from


def marks(judged: Sequence[Judged], scarce: Mapping[str, tuple[str, ...]]) -> Marks:
    """One after the other: each mark is set for what those before it left without a person."""
    sent = sent_in(judged)
    found = Marks(dict.fromkeys(judged[0].shares, (0, 0)), scarce, NEVER, NEVER)
    if POLICE in found.threshold:
        found = replace(found, own_from=_own_from(sent))
    for field in found.threshold.keys() & WANTED_ACCURACY.keys():
        brief = [item for item in judged if item.brief and not found.doubts(item)]
        full = [item for item in sent if not item.brief and not found.doubts(item)]
        found = replace(
            found,
            threshold={**found.threshold, field: (_threshold(brief or full, field), _threshold(full or brief, field))},
        )
    return replace(found, urgent_from=_urgent_from(sent, found)) if PRIORITY in found.threshold else found


def sent_in(judged: Sequence[Judged]) -> Sequence[Judged]:
    """What people wrote, where there is any of it."""
    return [item for item in judged if not item.example.written] or judged


def _threshold(left: Sequence[Judged], field: str) -> int:
    """The lowest confidence above which the head was right as often as wanted; above 1000 where it never was."""
    lowest, right = NEVER, 0
    ordered = sorted(left, key=lambda item: -item.confidence(field))
    for place, item in enumerate(ordered, start=1):
        right += item.right(field)
        last_of_its_kind = place == len(ordered) or ordered[place].confidence(field) < item.confidence(field)
        if last_of_its_kind and right / place >= WANTED_ACCURACY[field]:
            lowest = item.confidence(field)
    return lowest


def _own_from(judged: Sequence[Judged]) -> int:
    """So low that hardly any message of the police's own would have left without a person."""
    lost = sorted(
        item.shares[POLICE].get(Police.OWN, 0.0)
        for item in judged
        if set(item.example.answers[POLICE]) == {Police.OWN} and item.best(POLICE) == Police.TRANSFER
    )
    tolerated = math.floor(OWN_LOST * len(judged))
    return max(1, math.floor(PER_MILLE * lost[tolerated])) if len(lost) > tolerated else NEVER


def _urgent_from(judged: Sequence[Judged], guarded: Marks) -> int:
    urgent = [item for item in judged if not set(CANNOT_WAIT).isdisjoint(item.example.answers[PRIORITY])]
    found = [item for item in urgent if item.best(PRIORITY) in CANNOT_WAIT or guarded.doubts(item)]
    missing = math.ceil(URGENT_FOUND * len(urgent)) - len(found)
    if missing <= 0:
        return NEVER
    left = sorted((urgency(item.shares[PRIORITY]) for item in urgent if item not in found), reverse=True)
    return left[missing - 1]


def scarce_labels(labelled: Sequence[Example]) -> dict[str, tuple[str, ...]]:
    """Categories of which too few messages were ever labelled: only category, the others follow from it."""
    if not labelled or CATEGORY not in labelled[0].answers:
        return {}
    counts: dict[str, int] = {}
    for example in labelled:
        counts[example.answers[CATEGORY][0]] = counts.get(example.answers[CATEGORY][0], 0) + 1
    return {CATEGORY: tuple(sorted(label for label, count in counts.items() if count < SCARCE_BELOW))}


def temperature(judged: Sequence[Judged], field: str) -> float:
    """The one divisor under which the accepted answers were least surprising."""

    def surprise(divisor: float) -> float:
        return -sum(math.log(max(_accepted(item, field, divisor), 1e-9)) for item in judged)

    return least([step / 20 for step in range(8, 61)], surprise)


def least(choices: Sequence[float], cost: Callable[[float], float]) -> float:
    return min(choices, key=lambda choice: (cost(choice), choice))


def cooled(item: Judged, divisors: Mapping[str, float]) -> Judged:
    return replace(
        item, shares={field: cooled_shares(shares, divisors[field]) for field, shares in item.shares.items()}
    )


def _accepted(item: Judged, field: str, divisor: float) -> float:
    cooled = cooled_shares(item.shares[field], divisor)
    return sum(cooled.get(answer, 0.0) for answer in item.example.answers[field])


def cooled_shares(shares: Mapping[str, float], divisor: float) -> dict[str, float]:
    powers = {label: max(share, 1e-12) ** (1 / divisor) for label, share in shares.items()}
    whole = sum(powers.values())
    return {label: power / whole for label, power in powers.items()}


def flag_threshold(judged: Sequence[Judged], flag: Flag) -> float:
    """Where precision and recall balance best on unseen messages."""
    told = list(_told(sent_in(judged), flag))
    if sum(answer for _, answer in told) < SPARSE:
        told = list(_told(judged, flag))
    positives = sum(answer for _, answer in told)
    best, threshold, right = 0.0, 0.0, 0
    for place, (total, answer) in enumerate(sorted(told, reverse=True), start=1):
        right += answer
        if (balance := 2 * right / (place + positives)) > best:
            best, threshold = balance, total
    return threshold


def _told(judged: Sequence[Judged], flag: Flag) -> Iterator[tuple[float, bool]]:
    for item in judged:
        if flag in item.flag_scores and (answer := flag_answer(item.example, flag)) is not None:
            yield item.flag_scores[flag], answer


def flag_answer(example: Example, flag: Flag) -> bool | None:
    if example.flags is None or flag in example.disputed_flags:
        return None
    return flag in example.flags


def fields_of(examples: Sequence[Example]) -> tuple[str, ...]:
    return FIELDS if CATEGORY in examples[0].answers else (LABEL,)
