"""Two voices of one matter at the running desk: linked, answered together, judged apart; and parted again."""

from typing import Any
from uuid import UUID

from shared.contracts.codes import Channel, Outcome
from shared.contracts.notifications import About
from shared.kernel import Digest, TextRef
from tests.intake.requests.calls import filed, get, outcome, post, routed, told
from tests.support.house import Desk
from tests.support.neighbours import RememberedVault, say

MINE = {
    "kind": "dispute",
    "narrative": "院墙的地界一直没有谈拢，请派人来量一量",
    "contact": {"name": "林", "phone": "13900000001"},
    "other_party": {"name": "赵", "phone": "13900000002"},
}
HIS = {
    **MINE,
    "narrative": "地界早就量过了，他不认，我照着红线修的",
    "contact": MINE["other_party"],
    "other_party": MINE["contact"],
}
ANSWER = TextRef(UUID(int=900), Digest("9" * 64))


async def link(desk: Desk, member: dict[str, Any], lead: dict[str, Any], relation: str) -> Any:
    body = {"lead": lead["request_id"], "relation": relation}
    return await post(desk, f"/requests/{member['request_id']}/link", body, "triage_officer")


async def test_two_voices_go_on_together_and_part_again(desk: Desk, vault: RememberedVault) -> None:
    """One desk for both stories: it takes longer to open than they do."""
    await _each_is_told_and_asked(desk, vault)
    await _when_the_lead_is_withdrawn_the_others_go_on_by_themselves(desk)


async def _each_is_told_and_asked(desk: Desk, vault: RememberedVault) -> None:
    first, second, third = await filed(desk, MINE), await filed(desk, HIS), await filed(desk, MINE)
    mine, his, mine_again = (each["request_id"] for each in (first, second, third))
    assert (await link(desk, second, first, "repeat")).json()["type"] == "not-the-same-person"
    assert (await link(desk, second, first, "other_voice")).json()["state"] == "DUPLICATE_LINKED"
    await desk.settled()
    assert (await link(desk, third, first, "repeat")).status_code == 200
    assert (await link(desk, third, second, "supporter")).json()["type"] == "linked-elsewhere"
    await desk.settled()

    seen = (await get(desk, f"/requests/{his}/voices", "triage_officer")).json()
    assert seen["lead"] == mine
    assert seen["voices"][0]["relation"] is None
    numbered = {voice["relation"]: voice["number"] for voice in seen["voices"][1:]}
    assert numbered == {"other_voice": 1, "repeat": 2}
    own = (await post(desk, "/follow", {"code": second["code"], "pin": second["pin"]})).json()
    assert (own["state"], own["next_step"]) == ("DUPLICATE_LINKED", "joined")
    assert mine not in str(own), "whoever asked learns of no other request"
    refused = await desk.http.get(
        f"/intake/v1/requests/{his}/voices", headers={"Authorization": f"Bearer {own['token']}"}
    )
    assert refused.status_code == 403

    day = desk.clock.now().date().isoformat()
    figures = (await get(desk, f"/figures/repetition?since={day}&until={day}", "statistician")).json()
    assert (figures["numerator"], figures["denominator"]) == (1, 3)

    parted = await post(desk, f"/requests/{mine_again}/link/undo", {}, "triage_officer")
    assert parted.json()["state"] == "ACCEPTED"

    vault.items[ANSWER.item] = "墙退回半米。"
    result = outcome(mine, answer=ANSWER, channel=Channel.PM, outcome=Outcome.DONE)
    await say(desk, "routing", "decision", UUID(mine), routed(mine))
    await say(desk, "mediation", "case", UUID(mine), result)
    await desk.settled()
    after = (await get(desk, f"/requests/{his}", "triage_officer")).json()
    assert (after["outcome"], after["answered"]) == ("done", True)
    assert list(vault.items.values()).count("墙退回半米。") == 2, "his own copy of the handler's words"
    assert (await get(desk, f"/requests/{mine_again}", "triage_officer")).json()["outcome"] is None
    await say(desk, "notifications", "contact", UUID(his), told(his, About.OUTCOME))
    await desk.settled()
    assert (await get(desk, f"/requests/{his}", "triage_officer")).json()["told"]


async def _when_the_lead_is_withdrawn_the_others_go_on_by_themselves(desk: Desk) -> None:
    first, second = await filed(desk, MINE), await filed(desk, HIS)
    await link(desk, second, first, "other_voice")
    await desk.settled()
    own = (await post(desk, "/follow", {"code": first["code"], "pin": first["pin"]})).json()
    headers = {**await desk.as_(None), "Authorization": f"Bearer {own['token']}"}
    path = f"/intake/v1/requests/{first['request_id']}/withdrawal"
    done = await desk.http.post(path, json={}, headers=headers)
    assert done.status_code == 200, done.text
    await desk.settled()
    left = (await get(desk, f"/requests/{second['request_id']}", "triage_officer")).json()
    assert left["state"] == "ACCEPTED"
