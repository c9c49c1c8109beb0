"""What the page of a hand-over, of a panel, of a file and of legal aid asks: over HTTP, with reasons in words."""

from shared.contracts.codes import Category, Channel
from tests.mediation.disputes import Dispute, person_of, staff
from tests.support.house import Desk


async def test_each_channel_says_whether_it_may_take_the_case_over_and_why_not(desk: Desk) -> None:
    dispute = await Dispute(desk).routed(Channel.PSM)
    await dispute.do("signature", "community_officer")
    told = await dispute.get(f"/cases/{dispute.case_id}/leads", "community_officer")
    leads = {each["channel"]: each for each in told["leads"]}
    assert leads["PSM"]["leads"]
    assert leads["PM"]["allowed"]
    assert (leads["PM"]["ground"], leads["PM"]["rule"], leads["PM"]["worth"]) == (
        "before_penalty", "R-05", "BINDING_CONTRACT",
    )  # fmt: skip
    assert len(leads["PM"]["asked"]) == 2
    for channel in ("IM", "JM"):
        assert not leads[channel]["allowed"]
        assert "只能转由人民调解" in leads[channel]["why_not"]["detail"]
        assert leads[channel]["rule"] == "R-05"
    assert len((await dispute.case())["course"]["legs"]) == 1, "asking records nothing"


async def test_the_way_back_to_the_police_is_open_with_a_written_application(desk: Desk) -> None:
    dispute = await Dispute(desk).routed(Channel.PM, category=Category.PSO)
    await dispute.do("signature", "community_officer")
    told = await dispute.get(f"/cases/{dispute.case_id}/leads", "community_officer")
    police = next(each for each in told["leads"] if each["channel"] == "PSM")
    assert (police["allowed"], police["application"], police["worth"]) == (True, True, "ENDS_PENALTY")
    industry = next(each for each in told["leads"] if each["channel"] == "IM")
    assert "哪个行业" in industry["why_not"]["detail"]


async def test_a_case_that_has_ended_goes_nowhere(desk: Desk) -> None:
    dispute = await (await Dispute(desk).routed()).ready()
    await dispute.do("end", "community_officer", {"reason": "not_settled"})
    told = await dispute.get(f"/cases/{dispute.case_id}/leads", "community_officer")
    assert told["leads"] == []


async def test_a_panel_shows_who_may_sit_whose_seat_is_in_doubt_and_what_was_decided(desk: Desk) -> None:
    dispute = await Dispute(desk).routed()
    await dispute.do("signature", "community_officer")
    await dispute.do("panel", "community_officer", {"template": "THREE_OFFICES"})
    who = {"station": "community_officer", "justice_office": "justice_officer", "law_firm": "panel_lawyer"}
    for seat, login in who.items():
        await dispute.do(f"panel/seats/{seat}/offer", "community_officer", {"person": str(staff(login))})
        await dispute.do(f"panel/seats/{seat}", login, {"neutral": True})
    body = {"decision": "proposal", "present": list(who), "note": "建议分期。"}
    await dispute.do("panel/decisions", "community_officer", body)
    lawyer = str(staff("panel_lawyer"))
    await dispute.do("interests", "community_officer", {"interest": "relative", "person": lawyer})
    panel = await dispute.get(f"/cases/{dispute.case_id}/panel", "community_officer")
    seats = {each["seat"]: each for each in panel["seats"]}
    assert seats["law_firm"]["interest"] == "relative"
    assert seats["station"]["interest"] is None
    assert seats["justice_office"]["roles"] == ["justice_officer"]
    assert [(each["decision"], each["present"]) for each in panel["decided"]] == [("proposal", list(who))]
    assert "建议" not in str(panel)


async def test_who_was_asked_to_sit_finds_the_seat_until_it_is_left(desk: Desk) -> None:
    dispute = await Dispute(desk).routed()
    await dispute.do("signature", "community_officer")
    await dispute.do("panel", "community_officer", {"template": "THREE_OFFICES"})
    place = "panel/seats/law_firm"
    await dispute.do(f"{place}/offer", "community_officer", {"person": str(staff("panel_lawyer"))})
    await desk.settled()
    (seat,) = await mine(dispute)
    assert (seat["case_id"], seat["seat"], seat["taken"]) == (dispute.case_id, "law_firm", False)
    await dispute.do(place, "panel_lawyer", {"neutral": True})
    await desk.settled()
    assert [each["taken"] for each in await mine(dispute)] == [True]
    officer = str(staff("community_officer"))
    await dispute.do("panel/seats/station/offer", "community_officer", {"person": officer})
    await dispute.do("panel/seats/station", "community_officer", {"neutral": True})
    assert await dispute.status("panel/seats/station/leave", "panel_lawyer", {"person": officer}) == 403
    await dispute.do(f"{place}/leave", "panel_lawyer", {"interest": "relative"})
    await desk.settled()
    assert await mine(dispute) == []


async def mine(dispute: Dispute) -> list[dict[str, object]]:
    """The seats of the lawyer in this case."""
    seats: list[dict[str, object]] = (await dispute.get("/seats", "panel_lawyer"))["seats"]
    return [each for each in seats if each["case_id"] == dispute.case_id]


async def test_whoever_asked_for_the_file_finds_it_again_and_nobody_else(desk: Desk) -> None:
    dispute = await (await Dispute(desk).routed()).ready()
    asked = await dispute.do("exports", "mediator", {"purpose": "mediation"})
    await desk.settled()
    path = f"/cases/{dispute.case_id}/exports"
    (own,) = (await dispute.get(path, "mediator"))["exports"]
    assert (own["export_id"], own["standing"]) == (asked["export_id"], "asked")
    assert (await dispute.get(path, "community_officer"))["exports"] == []


async def test_the_other_side_does_not_learn_of_an_application_for_legal_aid_r_25(desk: Desk) -> None:
    lin, zhao = await person_of(desk, "citizen_lin"), await person_of(desk, "party_zhao")
    dispute = await Dispute(desk).routed(requester=lin, other_party=zhao)
    await dispute.do("signature", "community_officer")
    await dispute.do("legal-aid", "citizen_lin", {"need": "请不起律师。"})
    path = f"/cases/{dispute.case_id}/legal-aid"
    assert (await dispute.get(path, "citizen_lin"))["standing"] == "applied"
    assert (await dispute.send("GET", path, "party_zhao")).status_code == 404
    assert (await dispute.send("GET", path, "community_officer")).status_code == 404


async def test_a_court_finds_what_both_sides_want_confirmed_until_it_decided(desk: Desk) -> None:
    lin, zhao = await person_of(desk, "citizen_lin"), await person_of(desk, "party_zhao")
    dispute = await (await Dispute(desk).routed(requester=lin, other_party=zhao)).agreed()
    paper = (await dispute.do("agreements", "mediator", {"product": "PM_AGREEMENT", "terms": "各让一步。"}))[
        "agreement_id"
    ]
    place = f"/agreements/{paper}"
    for act in ("signature", "confirmation/joining"):
        for login in ("citizen_lin", "party_zhao"):
            assert (await dispute.send("POST", f"{place}/{act}", login)).status_code == 200
    assert await applications(desk, dispute, paper) == []
    assert (await dispute.send("POST", f"{place}/confirmation", "citizen_lin")).status_code == 200
    assert await applications(desk, dispute, paper) == ["filed"]
    assert (await dispute.send("POST", f"{place}/confirmation/acceptance", "court_clerk")).status_code == 200
    assert await applications(desk, dispute, paper) == ["accepted"]
    body = {"confirmed": True, "ruling": "（2026）冀0581民特9号"}
    assert (await dispute.send("POST", f"{place}/confirmation/decision", "court_clerk", body)).status_code == 200
    assert await applications(desk, dispute, paper) == []
    assert (await dispute.send("GET", "/confirmations", "community_officer")).status_code == 403


async def applications(desk: Desk, dispute: Dispute, paper: str) -> list[str]:
    await desk.settled()
    listed = (await dispute.get("/confirmations", "court_clerk"))["applications"]
    return [each["state"] for each in listed if each["agreement_id"] == paper]
