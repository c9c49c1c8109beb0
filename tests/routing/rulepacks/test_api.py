"""A pack over HTTP: drafted, re-decided in the background on what was judged, published by another, and obeyed."""

from dataclasses import replace
from typing import Any

from services.routing.rulepacks.redeciding import count_past, redecision_timers
from services.routing.rulepacks.redecision import Running
from services.routing.rulepacks.shelf import PackShelf
from services.routing.rulepacks.shipped import shipped_packs
from services.routing.rulepacks.store import NEXT, REDECISIONS, redecision_handler
from shared.contracts.codes import Channel
from shared.eventstore import Due
from shared.kernel import SYSTEM, Context
from tests.routing.neighbours import RETAINING_WALL, decision, does, filed, later, lists
from tests.routing.rulepacks.test_redeciding import ONE, begin
from tests.support.house import Desk

DRAFTS = "rule-packs/drafts"
TO_TRADE = {
    "reason": "local_practice",
    "when": [{"categories": ["DIS"], "flags_none": ["DV", "MINOR", "CRIME_POSSIBLE"]}],
    "then": {"channel": "IM"},
}


async def drafted(desk: Desk, row: dict[str, Any] | None = None) -> str:
    status, told = await does(desk, "triage_officer", DRAFTS, {"based_on": "pack-2026-01"})
    assert status == 201, told
    if row is not None:
        body = {"row": row, "number": 19, "revision": 0}
        status, added = await does(desk, "triage_officer", f"{DRAFTS}/{told['pack_id']}/rows", body)
        assert status == 201, added
    return str(told["pack_id"])


async def redecided(desk: Desk, pack_id: str) -> str:
    status, told = await does(desk, "triage_officer", f"{DRAFTS}/{pack_id}/redecision")
    assert status == 201, told
    desk.house.wakeups.wake("clock")
    await desk.settled()
    return str(told["redecision_id"])


async def test_a_pack_is_tried_on_past_requests_published_by_another_and_decides_from_its_day(bureau: Desk) -> None:
    before = await filed(bureau, RETAINING_WALL)
    now = await decision(bureau, before)
    assert now["category"] == "DIS"
    pack_id = await drafted(bureau, TO_TRADE)

    publication = f"{DRAFTS}/{pack_id}/publication"
    status, told = await does(bureau, "bureau_leader", publication, {"in_force_from": "2026-03-03"})
    assert (status, told["type"]) == (409, "not-redecided")

    redecision_id = await redecided(bureau, pack_id)
    result = await lists(bureau, "bureau_leader", f"rule-packs/redecisions/{redecision_id}")
    assert (result["seen"], result["total"], result["changed"], result["disagreed"]) == (1, 1, 1, 0)
    assert result["finished_at"]
    [group] = result["groups"]
    assert (group["channel_before"], group["channel_after"], group["requests"]) == (now["channel"], "IM", 1)
    [moved] = (await lists(bureau, "bureau_leader", f"rule-packs/redecisions/{redecision_id}/requests"))["requests"]
    draft = await lists(bureau, "triage_officer", f"{DRAFTS}/{pack_id}")
    assert (moved["request_id"], moved["row"]) == (str(before), f"{draft['version']}/19")
    assert (draft["faults"], draft["yours"], draft["redecision"]["changed"]) == ([], True, 1)
    other_way = f"rule-packs/redecisions/{redecision_id}/requests?before={Channel.IM}"
    assert (await lists(bureau, "auditor", other_way))["requests"] == []
    exported = await bureau.http.get(
        f"/routing/v1/rule-packs/redecisions/{redecision_id}/export", headers=await bureau.as_("auditor")
    )
    assert [line.split(",")[0] for line in exported.text.splitlines()] == ["request_id", str(before)]

    status, _ = await does(bureau, "triage_officer", publication, {"in_force_from": "2026-03-03"})
    assert status == 403
    status, told = await does(bureau, "bureau_leader", publication, {"in_force_from": "2026-03-03"})
    assert status == 200, told
    today = await filed(bureau, RETAINING_WALL)
    assert (await decision(bureau, today))["pack"] == "pack-2026-01"
    await later(bureau, days=1)
    tomorrow = await decision(bureau, await filed(bureau, RETAINING_WALL))
    assert (tomorrow["pack"], tomorrow["channel"]) == (draft["version"], "IM")
    assert [row["row"] for row in tomorrow["rows"]] == [f"{draft['version']}/19"]
    listed = await lists(bureau, "bureau_leader", "rule-packs")
    assert [each["version"] for each in listed["packs"] if each["in_force"]] == [draft["version"]]
    assert listed["drafts"] == []


async def test_a_draft_tells_its_faults_and_takes_no_code_that_nobody_knows(bureau: Desk) -> None:
    pack_id = await drafted(bureau, {**TO_TRADE, "when": [{"flags_all": ["DV"]}], "then": {"channel": "PM"}})
    told = await lists(bureau, "triage_officer", f"{DRAFTS}/{pack_id}")
    assert {(fault["type"], fault["rule"]) for fault in told["faults"]} >= {("family-violence-loosened", "R-18")}
    assert all(fault["detail"] for fault in told["faults"])
    status, refused = await does(bureau, "triage_officer", f"{DRAFTS}/{pack_id}/redecision")
    assert (status, refused["type"]) == (409, "family-violence-loosened")
    status, _ = await does(bureau, "triage_officer", f"{DRAFTS}/{pack_id}/undo", {"revision": 1})
    assert status == 200
    told = await lists(bureau, "triage_officer", f"{DRAFTS}/{pack_id}")
    assert (told["faults"], told["revision"], len(told["table"]), told["can_undo"]) == ([], 2, 18, False)
    for row in ({**TO_TRADE, "then": {"channel": "MOON"}}, {**TO_TRADE, "when": []}, {**TO_TRADE, "reason": "hm"}):
        body = {"row": row, "number": 1, "revision": 0}
        status, _ = await does(bureau, "triage_officer", f"{DRAFTS}/{pack_id}/rows", body)
        assert status == 422
    status, told = await does(bureau, "triage_officer", DRAFTS, {"based_on": "pack-1999"})
    assert (status, told["type"]) == (409, "no-such-pack")


async def test_a_slice_that_was_cut_off_is_taken_again_and_none_is_taken_twice(bureau: Desk) -> None:
    for _ in range(3):
        await filed(bureau, RETAINING_WALL)
    await bureau.settled()
    store, now, context = bureau.store("routing"), bureau.clock.now(), Context(actor=SYSTEM)
    past = await count_past(store.pool, now)
    handler = redecision_handler(store)
    slices = redecision_timers(handler, PackShelf(shipped_packs(), store), size=1)
    due = Due(f"{REDECISIONS}-{ONE}", ONE, NEXT, now, now, context)
    async with store.transaction() as tx:
        await handler.within(tx).handle(ONE, replace(begin, at=now), context)
        await slices.handle(due, tx)
        await tx.execute("SAVEPOINT here")
        await slices.handle(due, tx)
        await tx.execute("ROLLBACK TO SAVEPOINT here")
        for _ in range(past):
            await slices.handle(due, tx)
        state, _ = await handler.within(tx).state(ONE)
    assert past >= 3
    assert isinstance(state, Running)
    assert (state.seen, state.disagreed, state.finished) == (past, 0, True)
