"""Channels over HTTP: conflicts found in the own history, limits that warn and break, what a file keeps."""

from datetime import timedelta
from typing import Any

from shared.contracts.codes import Channel
from shared.contracts.intake import RequestAcceptedV1
from tests.mediation.disputes import Dispute, person_of, staff
from tests.mediation.neighbours import say
from tests.support.house import MONDAY_MORNING, Desk


async def feed(desk: Desk, dispute: Dispute, name: str) -> list[str]:
    rows = await desk.store("mediation").pool.fetch(
        "SELECT f.type FROM feed f JOIN events e USING (event_id) WHERE e.key = $1 AND e.fact = $2 ORDER BY f.number",
        dispute.request_id,
        name,
    )
    return [str(row["type"]).split(".")[3] for row in rows]


async def test_who_hosted_an_earlier_case_of_one_side_hosts_again_and_may_say_so(desk: Desk) -> None:
    lin, zhao = await person_of(desk, "citizen_lin"), await person_of(desk, "party_zhao")
    first = await Dispute(desk).routed(requester=lin)
    await first.ready()
    second = await Dispute(desk).routed(requester=lin, other_party=zhao)
    await second.do("signature", "community_officer")
    await desk.settled()
    body = {"host": str(staff("mediator"))}
    await second.do("interests", "community_officer", {"interest": "mediated_before", "person": body["host"]})
    await second.do("host", "community_officer", body)
    seen = await second.case("citizen_lin")
    assert seen["course"]["interests"] == [{"person": body["host"], "interest": "mediated_before"}]


async def test_who_was_a_party_before_neither_hosts_nor_sits(desk: Desk) -> None:
    lin, zhao = await person_of(desk, "citizen_lin"), await person_of(desk, "party_zhao")
    await Dispute(desk).routed(requester=lin, other_party=staff("mediator_two"))
    now = await Dispute(desk).routed(requester=lin, other_party=zhao)
    await now.do("signature", "community_officer")
    await desk.settled()
    refusal = await now.refused("host", "community_officer", {"host": str(staff("mediator_two"))})
    assert (refusal["type"], refusal["rule"]) == ("has-an-interest", "R-15")
    await now.do("panel", "community_officer", {"template": "MENU"})
    await now.do("panel/seats/chosen_by_both/offer", "community_officer", {"person": str(staff("mediator_two"))})
    refusal = await now.refused("panel/seats/chosen_by_both", "mediator_two", {"neutral": True})
    assert (refusal["type"], refusal["rule"]) == ("has-an-interest", "R-15")


async def test_limits_warn_and_break_on_the_bureaus_clock(desk: Desk) -> None:
    dispute = await Dispute(desk).routed(Channel.PSM)
    await dispute.do("signature", "community_officer")
    await desk.move_to(MONDAY_MORNING + timedelta(days=2, hours=16))
    assert await feed(desk, dispute, "limit_warned") == ["limit_warned"]
    await desk.move_to(MONDAY_MORNING + timedelta(days=4))
    assert await feed(desk, dispute, "limit_breached") == ["limit_breached"]
    limits = {each["clock"]: each for each in (await dispute.case())["course"]["limits"]}
    assert (limits["CL-022"]["breached"], limits["CL-025"]["breached"]) == (True, False)


async def test_the_time_of_a_violation_case_runs_from_its_acceptance_before_anybody_signs(desk: Desk) -> None:
    """R-03, R-08."""
    dispute = Dispute(desk)
    accepted = RequestAcceptedV1(request_id=dispute.request_id, at=desk.clock.now())
    await say(desk, "intake", accepted, dispute.request_id)
    await desk.settled()
    await desk.move_to(MONDAY_MORNING + timedelta(days=3))
    await dispute.routed(Channel.PSM)
    await desk.move_to(MONDAY_MORNING + timedelta(days=4))
    assert await feed(desk, dispute, "limit_breached") == ["limit_breached"]
    await dispute.do("signature", "community_officer")
    case = await dispute.case()
    limits = {each["clock"]: each for each in case["course"]["limits"]}
    assert (limits["CL-022"]["breached"], limits["CL-025"]["due"]) == (True, case["mediation_due"])
    assert case["mediation_due"] < (MONDAY_MORNING + timedelta(days=33)).isoformat()


async def test_the_month_is_not_given_again_and_the_leads_say_until_when_it_runs(desk: Desk) -> None:
    """R-12."""
    dispute = await Dispute(desk).routed()
    await dispute.do("signature", "community_officer")
    month = (await dispute.case())["mediation_due"]
    await desk.move_to(MONDAY_MORNING + timedelta(days=10))
    await dispute.do("lead", "community_officer", {"channel": "JM", "reason": "LEGAL_PROCEDURE"})
    told = await dispute.get(f"/cases/{dispute.case_id}/leads", "community_officer")
    back = next(each for each in told["leads"] if each["channel"] == "PM")
    assert (back["allowed"], back["due"]) == (True, month)
    await dispute.do("lead", "community_officer", {"channel": "PM", "reason": "NOT_SETTLED"})
    assert (await dispute.case())["mediation_due"] == month


async def test_a_suspended_month_ends_later(desk: Desk) -> None:
    dispute = await Dispute(desk).routed()
    await dispute.do("signature", "community_officer")
    await dispute.do("suspension", "community_officer", {"reason": "APPRAISAL", "evidence": "伤情鉴定委托书"})
    await desk.move_to(MONDAY_MORNING + timedelta(days=40))
    case = await dispute.case()
    assert (case["course"]["suspended"], case["outcome"]) == ("APPRAISAL", None)
    await dispute.do("resumption", "community_officer")
    case = await dispute.case()
    assert case["course"]["suspended"] is None
    assert case["mediation_due"] > (MONDAY_MORNING + timedelta(days=65)).isoformat()


async def test_a_draft_dies_with_its_channel_and_the_file_keeps_what_was_said_yes_to(desk: Desk) -> None:
    dispute = await (await Dispute(desk).routed()).agreed()
    await dispute.do("agreements", "mediator", {"product": "PM_AGREEMENT", "terms": "各让一步。"})
    await dispute.do("lead", "community_officer", {"channel": "JM", "reason": "LEGAL_PROCEDURE"})
    await desk.settled()
    case: dict[str, Any] = await dispute.case()
    assert case["agreement"]["state"] == "VOID"
    assert [leg["channel"] for leg in case["course"]["legs"]] == ["PM", "JM"]
    assert [(party["consented"], party["consents"][0]["channel"]) for party in case["parties"]] == [(False, "PM")] * 2
    assert await feed(desk, dispute, "channel_handed_over") == ["channel_handed_over"]
    board = (await dispute.get("/cases", "community_officer", request_id=str(dispute.request_id)))["cases"]
    assert (board[0]["channel"], board[0]["state"], board[0]["consented"]) == ("JM", "CONSENT_SOUGHT", 0)


async def test_the_registers_are_kept_by_who_keeps_the_directory(desk: Desk) -> None:
    leader, officer = await desk.as_("station_leader"), await desk.as_("community_officer")
    body = {"kind": "industry", "trades": ["medical"], "since": "2026-01-01"}
    path = "/mediation/v1/bodies/INDUSTRY-MEDICAL"
    assert (await desk.http.put(path, json=body, headers=officer)).status_code == 403
    done = await desk.http.put(path, json=body, headers=leader)
    assert (done.json()["registered"], done.json()["listed"]) == (True, False)
    span = {"since": "2026-01-01", "until": "2026-12-31"}
    listed = await desk.http.post(f"{path}/listing", json=span, headers=await desk.as_("station_leader"))
    after = listed.json()["record_id"]
    rows = (await desk.http.get(f"/mediation/v1/bodies?after={after}", headers=officer)).json()["bodies"]
    assert {"INDUSTRY-MEDICAL": True, "INDUSTRY-CARS": False}.items() <= {
        row["code"]: row["listed"] for row in rows
    }.items()
