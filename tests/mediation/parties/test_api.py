"""The other side: invited by code and PIN, heard for itself, and let into its own case only."""

from shared.contracts.codes import Role
from shared.kernel import new_id
from tests.mediation.disputes import Dispute, person_of
from tests.support.house import Desk


async def invited(dispute: Dispute, headers: dict[str, str] | None = None) -> dict[str, str]:
    _, other = await dispute.parties()
    answer = await dispute.do("invitation", headers or "community_officer", {"party": other})
    return {"code": answer["code"], "pin": answer["pin"], "party": other}


async def enter(dispute: Dispute, code: str, pin: str) -> tuple[int, dict[str, str]]:
    response = await dispute.send("POST", "/party-access", None, {"code": code, "pin": pin})
    return response.status_code, response.json()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Idempotency-Key": str(new_id())}


async def test_an_invited_party_enters_by_code_and_pin_and_consents(desk: Desk) -> None:
    dispute = await Dispute(desk).routed()
    await dispute.do("signature", "community_officer")
    card = await invited(dispute)
    status, door = await enter(dispute, card["code"].lower().replace("-", " "), card["pin"].lower())
    assert status == 200
    assert (door["case_id"], door["party"]) == (dispute.case_id, card["party"])
    seen = await dispute.case(bearer(door["token"]))
    assert seen["you"] == card["party"]
    assert seen["claim"] is None
    assert {step["operation"] for step in seen["next"] if step["allowed"]} == {
        "mediation.give_consent",
        "mediation.refuse_mediation",
    }
    await dispute.do("consent", bearer(door["token"]))
    (party,) = [each for each in (await dispute.case())["parties"] if each["party"] == card["party"]]
    assert (party["consented"], party["how"], party["invited"]) == (True, "code_pin", True)


async def test_the_token_of_one_case_opens_no_other(desk: Desk) -> None:
    one, two = await Dispute(desk).routed(), await Dispute(desk).routed()
    await one.do("signature", "community_officer")
    _, door = await enter(one, **_without_party(await invited(one)))
    assert (await two.send("GET", f"/cases/{two.case_id}", bearer(door["token"]))).status_code == 403
    assert (await one.get("/cases", bearer(door["token"])))["cases"][0]["case_id"] == one.case_id
    assert len((await one.get("/cases", bearer(door["token"])))["cases"]) == 1


async def test_a_repeat_of_the_invitation_shows_the_same_card(desk: Desk) -> None:
    dispute = await Dispute(desk).routed()
    await dispute.do("signature", "community_officer")
    headers = await desk.as_("community_officer")
    assert await invited(dispute, headers) == await invited(dispute, headers)


async def test_a_new_card_closes_the_old_door(desk: Desk) -> None:
    dispute = await Dispute(desk).routed()
    await dispute.do("signature", "community_officer")
    first = await desk.as_("community_officer")
    old, new = await invited(dispute, first), await invited(dispute)
    await invited(dispute, first)
    assert (await enter(dispute, new["code"], new["pin"]))[0] == 200
    assert (await enter(dispute, old["code"], old["pin"]))[0] == 404


async def test_a_wrong_pin_and_a_wrong_code_get_the_same_answer_and_few_tries(desk: Desk) -> None:
    dispute = await Dispute(desk).routed()
    await dispute.do("signature", "community_officer")
    card = await invited(dispute)
    status, wrong_pin = await enter(dispute, card["code"], "22222222")
    unknown, wrong_code = await enter(dispute, "TJ-2222-2222", card["pin"])
    assert (status, unknown) == (404, 404)
    assert wrong_pin["detail"] == wrong_code["detail"]
    answers = [(await enter(dispute, card["code"], "33333333"))[0] for _ in range(5)]
    assert answers[-1] == 429
    assert (await enter(dispute, card["code"], card["pin"]))[0] == 429


async def test_the_pin_is_kept_as_a_hash_only(desk: Desk) -> None:
    dispute = await Dispute(desk).routed()
    await dispute.do("signature", "community_officer")
    card = await invited(dispute)
    pool = desk.store("mediation").pool
    rows = await pool.fetch("SELECT invitations::text AS row FROM invitations")
    stored = [row["row"] for row in rows]
    stored += [row["answer"].decode() for row in await pool.fetch("SELECT answer FROM idempotency")]
    stored += [row["body"].decode() for row in await pool.fetch("SELECT body FROM events")]
    assert not any(card["pin"] in each for each in stored)


async def test_the_requester_without_a_sign_in_speaks_for_the_first_side(desk: Desk) -> None:
    dispute = await Dispute(desk).routed()
    await dispute.do("signature", "community_officer")
    token = desk.runtime("mediation").deps.guard.capabilities.issue(Role.REQUESTER, dispute.request_id)
    await dispute.do("consent", bearer(token))
    requester, other = (await dispute.case())["parties"]
    assert (requester["consented"], requester["how"], other["consented"]) == (True, "code_pin", False)


async def test_a_third_party_joins_and_is_waited_for(desk: Desk) -> None:
    dispute = await Dispute(desk).routed()
    await dispute.ready()
    joined = await dispute.do("parties", "community_officer")
    refusal = await dispute.refused("sessions", "mediator", {"kind": "joint"})
    assert (refusal["type"], refusal["details"]) == ("consent-missing", {"missing": 1})
    body = {"party": joined["party"], "how": "phone_recorded", "evidence": "录音 8 号"}
    await dispute.do("recorded-consent", "community_officer", body)
    await dispute.do("sessions", "mediator", {"kind": "joint"})


async def test_a_refusal_by_telephone_ends_the_case(desk: Desk) -> None:
    dispute = await Dispute(desk).routed()
    _, other = await dispute.parties()
    body = {"party": other, "how": "phone_recorded", "note": "电话里说不愿意调解"}
    assert (await dispute.do("recorded-refusal", "community_officer", body))["state"] == "CLOSED"
    assert (await dispute.refused("signature", "community_officer"))["type"] == "case-has-ended"


async def test_strangers_are_not_let_in(desk: Desk) -> None:
    lin = await person_of(desk, "citizen_lin")
    dispute = await Dispute(desk).routed(requester=lin)
    assert (await dispute.send("GET", f"/cases/{dispute.case_id}", "citizen_chen")).status_code == 403
    assert (await dispute.send("GET", f"/cases/{dispute.case_id}", None)).status_code == 401
    assert await dispute.status("consent", "citizen_chen") == 403
    assert await dispute.status("signature", "citizen_lin") == 403
    assert (await dispute.get("/cases", "citizen_chen"))["cases"] == []


def _without_party(card: dict[str, str]) -> dict[str, str]:
    return {"code": card["code"], "pin": card["pin"]}
