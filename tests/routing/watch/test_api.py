"""Courses, ladders and the board over HTTP, on a real database."""

from datetime import timedelta
from typing import Any

from services.routing.adapters.bureau import demo_person
from services.routing.watch.forecast import ENOUGH
from services.routing.watch.views import limit_board, overdue_rungs
from shared.contracts.codes import Outcome, SessionKind
from shared.contracts.mediation import LimitWarnedV1, SessionHeldV1
from shared.contracts.orders import DocumentIssuedV1
from shared.kernel import ClockId, RequestId, new_id
from shared.messaging import rebuild
from tests.routing import neighbours
from tests.routing.decisions.test_reactions import sent_out
from tests.routing.neighbours import MEDIATION, WORKORDERS, does, later, lists
from tests.support.house import Desk

DAY = 24 * 60 * 60


async def noted(desk: Desk, request_id: RequestId, course: str, act: str, **more: Any) -> tuple[int, dict[str, Any]]:
    at = (desk.clock.now() - timedelta(minutes=1)).isoformat()
    body = {"course": course, "act": act, "happened_at": at, **more}
    return await does(desk, "duty_officer", f"requests/{request_id}/acts", body)


async def board(desk: Desk, login: str, asked: str = "") -> dict[str, Any]:
    await desk.settled()
    return await lists(desk, login, f"clocks/board?limit=200{asked}")


async def test_a_course_is_noted_paused_resumed_and_ended_by_a_record(bureau: Desk) -> None:
    request_id = await sent_out(bureau)
    assert (await noted(bureau, request_id, "passport", "application_accepted"))[0] == 201
    path = f"requests/{request_id}/courses"
    [taken, *_] = (await lists(bureau, "duty_officer", path))["courses"]
    assert (taken["course"], [limit["clock"] for limit in taken["limits"]]) == ("passport", ["CL-083"])
    assert {act["act"] for act in taken["acts"] if not act["happened_at"]} == {"document_issued", "special_case_found"}

    stillness = f"{path}/passport/stillness"
    status, problem = await does(bureau, "duty_officer", stillness, {"ground": "APPRAISAL", "evidence": "鉴定委托书"})
    assert (status, problem["type"], problem["rule"]) == (409, "ground-not-listed", "R-26")
    wanted = {"ground": "NEED_INFO_WAIT", "evidence": "一次性告知书"}
    assert (await does(bureau, "duty_officer", stillness, wanted))[0] == 200
    rows = (await board(bureau, "duty_officer", "&when=paused"))["items"]
    [still] = [row for row in rows if row["request_id"] == str(request_id)]
    assert (still["clock"], still["ground"], still["outlook"]) == ("CL-083", "NEED_INFO_WAIT", "stands_still")
    assert (await does(bureau, "duty_officer", f"{path}/passport/resumption"))[0] == 200

    issued = DocumentIssuedV1(request_id=request_id, handling_id=request_id, at=bureau.clock.now())
    await WORKORDERS.says(bureau, issued)
    await bureau.settled()
    [taken, *_] = (await lists(bureau, "duty_officer", path))["courses"]
    assert taken["limits"] == []
    shown = (await board(bureau, "duty_officer"))["items"]
    assert "CL-083" not in {row["clock"] for row in shown if row["request_id"] == str(request_id)}

    status, problem = await noted(bureau, request_id, "petition", "review_answered")
    assert (status, problem["type"]) == (409, "act-out-of-order")
    for login in ("traffic_officer", "court_mediator"):
        status, _ = await does(bureau, login, f"{path}/passport/end", {"reason": "NEW_FACTS"})
        assert status == 403


async def test_a_broken_promise_climbs_by_itself_until_somebody_meets_it(bureau: Desk) -> None:
    request_id = await sent_out(bureau)
    await later(bureau, seconds=2 * 60 * 60 + 1)
    rows = (await board(bureau, "duty_officer", "&when=late"))["items"]
    [late] = [row for row in rows if row["request_id"] == str(request_id) and row["clock"] == "CL-014"]
    assert (late["outlook"], late["rung"], late["next_rung"]) == ("late", "bureau_leader", "supervisor")
    assert late["rung_owner"] == str(demo_person("bureau_leader"))
    told = (await lists(bureau, "bureau_leader", "clocks/told"))["lines"]
    assert (str(request_id), True) in {(line["request_id"], line["broken"]) for line in told if line["rung"]}
    assert (await lists(bureau, "traffic_officer", "clocks/told"))["lines"] == []

    await later(bureau, seconds=3 * DAY)
    rows = (await board(bureau, "duty_officer", "&when=late"))["items"]
    [late] = [row for row in rows if row["request_id"] == str(request_id) and row["clock"] == "CL-014"]
    assert (late["rung"], late["next_rung"], late["next_at"]) == ("supervisor", None, None)

    for view in (limit_board, overdue_rungs):
        runtime = bureau.runtime("routing")
        feeds = [runtime.deps.feeds["routing"]]
        again = await rebuild(view, feeds, runtime.deps.transport, runtime.deps.store, runtime.codecs)
        assert again.checksum_before == again.checksum_after


async def test_the_board_is_cut_by_day_unit_and_row_and_turned_page_by_page(bureau: Desk) -> None:
    mediated, street = await sent_out(bureau), await sent_out(bureau, "URB", "XDEP")
    everything = await board(bureau, "duty_officer")
    assert everything["total"] == len(everything["items"]) == sum(each["clocks"] for each in everything["by_clock"])
    assert [row["due"] for row in everything["items"]] == sorted(row["due"] for row in everything["items"])
    [row] = [row for row in everything["items"] if row["request_id"] == str(street) and row["clock"] == "CL-019"]
    picked = await board(bureau, "duty_officer", f"&clock=CL-019&unit={row['unit']}")
    assert {(each["unit"], each["clock"]) for each in picked["items"]} == {(row["unit"], "CL-019")}
    assert str(street) in {each["request_id"] for each in picked["items"]}
    assert picked["total"] == everything["total"]

    seen: list[tuple[str, str]] = []
    cursor = ""
    while True:
        page = await lists(bureau, "duty_officer", f"clocks/board?limit=2{cursor}")
        seen += [(each["request_id"], each["clock"]) for each in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == [(each["request_id"], each["clock"]) for each in everything["items"]]
    mine = {each["request_id"] for each in (await board(bureau, "mediator"))["items"]}
    assert (str(mediated) in mine, str(street) in mine) == (True, False)
    assert (await board(bureau, "duty_officer", "&when=today"))["total"] < everything["total"]

    assert (await lists(bureau, "mediator", "clocks/board?when=likely"))["items"] == []
    due = bureau.clock.now() + timedelta(days=1)
    near: dict[str, Any] = {"request_id": mediated, "case_id": mediated, "due": due, "at": bureau.clock.now()}
    await MEDIATION.says(bureau, LimitWarnedV1(clock=ClockId("CL-029"), **near))
    await MEDIATION.says(bureau, LimitWarnedV1(clock=ClockId("CL-022"), **near))
    tomorrow = (await board(bureau, "duty_officer", "&when=tomorrow"))["items"]
    assert {row["clock"] for row in tomorrow if row["request_id"] == str(mediated)} == {"CL-022", "CL-029"}
    held: dict[str, Any] = {"session_id": mediated, "kind": SessionKind.JOINT}
    await MEDIATION.says(bureau, SessionHeldV1(request_id=mediated, case_id=mediated, at=due, **held))
    tomorrow = (await board(bureau, "duty_officer", "&when=tomorrow"))["items"]
    assert [row["clock"] for row in tomorrow if row["request_id"] == str(mediated)] == ["CL-029"]
    await neighbours.ended(bureau, mediated, Outcome.SETTLED)
    assert (await board(bureau, "duty_officer", "&when=tomorrow&clock=CL-029"))["items"] == []

    place = f"requests/{mediated}/place"
    assert (await does(bureau, "triage_officer", place, {"rung": "village"}))[0] == 200
    status, problem = await does(bureau, "triage_officer", place, {"rung": "court", "reason": "NOT_SETTLED"})
    assert (status, problem["type"]) == (409, "rung-skipped")
    told = await lists(bureau, "triage_officer", place)
    assert (told["rung"], told["next_rung"], len(told["climbs"])) == ("village", "station", 1)
    assert (await lists(bureau, "triage_officer", "ladders"))["place"][1]["clock"] == "CL-087"
    await _what_was_slow_before_is_likely_to_be_late_again(bureau, street)


async def _what_was_slow_before_is_likely_to_be_late_again(bureau: Desk, request_id: RequestId) -> None:
    """Answers that took eight days each: one that is due in seven will hardly be in time.

    What gave way to another clock after a minute says nothing of how long an answer takes.
    """
    pool = bureau.store("routing").pool
    begun = bureau.clock.now() - timedelta(days=30)
    ended = [(new_id(), begun, begun + timedelta(days=8), "met") for _ in range(ENOUGH)]
    ended += [(new_id(), begun, begun + timedelta(minutes=1), "replaced") for _ in range(20 * ENOUGH)]
    await pool.executemany(
        "INSERT INTO clock_board (request_id, clock, started_at, due, provisional, stopped_at, kept, why)"
        " VALUES ($1, 'CL-019', $2, $3, false, $3, true, $4)",
        ended,
    )
    await later(bureau, minutes=11)
    try:
        rows = (await board(bureau, "duty_officer", "&when=likely"))["items"]
        [likely] = [row for row in rows if row["request_id"] == str(request_id)]
        assert (likely["clock"], likely["outlook"]) == ("CL-019", "likely_late")
        assert likely["usual_end"] > likely["due"]
    finally:
        await pool.execute("DELETE FROM clock_board WHERE request_id = ANY($1)", [id for id, *_ in ended])
