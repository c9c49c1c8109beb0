"""What other services report plans visits and calls them off, in whatever order it comes."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from shared.contracts.codes import Channel, Flag, Outcome, ReasonCode
from shared.contracts.intake import RequestReopenedV1, WithdrawnV1
from shared.contracts.vault import PersonErasedV1
from shared.kernel import PersonId, RequestId, UnitCode, new_id
from tests.notifications.contacts.calls import DAY, filed, outcome, person, routed
from tests.support.house import MONDAY_MORNING, Desk
from tests.support.neighbours import say

STATION = UnitCode("STATION-GL")


def _risky(request_id: RequestId, requester: PersonId, **changes: Any) -> Any:
    given = {"flags": (Flag.ESCALATION,), "requester": requester, "unit": STATION}
    return routed(request_id, **{**given, **changes})


async def _states(desk: Desk, request_id: RequestId, login: str = "triage_officer") -> dict[int, str]:
    answer = await desk.http.get(
        "/notifications/v1/revisits", params={"request_id": str(request_id)}, headers=await desk.as_(login)
    )
    assert answer.status_code == 200, answer.text
    return {each["day"]: each["state"] for each in answer.json()["revisits"]}


PLANNED = {7: "PLANNED", 30: "PLANNED", 90: "PLANNED"}


async def test_result_and_routing_plan_together_and_what_ends_it_calls_them_off(desk: Desk) -> None:
    asks, erased = PersonId(new_id()), PersonId(new_id())
    early, late, back, gone, again, casework = (RequestId(new_id()) for _ in range(6))
    ends = MONDAY_MORNING + DAY
    for request_id in (early, late, back, gone, again, casework):
        await say(desk, "intake", "request", request_id, filed(request_id))
    for request_id in (early, back, again):
        await say(desk, "routing", "decision", request_id, _risky(request_id, asks))
        await say(desk, "mediation", "case", request_id, outcome(request_id, at=ends))
    await say(desk, "mediation", "case", late, outcome(late, at=ends))
    await say(desk, "routing", "decision", gone, _risky(gone, erased))
    await say(desk, "routing", "decision", casework, _risky(casework, asks, channel=Channel.CASE))
    await say(desk, "workorders", "order", casework, outcome(casework, at=ends, outcome=Outcome.DONE))
    await desk.settled()
    await say(desk, "routing", "decision", late, _risky(late, asks))
    await say(desk, "vault", "person", erased, PersonErasedV1(person=erased, items=1, at=ends))
    await say(desk, "intake", "request", back, WithdrawnV1(request_id=back, at=ends))
    reopening = RequestReopenedV1(
        request_id=again, attempt=2, reason=ReasonCode.BAD_RATING, former_handler=None, at=ends
    )
    await say(desk, "intake", "request", again, reopening)
    await desk.settled()
    await say(desk, "mediation", "case", gone, outcome(gone, at=ends))
    await desk.settled()
    called_off = dict.fromkeys(PLANNED, "CALLED_OFF")
    assert await _states(desk, early) == await _states(desk, late) == PLANNED
    assert await _states(desk, back) == await _states(desk, again) == called_off
    assert await _states(desk, gone) == await _states(desk, casework) == {}


async def test_a_visit_is_made_by_whoever_is_sent_and_missed_ones_show(desk: Desk) -> None:
    request_id, handler = RequestId(new_id()), PersonId(UUID(int=77))
    await say(desk, "intake", "request", request_id, filed(request_id))
    await say(desk, "routing", "decision", request_id, _risky(request_id, person("citizen_lin"), owner=handler))
    await say(desk, "mediation", "case", request_id, outcome(request_id, handler=handler))
    await desk.settled()
    url = f"/notifications/v1/requests/{request_id}/revisits"
    await desk.move_to(MONDAY_MORNING + timedelta(days=8, hours=1))
    rows = await desk.http.get(
        "/notifications/v1/revisits", params={"today": "true"}, headers=await desk.as_("community_officer")
    )
    [row] = [each for each in rows.json()["revisits"] if each["request_id"] == str(request_id)]
    assert (row["day"], row["late"], row["visitor"]) == (7, True, None), "whoever of the unit goes"
    assert "民转刑" in row["reasons"][0]["zh"]
    for login, status in (("traffic_officer", 403), ("citizen_lin", 403), ("community_officer", 200)):
        body = {"found": "calm", "satisfied": True, "note": "两家见面说话了。"}
        answer = await desk.http.post(f"{url}/7/result", json=body, headers=await desk.as_(login))
        assert answer.status_code == status, answer.text
    missing = await desk.http.post(f"{url}/8/result", json={"found": "calm"}, headers=await desk.as_("deputy_officer"))
    assert missing.status_code == 404
    await desk.settled()
    told = (await desk.http.get(url, headers=await desk.as_("community_officer"))).json()["told"]
    assert [(each["fact"], each["note"]) for each in told if each["fact"] == "revisited"] == [
        ("revisited", "两家见面说话了。")
    ]
    assert (await _states(desk, request_id))[7] == "CALM"
