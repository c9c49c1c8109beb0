"""A dispute at court over HTTP: told by a party or the desk, reminded by the bureau's clock."""

from datetime import timedelta

from tests.mediation.channels.test_api import feed
from tests.mediation.disputes import Dispute, person_of
from tests.support.house import MONDAY_MORNING, Desk

FILING = {"procedure": "simple", "filed_at": MONDAY_MORNING.isoformat(), "number": "(2026)冀0581民初8号"}
PUBLISHED = "trial_limit"


async def failed(desk: Desk) -> Dispute:
    lin, zhao = await person_of(desk, "citizen_lin"), await person_of(desk, "party_zhao")
    dispute = await Dispute(desk).routed(requester=lin, other_party=zhao)
    await dispute.ready()
    return dispute


async def test_a_party_tells_of_the_suit_and_is_reminded_until_it_is_judged(desk: Desk) -> None:
    dispute = await failed(desk)
    assert (await dispute.refused("litigation", "citizen_lin", FILING))["type"] == "mediation-goes-on"
    await dispute.do("end", "mediator", {"reason": "not_settled"})
    told = await dispute.do("litigation", "citizen_lin", FILING)
    assert (told["state"], told["clock"], told["procedure"]) == ("LITIGATING", "CL-050", "simple")
    await desk.move_to(MONDAY_MORNING + timedelta(days=84))
    assert await feed(desk, dispute, "trial_reminded") == [PUBLISHED]
    await desk.move_to(MONDAY_MORNING + timedelta(days=95))
    seen = await dispute.get(f"/cases/{dispute.case_id}/litigation", "party_zhao")
    assert seen["overdue"]
    judged = await dispute.do("litigation/judgment", "party_zhao", {"paper": "判决书已收到"})
    assert judged["state"] == "JUDGED"


async def test_r_19_the_desk_writes_down_what_the_court_ruled(desk: Desk) -> None:
    dispute = await failed(desk)
    await dispute.do("end", "mediator", {"reason": "not_settled"})
    officer = "community_officer"
    began = await dispute.do("recorded-litigation", officer, FILING)
    longer = await dispute.do("litigation/extension", officer, {"ruling": "延长审限一个月"})
    assert (longer["clock"], longer["extended"], longer["due"] > began["due"]) == ("CL-051", True, True)
    refusal = await dispute.refused("litigation/extension", officer, {"ruling": "再延长一次"})
    assert (refusal["type"], refusal["rule"]) == ("trial-extended-already", "R-19")
    ordinary = await dispute.do("litigation/procedure", officer)
    assert (ordinary["clock"], ordinary["extended"]) == ("CL-052", False)
    still = await dispute.do("litigation/suspension", officer, {"ruling": "裁定中止诉讼"})
    assert still["suspended"]
    await desk.move_to(MONDAY_MORNING + timedelta(days=20))
    resumed = await dispute.do("litigation/resumption", officer)
    assert (resumed["suspended"], resumed["due"] > ordinary["due"]) == (False, True)
    judged = await dispute.do("recorded-litigation/judgment", officer, {"paper": "判决书 12 号"})
    assert judged["state"] == "JUDGED"


async def test_nobody_reads_of_a_suit_that_is_none_of_his(desk: Desk) -> None:
    dispute = await failed(desk)
    await dispute.do("end", "mediator", {"reason": "not_settled"})
    assert (await dispute.send("GET", f"/cases/{dispute.case_id}/litigation", "citizen_lin")).status_code == 404
    assert await dispute.status("recorded-litigation", "citizen_lin", FILING) == 403
