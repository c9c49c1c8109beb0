"""What the pages of clocks read from routing, and the words for it."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Final
from uuid import UUID

import yaml

from services.portal.desk_client import Answer
from services.portal.pages.contexts import Tone

OUTLOOKS: Final[Mapping[str, tuple[str, Tone]]] = {
    "late": ("已经超时", "late"),
    "likely_late": ("多半来不及", "soon"),
    "at_risk": ("可能来不及", "soon"),
    "in_time": ("照常来得及", "good"),
    "unknown": ("以前办过的太少，估不出快慢", "plain"),
    "stands_still": ("停着，不走时间", "plain"),
}
PLACES: Final[Mapping[str, str]] = {
    "household": "十户长或网格员",
    "village": "村（社区）调解室",
    "station": "警务队或派出所",
    "township": "乡镇综治中心",
    "lounge": "警务汇客厅",
    "court": "法院",
    "enforcement": "执行",
}
UNITS_OF_TIME: Final[Mapping[str, str]] = {
    "minute": "分钟",
    "hour": "小时",
    "calendar_day": "日",
    "working_day": "个工作日",
    "month": "个月",
    "year": "年",
}


class ClockRow(Answer):
    request_id: UUID
    clock: str
    name: str
    category: str | None
    priority: str | None
    unit: str | None
    due: datetime
    provisional: bool
    paused_at: datetime | None
    ground: str | None
    outlook: str
    usual_end: datetime | None
    rung: str | None
    next_rung: str | None
    next_at: datetime | None
    remedy: str


class Counted(Answer):
    code: str
    clocks: int


class Board(Answer):
    items: tuple[ClockRow, ...] = ()
    next_cursor: str | None = None
    total: int = 0
    by_unit: tuple[Counted, ...] = ()
    by_clock: tuple[Counted, ...] = ()


class ToldLine(Answer):
    request_id: UUID
    name: str
    category: str | None
    unit: str | None
    due: datetime
    broken: bool
    rung: str | None
    next_rung: str | None
    next_at: datetime | None
    remedy: str
    at: datetime


class ToldLines(Answer):
    lines: tuple[ToldLine, ...] = ()


class CourseLimit(Answer):
    clock: str
    name: str
    due: datetime
    paused_at: datetime | None
    ground: str | None
    broken: bool
    pauses: tuple[str, ...]


class CourseAct(Answer):
    act: str
    name: str
    happened_at: datetime | None
    needs_approval: bool


class Course(Answer):
    course: str
    name: str
    rule: str
    taken: bool
    limits: tuple[CourseLimit, ...]
    acts: tuple[CourseAct, ...]


class Courses(Answer):
    courses: tuple[Course, ...] = ()


class Climb(Answer):
    rung: str
    before: str | None
    reason: str | None
    by_clock: str | None
    at: datetime


class Place(Answer):
    rung: str | None
    next_rung: str | None
    climbs: tuple[Climb, ...] = ()


class Rung(Answer):
    role: str
    length: int | None
    unit: str | None


class PlaceRung(Answer):
    rung: str
    owner: str
    clock: str | None
    length: int | None
    unit: str | None
    overdue: str | None


class Ladders(Answer):
    usual: tuple[Rung, ...]
    at_once: tuple[Rung, ...]
    place: tuple[PlaceRung, ...]
    reasons: tuple[str, ...]
    skipping: tuple[str, ...]


@cache
def other_ladders() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """The ladders of the code list beside that of the place: name, meaning, rungs."""
    text = (files("shared.contracts") / "domain" / "codes.yaml").read_text(encoding="utf-8")
    listed = yaml.load(text, Loader=yaml.CSafeLoader)["ladders"]
    return tuple((each["zh"], each["code"], tuple(each["rungs"])) for each in listed if each["code"] != "PLACE")


def length_of(length: int | None, unit: str | None) -> str:
    return f"{length} {UNITS_OF_TIME.get(unit or '', unit or '')}" if length is not None else ""
