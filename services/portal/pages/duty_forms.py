"""The obligations of an agreement as lines of a form: money, goods, acts, apologies, once or in instalments."""

from services.portal.pages.acts import Body
from services.portal.pages.contexts import Choice, Field

DUTY_KINDS = (
    Choice("money", "付钱"),
    Choice("goods", "交东西"),
    Choice("act", "做一件事"),
    Choice("apology", "赔礼道歉"),
)
UNITS = {
    "piece": "件",
    "set": "套",
    "kilogram": "千克",
    "ton": "吨",
    "metre": "米",
    "square_metre": "平方米",
}
"""A lot (批) is not counted."""
EVERY = {"week": "每周", "month": "每月", "year": "每年"}
MAX_DUTIES = 3
IDENTITY = Field(
    "identity_relation",
    "身份关系（没有就不选）",
    "many",
    "婚姻、收养、抚养归谁等；法院不确认这一部分（R-13）",
    choices=(Choice("yes", "协议里有身份关系"),),
)


def duty_fields(parties: tuple[Choice, ...]) -> tuple[Field, ...]:
    ways = tuple(
        Choice(f"{by.value}>{to.value}", f"{by.label} 对 {to.label}") for by in parties for to in parties if by != to
    )
    return tuple(field for place in range(1, MAX_DUTIES + 1) for field in _line(f"duty_{place}", place, ways))


def _line(name: str, place: int, ways: tuple[Choice, ...]) -> tuple[Field, ...]:
    return (
        Field(f"{name}_kind", "约定什么", "one", choices=DUTY_KINDS, heading=f"第 {place} 项约定（没有就不填）"),
        Field(f"{name}_who", "谁对谁", "one", choices=ways),
        Field(f"{name}_amount_fen", "金额（元）", "money", "付钱才填；分期的，写每一期的金额"),
        Field(f"{name}_what", "内容", "line", "做什么、交什么；不要写姓名和电话"),
        Field(f"{name}_count", "数量", "number", "交东西才填", limit=9),
        Field(f"{name}_unit", "单位", "one", choices=tuple(Choice(code, label) for code, label in UNITS.items())),
        Field(f"{name}_due", "最晚哪天", "day", "分期的，写第一期"),
        Field(f"{name}_every", "分期（一次做完就不选）", "one", choices=_every()),
        Field(f"{name}_times", "一共几期", "number", "分期才填", limit=3),
    )


def _every() -> tuple[Choice, ...]:
    return tuple(Choice(code, label) for code, label in EVERY.items())


def duties_of(values: Body) -> Body:
    """The lines of the form as the list of the API; a line without an obligation is left out."""
    plain = {name: value for name, value in values.items() if not name.startswith("duty_")}
    plain["identity_relation"] = bool(plain.get("identity_relation"))
    duties = []
    for place in range(1, MAX_DUTIES + 1):
        start = f"duty_{place}_"
        line = {name.removeprefix(start): value for name, value in values.items() if name.startswith(start)}
        if "kind" in line:
            duties.append(_duty(line))
    return {**plain, "duties": duties}


def _duty(line: Body) -> Body:
    by, _, to = str(line.pop("who", "")).partition(">")
    count, unit = line.pop("count", None), line.pop("unit", None)
    every, times = line.pop("every", None), line.pop("times", None)
    goods = {"goods": {"count": count or 1, "unit": unit or "piece"}} if line["kind"] == "goods" and count else {}
    schedule = {"schedule": {"every": every, "times": times or 1}} if every else {}
    return {**line, "by": by, "to": to, **goods, **schedule}
