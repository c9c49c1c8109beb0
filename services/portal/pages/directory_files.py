"""What pages read of the directory, and how they call what stands in it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from services.portal.desk_client import Answer
from services.portal.pages.caller import Caller
from services.portal.pages.contexts import FilterLink
from services.portal.pages.staffroom import named
from services.portal.pages.words import day
from shared.kernel import BUREAU_ZONE

API = "/routing/v1/directory"
TABS = (
    ("grids", "网格", "/directory"),
    ("officers", "人员", "/directory/officers"),
    ("units", "单位", "/directory/units"),
    ("duties", "值班", "/directory/duties"),
    ("trial", "会派给谁", "/directory/trial"),
    ("sheet", "表格导入导出", "/directory/sheet"),
    ("divisions", "区划代码", "/directory/divisions"),
)
BY: Mapping[str, str] = {
    "grid_owner": "地点在他的网格",
    "grid_deputy": "网格责任民警不在岗，由网格的代理人顶上",
    "officers_deputy": "网格责任民警不在岗，由他本人的代理人顶上",
    "colleague": "责任民警和代理人都不在岗，由同单位社区民警顶上",
    "role": "按岗位定，地点不起作用或者还不知道",
    "least_loaded": "几个人一样合适，给手上在办最少的",
    "next": "排在前面的人办过或者要回避，给下一位",
    "chosen": "由人选定单位",
}
MEANS: Mapping[str, str] = {
    "name": "按地名找到",
    "alias": "按俗称找到",
    "former": "按旧名找到",
    "landmark": "按旁边的地标找到",
    "typo": "地名里像是有错别字，按读音相近的找到",
}
AWAY: Mapping[str, str] = {"leave": "休假", "sick": "病假", "training": "培训", "detached": "借调"}
SEATS: Mapping[str, str] = {
    "station_chief": "所长",
    "headteacher": "校长",
    "village_head": "村主任",
    "community_head": "居委会主任",
    "unit_head": "单位主管",
}
SHIFTS: Mapping[str, str] = {"day": "白班（8–20 时）", "night": "夜班（20–次日 8 时）"}


class Unit(Answer):
    code: str
    name: str
    kind: str
    parent: str | None = None
    first_day: date
    last_day: date | None = None


class Away(Answer):
    reason: str
    first_day: date
    last_day: date


class Officer(Answer):
    person: UUID
    unit: str
    roles: tuple[str, ...]
    deputy: UUID | None = None
    away: Away | None = None
    open: int = 0
    first_day: date
    last_day: date | None = None


class Grid(Answer):
    code: str
    unit: str
    owner: UUID
    deputy: UUID | None = None
    name: str = ""
    community: str = ""
    township: str = ""
    places: tuple[str, ...] = ()
    auxiliary: UUID | None = None
    in_charge: UUID | None = None
    by: str | None = None
    first_day: date
    last_day: date | None = None

    @property
    def called(self) -> str:
        return self.name or self.code


class Units(Answer):
    units: tuple[Unit, ...] = ()


class Officers(Answer):
    officers: tuple[Officer, ...] = ()


class Grids(Answer):
    grids: tuple[Grid, ...] = ()


class Entry(Answer):
    what: str
    person: UUID | None = None
    deputy: UUID | None = None
    unit: str | None = None
    first_day: date
    last_day: date | None = None
    listed_at: datetime


class History(Answer):
    entries: tuple[Entry, ...] = ()


class Gap(Answer):
    grid: str
    name: str
    first_day: date
    last_day: date


class Gaps(Answer):
    last_day: date
    gaps: tuple[Gap, ...] = ()


class Duty(Answer):
    unit: str
    day: date
    shift: str
    people: tuple[UUID, ...] = ()
    away: tuple[UUID, ...] = ()


class Duties(Answer):
    duties: tuple[Duty, ...] = ()


class Division(Answer):
    table: str
    code: str
    name: str
    full_name: str
    first_year: int | None = None
    last_year: int | None = None
    in_force: bool = True
    became: tuple[str, ...] = ()


class Divisions(Answer):
    divisions: tuple[Division, ...] = ()


class Candidate(Answer):
    grid: str
    called: str
    place: str


class Load(Answer):
    person: UUID
    open: int


class Choosing(Answer):
    by: str
    loads: tuple[Load, ...] = ()
    away: tuple[UUID, ...] = ()


class Trial(Answer):
    candidates: tuple[Candidate, ...] = ()
    means: str | None = None
    asks: bool = False
    unit: str | None = None
    owner: UUID | None = None
    deputy: UUID | None = None
    auxiliary: UUID | None = None
    choosing: Choosing | None = None


def tabs(current: str) -> tuple[FilterLink, ...]:
    return tuple(FilterLink(label, url, 0, tab == current) for tab, label, url in TABS)


def today(caller: Caller) -> date:
    return caller.now.astimezone(BUREAU_ZONE).date()


def day_asked(caller: Caller, given: str) -> date:
    """The day in the address; today for one that is none."""
    try:
        return date.fromisoformat(given) if given else today(caller)
    except ValueError:
        return today(caller)


def days(first: date, last: date | None) -> str:
    return f"{_dated(first)}起" if last is None else f"{_dated(first)}至{_dated(last)}"


def _dated(on: date) -> str:
    return f"{on.year}年{day(on)}"


def because(choosing: Choosing | None, names: Mapping[UUID, str]) -> tuple[str, ...]:
    """Why an owner is who he is, in sentences."""
    if choosing is None:
        return ()
    said = [BY.get(choosing.by, choosing.by)]
    if choosing.loads:
        numbers = "，".join(f"{named(load.person, names, '一位同事')} {load.open} 件" for load in choosing.loads)
        said.append(f"当时手上在办：{numbers}")
    if choosing.away:
        said.append("不在岗：" + "、".join(named(person, names, "一位同事") for person in choosing.away))
    return tuple(said)


def matches(search: str, *texts: str) -> bool:
    """Two characters are enough; case and blanks do not count."""
    wanted = "".join(search.split()).casefold()
    return not wanted or wanted in "".join(" ".join(texts).split()).casefold()


def paged(items: Sequence[object], page: int, size: int) -> tuple[int, int]:
    """Where the page begins, and how many pages there are."""
    pages = max(1, -(-len(items) // size))
    return (min(max(page, 1), pages) - 1) * size, pages
