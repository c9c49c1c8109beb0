"""An order as officers and the person who asked meet it."""

from uuid import UUID

import pytest

from shared.contracts.codes import Category, Channel, Outcome, OutcomeDetail
from shared.contracts.handling import (
    FirstResponseV1,
    HandlingOfferedV1,
    HandlingReturnedV1,
    HandlingSignedV1,
    HandlingStartedV1,
    OutcomeReportedV1,
)
from shared.kernel import RequestId, UnitCode, new_id
from tests.workorders.conftest import NARRATIVE, STATION, Floor, staff

pytestmark = pytest.mark.asyncio(loop_scope="module")

OFFICER = "community_officer"
ANSWER = "您好，李警官今天下午三点到您家办理。"


async def finished(floor: Floor, order_id: UUID) -> None:
    assert (await floor.act(OFFICER, order_id, "signature"))[0] == 200
    assert (await floor.act(OFFICER, order_id, "first-response", note="已电话联系"))[0] == 200
    assert (await floor.act(OFFICER, order_id, "answer", answer=ANSWER))[0] == 200
    status, _ = await floor.act(OFFICER, order_id, "outcome", outcome="done", detail="ANSWERED_ONLY")
    assert status == 200


async def test_an_order_goes_from_offer_to_answer(floor: Floor) -> None:
    order_id = await floor.routed(owner=staff(OFFICER))
    await finished(floor, order_id)
    assert await floor.facts(order_id) == [
        "order_offered",
        "order_signed",
        "first_response_given",
        "handling_started",
        "answer_given",
        "outcome_reported",
    ]


async def test_the_others_learn_what_the_protocol_says(floor: Floor) -> None:
    order_id = await floor.routed(owner=staff(OFFICER))
    await finished(floor, order_id)
    request_id = UUID((await floor.show(OFFICER, order_id))[1]["request_id"])
    told = await floor.published(request_id)
    kinds = [type(each) for each in told]
    assert kinds == [HandlingOfferedV1, HandlingSignedV1, FirstResponseV1, HandlingStartedV1, OutcomeReportedV1]
    outcome = told[-1]
    assert isinstance(outcome, OutcomeReportedV1)
    assert (outcome.outcome, outcome.detail) == (Outcome.DONE, OutcomeDetail.ANSWERED_ONLY)
    assert outcome.handler == staff(OFFICER)
    assert outcome.answer is not None
    assert (outcome.sides, outcome.duties_watched) == ((), 0)


async def test_the_page_shows_words_steps_and_what_comes_next(floor: Floor) -> None:
    order_id = await floor.routed(owner=staff(OFFICER))
    _, shown = await floor.show(OFFICER, order_id)
    assert (shown["state"], shown["narrative"], shown["owner"]) == ("OFFERED", NARRATIVE, str(staff(OFFICER)))
    assert shown["sign_due"].startswith("2026-03-02T01:15")
    assert [(act["operation"], act["allowed"]) for act in shown["next"]] == [
        ("workorders.sign_for_order", True),
        ("workorders.return_order", True),
    ]
    await floor.act(OFFICER, order_id, "signature")
    _, shown = await floor.show(OFFICER, order_id)
    assert shown["state"] == "SIGNED"
    assert [(step["step"], step["title"]["zh"], step["done_at"]) for step in shown["steps"]] == [
        ("first_response", "首次响应", None),
        ("answer", "答复当事人", None),
    ]
    refused = {act["step"]: act["why_not"] for act in shown["next"] if not act["allowed"]}
    assert refused == {"done": "answer-missing"}
    await floor.act(OFFICER, order_id, "answer", answer=ANSWER)
    _, shown = await floor.show(OFFICER, order_id)
    assert (shown["state"], shown["answer"], shown["texts_withheld"]) == ("IN_PROGRESS", ANSWER, False)
    assert [step["role"] for step in shown["steps"]] == [OFFICER, OFFICER]


async def test_the_person_who_asked_sees_the_order_and_the_answer(floor: Floor) -> None:
    headers = await floor.desk.as_("citizen_lin")
    person = await floor.desk.house.issuer.person_id("citizen_lin", floor.desk.house.vault)
    order_id = await floor.routed(owner=staff(OFFICER), requester=person)
    await finished(floor, order_id)
    answer = await floor.desk.http.get(f"/workorders/v1/orders/{order_id}", headers=headers)
    shown = answer.json()
    assert (shown["state"], shown["answer"], shown["outcome"]) == ("RESOLVED", ANSWER, "done")
    assert shown["next"] == []
    assert [row["order_id"] for row in await floor.listed("citizen_lin")] == [str(order_id)]


async def test_somebody_else_who_asked_something_else_sees_nothing(floor: Floor) -> None:
    order_id = await floor.routed()
    assert (await floor.show("citizen_chen", order_id))[0] == 403
    assert await floor.listed("citizen_chen") == []


async def test_somebody_with_code_and_pin_sees_that_one_order_and_handles_nothing(floor: Floor) -> None:
    order_id = await floor.routed(owner=staff(OFFICER))
    await floor.routed()
    request_id = RequestId(UUID((await floor.show(OFFICER, order_id))[1]["request_id"]))
    capability = floor.desk.runtime("workorders").deps.guard.capabilities.issue("requester", request_id)
    headers = {"Authorization": f"Bearer {capability}", "Idempotency-Key": str(new_id())}
    page = await floor.desk.http.get("/workorders/v1/orders", headers=headers)
    assert [row["order_id"] for row in page.json()["orders"]] == [str(order_id)]
    shown = await floor.desk.http.get(f"/workorders/v1/orders/{order_id}", headers=headers)
    assert (shown.json()["narrative"], shown.json()["next"]) == (NARRATIVE, [])
    signed = await floor.desk.http.post(f"/workorders/v1/orders/{order_id}/signature", headers=headers)
    assert signed.status_code == 403


async def test_a_repeat_with_the_same_key_gets_the_same_answer(floor: Floor) -> None:
    order_id = await floor.routed()
    headers = await floor.desk.as_(OFFICER)
    url = f"/workorders/v1/orders/{order_id}/signature"
    first = await floor.desk.http.post(url, headers=headers)
    again = await floor.desk.http.post(url, headers=headers)
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert (await floor.facts(order_id)).count("order_signed") == 1


async def test_doing_again_what_is_done_is_answered_without_a_record(floor: Floor) -> None:
    order_id = await floor.routed()
    await floor.act(OFFICER, order_id, "signature")
    status, again = await floor.act(OFFICER, order_id, "signature")
    assert (status, again["record_id"], again["version"]) == (200, None, 2)


async def test_an_edit_of_a_version_that_is_gone_is_refused(floor: Floor) -> None:
    order_id = await floor.routed()
    headers = {**await floor.desk.as_(OFFICER), "If-Match": '"7"'}
    answer = await floor.desk.http.post(f"/workorders/v1/orders/{order_id}/signature", headers=headers)
    assert answer.status_code == 412


async def test_the_deputy_of_the_unit_signs_and_stays_accountable(floor: Floor) -> None:
    order_id = await floor.routed(owner=staff(OFFICER))
    assert (await floor.act("deputy_officer", order_id, "signature"))[0] == 200
    status, refused = await floor.act(OFFICER, order_id, "signature")
    assert (status, refused["type"]) in [(409, "already-signed"), (403, "not-allowed")]
    assert (await floor.show("deputy_officer", order_id))[1]["owner"] == str(staff("deputy_officer"))


async def test_an_auxiliary_helps_and_never_signs_or_closes(floor: Floor) -> None:
    order_id = await floor.routed()
    assert (await floor.act("auxiliary", order_id, "signature"))[0] == 403
    await floor.act(OFFICER, order_id, "signature")
    assert (await floor.act("auxiliary", order_id, "first-response", note="已到门口"))[0] == 200
    status, refused = await floor.act("auxiliary", order_id, "answer", answer="好了")
    assert (status, refused["type"]) == (409, "not-the-owner")
    status, refused = await floor.act("auxiliary", order_id, "outcome", outcome="failed")
    assert (status, refused["type"], refused["rule"]) == (409, "auxiliary-never-closes", "R-07")


async def test_another_unit_does_not_see_or_sign(floor: Floor) -> None:
    order_id = await floor.routed()
    assert (await floor.show("traffic_officer", order_id))[0] == 403
    assert (await floor.act("traffic_officer", order_id, "signature"))[0] == 403


async def test_nothing_is_done_without_an_answer(floor: Floor) -> None:
    order_id = await floor.routed()
    await floor.act(OFFICER, order_id, "signature")
    status, refused = await floor.act(OFFICER, order_id, "outcome", outcome="done")
    assert (status, refused["type"], refused["title"]) == (409, "answer-missing", "还没有答复当事人")


async def test_an_order_goes_back_with_a_reason(floor: Floor) -> None:
    order_id = await floor.routed(owner=staff(OFFICER))
    status, _ = await floor.act(OFFICER, order_id, "return", reason="WRONG_GRID", note="不在我的网格")
    assert status == 200
    _, shown = await floor.show(OFFICER, order_id)
    assert (shown["state"], shown["return_reason"]) == ("RETURNED", "WRONG_GRID")
    told = (await floor.published(UUID(shown["request_id"])))[-1]
    assert isinstance(told, HandlingReturnedV1)
    assert (told.attempt, told.owner) == (1, staff(OFFICER))


async def test_a_complaint_is_investigated_by_a_supervisor(floor: Floor) -> None:
    order_id = await floor.routed(
        channel=Channel.SUP, category=Category.CPL, unit=UnitCode("SUPERVISION-1"), other_party=staff(OFFICER)
    )
    assert (await floor.show(OFFICER, order_id))[0] == 403
    assert (await floor.act("supervisor", order_id, "signature"))[0] == 200
    assert (await floor.act("supervisor", order_id, "answer", answer="已核查，情况如下。"))[0] == 200
    assert (await floor.act("supervisor", order_id, "outcome", outcome="done"))[0] == 200
    assert (await floor.show("supervisor", order_id))[1]["narrative"] == NARRATIVE


async def test_the_supervisor_complained_of_does_not_get_the_complaint(floor: Floor) -> None:
    order_id = await floor.routed(
        channel=Channel.SUP, category=Category.CPL, unit=UnitCode("SUPERVISION-1"), other_party=staff("supervisor")
    )
    assert (await floor.show("supervisor", order_id))[0] == 403
    assert (await floor.act("supervisor", order_id, "signature"))[0] == 403


async def test_a_request_of_the_child_lane_is_no_order(floor: Floor) -> None:
    order_id = await floor.routed(channel=Channel.CHILD, category=Category.MIN, unit=UnitCode("CHILD-1"))
    assert (await floor.show("child_officer", order_id))[0] == 404
    assert await floor.listed("child_officer", open=True) == []


async def test_casework_is_its_investigators_own(floor: Floor) -> None:
    order_id = await floor.routed(channel=Channel.CASE, category=Category.CRM, unit=UnitCode("ECONOMIC-1"))
    assert (await floor.act("case_investigator", order_id, "signature"))[0] == 200
    assert (await floor.show("case_investigator", order_id))[1]["narrative"] == NARRATIVE
    assert (await floor.show("window_clerk", order_id))[0] == 403
    status, stub = await floor.show("triage_officer", order_id)
    assert (status, stub["narrative"], stub["texts_withheld"]) == (200, None, True)
    elsewhere = await floor.routed(channel=Channel.CASE, category=Category.CRM, unit=UnitCode("CRIMINAL-1"))
    assert (await floor.show("case_investigator", elsewhere))[0] == 403


async def test_a_list_shows_what_is_the_readers(floor: Floor) -> None:
    ours = await floor.routed()
    theirs = await floor.routed(unit=UnitCode("TRAFFIC-1"))
    assert {str(ours)} <= {row["order_id"] for row in await floor.listed(OFFICER)}
    assert str(theirs) not in {row["order_id"] for row in await floor.listed(OFFICER)}
    everything = {row["order_id"] for row in await floor.listed("triage_officer", limit=200)}
    assert {str(ours), str(theirs)} <= everything


async def test_a_list_hides_what_a_page_would_refuse(floor: Floor) -> None:
    case = str(await floor.routed(channel=Channel.CASE, category=Category.CRM))
    complaint = str(
        await floor.routed(channel=Channel.SUP, category=Category.CPL, unit=STATION, other_party=staff(OFFICER))
    )
    ours = {row["order_id"] for row in await floor.listed(OFFICER, limit=200)}
    assert not {case, complaint} & ours
    leader = {row["order_id"] for row in await floor.listed("bureau_leader", limit=200)}
    assert {case, complaint} <= leader
    supervisor = {row["order_id"] for row in await floor.listed("supervisor", limit=200)}
    assert complaint in supervisor
    assert case not in supervisor


async def test_a_list_waits_for_the_record_that_was_just_written(floor: Floor) -> None:
    order_id = await floor.routed()
    _, signed = await floor.act(OFFICER, order_id, "signature")
    rows = await floor.listed(OFFICER, state="SIGNED", after=signed["record_id"], limit=200)
    assert str(order_id) in {row["order_id"] for row in rows}


async def test_a_long_list_comes_in_pages(floor: Floor) -> None:
    unit = UnitCode("HOUSEHOLD-1")
    made = {str(await floor.routed(unit=unit)) for _ in range(3)}
    headers = await floor.desk.as_("permit_officer")
    found: list[str] = []
    cursor: str | None = None
    while True:
        params: dict[str, str | int] = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await floor.desk.http.get("/workorders/v1/orders", params=params, headers=headers)).json()
        found += [row["order_id"] for row in page["orders"]]
        if (cursor := page["cursor"]) is None:
            break
    assert len(found) == len(set(found))
    assert made <= set(found)


@pytest.mark.parametrize("cursor", ["nonsense", "AAAA"])
async def test_a_cursor_that_nobody_gave_finds_nothing(floor: Floor, cursor: str) -> None:
    answer = await floor.desk.http.get(
        "/workorders/v1/orders", params={"cursor": cursor}, headers=await floor.desk.as_(OFFICER)
    )
    assert answer.status_code == 404


async def test_an_order_that_does_not_exist_is_not_found(floor: Floor) -> None:
    assert (await floor.show(OFFICER, new_id()))[0] == 404
    assert (await floor.act(OFFICER, new_id(), "signature"))[0] == 404


async def test_playbooks_can_be_read(floor: Floor) -> None:
    answer = await floor.desk.http.get("/workorders/v1/playbooks", headers=await floor.desk.as_(OFFICER))
    playbooks = {each["playbook"]: each for each in answer.json()["playbooks"]}
    assert {"answer", "inquiry", "referral", "missing_person", "street_order"} <= playbooks.keys()
    assert playbooks["answer"]["steps"] == ["first_response", "answer"]
    assert playbooks["inquiry"]["channels"] == ["BOT"]
    assert playbooks["referral"]["valid_from"] == "2026-01-01"
    assert (playbooks["street_order"]["categories"], playbooks["passport_photo"]["by_hand"]) == (["URB"], True)


async def test_no_event_holds_what_was_typed(floor: Floor) -> None:
    order_id = await floor.routed(owner=staff(OFFICER), unit=STATION)
    await finished(floor, order_id)
    rows = await floor.desk.store("workorders").pool.fetch("SELECT body FROM events")
    assert all(ANSWER.encode() not in row["body"] and "已电话联系".encode() not in row["body"] for row in rows)
