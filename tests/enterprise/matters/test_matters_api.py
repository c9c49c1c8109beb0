"""A firm's matter through its doors: who sees what, what the others learn, what time does."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.enterprise.matters.views import matter_board, matter_tasks
from shared.contracts.codes import Flag, ReasonCode
from shared.contracts.enterprise import MatterOverdueV1
from shared.contracts.handling import HandlingReturnedV1, OutcomeReportedV1
from shared.contracts.intake import RequestReopenedV1, WithdrawnV1
from shared.contracts.routing import HandlingRevokedV1
from shared.kernel import RequestId, new_id
from shared.messaging.views import rebuild
from tests.enterprise.conftest import INTAKE, NARRATIVE, ROUTING, Hall

pytestmark = pytest.mark.asyncio(loop_scope="module")

DEMAND = "请核实停电整改通知是否合规，五日内书面答复。"
REPLY = "已核实，通知有误，已撤回并向企业说明。"
ANSWER = "整改通知已经撤回，停电损失可以向供电公司申请赔偿。"
STAFF = [{"name": "工友甲", "id_number": "11010519491231002X", "address": "宿舍一号楼"}]


async def test_a_complaint_goes_from_the_firm_over_a_department_back_to_the_firm(hall: Hall) -> None:
    request_id, path = await hall.matter("DEPARTMENT_COMPLAINT")
    await hall.post("enterprise_officer", f"{path}/complained-of", {"unit": "EMERGENCY-1"})
    task = {"unit": "EMERGENCY-1", "demand": DEMAND, "due": "2026-03-09"}
    refused = await hall.post("enterprise_officer", f"{path}/tasks", task, 409)
    assert (refused["type"], refused["rule"]) == ("never-to-the-unit-complained-of", "R-24")
    task = {"unit": "MARKET-1", "demand": DEMAND, "due": "2026-03-09"}
    assigned = await hall.post("enterprise_officer", f"{path}/tasks", task, 201)
    seen = await hall.get("clerk_market", path)
    assert [(each["unit"], each["demand"]) for each in seen["tasks"]] == [("MARKET-1", DEMAND)]
    assert (seen["narrative"], seen["timeline"], seen["next"]) == (None, [], [])
    await hall.get("clerk_fire", path, 403)
    [listed] = (await hall.get("clerk_market", "/tasks", after=assigned["record_id"]))["tasks"]
    assert (listed["unit"], listed["state"]) == ("MARKET-1", "OPEN")
    answer = f"{path}/tasks/{assigned['task_id']}/answer"
    await hall.post("clerk_fire", answer, {"answer": REPLY}, 403)
    await hall.post("enterprise_officer", f"{path}/answer", {"answer": ANSWER}, 409)
    await hall.post("clerk_market", answer, {"answer": REPLY})
    await hall.post("enterprise_officer", f"{path}/answer", {"answer": ANSWER})
    await hall.post("enterprise_officer", f"{path}/outcome", {"outcome": "done", "detail": "RECTIFIED"})
    shown = await hall.get("enterprise_officer", path)
    assert (shown["state"], shown["answer"], shown["narrative"]) == ("RESOLVED", ANSWER, NARRATIVE)
    assert shown["tasks"][0]["reply"] == REPLY
    facts = [contract.fact for contract in await hall.published(request_id)]
    assert facts == [
        "handling_offered",
        "handling_signed",
        "first_response",
        "handling_started",
        "matter_assigned",
        "matter_answered",
        "firm_told",
        "outcome_reported",
    ]


async def test_a_silent_department_is_told_of_rung_by_rung_on_the_bureaus_clock(hall: Hall) -> None:
    begun = hall.desk.clock.now()
    request_id, path = await hall.matter("OPINION")
    task = {"unit": "FIRE-1", "demand": DEMAND, "due": str((begun + timedelta(days=3)).date())}
    await hall.post("enterprise_officer", f"{path}/tasks", task, 201)
    for days in (2, 4, 9, 20):
        await hall.desk.move_to(begun + timedelta(days=days))
    rungs = [each.rung for each in await hall.published(request_id) if isinstance(each, MatterOverdueV1)]
    assert rungs == ["supervisor", "bureau_leader"]
    [row] = (await hall.get("enterprise_officer", "/matters", request_id=str(request_id)))["matters"]
    assert (row["open_tasks"], row["late_tasks"]) == (1, 1)
    assert row["next_due"] < row["answer_due"]


async def test_gates_reach_a_matter_whether_they_come_before_or_after_it(hall: Hall) -> None:
    early = RequestId(new_id())
    await hall.gated(early, "NOT_A_CRIME")
    _, matter_id = await hall.routed(request_id=early)
    assert (await hall.get("enterprise_officer", f"/matters/{matter_id}"))["gate"] == "NOT_A_CRIME"
    late, path = await hall.matter("CONTRACT_DISPUTE", Flag.CRIME_POSSIBLE)
    await hall.post("enterprise_officer", f"{path}/consent", {"evidence": "盖章同意书，在卷。"})
    refused = await hall.post("enterprise_officer", f"{path}/rounds", {"measures": ["TALK"]}, 409)
    assert (refused["type"], refused["rule"]) == ("crime-question-open", "R-28")
    await hall.gated(late, "NOT_A_CRIME")
    await hall.post("enterprise_officer", f"{path}/rounds", {"measures": ["TALK"], "expenses_fen": 100})


async def test_the_investigators_seven_days_show_on_the_board(hall: Hall) -> None:
    request_id, _ = await hall.matter("CONTRACT_DISPUTE")
    await hall.desk.move_to(hall.desk.clock.now() + timedelta(days=12))
    [row] = (await hall.get("enterprise_officer", "/matters", request_id=str(request_id)))["matters"]
    assert row["gate_late"] is True


async def test_a_crime_goes_back_to_routing_with_its_reason(hall: Hall) -> None:
    request_id, path = await hall.matter("CONTRACT_DISPUTE")
    await hall.post("enterprise_officer", f"{path}/return", {"reason": "CRIME_FOUND"})
    returned = [each for each in await hall.published(request_id) if isinstance(each, HandlingReturnedV1)]
    assert [each.reason for each in returned] == [ReasonCode.CRIME_FOUND]


async def test_routing_takes_a_matter_away(hall: Hall) -> None:
    request_id, path = await hall.matter("OPINION")
    now = hall.desk.clock.now()
    await ROUTING.says(
        hall.desk,
        HandlingRevokedV1(request_id=request_id, attempt=1, reason=ReasonCode.OVERRULED, at=now),
    )
    await hall.desk.settled()
    refused = await hall.post("enterprise_officer", f"{path}/answer", {"answer": ANSWER}, 409)
    assert refused["type"] == "matter-ended"


async def test_a_withdrawal_ends_a_matter_also_when_it_came_first(hall: Hall) -> None:
    now = hall.desk.clock.now()
    request_id, path = await hall.matter("OPINION")
    await INTAKE.says(hall.desk, WithdrawnV1(request_id=request_id, at=now))
    early = RequestId(new_id())
    await INTAKE.says(hall.desk, WithdrawnV1(request_id=early, at=now))
    await hall.desk.settled()
    assert (await hall.get("enterprise_officer", path))["state"] == "WITHDRAWN"
    _, matter_id = await hall.routed(request_id=early)
    assert (await hall.get("enterprise_officer", f"/matters/{matter_id}"))["state"] == "WITHDRAWN"


async def test_a_routing_after_a_withdrawal_waits_for_its_reopening(hall: Hall) -> None:
    request_id = RequestId(new_id())
    now = hall.desk.clock.now()
    await INTAKE.says(hall.desk, WithdrawnV1(request_id=request_id, at=now))
    await hall.desk.settled()
    hall.desk.clock.set(now + timedelta(hours=1))
    _, matter_id = await hall.routed(request_id=request_id, settle=False, attempt=2)
    reopened = RequestReopenedV1(
        request_id=request_id, attempt=2, reason=ReasonCode.NEW_FACTS, former_handler=None, at=hall.desk.clock.now()
    )
    await INTAKE.says(hall.desk, reopened)
    await hall.desk.settled()
    assert (await hall.get("enterprise_officer", f"/matters/{matter_id}"))["state"] == "OFFERED"


async def test_whoever_asked_and_the_members_of_the_firm_see_its_matter_and_strangers_do_not(hall: Hall) -> None:
    firm = await hall.firm()
    await hall.post("enterprise_officer", f"/firms/{firm}/members", {"phone": "13900000021"})
    _, path = await hall.matter("OPINION")
    await hall.post("enterprise_officer", f"{path}/answer", {"answer": ANSWER})
    seen = await hall.get("firm_boss", path)
    assert (seen["answer"], seen["next"][0]["allowed"]) == (ANSWER, False)
    await hall.get("citizen_lin", path, 403)
    await hall.get("community_officer", path, 403)
    stub = await hall.get("auditor", path)
    assert (stub["narrative"], stub["answer"]) == (None, None)
    await hall.desk.settled()
    rows = (await hall.get("firm_boss", "/matters", firm_id=firm, open="true"))["matters"]
    assert str(path).rpartition("/")[2] in {row["matter_id"] for row in rows}
    assert (await hall.get("citizen_lin", "/matters"))["matters"] == []


async def test_a_matter_of_a_known_member_names_his_firm_by_itself(hall: Hall) -> None:
    firm = await hall.firm()
    await hall.post("enterprise_officer", f"/firms/{firm}/members", {"phone": "13900000021"})
    await hall.desk.settled()
    boss = await hall.desk.house.issuer.person_id("firm_boss", hall.desk.house.vault)
    _, matter_id = await hall.routed(requester=boss)
    assert (await hall.get("firm_boss", f"/matters/{matter_id}"))["firm_id"] == firm


async def test_a_batch_keeps_good_rows_and_no_word_of_them_in_any_event(hall: Hall) -> None:
    _, path = await hall.matter("STAFF_LODGING")
    rows = [*STAFF, {"name": "", "id_number": "12", "phone": "123"}]
    answer = await hall.post("enterprise_officer", f"{path}/workers", {"workers": rows})
    assert (answer["lodged"], answer["known"]) == (1, [])
    assert answer["bad"] == [{"row": 2, "errors": ["NAME_MISSING", "ID_MALFORMED", "PHONE_MALFORMED"]}]
    again = await hall.post("enterprise_officer", f"{path}/workers", {"workers": STAFF})
    assert (again["lodged"], again["known"], again["bad"]) == (0, [1], [])
    stored = await hall.desk.store("enterprise").pool.fetch("SELECT body FROM events")
    told = b"".join(bytes(row["body"]) for row in stored).decode()
    for word in ("工友甲", "19491231", "宿舍一号楼", "某某五金厂", NARRATIVE, ANSWER, DEMAND, REPLY):
        assert word not in told


async def test_a_page_offers_nothing_that_would_be_refused(hall: Hall) -> None:
    _, path = await hall.matter("CONTRACT_DISPUTE")
    offered = {act["operation"]: act for act in (await hall.get("enterprise_officer", path))["next"]}
    assert (offered["enterprise.hold_round"]["why_not"], offered["enterprise.hold_round"]["rule"]) == (
        "crime-question-open",
        "R-28",
    )
    assert "先由经侦民警判断" in offered["enterprise.hold_round"]["words"]
    assert offered["enterprise.record_consent"]["allowed"]
    assert offered["enterprise.lodge_staff"]["why_not"] == "not-that-kind"
    assert offered["enterprise.report_matter"]["why_not"] == "firm-not-answered"


async def test_an_outcome_is_told_with_its_answer_and_its_handler(hall: Hall) -> None:
    request_id, path = await hall.matter("OPINION")
    await hall.post("enterprise_deputy", f"{path}/first-response", {"note": "已联系企业。"})
    await hall.post("enterprise_deputy", f"{path}/outcome", {"outcome": "done"}, 409)
    await hall.post("enterprise_officer", f"{path}/answer", {"answer": ANSWER})
    await hall.post("enterprise_officer", f"{path}/outcome", {"outcome": "failed"})
    [outcome] = [each for each in await hall.published(request_id) if isinstance(each, OutcomeReportedV1)]
    assert (outcome.outcome, outcome.answer is not None, outcome.duties_watched) == ("failed", True, 0)


async def test_boards_rebuilt_tomorrow_have_the_same_rows(hall: Hall) -> None:
    _, path = await hall.matter("OPINION")
    due = str((hall.desk.clock.now() + timedelta(days=3)).date())
    await hall.post("enterprise_officer", f"{path}/tasks", {"unit": "FIRE-1", "demand": DEMAND, "due": due}, 201)
    await hall.desk.settled()
    runtime = hall.desk.runtime("enterprise")
    feeds = [runtime.deps.feeds["enterprise"]]
    for view in (matter_board, matter_tasks):
        done = await rebuild(view, feeds, runtime.deps.transport, runtime.deps.store, runtime.codecs)
        assert done.checksum_before == done.checksum_after
        assert done.rows > 0


async def test_a_matter_that_does_not_exist_is_not_found(hall: Hall) -> None:
    await hall.get("enterprise_officer", f"/matters/{UUID(int=5)}", 404)
    await hall.post("enterprise_officer", f"/matters/{UUID(int=5)}/signature", {"kind": "OPINION"}, 404)
