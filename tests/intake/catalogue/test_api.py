"""Questions over HTTP: answered where they were asked, with the source; a request only by the person's word."""

from uuid import UUID

from services.intake.requests.store import filing_of, request_handler, source_of
from tests.intake.requests.calls import get, post
from tests.support.house import Desk

ASKED = {"question": "办理居住证需要什么资料？我住汇景花园", "group": "GROUP-HJ", "item": "residence-permit"}


async def test_anybody_finds_what_to_bring(desk: Desk) -> None:
    for login in (None, "citizen_lin", "triage_officer"):
        found = await get(desk, "/catalogue?q=居住", login)
        assert [each["code"] for each in found.json()["items"]] == ["residence-permit"]
    item = (await get(desk, "/catalogue/residence-permit?place=汇景花园")).json()
    assert (item["source"]["rule"], item["term"]["days"], item["window"]["code"]) == ("R-47", 15, "STATION-GL")
    assert (await get(desk, "/catalogue/nothing-such")).status_code == 404


async def test_k23_the_answer_is_whole_and_opens_nothing(desk: Desk) -> None:
    answer = await post(desk, "/inquiries", ASKED, "duty_officer")
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["category"], told["priority"], told["police"], told["channel"]) == ("INQ", "P3", "own", "BOT")
    for part in ("本人居民身份证", "15 日", "居住证暂行条例", "鼓楼派出所户籍窗口"):
        assert part in told["answer"]
    assert "您说要，我们才登记" in told["offer"]
    await desk.settled()
    assert await desk.store("intake").pool.fetchval("SELECT count(*) FROM request_progress") == 0
    unasked = await post(desk, f"/inquiries/{told['inquiry_id']}/request", {}, "duty_officer")
    assert (unasked.status_code, unasked.json()["type"]) == (409, "request-not-asked-for")
    wanted = {"asked_for": True, "contact": {"phone": "13900000055"}}
    made = await post(desk, f"/inquiries/{told['inquiry_id']}/request", wanted, "duty_officer")
    assert made.status_code == 201, made.text
    again = await post(desk, f"/inquiries/{told['inquiry_id']}/request", wanted, "duty_officer")
    assert again.json()["request_id"] == made.json()["request_id"]
    requests = request_handler(desk.store("intake"))
    filed = await filing_of(requests, UUID(made.json()["request_id"]))
    came = await source_of(requests, UUID(made.json()["request_id"]))
    assert filed is not None
    assert came is not None
    assert (filed.door, came.group) == ("GROUP_CHAT", "GROUP-HJ")


async def test_r_39_an_answer_without_a_source_is_refused_and_danger_is_a_request_at_once(desk: Desk) -> None:
    bare = await post(desk, "/inquiries", {**ASKED, "item": None}, "duty_officer")
    assert (bare.status_code, bare.json()["type"]) == (409, "answer-without-source")
    heard = await post(desk, "/inquiries", {"question": "我不想活了", "group": "GROUP-HJ"}, "duty_officer")
    assert heard.status_code == 201, heard.text
    assert heard.json()["danger"]["numbers"][0] == "110"
    assert heard.json()["request"]["state"] == "ACCEPTED"
    for login in ("citizen_lin", "window_clerk"):
        assert (await post(desk, "/inquiries", ASKED, login)).status_code == 403
