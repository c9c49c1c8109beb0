"""The child lane through its pages: quiet, for members only, nothing sealed without a purpose and another person."""

from typing import Any

import pytest

from shared.kernel import new_id
from tests.browser.conftest import Open
from tests.browser.screens import Screen
from tests.support.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

CALL = "继父天天打孩子，孩子身上都是伤，在学校也被几个同学欺负，孩子不敢回家。"
SESSION = "第一次疏导：孩子愿意说话了。"


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


def _with_the_lane(desk: Served, priority: str = "P1") -> str:
    request = _as(desk, "guardian_he", "POST", "/intake/v1/requests", {"narrative": CALL})["request_id"]
    wish = {"category": "MIN", "channel": "CHILD", "priority": priority, "flags": ["MINOR"]}
    _as(desk, "duty_officer", "POST", f"/routing/v1/decisions/{request}/overrule", wish)
    [file] = _as(desk, "child_officer", "GET", f"/mediation/v1/children?request_id={request}")["files"]
    return str(file["child_id"])


def _ask_to_read(officer: Screen) -> None:
    officer.press("申请查阅", "child-read-ask")
    officer.choose("全部疏导和询问记录")
    officer.page.get_by_label("为什么要看").evaluate("field => field.removeAttribute('required')")
    officer.press("申请", "child-read-without-purpose")
    assert officer.reads("请填写：为什么要看")
    assert officer.page.get_by_role("link", name="快速离开").is_visible()
    officer.fill("为什么要看", "安排今晚住处前，看孩子怕不怕回家")
    officer.press("申请", "child-read-asked")
    assert officer.reads("等名单上的另一个人批准")


def test_a_file_of_the_lane_from_the_report_to_a_sealed_note(opened: Open, desk: Served) -> None:
    child = _with_the_lane(desk)
    officer = opened(phone=False)
    officer.sign_in("韩警官")
    officer.goto("/children", "child-list")
    assert CALL not in officer.text()
    officer.pick("", "child-offered")
    assert officer.page.get_by_role("link", name="快速离开").is_visible()
    officer.press("强制报告", "child-report")
    officer.choose("办案部门")
    officer.press("记下报告", "child-reported")
    officer.press("签收", "child-signed")
    officer.press("安排席位", "child-seats")
    officer.choose("心理咨询师")
    officer.choose("心理咨询师小柏")
    officer.press("安排", "child-seated")
    desk.settled()

    counsellor = opened(phone=True)
    counsellor.sign_in("心理咨询师小柏")
    counsellor.goto("/children", "child-list-counsellor")
    counsellor.goto(f"/children/{child}", "child-file-counsellor")
    counsellor.press("记录疏导", "child-counselling")
    counsellor.fill("这次疏导", SESSION)
    counsellor.press("封存", "child-sealed")
    assert SESSION not in counsellor.text()
    counsellor.goto("/seats", "child-seat")

    officer.goto(f"/children/{child}")
    _ask_to_read(officer)
    leader = opened(phone=True)
    leader.sign_in("朱所长")
    leader.goto(f"/children/{child}", "child-file-leader")
    assert leader.reads("安排今晚住处前")
    leader.press("批准", "child-read-approved")
    officer.goto(f"/children/{child}")
    officer.press("打开", "child-opened")
    assert officer.reads(SESSION)


def _opened_in_danger(desk: Served) -> str:
    child = _with_the_lane(desk, "P0")
    file = f"/mediation/v1/children/{child}"
    _as(desk, "child_officer", "POST", f"{file}/signature")
    read = _as(desk, "child_officer", "POST", f"{file}/reads", {"scope": "call", "why": "出警前看清地址"})["read_id"]
    _as(desk, "child_officer", "POST", f"{file}/reads/{read}/opening")
    return child


def test_the_leader_keeps_the_list_of_members_and_sees_what_danger_opened(opened: Open, desk: Served) -> None:
    child = _opened_in_danger(desk)
    leader = opened(phone=True)
    leader.sign_in("许局长")
    leader.press("未保名单", "child-group")
    assert leader.reads(f"未保件 {child[:8].upper()}：打开了求助时写的话")
    leader.press("加一个人", "child-group-give")
    leader.choose("韩警官")
    leader.fill("到哪天为止", "2020-01-01")
    leader.press("加进名单", "child-group-give-refused")
    assert leader.reads("最后一天早于第一天")
    leader.fill("到哪天为止", "2099-12-31")
    leader.press("加进名单", "child-group-given")
    assert leader.reads("到2099年12月31日为止")
    leader.page.locator(".seats > li", has_text="小柏").get_by_role("link", name="移出").click()
    leader.page.locator("[name=on]").wait_for()
    leader.look("child-group-take")
    leader.page.locator("[name=on]").fill("2099-01-01")
    leader.press("移出名单", "child-group-taken")
    assert leader.reads("2099年1月1日起移出")

    station = opened(phone=False)
    station.sign_in("朱所长")
    station.goto("/children")
    station.press("谁在名单上", "child-group-member")
    assert station.reads("打开了求助时写的话")
    assert not station.page.get_by_role("link", name="加一个人").count()
    station.goto("/children/group/new", "child-group-not-keeper")
    assert station.reads("由局领导决定")


def test_who_is_not_of_the_group_is_told_so_and_leaves_quickly(opened: Open) -> None:
    stranger = opened(phone=True)
    stranger.sign_in("李警官")
    stranger.goto("/children", "child-forbidden")
    assert stranger.reads("这一页您看不了")
    assert not stranger.page.get_by_role("link", name="未保").count()
    stranger.goto("/children/group", "child-group-forbidden")
    assert stranger.reads("这一页您看不了")


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desk"])
def test_a_child_reads_plain_words_and_can_leave_at_once(opened: Open, phone: bool) -> None:
    child = opened(phone=phone)
    child.goto("/for-children", "child-help")
    assert child.reads("这不是你的错")
    child.press("快速离开")
    assert "这不是你的错" not in child.page.content()


def test_a_guardian_without_a_seat_sees_an_empty_page(opened: Open) -> None:
    mother = opened(phone=True)
    mother.sign_in("贺女士")
    mother.goto("/seats", "child-seats-empty")
    assert mother.reads("没有席位")
