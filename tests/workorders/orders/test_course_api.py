"""A course as owner, units and approvers meet it over HTTP."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.workorders.orders.task_views import task_board
from shared.contracts.codes import Category, Channel, Flag
from shared.contracts.orders import ArrivedOnSceneV1, OwnerChangedV1, RungClimbedV1, TaskAnsweredV1, TaskAskedV1
from shared.kernel import RequestId, UnitCode, new_id
from shared.messaging import rebuild
from tests.workorders.conftest import NARRATIVE, Floor, staff

pytestmark = pytest.mark.asyncio(loop_scope="module")

OFFICER = "community_officer"
PICTURE = "aGlkZGVuIHBpY3R1cmU="
MATTER = "三个摊位占了盲道。"
SEEN = {"evidence": {"grid": "GL-01", "photo": PICTURE}}


async def street(floor: Floor, request_id: RequestId | None = None) -> UUID:
    """A street order, seen on the spot."""
    order_id = await floor.routed(channel=Channel.XDEP, category=Category.URB, request_id=request_id)
    for act, body in (("signature", {}), ("first-response", {}), ("steps/on_site", SEEN)):
        status, answer = await floor.act(OFFICER, order_id, act, **body)
        assert status == 200, answer
    return order_id


async def asked(floor: Floor, order_id: UUID) -> dict[str, str]:
    """Fire service and market regulator, the first leading; their parts by unit."""
    parts: list[dict[str, Any]] = [
        {"unit": "FIRE-1", "lead": True, "share": {"matter": MATTER, "place": "鼓楼东街"}},
        {"unit": "MARKET-1", "share": {"place": "鼓楼东街"}},
    ]
    status, answer = await floor.act(OFFICER, order_id, "tasks", step="departments", parts=parts)
    assert status == 200, answer
    _, shown = await floor.show(OFFICER, order_id)
    return {task["unit"]: task["task_id"] for task in shown["tasks"]}


async def get(floor: Floor, login: str, path: str, **params: Any) -> tuple[int, dict[str, Any]]:
    answer = await floor.desk.http.get(f"/workorders/v1{path}", params=params, headers=await floor.desk.as_(login))
    return answer.status_code, answer.json()


async def test_the_page_says_what_is_next_who_may_what_proof_and_until_when(floor: Floor) -> None:
    order_id = await floor.routed(channel=Channel.XDEP, category=Category.URB)
    await floor.act(OFFICER, order_id, "signature")
    _, shown = await floor.show(OFFICER, order_id)
    assert (shown["playbook"], shown["playbook_title"]["zh"]) == ("street_order", "街面秩序联动")
    acts = {act["step"]: act for act in shown["next"]}
    assert acts["on_site"]["allowed"]
    assert (acts["on_site"]["proof"], acts["on_site"]["roles"]) == (["place", "photo"], ["auxiliary"])
    assert acts["on_site"]["due"].startswith("2026-03-02T05:00")
    assert acts["on_site"]["title"]["zh"] == "到现场查看"
    assert (acts["departments"]["operation"], acts["departments"]["missing"]) == ("workorders.ask_units", ["on_site"])
    assert (acts["done"]["allowed"], acts["done"]["why_not"]) == (False, "steps-missing")
    assert {"answer", "sweep_finding", "public_hazard"} <= {choice["code"] for choice in shown["choices"]}


async def test_a_step_without_its_proof_is_refused_and_a_picture_stays_in_the_vault(floor: Floor) -> None:
    order_id = await floor.routed(channel=Channel.XDEP, category=Category.URB)
    await floor.act(OFFICER, order_id, "signature")
    status, refused = await floor.act(
        OFFICER, order_id, "steps/on_site", evidence={"latitude": 37.1, "longitude": 115.2}
    )
    assert (status, refused["type"]) == (409, "proof-missing")
    assert (await floor.act(OFFICER, order_id, "steps/on_site", **SEEN))[0] == 200
    rows = await floor.desk.store("workorders").pool.fetch(
        "SELECT body FROM events WHERE stream = $1", f"workorders.order-{order_id}"
    )
    assert not any(PICTURE.encode() in row["body"] for row in rows)
    assert b"commitment" in rows[-2]["body"]


async def test_a_clerk_sees_and_answers_the_own_part_and_nothing_else(floor: Floor) -> None:
    order_id = await street(floor)
    tasks = await asked(floor, order_id)
    await floor.desk.settled()
    fire, market = tasks["FIRE-1"], tasks["MARKET-1"]
    _, listed = await get(floor, "clerk_fire", "/tasks", open=True)
    assert {row["task_id"] for row in listed["tasks"]} >= {fire}
    assert market not in {row["task_id"] for row in listed["tasks"]}
    status, part = await get(floor, "clerk_market", f"/orders/{order_id}/tasks/{market}")
    assert (status, part["lead"], part["title"]["zh"]) == (200, False, "各部门同时处置")
    assert part["shared"].keys() == {"place"}
    assert NARRATIVE not in str(part)
    assert [act["operation"] for act in part["next"] if act["allowed"]] == [
        "workorders.sign_for_task",
        "workorders.object_to_task",
    ]
    assert (await get(floor, "clerk_market", f"/orders/{order_id}/tasks/{fire}"))[0] == 403
    assert (await get(floor, "clerk_market", f"/orders/{order_id}"))[0] == 403
    assert (await get(floor, "clerk_market", f"/orders/{order_id}/tasks/{new_id()}"))[0] == 404
    assert (await floor.act("clerk_market", order_id, f"tasks/{fire}/answer", result="done"))[0] == 403


async def test_the_answer_waits_for_all_departments_and_the_others_learn_who_was_asked(floor: Floor) -> None:
    request_id = RequestId(new_id())
    order_id = await street(floor, request_id)
    tasks = await asked(floor, order_id)
    for login, unit in (("clerk_fire", "FIRE-1"), ("clerk_market", "MARKET-1")):
        status, refused = await floor.act(OFFICER, order_id, "answer", answer="已处理。")
        assert (status, refused["type"]) == (409, "step-too-early")
        assert (await floor.act(login, order_id, f"tasks/{tasks[unit]}/signature"))[0] == 200
        body = {"result": "done", "words": "已清理。", "evidence": {"photo": PICTURE}}
        assert (await floor.act(login, order_id, f"tasks/{tasks[unit]}/answer", **body))[0] == 200
    assert (await floor.act(OFFICER, order_id, "answer", answer="三处占道已清理。"))[0] == 200
    assert (await floor.act(OFFICER, order_id, "outcome", outcome="done", detail="RECTIFIED"))[0] == 200
    told = await floor.published(request_id)
    assert [each.done for each in told if isinstance(each, TaskAnsweredV1)] == [True, True]
    (asking,) = [each for each in told if isinstance(each, TaskAskedV1)]
    assert asking.units == ("FIRE-1", "MARKET-1")
    assert sum(isinstance(each, ArrivedOnSceneV1) for each in told) == 1
    status, part = await get(floor, "clerk_fire", f"/orders/{order_id}/tasks/{tasks['FIRE-1']}")
    assert (status, part["state"], part["next"]) == (200, "answered", []), "a clerk may look back at the own part"
    assert part["shared"] == {}, "the order has ended"


async def test_a_silent_department_shows_as_late_and_may_be_recalled(floor: Floor) -> None:
    order_id = await street(floor)
    tasks = await asked(floor, order_id)
    await floor.desk.move_to(floor.desk.clock.now() + timedelta(days=8))
    (row,) = [row for row in await floor.listed(OFFICER, limit=200) if row["order_id"] == str(order_id)]
    assert "departments" in row["late"]
    assert row in await floor.listed(OFFICER, limit=200, late=True)
    assert row not in await floor.listed(OFFICER, limit=200, late=False)
    _, listed = await get(floor, "clerk_fire", "/tasks", open=True)
    assert [task["late"] for task in listed["tasks"] if task["task_id"] == tasks["FIRE-1"]] == [True]
    assert (await floor.act(OFFICER, order_id, f"tasks/{tasks['FIRE-1']}/recall"))[0] == 200
    body = {"reason": "OTHER_UNIT", "note": "归城管。"}
    assert (await floor.act("clerk_market", order_id, f"tasks/{tasks['MARKET-1']}/objection", **body))[0] == 200
    await floor.desk.settled()
    _, shown = await floor.show(OFFICER, order_id)
    assert [task["state"] for task in shown["tasks"]] == ["recalled", "objected"]


async def test_r_37_what_was_shared_is_closed_to_a_unit_whose_part_is_gone(floor: Floor) -> None:
    order_id = await street(floor)
    tasks = await asked(floor, order_id)

    async def read(login: str, unit: str) -> tuple[str, dict[str, str]]:
        status, part = await get(floor, login, f"/orders/{order_id}/tasks/{tasks[unit]}")
        assert status == 200, part
        return part["state"], part["shared"]

    assert await read("clerk_fire", "FIRE-1") == ("offered", {"matter": MATTER, "place": "鼓楼东街"})
    assert (await floor.act(OFFICER, order_id, f"tasks/{tasks['FIRE-1']}/recall"))[0] == 200
    assert await read("clerk_fire", "FIRE-1") == ("recalled", {})
    assert await read("clerk_market", "MARKET-1") == ("offered", {"place": "鼓楼东街"})
    body = {"reason": "OTHER_UNIT"}
    assert (await floor.act("clerk_market", order_id, f"tasks/{tasks['MARKET-1']}/objection", **body))[0] == 200
    assert await read("clerk_market", "MARKET-1") == ("objected", {})


async def test_a_missed_signature_climbs_by_itself_and_says_whom_it_tells(floor: Floor) -> None:
    request_id = RequestId(new_id())
    order_id = await floor.routed(owner=staff(OFFICER), deputy=staff("deputy_officer"), request_id=request_id)
    for _ in range(4):
        await floor.desk.move_to(floor.desk.clock.now() + timedelta(minutes=16))
    rungs = [each for each in await floor.published(request_id) if isinstance(each, RungClimbedV1)]
    assert [(rung.rung, rung.person, rung.told) for rung in rungs] == [
        (1, staff("deputy_officer"), ()),
        (2, None, ("station_leader",)),
        (3, None, ("duty_officer",)),
    ]
    _, shown = await floor.show(OFFICER, order_id)
    assert [rung["rung"] for rung in shown["rungs"]] == [1, 2, 3]


async def test_an_order_goes_over_to_a_colleague_who_signs(floor: Floor) -> None:
    request_id = RequestId(new_id())
    order_id = await floor.routed(owner=staff(OFFICER), request_id=request_id)
    await floor.act(OFFICER, order_id, "signature")
    assert (await floor.act(OFFICER, order_id, "handover", to=str(staff("deputy_officer"))))[0] == 200
    assert (await floor.act("deputy_officer", order_id, "signature"))[0] == 200
    changed = [each for each in await floor.published(request_id) if isinstance(each, OwnerChangedV1)]
    assert [each.owner for each in changed] == [staff("deputy_officer")]
    (row,) = [row for row in await floor.listed("deputy_officer", limit=200) if row["order_id"] == str(order_id)]
    assert row["owner"] == str(staff("deputy_officer"))


async def test_a_playbook_is_shown_whole(floor: Floor) -> None:
    status, page = await get(floor, OFFICER, "/playbooks/no_hukou")
    assert (status, page["flags"], page["returns"]) == (200, ["NO_ID"], False)
    steps = {each["step"]["step"]: each for each in page["steps"]}
    assert steps["county"]["back_to"] == "investigate"
    assert steps["ask_papers"]["step"]["rule"] == "R-49"
    assert steps["ask_papers"]["step"]["items"][0]["title"]["zh"] == "旧户口簿或页"
    assert page["parallel"] == ["old_place", "city", "id_card"]
    assert (await get(floor, OFFICER, "/playbooks/none_such"))[0] == 404


async def test_a_list_may_be_cut_to_a_kind_of_unit(floor: Floor) -> None:
    window = str(await floor.routed(unit=UnitCode("HOUSEHOLD-1"), flags=(Flag.NO_ID,)))
    station = str(await floor.routed())
    found = {row["order_id"] for row in await floor.listed("triage_officer", unit_kind="HOUSEHOLD", limit=200)}
    assert window in found
    assert station not in found


async def test_the_tasks_can_be_thrown_away_and_rebuilt(floor: Floor) -> None:
    await asked(floor, await street(floor))
    await floor.desk.settled()
    runtime = floor.desk.runtime("workorders")
    feeds = [runtime.deps.feeds["workorders"]]
    done = await rebuild(task_board, feeds, runtime.deps.transport, runtime.deps.store, runtime.codecs)
    assert done.rows > 1
    assert done.checksum_before == done.checksum_after


async def test_the_owner_reads_what_a_department_answered_what_is_missing_and_asks_one_more(floor: Floor) -> None:
    order_id = await street(floor)
    tasks = await asked(floor, order_id)
    fire = f"tasks/{tasks['FIRE-1']}"
    assert (await floor.act("clerk_fire", order_id, f"{fire}/signature"))[0] == 200
    body = {"result": "done", "words": "通道已清空。", "evidence": {"photo": PICTURE}}
    assert (await floor.act("clerk_fire", order_id, f"{fire}/answer", **body))[0] == 200
    more = {"unit": "CITY-1", "share": {"place": "鼓楼东街"}}
    status, refused = await floor.act(OFFICER, order_id, "tasks", step="departments", parts=[more])
    assert status == 200, refused
    _, shown = await floor.show(OFFICER, order_id)
    assert {task["unit"]: (task["lead"], task["words"]) for task in shown["tasks"]} == {
        "FIRE-1": (True, "通道已清空。"),
        "MARKET-1": (False, None),
        "CITY-1": (False, None),
    }
    assert {step["step"]: step["missing"] for step in shown["steps"]}["answer"] == ["departments"]
    assert {end["outcome"]: end["missing"] for end in shown["ends"]} == {
        "done": ["departments", "answer"],
        "handed_over": [],
    }
