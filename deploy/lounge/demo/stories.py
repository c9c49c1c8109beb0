"""The stories of the demo as data: moments in days before the present, and steps as `lounge replay` knows them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from typing import Any

import yaml

from deploy.lounge.replay import StoryFailed, StoryLoader
from shared.kernel import BUREAU_ZONE

WEEKS = timedelta(weeks=4)
DAY = re.compile(r"^(\d+)d (\d\d):(\d\d)$")
AGO = re.compile(r"^(\d+)(h|m)$")
FOLDER = files("deploy.lounge.demo").joinpath("stories")
MOVES = "moves.yaml"
"""Lists of steps that many stories share, by name. The first entry says what they need, and what holds unless told."""

Step = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Moment:
    """What happens in one story at one instant of bureau time."""

    at: datetime
    story: str
    place: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Story:
    id: str
    title: str
    files_request: bool
    shows: tuple[str, ...]
    """What a visitor sees of it at the end."""
    moments: tuple[Moment, ...]


def stories(begun: datetime) -> tuple[Story, ...]:
    """All stories of the demo, their days counted back from `begun`."""
    loader = _loader(begun)
    moves = _read(MOVES, loader)
    names = sorted(each.name for each in FOLDER.iterdir() if each.name.endswith(".yaml") and each.name != MOVES)
    return tuple(_story(told, moves, begun) for name in names for told in _read(name, loader))


def _read(name: str, loader: type[StoryLoader]) -> Any:
    return yaml.load(FOLDER.joinpath(name).read_text(encoding="utf-8"), Loader=loader)  # noqa: S506


def _loader(begun: datetime) -> type[StoryLoader]:
    """Knows `!day 3`, the date of three days ago, `!day -10` in ten days, and `!year 3`."""
    today = begun.astimezone(BUREAU_ZONE).date()

    class Loader(StoryLoader):
        pass

    def day(loader: StoryLoader, node: yaml.Node) -> date:
        return today - timedelta(days=int(str(node.value)))

    def written(loader: StoryLoader, node: yaml.Node) -> str:
        return day(loader, node).isoformat()

    def year(loader: StoryLoader, node: yaml.Node) -> int:
        return day(loader, node).year

    Loader.add_constructor("!day", written)
    Loader.add_constructor("!year", year)
    return Loader


def _story(told: Mapping[str, Any], moves: Mapping[str, list[Step]], begun: datetime) -> Story:
    moments: list[Moment] = []
    for place, moment in enumerate(told["life"]):
        at = max([instant(moment["at"], begun), *(each.at for each in moments)])
        moments.append(Moment(at, told["id"], place, tuple(_expanded(moment["steps"], moves))))
    steps = [step for moment in moments for step in moment.steps]
    opens = any(step.get("call") in OPENING for step in steps)
    return Story(told["id"], told["title"], opens, tuple(told.get("shows", ())), tuple(moments))


OPENING = ("intake.file_request", "mediation.dock_suit")


def _expanded(steps: list[Step], moves: Mapping[str, list[Step]]) -> Iterator[Step]:
    for step in steps:
        if "play" in step:
            first, *rest = moves[step["play"]]
            yield {"let": {**first["needs"], **step.get("with", {})}}
            yield from _expanded(rest, moves)
        else:
            yield step


def instant(told: str, begun: datetime) -> datetime:
    """`27d 09:30`: on the day 27 days before; `3h`: so long before the present. Never later than that."""
    if match := DAY.match(told):
        day = begun.astimezone(BUREAU_ZONE).date() - timedelta(days=int(match[1]))
        return min(begun, datetime.combine(day, time(int(match[2]), int(match[3])), BUREAU_ZONE))
    if match := AGO.match(told):
        return begun - timedelta(**{{"h": "hours", "m": "minutes"}[match[2]]: int(match[1])})
    raise StoryFailed(f"不是时刻：{told}")
