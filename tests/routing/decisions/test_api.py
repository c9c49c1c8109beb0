"""Triage from a filing to the handler, over HTTP, on a real database."""

from services.routing.adapters.bureau import demo_person
from shared.contracts.codes import Outcome, ReasonCode
from shared.contracts.danger import DangerKind
from shared.kernel import RequestId
from tests.routing.neighbours import (
    NO_WISH_TO_LIVE,
    RETAINING_WALL,
    decision,
    does,
    ended,
    filed,
    later,
    returned,
    signed,
)
from tests.support.house import Desk


async def test_a_dispute_is_judged_and_its_reasons_point_into_the_text(bureau: Desk) -> None:
    request_id = await filed(bureau, RETAINING_WALL)
    told = await decision(bureau, request_id)
    assert told["category"] == "DIS"
    assert told["reasons"]
    assert all(RETAINING_WALL[word["start"] : word["end"]] for word in told["reasons"])
    assert {guess["field"] for guess in told["guesses"]} == {"category", "priority", "police", "channel"}
    assert (told["pack"], bool(told["model"]), bool(told["second"])) == ("pack-2026-01", True, True)
    assert told["state"] in {"routed", "waiting_for_person"}
    assert (told["door"], bool(told["narrative_item"]), told["title_item"]) == ("PORTAL", True, None)


async def test_danger_is_seen_at_once_and_goes_to_the_officer_of_the_grid_when_confirmed(bureau: Desk) -> None:
    request_id = await filed(bureau, NO_WISH_TO_LIVE, DangerKind.SUICIDE)
    told = await decision(bureau, request_id)
    assert (told["state"], told["category"], told["priority"], told["channel"]) == (
        "waiting_for_person", "EMG", "P0", "DSP",
    )  # fmt: skip
    assert (told["screening"], told["unit"], told["grid"]) == (["danger"], "LOUNGE-1", "GL-01")
    [sign] = [word for word in told["reasons"] if word["sign"]][:1]
    assert (sign["sign"], sign["rule"]) == ("suicide", "pack-2026-01/1")
    status, done = await does(bureau, "duty_officer", f"decisions/{request_id}/confirmation")
    assert (status, done["state"], bool(done["record_id"])) == (200, "routed", True)
    told = await decision(bureau, request_id)
    assert told["owner"] == str(demo_person("community_officer"))
    assert told["deputy"] == str(demo_person("deputy_officer"))


async def test_an_overrule_is_undone_within_a_minute_and_not_after(bureau: Desk) -> None:
    request_id = await filed(bureau, RETAINING_WALL)
    await decision(bureau, request_id)
    overrule = f"decisions/{request_id}/overrule"
    status, _ = await does(bureau, "duty_officer", overrule, {"category": "URB", "note": "占道，不是地界"})
    assert status == 200
    told = await decision(bureau, request_id)
    assert (told["category"], told["decided_by"], told["unit"]) == ("URB", "person", "TRAFFIC-1")
    assert told["undo_until"]
    status, _ = await does(bureau, "duty_officer", f"{overrule}/undo")
    assert status == 200
    assert (await decision(bureau, request_id))["category"] == "DIS"
    await does(bureau, "duty_officer", overrule, {"category": "URB"})
    await later(bureau, seconds=61)
    status, problem = await does(bureau, "duty_officer", f"{overrule}/undo")
    assert (status, problem["type"]) == (409, "undo-too-late")


async def test_only_an_investigator_opens_the_gate_before_a_firms_dispute(bureau: Desk) -> None:
    request_id = await filed(bureau, RETAINING_WALL)
    await decision(bureau, request_id)
    await does(bureau, "duty_officer", f"decisions/{request_id}/overrule", {"category": "ENT"})
    told = await decision(bureau, request_id)
    assert (told["state"], told["unit"]) == ("gated", "ECONOMIC-1")
    gate = f"decisions/{request_id}/gates/CRIME_OR_CIVIL"
    status, problem = await does(bureau, "triage_officer", gate, {"result": "NOT_A_CRIME"})
    assert (status, problem["type"], problem["rule"]) == (409, "gate-not-yours", "R-27")
    status, done = await does(bureau, "case_investigator", gate, {"result": "NOT_A_CRIME", "note": "合同纠纷"})
    assert (status, done["state"]) == (200, "routed")
    assert (await decision(bureau, request_id))["unit"] == "ENTERPRISE-1"


async def test_a_complaint_cannot_be_sent_to_the_unit_complained_of(bureau: Desk) -> None:
    request_id = await filed(bureau, RETAINING_WALL)
    await decision(bureau, request_id)
    status, problem = await does(
        bureau, "duty_officer", f"decisions/{request_id}/overrule", {"category": "CPL", "unit": "STATION-GL"}
    )
    assert (status, problem["type"], problem["rule"]) == (409, "not-the-supervising-unit", "R-24")


async def test_a_repeated_command_is_answered_from_the_first(bureau: Desk) -> None:
    request_id = await filed(bureau, NO_WISH_TO_LIVE, DangerKind.SUICIDE)
    await decision(bureau, request_id)
    headers = await bureau.as_("duty_officer")
    path = f"/routing/v1/decisions/{request_id}/confirmation"
    first = await bureau.http.post(path, headers=headers)
    again = await bureau.http.post(path, headers=headers)
    assert first.json() == again.json()


async def test_a_stale_page_decides_nothing(bureau: Desk) -> None:
    request_id = await filed(bureau, NO_WISH_TO_LIVE, DangerKind.SUICIDE)
    await decision(bureau, request_id)
    headers = await bureau.as_("duty_officer") | {"If-Match": '"1"'}
    answer = await bureau.http.post(f"/routing/v1/decisions/{request_id}/confirmation", headers=headers)
    assert answer.status_code == 412


async def test_a_returned_request_goes_to_the_deputy(bureau: Desk) -> None:
    request_id = await routed_to_the_mediator(bureau)
    await returned(bureau, request_id, "mediator", ReasonCode.OVERLOAD)
    told = await decision(bureau, request_id)
    assert (told["attempt"], told["owner"]) == (2, str(demo_person("mediator_two")))


async def test_signing_and_the_outcome_are_noted(bureau: Desk) -> None:
    request_id = await routed_to_the_mediator(bureau)
    await signed(bureau, request_id, "mediator")
    assert (await decision(bureau, request_id))["signed"]
    await ended(bureau, request_id, Outcome.SETTLED)
    assert (await decision(bureau, request_id))["state"] == "finished"
    status, problem = await does(bureau, "duty_officer", f"decisions/{request_id}/overrule", {"category": "COM"})
    assert (status, problem["type"]) == (409, "handling-finished")


async def test_strangers_and_citizens_see_no_decision_and_no_worklist(bureau: Desk) -> None:
    request_id = await filed(bureau, RETAINING_WALL)
    await decision(bureau, request_id)
    for login in ("citizen_lin", "permit_officer"):
        answer = await bureau.http.get(f"/routing/v1/decisions/{request_id}", headers=await bureau.as_(login))
        assert answer.status_code == 403, login
    answer = await bureau.http.get("/routing/v1/worklist", headers=await bureau.as_("citizen_lin"))
    assert answer.status_code == 403


async def test_a_decision_nobody_filed_is_not_found(bureau: Desk) -> None:
    answer = await bureau.http.get(
        "/routing/v1/decisions/00000000-0000-4000-8000-000000000000", headers=await bureau.as_("duty_officer")
    )
    assert answer.status_code == 404


async def routed_to_the_mediator(desk: Desk) -> RequestId:
    request_id = await filed(desk, RETAINING_WALL)
    await decision(desk, request_id)
    await does(desk, "duty_officer", f"decisions/{request_id}/overrule", {"category": "DIS", "channel": "PM"})
    told = await decision(desk, request_id)
    assert told["owner"] == str(demo_person("mediator")), told
    return request_id
