"""Out to a body and back over real HTTP, on its good and its bad days."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest

from services.workorders.adapters.signatures import Signer
from services.workorders.arrivals.store import request_of
from services.workorders.connector.decider import PAUSES
from services.workorders.connector.store import line_of
from shared.contracts.codes import Category, Channel, Outcome, Priority
from shared.contracts.handling import HandlingSignedV1, OutcomeReportedV1
from shared.kernel import PersonId, RequestId, TextRef, UnitCode, new_id
from tests.support.platform import BUREAU_PATH, PHOTO
from tests.support.strangers import Stranger
from tests.workorders.connector.conftest import NAME, NARRATIVE, NOTICE, PHONE, TASK, Exchange

pytestmark = pytest.mark.asyncio(loop_scope="module")

TRIAGE, LIAISON = "triage_officer", "hotline_liaison"
MEDIATION = Stranger("mediation")


def outcome(request_id: RequestId, at: datetime, answer: TextRef | None) -> OutcomeReportedV1:
    return OutcomeReportedV1(
        request_id=request_id,
        handling_id=new_id(),
        attempt=1,
        channel=Channel.PM,
        outcome=Outcome.DONE,
        detail=None,
        answer=answer,
        duties_watched=0,
        handler=None,
        sides=(),
        at=at,
    )


async def refusal(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"]


async def test_a_matter_goes_out_is_fixed_and_comes_back_with_its_proof(exchange: Exchange) -> None:
    urban, http = exchange.urban, exchange.desk.http
    transfer = await exchange.sent()
    offered = next(each for each in urban.about if each.get("transfer") == str(transfer))
    assert (offered["kind"], offered["task"], offered["proof_demanded"]) == ("transfer_offered", TASK, True)

    received = await urban.says(http, kind="transfer_received", transfer=str(transfer), number="城管〔2026〕17号")
    assert (received.status_code, received.json()["state"]) == (200, "received")
    word = {"kind": "transfer_answered", "transfer": str(transfer), "result": "done", "answer": "已经换了新杆。"}
    assert await refusal(await urban.says(http, **word)) == (409, "photo-missing")
    answered = await urban.says(http, **word, proof=[PHOTO])
    assert (answered.status_code, answered.json()["state"]) == (200, "answered")

    shown = await exchange.show(transfer)
    assert (shown["number"], shown["answer"]) == ("城管〔2026〕17号", "已经换了新杆。")
    assert PHOTO["sha256"] in shown["proof"]
    # The liaison sees the stub alone, and cannot say that what he cannot read is an answer.
    assert (await exchange.act(LIAISON, transfer, "closing"))[1]["type"] == "answer-unread"
    assert (await exchange.act(TRIAGE, transfer, "closing"))[0] == 200
    assert (await exchange.show(transfer))["outcome"] == "done"
    await exchange.until(lambda: exchange.told(transfer) == ["transfer_offered", "transfer_closed"])


async def test_a_mediation_platform_sends_its_result_twice_and_it_counts_once(exchange: Exchange) -> None:
    transfer = await exchange.sent(category=Category.DIS)
    result = exchange.urban.message(
        kind="transfer_answered", transfer=str(transfer), result="settled", answer="双方已和好。"
    )
    first = await exchange.urban.send(exchange.desk.http, result)
    again = await exchange.urban.send(exchange.desk.http, result)
    assert first.json() == again.json()
    assert first.json()["state"] == "done"
    shown = await exchange.show(transfer)
    assert shown["outcome"] == "settled"
    assert [each["fact"] for each in shown["timeline"]].count("outcome_reported") == 1
    changed = result | {"about": result["about"] | {"answer": "没有和好。"}}
    assert await refusal(await exchange.urban.send(exchange.desk.http, changed)) == (409, "message-reused")


async def test_not_ours_sends_the_matter_back_to_routing(exchange: Exchange) -> None:
    transfer = await exchange.sent()
    objection = {"kind": "transfer_objected", "transfer": str(transfer), "reason": "WRONG_GRID", "note": "属于开发区。"}
    assert (await exchange.urban.says(exchange.desk.http, **objection)).json()["state"] == "back"
    shown = await exchange.show(transfer)
    assert (shown["objection"], shown["objection_note"], shown["state"]) == ("WRONG_GRID", "属于开发区。", "back")
    await exchange.until(lambda: "transfer_taken_back" in exchange.told(transfer))


async def test_a_body_that_is_down_for_hours_gets_everything_once_and_in_order(exchange: Exchange) -> None:
    urban, clock = exchange.urban, exchange.desk.clock
    transfer = await exchange.routed()
    urban.down = True
    before = urban.tried
    sending = {"to": "URBAN-1", "reason": "NOT_POLICE", "notice": NOTICE, "task": TASK}
    assert (await exchange.act(TRIAGE, transfer, "sending", **sending))[0] == 200
    await exchange.until(lambda: urban.tried > before)
    assert (await exchange.act(TRIAGE, transfer, "return", reason="CLOCK_BREACHED"))[0] == 200
    line = (await exchange.show(transfer))["lines"][0]
    assert (line["waiting"], line["failure"], line["status"]) == (2, "refused", 503)
    urban.down = False
    await exchange.desk.move_to(clock.now() + timedelta(hours=3))
    await exchange.until(lambda: exchange.told(transfer) == ["transfer_offered", "transfer_taken_back"])
    places = [each["place"] for each in urban.taken if each["about"].get("transfer") == str(transfer)]
    assert places == [1, 2]


async def test_a_dead_body_is_given_up_after_days_and_a_person_resumes(exchange: Exchange) -> None:
    urban, desk = exchange.urban, exchange.desk
    urban.down = True
    transfer = await exchange.routed()
    sending = {"to": "URBAN-1", "reason": "NOT_POLICE", "notice": NOTICE, "task": TASK}
    await exchange.act(TRIAGE, transfer, "sending", **sending)
    tries = -1
    async with asyncio.timeout(60):
        while not (line := await exchange.line(transfer))["given_up"]:
            if line["tries"] == tries:
                await asyncio.sleep(0.02)
                continue
            tries = line["tries"]
            await desk.move_to(desk.clock.now() + timedelta(days=1, minutes=1))
    assert tries == len(PAUSES)
    shown = await exchange.show(transfer)
    assert shown["late"] == ["receipt"]
    bodies = await desk.http.get("/workorders/v1/bodies", headers=await desk.as_("operator"))
    assert [each["given_up"] for each in bodies.json()["bodies"] if each["code"] == "URBAN-1"] == [True]
    urban.down = False
    url = f"/workorders/v1/connector/lines/{line_of(UnitCode('URBAN-1'), transfer)}/resume"
    assert (await desk.http.post(url, headers=await desk.as_("operator"))).status_code == 200
    await exchange.until(lambda: exchange.told(transfer) == ["transfer_offered"])


async def test_forged_stale_and_replayed_messages_are_refused(exchange: Exchange) -> None:
    urban, http = exchange.urban, exchange.desk.http
    transfer = await exchange.sent()
    message = urban.message(kind="transfer_received", transfer=str(transfer))

    async def refused(answer: httpx2.Response, reason: str) -> None:
        assert (answer.status_code, answer.json()["type"]) == (401, "signature-refused")
        assert answer.json()["details"]["reason"] == reason

    await refused(await urban.send(http, message, signer=Signer(b"x" * 32)), "unknown_key")
    await refused(await urban.send(http, message, late=301), "not_fresh")
    body = httpx2.Request("POST", "http://x", json=message).content
    headers = urban.signed(body)
    await refused(await http.post(BUREAU_PATH, content=body), "unreadable:signature-input")
    forged = headers | {"Signature": exchange.hotline.signed(body)["Signature"]}
    await refused(await http.post(BUREAU_PATH, content=body, headers=forged), "wrong")
    assert (await exchange.show(transfer))["state"] == "out"
    assert (await http.post(BUREAU_PATH, content=body, headers=headers)).status_code == 200
    await refused(await http.post(BUREAU_PATH, content=body, headers=headers), "replayed")


async def test_a_body_speaks_for_itself_only(exchange: Exchange) -> None:
    http, transfer = exchange.desk.http, await exchange.sent()
    about = {"kind": "transfer_received", "transfer": str(transfer)}
    assert await refusal(await exchange.hotline.says(http, **about)) == (404, "not-found")
    borrowed = exchange.hotline.message(**about) | {"sender": "URBAN-1"}
    assert await refusal(await exchange.hotline.send(http, borrowed)) == (409, "not-your-message")
    elsewhere = exchange.urban.message(**about) | {"receiver": "130502"}
    assert await refusal(await exchange.urban.send(http, elsewhere)) == (409, "not-your-message")


async def test_r_22_danger_is_acted_on_before_the_liaison_can_send(exchange: Exchange) -> None:
    transfer = await exchange.routed(priority=Priority.P0)
    sending = {"to": "URBAN-1", "reason": "NOT_POLICE", "notice": NOTICE, "task": TASK}
    status, told = await exchange.act(TRIAGE, transfer, "sending", **sending)
    assert (status, told["type"], told["rule"]) == (409, "danger-first", "R-22")
    assert (await exchange.act(TRIAGE, transfer, "danger", note="民警已到场拉起警戒线。"))[0] == 200
    assert (await exchange.act(TRIAGE, transfer, "sending", **sending))[0] == 200


async def test_r_37_words_for_a_body_name_nobody(exchange: Exchange) -> None:
    transfer = await exchange.routed()
    sending = {"to": "URBAN-1", "reason": "NOT_POLICE", "notice": NOTICE, "task": f"请联系{NAME}处理。"}
    status, told = await exchange.act(LIAISON, transfer, "sending", **sending)
    assert (status, told["type"]) == (409, "task-names-somebody")


async def test_r_37_what_a_body_is_told_of_its_answer_names_nobody(exchange: Exchange) -> None:
    transfer = await exchange.sent()
    word = {"kind": "transfer_answered", "transfer": str(transfer), "result": "done", "answer": "修好了。"}
    assert (await exchange.urban.says(exchange.desk.http, **word, proof=[PHOTO])).status_code == 200
    before = await exchange.notes_kept()
    for note in (f"{NAME}说还没有修。", f"请给住户打电话 {PHONE}。", "请问张先生，他看见了。"):
        status, told = await exchange.act(TRIAGE, transfer, "answer-back", note=note)
        assert (status, told["type"], told.get("rule")) == (409, "task-names-somebody", "R-37"), note
    assert await exchange.notes_kept() == before, "what is refused is not kept"
    assert (await exchange.act(TRIAGE, transfer, "answer-back", note="照片看不清，请重拍。"))[0] == 200
    await exchange.until(lambda: exchange.told(transfer) == ["transfer_offered", "answer_sent_back"])


async def test_r_37_an_answer_written_for_the_person_does_not_go_to_the_body_that_sent_him(exchange: Exchange) -> None:
    urban, desk = exchange.urban, exchange.desk
    about = {"narrative": "路灯不亮。", "asker": {"name": NAME, "phone": PHONE}}

    async def result(number: str, answer: str) -> dict[str, Any]:
        sent = await urban.says(desk.http, kind="request_sent", number=number, **about)
        request = RequestId(UUID(sent.json()["request"]))
        await MEDIATION.says(desk, outcome(request, desk.clock.now(), await exchange.written(request, answer)))
        await exchange.until(lambda: len(exchange.told(request)) == 2)
        return next(each for each in urban.about if each.get("request") == str(request) and each["stage"] == "result")

    for number, words in (
        ("热线-91", f"{NAME}，您家门口的路灯已修好。"),
        ("热线-92", "张某某，您家住三楼，电话13811112222。"),
    ):
        told = await result(number, words)
        assert (told["outcome"], told["answer"]) == ("done", None), words
        assert told["note"].startswith("答复含有个人信息")
    told = await result("热线-93", "路灯已修好。")
    assert (told["answer"], told["note"]) == ("路灯已修好。", None)


async def test_a_request_sent_twice_is_one_request_and_its_sender_is_told(exchange: Exchange) -> None:
    urban, desk = exchange.urban, exchange.desk
    about = {
        "kind": "request_sent",
        "number": "12345-0317",
        "narrative": "小区配电箱起火了，冒烟。",
        "place": "南关小区",
    }
    first = await urban.says(desk.http, **about)
    again = await urban.says(desk.http, **(about | {"narrative": "重复发送。"}))
    request = first.json()["request"]
    assert first.status_code == again.status_code == 200
    assert request == again.json()["request"] == str(request_of(UnitCode("URBAN-1"), "12345-0317"))
    await exchange.until(lambda: exchange.told(request) == ["request_state"])
    filed = await desk.http.get(f"/intake/v1/requests/{request}", headers=await desk.as_("duty_officer"))
    assert (filed.status_code, filed.json()["door"]) == (200, "PLATFORM"), filed.text

    now = desk.clock.now()
    await MEDIATION.says(
        desk,
        HandlingSignedV1(
            request_id=RequestId(UUID(request)),
            handling_id=new_id(),
            attempt=1,
            unit=UnitCode("STATION-GL"),
            owner=PersonId(new_id()),
            at=now,
        ),
    )
    await MEDIATION.says(desk, outcome(RequestId(UUID(request)), now, None))
    await exchange.until(lambda: len(exchange.told(request)) == 3)
    states = [each for each in urban.about if each.get("request") == request]
    assert [each["stage"] for each in states] == ["accepted", "in_hand", "result"]
    assert {each["number"] for each in states} == {"12345-0317"}
    assert (states[1]["unit"], states[2]["outcome"]) == ("STATION-GL", "done")


async def test_the_hotline_is_told_codes_and_times_and_no_words(exchange: Exchange) -> None:
    transfer = await exchange.routed()
    sending = {"to": "HOTLINE-12345", "reason": "NOT_POLICE", "notice": NOTICE}
    refused = await exchange.act(LIAISON, transfer, "sending", **sending, task=TASK)
    assert (refused[0], refused[1]["type"]) == (409, "stub-only")
    assert (await exchange.act(LIAISON, transfer, "sending", **sending))[0] == 200
    await exchange.until(lambda: len(exchange.hotline.about) == 1)
    offered = exchange.hotline.about[0]
    assert (offered["kind"], offered["task"], offered["category"]) == ("transfer_offered", None, "COM")


async def test_not_ours_goes_back_to_who_sent_it_and_is_withdrawn_when_taken_back(exchange: Exchange) -> None:
    urban, desk = exchange.urban, exchange.desk
    about = {"number": "热线-88", "narrative": "开发区路面塌了一个小坑。"}
    request = (await urban.says(desk.http, kind="request_sent", **about)).json()["request"]
    await exchange.until(lambda: exchange.told(request) == ["request_state"])
    back = {"kind": "request_taken_back", "number": about["number"]}
    assert await refusal(await urban.says(desk.http, **back)) == (409, "nothing-to-take-back")
    url, body = f"/workorders/v1/arrivals/{request}/objection", {"reason": "WRONG_GRID", "note": "属于开发区。"}
    naming = body | {"note": f"请找王女士，电话{PHONE}。"}
    refused = await desk.http.post(url, json=naming, headers=await desk.as_(LIAISON))
    assert await refusal(refused) == (409, "task-names-somebody")
    assert (await desk.http.post(url, json=body, headers=await desk.as_(LIAISON))).status_code == 200
    await exchange.until(lambda: exchange.told(request) == ["request_state", "request_objected"])
    assert (await urban.says(desk.http, **back)).status_code == 200
    await desk.settled()
    shown = await desk.http.get(f"/intake/v1/requests/{request}", headers=await desk.as_("duty_officer"))
    assert shown.json()["state"] == "WITHDRAWN"


async def test_an_oversight_bodys_notice_is_answered_with_proof_and_in_time(exchange: Exchange) -> None:
    body, desk = exchange.oversight, exchange.desk
    number = "检公〔2026〕3号"
    sent = await body.says(desk.http, kind="request_sent", number=number, narrative="盲道中间的水泥杆倾斜。")
    request = sent.json()["request"]
    due = desk.clock.now() + timedelta(days=10)
    about = {"number": number, "notice": "请督促整改并书面回复。", "reply_due": due.isoformat()}
    notice = body.message(kind="supervision_noticed", **about)
    assert (await body.send(desk.http, notice)).status_code == 200
    other = exchange.urban.message(kind="supervision_noticed", **about)
    assert await refusal(await exchange.urban.send(desk.http, other)) == (403, "not-allowed")

    url = f"/workorders/v1/arrivals/{request}/notices/{notice['message']}/reply"
    reply = {"reply": "已经换好。", "fixed": True}
    refused = await desk.http.post(url, json=reply, headers=await desk.as_(LIAISON))
    assert await refusal(refused) == (409, "reply-unproven")
    naming = reply | {"reply": f"已经联系{NAME}，电话{PHONE}。", "proof": [PHOTO]}
    refused = await desk.http.post(url, json=naming, headers=await desk.as_(LIAISON))
    assert await refusal(refused) == (409, "task-names-somebody")
    done = await desk.http.post(url, json=reply | {"proof": [PHOTO]}, headers=await desk.as_(LIAISON))
    assert done.status_code == 200, done.text
    await exchange.until(lambda: {each["kind"] for each in body.about} == {"request_state", "supervision_answered"})
    (told,) = [each for each in body.about if each["kind"] == "supervision_answered"]
    assert (told["reply"], told["fixed"], told["number"]) == ("已经换好。", True, number)


async def test_a_notice_nobody_answers_in_time_is_noted(exchange: Exchange) -> None:
    body, desk = exchange.oversight, exchange.desk
    sent = await body.says(desk.http, kind="request_sent", number="检公〔2026〕4号", narrative="路灯不亮。")
    due = desk.clock.now() + timedelta(days=2)
    about = {"number": "检公〔2026〕4号", "notice": "请书面回复。", "reply_due": due.isoformat()}
    given = await body.says(desk.http, kind="supervision_noticed", **about)
    assert given.status_code == 200, given.text
    await desk.move_to(due + timedelta(minutes=1))
    url = f"/workorders/v1/arrivals/{sent.json()['request']}"
    shown = await desk.http.get(url, headers=await desk.as_("procurator"))
    assert [each["overdue"] for each in shown.json()["notices"]] == [True]


async def test_a_body_that_comes_itself_takes_its_messages_in_order_and_answers(exchange: Exchange) -> None:
    desk, who = exchange.desk, "mediation_platform"

    async def waiting(login: str = who) -> list[dict[str, object]]:
        await desk.settled()
        answer = await desk.http.get("/workorders/v1/connector/messages", headers=await desk.as_(login))
        assert answer.status_code == 200, answer.text
        return list(answer.json()["messages"])

    transfer = await exchange.routed(category=Category.DIS, unit="PLATFORM-MEDIATION")
    sending = {"to": "PLATFORM-MEDIATION", "reason": "LEGAL_PROCEDURE", "notice": NOTICE, "task": "请组织调解。"}
    assert (await exchange.act(TRIAGE, transfer, "sending", **sending))[0] == 200
    (first,) = await waiting()
    assert first["message"]["about"]["task"] == "请组织调解。"  # type: ignore[index]
    taking = f"/workorders/v1/connector/lines/{first['line_id']}/messages/{first['place']}/taken"
    for _ in range(2):
        assert (await desk.http.post(taking, headers=await desk.as_(who))).status_code == 200
    assert await waiting() == []
    assert (await exchange.act(who, transfer, "result", result="settled", answer="双方已和好。"))[0] == 200
    (closed,) = await waiting()
    assert closed["message"]["about"] == {"kind": "transfer_closed", "transfer": str(transfer)}  # type: ignore[index]
    assert (await exchange.act("clerk_fire", transfer, "result", result="done", answer="不是我们的。"))[0] == 403


async def test_no_personal_data_reaches_any_body(exchange: Exchange) -> None:
    seen = repr([exchange.urban.taken, exchange.hotline.taken, exchange.oversight.taken])
    assert len(exchange.urban.taken) > 10
    assert [each for each in (NAME, PHONE, NARRATIVE, NOTICE) if each in seen] == []
