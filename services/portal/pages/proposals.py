"""One key for a correction: the likeliest other judgements by number, and a letter for each class and channel."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Protocol

from services.portal.pages.contexts import KeyChoice, OtherJudgement
from services.portal.pages.words import zh_names

MOST = 9
CATEGORY_KEYS: Mapping[str, str] = {
    "EMG": "e", "CRM": "c", "PSO": "z", "DIS": "d", "ENT": "q", "SVC": "s", "MIN": "m", "FRD": "f", "URB": "u",
    "WEL": "w", "COM": "g", "INQ": "i", "CPL": "t", "FBK": "b",
}  # fmt: skip
CHANNEL_KEYS: Mapping[str, str] = {
    "PSM": "S", "PM": "P", "IM": "I", "JM": "J", "EPS": "E", "WIN": "W", "DSP": "D", "CASE": "C", "XDEP": "X",
    "XFER": "T", "BOT": "B", "SUP": "V", "CHILD": "K",
}  # fmt: skip
PRIORITY_KEYS: Mapping[str, str] = {"P0": "0", "P1": "1", "P2": "2", "P3": "3"}
KEYS: Mapping[str, Mapping[str, str]] = {
    "categories": CATEGORY_KEYS,
    "channels": CHANNEL_KEYS,
    "priorities": PRIORITY_KEYS,
}
FLAG_KEYS: Mapping[str, str] = {"DV": "v", "MINOR": "n", "CRIME_POSSIBLE": "x"}
"""Flags that a person sets or clears by hand, because gates stand on them; the others stay as they are."""

FIELDS: Mapping[str, str] = {
    "category": "categories",
    "channel": "channels",
    "priority": "priorities",
    "police": "police",
}
"""What a correction may change, and of which kind of code it is."""

LABELS: Mapping[str, str] = {"category": "", "channel": "走", "priority": "缓急：", "police": "谁的事："}
URGENCIES = ("P0", "P1", "P2", "P3")
USUAL = ("DIS", "COM", "SVC", "URB", "INQ", "PSO", "CRM", "FBK", "WEL")
"""The classes that most requests belong to: offered when the model names no other."""
AT_ONCE: Mapping[str, frozenset[str]] = {
    "category": frozenset({"EMG", "PSO", "CRM", "FRD", "MIN"}),
    "channel": frozenset({"DSP", "CASE", "CHILD"}),
    "police": frozenset({"own"}),
}
"""What leaves a request with those who go at once: the channels, and the classes that usually take them."""


class Guessed(Protocol):
    @property
    def field(self) -> str: ...
    @property
    def second(self) -> str | None: ...
    @property
    def second_confidence(self) -> int: ...


class Judged(Protocol):
    @property
    def category(self) -> str | None: ...
    @property
    def channel(self) -> str | None: ...
    @property
    def priority(self) -> str | None: ...
    @property
    def police(self) -> str | None: ...
    @property
    def danger(self) -> Sequence[str]: ...
    @property
    def guesses(self) -> Sequence[Guessed]: ...


def proposals_of(decision: Judged) -> tuple[OtherJudgement, ...]:
    """The model's second choices first, then a step more or less urgent, then the usual classes. Where danger was told
    no single key takes the urgency away, or the request from those who go at once (R-22)."""
    found: dict[str, OtherJudgement] = {}
    for changed in _changes(decision):
        code = ",".join(f"{field}={value}" for field, value in sorted(changed.items()))
        if any(getattr(decision, field) == value for field, value in changed.items()) or code in found:
            continue
        if decision.danger and not _goes_at_once(changed):
            continue
        found[code] = OtherJudgement(str(len(found) + 1), code, _words(changed), _sure(decision, changed))
        if len(found) == MOST:
            break
    return tuple(found.values())


def _changes(decision: Judged) -> Iterator[Mapping[str, str]]:
    for field in FIELDS:
        for guess in decision.guesses:
            if guess.field == field and guess.second:
                yield {field: guess.second}
    if decision.priority in URGENCIES:
        place = URGENCIES.index(decision.priority)
        yield from ({"priority": near} for near in URGENCIES[max(place - 1, 0) : place + 2])
    yield from ({"category": code} for code in (sorted(AT_ONCE["category"]) if decision.danger else USUAL))


def _goes_at_once(changed: Mapping[str, str]) -> bool:
    return all(value in AT_ONCE.get(field, ()) for field, value in changed.items())


def _words(changed: Mapping[str, str]) -> str:
    names = zh_names()
    return "，".join(LABELS[field] + names[FIELDS[field]][value] for field, value in changed.items())


def _sure(decision: Judged, changed: Mapping[str, str]) -> str:
    for guess in decision.guesses:
        if changed.get(guess.field) == guess.second and guess.second_confidence:
            return f"{guess.second_confidence // 10}%"
    return ""


def read_proposal(given: str) -> dict[str, str]:
    """The changes of a pressed number; nothing of what no page of ours offers."""
    names = zh_names()
    pairs = (part.partition("=") for part in given.split(",") if part)
    return {field: value for field, _, value in pairs if field in FIELDS and value in names[FIELDS[field]]}


def flag_choices(present: Collection[str]) -> tuple[KeyChoice, ...]:
    names = zh_names()["flags"]
    return tuple(KeyChoice(code, names[code], key, code in present) for code, key in FLAG_KEYS.items())


def key_choices(kind: str, present: str | None) -> tuple[KeyChoice, ...]:
    return tuple(KeyChoice(code, zh_names()[kind][code], key, code == present) for code, key in KEYS[kind].items())
