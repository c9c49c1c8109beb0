"""Gates over HTTP: who comes in, what a review takes, and how a complaint is kept from those it is about."""

import base64
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.contracts.codes import Gate, ReasonCode
from shared.kernel import PersonId
from tests.routing.neighbours import RETAINING_WALL, decision, does, filed, returned
from tests.support.house import Desk

ENTERPRISE = {"category": "ENT", "flags": ["CRIME_POSSIBLE"]}


async def _citizen(desk: Desk, login: str) -> PersonId:
    """Who the vault knows by the phone of this demo person."""
    claims = (await desk.as_(login))["Authorization"].split(".")[1]
    return PersonId(UUID(json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["person"]))


async def _says(desk: Desk, login: str, path: str, body: Any, status: int, problem: str = "") -> None:
    got, told = await does(desk, login, path, body)
    assert got == status, told
    if problem:
        assert told["type"] == problem


async def test_r_27_a_crime_review_from_the_extension_to_the_review_of_the_letter(bureau: Desk) -> None:
    request_id = await filed(bureau, RETAINING_WALL, requester=await _citizen(bureau, "citizen_lin"))
    await decision(bureau, request_id)
    at = f"decisions/{request_id}"
    await _says(bureau, "duty_officer", f"{at}/overrule", ENTERPRISE, 200)
    [gate] = (await decision(bureau, request_id))["gates"]
    assert (gate["may_decide"], gate["closes"], bool(gate["until"])) == (["case_investigator"], True, True)

    headers = await bureau.as_("case_investigator")
    words = await bureau.http.get(f"/routing/v1/{at}/words", headers=headers)
    assert (words.status_code, RETAINING_WALL in words.text) == (200, True)
    denied = await bureau.http.get(f"/routing/v1/{at}/words", headers=await bureau.as_("community_officer"))
    assert denied.status_code == 403

    wish = {"extension": "heavy", "note": "账目要核对"}
    await _says(bureau, "triage_officer", f"{at}/crime-review/extension", wish, 409, "not-yours-to-ask")
    await _says(bureau, "case_investigator", f"{at}/crime-review/extension", wish, 200)
    approval = {"approved": True}
    await _says(
        bureau, "triage_officer", f"{at}/crime-review/extension/decision", approval, 409, "not-yours-to-approve"
    )
    await _says(bureau, "case_investigator", f"{at}/crime-review/extension/decision", approval, 403)
    await _says(bureau, "bureau_leader", f"{at}/crime-review/extension/decision", approval, 200)
    told = await decision(bureau, request_id)
    assert (told["crime_review"]["granted"], told["crime_review"]["next"]) == ("heavy", "longer")
    days = datetime.fromisoformat(told["gates"][0]["until"]) - datetime.fromisoformat(told["filed_at"])
    assert days.days >= 29

    await _says(bureau, "case_investigator", f"{at}/refusal-letter", {"letter": "不予立案"}, 409, "no-refusal-to-serve")
    await _says(bureau, "case_investigator", f"{at}/gates/CRIME_OR_CIVIL", {"result": "NOT_A_CRIME"}, 200)
    await _says(bureau, "citizen_lin", f"{at}/refusal-review", None, 409, "letter-not-served")
    await _says(bureau, "case_investigator", f"{at}/refusal-letter", {"letter": "不予立案，可以申请复议"}, 200)
    await _says(bureau, "party_zhao", f"{at}/refusal-review", None, 403)
    await _says(bureau, "citizen_lin", f"{at}/refusal-review", None, 200)
    answer = {"overturned": True, "note": "还要查一笔转账"}
    await _says(bureau, "bureau_leader", f"{at}/refusal-review/answer", answer, 200)
    told = await decision(bureau, request_id)
    assert (told["gates"][0]["result"], told["state"], told["unit"]) == ("UNDECIDED", "gated", "ECONOMIC-1")


async def test_r_24_those_complained_of_neither_read_nor_list_nor_decide_it(bureau: Desk) -> None:
    request_id = await filed(bureau, RETAINING_WALL)
    await decision(bureau, request_id)
    at = f"decisions/{request_id}"
    await _says(bureau, "duty_officer", f"{at}/complained-of", {"units": ["SUPERVISION-1"]}, 409, "no-complaint")
    await _says(bureau, "duty_officer", f"{at}/overrule", {"category": "CPL"}, 200)
    assert (await decision(bureau, request_id))["unit"] == "SUPERVISION-1"
    await _says(bureau, "duty_officer", f"{at}/complained-of", {"units": ["SUPERVISION-1"]}, 200)
    told = await decision(bureau, request_id)
    assert (told["complained_of"], told["owner"], told["screening"]) == (["SUPERVISION-1"], None, ["no_owner"])
    answer = await bureau.http.get(f"/routing/v1/{at}", headers=await bureau.as_("supervisor"))
    assert answer.status_code == 403

    await _says(bureau, "triage_officer", f"{at}/complained-of", {"units": ["LOUNGE-1"]}, 200)
    await bureau.settled()
    await _says(bureau, "triage_officer", f"{at}/overrule", {"category": "DIS"}, 409, "complaint-about-you")
    for login, seen in (("triage_officer", False), ("bureau_leader", True)):
        listed = await bureau.http.get("/routing/v1/worklist", headers=await bureau.as_(login))
        assert (str(request_id) in listed.text) is seen, login


async def test_r_24_a_complaint_that_is_returned_waits_for_somebody_who_may_act(bureau: Desk) -> None:
    request_id = await filed(bureau, RETAINING_WALL)
    await decision(bureau, request_id)
    at = f"decisions/{request_id}"
    await _says(bureau, "duty_officer", f"{at}/overrule", {"category": "CPL"}, 200)
    await _says(bureau, "triage_officer", f"{at}/complained-of", {"units": ["LOUNGE-1"]}, 200)
    await returned(bureau, request_id, "supervisor", ReasonCode.WRONG_CATEGORY)
    await bureau.settled()
    answer = await bureau.http.get(f"/routing/v1/{at}", headers=await bureau.as_("supervisor"))
    assert (answer.json()["screening"], answer.json()["unit"]) == (["returned"], "SUPERVISION-1")
    for login, waits in (("triage_officer", False), ("supervisor", True)):
        mine = await bureau.http.get("/routing/v1/worklist", params={"mine": "true"}, headers=await bureau.as_(login))
        assert (str(request_id) in mine.text) is waits, login


async def test_an_acceptance_is_taken_back_and_waits_for_whoever_is_asked(bureau: Desk) -> None:
    request_id = await filed(bureau, "我在汇景花园3栋，不想活了，活着没意思。")
    await decision(bureau, request_id)
    at = f"decisions/{request_id}"
    headers = await bureau.as_("triage_officer")
    mine = await bureau.http.get("/routing/v1/worklist", params={"mine": "true"}, headers=headers)
    assert str(request_id) in mine.text
    await _says(bureau, "triage_officer", f"{at}/confirmation", None, 200)
    told = await decision(bureau, request_id)
    assert (told["state"], told["undoes_acceptance"], bool(told["undo_until"])) == ("routed", True, True)
    await _says(bureau, "triage_officer", f"{at}/overrule/undo", None, 409, "nothing-to-undo")
    await _says(bureau, "triage_officer", f"{at}/confirmation/undo", None, 200)
    await bureau.settled()
    told = await decision(bureau, request_id)
    assert (told["state"], told["decided_by"], told["screening"]) == ("waiting_for_person", "rule", ["danger"])
    mine = await bureau.http.get("/routing/v1/worklist", params={"mine": "true"}, headers=headers)
    assert str(request_id) in mine.text
    counts = await bureau.http.get("/routing/v1/worklist/counts", headers=headers)
    assert counts.json()["mine"] == 1


async def test_every_gate_is_told_with_who_may_decide_it_before_anything_happened_at_it(bureau: Desk) -> None:
    request_id = await filed(bureau, RETAINING_WALL)
    told = await decision(bureau, request_id)
    met = {each["gate"] for each in told["gates"]}
    others = {each["gate"]: each["may_decide"] for each in told["undecided_gates"]}
    assert set(others) == set(Gate) - met
    assert others["MEDIABLE"] == ["triage_officer"]
    await _says(bureau, "triage_officer", f"decisions/{request_id}/gates/MEDIABLE", {"result": "YES"}, 200)
    told = await decision(bureau, request_id)
    assert "MEDIABLE" in {each["gate"] for each in told["gates"]}
    assert "MEDIABLE" not in {each["gate"] for each in told["undecided_gates"]}
