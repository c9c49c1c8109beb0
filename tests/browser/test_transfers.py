"""What is out at other bodies, as the liaison sees it: sending with notice, an answer with its photo, and the end."""

from typing import Any

import pytest

from shared.kernel import new_id
from tests.browser.conftest import Open
from tests.browser.screens import Screen
from tests.support.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

FILING = {"kind": "other", "narrative": "盲道正中有一根水泥杆歪了，走不过去。", "place": "鼓楼东街"}
RULING = {
    "category": "COM", "channel": "XFER", "police": "transfer", "priority": "P1", "flags": [],
    "reason": "OVERRULED", "unit": "CITY-1",
}  # fmt: skip
ANSWER = {
    "result": "done",
    "answer": "水泥杆已经换好，盲道恢复了。",
    "proof": [{"sha256": "2f" * 32, "taken_at": "2026-05-14T08:30:00+08:00", "place": "鼓楼东街盲道"}],
}


async def _ask(desk: Served, method: str, path: str, who: str, body: object = None) -> dict[str, Any]:
    granted = await desk.house.http.post("/issuer/demo-token", data={"login": who})
    headers = {"Authorization": f"Bearer {granted.json()['access_token']}", "Idempotency-Key": str(new_id())}
    answer = await desk.house.http.request(method, path, headers=headers, json=body)
    assert answer.status_code < 300, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def _waiting(desk: Served) -> str:
    """Routed to a connected body; the id of its transfer."""
    request = (await _ask(desk, "POST", "/intake/v1/requests", "citizen_lin", FILING))["request_id"]
    await desk.house.settled(60.0)
    await _ask(desk, "POST", f"/routing/v1/decisions/{request}/overrule", "triage_officer", RULING)
    await desk.house.settled(60.0)
    listed = await _ask(desk, "GET", f"/workorders/v1/transfers?request_id={request}", "hotline_liaison")
    return str(listed["transfers"][0]["transfer_id"])


def _send(screen: Screen) -> None:
    screen.page.get_by_label("请对方办什么").fill("鼓楼东街盲道正中的水泥杆开裂、倾斜，请尽快处理。")
    screen.page.get_by_label("告知当事人").fill("这件事由城市管理局负责，已移送他们处理，我们会盯到修好。")
    screen.press("移送并告知当事人")


def test_a_leaning_pole_from_the_list_to_its_end(opened: Open, desk: Served) -> None:
    transfer = desk.run(_waiting(desk))
    liaison, triage = opened(phone=True), opened(phone=False)
    liaison.sign_in("小蒋")
    liaison.goto("/transfers", "transfers-list")
    liaison.goto(f"/transfers/{transfer}", "transfer-waiting")
    liaison.press("移送并告知当事人", "transfer-without-notice")
    assert liaison.reads("告知")
    liaison.goto(f"/transfers/{transfer}")
    _send(liaison)
    desk.settled()
    desk.run(_ask(desk, "POST", f"/workorders/v1/transfers/{transfer}/result", "clerk_city", ANSWER))
    desk.settled()
    liaison.goto(f"/transfers/{transfer}", "transfer-answered")
    assert liaison.reads("不归您这个岗位看")
    triage.sign_in("何警官")
    triage.goto("/transfers", "transfers-list")
    triage.goto(f"/transfers/{transfer}", "transfer-answered")
    assert triage.reads("盲道恢复了")
    triage.press("看过照片，了结", "transfer-close")
    triage.press("了结")
    assert triage.reads("已了结，会告诉当事人")
    triage.look("transfer-done")
