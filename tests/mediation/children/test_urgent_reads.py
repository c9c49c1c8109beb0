"""Reads that waited for nobody, listed afterwards to who answers for the lane."""

from typing import Any

from services.mediation.children.views import child_urgent_reads
from shared.contracts.codes import Priority
from shared.messaging import rebuild
from tests.mediation.children.nursery import Nursery
from tests.mediation.disputes import staff
from tests.support.house import Desk

CALL = {"scope": "call", "why": "出警前看清地址"}
SESSIONS = {"scope": "sessions", "why": "核对孩子今晚住哪里是否安全"}


async def seen_by(leader: str, lane: Nursery) -> list[dict[str, Any]]:
    """Of this file."""
    reads = (await lane.get("/child-reads", leader))["reads"]
    return [each for each in reads if each["child_id"] == lane.child_id]


async def opened_in_danger(desk: Desk) -> Nursery:
    lane = await (await Nursery(desk).routed(Priority.P0)).counselled()
    read = (await lane.do("reads", "child_officer", CALL))["read_id"]
    for _ in range(2):
        await lane.do(f"reads/{read}/opening", "child_officer")
    return lane


async def test_r_36_what_danger_opened_is_listed_to_the_leaders_and_to_nobody_else(desk: Desk) -> None:
    lane = await opened_in_danger(desk)
    for leader in ("bureau_leader", "station_leader"):
        (read,) = await seen_by(leader, lane)
        assert (read["reader"], read["opened"]) == (str(staff("child_officer")), 2)
    for login in ("child_officer", "counsellor", "triage_officer", "auditor", "citizen_lin"):
        assert (await lane.send("GET", "/child-reads", login)).status_code == 403, login


async def test_what_another_person_approved_or_nobody_opened_is_not_on_that_list(desk: Desk) -> None:
    lane = await (await Nursery(desk).routed(Priority.P0)).counselled()
    await lane.do("reads", "child_officer", CALL)
    approved = (await lane.do("reads", "child_officer", SESSIONS))["read_id"]
    await lane.do(f"reads/{approved}/approval", "station_leader")
    await lane.do(f"reads/{approved}/opening", "child_officer")
    own = (await lane.do("reads", "counsellor", {**SESSIONS, "scope": "own_sessions"}))["read_id"]
    await lane.do(f"reads/{own}/opening", "counsellor")
    assert await seen_by("bureau_leader", lane) == []


async def test_a_side_of_the_matter_is_not_shown_who_read_of_it(desk: Desk) -> None:
    lane = await Nursery(desk).routed(Priority.P0, requester=staff("bureau_leader"))
    await lane.do("signature", "child_officer")
    read = (await lane.do("reads", "child_officer", CALL))["read_id"]
    await lane.do(f"reads/{read}/opening", "child_officer")
    assert await seen_by("bureau_leader", lane) == []
    assert len(await seen_by("station_leader", lane)) == 1


async def test_the_list_can_be_rebuilt(desk: Desk) -> None:
    await opened_in_danger(desk)
    runtime = desk.runtime("mediation")
    deps = runtime.deps
    done = await rebuild(child_urgent_reads, [deps.feeds["mediation"]], deps.transport, deps.store, runtime.codecs)
    assert done.checksum_before == done.checksum_after
