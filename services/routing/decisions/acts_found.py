"""Which acts a text tells of that the law of 2026 made violations, and when they were done (R-62).

The latest day that is told counts: who goes on does it under the new law too. Only what was over before is left to the
old one.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta

from services.routing.decisions.rules.acts import ActKind

THROWN = re.compile(
    r"高空抛物|(?:楼上|高楼|阳台|窗户|窗口|[从往]楼).{0,8}?(?:往下|下来|楼下).{0,4}?[扔抛丢倒砸]|[从往]楼[上下]?[扔抛丢]"
)
BULLIED = re.compile(
    r"(?:校园|学生|同学|班里|班上).{0,6}?(?:欺凌|霸凌|欺负|孤立|殴打)|被(?:几个|一群)?同学.{0,4}?(?:打|骂|堵|勒索)"
)
NOT_DONE = re.compile(
    r"(?:禁止|严禁|拒绝|杜绝|防止|预防|没有|不要|不是|远离|抵制).{0,4}$|(?:隐患|风险|担心|害怕|万一|容易|可能)[^。]{0,12}$"
)
"""What is forbidden, denied or feared was not done."""
ONLY_FEARED = re.compile(r".{0,4}(?:危险|隐患|风险|怎么办)")

FULL = re.compile(r"(\d{4})年(\d{1,2})月(?:(\d{1,2})[日号])?")
OF_THE_YEAR = re.compile(r"(?<![\d年])(\d{1,2})月(\d{1,2})[日号]")
LAST_YEAR = re.compile(r"去年(?:(\d{1,2})月(?:(\d{1,2})[日号])?)?")
LATELY = {"今天": 0, "今早": 0, "今晚": 0, "刚才": 0, "刚刚": 0, "昨天": 1, "昨晚": 1, "前天": 2, "前晚": 2}


def acts_in(title: str, text: str, filed_on: date) -> tuple[tuple[ActKind, ...], date | None]:
    """The acts, and the day of the last one where the text says it."""
    told = unicodedata.normalize("NFKC", f"{title}。{text}")
    found = {ActKind.THROWN_OBJECT: THROWN, ActKind.SCHOOL_BULLYING: BULLIED}
    acts = tuple(kind for kind, pattern in found.items() if _done(pattern, told))
    return acts, max(_days(told, filed_on), default=None) if acts else None


def _done(pattern: re.Pattern[str], told: str) -> bool:
    return any(
        NOT_DONE.search(told, 0, found.start()) is None and ONLY_FEARED.match(told, found.end()) is None
        for found in pattern.finditer(told)
    )


def _days(told: str, filed_on: date) -> Iterator[date]:
    for day in _all_days(told, filed_on):
        if day is not None and day <= filed_on:
            yield day


def _all_days(told: str, filed_on: date) -> Iterator[date | None]:
    for found in FULL.finditer(told):
        yield _day(int(found[1]), found[2], found[3])
    for found in OF_THE_YEAR.finditer(told):
        this_year = _day(filed_on.year, found[1], found[2])
        yield this_year if this_year and this_year <= filed_on else _day(filed_on.year - 1, found[1], found[2])
    for found in LAST_YEAR.finditer(told):
        yield _day(filed_on.year - 1, found[1] or "12", found[2] or ("1" if found[1] else "31"))
    for word, days in LATELY.items():
        if word in told:
            yield filed_on - timedelta(days=days)


def _day(year: int, month: str, day: str | None) -> date | None:
    """None for what no calendar has."""
    try:
        return date(year, int(month), int(day or 1))
    except ValueError:
        return None
