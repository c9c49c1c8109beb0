"""Every other page, at both sizes: no barrier, no error, nothing wider than the screen."""

import re

import httpx2
import pytest

from shared.kernel import new_id
from tests.browser.conftest import Open
from tests.browser.prepared import filed_dispute, signed_dispute
from tests.browser.story import file_request, open_first
from tests.routing.models.files import ANSWERS, bent, write
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
WALL = "我和隔壁邻居因为院墙地界闹了矛盾，他家砌墙占了我家半米宅基地，请帮忙调解一下。"
LEAK = "楼上漏水把我家天花板泡坏了，说了几次都不管。"
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
        officer.page.keyboard.press("e")
        for choice in ("便民服务", "窗口办理"):
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


def test_rules_are_changed_row_by_row_tried_on_past_requests_and_published_by_another(
    opened: Open, desk: Served
) -> None:
    desk.run(filed_dispute(desk))
    officer = opened(phone=True)
    officer.sign_in("何警官")
    officer.goto("/rules", "rules")
    officer.press("起草", "rules-draft")
    draft = officer.page.url
    officer.press("加一行", "rules-row")
    officer.page.locator("#reason").evaluate("field => field.removeAttribute('required')")
    officer.press("保存这一行", "rules-row-error")
    assert officer.reads("请选一项：理由")
    officer.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    for box in ("priorities-P0", "priorities-P1", "priorities-P2", "priorities-P3", "flags_none-MEDIA"):
        name, code = box.split("-")
        officer.page.locator(f'input[name="0-{name}"][value="{code}"]').check()
    for field, value in {"flag": "MEDIA", "reason": "season"}.items():
        officer.page.locator(f"#{field}").select_option(value)
    officer.press("保存这一行")
    assert officer.reads("没有标记：舆情")
    with officer.page.expect_navigation():
        officer.page.locator("#row-19").get_by_role("button", name="上移").click()
    assert officer.reads("已移到第 18 行")
    officer.press("撤销上一步")
    officer.press("用这份草稿试算")
    officer.until("件里有")
    officer.look("rules-redecided")
    colleague = opened(phone=False)
    colleague.sign_in("王警官")
    colleague.goto(draft, "rules-editing")
    colleague.goto(f"{draft}/rows/12", "rules-row-twelve")
    leader = opened(phone=False)
    leader.sign_in("许局长")
    leader.goto(draft, "rules-publishing")
    leader.press("发布")
    assert leader.reads("正在用")
    leader.goto("/rules/packs/pack-2019-01", "rules-pack")


def test_a_model_on_trial_and_why_a_request_was_judged_so(opened: Open, desk: Served) -> None:
    trial = write(desk.house.home / "models" / "trial.json", bent(ANSWERS | {"category": "COM", "channel": "XFER"}))
    officer = opened(phone=False)
    officer.sign_in("王警官")
    officer.goto("/desk/models", "models")
    officer.press("试运行", "models-trial-begun")
    filed = [
        httpx2.post(
            f"{desk.url}/intake/v1/requests", json={"narrative": LEAK}, headers={"Idempotency-Key": str(new_id())}
        )
        for _ in range(2)
    ]
    desk.settled()
    why = f"/desk/{filed[1].json()['request_id']}/why"
    officer.goto(why, "why")
    assert officer.reads("会判为")
    officer.goto("/desk/models", "models-trial")
    assert officer.reads("由局领导启用")
    phone = opened(phone=True)
    phone.sign_in("许局长")
    phone.goto("/desk/models", "models-leader")
    assert phone.reads("件才能启用")
    phone.goto(f"/desk/models/{trial}/promotion", "models-promotion")
    phone.press("启用", "models-too-early")
    assert "至少要并行判断 200 件" in phone.page.inner_text("body")
    phone.goto(why, "why")
    officer.press("结束试运行", "models-ended")
    assert officer.reads("没有模型在试运行")


def test_a_course_is_noted_on_a_phone_and_what_is_late_is_seen_at_the_desk(opened: Open, desk: Served) -> None:
    dispute = desk.run(signed_dispute(desk), 180.0)
    officer = opened(phone=True)
    officer.sign_in("王警官")
    officer.goto("/clocks?when=all", "clocks-all")
    officer.goto(f"/clocks/{dispute.request}", "clocks-of-one")
    officer.press("开始一项程序", "clocks-act")
    officer.page.get_by_label("哪一步").select_option("petition/petition_received")
    officer.page.get_by_label("哪一天").fill("2025-06-03")
    officer.press("记下这一步", "clocks-noted")
    assert officer.reads("信访受理告知")
    officer.press("定在哪一级化解", "clocks-climb")
    officer.choose("村（社区）调解室")
    officer.press("定下来", "clocks-climbed")
    assert officer.reads("现在在村（社区）调解室")
    officer.goto("/clocks/days", "clocks-days")
    desk.settled()
    desktop = opened(phone=False)
    desktop.sign_in("王警官")
    desktop.goto("/clocks?when=late")
    desktop.until("信访受理告知")
    desktop.look("clocks-late")
    desktop.pick("信访受理告知", "clocks-of-one")
    desktop.goto("/clocks/ladders", "clocks-ladders")
    leader = opened(phone=False)
    leader.sign_in("许局长")
    leader.goto("/work", "clocks-told")
    assert leader.reads("信访受理告知已经超时")


def test_two_voices_side_by_side_and_places_that_are_quiet(opened: Open, desk: Served) -> None:
    first, second = (
        httpx2.post(
            f"{desk.url}/intake/v1/requests", json={"narrative": WALL}, headers={"Idempotency-Key": str(new_id())}
        ).json()["request_id"]
        for _ in range(2)
    )
    desk.settled()
    officer = opened(phone=False)
    officer.sign_in("何警官")
    officer.goto(f"/desk/voices/{second}?with={first}", "voices-asked")
    officer.press("是同一件，合并办理", "voices-linked")
    assert officer.reads("已合并办理，两边的话都保留")
    desk.settled()
    officer.goto(f"/desk?open={second}", "pane-linked")
    assert officer.reads("这件已与同一事项合并办理")
    phone = opened(phone=True)
    phone.sign_in("何警官")
    phone.goto(f"/desk/voices/{second}", "voices-linked")
    phone.press("不是同一件，分开办理", "voices-parted")
    assert phone.reads("已分开，单独重新办理")
    phone.goto("/desk/hotspots", "hotspots-none")
    assert phone.reads("现在没有热点")
    officer.goto("/desk/hotspots?hot=", "hotspots-none")


def test_a_place_is_asked_back_and_the_directory_says_who_has_it(opened: Open) -> None:
    citizen = opened(phone=True)
    citizen.goto("/file/what")
    citizen.fill("您要说的事", "楼下烧烤店每天半夜放音响，整栋楼都睡不着。")
    citizen.press("下一步")
    citizen.fill("地点", "幸福小区5号楼")
    citizen.press("下一步", "file-which")
    citizen.choose("西苑社区幸福小区5号楼")
    citizen.press("下一步")
    assert citizen.page.locator("input[name=place]").get_attribute("value") == "西苑社区幸福小区5号楼"
    leader = opened(phone=True)
    leader.sign_in("朱所长")
    for person in ("李警官", "郑警官"):
        leader.goto(f"/directory/officers?q={person}")
        leader.press(person, "directory-officer")
        leader.press("登记不在岗", "directory-absence")
        leader.choose("休假")
        leader.page.get_by_label("从哪天起").fill("2099-12-30")
        leader.page.get_by_label("到哪天为止").fill("2099-12-31")
        leader.press("登记")
    leader.goto("/directory?on=2099-12-30", "directory-gap")
    assert leader.reads("有网格没有人负责")
    leader.goto("/directory/grids/GL-02", "directory-grid")
    leader.goto("/directory/duties/new", "directory-duty")
    for path in ("sheet", "divisions?q=桥西"):
        leader.goto(f"/directory/{path}", f"directory-{path[:5]}")
    officer = opened(phone=False)
    officer.sign_in("王警官")
    officer.goto("/directory/trial")
    officer.fill("地点", "惠景花园3栋")
    officer.press("试一试", "directory-trial")
    assert officer.reads("地名里像是有错别字")
