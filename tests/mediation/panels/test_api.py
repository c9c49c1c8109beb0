"""Panels over HTTP: who sits records the decision and nobody else; whose part comes out later counts no more."""

from collections.abc import Mapping
from typing import Any

from shared.contracts.codes import Role
from shared.kernel import new_id
from tests.mediation.disputes import Dispute, person_of, staff
from tests.support.house import Desk

OFFICES = {"station": "community_officer", "justice_office": "justice_officer", "law_firm": "panel_lawyer"}
LAWYER = str(staff("panel_lawyer"))


async def seated(dispute: Dispute, template: str, holders: Mapping[str, str]) -> None:
    await dispute.do("panel", "community_officer", {"template": template})
    for seat, login in holders.items():
        await dispute.do(f"panel/seats/{seat}/offer", "community_officer", {"person": str(staff(login))})
        await dispute.do(f"panel/seats/{seat}", login, {"neutral": True})


def decision(*present: str) -> dict[str, Any]:
    return {"decision": "proposal", "present": list(present), "note": "建议分期。"}


async def panel(dispute: Dispute) -> dict[str, Any]:
    return await dispute.get(f"/cases/{dispute.case_id}/panel", "community_officer")


async def test_who_sits_records_what_the_panel_decided_and_nobody_else(desk: Desk) -> None:
    lin, zhao = await person_of(desk, "citizen_lin"), await person_of(desk, "party_zhao")
    dispute = await Dispute(desk).routed(requester=lin, other_party=zhao)
    await dispute.do("signature", "community_officer")
    sitting = {"platform": "centre_officer", "grid_officer": "community_officer"}
    await seated(dispute, "ONE_X_N", sitting)
    await dispute.do("panel/seats/department/offer", "community_officer", {"person": str(staff("clerk_fire"))})
    for stranger in ("citizen_lin", "party_zhao", "clerk_fire", "deputy_officer"):
        refusal = await dispute.refused("panel/decisions", stranger, decision(*sitting))
        assert refusal["type"] == "only-members-decide", stranger
    assert (await panel(dispute))["decisions"] == 0
    await dispute.do("panel/decisions", "centre_officer", decision(*sitting))
    assert (await panel(dispute))["decisions"] == 1


async def test_a_code_and_pin_record_no_decision_of_a_panel(desk: Desk) -> None:
    dispute = await Dispute(desk).routed()
    await dispute.do("signature", "community_officer")
    await seated(dispute, "THREE_OFFICES", OFFICES)
    token = desk.runtime("mediation").deps.guard.capabilities.issue(Role.REQUESTER, dispute.request_id)
    requester = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(new_id())}
    assert await dispute.status("panel/decisions", requester, decision(*OFFICES)) == 403
    assert (await panel(dispute))["decisions"] == 0


async def test_r_15_who_sits_and_has_an_interest_counts_no_more(desk: Desk) -> None:
    dispute = await (await Dispute(desk).routed()).ready()
    await seated(dispute, "THREE_OFFICES", OFFICES)
    await dispute.do("interests", "community_officer", {"interest": "mediated_before", "person": LAWYER})
    assert (await panel(dispute))["lacking"] == 0
    await dispute.do("interests", "community_officer", {"interest": "relative", "person": LAWYER})
    found = await panel(dispute)
    assert (found["lacking"], [each["seat"] for each in found["seats"] if each["recused"]]) == (1, ["law_firm"])
    refusal = await dispute.refused("sessions", "mediator", {"kind": "joint"})
    assert (refusal["type"], refusal["details"]) == ("quorum-missing", {"lacking": 1})
    (step,) = [each for each in (await dispute.case("mediator"))["next"] if each["operation"].endswith("open_session")]
    assert step["why_not"]["slug"] == "quorum-missing"
    refusal = await dispute.refused("panel/decisions", "community_officer", decision(*OFFICES))
    assert (refusal["type"], refusal["details"]) == ("absent-seats-cannot-decide", {"lacking": 1})
    refusal = await dispute.refused("panel/decisions", "panel_lawyer", decision(*OFFICES))
    assert refusal["type"] == "only-members-decide"


async def test_r_15_an_earlier_case_of_who_sits_counts_as_soon_as_it_is_known(desk: Desk) -> None:
    lin, zhao = await person_of(desk, "citizen_lin"), await person_of(desk, "party_zhao")
    dispute = await Dispute(desk).routed(requester=lin, other_party=zhao)
    await dispute.ready()
    await seated(dispute, "THREE_OFFICES", OFFICES)
    await Dispute(desk).routed(requester=lin, other_party=staff("panel_lawyer"))
    found = await panel(dispute)
    seat = next(each for each in found["seats"] if each["seat"] == "law_firm")
    assert (seat["interest"], seat["recused"], found["lacking"]) == ("party_before", True, 1)
    assert (await dispute.refused("sessions", "mediator", {"kind": "joint"}))["type"] == "quorum-missing"
    refusal = await dispute.refused("panel/decisions", "community_officer", decision(*OFFICES))
    assert refusal["type"] == "absent-seats-cannot-decide"


async def test_r_15_a_free_seat_makes_the_panel_whole_again(desk: Desk) -> None:
    dispute = await (await Dispute(desk).routed()).ready()
    await seated(dispute, "ONE_X_N", {"platform": "centre_officer", "grid_officer": "community_officer"})
    await dispute.do("interests", "community_officer", {"interest": "employed", "person": str(staff("centre_officer"))})
    assert (await panel(dispute))["lacking"] == 1
    department = "panel/seats/department"
    await dispute.do(f"{department}/offer", "community_officer", {"person": str(staff("clerk_fire"))})
    assert (await dispute.do(department, "clerk_fire", {"neutral": True}))["lacking"] == 0
    left = {"person": str(staff("centre_officer")), "interest": "employed"}
    assert (await dispute.do("panel/seats/platform/leave", "community_officer", left))["lacking"] == 0
    await dispute.do("sessions", "mediator", {"kind": "joint"})
