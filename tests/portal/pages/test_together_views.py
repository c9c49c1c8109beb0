"""What the pages of visits, meetings and deliberations show and offer, by where the thing stands and who looks."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from services.portal.pages import deliberations, meetings, revisits
from services.portal.pages.contexts import Page, TileSection, TogetherView
from services.portal.pages.meeting_files import Meeting, Task
from services.portal.pages.rendering import templates
from shared.kernel import BUREAU_ZONE

NOW = datetime(2026, 5, 12, 9, 0, tzinfo=BUREAU_ZONE)
PAGE = Page(bureau="县公安局", now=NOW, path="/meetings", csrf="c", form_key="k", surface="desk")
UNITS = {"STATION-GL": "鼓楼派出所", "FIRE-1": "消防救援大队"}
SITE: Any = SimpleNamespace(bureau=SimpleNamespace(units=UNITS, unit=lambda code: UNITS.get(code, code or "")))
THING = UUID(int=7)


def looking(unit: str = "STATION-GL", *roles: str) -> Any:
    staff = SimpleNamespace(unit=unit, roles=roles or ("community_officer",))
    return SimpleNamespace(now=NOW, staff=staff)


def shown(view: TogetherView) -> str:
    return templates().get_template("together.html").render(page=PAGE, view=view)


def talk(**changes: Any) -> deliberations.Deliberation:
    given: dict[str, Any] = {
        "deliberation_id": THING,
        "topic": "ebike_charging",
        "unit": "STATION-GL",
        "step": "find",
        "problem": "没有充电的地方",
        "danger": "fire",
        "told": ("FIRE-1",),
        "silent": ("FIRE-1",),
    }
    return deliberations.Deliberation.model_validate({**given, **changes})


def test_who_was_told_of_a_danger_sees_that_he_is_waited_for() -> None:
    host = shown(deliberations._view(SITE, looking(), talk()))
    assert "还没有回音：消防救援大队" in host
    assert "我们已经动手" not in host
    assert "我们已经动手" in shown(deliberations._view(SITE, looking("FIRE-1"), talk()))
    assert "都已动手" in shown(deliberations._view(SITE, looking("FIRE-1"), talk(silent=())))


@pytest.mark.parametrize(
    ("step", "offered"),
    [("find", ["登记商议"]), ("discuss", ["登记决定", "登记商议"]), ("solve", ["办结"]), ("solved", [])],
)
def test_a_deliberation_offers_the_next_step_to_its_host(step: str, offered: list[str]) -> None:
    assert [act.label for act in deliberations._view(SITE, looking(), talk(step=step)).acts] == offered
    assert deliberations._view(SITE, looking("FIRE-1"), talk(step=step)).acts == ()


def test_a_milestone_that_is_reached_is_not_asked_for_again() -> None:
    use = {"code": "use", "what": "充上电", "due": NOW, "in_use": True, "reached": False, "late": True}
    html = shown(deliberations._view(SITE, looking(), talk(step="solve", decision="建车棚", milestones=(use,))))
    assert "过期没做到" in html
    assert "/reach-use" in html
    done = talk(step="solve", decision="建车棚", milestones=({**use, "reached": True},))
    assert "/reach-use" not in shown(deliberations._view(SITE, looking(), done))


def task(**changes: Any) -> Task:
    given: dict[str, Any] = {
        "task_id": UUID(int=8),
        "unit": "FIRE-1",
        "what": "讲一次消防课",
        "due": NOW + timedelta(days=3),
        "state": "OFFERED",
        "late": False,
    }
    return Task.model_validate({**given, **changes})


@pytest.mark.parametrize(
    ("unit", "state", "offered"),
    [
        ("FIRE-1", "OFFERED", ["签收"]),
        ("FIRE-1", "SIGNED", ["答复"]),
        ("FIRE-1", "NOT_KEPT", ["答复"]),
        ("FIRE-1", "KEPT", []),
        ("STATION-GL", "OFFERED", []),
    ],
)
def test_a_task_is_offered_to_its_own_unit(unit: str, state: str, offered: list[str]) -> None:
    meeting = Meeting(
        meeting_id=THING,
        kind="joint",
        unit="STATION-GL",
        units=("FIRE-1",),
        title="联席会议",
        starts_at=NOW,
        tasks=(task(state=state),),
        state="HELD",
        mine=unit == "STATION-GL",
    )
    view = meetings._view(SITE, looking(unit), meeting)
    assert [act.label for act in view.sections[0].tiles[0].acts] == offered
    assert "讲一次消防课" in shown(view)
    assert bool(view.acts) is (unit == "STATION-GL")


def visit(**changes: Any) -> revisits.Revisit:
    given: dict[str, Any] = {
        "request_id": THING,
        "day": 7,
        "category": "DIS",
        "unit": "STATION-GL",
        "opens_at": NOW - timedelta(days=1),
        "due": NOW + timedelta(days=1),
        "next_at": NOW + timedelta(days=1),
        "reasons": ({"zh": "有民转刑风险"},),
        "tries": 0,
        "late": False,
        "state": "PLANNED",
    }
    return revisits.Revisit.model_validate({**given, **changes})


@pytest.mark.parametrize(
    ("changes", "roles", "offered"),
    [
        ({}, ("community_officer",), ["记结果", "没找到人"]),
        ({"opens_at": NOW + timedelta(days=1)}, ("community_officer",), ["记结果"]),
        ({}, ("station_leader",), ["派人去"]),
    ],
)
def test_a_visit_is_recorded_by_who_goes_and_assigned_by_who_leads(
    changes: dict[str, Any], roles: tuple[str, ...], offered: list[str]
) -> None:
    tile = revisits._tile(SITE, looking("STATION-GL", *roles), visit(**changes), {})
    assert [act.label for act in tile.acts] == offered
    assert "有民转刑风险" in shown(TogetherView("回访", "", (TileSection("现在该去的", (tile,)),)))


def test_the_handler_reads_that_another_person_has_to_go() -> None:
    own = revisits._tile(SITE, looking(), visit(handled_by_reader=True), {})
    assert any("还要另一人去确认" in line for line in own.lines)
    late = revisits._tile(SITE, looking(), visit(late=True, tries=1), {})
    assert (late.note, late.tone) == ("过期没去", "late")
