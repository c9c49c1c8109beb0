"""A case over HTTP, from routing's record to the last duty."""

from datetime import timedelta
from typing import Any

import orjson

from shared.contracts.codes import Category, Channel, Flag, Gate, ReasonCode, Role
from shared.contracts.intake import WithdrawnV1
from shared.contracts.routing import HandlingRevokedV1, RequestGatedV1
from shared.kernel import RuleId, new_id
from tests.mediation.disputes import Dispute, person_of, staff
from tests.mediation.neighbours import say
from tests.support.house import MONDAY_MORNING, Desk


async def published(desk: Desk, dispute: Dispute) -> list[str]:
    rows = await desk.store("mediation").pool.fetch(
        "SELECT f.type FROM feed f JOIN events e USING (event_id) WHERE e.key = $1 AND f.data IS NOT NULL"
        " ORDER BY f.number",
        dispute.request_id,
    )
    return [row["type"].split(".")[3] for row in rows]


async def test_a_neighbours_quarrel_is_settled_and_its_duty_watched(desk: Desk) -> None:
    lin, zhao = await person_of(desk, "citizen_lin"), await person_of(desk, "party_zhao")
    dispute = await Dispute(desk).routed(requester=lin, other_party=zhao)
    await dispute.do("signature", "community_officer")
    await dispute.do("notice", "community_officer")
    assert await dispute.status("sessions", "mediator", {"kind": "joint"}) == 403
    await dispute.do("consent", "citizen_lin")
    await dispute.do("consent", "party_zhao")
    await dispute.do("host", "community_officer", {"host": str(staff("mediator"))})
    opened = await dispute.do("sessions", "mediator", {"kind": "shuttle"})
    await dispute.do(f"sessions/{opened['session_id']}/end", "mediator", {"result": "agreed"})
    paper = await dispute.do(
        "agreements",
        "mediator",
        {
            "product": "PM_AGREEMENT",
            "terms": "一周内修好漏水处，并赔偿天花板。",
            "duties": [
                {"kind": "money", "by": str(zhao), "to": str(lin), "amount_fen": 80_000, "due": "2026-03-20"},
                {"kind": "act", "by": str(zhao), "to": str(lin), "what": "修好漏水处", "due": "2026-03-09"},
            ],
        },
    )
    agreement = f"/agreements/{paper['agreement_id']}"
    for party in ("citizen_lin", "party_zhao"):
        read = await dispute.get(agreement, party)
        assert read["terms"] == "一周内修好漏水处，并赔偿天花板。"
        assert (await dispute.send("POST", f"{agreement}/signature", party)).status_code == 200
    await desk.settled()
    case = await dispute.case()
    assert (case["state"], case["outcome"], case["duties_watched"]) == ("CLOSED", "settled", 2)
    assert case["agreement"]["state"] == "IN_EFFECT"
    assert [name for name in await published(desk, dispute) if name != "party_consented"] == [
        "handling_offered",
        "handling_signed",
        "case_opened",
        "first_response",
        "handling_started",
        "notice_given",
        "mediator_named",
        "session_held",
        "agreement_drafted",
        "agreement_signed",
        "agreement_signed",
        "agreement_in_effect",
        "outcome_reported",
        "case_closed",
    ]
    await _performed_and_missed(desk, dispute, agreement)


async def _performed_and_missed(desk: Desk, dispute: Dispute, agreement: str) -> None:
    duties: list[dict[str, Any]] = (await dispute.get(agreement, "mediator"))["duties"]
    money, wall = duties
    by_debtor = await dispute.send("POST", f"{agreement}/duties/{money['duty_id']}/performance", "party_zhao")
    assert by_debtor.json()["type"] == "only-receiver-confirms"
    done = await dispute.send("POST", f"{agreement}/duties/{money['duty_id']}/performance", "citizen_lin")
    assert done.status_code == 200, done.text
    await desk.move_to(MONDAY_MORNING + timedelta(days=5))
    await desk.move_to(MONDAY_MORNING + timedelta(days=20))
    read = await dispute.get(agreement, "mediator")
    assert [duty["state"] for duty in read["duties"]] == ["performed", "defaulted"]
    assert read["duties"][1]["next_rung"] == "suit_on_agreement"
    assert read["state"] == "DEFAULTED"
    late = await dispute.send(
        "POST",
        f"{agreement}/duties/{wall['duty_id']}/recorded-performance",
        "community_officer",
        {"proof": "现场照片三张"},
    )
    assert late.status_code == 200, late.text
    assert late.json()["state"] == "PERFORMED"
    await desk.settled()
    assert [name for name in await published(desk, dispute) if name.startswith("duty_")] == [
        "duty_performed",
        "duty_warned",
        "duty_defaulted",
        "duty_performed",
    ]


async def test_police_mediation_is_refused_to_the_auxiliary_and_done_by_the_officer(desk: Desk) -> None:
    dispute = await Dispute(desk).routed(Channel.PSM)
    refusal = await dispute.refused("sessions", "auxiliary", {"kind": "JOINT", "recording": "记录仪 1"})
    assert (refusal["type"], refusal["rule"]) == ("host-not-entitled", "R-07")
    await dispute.ready()
    refusal = await dispute.refused("sessions", "community_officer", {"kind": "joint"})
    assert (refusal["type"], refusal["rule"]) == ("recording-missing", "R-07")
    opened = await dispute.do("sessions", "community_officer", {"kind": "joint", "recording": "记录仪 0317"})
    await dispute.do(
        f"sessions/{opened['session_id']}/end", "community_officer", {"result": "agreed", "notes": "双方握手言和"}
    )
    one, two = await dispute.parties()
    draft = {"product": "ON_SPOT_RECORD", "terms": "互相道歉。", "record": "记录仪 0317"}
    undated = {**draft, "duties": [{"kind": "apology", "by": one, "to": two}]}
    assert (await dispute.refused("agreements", "community_officer", undated))["rule"] == "R-04"
    dated = {**draft, "duties": [{"kind": "apology", "by": one, "to": two, "due": "2026-03-02"}]}
    paper = await dispute.do("agreements", "community_officer", dated)
    for party in (one, two):
        body = {"party": party, "how": "paper", "evidence": "现场签字"}
        signed = await dispute.send(
            "POST", f"/agreements/{paper['agreement_id']}/recorded-signature", "community_officer", body
        )
        assert signed.status_code == 200, signed.text
    await desk.settled()
    case = await dispute.case()
    assert (case["outcome"], case["agreement"]["effect"]) == ("settled", "ENDS_PENALTY")


async def test_a_refusal_ends_the_case_and_its_draft(desk: Desk) -> None:
    zhao = await person_of(desk, "party_zhao")
    dispute = await Dispute(desk).routed(other_party=zhao)
    await dispute.agreed()
    paper = await dispute.do("agreements", "mediator", {"product": "PM_AGREEMENT", "terms": "各让一步。"})
    await dispute.do("refusal", "party_zhao", {"note": "我想了想，还是去法院。"})
    await desk.settled()
    case = await dispute.case()
    assert (case["outcome"], case["detail"], case["reason"]) == ("failed", "PARTY_REFUSED", "PARTY_REFUSES")
    assert case["other_ways"] == ["suit", "legal_aid"]
    assert case["agreement"]["state"] == "VOID"
    late = await dispute.send("POST", f"/agreements/{paper['agreement_id']}/signature", "party_zhao")
    assert late.json()["type"] == "no-draft"


async def test_a_gate_that_came_before_the_case_opens_it(desk: Desk) -> None:
    dispute = Dispute(desk)
    gated = RequestGatedV1(
        request_id=dispute.request_id,
        gate=Gate.CRIME_OR_CIVIL,
        result=RuleId("NOT_A_CRIME"),
        rule=RuleId("R-27"),
        at=desk.clock.now(),
    )
    await say(desk, "routing", gated, dispute.request_id)
    await dispute.routed(flags=(Flag.CRIME_POSSIBLE,))
    await dispute.do("signature", "community_officer")
    await dispute.consented()


async def test_a_gate_that_a_mistaken_ruling_met_is_not_waited_for(desk: Desk) -> None:
    dispute = Dispute(desk)
    for result in ("UNDECIDED", "WITHDRAWN"):
        gated = RequestGatedV1(
            request_id=dispute.request_id,
            gate=Gate.CRIME_OR_CIVIL,
            result=RuleId(result),
            rule=RuleId("R-28"),
            at=desk.clock.now(),
        )
        await say(desk, "routing", gated, dispute.request_id)
    await dispute.routed()
    await dispute.do("signature", "community_officer")
    assert (await dispute.case())["gates"] == {}
    await dispute.consented()


async def test_a_gate_that_comes_later_is_waited_for(desk: Desk) -> None:
    dispute = await Dispute(desk).routed(flags=(Flag.DV,))
    await dispute.do("signature", "community_officer")
    one, _ = await dispute.parties()
    consent = {"party": one, "how": "paper", "evidence": "同意书"}
    assert (await dispute.refused("recorded-consent", "community_officer", consent))["rule"] == "R-18"
    token = desk.runtime("mediation").deps.guard.capabilities.issue(Role.REQUESTER, dispute.request_id)
    party = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(new_id())}
    assert (await dispute.refused("consent", party))["type"] == "still-under-review"
    seen = await dispute.case(party)
    assert (seen["flags"], seen["gates"]) == ([], {})
    assert "family-violence" not in str(seen["next"])
    lifted = RequestGatedV1(
        request_id=dispute.request_id,
        gate=Gate.DV_GATE,
        result=RuleId("NOT_DV"),
        rule=RuleId("R-18"),
        at=desk.clock.now(),
    )
    await say(desk, "routing", lifted, dispute.request_id)
    await desk.settled()
    await dispute.do("recorded-consent", "community_officer", consent)


async def test_a_reopened_request_gets_a_new_case_without_the_former_handler(desk: Desk) -> None:
    dispute = await Dispute(desk).routed()
    first = dispute.case_id
    await dispute.do("signature", "community_officer")
    revoked = HandlingRevokedV1(
        request_id=dispute.request_id, attempt=1, reason=ReasonCode.OVERRULED, at=desk.clock.now()
    )
    await say(desk, "routing", revoked, dispute.request_id)
    await dispute.routed(attempt=2, owner="deputy_officer", excluded=(staff("community_officer"),))
    dispute.case_id = next(
        row["case_id"]
        for row in (await dispute.get("/cases", "deputy_officer", request_id=str(dispute.request_id)))["cases"]
        if row["attempt"] == 2
    )
    assert dispute.case_id != first
    await dispute.do("signature", "deputy_officer")
    old = await dispute.get(f"/cases/{first}", "deputy_officer")
    assert (old["state"], old["outcome"], old["reason"]) == ("CLOSED", None, "OVERRULED")


async def test_a_later_attempt_stops_the_earlier_case(desk: Desk) -> None:
    dispute = await Dispute(desk).routed()
    first = dispute.case_id
    await dispute.routed(attempt=2)
    await dispute.routed(attempt=2)
    rows = (await dispute.get("/cases", "station_leader", request_id=str(dispute.request_id)))["cases"]
    assert sorted((row["attempt"], row["state"]) for row in rows) == [(1, "CLOSED"), (2, "OFFERED")]
    assert first in {row["case_id"] for row in rows}


async def test_what_arrives_twice_happens_once(desk: Desk) -> None:
    dispute = Dispute(desk)
    for _ in range(2):
        await dispute.routed()
        await say(desk, "intake", WithdrawnV1(request_id=dispute.request_id, at=desk.clock.now()), dispute.request_id)
        await desk.settled()
    assert await published(desk, dispute) == ["handling_offered", "case_closed"]


async def test_a_withdrawn_request_stops_its_case(desk: Desk) -> None:
    dispute = await Dispute(desk).routed()
    await say(desk, "intake", WithdrawnV1(request_id=dispute.request_id, at=desk.clock.now()), dispute.request_id)
    await desk.settled()
    assert (await dispute.case())["state"] == "CLOSED"


async def test_a_dispute_without_a_violation_goes_back_to_routing(desk: Desk) -> None:
    dispute = await Dispute(desk).routed(Channel.PSM, category=Category.DIS)
    assert dispute.case_id == ""
    assert await published(desk, dispute) == ["handling_returned"]


async def test_after_a_month_without_agreement_the_case_fails(desk: Desk) -> None:
    dispute = await Dispute(desk).routed()
    await dispute.do("signature", "community_officer")
    await desk.move_to(MONDAY_MORNING + timedelta(days=4))
    assert (await dispute.case())["consent_overdue"]
    await desk.move_to(MONDAY_MORNING + timedelta(days=32))
    case = await dispute.case()
    assert (case["outcome"], case["reason"]) == ("failed", "TIME_OUT")


async def test_other_channels_open_no_case(desk: Desk) -> None:
    dispute = await Dispute(desk).routed(Channel.WIN, category=Category.SVC)
    assert dispute.case_id == ""
    assert await published(desk, dispute) == []


async def test_a_duty_performed_while_the_case_is_settled_is_counted_once(desk: Desk) -> None:
    """Whichever comes first, what was told last about the number of open duties is right."""
    lin, zhao = await person_of(desk, "citizen_lin"), await person_of(desk, "party_zhao")
    for _ in range(4):
        dispute = await Dispute(desk).routed(requester=lin, other_party=zhao)
        await dispute.agreed()
        duty = {"kind": "apology", "by": str(zhao), "to": str(lin), "due": "2026-03-20"}
        body = {"product": "PM_AGREEMENT", "terms": "当面道歉两次。", "duties": [duty, duty]}
        agreement = f"/agreements/{(await dispute.do('agreements', 'mediator', body))['agreement_id']}"
        first = (await dispute.get(agreement, "mediator"))["duties"][0]["duty_id"]
        for party in ("citizen_lin", "party_zhao"):
            await dispute.send("POST", f"{agreement}/signature", party)
        done = await dispute.send("POST", f"{agreement}/duties/{first}/performance", "citizen_lin")
        assert done.status_code == 200, done.text
        await desk.settled()
        told = await desk.store("mediation").pool.fetch(
            "SELECT f.data FROM feed f JOIN events e USING (event_id) WHERE e.key = $1"
            " AND e.fact IN ('outcome_reported', 'duty_performed') ORDER BY f.number",
            dispute.request_id,
        )
        last: dict[str, Any] = orjson.loads(told[-1]["data"])
        assert last.get("duties_watched", last.get("still_watched")) == 1
