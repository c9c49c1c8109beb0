"""Dates, spans, money and codes in the words a citizen reads."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files

import yaml

from shared.kernel import BUREAU_ZONE

WEEKDAYS = "一二三四五六日"
FEN_IN_WAN = 1_000_000
MINUTE = timedelta(minutes=1)


@cache
def zh_names() -> Mapping[str, Mapping[str, str]]:
    """Of each kind of code (`roles`, `channels`, …) the Chinese name of every code."""
    text = (files("shared.contracts") / "domain" / "codes.yaml").read_text(encoding="utf-8")
    kinds: dict[str, list[dict[str, str]]] = yaml.load(text, Loader=yaml.CSafeLoader)
    return {kind: {entry["code"]: entry["zh"] for entry in entries if "zh" in entry} for kind, entries in kinds.items()}


def zh(code: str, kind: str) -> str:
    """The name of a code; an unknown code is a bug of the page and fails."""
    return zh_names()[kind][code]


def day(on: date) -> str:
    return f"{on.month}月{on.day}日（周{WEEKDAYS[on.weekday()]}）"


def clock(at: datetime) -> str:
    return at.astimezone(BUREAU_ZONE).strftime("%H:%M")


def moment(at: datetime, now: datetime | None = None) -> str:
    """`11月22日（周日）15:00`; the year stands before it when it is not that of `now`."""
    local = at.astimezone(BUREAU_ZONE)
    year = f"{local.year}年" if now is not None and now.astimezone(BUREAU_ZONE).year != local.year else ""
    return f"{year}{day(local.date())}{clock(at)}"


def near(at: datetime, now: datetime) -> str:
    """`今天 18:00`, `明天 09:00`, `昨天 21:40`; further away the full date."""
    names = {0: "今天", 1: "明天", -1: "昨天"}
    apart = (at.astimezone(BUREAU_ZONE).date() - now.astimezone(BUREAU_ZONE).date()).days
    return f"{names[apart]} {clock(at)}" if apart in names else moment(at, now)


def span(length: timedelta) -> str:
    """The two largest units: `2 天 3 小时`, `3 小时 12 分`, `5 分`."""
    minutes = int(length / MINUTE)
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    parts = [f"{count} {unit}" for count, unit in ((days, "天"), (hours, "小时"), (left, "分")) if count]
    return " ".join(parts[:2]) if parts else "不到 1 分"


def time_left(due: datetime, now: datetime) -> str:
    if due > now:
        return f"还剩 {span(due - now)}"
    return f"已超 {span(now - due)}" if now - due >= MINUTE else "刚到时限"


def urgency(due: datetime, now: datetime, warn: timedelta = timedelta(minutes=30)) -> str:
    """`late`, `soon` or `calm`: the class that colours what `time_left` says in words."""
    if due <= now:
        return "late"
    return "soon" if due - now <= warn else "calm"


def money(fen: int) -> str:
    """`2,000.00 元`; above ten thousand also in 万, exact to the fen."""
    sign, amount = ("-", -fen) if fen < 0 else ("", fen)
    yuan = f"{sign}{amount // 100:,}.{amount % 100:02d} 元"
    if amount < FEN_IN_WAN:
        return yuan
    whole, rest = divmod(amount, FEN_IN_WAN)
    decimals = f"{rest:06d}".rstrip("0")
    return f"{yuan}（{sign}{whole}{'.' + decimals if decimals else ''} 万元）"


def spaced(code: str) -> str:
    """Groups of four, as people read a code aloud."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def iso(at: datetime) -> str:
    return at.astimezone(BUREAU_ZONE).isoformat(timespec="seconds")


FILTERS: Mapping[str, Callable[..., str]] = {
    "zh": zh,
    "day": day,
    "clock": clock,
    "moment": moment,
    "near": near,
    "span": span,
    "time_left": time_left,
    "urgency": urgency,
    "money": money,
    "spaced": spaced,
    "iso": iso,
}
