"""Every other page, at both sizes: no barrier, no error, nothing wider than the screen."""

import re

import pytest

from tests.browser.conftest import Open
from tests.browser.story import file_request, open_first
from tests.support.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

OPEN_PAGES = {
    "home": "/",
    "english": "/en",
    "file-what": "/file/what",
    "follow-enter": "/follow",
    "party-enter": "/party",
    "verify": "/verify",
    "sign-in": "/sign-in",
    "log": "/log",
    "people": "/people",
    "absent": "/no/such/page",
    "blank": "/blank",
}
WINDOW = "身份证丢了，想补办一张，需要带什么材料？什么时候能拿到？"


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desk"])
def test_the_open_pages(opened: Open, phone: bool) -> None:
    screen = opened(phone=phone)
    for name, path in OPEN_PAGES.items():
        screen.goto(path, name)
    screen.goto("/")
    screen.press("大字版", "home-large")
    assert "large" in (screen.page.locator("html").get_attribute("class") or "")


def test_a_service_request_from_the_desk_to_the_answer(opened: Open, desk: Served) -> None:
    """The keyboard alone takes it from the list to the window; the clerk answers; the citizen reads it."""
    citizen = opened(phone=True)
    file_request(citizen, text=WINDOW, place="鼓楼东街", sides="没有别人，就是我自己的事")
    desk.settled()
    officer = opened(phone=False)
    officer.sign_in("王警官")
    open_first(officer)
    if "待人判断" in officer.page.locator(".pane").inner_text():
        officer.key("e")
        for choice in ("便民服务", "窗口办理", "分类有误"):
            officer.choose(choice)
        officer.press("按这样改判")
    desk.settled()
    clerk = opened(phone=False)
    clerk.sign_in("吴警官")
    clerk.until("便民服务")
    clerk.pick("便民服务", "order-offered")
    clerk.press("签收", "order-signed")
    clerk.page.get_by_label("告诉他结果").evaluate("field => field.removeAttribute('required')")
    clerk.press("发出答复", "order-error")
    assert clerk.reads("请写答复")
    clerk.fill("告诉他结果", "带户口本到户政窗口，当场受理，二十天内拿证。")
    clerk.press("发出答复", "order-answered")
    desk.settled()
    citizen.press("去查进度")
    citizen.until("带户口本到户政窗口")
    citizen.look("follow-answered")
    citizen.press("不满意，请换人重办", "object")
    citizen.fill("哪里不满意", "电话里说的和窗口说的不一样。")
    citizen.press("请换人重办", "objected")
    citizen.until("重新办理，换了人")


def test_the_keys_move_accept_correct_and_undo(opened: Open, desk: Served) -> None:
    phone = opened(phone=True)
    for _ in range(2):
        file_request(phone)
        desk.settled()
    officer = opened(phone=False)
    officer.sign_in("王警官")
    page = officer.page
    open_first(officer)
    first = page.url
    page.keyboard.press("j")
    page.wait_for_url(lambda url: url != first)
    page.keyboard.press("k")
    page.wait_for_url(first)
    page.keyboard.press("?")
    assert page.locator("[data-help]").get_attribute("open") is not None
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.press("Escape")
    page.goto("/desk?state=waiting_for_person")
    open_first(officer)
    officer.key("a", "desk-accepted")
    assert "已接受" in page.locator("body").inner_text()


def test_what_is_not_for_this_reader_says_so(opened: Open) -> None:
    clerk = opened(phone=False)
    clerk.goto("/desk")
    assert re.search(r"/sign-in\?after=%2Fdesk$", clerk.page.url)
    clerk.press("小许")
    clerk.goto("/ops", "forbidden")
    assert clerk.reads("这一页您看不了")
    clerk.goto("/desk?open=00000000-0000-7000-8000-000000000000", "absent-request")
    assert clerk.reads("没有这一页") or clerk.reads("看不了")


def test_operators_see_lag_and_traces(opened: Open) -> None:
    screen = opened(phone=False)
    screen.sign_in("运维小彭")
    screen.goto("/ops", "ops")
    assert screen.reads("没有卡住的")
    screen.goto("/ops/traces?request=NG-0000-0000", "traces-none")
    assert screen.reads("没有找到踪迹")


def test_a_citizen_who_signs_in_finds_what_he_filed(opened: Open, desk: Served) -> None:
    phone = opened(phone=True)
    phone.sign_in("林晓梅")
    phone.look("own-work-empty")
    file_request(phone)
    desk.settled()
    phone.goto("/work", "own-work")
    phone.pick(name="follow-signed-in")
    assert phone.reads("您提交了诉求")


def test_a_walk_a_meeting_and_the_visits_on_a_phone(opened: Open) -> None:
    officer = opened(phone=True)
    officer.sign_in("李警官")
    officer.goto("/revisits", "revisits-none")
    officer.goto("/sweeps/new", "sweep-plan")
    officer.fill("叫什么", "出租房消防排查")
    officer.choose("出租房消防")
    officer.fill("哪个网格", "GL-02")
    officer.fill("点位", "明化村东头出租院\n明化村小卖部")
    officer.choose("明化村")
    officer.page.get_by_label("从哪天").fill("2026-01-01")
    officer.page.get_by_label("到哪天").fill("2099-12-31")
    officer.press("定下来")
    walker = opened(phone=True)
    walker.sign_in("小季")
    walker.goto("/sweeps")
    walker.press("出租房消防", "sweep-to-walk")
    walker.press("已到")
    walker.press("没到")
    walker.choose("家里没人")
    walker.press("记下")
    walker.press("发现问题", "sweep-finding")
    walker.fill("看到什么", "租户从窗户拉线给电动车充电。")
    walker.fill("具体位置", "明化村东头出租院")
    walker.choose("没有，要转办")
    walker.press("记下", "sweep-found")
    assert walker.reads("转诉求 1")
    officer.page.reload()
    officer.press("点数、结束")
    officer.press("结束")
    assert officer.reads("计划 2 处 = 已到 1 + 没到 1")
    desktop = opened(phone=False)
    desktop.sign_in("李警官")
    desktop.goto("/meetings/new", "meeting-call")
    desktop.fill("会议名称", "明化村出租房联席会议")
    desktop.page.get_by_label("哪天").fill("2099-12-31")
    desktop.choose("消防救援大队")
    desktop.press("发通知")
    desktop.press("登记开会情况")
    desktop.choose("消防救援大队")
    desktop.fill("会议纪要", "统一建充电车棚，消防来讲一次课。")
    desktop.press("保存纪要")
    desktop.press("定一项任务")
    desktop.fill("办什么", "讲一次消防课。")
    desktop.choose("消防救援大队")
    desktop.page.get_by_label("最晚哪天").fill("2099-12-31")
    desktop.press("定下来", "meeting-held")
    fireman = opened(phone=True)
    fireman.sign_in("消防小邵")
    fireman.goto("/meetings", "meetings")
    fireman.press("消防救援大队的任务")
    fireman.press("签收")
    fireman.press("答复")
    fireman.choose("做到了")
    fireman.fill("情况", "已讲课。")
    fireman.press("答复", "meeting-task-answered")
    desktop.page.reload()
    desktop.press("办结")
    desktop.press("办结")
    desktop.goto("/deliberations/new", "deliberation-open")
