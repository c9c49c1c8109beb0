"""Lists of the desk, and that they can be thrown away and rebuilt."""

import pytest

from services.routing.decisions.corrections import corrections
from services.routing.decisions.views import clock_board, worklist
from shared.contracts.danger import DangerKind
from shared.messaging import View, rebuild
from tests.routing.decisions.test_reactions import sent_out
from tests.routing.neighbours import NO_WISH_TO_LIVE, RETAINING_WALL, decision, does, filed, lists
from tests.support.house import Desk


async def test_danger_stands_first_and_the_rest_by_urgency_and_due(bureau: Desk) -> None:
    calm = await sent_out(bureau)
    urgent = await sent_out(bureau)
    await does(bureau, "duty_officer", f"decisions/{urgent}/overrule", {"priority": "P1"})
    alarming = await filed(bureau, NO_WISH_TO_LIVE, DangerKind.SUICIDE)
    await bureau.settled()
    mine = {str(alarming), str(urgent), str(calm)}
    rows = (await lists(bureau, "duty_officer", "worklist?limit=200"))["items"]
    shown = [row for row in rows if row["request_id"] in mine]
    assert [row["request_id"] for row in shown] == [str(alarming), str(urgent), str(calm)]
    assert shown[0]["due_clock"] in {"CL-007", "CL-012"}


async def test_pages_follow_one_another_without_gap_or_repeat(bureau: Desk) -> None:
    expected = {str(await sent_out(bureau)) for _ in range(3)}
    seen: list[str] = []
    cursor = ""
    while True:
        page = await lists(bureau, "duty_officer", f"worklist?limit=2{cursor}")
        seen += [row["request_id"] for row in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(seen) == len(set(seen))
    assert set(seen) >= expected


async def test_a_broken_cursor_is_not_found(bureau: Desk) -> None:
    answer = await bureau.http.get("/routing/v1/worklist?cursor=bm9uc2Vuc2U=", headers=await bureau.as_("duty_officer"))
    assert answer.status_code == 404


async def test_everybody_sees_his_own_part(bureau: Desk) -> None:
    mediated, street = str(await sent_out(bureau)), str(await sent_out(bureau, "URB", "XDEP"))
    mediators = {row["request_id"] for row in (await lists(bureau, "mediator", "worklist?limit=200"))["items"]}
    desks = {row["request_id"] for row in (await lists(bureau, "triage_officer", "worklist?limit=200"))["items"]}
    assert (mediated in mediators, street in mediators) == (True, False)
    assert {mediated, street} <= desks
    clocks = (await lists(bureau, "mediator", f"clocks?request_id={mediated}"))["clocks"]
    assert {clock["clock"] for clock in clocks if not clock["stopped_at"]} == {"CL-014", "CL-017", "CL-019"}
    assert (await lists(bureau, "mediator", f"clocks?request_id={street}"))["clocks"] == []


async def test_a_list_asked_with_a_record_shows_it(bureau: Desk) -> None:
    request_id = await filed(bureau, RETAINING_WALL)
    await decision(bureau, request_id)
    _, done = await does(bureau, "duty_officer", f"decisions/{request_id}/overrule", {"category": "URB"})
    rows = (await lists(bureau, "duty_officer", f"worklist?limit=200&after={done['record_id']}"))["items"]
    row = next(row for row in rows if row["request_id"] == str(request_id))
    assert (row["category"], row["decided_by"], row["state"]) == ("URB", "person", "routed")


async def test_a_correction_is_kept_for_training_until_it_is_undone(bureau: Desk) -> None:
    request_id = await filed(bureau, RETAINING_WALL)
    await decision(bureau, request_id)
    await does(bureau, "duty_officer", f"decisions/{request_id}/overrule", {"category": "URB"})
    await bureau.settled()
    pool = bureau.store("routing").pool
    kept = (
        "SELECT before ->> 'category' AS before, after ->> 'category' AS after, undone FROM corrections"
        " WHERE request_id = $1"
    )
    assert [tuple(row) for row in await pool.fetch(kept, request_id)] == [("DIS", "URB", False)]
    await does(bureau, "duty_officer", f"decisions/{request_id}/overrule/undo")
    await bureau.settled()
    assert [row["undone"] for row in await pool.fetch(kept, request_id)] == [True]


@pytest.mark.parametrize("view", [worklist, clock_board, corrections], ids=lambda view: view.name)
async def test_a_view_rebuilt_from_history_is_the_same(bureau: Desk, view: View) -> None:
    request_id = await sent_out(bureau)
    await filed(bureau, NO_WISH_TO_LIVE, DangerKind.SUICIDE)
    await does(bureau, "duty_officer", f"decisions/{request_id}/overrule", {"category": "URB"})
    await does(bureau, "duty_officer", f"decisions/{request_id}/overrule/undo")
    await bureau.settled()
    runtime = bureau.runtime("routing")
    feeds = [runtime.deps.feeds["routing"]]
    rebuilt = await rebuild(view, feeds, runtime.deps.transport, runtime.deps.store, runtime.codecs)
    assert rebuilt.rows > 0
    assert rebuilt.checksum_before == rebuilt.checksum_after


async def test_the_oldest_first_page_by_page(bureau: Desk) -> None:
    expected = [str(await sent_out(bureau)) for _ in range(3)]
    await bureau.settled()
    seen: list[str] = []
    cursor = ""
    while True:
        page = await lists(bureau, "duty_officer", f"worklist?order=filed&limit=2{cursor}")
        seen += [row["request_id"] for row in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(seen) == len(set(seen))
    assert [each for each in seen if each in expected] == expected


async def test_what_is_asked_for_is_kept_and_counted(bureau: Desk) -> None:
    street, dispute = str(await sent_out(bureau, "URB", "XDEP")), str(await sent_out(bureau))
    waiting = str(await filed(bureau, NO_WISH_TO_LIVE, DangerKind.SUICIDE))
    await bureau.settled()

    async def found(asked: str) -> set[str]:
        rows = (await lists(bureau, "duty_officer", f"worklist?limit=200&{asked}"))["items"]
        return {row["request_id"] for row in rows} & {street, dispute, waiting}

    assert await found("about=URB") == {street}
    assert await found("about=DIS&about=XDEP") == {street, dispute}
    assert await found(f"about={dispute}") == {dispute}
    assert await found("about=NOTHING") == set()
    assert await found("state=waiting_for_person") == {waiting}
    assert await found("late=true") == set()
    counts = await lists(bureau, "duty_officer", "worklist/counts")
    everything = (await lists(bureau, "duty_officer", "worklist?limit=200"))["items"]
    assert counts["all"] == len(everything)
    assert counts["routed"] == sum(row["state"] == "routed" for row in everything)
    assert counts["late"] == sum(row["late"] for row in everything) == 0
    assert counts["newer"] == 0
    since = everything[0]["filed_at"].replace("+", "%2B")
    newer = (await lists(bureau, "duty_officer", f"worklist/counts?since={since}"))["newer"]
    assert newer == sum(row["filed_at"] > everything[0]["filed_at"] for row in everything)


async def test_the_row_tells_the_next_promise_as_the_clocks_do(bureau: Desk) -> None:
    """What sorts the list is kept in the row itself; the board of clocks is the other account of the same facts."""
    await sent_out(bureau)
    await bureau.settled()
    rows = (await lists(bureau, "duty_officer", "worklist?limit=200"))["items"]
    pool = bureau.store("routing").pool
    for row in rows:
        expected = await pool.fetchrow(
            "SELECT (array_agg(clock ORDER BY due, clock) FILTER (WHERE paused_at IS NULL))[1] AS clock,"
            " coalesce(bool_or(breached_at IS NOT NULL), false) AS late"
            " FROM clock_board WHERE request_id = $1::uuid AND stopped_at IS NULL",
            row["request_id"],
        )
        assert expected is not None
        assert (row["due_clock"], row["late"]) == tuple(expected)
