"""What the forms of visits, meetings and sweeps send, and what their pages say of the numbers."""

from datetime import datetime
from types import SimpleNamespace
from uuid import UUID

import pytest

from services.portal.pages.deliberations import DECIDE
from services.portal.pages.meeting_specs import ANSWER, calling, holding
from services.portal.pages.revisits import NOT_REACHED, RESULT
from services.portal.pages.sweeps import FIND, SweepRow, _counts, _plan
from shared.kernel import BUREAU_ZONE


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ({"found": "calm", "satisfied": "yes"}, {"found": "calm", "satisfied": True}),
        (
            {"found": "trouble", "satisfied": "no", "note": "又吵了"},
            {"found": "trouble", "satisfied": False, "note": "又吵了"},
        ),
        ({"found": "not_reached"}, {"found": "not_reached"}),
    ],
)
def test_what_was_not_asked_is_not_answered(typed: dict[str, str], sent: dict[str, object]) -> None:
    assert RESULT.body(typed) == sent
    assert NOT_REACHED.body({}) == {"found": "not_reached"}
    assert not NOT_REACHED.asks, "one thumb, one press"


def test_places_are_written_one_a_line_and_days_are_whole() -> None:
    days = {"begins": "2026-04-14", "ends": "2026-04-18"}
    typed = {"title": "排查", "kind": "fire", "grid": "GL-02", "points": " 东头 \n\n西头\n", **days}
    sent = _plan(typed)
    assert sent["points"] == [{"grid": "GL-02", "place": "东头"}, {"grid": "GL-02", "place": "西头"}]
    assert sent["opens_at"] == "2026-04-14T00:00:00+08:00"
    assert sent["ends_at"] == "2026-04-18T23:59:59+08:00"
    assert _plan({**typed, "begins": "明天"})["opens_at"] == "明天", "the desk says what is wrong"


def test_the_numbers_of_a_sweep_add_up_before_the_eye() -> None:
    row = SweepRow(
        sweep_id=UUID(int=1),
        kind="fire",
        unit="STATION-GL",
        ends_at=datetime(2026, 4, 18, tzinfo=BUREAU_ZONE),
        planned=5,
        visited=2,
        not_reached=1,
        findings=3,
        requests=2,
        settled=1,
        closed=False,
    )
    assert _counts(row) == "计划 5 处 = 已到 2 + 没到 1 + 还没走 2；发现 3 个 = 转诉求 2 + 当场解决 1"
    assert FIND.body({"what": "飞线", "place": "东头", "settled": "no"})["settled"] is False


def test_a_meeting_is_called_for_a_moment_in_the_bureaus_time() -> None:
    nowhere = SimpleNamespace(bureau=SimpleNamespace(units={}))
    spec = calling(nowhere, ())  # type: ignore[arg-type]
    sent = spec.body({"title": "会", "day": "2026-05-11", "hour": "15：30", "units": ["FIRE-1"]})
    assert sent["starts_at"] == "2026-05-11T15:30:00+08:00"
    assert ANSWER.body({"kept": "no", "answer": "还差一处"})["kept"] is False
    assert [field.name for field in holding(()).fields] == ["units", "minutes"]


def test_a_decision_ends_with_the_use_of_it() -> None:
    typed = {"decision": "建车棚", "use": "充上电", "use_due": "2026-12-31", "before": "定方案"}
    use = {"code": "use", "what": "充上电", "due": "2026-12-31", "in_use": True}
    assert DECIDE.body(typed) == {"decision": "建车棚", "milestones": [use]}
    first = {"code": "before", "what": "定方案", "due": "2026-03-31"}
    assert DECIDE.body({**typed, "before_due": "2026-03-31"})["milestones"] == [first, use]
