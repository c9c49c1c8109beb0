"""Groups through their pages: told to look out, a clue from the street, taken back, and the answer into the group."""

from typing import Any

import pytest

from shared.kernel import new_id
from tests.browser.conftest import Open
from tests.support.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

LOOKS = "蓝色外套，灰裤子，白发"
SEEN = "在南关小区门口的长椅上，我陪着她。"
LOST = {
    "door": "HOTLINE", "system": "110", "number": "110-0417", "kind": "help",
    "narrative": "有位老人像是迷路了，说不清住址。", "place": "鼓楼东街",
}  # fmt: skip
RUBBISH = {
    "door": "GROUP_CHAT", "group": "GROUP-DONGJIE-SHOPS", "kind": "other",
    "narrative": "店铺门口总有袋装垃圾，像是从楼上扔下来的。", "place": "鼓楼东街",
}  # fmt: skip


def _as(desk: Served, login: str, method: str, path: str, body: Any = None) -> dict[str, Any]:
    """A step that is not of these pages, asked of the API."""

    async def ask() -> dict[str, Any]:
        http = desk.house.http
        granted = (await http.post("/issuer/demo-token", data={"login": login})).json()
        headers = {"Authorization": f"Bearer {granted['access_token']}", "Idempotency-Key": str(new_id())}
        answer = await http.request(method, path, json=body, headers=headers)
        assert answer.status_code in (200, 201), answer.text
        return dict(answer.json())

    answered = desk.run(ask())
    desk.settled()
    return answered


def _order(desk: Served, login: str, matter: dict[str, str], **judged: Any) -> str:
    request = _as(desk, login, "POST", "/intake/v1/registrations", matter)["request_id"]
    wish = {"channel": "DSP", "police": "own", "reason": "OVERRULED", **judged}
    _as(desk, "triage_officer", "POST", f"/routing/v1/decisions/{request}/overrule", wish)
    found = _as(desk, "community_officer", "GET", f"/workorders/v1/orders?request_id={request}&open=true")
    order = str(found["orders"][0]["order_id"])
    _as(desk, "community_officer", "POST", f"/workorders/v1/orders/{order}/signature")
    _as(desk, "community_officer", "POST", f"/workorders/v1/orders/{order}/first-response", {})
    return order


def test_a_broadcast_from_the_first_word_to_the_recall(opened: Open, desk: Served) -> None:
    order = _order(desk, "dispatcher", LOST, category="EMG", priority="P0", flags=["ELDERLY"])
    dispatcher, courier, officer = opened(phone=False), opened(phone=True), opened(phone=True)
    dispatcher.sign_in("指挥台小罗")
    dispatcher.pick("", "broadcast-none")
    dispatcher.press("在群里寻人", "broadcast-form")
    for choice in ("快乐小哥群", "城区网格员群", "老人", "明化村和南关小区"):
        dispatcher.choose(choice)
    dispatcher.fill("衣着和一眼能看到的特征", "姓周，有老年痴呆")
    dispatcher.fill("多少分钟前见到的", "20")
    dispatcher.press("发到选中的群", "broadcast-refused")
    assert dispatcher.reads("姓名、电话、证件号、住址、车牌、病情都不能写")
    dispatcher.fill("衣着和一眼能看到的特征", LOOKS)
    dispatcher.press("发到选中的群")
    dispatcher.until("已发出")
    dispatcher.look("broadcast-running")
    [sent] = _as(desk, "dispatcher", "GET", f"/workorders/v1/orders/{order}/broadcasts")["broadcasts"]
    link = f"/clues/new?order={order}&broadcast={sent['broadcast_id']}"
    courier.sign_in("快递小哥小岳")
    courier.goto(link, "clue-form")
    assert courier.reads(LOOKS)
    courier.fill("看到了什么", SEEN)
    courier.press("报给民警", "clue-sent")
    assert courier.reads("等核查")
    officer.sign_in("李警官")
    officer.goto("/clues", "clue-list")
    officer.pick("志愿者报来", "clue-to-verify")
    assert officer.reads(SEEN)
    officer.press("写核查结论", "clue-verdict")
    officer.choose("有效")
    officer.press("写好了", "clue-judged")
    officer.goto(f"/broadcasts/{order}", "broadcast-seen-by-the-officer")
    dispatcher.press("人找到了", "broadcast-recalled")
    desk.settled()
    courier.goto(link, "clue-broadcast-over")
    assert courier.reads("有效")
    assert not courier.reads(LOOKS)
    dispatcher.goto("/groups", "groups")
    dispatcher.press("快乐小哥群", "group-posts")
    assert dispatcher.reads("这条信息已撤回")


def test_the_answer_goes_into_the_group_and_names_nobody(opened: Open, desk: Served) -> None:
    order = _order(desk, "community_officer", RUBBISH, category="PSO", priority="P1", flags=[])
    base = f"/workorders/v1/orders/{order}"
    _as(desk, "community_officer", "POST", f"{base}/steps/on_scene", {"evidence": {"grid": "GL-01"}})
    _as(desk, "community_officer", "POST", f"{base}/steps/who_did_it", {"result": "nobody"})
    _as(desk, "community_officer", "POST", f"{base}/answer", {"answer": "已清理，每天巡查两次。"})
    officer = opened(phone=True)
    officer.sign_in("李警官")
    officer.goto(f"/orders/{order}")
    officer.press("答复到鼓楼东街商户群", "group-answer")
    officer.fill("群里怎么说", "张某家扔的，已清理。")
    officer.press("发到群里", "group-answer-refused")
    assert officer.reads("群里只说结果和日期")
    officer.fill("群里怎么说", "垃圾已清理，每天巡查两次。")
    officer.press("发到群里")
    desk.settled()
    officer.goto("/groups/GROUP-DONGJIE-SHOPS", "group-answered")
    assert officer.reads("【办理结果】垃圾已清理，每天巡查两次。")
