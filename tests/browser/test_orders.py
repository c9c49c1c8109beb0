"""Orders through their pages: a dispatch on a phone, departments at their desks, an approval over three stages."""

from collections.abc import Iterator
from typing import Any

import pytest

from shared.kernel import FixedClock, new_id
from tests.browser.conftest import Open
from tests.browser.screens import Screen
from tests.support.house import MONDAY_MORNING
from tests.support.postgres import Database
from tests.support.served import Served, served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

LOST = "我父亲走失了，七十八岁，穿蓝色外套，记不清家在哪里。"
STALLS = "蔬菜水果摊点占道经营，消防通道也给堵上了。"
UNNUMBERED = "我四十一岁，从来没有户口，也没有身份证。"
STANDS, LANES = "引导摊点入市", "清理消防通道"


@pytest.fixture(scope="module")
def desk(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(database, tmp_path_factory.mktemp("home"), clock=FixedClock(MONDAY_MORNING)) as running:
        yield running


def _as(desk: Served, login: str, method: str, path: str, body: Any = None) -> dict[str, Any]:
    """What is not of these pages, asked of the API."""

    async def ask() -> dict[str, Any]:
        http = desk.house.http
        granted = (await http.post("/issuer/demo-token", data={"login": login})).json()
        headers = {"Authorization": f"Bearer {granted['access_token']}", "Idempotency-Key": str(new_id())}
        answer = await http.request(method, path, json=body, headers=headers)
        assert answer.status_code in (200, 201), f"{path} as {login}: {answer.text}"
        return dict(answer.json())

    answered = desk.run(ask())
    desk.settled()
    return answered


def _order(desk: Served, narrative: str, **wish: Any) -> str:
    """The id of an order that triage sent to its unit."""
    filing = {"kind": "help", "narrative": narrative, "place": "鼓楼东街"}
    request = _as(desk, "citizen_lin", "POST", "/intake/v1/requests", filing)["request_id"]
    body = {"police": "own", "reason": "OVERRULED", "flags": [], **wish}
    _as(desk, "triage_officer", "POST", f"/routing/v1/decisions/{request}/overrule", body)
    [row] = _as(desk, "triage_officer", "GET", f"/workorders/v1/orders?request_id={request}")["orders"]
    return str(row["order_id"])


def _do(desk: Served, login: str, order: str, act: str, **body: Any) -> dict[str, Any]:
    return _as(desk, login, "POST", f"/workorders/v1/orders/{order}/{act}", None if act.endswith("signature") else body)


def _optional(screen: Screen, label: str) -> None:
    """The desk has to say so itself: the browser is not asked to."""
    screen.page.get_by_label(label).first.evaluate("field => field.removeAttribute('required')")


def test_a_dispatch_on_a_phone_from_the_signature_to_the_result(opened: Open, desk: Served) -> None:
    order = _order(desk, LOST, category="EMG", channel="DSP", priority="P0", flags=["ELDERLY"])
    officer = opened(phone=True)
    officer.sign_in("李警官")
    officer.goto(f"/orders/{order}", "orders-offered")
    assert officer.reads("走失寻人")
    officer.press("签收", "orders-signed")
    button = officer.page.get_by_role("button", name="出警").bounding_box()
    assert button is not None
    assert (button["height"] >= 44, button["width"] > 200) == (True, True), "one thumb"
    officer.press("出警")
    _optional(officer, "现在在哪里")
    officer.press("到达现场", "orders-place-missing")
    assert officer.reads("请选一项：现在在哪里")
    officer.page.get_by_label("现在在哪里").first.select_option("GL-01")
    officer.press("到达现场", "orders-on-scene")
    assert officer.reads("凭地点")
    officer.page.locator("#person_reached select").select_option("GL-02")
    officer.press("找到本人")
    officer.choose("交给家人")
    officer.fill("签收凭证", "女儿签字")
    officer.press("交给家人或救助站", "orders-home")
    officer.fill("告诉他结果", "老人已平安到家。")
    officer.press("发出答复", "orders-done")
    assert officer.reads("已办结")
    officer.goto("/playbooks/missing_person", "playbook")
    officer.goto("/orders?shut=yes", "orders-shut")
    assert officer.page.locator("[data-list] a").count() >= 1


def _department(screen: Screen, order: str, name: str, told: str) -> None:
    screen.sign_in(name)
    screen.goto("/tasks", "orders-tasks")
    screen.pick("", "orders-task-offered")
    assert screen.reads(told)
    assert not screen.reads(STALLS)
    screen.press("签收", "orders-task-signed")


def test_departments_are_asked_together_and_answer_their_own_part(opened: Open, desk: Served) -> None:
    order = _order(desk, STALLS, category="URB", channel="XDEP", priority="P1", police="lead")
    _do(desk, "traffic_officer", order, "signature")
    _do(desk, "traffic_officer", order, "steps/on_site", evidence={"grid": "GL-01", "photo": "0001"})
    officer = opened(phone=False)
    officer.sign_in("冯警官")
    officer.goto(f"/orders/{order}", "orders-joint")
    officer.page.locator("summary", has_text="各部门同时处置").click()
    officer.press("选单位", "orders-ask")
    page = officer.page
    for unit, matter in (("CITY-1", STANDS), ("FIRE-1", LANES)):
        page.locator(f"[name=units][value={unit}]").check()
        page.locator(f"[name=matter-{unit}]").fill(matter)
    officer.press("请他们办", "orders-ask-no-lead")
    assert "定一个牵头" in page.locator("main .say.late").inner_text()
    assert page.locator("[name=matter-FIRE-1]").input_value() == LANES
    page.locator("[name=lead][value=CITY-1]").check()
    officer.press("请他们办", "orders-asked")
    assert officer.reads("等签收")
    desk.settled()

    fire = opened(phone=True)
    _department(fire, order, "消防小邵", LANES)
    assert not fire.reads(STANDS)
    fire.choose("办好了")
    fire.fill("做了什么", "通道已清空")
    fire.press("回复", "orders-task-photo-missing")
    assert fire.reads("请填写：照片编号")
    assert fire.page.get_by_label("做了什么").input_value() == "通道已清空"
    fire.fill("照片编号", "0003")
    fire.press("回复", "orders-task-answered")
    assert fire.reads("已回复：办好了")

    officer.goto(f"/orders/{order}", "orders-half-answered")
    assert officer.reads("通道已清空")
    assert officer.reads("请了 2 个单位，1 个已回复")
    assert officer.reads("还差：各部门同时处置")


def test_an_approval_over_three_stages(opened: Open, desk: Served) -> None:
    order = _order(desk, UNNUMBERED, category="SVC", channel="WIN", priority="P2", flags=["NO_ID"])
    _do(desk, "permit_officer", order, "signature")
    _do(desk, "permit_officer", order, "steps/contact", evidence={"consent": "in_person"})
    _do(desk, "permit_officer", order, "steps/investigate", evidence={"grid": "GL-02"})
    part = {"unit": "POLICE-HENAN", "share": {"matter": "请出具原始户籍材料"}}
    _do(desk, "permit_officer", order, "tasks", step="old_place", parts=[part])
    [task] = _as(desk, "police_henan", "GET", "/workorders/v1/tasks")["tasks"]
    _do(desk, "police_henan", order, f"tasks/{task['task_id']}/signature")
    _do(desk, "police_henan", order, f"tasks/{task['task_id']}/answer", result="done", words="已寄出")
    station = opened(phone=False)
    station.sign_in("魏大队长")
    station.goto(f"/orders/{order}", "orders-stage")
    station.press("同意")
    assert station.reads("已同意：派出所审核")
    assert station.reads("等局领导批")
    desk.settled()
    leader = opened(phone=False)
    leader.sign_in("许局长")
    leader.goto(f"/orders/{order}")
    leader.press("同意", "orders-stages-done")
    assert leader.reads("由吴警官办，您可以看")

    leader.goto("/orders", "orders-list")
    leader.goto("/playbooks", "playbooks")
    leader.press("无户口人员落户", "playbook")
    assert leader.reads("不同意就从入户和走访调查重来")

    window = opened(phone=False)
    window.sign_in("吴警官")
    window.goto(f"/orders/{order}")
    window.page.locator("summary", has_text="市公安局会商").click()
    window.press("选单位：市公安局会商")
    window.page.locator("[name=units][value=POLICE-CITY]").check()
    window.page.locator("[name=matter-POLICE-CITY]").fill("请会商无户口人员落户")
    window.press("请他们办")
    desk.settled()
    city = opened(phone=False)
    city.sign_in("市局民警老盛")
    city.goto("/tasks")
    city.pick()
    city.press("签收")
    city.choose("办好了")
    city.press("回复")
    window.goto(f"/orders/{order}", "orders-approved")
    assert window.page.locator("summary", has_text="登记落户").is_visible()
