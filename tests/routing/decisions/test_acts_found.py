"""R-62: which new violations a text tells of, and by the law of which day they are judged."""

from datetime import date

import pytest

from services.routing.decisions.acts_found import acts_in
from services.routing.decisions.rules.acts import ActKind

FILED = date(2026, 3, 2)


@pytest.mark.parametrize(
    "text",
    ["楼上有人高空抛物，砸坏了我的车", "有人从楼上往下扔垃圾袋", "六楼那家在阳台往楼下倒脏水", "对面从楼上扔烟头"],
)
def test_things_thrown_from_above_are_found(text: str) -> None:
    assert acts_in("", text, FILED)[0] == (ActKind.THROWN_OBJECT,)


@pytest.mark.parametrize("text", ["孩子在学校被几个同学堵在厕所打", "班上同学一直孤立、欺负他", "反映校园霸凌"])
def test_bullying_at_school_is_found(text: str) -> None:
    assert acts_in(text, "", FILED)[0] == (ActKind.SCHOOL_BULLYING,)


@pytest.mark.parametrize(
    "text",
    [
        "小区贴了禁止高空抛物的告示，想再要两张",
        "学校办了预防校园欺凌的讲座",
        "楼上漏水，下来看看",
        "同学聚会喝多了",
        "栏杆这么矮，担心有人高空抛物",
        "露天平台上面高空抛物很危险",
    ],
)
def test_notices_lectures_and_other_matters_are_no_acts(text: str) -> None:
    assert acts_in("", text, FILED) == ((), None)


@pytest.mark.parametrize(
    ("when", "day"),
    [
        ("2025年12月30日", date(2025, 12, 30)),
        ("2025年11月", date(2025, 11, 1)),
        ("12月28日", date(2025, 12, 28)),
        ("1月5号", date(2026, 1, 5)),
        ("去年9月3日", date(2025, 9, 3)),
        ("去年", date(2025, 12, 31)),
        ("昨晚", date(2026, 3, 1)),
        ("从去年12月到前天", date(2026, 2, 28)),
        ("有一天", None),
        ("13月40日", None),
        ("２０２５年１２月１日", date(2025, 12, 1)),
    ],
)
def test_r_62_the_last_day_that_is_told_counts(when: str, day: date | None) -> None:
    assert acts_in("", f"{when}楼上高空抛物", FILED) == ((ActKind.THROWN_OBJECT,), day)


def test_a_day_is_asked_for_acts_only() -> None:
    assert acts_in("", "昨天丢了身份证", FILED) == ((), None)
