"""Cases over HTTP: what the page learns, repeats, stale edits, and who may do what."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.mediation.cases.views import case_board
from shared.contracts.codes import Channel, Flag
from shared.kernel import new_id
from shared.messaging import rebuild
from tests.mediation.disputes import Dispute, staff
from tests.support.house import MONDAY_MORNING, Desk


def first_allowed(case: dict[str, Any]) -> str:
    return next(str(step["operation"]) for step in case["next"] if step["allowed"])


async def test_the_page_knows_the_one_next_step_and_why_the_others_wait(desk: Desk) -> None:
    dispute = await Dispute(desk).routed()
    case = await dispute.case()
    assert first_allowed(case) == "mediation.sign_for_case"
    waiting = next(step for step in case["next"] if step["operation"] == "mediation.open_session")
    assert waiting["why_not"]["slug"] == "officer-may-only-coordinate"
    assert waiting["rule"] == "R-59"
    await dispute.do("signature", "community_officer")
    assert first_allowed(await dispute.case()) == "mediation.give_notice"
    await dispute.do("notice", "community_officer")
    await dispute.consented()
    case = await dispute.case()
    assert next(step for step in case["next"] if step["operation"] == "mediation.give_notice")["done"]
    await dispute.do("host", "community_officer", {"host": str(staff("mediator"))})
    assert first_allowed(await dispute.case("mediator")) == "mediation.open_session"


async def test_reasons_come_in_the_readers_language(desk: Desk) -> None:
    dispute = await Dispute(desk).routed(Channel.PSM)
    await dispute.do("signature", "community_officer")
    headers = {**await desk.as_("community_officer"), "Accept-Language": "en"}
    case = await dispute.case(headers)
    waiting = next(step for step in case["next"] if step["operation"] == "mediation.open_session")
    assert waiting["why_not"]["detail"] == "2 parties have not agreed yet; nothing begins before all have."


async def test_a_repeated_command_gets_the_first_answer(desk: Desk) -> None:
    dispute = await Dispute(desk).routed()
    headers = await desk.as_("community_officer")
    assert await dispute.do("signature", headers) == await dispute.do("signature", headers)
    assert (await dispute.case())["version"] == 3


async def test_a_stale_edit_is_refused_and_a_missing_key_too(desk: Desk) -> None:
    dispute = await Dispute(desk).routed()
    await dispute.do("signature", "community_officer")
    stale = {**await desk.as_("community_officer"), "If-Match": '"1"'}
    assert await dispute.status("notice", stale) == 412
    without = await desk.as_("community_officer")
    del without["Idempotency-Key"]
    assert await dispute.status("notice", without) == 400


async def test_what_does_not_exist_is_not_found(desk: Desk) -> None:
    dispute = await Dispute(desk).routed()
    dispute.case_id = str(new_id())
    assert await dispute.status("signature", "community_officer") == 404
    for path in (f"/agreements/{new_id()}", "/agreements/nothing", "/cases/nothing"):
        assert (await dispute.send("GET", path, "community_officer")).status_code == 404


async def test_a_body_that_says_too_much_is_refused(desk: Desk) -> None:
    dispute = await Dispute(desk).routed()
    assert await dispute.status("notice", "community_officer", {"fee_fen": 100}) == 422
    assert await dispute.status("sessions", "community_officer", {"kind": "HYPNOSIS"}) == 422
    naive = {"until": "2026-05-01T00:00:00", "agreed": []}
    assert await dispute.status("extension", "community_officer", naive) == 422


async def test_the_unit_does_not_work_on_an_officers_case_but_its_leader_reads_it(desk: Desk) -> None:
    dispute = await Dispute(desk).routed(owner="deputy_officer")
    assert await dispute.status("signature", "mediator") == 403
    assert (await dispute.case("station_leader"))["state"] == "OFFERED"
    assert (await dispute.send("GET", f"/cases/{dispute.case_id}", "permit_officer")).status_code == 403


async def test_a_mediator_who_owns_a_case_leads_it_alone(desk: Desk) -> None:
    dispute = await Dispute(desk).routed(owner="mediator")
    await dispute.do("signature", "mediator")
    await dispute.do("notice", "mediator")
    for party in await dispute.parties():
        await dispute.do("recorded-consent", "mediator", {"party": party, "how": "paper", "evidence": "同意书"})
    await dispute.do("host", "mediator", {})
    assert (await dispute.do("sessions", "mediator", {"kind": "SHUTTLE"}))["state"] == "IN_SESSION"


async def test_a_host_who_left_the_register_cannot_be_named(desk: Desk) -> None:
    dispute = await Dispute(desk).routed()
    await dispute.do("signature", "community_officer")
    removal = {"on": "2026-03-01"}
    response = await dispute.send("POST", f"/mediators/{staff('mediator_two')}/removal", "station_leader", removal)
    assert response.status_code == 200, response.text
    refusal = await dispute.refused("host", "community_officer", {"host": str(staff("mediator_two"))})
    assert (refusal["type"], refusal["rule"]) == ("host-not-registered", "R-59")
    elsewhere = {"host": str(staff("mediator")), "registered_with": "PM-COMMITTEE-9"}
    assert (await dispute.refused("host", "community_officer", elsewhere))["rule"] == "R-59"
    back = {"committee": "PM-COMMITTEE-1", "since": "2026-03-02"}
    await dispute.send("PUT", f"/mediators/{staff('mediator_two')}", "station_leader", back)
    await dispute.do("host", "community_officer", {"host": str(staff("mediator_two"))})


async def test_a_minors_session_waits_for_the_guardian(desk: Desk) -> None:
    dispute = await Dispute(desk).routed(flags=(Flag.MINOR,))
    await dispute.ready()
    assert (await dispute.refused("sessions", "mediator", {"kind": "joint"}))["rule"] == "R-06"
    one, _ = await dispute.parties()
    await dispute.do("guardians", "mediator", {"party": one, "evidence": "户口簿"})
    await dispute.do("sessions", "mediator", {"kind": "joint"})


async def test_a_second_police_session_after_seven_working_days_is_refused(desk: Desk) -> None:
    dispute = await Dispute(desk).routed(Channel.PSM)
    await dispute.ready()
    opened = await dispute.do("sessions", "community_officer", {"kind": "joint", "recording": "记录仪 1"})
    ended = {"result": "not_agreed"}
    await dispute.do(f"sessions/{opened['session_id']}/end", "community_officer", ended)
    await desk.move_to(MONDAY_MORNING + timedelta(days=10))
    body = {"kind": "joint", "recording": "记录仪 2"}
    refusal = await dispute.refused("sessions", "community_officer", body)
    assert (refusal["type"], refusal["rule"]) == ("second-session-too-late", "R-03")
    assert "2026-03-11 23:59" in refusal["detail"]
    steps = (await dispute.case())["next"]
    waiting = next(step for step in steps if step["operation"] == "mediation.open_session")
    assert "2026-03-11 23:59" in waiting["why_not"]["detail"]


async def test_more_time_needs_both_sides(desk: Desk) -> None:
    dispute = await Dispute(desk).routed()
    await dispute.do("signature", "community_officer")
    one, two = await dispute.parties()
    until = "2026-05-01T15:59:59Z"
    alone = {"until": until, "agreed": [{"party": one, "evidence": "申请书"}]}
    assert (await dispute.refused("extension", "community_officer", alone))["rule"] == "R-12"
    both = {"until": until, "agreed": [{"party": each, "evidence": "申请书"} for each in (one, two)]}
    await dispute.do("extension", "community_officer", both)
    await desk.move_to(MONDAY_MORNING + timedelta(days=40))
    assert (await dispute.case())["state"] != "CLOSED"


async def test_a_danger_is_reported_and_a_case_returned_or_ended(desk: Desk) -> None:
    dangerous, wrong, failed = [await Dispute(desk).routed() for _ in range(3)]
    await dangerous.do("danger", "community_officer", {"note": "一方扬言要拿刀"})
    assert (await dangerous.case())["escalations"] == 1
    back = await wrong.do("return", "community_officer", {"reason": "WRONG_GRID", "note": "不在本辖区"})
    assert back["state"] == "CLOSED"
    await failed.do("signature", "community_officer")
    ended = await failed.do("end", "community_officer", {"reason": "not_settled", "note": "谈了三次没有谈成"})
    assert ended["state"] == "CLOSED"
    assert (await failed.case())["other_ways"] == ["suit", "legal_aid"]


async def test_the_board_says_what_the_histories_say_and_can_be_rebuilt(desk: Desk) -> None:
    disputes = [await Dispute(desk).routed() for _ in range(4)]
    await disputes[1].do("signature", "community_officer")
    await disputes[2].ready()
    last = await disputes[3].agreed()
    listed = await last.get("/cases", "community_officer", after=last.answer["record_id"])
    board = {row["case_id"]: row for row in listed["cases"]}
    for dispute in disputes:
        case = await dispute.case()
        row = board[dispute.case_id]
        assert (row["state"], row["host"]) == (case["state"], case["host"])
        assert row["consented"] == sum(party["consented"] for party in case["parties"])
    assert board[last.case_id]["next_step"] == "mediation.draft_agreement"
    runtime = desk.runtime("mediation")
    deps = runtime.deps
    rebuilt = await rebuild(case_board, [deps.feeds["mediation"]], deps.transport, deps.store, runtime.codecs)
    assert rebuilt.checksum_before == rebuilt.checksum_after


async def test_a_cursor_that_nobody_gave_out_finds_nothing(desk: Desk) -> None:
    page = await (await Dispute(desk).routed()).send("GET", "/cases", "station_leader", cursor="nonsense")
    assert (page.status_code, page.json()["type"]) == (404, "not-found")


async def test_lists_go_on_where_they_stopped(desk: Desk) -> None:
    disputes = {(await Dispute(desk).routed(owner="deputy_officer")).request_id for _ in range(3)}
    found: set[UUID] = set()
    cursor: dict[str, str] = {}
    for _ in range(20):
        page = await Dispute(desk).get("/cases", "station_leader", **cursor)
        found |= {UUID(row["request_id"]) for row in page["cases"]}
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert disputes <= found
