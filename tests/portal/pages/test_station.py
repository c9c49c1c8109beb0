"""What the pages of the workstation make of the API's answers."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args
from uuid import UUID

import pytest

from services.enterprise.matters.facts import Kind, MatterEvent, Measure, RowError
from services.portal.bureau import Bureau
from services.portal.pages.firms_own import promises_of
from services.portal.pages.firms_specs import BRING, RECORD_LOSS
from services.portal.pages.firms_year import clusters, objecting, standing
from services.portal.pages.staffroom import Moment
from services.portal.pages.station_files import Inspection, Matter, Next, PlanRow, Task
from services.portal.pages.station_lodging import rows_of
from services.portal.pages.station_matters import next_step
from services.portal.pages.station_specs import FACTS, KINDS, MATTER_ACTS, MEASURES, ROW_ERRORS, WAYS
from services.portal.settings import PortalSettings
from shared.kernel import fact_name

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
BUREAU = Bureau.load(PortalSettings().bureau)
FIRM, OTHER = UUID(int=1), UUID(int=2)


def _plan(number: int, begins: int, ends: int, firm: UUID = FIRM, state: str = "PLANNED") -> PlanRow:
    return PlanRow(
        plan_id=UUID(int=number),
        firm_id=firm,
        year=2026,
        unit="FIRE-1",
        item="fire_safety",
        begins=date(2026, 3, begins),
        ends=date(2026, 3, ends),
        state=state,
        credit_code=f"{firm.int}",
    )


def _matter(**changes: Any) -> Matter:
    fields: dict[str, Any] = {
        "matter_id": UUID(int=7),
        "request_id": UUID(int=8),
        "category": "ENT",
        "priority": "P2",
        "kind": "CONTRACT_DISPUTE",
        "state": "SIGNED",
        "unit": "ENTERPRISE-1",
        "offered_at": NOW,
        "answer_due": NOW + timedelta(days=7),
    }
    return Matter(**{**fields, **changes})


def _next(name: str, why_not: str | None = None) -> Next:
    return Next(operation=f"enterprise.{name}", allowed=why_not is None, why_not=why_not)


def test_plans_that_share_a_day_are_proposed_as_one_visit() -> None:
    [one] = clusters([_plan(1, 9, 20), _plan(2, 16, 27)])
    assert (one.first, one.last, len(one.plans)) == (date(2026, 3, 16), date(2026, 3, 20), 2)


def test_a_plan_without_a_common_day_or_at_another_firm_is_a_visit_of_its_own() -> None:
    found = clusters([_plan(1, 9, 12), _plan(2, 11, 20), _plan(3, 13, 15), _plan(4, 9, 12, OTHER)])
    assert [len(each.plans) for each in found] == [2, 1, 1]
    assert all(each.first <= each.last for each in found)


def test_only_plans_that_wait_are_proposed() -> None:
    assert clusters([_plan(1, 9, 20, state="MERGED"), _plan(2, 9, 20, state="WITHDRAWN")]) == ()


@pytest.mark.parametrize(
    "written",
    [
        "姓名,身份证号,手机号,住址\n工友乙,990000198602020013,,宿舍",
        "工友乙\t990000198602020013\t\t宿舍\n\n",
        "工友乙，990000198602020013，，宿舍",
    ],
)
def test_a_list_is_read_as_people_paste_it(written: str) -> None:
    assert rows_of(written) == [["工友乙", "990000198602020013", "", "宿舍"]]


def test_a_short_row_stays_a_row_that_the_desk_can_complain_about() -> None:
    assert rows_of("工友乙") == [["工友乙", ""]]


def test_the_next_step_is_the_first_of_the_way_that_is_not_done() -> None:
    acts = (
        _next("name_firm", "another-firm-named"),
        _next("record_consent"),
        _next("hold_round", "crime-question-open"),
        _next("answer_firm"),
    )
    assert next_step(_matter(next=acts)) == acts[1]
    waiting = next_step(_matter(next=acts, consented=True))
    assert waiting is not None
    assert (waiting.name, waiting.allowed) == ("hold_round", False)


def test_a_matter_of_which_the_reader_may_do_nothing_has_no_next_step() -> None:
    assert next_step(_matter()) is None
    assert next_step(_matter(kind=None)) is None


def test_an_answer_in_time_is_a_promise_kept_and_a_late_one_is_missed() -> None:
    told = (Moment(fact="firm_told", at=NOW + timedelta(days=1)),)
    [kept] = promises_of(_matter(timeline=told), BUREAU, NOW + timedelta(days=9))
    assert (kept.state, kept.kept_at) == ("kept", told[0].at)
    late = (Moment(fact="firm_told", at=NOW + timedelta(days=8)),)
    [missed] = promises_of(_matter(timeline=late), BUREAU, NOW + timedelta(days=9))
    assert (missed.state, "才答复" in missed.text) == ("missed", True)
    [waiting] = promises_of(_matter(), BUREAU, NOW)
    assert waiting.state == "open"


def test_a_department_that_stays_silent_is_told_to_the_firm() -> None:
    task = Task(
        task_id=UUID(int=3),
        unit="MARKET-1",
        state="OPEN",
        due=NOW,
        object_until=NOW + timedelta(days=5),
        rung="supervisor",
    )
    _, promise = promises_of(_matter(tasks=(task,)), BUREAU, NOW + timedelta(hours=1))
    assert promise.state == "missed"
    assert promise.text.startswith("市场监管局必须答复。已报")


def test_a_firm_objects_once_and_before_anybody_came() -> None:
    visit = Inspection(inspection_id=UUID(int=9), on=TODAY, plans=(), units=("FIRE-1",))
    assert objecting(visit, "/firms/X").why_not == ""
    assert "只提一次" in objecting(visit.model_copy(update={"objected": True}), "/firms/X").why_not
    assert "已经进行" in objecting(visit.model_copy(update={"held": True}), "/firms/X").why_not


def test_an_inspection_stands_in_words() -> None:
    visit = Inspection(inspection_id=UUID(int=9), on=TODAY, plans=(), units=("FIRE-1",))
    assert standing(visit, TODAY) == ("等检查", "plain")
    assert standing(visit, TODAY + timedelta(days=1))[1] == "late"
    objected = visit.model_copy(update={"objected": True})
    assert standing(objected, TODAY)[1] == "soon"
    assert standing(objected.model_copy(update={"upheld": True}), TODAY)[1] == "good"
    assert "不成立" in standing(objected.model_copy(update={"upheld": False}), TODAY)[0]


def test_the_officer_who_writes_down_sends_the_firm_as_the_one_who_asks() -> None:
    written = {"narrative": "货款收不回", "contact_name": "钱经理", "contact_phone": "139 0000-0021"}
    assert BRING.body(written) == {
        "kind": "other",
        "narrative": "货款收不回",
        "contact": {"name": "钱经理", "phone": "13900000021"},
    }


def test_money_and_goods_stay_apart() -> None:
    goods = {"goods_kind": "materials", "goods_pieces": 3}
    assert RECORD_LOSS.body({"claimed_fen": 500, **goods}) == {
        "claimed_fen": 500,
        "goods": [{"kind": "materials", "pieces": 3}],
    }
    assert RECORD_LOSS.body({"claimed_fen": 500, "goods_kind": "materials"}) == {"claimed_fen": 500}


def test_the_pages_know_every_kind_fact_and_error_of_the_station() -> None:
    assert set(KINDS) == set(Kind)
    assert set(FACTS) == {fact_name(event) for event in get_args(MatterEvent)}
    assert set(ROW_ERRORS) == set(RowError)
    assert set(WAYS) - {""} == set(Kind)
    assert {name for way in WAYS.values() for name in way} - {"lodge_staff"} <= set(MATTER_ACTS)


def test_r_28_the_pages_offer_no_measure_that_police_never_take() -> None:
    forbidden = {Measure.DEBT_COLLECTION, Measure.ASSET_FREEZE, Measure.COERCION, Measure.PENALTY_THREAT}
    assert set(MEASURES) == set(Measure) - forbidden
