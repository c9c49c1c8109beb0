"""The child lane over HTTP, beside a real vault."""

from datetime import timedelta
from typing import Any

from shared.contracts.codes import Priority
from shared.kernel import new_id
from tests.mediation.children.nursery import CALL, SESSION, Nursery
from tests.mediation.disputes import person_of, staff
from tests.support.house import Desk

WHY = {"scope": "sessions", "why": "核对孩子今晚住哪里是否安全"}


async def test_sealed_notes_open_to_a_member_with_a_purpose_after_anothers_approval(desk: Desk) -> None:
    lane = await (await Nursery(desk).routed()).counselled()
    read = (await lane.do("reads", "child_officer", WHY))["read_id"]
    assert await lane.refused(f"reads/{read}/opening", "child_officer") == (409, "read-not-approved")
    assert await lane.refused(f"reads/{read}/approval", "child_officer") == (409, "own-read-approval")
    assert (await lane.file("station_leader"))["reads"][0]["why"] == WHY["why"], "nobody approves blindly"
    assert (await lane.file())["reads"][0]["why"] is None
    await lane.do(f"reads/{read}/approval", "station_leader")
    opened = await lane.do(f"reads/{read}/opening", "child_officer")
    assert (opened["texts"], opened["erased"]) == ([SESSION], 0)
    assert (await lane.file())["reads"][0]["opened"] == 1


async def test_the_approval_runs_out(desk: Desk) -> None:
    lane = await (await Nursery(desk).routed()).counselled()
    read = (await lane.do("reads", "child_officer", WHY))["read_id"]
    await lane.do(f"reads/{read}/approval", "station_leader")
    await desk.move_to(desk.clock.now() + timedelta(hours=9))
    assert await lane.refused(f"reads/{read}/opening", "child_officer") == (409, "read-approval-over")


async def test_while_danger_lasts_the_officer_in_hand_reads_the_call_at_once(desk: Desk) -> None:
    lane = await Nursery(desk).routed(Priority.P0)
    await lane.do("signature", "child_officer")
    read = (await lane.do("reads", "child_officer", {"scope": "call", "why": "出警前看清地址"}))["read_id"]
    assert (await lane.do(f"reads/{read}/opening", "child_officer"))["texts"] == [CALL]


async def test_without_danger_the_call_waits_for_an_approval_too(desk: Desk) -> None:
    lane = await Nursery(desk).routed()
    await lane.do("signature", "child_officer")
    read = (await lane.do("reads", "child_officer", {"scope": "call", "why": "了解情况"}))["read_id"]
    assert await lane.refused(f"reads/{read}/opening", "child_officer") == (409, "read-not-approved")
    await lane.do(f"reads/{read}/approval", "station_leader")
    assert (await lane.do(f"reads/{read}/opening", "child_officer"))["texts"] == [CALL]


async def test_a_counsellor_reads_the_own_session_again(desk: Desk) -> None:
    lane = await (await Nursery(desk).routed()).counselled()
    asked = await lane.do("reads", "counsellor", {"scope": "own_sessions", "why": "准备下一次疏导"})
    assert (await lane.do(f"reads/{asked['read_id']}/opening", "counsellor"))["texts"] == [SESSION]
    assert await lane.refused("reads", "counsellor", WHY) == (409, "only-own-sessions")


async def test_every_read_is_a_fact_of_the_lane_and_of_the_vault_and_no_record_holds_a_word(desk: Desk) -> None:
    lane = await (await Nursery(desk).routed()).counselled()
    read = (await lane.do("reads", "child_officer", WHY))["read_id"]
    await lane.do(f"reads/{read}/approval", "station_leader")
    await lane.do(f"reads/{read}/opening", "child_officer")
    timeline = [each["fact"] for each in (await lane.file())["timeline"]]
    assert timeline[-3:] == ["sealed_read_asked", "sealed_read_approved", "sealed_read"]
    rows = await desk.store("vault").pool.fetch("SELECT fact, body FROM events WHERE key = $1", lane.request_id)
    assert {"reads_opened", "items_read"} <= {row["fact"] for row in rows}
    own = await desk.store("mediation").pool.fetch("SELECT body FROM events WHERE key = $1", lane.request_id)
    for row in (*rows, *own):
        assert SESSION.encode() not in row["body"]
        assert WHY["why"].encode() not in row["body"]


async def test_who_is_neither_member_nor_seated_cannot_tell_a_file_from_none(desk: Desk) -> None:
    lane = await Nursery(desk).routed()
    for login in ("community_officer", "triage_officer", "bureau_leader", "auditor", "operator", "school_staff"):
        known = await lane.send("GET", f"/children/{lane.child_id}", login)
        unknown = await lane.send("GET", f"/children/{new_id()}", login)
        assert (known.status_code, known.json()["type"]) == (unknown.status_code, unknown.json()["type"]), login
        assert known.status_code == 403
        assert (await lane.send("GET", "/children", login)).status_code == 403


async def test_a_membership_taken_closes_every_door_from_that_day_on(desk: Desk) -> None:
    lane = await (await Nursery(desk).routed()).counselled()
    day = (desk.clock.now() + timedelta(days=1)).date().isoformat()
    gone = f"/child-group/members/{staff('child_officer')}/dismissal"
    refused = await lane.send("POST", gone, "station_leader", {"on": day})
    assert refused.status_code == 403
    assert (await lane.send("POST", gone, "bureau_leader", {"on": day})).status_code == 200
    assert (await lane.send("GET", "/children", "child_officer")).status_code == 200
    await desk.move_to(desk.clock.now() + timedelta(days=2))
    for path in ("/children", f"/children/{lane.child_id}"):
        assert (await lane.send("GET", path, "child_officer")).status_code == 403
    assert await lane.refused("reads", "child_officer", WHY) == (403, "not-allowed")
    members = (await lane.get("/child-group", "bureau_leader"))["members"]
    again = {"person": str(staff("child_officer")), "part": "child_officer", "since": "2025-01-01"}
    assert (await lane.send("POST", "/child-group/members", "bureau_leader", again)).status_code == 200
    assert (await lane.send("GET", "/children", "child_officer")).status_code == 200
    assert {(each["part"], each["today"]) for each in members} == {
        ("child_officer", False),
        ("station_leader", True),
        ("counsellor", True),
    }
    assert (await lane.send("GET", "/child-group", "triage_officer")).status_code == 403


async def test_a_guardian_sees_the_own_seat_until_suspected(desk: Desk) -> None:
    stepfather = await person_of(desk, "guardian_niu")
    lane = await Nursery(desk).routed()
    await lane.do("signature", "child_officer")
    seated = await lane.do("seats", "child_officer", {"seat": "guardian", "phone": "13900000032"})
    assert seated["person"] == str(stepfather)
    assert [each["child_id"] for each in (await lane.get("/child-seats", "guardian_niu"))["seats"]] == [lane.child_id]
    own = await lane.get(f"/children/{lane.child_id}/seat", "guardian_niu")
    assert own["seat"] == "guardian"
    await lane.do(f"seats/{stepfather}/exclusion", "child_officer", {"conflict": "suspected"})
    assert (await lane.get("/child-seats", "guardian_niu"))["seats"] == []
    assert (await lane.send("GET", f"/children/{lane.child_id}/seat", "guardian_niu")).status_code == 403
    body = {"seat": "guardian", "phone": "13900000032"}
    assert await lane.refused("seats", "child_officer", body) == (409, "seat-in-conflict")


async def test_the_school_answers_and_reads_nothing(desk: Desk) -> None:
    lane = await (await Nursery(desk).routed()).counselled()
    await lane.do("seats", "child_officer", {"seat": "school", "person": str(staff("school_staff"))})
    assert not (await lane.get(f"/children/{lane.child_id}/seat", "school_staff"))["answer_wanted"]
    await lane.do("bullying", "school_staff")
    assert (await lane.get(f"/children/{lane.child_id}/seat", "school_staff"))["answer_wanted"]
    await lane.do("school-result", "school_staff", {"text": "已查实，三名学生停课教育。"})
    assert (await lane.file())["school_answered"]
    assert (await lane.send("GET", f"/children/{lane.child_id}", "school_staff")).status_code == 403
    assert (await lane.refused("reads", "school_staff", WHY))[0] == 403


async def test_the_clock_of_the_report_climbs_on_the_lanes_own_list(desk: Desk) -> None:
    lane = await Nursery(desk).routed()

    async def row() -> dict[str, Any]:
        listed: list[dict[str, Any]] = (await lane.get("/children", "station_leader"))["files"]
        return next(each for each in listed if each["child_id"] == lane.child_id)

    assert (await row())["report_due"] is not None
    await desk.move_to(desk.clock.now() + timedelta(minutes=2))
    assert ((await row())["late"], (await row())["escalated"]) == (["CL-070"], False)
    await desk.move_to(desk.clock.now() + timedelta(minutes=31))
    assert (await row())["escalated"]
    await lane.do("mandatory-report", "child_officer", {"to": ["case_unit", "procuratorate"]})
    assert (await row())["reported"]


async def test_asking_without_a_person_or_a_purpose_is_refused(desk: Desk) -> None:
    lane = await (await Nursery(desk).routed()).counselled()
    assert await lane.refused("seats", "child_officer", {"seat": "guardian"}) == (409, "seat-of-nobody")
    assert (await lane.refused("reads", "child_officer", {"scope": "sessions"}))[0] == 422
