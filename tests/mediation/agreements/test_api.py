"""What follows an agreement, over HTTP: instalments year by year, the ladder, the court, legal aid."""

from datetime import date, datetime, timedelta
from typing import Any

import httpx2
import orjson

from shared.contracts.codes import Channel
from shared.kernel import BUREAU_ZONE, PersonId
from tests.mediation.disputes import Dispute, person_of, staff
from tests.support.house import MONDAY_MORNING, Desk


async def published(desk: Desk, dispute: Dispute) -> list[str]:
    rows = await desk.store("mediation").pool.fetch(
        "SELECT f.type FROM feed f JOIN events e USING (event_id) WHERE e.key = $1 AND f.data IS NOT NULL"
        " ORDER BY f.number",
        dispute.request_id,
    )
    return [row["type"].split(".")[3] for row in rows]


async def agreed(desk: Desk, channel: Channel = Channel.PM) -> tuple[Dispute, PersonId, PersonId]:
    lin, zhao = await person_of(desk, "citizen_lin"), await person_of(desk, "party_zhao")
    dispute = await Dispute(desk).routed(channel, requester=lin, other_party=zhao)
    return await dispute.agreed(), lin, zhao


async def signed(dispute: Dispute, draft: dict[str, Any], who: str = "mediator") -> str:
    agreement = f"/agreements/{(await dispute.do('agreements', who, draft))['agreement_id']}"
    for party in ("citizen_lin", "party_zhao"):
        assert (await dispute.send("POST", f"{agreement}/signature", party)).status_code == 200
    await dispute.desk.settled()
    return agreement


async def done(response: httpx2.Response) -> dict[str, Any]:
    assert response.status_code in (200, 201), response.text
    answer: dict[str, Any] = response.json()
    return answer


async def refused(response: httpx2.Response) -> tuple[str, str | None]:
    assert response.status_code == 409, response.text
    return response.json()["type"], response.json().get("rule")


def noon(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), BUREAU_ZONE) + timedelta(hours=12)


async def test_arrears_are_paid_at_once_and_the_yearly_duty_is_watched_year_by_year(desk: Desk) -> None:
    dispute, lin, zhao = await agreed(desk)
    between = {"by": str(zhao), "to": str(lin)}
    agreement = await signed(
        dispute,
        {
            "product": "PM_AGREEMENT",
            "terms": "以前欠的一次付清，今后每年付两千元。",
            "duties": [
                {**between, "kind": "money", "amount_fen": 2_600_000, "due": "2026-03-02"},
                {
                    **between,
                    "kind": "money",
                    "amount_fen": 200_000,
                    "due": "2026-06-02",
                    "schedule": {"every": "year", "until": "2028-12-31"},
                },
                {
                    **between,
                    "kind": "goods",
                    "what": "旧书",
                    "goods": {"count": 30, "unit": "piece"},
                    "due": "2026-03-09",
                },
            ],
        },
    )
    read = await dispute.get(agreement, "citizen_lin")
    assert [(each["due"], each["place"], each["times"]) for each in read["duties"]] == [
        ("2026-03-02", 1, 1),
        ("2026-06-02", 1, 3),
        ("2027-06-02", 2, 3),
        ("2028-06-02", 3, 3),
        ("2026-03-09", 1, 1),
    ]
    assert read["duties"][4]["goods"] == {"item": None, "count": 30, "unit": "piece"}
    assert (await dispute.case())["duties_watched"] == 5
    arrears, first = read["duties"][0]["duty_id"], read["duties"][1]["duty_id"]
    await done(await dispute.send("POST", f"{agreement}/duties/{arrears}/performance", "citizen_lin"))
    await _missed_and_climbing(dispute, agreement, first)


async def _missed_and_climbing(dispute: Dispute, agreement: str, first: str) -> None:
    desk = dispute.desk
    await desk.move_to(noon(date(2026, 6, 2)))
    assert (await dispute.get(agreement, "mediator"))["duties"][1]["state"] == "due"
    await desk.move_to(noon(date(2026, 6, 3)))
    missed = (await dispute.get(agreement, "mediator"))["duties"][1]
    assert (missed["state"], missed["rung"], missed["next_rung"]) == ("defaulted", "village", "suit_on_agreement")
    await desk.move_to(noon(date(2026, 6, 11)))
    assert (await dispute.get(agreement, "mediator"))["duties"][1]["rung"] == "station"
    advice = await dispute.get(f"/cases/{dispute.case_id}/advice", "citizen_lin")
    assert [way["way"] for way in advice["ways"]] == ["suit_on_agreement", "legal_aid"]
    proof = {"proof": "转账凭证一张"}
    await done(
        await dispute.send("POST", f"{agreement}/duties/{first}/recorded-performance", "community_officer", proof)
    )
    await desk.move_to(noon(date(2026, 7, 1)))
    read = await dispute.get(agreement, "mediator")
    assert (read["duties"][1]["state"], read["duties"][1]["rung"]) == ("performed", "station")
    told = [name for name in await published(desk, dispute) if name.startswith(("duty_", "default_", "confirmation_"))]
    assert "default_climbed" in told
    assert told.index("duty_defaulted") < told.index("default_climbed")
    assert told.count("confirmation_warned") == 1


async def test_both_sides_bring_the_agreement_before_the_court_and_it_becomes_enforceable(desk: Desk) -> None:
    dispute, lin, zhao = await agreed(desk)
    duty = {"kind": "money", "by": str(zhao), "to": str(lin), "amount_fen": 100, "due": "2026-03-30"}
    agreement = await signed(dispute, {"product": "PM_AGREEMENT", "terms": "还清借款。", "duties": [duty]})
    steps = {step["operation"]: step for step in (await dispute.case("citizen_lin"))["next"]}
    assert steps["mediation.join_confirmation"]["allowed"]
    assert steps["mediation.file_confirmation"]["rule"] == "R-13"
    court = f"{agreement}/confirmation"
    assert (await dispute.send("POST", f"{court}/acceptance", "court_mediator")).status_code == 403
    await done(await dispute.send("POST", f"{court}/joining", "citizen_lin"))
    assert await refused(await dispute.send("POST", court, "citizen_lin")) == ("application-not-joint", "R-13")
    on_paper = {"party": str(zhao), "evidence": "共同申请书，编号 5"}
    await done(await dispute.send("POST", f"{court}/recorded-joining", "mediator", on_paper))
    assert (await done(await dispute.send("POST", court, "citizen_lin")))["state"] == "CONFIRM_FILED"
    assert await refused(await dispute.send("POST", f"{court}/decision", "court_mediator", {"confirmed": True})) == (
        "not-accepted-yet",
        None,
    )
    await done(await dispute.send("POST", f"{court}/acceptance", "court_mediator"))
    await done(await dispute.send("POST", f"{court}/extension", "court_mediator"))
    assert (await refused(await dispute.send("POST", f"{court}/extension", "court_mediator")))[1] == "R-13"
    ruling = {"confirmed": True, "ruling": "（2026）冀0581民特17号"}
    assert (await done(await dispute.send("POST", f"{court}/decision", "court_mediator", ruling)))[
        "state"
    ] == "CONFIRMED"
    read = await dispute.get(agreement, "court_mediator")
    assert (read["effect"], read["confirmation"]["state"], read["terms"]) == ("ENFORCEABLE", "confirmed", "还清借款。")
    await desk.settled()
    told = [name for name in await published(desk, dispute) if name.startswith("confirmation_")]
    assert told == ["confirmation_filed", "confirmation_accepted", "confirmation_decided"]


async def test_r_15_the_court_that_confirms_did_not_host_and_is_a_court(desk: Desk) -> None:
    lin, zhao = await person_of(desk, "citizen_lin"), await person_of(desk, "party_zhao")
    dispute = await Dispute(desk).routed(Channel.JM, owner="court_mediator", requester=lin, other_party=zhao)
    await dispute.do("signature", "court_mediator")
    for party in ("citizen_lin", "party_zhao"):
        await dispute.do("consent", party)
    await dispute.do("host", "court_mediator", {"host": str(staff("invited_mediator"))})
    opened = await dispute.do("sessions", "invited_mediator", {"kind": "JOINT"})
    await dispute.do(f"sessions/{opened['session_id']}/end", "invited_mediator", {"result": "continue"})
    await dispute.do("host", "court_mediator", {})
    opened = await dispute.do("sessions", "court_mediator", {"kind": "JOINT"})
    await dispute.do(f"sessions/{opened['session_id']}/end", "court_mediator", {"result": "agreed"})
    duty = {"kind": "money", "by": str(zhao), "to": str(lin), "amount_fen": 100, "due": "2026-03-30"}
    draft = {"product": "PRE_SUIT_AGREEMENT", "terms": "还清借款。", "duties": [duty]}
    court = f"{await signed(dispute, draft, 'court_mediator')}/confirmation"
    for party in ("citizen_lin", "party_zhao"):
        await done(await dispute.send("POST", f"{court}/joining", party))
    await done(await dispute.send("POST", court, "citizen_lin"))
    assert (await dispute.send("POST", f"{court}/acceptance", "invited_mediator")).status_code == 403
    for act, body in (("acceptance", None), ("extension", None), ("decision", {"confirmed": True})):
        assert await refused(await dispute.send("POST", f"{court}/{act}", "court_mediator", body)) == (
            "host-does-not-confirm",
            "R-15",
        )
    await done(await dispute.send("POST", f"{court}/acceptance", "court_clerk"))
    await done(await dispute.send("POST", f"{court}/decision", "court_clerk", {"confirmed": True}))


async def test_r_13_the_tie_itself_and_whoever_comes_too_late_are_refused(desk: Desk) -> None:
    dispute, lin, zhao = await agreed(desk)
    duty = {"kind": "money", "by": str(zhao), "to": str(lin), "amount_fen": 100, "due": "2026-12-30"}
    draft = {"product": "PM_AGREEMENT", "terms": "孩子随母亲生活。", "duties": [duty], "identity_relation": True}
    agreement = await signed(dispute, draft)
    join = f"{agreement}/confirmation/joining"
    assert await refused(await dispute.send("POST", join, "citizen_lin", {"scope": "whole"})) == (
        "identity-relation-not-confirmed",
        "R-13",
    )
    await done(await dispute.send("POST", join, "citizen_lin", {"scope": "duties"}))
    await desk.move_to(MONDAY_MORNING + timedelta(days=31))
    late = await dispute.send("POST", join, "party_zhao", {"scope": "duties"})
    assert await refused(late) == ("confirmation-too-late", "R-13")
    assert "2026-04-01" in late.json()["detail"]
    assert (await dispute.get(agreement, "citizen_lin"))["confirmation"]["state"] == "lapsed"


async def test_r_04_a_broken_police_agreement_opens_the_penalty_question_again(desk: Desk) -> None:
    dispute, lin, zhao = await agreed(desk, Channel.PSM)
    duty = {"kind": "apology", "by": str(zhao), "to": str(lin), "due": "2026-03-06"}
    draft = {"product": "POLICE_AGREEMENT", "terms": "当面道歉。", "duties": [duty]}
    agreement = await signed(dispute, draft, "community_officer")
    assert (await dispute.get(agreement, "citizen_lin"))["confirmation"] is None
    await desk.move_to(MONDAY_MORNING + timedelta(days=6))
    read = await dispute.get(agreement, "community_officer")
    assert read["penalty_due"] is not None
    assert read["duties"][0]["next_rung"] == "penalty_procedure_and_suit"
    assert "penalty_procedure_due" in await published(desk, dispute)
    advice = await dispute.get(f"/cases/{dispute.case_id}/advice", "citizen_lin")
    assert [way["rule"] for way in advice["ways"]] == ["R-04", "R-10", "R-25"]


async def test_a_body_that_cannot_be_read_is_refused_at_the_door(desk: Desk) -> None:
    dispute, lin, zhao = await agreed(desk)
    duty = {"kind": "money", "by": str(zhao), "to": str(lin), "amount_fen": 100, "due": "2026-12-30"}
    for schedule in (
        {"every": "year"},
        {"every": "year", "times": 2, "until": "2030-01-01"},
        {"every": "day", "times": 2},
    ):
        body = {"product": "PM_AGREEMENT", "terms": "。", "duties": [{**duty, "schedule": schedule}]}
        assert await dispute.status("agreements", "mediator", body) == 422
    ended = {**duty, "schedule": {"every": "year", "until": "2026-12-29"}}
    body = {"product": "PM_AGREEMENT", "terms": "分期。", "duties": [ended]}
    assert (await dispute.refused("agreements", "mediator", body))["type"] == "duty-incomplete"


async def test_r_25_the_aid_body_decides_in_seven_days_and_sees_one_side_only(desk: Desk) -> None:
    dispute, lin, zhao = await agreed(desk)
    need = {"need": "对方不履行，我想起诉，请不起律师。"}
    applied = await done(await dispute.send("POST", f"/cases/{dispute.case_id}/legal-aid", "citizen_lin", need))
    referral = f"/legal-aid/{applied['referral_id']}"
    for who in ("party_zhao", "auxiliary"):
        assert (await dispute.send("GET", referral, who)).status_code == 403
    seen = await dispute.get(referral, "aid_officer")
    assert (seen["need"], seen["applicant"]) == (need["need"], str(lin))
    assert str(zhao) not in str(seen)
    early = await dispute.send("POST", f"{referral}/lawyer", "aid_officer", {"lawyer": "龚律师"})
    assert await refused(early) == ("aid-not-granted", "R-25")
    await desk.move_to(MONDAY_MORNING + timedelta(days=8))
    await done(await dispute.send("POST", f"{referral}/decision", "aid_officer", {"granted": True}))
    await done(await dispute.send("POST", f"{referral}/lawyer", "aid_officer", {"lawyer": "龚律师"}))
    assert (await dispute.get(referral, "citizen_lin"))["lawyer"] == "龚律师"
    await desk.settled()
    told = await published(desk, dispute)
    assert [name for name in told if name in ("legal_aid_applied", "legal_aid_decided", "lawyer_assigned")] == [
        "legal_aid_applied",
        "legal_aid_decided",
        "lawyer_assigned",
    ]
    overdue = await desk.store("mediation").pool.fetch(
        "SELECT body FROM events WHERE key = $1 AND fact = 'referral_overdue'", dispute.request_id
    )
    assert [orjson.loads(row["body"])["step"] for row in overdue] == ["decision"]
