"""A draft over HTTP, and what happens to its case between the first word and the last signature."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.mediation.main import build
from services.vault.main import build as build_vault
from shared.contracts.codes import Channel, Gate
from shared.contracts.routing import RequestGatedV1
from shared.kernel import RuleId
from shared.web import Deps, Service
from tests.mediation.disputes import Dispute, person_of
from tests.mediation.neighbours import build_neighbour, say
from tests.support.house import MONDAY_MORNING, Desk, house
from tests.support.postgres import Database

RECONCILED = {"product": "PM_AGREEMENT", "terms": "各让一步。"}
ON_PAPER = {"how": "paper", "evidence": "协议书原件"}


@pytest.fixture
async def slow_desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    """The reader that settles cases is far behind."""

    def without_settlement(deps: Deps) -> Service:
        service = build(deps)
        return replace(service, reactions=[r for r in service.reactions if r.reader != "mediation.settle_cases"])

    neighbours = dict.fromkeys(("intake", "routing", "enterprise", "notifications"), build_neighbour)
    builds = {"vault": build_vault, **neighbours, "mediation": without_settlement}
    async with house(database, tmp_path, builds) as running:
        yield running


async def agreed(desk: Desk, channel: Channel = Channel.PM) -> Dispute:
    lin, zhao = await person_of(desk, "citizen_lin"), await person_of(desk, "party_zhao")
    return await (await Dispute(desk).routed(channel, requester=lin, other_party=zhao)).agreed()


async def half_signed(dispute: Dispute, host: str = "mediator", **draft: Any) -> str:
    """Drafted, and signed by one of the two."""
    agreement = f"/agreements/{(await dispute.do('agreements', host, RECONCILED | draft))['agreement_id']}"
    assert (await dispute.send("POST", f"{agreement}/signature", "citizen_lin")).status_code == 200
    return agreement


async def refusals(dispute: Dispute, agreement: str, host: str = "mediator") -> list[tuple[str, str | None]]:
    """Why the second party cannot sign: what it is told itself, and what its mediator is told."""
    paper = {"party": (await dispute.parties())[1], **ON_PAPER}
    answers = [
        await dispute.send("POST", f"{agreement}/signature", "party_zhao"),
        await dispute.send("POST", f"{agreement}/recorded-signature", host, paper),
    ]
    assert [each.status_code for each in answers] == [409, 409]
    return [(each.json()["type"], each.json().get("rule")) for each in answers]


async def gated(dispute: Dispute, gate: Gate, result: str) -> None:
    desk = dispute.desk
    decided = RequestGatedV1(
        request_id=dispute.request_id, gate=gate, result=RuleId(result), rule=RuleId("R-27"), at=desk.clock.now()
    )
    await say(desk, "routing", decided, dispute.request_id)
    await desk.settled()


async def test_r_10_after_blows_nobody_signs_what_was_drafted_before(desk: Desk) -> None:
    dispute = await agreed(desk)
    agreement = await half_signed(dispute)
    await dispute.do("violence", "mediator", {"note": "签字时动了手。"})
    assert await refusals(dispute, agreement) == [
        ("still-under-review", None),
        ("violence-stops-mediation", "R-10"),
    ]
    steps = {step["operation"]: step for step in (await dispute.case("party_zhao"))["next"]}
    assert not steps["mediation.sign_agreement"]["allowed"]
    assert "violence" not in str(steps)
    await desk.settled()
    assert (await dispute.case())["outcome"] is None


async def test_r_10_after_blows_nothing_is_drafted(desk: Desk) -> None:
    dispute = await agreed(desk)
    await dispute.do("violence", "mediator", {"note": "出门时动了手。"})
    refused = await dispute.refused("agreements", "mediator", RECONCILED)
    assert (refused["type"], refused["rule"]) == ("violence-stops-mediation", "R-10")
    steps = {step["operation"]: step for step in (await dispute.case("mediator"))["next"]}
    assert steps["mediation.draft_agreement"]["rule"] == "R-10"


async def test_r_09_who_joined_after_the_draft_is_asked_and_signs_too(desk: Desk) -> None:
    dispute = await agreed(desk)
    agreement = await half_signed(dispute)
    third = (await dispute.do("parties", "community_officer"))["party"]
    assert await refusals(dispute, agreement) == [("not-every-partys-draft", "R-09")] * 2
    await dispute.do("recorded-consent", "community_officer", {"party": third, "how": "paper", "evidence": "同意书"})
    opened = await dispute.do("sessions", "mediator", {"kind": "joint"})
    await dispute.do(f"sessions/{opened['session_id']}/end", "mediator", {"result": "agreed"})
    steps = {step["operation"]: step for step in (await dispute.case("mediator"))["next"]}
    assert steps["mediation.draft_agreement"]["allowed"]
    await half_signed(dispute, terms="三家各让一步。")
    assert (await dispute.send("POST", f"{agreement}/signature", "party_zhao")).json()["state"] == "DRAFTED"
    paper = {"party": third, **ON_PAPER}
    last = await dispute.send("POST", f"{agreement}/recorded-signature", "mediator", paper)
    assert last.json()["state"] == "PERFORMED"


async def test_r_28_a_gate_that_closes_after_the_draft_is_waited_for(desk: Desk) -> None:
    dispute = await agreed(desk)
    agreement = await half_signed(dispute)
    await gated(dispute, Gate.CRIME_OR_CIVIL, "UNDECIDED")
    assert await refusals(dispute, agreement) == [("still-under-review", None), ("crime-not-ruled-out", "R-28")]
    assert (await dispute.refused("agreements", "mediator", RECONCILED | {"terms": "。"}))["rule"] == "R-28"
    await gated(dispute, Gate.CRIME_OR_CIVIL, "NOT_A_CRIME")
    assert (await dispute.send("POST", f"{agreement}/signature", "party_zhao")).json()["state"] == "PERFORMED"


async def test_r_61_what_was_drafted_before_filing_is_not_signed_after_it(desk: Desk) -> None:
    lin, zhao = await person_of(desk, "citizen_lin"), await person_of(desk, "party_zhao")
    dispute = await Dispute(desk).routed(Channel.JM, owner="court_clerk", requester=lin, other_party=zhao)
    await dispute.do("signature", "court_clerk")
    for party in ("citizen_lin", "party_zhao"):
        await dispute.do("consent", party)
    await dispute.do("host", "court_clerk", {})
    opened = await dispute.do("sessions", "court_clerk", {"kind": "joint"})
    await dispute.do(f"sessions/{opened['session_id']}/end", "court_clerk", {"result": "agreed"})
    agreement = await half_signed(dispute, "court_clerk", product="PRE_SUIT_AGREEMENT")
    await dispute.do("suit", "court_clerk", {"stage": "simple"})
    assert await refusals(dispute, agreement, "court_clerk") == [("court-makes-the-paper", "R-61")] * 2
    steps = {step["operation"]: step for step in (await dispute.case("court_clerk"))["next"]}
    assert steps["mediation.draft_agreement"]["allowed"]


async def test_r_12_the_end_of_the_time_does_not_fail_what_all_have_signed(slow_desk: Desk) -> None:
    dispute = await agreed(slow_desk)
    agreement = await half_signed(dispute)
    assert (await dispute.send("POST", f"{agreement}/signature", "party_zhao")).json()["state"] == "PERFORMED"
    await slow_desk.move_to(MONDAY_MORNING + timedelta(days=40))
    case = await dispute.case()
    assert (case["state"], case["outcome"]) == ("AGREED", None)


async def test_r_09_nobody_withdraws_what_all_have_signed(slow_desk: Desk) -> None:
    dispute = await agreed(slow_desk)
    agreement = await half_signed(dispute)
    assert (await dispute.send("POST", f"{agreement}/signature", "party_zhao")).json()["state"] == "PERFORMED"
    assert (await dispute.refused("refusal", "party_zhao", {"note": "我不干了。"}))["type"] == "case-has-ended"
    assert (await dispute.refused("end", "mediator", {"reason": "not_settled"}))["type"] == "case-has-ended"
    await dispute.do("danger", "mediator", {"note": "走的时候说要找人。"})
    assert (await dispute.case())["outcome"] is None
