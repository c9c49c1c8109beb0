"""What a trained model makes of a message: one linear score per label, and whether a person should look.

No decision: the rules of law and the danger net stand above whatever is said here. R-39: reasons are given, and a
person can overrule.
"""

import math
from collections.abc import Mapping
from enum import StrEnum

from services.routing.decisions.carrying import Span, carrying_words
from services.routing.decisions.features import GROUP_VALUE, Part, damped, groups_in, is_brief, ngrams, seen, titled
from services.routing.decisions.lanes import unpacked, weighted
from services.routing.decisions.weights import UNIT, Read, Weights
from services.routing.decisions.word_groups import FLAG_GROUPS, PROTECTING
from shared.contracts.codes import Flag, Police, Priority
from shared.kernel.facts import value

PER_MILLE = 1000
NEVER = PER_MILLE + 1

CATEGORY, PRIORITY, POLICE, CHANNEL = "category", "priority", "police", "channel"
FIELDS = (CATEGORY, PRIORITY, POLICE, CHANNEL)


Bar = tuple[int, int]
"""Per mille: for a text of a sentence or two, and for a longer one."""


class Doubt(StrEnum):
    """Why a person should look."""

    CATEGORY = "category"
    PRIORITY = "priority"
    POLICE = "police"
    CHANNEL = "channel"
    LABEL = "label"
    SCARCE = "scarce"
    """Its label was seen too seldom to be believed."""
    URGENT = "urgent"
    """Judged ordinary, and yet too much like what could not wait."""
    SENT_AWAY = "sent_away"
    """Judged another office's business, and yet too much like the police's own."""


@value
class Choice:
    label: str
    confidence: int
    """Per mille, calibrated on messages that the model had not seen."""
    second: str
    second_confidence: int


@value
class Judgement:
    category: Choice
    flags: tuple[Flag, ...]
    priority: Choice
    police: Choice
    channel: Choice
    words: tuple[Span, ...]
    doubts: tuple[Doubt, ...]
    urgent: int
    """Per mille that it cannot wait (P0 or P1): orders the queue."""

    @property
    def needs_person(self) -> bool:
        return bool(self.doubts)


@value
class Head:
    field: str
    labels: tuple[str, ...]
    bias: tuple[int, ...]
    scale: float
    """From integer weights to log-odds; the temperature of the calibration is in it."""
    threshold: Bar
    """Below this confidence a person decides."""
    scarce: frozenset[str]


@value
class FlagHead:
    flag: Flag
    bias: int
    scale: float
    threshold: float
    """In log-odds."""


@value
class SecondHead:
    """What the embedding says beside the first judgement."""

    field: str
    trust: float
    """How much of the first judgement's log-odds is kept."""
    bias: tuple[float, ...]
    rows: tuple[tuple[int, ...], ...]
    """By dimension of the vector, then by label."""
    scale: float
    threshold: Bar


@value
class Baseline:
    """What the model did on messages that it had not seen: what it does at work is held against this."""

    persons: int
    """Per mille of the messages that it left to a person."""
    categories: Mapping[str, int]


@value
class Model:
    heads: tuple[Head, ...]
    flag_heads: tuple[FlagHead, ...]
    weights: Mapping[Part, Weights]
    urgent_from: int
    own_from: int
    second: tuple[SecondHead, ...]
    baseline: Baseline | None

    @property
    def width(self) -> int:
        return sum(len(head.labels) for head in self.heads) + len(self.flag_heads)


@value
class Scored:
    shares: Mapping[str, Mapping[str, float]]
    """By field and label, adding up to one."""
    flag_scores: tuple[float, ...]
    parts: Mapping[Part, Read]

    @property
    def choices(self) -> Mapping[str, Choice]:
        return {field: choice_of(shares) for field, shares in self.shares.items()}


def judge(model: Model, title: str, text: str) -> Judgement:
    return concluded(model, score(model, title, text))


def score(model: Model, title: str, text: str) -> Scored:
    headed = Part.TITLE if title.strip() else Part.TEXT
    parts = {
        Part.TITLE: _read(model.weights[Part.TITLE], Part.TITLE, headed, titled(title, text)),
        Part.TEXT: _read(model.weights[Part.TEXT], Part.TEXT, Part.TEXT, text),
    }
    totals = _totals(model, parts)
    shares: dict[str, Mapping[str, float]] = {}
    first = 0
    for head in model.heads:
        beyond = first + len(head.labels)
        shares[head.field] = shared_out(head.labels, [total * head.scale for total in totals[first:beyond]])
        first = beyond
    flag_scores = tuple(total * head.scale for head, total in zip(model.flag_heads, totals[first:], strict=True))
    return Scored(shares, flag_scores, parts)


def concluded(model: Model, scored: Scored, thresholds: Mapping[str, Bar] | None = None) -> Judgement:
    choices = scored.choices
    lane = column(model, CATEGORY, choices[CATEGORY].label)
    return Judgement(
        category=choices[CATEGORY],
        flags=_flags(model, scored),
        priority=choices[PRIORITY],
        police=choices[POLICE],
        channel=choices[CHANNEL],
        words=carrying_words(model.weights, scored.parts, lane, model.width),
        doubts=doubts(model, scored, thresholds),
        urgent=urgency(scored.shares[PRIORITY]),
    )


def doubts(model: Model, scored: Scored, thresholds: Mapping[str, Bar] | None = None) -> tuple[Doubt, ...]:
    """`thresholds`: by field, where they differ from the first judgement's."""
    choices = scored.choices
    found: list[Doubt] = []
    for head in model.heads:
        choice = choices[head.field]
        if choice.confidence < needed((thresholds or {}).get(head.field, head.threshold), scored):
            found.append(Doubt(head.field))
        if choice.label in head.scarce:
            found.append(Doubt.SCARCE)
    if _might_be_urgent(model, scored, choices):
        found.append(Doubt.URGENT)
    if _might_be_own(model, scored, choices):
        found.append(Doubt.SENT_AWAY)
    return tuple(dict.fromkeys(found))


def needed(bar: Bar, scored: Scored) -> int:
    return bar[not is_brief(scored.parts[Part.TEXT].text)]


_CANNOT_WAIT = (Priority.P0, Priority.P1)


def _might_be_urgent(model: Model, scored: Scored, choices: Mapping[str, Choice]) -> bool:
    if PRIORITY not in choices or choices[PRIORITY].label in _CANNOT_WAIT:
        return False
    return urgency(scored.shares[PRIORITY]) >= model.urgent_from


def _might_be_own(model: Model, scored: Scored, choices: Mapping[str, Choice]) -> bool:
    if POLICE not in choices or choices[POLICE].label != Police.TRANSFER:
        return False
    return PER_MILLE * scored.shares[POLICE].get(Police.OWN, 0.0) >= model.own_from


def urgency(shares: Mapping[str, float]) -> int:
    return round(PER_MILLE * sum(shares.get(priority, 0.0) for priority in _CANNOT_WAIT))


def flags_by_words(title: str, text: str) -> tuple[Flag, ...]:
    """What the words alone raise, without any model."""
    present = {*groups_in(seen(Part.TITLE, title)), *groups_in(seen(Part.TEXT, text))}
    return tuple(flag for flag in Flag if flag in _raised(present))


def shared_out(labels: tuple[str, ...], odds: list[float]) -> Mapping[str, float]:
    highest = max(odds)
    powers = [math.exp(each - highest) for each in odds]
    whole = sum(powers)
    return {label: power / whole for label, power in zip(labels, powers, strict=True)}


def choice_of(shares: Mapping[str, float]) -> Choice:
    order = sorted(shares, key=lambda label: (-shares[label], label))
    best, second = order[0], order[min(1, len(order) - 1)]
    return Choice(best, round(PER_MILLE * shares[best]), second, round(PER_MILLE * shares[second]))


def column(model: Model, field: str, label: str) -> int:
    """Which lane of the weights belongs to the label."""
    first = 0
    for head in model.heads:
        if head.field == field:
            return first + head.labels.index(label)
        first += len(head.labels)
    raise KeyError(field)


def _read(weights: Weights, part: Part, field: Part, typed: str) -> Read:
    text = seen(part, typed)
    values = {gram: damped(count) * weights.rarity[gram] for gram, count in ngrams(text, weights.ngrams.keys()).items()}
    length = math.sqrt(sum(value * value for value in values.values())) or 1.0
    amounts = {gram: round(UNIT * value / length) for gram, value in values.items()}
    return Read(field, typed, text, amounts, groups_in(text))


def _totals(model: Model, parts: Mapping[Part, Read]) -> list[float]:
    summed = 0
    for part, read in parts.items():
        weights = model.weights[part]
        summed += weighted((amount, weights.ngrams[gram]) for gram, amount in read.ngrams.items())
        summed += GROUP_AMOUNT * sum(map(weights.groups.__getitem__, read.groups))
    biases = (*(bias for head in model.heads for bias in head.bias), *(head.bias for head in model.flag_heads))
    return [bias + total / UNIT for bias, total in zip(biases, unpacked(summed, model.width), strict=True)]


GROUP_AMOUNT = round(UNIT * GROUP_VALUE)


def _flags(model: Model, scored: Scored) -> tuple[Flag, ...]:
    learned = {head.flag for head in model.flag_heads}
    raised = _raised({name for read in scored.parts.values() for name in read.groups}) - (learned - PROTECTING)
    for head, total in zip(model.flag_heads, scored.flag_scores, strict=True):
        if total >= head.threshold:
            raised.add(head.flag)
    if Flag.MINOR in learned - raised:
        raised.discard(Flag.MINOR14)
    return tuple(flag for flag in Flag if flag in raised)


def _raised(present: set[str]) -> set[Flag]:
    return {flag for flag, groups in FLAG_GROUPS.items() if not present.isdisjoint(groups)}
