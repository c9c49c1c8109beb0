"""The pages of clocks: what is due, in words; the year's days; what may be noted of a course."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from services.portal.pages import clock_courses, clocks, notices
from services.portal.pages.clock_files import OUTLOOKS, PLACES, Board, Courses, Ladders, Place, ToldLine, other_ladders
from services.portal.pages.contexts import Page
from services.portal.pages.rendering import templates
from services.routing.adapters.courses import course_rules
from services.routing.adapters.ladders import ladders
from services.routing.watch.answers import courses_of, ladders_shown, place_of
from services.routing.watch.forecast import Outlook
from services.routing.watch.ladders import PlaceRung
from shared.contracts.calendar import work_calendar
from shared.contracts.codes import ReasonCode
from shared.kernel import BUREAU_ZONE
from tests.routing.watch.post import MONDAY, RULES, noted, stood_still, up, watch

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=BUREAU_ZONE)
PAGE = Page(bureau="县公安局", now=NOW, path="/clocks", csrf="c", form_key="k", surface="desk")
SITE: Any = SimpleNamespace(
    bureau=SimpleNamespace(unit=lambda code: {"PM-COMMITTEE-1": "调委会"}.get(code, code or ""))
)
CALLER: Any = SimpleNamespace(now=NOW)
REQUEST = UUID(int=1)


def row(**changes: object) -> dict[str, Any]:
    return {
        "request_id": REQUEST,
        "clock": "CL-019",
        "name": "P2 反馈",
        "category": "DIS",
        "priority": "P2",
        "unit": "PM-COMMITTEE-1",
        "due": NOW + timedelta(days=1),
        "provisional": False,
        "paused_at": None,
        "ground": None,
        "outlook": "in_time",
        "usual_end": None,
        "rung": None,
        "next_rung": None,
        "next_at": None,
        "remedy": "",
        **changes,
    }


def board(*rows: dict[str, Any], **asked: str) -> str:
    found = Board.model_validate(
        {
            "items": rows,
            "total": len(rows),
            "by_unit": [{"code": "PM-COMMITTEE-1", "clocks": 1}],
            "by_clock": [{"code": "CL-019", "clocks": 1}],
            "next_cursor": "abc",
        }
    )
    view = clocks._view(
        SITE, CALLER, clocks.Asked(**{"when": "", "unit": "", "clock": "", "cursor": "", **asked}), found
    )
    return templates().get_template("clocks/board.html").render(page=PAGE, view=view)


def test_what_is_due_tomorrow_stands_first_and_the_filters_in_the_address() -> None:
    shown = board(row(), unit="PM-COMMITTEE-1")
    assert 'href="/clocks?when=tomorrow" aria-current="page"' in shown
    assert "P2 反馈" in shown
    assert "照常来得及" in shown
    assert "/clocks?when=tomorrow&amp;unit=PM-COMMITTEE-1&amp;cursor=abc" in shown
    assert "/clocks?when=tomorrow&amp;unit=PM-COMMITTEE-1&amp;clock=CL-019" in shown
    assert 'href="/clocks?when=tomorrow">不筛选' in shown


def test_a_broken_clock_says_who_was_told_and_who_is_next() -> None:
    shown = board(
        row(
            outlook="late",
            due=NOW - timedelta(hours=1),
            rung="station_leader",
            next_rung="bureau_leader",
            next_at=NOW + timedelta(hours=3),
            remedy="由信访督查",
        )
    )
    assert "已经超时" in shown
    assert "今天 18:00 再告诉" in shown
    assert "由信访督查" in shown


def test_what_stands_still_shows_its_ground_and_what_is_provisional_says_so() -> None:
    shown = board(row(outlook="stands_still", paused_at=NOW, ground="NEED_INFO_WAIT", provisional=True), when="paused")
    assert "停的理由：" in shown
    assert "起停着" in shown
    assert "暂定" in shown


def test_an_empty_part_says_so() -> None:
    assert "这里没有" in board()
    assert "去掉选中的单位和时限" in board(unit="PM-COMMITTEE-1")


def test_every_outlook_and_every_rung_has_words() -> None:
    assert OUTLOOKS.keys() == {str(outlook) for outlook in Outlook}
    assert PLACES.keys() == {str(rung) for rung in PlaceRung}
    assert len(other_ladders()) == 7


def test_the_year_shows_holidays_and_worked_weekends() -> None:
    view = clocks.days_view(work_calendar(), 2026)
    assert view.working == 248
    october = {day.day: day.kind for week in view.months[9].weeks for day in week if day}
    assert (october[1], october[10], october[8], october[11]) == ("holiday", "extra", "plain", "rest")
    shown = templates().get_template("clocks/days.html").render(page=PAGE, view=view)
    assert "调休上班" in shown


def test_a_year_without_a_notice_shows_no_guess() -> None:
    view = clocks.days_view(work_calendar(), 2031)
    assert not view.known
    assert "还没有公布" in templates().get_template("clocks/days.html").render(page=PAGE, view=view)


def test_the_ladders_are_shown_as_they_are() -> None:
    told = Ladders.model_validate_json(ladders_shown(ladders(), course_rules()).model_dump_json())
    shown = templates().get_template("together.html").render(page=PAGE, view=clocks.ladders_view(told))
    assert "时限 7 日（CL-087）" in shown
    assert "到期没有化解，自动升到乡镇综治中心" in shown
    assert "推送 → 电话多次" in shown
    assert "4 小时内还没有办，再告诉下一级" in shown


def request_page(*commands: Any) -> str:
    desk = watch.after(*commands)
    told = Courses.model_validate_json(courses_of(desk.state, 1, RULES).model_dump_json())
    place = Place.model_validate_json(place_of(REQUEST, desk.state, list(desk.past)).model_dump_json())
    view = clock_courses._view(CALLER, REQUEST, told, place)
    return templates().get_template("together.html").render(page=PAGE, view=view)


def test_a_request_offers_the_courses_it_may_begin() -> None:
    shown = request_page()
    assert "还没有登记过法定程序" in shown
    assert f"/clocks/{REQUEST}/any/beginning" in shown
    told = Courses.model_validate_json(courses_of(watch.state, 0, RULES).model_dump_json())
    spec = clock_courses.beginning(told)
    offered = {choice.value for choice in spec.fields[0].choices}
    assert {"petition/petition_received", "labour_arbitration/arbitration_filed"} <= offered
    assert "petition/review_answered" not in offered
    body = spec.body({"what": "petition/petition_received", "day": "2026-11-20"})
    assert (body["course"], body["act"]) == ("petition", "petition_received")
    assert "没有定在哪一级" in shown


def test_a_course_offers_its_next_act_its_pause_and_its_end() -> None:
    shown = request_page(noted("passport", "application_accepted"))
    base = f"/clocks/{REQUEST}/passport"
    for name in ("document_issued", "special_case_found", "stillness", "end"):
        assert f"{base}/{name}" in shown
    assert f"{base}/resumption" not in shown
    still = request_page(noted("passport", "application_accepted"), stood_still("passport", ReasonCode.NEED_INFO_WAIT))
    assert f"{base}/resumption" in still
    assert "停着（" in still


def test_a_dispute_shows_its_rung_and_how_it_came_there() -> None:
    shown = request_page(up(PlaceRung.VILLAGE, at=MONDAY))
    assert "现在在村（社区）调解室" in shown
    assert "交到上一级" in shown


def test_the_form_of_an_act_asks_for_its_day_and_an_approval_where_one_is_needed() -> None:
    told = Courses.model_validate_json(
        courses_of(watch.after(noted("petition", "petition_accepted")).state, 1, RULES).model_dump_json()
    )
    petition = next(each for each in told.courses if each.course == "petition")
    longer = next(each for each in petition.acts if each.act == "extension_approved")
    spec = clock_courses.noting(petition, longer)
    assert [field.required for field in spec.fields] == [True, False, True]
    body = spec.body({"day": "2026-11-20", "clock": "9:30", "evidence": "批复"})
    assert body["happened_at"] == "2026-11-20T09:30:00+08:00"
    assert spec.body({"day": "2026-11-20", "evidence": "x"})["happened_at"] == "2026-11-20T00:00:00+08:00"
    assert spec.body({"day": "2026-11-20", "clock": "晚上", "evidence": "x"})["happened_at"] == "2026-11-20 晚上"


def test_only_listed_grounds_and_higher_rungs_are_offered() -> None:
    told = Courses.model_validate_json(
        courses_of(watch.after(noted("passport", "application_accepted")).state, 1, RULES).model_dump_json()
    )
    passport = next(each for each in told.courses if each.course == "passport")
    [ground, _] = clock_courses.standing_still(passport).fields
    assert [choice.value for choice in ground.choices] == ["NEED_INFO_WAIT"]
    shown = Ladders.model_validate_json(ladders_shown(ladders(), course_rules()).model_dump_json())
    rungs = clock_courses.climbing(shown, Place(rung="township", next_rung="lounge")).fields[0]
    assert [choice.value for choice in rungs.choices] == ["lounge", "court", "enforcement"]
    assert [field.name for field in clock_courses.climbing(shown, Place(rung=None, next_rung=None)).fields] == [
        "rung", "note",
    ]  # fmt: skip


@pytest.mark.parametrize(("broken", "words"), [(True, "已经超时"), (False, "快到了")])
def test_whoever_is_told_of_a_clock_reads_a_line(broken: bool, words: str) -> None:
    line = ToldLine(
        request_id=REQUEST,
        name="P2 反馈",
        category="DIS",
        unit=None,
        due=NOW,
        broken=broken,
        rung=None,
        next_rung="bureau_leader",
        next_at=NOW + timedelta(hours=4),
        remedy="由信访督查" if broken else "",
        at=NOW,
    )
    told = notices.clock_line(line, NOW)
    assert words in told.title
    assert "今天 19:00 还没有办" in told.text
    assert ("由信访督查" in told.text) is broken
