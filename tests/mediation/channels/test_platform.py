"""Talks on line and a firm's paper, over HTTP."""

from datetime import timedelta
from uuid import UUID

from shared.contracts.codes import Category, Channel, Flag, Gate
from shared.contracts.enterprise import ConsentRecordedV1
from shared.contracts.routing import RequestGatedV1
from shared.kernel import RuleId
from tests.mediation.disputes import Dispute, person_of, staff
from tests.mediation.neighbours import say
from tests.support.house import MONDAY_MORNING, Desk

REMOTE = {"kind": "REMOTE", "recording": "在线调解录像 0601"}


async def at_court(desk: Desk) -> Dispute:
    lin, zhao = await person_of(desk, "citizen_lin"), await person_of(desk, "party_zhao")
    dispute = await Dispute(desk).routed(Channel.JM, owner="court_mediator", requester=lin, other_party=zhao)
    await dispute.do("signature", "court_mediator")
    for party in ("citizen_lin", "party_zhao"):
        await dispute.do("consent", party)
    return dispute


async def test_r_14_both_sides_agree_the_mediator_accepts_and_thirty_days_begin(desk: Desk) -> None:
    dispute = await at_court(desk)
    await dispute.do("host", "court_mediator", {})
    refusal = await dispute.refused("sessions", "court_mediator", REMOTE)
    assert (refusal["type"], refusal["rule"]) == ("remote-not-chosen", "R-14")
    await dispute.do("remote", "citizen_lin")
    _, zhao = await dispute.parties()
    await dispute.do("recorded-remote", "court_mediator", {"party": zhao, "evidence": "电话录音 0602"})
    assert (await dispute.refused("sessions", "court_mediator", REMOTE))["type"] == "hosting-not-accepted"
    await dispute.do("hosting", "court_mediator")
    case = await dispute.case("court_mediator")
    assert [limit["clock"] for limit in case["course"]["limits"]] == ["CL-040"]
    assert (len(case["course"]["remote"]), case["course"]["hosting_accepted"]) == (2, True)
    await dispute.do("sessions", "court_mediator", REMOTE)


async def test_r_61_the_invited_host_files_no_suit_and_his_session_carries_no_court_paper(desk: Desk) -> None:
    dispute = await at_court(desk)
    await dispute.do("host", "court_mediator", {"host": str(staff("invited_mediator"))})
    opened = await dispute.do("sessions", "invited_mediator", {"kind": "JOINT"})
    await dispute.do(f"sessions/{opened['session_id']}/end", "invited_mediator", {"result": "agreed"})
    refusal = await dispute.refused("suit", "invited_mediator", {"stage": "simple"})
    assert (refusal["type"], refusal["rule"]) == ("only-the-court-files", "R-61")
    await dispute.do("suit", "court_mediator", {"stage": "simple"})
    case = await dispute.case("court_mediator")
    assert (case["host"], case["state"], case["course"]["suit"]) == (None, "CONSENTED", "simple")
    await desk.settled()
    (row,) = (await dispute.get("/cases", "court_mediator", request_id=str(dispute.request_id)))["cases"]
    assert (row["host"], row["state"]) == (None, "CONSENTED")
    paper = {"product": "COURT_PAPER", "terms": "各让一步。"}
    assert (await dispute.refused("agreements", "court_mediator", paper))["type"] == "nothing-agreed-yet"
    await dispute.do("host", "court_mediator", {})
    opened = await dispute.do("sessions", "court_mediator", {"kind": "JOINT"})
    await dispute.do(f"sessions/{opened['session_id']}/end", "court_mediator", {"result": "agreed"})
    await dispute.do("agreements", "court_mediator", paper)


async def test_r_14_a_silent_mediator_is_replaced_and_the_time_for_naming_runs_again(desk: Desk) -> None:
    dispute = await at_court(desk)
    for party in ("citizen_lin", "party_zhao"):
        await dispute.do("remote", party)
    await dispute.do("host", "court_mediator", {})
    await desk.move_to(MONDAY_MORNING + timedelta(days=4))
    case = await dispute.case("court_mediator")
    clocks = {limit["clock"] for limit in case["course"]["limits"]}
    assert (case["host"], "CL-038" in clocks, "CL-039" in clocks) == (None, True, False)


async def test_a_mediator_who_declines_makes_room(desk: Desk) -> None:
    dispute = await at_court(desk)
    for party in ("citizen_lin", "party_zhao"):
        await dispute.do("remote", party)
    await dispute.do("host", "court_mediator", {})
    steps = {step["operation"]: step for step in (await dispute.case("court_mediator"))["next"]}
    assert steps["mediation.accept_hosting"]["allowed"]
    await dispute.do("hosting/refusal", "court_mediator")
    assert (await dispute.case("court_mediator"))["host"] is None


async def economic(desk: Desk) -> Dispute:
    dispute = Dispute(desk)
    await dispute.routed(category=Category.ENT, flags=(Flag.CRIME_POSSIBLE,))
    gated = RequestGatedV1(
        request_id=dispute.request_id,
        gate=Gate.CRIME_OR_CIVIL,
        result=RuleId("NOT_A_CRIME"),
        rule=RuleId("R-28"),
        at=desk.clock.now(),
    )
    await say(desk, "routing", gated, dispute.request_id)
    await desk.settled()
    await dispute.ready()
    return dispute


async def test_r_28_the_firms_paper_comes_before_the_first_session(desk: Desk) -> None:
    dispute = await economic(desk)
    refusal = await dispute.refused("sessions", "mediator", {"kind": "JOINT"})
    assert (refusal["type"], refusal["rule"]) == ("firm-consent-missing", "R-28")
    firm, _ = await dispute.parties()
    await dispute.do("firm-consent", "community_officer", {"party": firm, "paper": "企业盖章的同意书，编号 8"})
    await dispute.do("sessions", "mediator", {"kind": "JOINT"})


async def test_r_28_the_workstations_paper_counts_in_the_case(desk: Desk) -> None:
    dispute = await economic(desk)
    told = ConsentRecordedV1(request_id=dispute.request_id, matter_id=UUID(int=7), at=desk.clock.now())
    await say(desk, "enterprise", told, dispute.request_id)
    await desk.settled()
    await dispute.do("sessions", "mediator", {"kind": "JOINT"})


async def test_r_08_a_violation_case_is_made_longer_by_the_paper_from_above(desk: Desk) -> None:
    dispute = await Dispute(desk).routed(Channel.PSM)
    await dispute.do("signature", "community_officer")
    before = (await dispute.case())["mediation_due"]
    for number in (1, 2):
        await dispute.do("casework-extension", "community_officer", {"approval": f"市公（治）批〔2026〕{number}号"})
    case = await dispute.case()
    assert (case["course"]["extensions"], case["mediation_due"] > before) == (2, True)
    third = {"approval": "市公（治）批〔2026〕3号"}
    assert (await dispute.refused("casework-extension", "community_officer", third))["rule"] == "R-08"
