"""Papers and files over HTTP, beside the real log: what leaves can be verified, what may not leave does not."""

import base64
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.audit.main import build as build_audit
from services.mediation.main import build
from services.portal.main import build as build_portal
from services.vault.main import build as build_vault
from shared.contracts.codes import Channel
from shared.contracts.notifications import About, RequesterToldV1, Side
from shared.kernel import PersonId, new_id
from tests.mediation.disputes import COMMITTEE, Dispute, person_of, staff
from tests.mediation.neighbours import build_neighbour, say
from tests.support.house import Desk, house
from tests.support.postgres import Database

SECRET = "我最低可以接受一万元"
OFFER = "初稿里的让步：少要五千"
TERMS = "一周内付清，今后互不打扰。"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all tests of this file: the log's key lives as long as its database."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
async def desk(database: Database, home: Path) -> AsyncIterator[Desk]:
    neighbours = dict.fromkeys(("intake", "routing", "enterprise", "notifications"), build_neighbour)
    builds = {"audit": build_audit, "vault": build_vault, **neighbours, "mediation": build, "portal": build_portal}
    async with house(database, home, builds) as running:
        yield running


async def settled(desk: Desk) -> tuple[Dispute, str, PersonId, PersonId]:
    """A talk apart, a draft that nobody signed, and the agreement that both signed."""
    lin, zhao = await person_of(desk, "citizen_lin"), await person_of(desk, "party_zhao")
    dispute = await Dispute(desk).routed(requester=lin, other_party=zhao)
    await dispute.ready()
    apart = await dispute.do("sessions", "mediator", {"kind": "caucus"})
    await dispute.do(f"sessions/{apart['session_id']}/end", "mediator", {"result": "continue", "notes": SECRET})
    opened = await dispute.do("sessions", "mediator", {"kind": "joint"})
    await dispute.do(f"sessions/{opened['session_id']}/end", "mediator", {"result": "agreed", "notes": SECRET})
    duty = {"kind": "money", "by": str(zhao), "to": str(lin), "amount_fen": 1_000_000, "due": "2026-03-09"}
    draft = {"product": "PM_AGREEMENT", "terms": OFFER, "duties": [duty]}
    await dispute.do("agreements", "mediator", draft)
    paper = await dispute.do("agreements", "mediator", {**draft, "terms": TERMS})
    agreement = f"/agreements/{paper['agreement_id']}"
    for party in ("citizen_lin", "party_zhao"):
        assert (await dispute.send("POST", f"{agreement}/signature", party)).status_code == 200
    told = RequesterToldV1(
        request_id=dispute.request_id,
        attempt=1,
        side=Side.REQUESTER,
        person=lin,
        about=About.OUTCOME,
        at=desk.clock.now(),
    )
    await say(desk, "notifications", told, dispute.request_id)
    await desk.settled()
    return dispute, agreement, lin, zhao


async def proof_of(desk: Desk, record: str) -> str:
    for _ in range(100):
        answer = await desk.http.get(f"/audit/v1/proofs/{record}")
        if answer.status_code == 200:
            return answer.text
        await desk.settled()
    raise AssertionError("the log never covered the record")


async def test_the_paper_carries_a_mark_that_the_log_confirms(desk: Desk) -> None:
    dispute, agreement, _, _ = await settled(desk)
    first = await dispute.send("GET", f"{agreement}/paper", "citizen_lin")
    again = await dispute.send("GET", f"{agreement}/paper", "party_zhao")
    assert first.status_code == again.status_code == 200
    assert first.headers["content-type"] == "application/pdf"
    assert first.content.startswith(b"%PDF-")
    assert first.content == again.content
    assert first.headers["lounge-inputs"] == again.headers["lounge-inputs"]
    record = first.headers["lounge-record"]
    receipt = await dispute.get(f"{agreement}/receipt", "party_zhao")
    assert receipt["record_id"] == record
    await proof_of(desk, record)
    judged = await desk.http.post("/audit/v1/verification", json={"receipt": orjson.dumps(receipt).decode()})
    assert judged.json()["verdict"] == "proven", judged.text
    forged = {**receipt, "fact": receipt["fact"].replace("1000000", "9000000")}
    judged = await desk.http.post("/audit/v1/verification", json={"receipt": orjson.dumps(forged).decode()})
    assert judged.json()["verdict"] == "broken"


async def test_the_page_that_the_mark_leads_to_compares_with_the_log(desk: Desk) -> None:
    dispute, agreement, _, _ = await settled(desk)
    record = (await dispute.send("GET", f"{agreement}/paper", "citizen_lin")).headers["lounge-record"]
    entry = (await proof_of(desk, record)).split("extra ")[1].split("\n")[0]
    commitment = orjson.loads(base64.b64decode(entry))["commitment"]
    page = await desk.http.get("/verify", params={"record": record, "commitment": commitment})
    assert (page.status_code, "日志里有这份文书的记录" in page.text) == (200, True)
    page = await desk.http.get("/verify", params={"record": record, "commitment": "0" * 64})
    assert "对不上" in page.text
    page = await desk.http.get("/verify", params={"record": str(new_id()), "commitment": "0" * 64})
    assert "还不能下结论" in page.text
    page = await desk.http.get("/verify", params={"record": "x", "commitment": commitment})
    assert page.status_code == 404
    assert "text/html" in page.headers["content-type"]


async def test_the_paper_is_for_the_parties_and_their_mediator_and_the_receipt_for_the_parties(desk: Desk) -> None:
    dispute, agreement, _, _ = await settled(desk)
    assert (await dispute.send("GET", f"{agreement}/paper", "mediator")).status_code == 200
    for who in ("mediator_two", "industry_mediator", "citizen_chen", None):
        assert (await dispute.send("GET", f"{agreement}/paper", who)).status_code in (401, 403)
    for who in ("mediator", "community_officer", "citizen_chen"):
        assert (await dispute.send("GET", f"{agreement}/receipt", who)).status_code == 403
    rows = await desk.store("mediation").pool.fetch("SELECT body FROM events")
    assert not [row for row in rows if b"PDF" in row["body"] or TERMS.encode() in row["body"]]


async def file_of(dispute: Dispute, who: str, export: str, form: str = "json") -> Any:
    answer = await dispute.send("GET", f"/exports/{export}/file", who, form=form)
    assert answer.status_code == 200, answer.text
    return answer.json() if form == "json" else answer.content


async def test_r_15_a_party_takes_the_own_file_without_what_was_said_apart_or_offered(desk: Desk) -> None:
    dispute, _, _, _ = await settled(desk)
    asked = await dispute.do("exports", "citizen_lin")
    assert (asked["standing"], asked["purpose"]) == ("granted", "data_rights")
    file = await file_of(dispute, "citizen_lin", asked["export_id"])
    assert [each["kind"] for each in file["sessions"]] == ["JOINT"]
    assert file["agreement"]["terms"] == TERMS
    assert [duty["state"] for duty in file["agreement"]["duties"]] == ["open"]
    assert [(each["fact"], each["about"]) for each in file["told"]] == [("requester_told", "outcome")]
    assert not {SECRET, OFFER} & set(_strings(file))
    pdf = await file_of(dispute, "citizen_lin", asked["export_id"], "pdf")
    assert pdf.startswith(b"%PDF-")
    assert (await dispute.send("GET", f"/exports/{asked['export_id']}/file", "party_zhao")).status_code == 403
    exported = await desk.store("mediation").pool.fetch(
        "SELECT event_id FROM events WHERE key = $1 AND fact = 'file_exported' ORDER BY version", dispute.request_id
    )
    assert len(exported) == 2
    assert file["mark"]["record"] == str(exported[0]["event_id"])


def _strings(part: Any) -> list[str]:
    match part:
        case str():
            return [part]
        case dict():
            return [each for value in part.values() for each in _strings(value)]
        case list():
            return [each for value in part for each in _strings(value)]
        case _:
            return []


async def walked(desk: Desk) -> Dispute:
    """From the police to people's mediation, with a panel, until it failed; then legal aid for one side, and court."""
    lin, zhao = await person_of(desk, "citizen_lin"), await person_of(desk, "party_zhao")
    dispute = await Dispute(desk).routed(Channel.PSM, requester=lin, other_party=zhao)
    officer = "community_officer"
    await dispute.do("signature", officer)
    await dispute.do("lead", officer, {"channel": "PM", "reason": "COMPLEX"})
    await dispute.do("notice", officer)
    await dispute.consented()
    await dispute.do("host", officer, {"host": str(staff("mediator"))})
    await dispute.do("panel", officer, {"template": "THREE_OFFICES"})
    who = {"station": officer, "justice_office": "justice_officer", "law_firm": "panel_lawyer"}
    for seat, login in who.items():
        await dispute.do(f"panel/seats/{seat}/offer", officer, {"person": str(staff(login))})
        await dispute.do(f"panel/seats/{seat}", login, {"neutral": True})
    await dispute.do("panel/decisions", officer, {"decision": "refer", "present": list(who), "note": SECRET})
    for kind in ("caucus", "joint"):
        opened = await dispute.do("sessions", "mediator", {"kind": kind})
        told = {"result": "not_agreed", "notes": SECRET}
        await dispute.do(f"sessions/{opened['session_id']}/end", "mediator", told)
    await dispute.do("penalty", officer, {"reference": SECRET})
    await dispute.do("end", "mediator", {"reason": "not_settled"})
    await dispute.do("legal-aid", "party_zhao", {"need": SECRET})
    filing = {"procedure": "simple", "filed_at": desk.clock.now().isoformat(), "number": "(2026)冀0581民初8号"}
    await dispute.do("litigation", "citizen_lin", filing)
    await desk.settled()
    return dispute


async def test_r_15_the_file_tells_the_whole_course_and_nothing_said_in_confidence(desk: Desk) -> None:
    dispute = await walked(desk)
    asked = await dispute.do("exports", "citizen_lin")
    file = await file_of(dispute, "citizen_lin", asked["export_id"])
    assert [(each["step"], each["channel"]) for each in file["course"]] == [
        ("led", "PSM"),
        ("handed_over", "PM"),
        ("told_before", "PM"),
        ("answered", "PM"),
        ("answered", "PM"),
        ("host_named", "PM"),
        ("session", "PM"),
        ("penalty_decided", "PM"),
        ("told_at_the_end", "PM"),
    ]
    steps = {each["step"]: each for each in file["course"]}
    moved, host = steps["handed_over"], steps["host_named"]
    assert (moved["reason"], moved["ground"], moved["rule"]) == ("COMPLEX", "before_penalty", "R-05")
    assert (host["host"], host["unit"]) == (str(staff("mediator")), COMMITTEE)
    assert file["prior_notice"]
    panel = file["panel"]
    assert (panel["template"], panel["complete"], len(panel["seats"])) == ("THREE_OFFICES", True, 3)
    assert [each["decision"] for each in panel["decisions"]] == ["refer"]
    assert [(each["step"], each["procedure"]) for each in file["litigation"]] == [("filed", "simple")]
    assert [(each["kind"], each["channel"]) for each in file["sessions"]] == [("JOINT", "PM")]
    assert not {SECRET} & set(_strings(file))
    assert (await file_of(dispute, "citizen_lin", asked["export_id"], "pdf")).startswith(b"%PDF-")


async def test_r_25_legal_aid_stands_in_the_file_of_who_applied_and_in_no_other(desk: Desk) -> None:
    dispute = await walked(desk)
    asked = await dispute.do("exports", "citizen_lin")
    assert (await file_of(dispute, "citizen_lin", asked["export_id"]))["own_legal_aid"] == []
    await dispute.do("legal-aid", "citizen_lin", {"need": SECRET})
    file = await file_of(dispute, "citizen_lin", asked["export_id"])
    assert [each["standing"] for each in file["own_legal_aid"]] == ["applied"]
    staffs = await dispute.do("exports", "station_leader", {"purpose": "handling"})
    place = f"/exports/{staffs['export_id']}"
    assert (await dispute.send("POST", f"{place}/approval", "bureau_leader")).status_code == 200
    assert (await file_of(dispute, "station_leader", staffs["export_id"]))["own_legal_aid"] == []


async def test_r_36_staff_take_the_file_on_the_word_of_another_person_for_a_day(desk: Desk) -> None:
    dispute, _, _, _ = await settled(desk)
    for who in ("party_zhao", "community_officer", "auxiliary"):
        assert await dispute.status("exports", who) == 403
    asked = await dispute.do("exports", "station_leader", {"purpose": "handling"})
    assert asked["standing"] == "asked"
    place = f"/exports/{asked['export_id']}"
    early = await dispute.send("GET", f"{place}/file", "station_leader")
    assert (early.status_code, early.json()["type"], early.json()["rule"]) == (409, "not-approved", "R-15")
    for who in ("station_leader", "mediator", "citizen_lin"):
        assert (await dispute.send("POST", f"{place}/approval", who)).status_code == 403
    await desk.settled()
    listed = await dispute.get("/exports", "bureau_leader")
    assert asked["export_id"] in {each["export_id"] for each in listed["exports"]}
    approved = await dispute.send("POST", f"{place}/approval", "bureau_leader")
    assert (approved.status_code, approved.json()["standing"]) == (200, "granted"), approved.text
    file = await file_of(dispute, "station_leader", asked["export_id"])
    assert (file["agreement"]["terms"], file["claim"]) == (TERMS, None)
    assert not {SECRET, OFFER} & set(_strings(file))
    assert (await dispute.send("GET", f"{place}/file", "bureau_leader")).status_code == 403
    desk.clock.set(desk.clock.now() + timedelta(days=1, minutes=1))
    late = await dispute.send("GET", f"{place}/file", "station_leader")
    assert (late.status_code, late.json()["type"], late.json()["rule"]) == (409, "approval-ended", "R-36")


async def test_an_export_that_was_refused_stays_refused(desk: Desk) -> None:
    dispute, _, _, _ = await settled(desk)
    asked = await dispute.do("exports", "mediator")
    place = f"/exports/{asked['export_id']}"
    said_no = await dispute.send("POST", f"{place}/refusal", "bureau_leader", {"note": "先补正式的调取手续"})
    assert said_no.json()["standing"] == "refused"
    assert (await dispute.send("POST", f"{place}/approval", "auditor")).json()["type"] == "already-judged"
    assert (await dispute.send("GET", f"{place}/file", "mediator")).json()["type"] == "not-approved"
