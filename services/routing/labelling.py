"""Labelling by hand, one key a decision: what has been labelled, what is on the table, what each key does.

Nothing here draws or reads a terminal. Only ids and codes are kept; the texts stay in the file they came from.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from services.routing.decisions.rules.ruling import USUAL
from shared.contracts.codes import Category, Channel, Flag, Police, Priority


class Key(StrEnum):
    ACCEPT = "\r"
    BACK = "<"
    SKIP = " "
    SECOND = "/"
    UNSURE = "?"
    QUIT = "q"


SAME = {"\n": Key.ACCEPT, "\x7f": Key.BACK, "\x08": Key.BACK, "\x03": Key.QUIT, "\x04": Key.QUIT, "\x1b": Key.QUIT}

CATEGORIES: Mapping[str, Category] = {
    "e": Category.EMG,
    "c": Category.CRM,
    "p": Category.PSO,
    "d": Category.DIS,
    "n": Category.ENT,
    "s": Category.SVC,
    "m": Category.MIN,
    "f": Category.FRD,
    "u": Category.URB,
    "w": Category.WEL,
    "o": Category.COM,
    "i": Category.INQ,
    "k": Category.CPL,
    "b": Category.FBK,
}
PRIORITIES: Mapping[str, Priority] = {"0": Priority.P0, "1": Priority.P1, "2": Priority.P2, "3": Priority.P3}
POLICE: Mapping[str, Police] = {"7": Police.OWN, "8": Police.LEAD, "9": Police.TRANSFER}
CHANNELS: Mapping[str, Channel] = {
    "P": Channel.PSM,
    "M": Channel.PM,
    "I": Channel.IM,
    "J": Channel.JM,
    "E": Channel.EPS,
    "W": Channel.WIN,
    "D": Channel.DSP,
    "C": Channel.CASE,
    "X": Channel.XDEP,
    "T": Channel.XFER,
    "B": Channel.BOT,
    "S": Channel.SUP,
    "H": Channel.CHILD,
}
URGENT = {Category.EMG: Priority.P0, Category.FRD: Priority.P0, Category.MIN: Priority.P1}
AT_LEISURE = (Category.INQ, Category.FBK)


class Label(BaseModel):
    """One line of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    category: Category
    second: Category | None = None
    priority: Priority
    police: Police
    channel: Channel
    flags: tuple[Flag, ...] = ()
    sure: bool = True


@dataclass(frozen=True)
class Labelling:
    ids: Sequence[str]
    labels: Mapping[str, Label] = field(default_factory=dict)
    place: int = 0
    draft: Label | None = None
    """What is proposed for the message on the table; None until a category is chosen."""
    wants_second: bool = False
    over: bool = False

    @property
    def on_table(self) -> str | None:
        return None if self.over or self.place >= len(self.ids) else self.ids[self.place]

    @property
    def done(self) -> int:
        return sum(each in self.labels for each in self.ids)


def begun(ids: Sequence[str], labels: Mapping[str, Label]) -> Labelling:
    """Goes on with the first message that has no label."""
    place = next((place for place, each in enumerate(ids) if each not in labels), len(ids))
    return _on_table(Labelling(ids, labels), place)


def proposed(message: str, category: Category) -> Label:
    police, channel = USUAL[category]
    priority = URGENT.get(category, Priority.P3 if category in AT_LEISURE else Priority.P2)
    return Label(id=message, category=category, priority=priority, police=police, channel=channel)


def press(now: Labelling, typed: str) -> Labelling:
    """An unknown key does nothing."""
    key = SAME.get(typed, typed)
    match key:
        case Key.QUIT:
            return replace(now, over=True)
        case Key.BACK:
            return _on_table(now, max(0, now.place - 1))
        case Key.SKIP:
            return _on_table(now, now.place + 1)
        case _ if now.on_table is None:
            return now
        case Key.ACCEPT:
            return _accepted(now)
        case Key.SECOND:
            return replace(now, wants_second=now.draft is not None)
        case _:
            return _chosen(now, key)


def _on_table(now: Labelling, place: int) -> Labelling:
    kept = now.labels.get(now.ids[place]) if place < len(now.ids) else None
    return replace(now, place=min(place, len(now.ids)), draft=kept, wants_second=False)


def _accepted(now: Labelling) -> Labelling:
    if now.draft is None:
        return now
    return _on_table(replace(now, labels={**now.labels, now.draft.id: now.draft}), now.place + 1)


def _chosen(now: Labelling, key: str) -> Labelling:
    draft, message = now.draft, now.ids[now.place]
    if key in CATEGORIES:
        category = CATEGORIES[key]
        if now.wants_second and draft is not None:
            second = None if category is draft.category else category
            return replace(now, draft=draft.model_copy(update={"second": second}), wants_second=False)
        return replace(now, draft=proposed(message, category))
    if draft is None:
        return now
    return replace(now, draft=draft.model_copy(update=_changed(draft, key)))


def _changed(draft: Label, key: str) -> Mapping[str, object]:
    if key == Key.UNSURE:
        return {"sure": not draft.sure}
    if key in PRIORITIES:
        return {"priority": PRIORITIES[key]}
    if key in POLICE:
        return {"police": POLICE[key]}
    return {"channel": CHANNELS[key]} if key in CHANNELS else {}


def read_labels(path: Path) -> dict[str, Label]:
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return {label.id: label for label in map(Label.model_validate_json, filter(str.strip, lines))}


def write_labels(labels: Mapping[str, Label], path: Path) -> None:
    """Written aside and put in place in whole: a crash loses no label that was accepted before."""
    draft = path.with_name(f".{path.name}.new")
    rows = (json.dumps(label.model_dump(mode="json"), ensure_ascii=False) for label in labels.values())
    draft.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    os.replace(draft, path)
