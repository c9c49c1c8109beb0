"""Forms that go wrong, twice, too late or backwards: nothing typed is lost, nothing happens twice."""

import re

import pytest

from tests.browser.conftest import Open
from tests.browser.screens import Screen
from tests.browser.story import STRIP, code_and_pin, file_request, follow
from tests.support.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

DANGER = "我老公喝了酒拿着刀在门外砸门，孩子在我身边，我们很害怕。"


def test_a_wrong_number_is_named_and_everything_else_is_kept(opened: Open) -> None:
    phone = opened(phone=True)
    phone.goto("/file/what")
    phone.page.get_by_label("您要说的事").evaluate("field => field.removeAttribute('required')")
    phone.press("下一步", "file-what-error")
    assert phone.reads("请写一句发生了什么")
    phone.fill("您要说的事", STRIP)
    phone.press("下一步")
    phone.press("下一步")
    phone.press("下一步")
    phone.fill("您的手机号", "1380000123")
    phone.fill("怎么称呼您", "张某")
    phone.press("下一步", "file-reach-error")
    assert phone.reads("手机号是 11 位数字，您写了 10 位")
    assert phone.page.get_by_label("怎么称呼您").input_value() == "张某"
    phone.fill("您的手机号", "13800001234")
    phone.press("下一步")
    assert phone.reads(STRIP)


def test_both_ways_back_keep_what_was_written(opened: Open) -> None:
    phone = opened(phone=True)
    phone.goto("/file/what")
    phone.fill("您要说的事", STRIP)
    phone.press("下一步")
    phone.fill("地点", "鼓楼东街")
    phone.press("下一步")
    phone.press("上一步")
    assert phone.page.get_by_label("地点").input_value() == "鼓楼东街"
    phone.press("上一步")
    assert phone.page.get_by_label("您要说的事").input_value() == STRIP
    phone.press("下一步")
    phone.press("下一步")
    phone.page.go_back()
    assert phone.page.get_by_label("地点").input_value() == "鼓楼东街"
    assert phone.page.url.endswith("/file/where")
    assert "鼓楼" not in phone.page.url
    assert "鼓楼" not in phone.page.title()


def test_sending_twice_files_one_request_with_one_code(opened: Open, desk: Served) -> None:
    phone = opened(phone=True)
    first = file_request(phone)
    phone.page.reload()
    assert code_and_pin(phone) == first
    phone.page.go_back()
    phone.press("提交")
    assert code_and_pin(phone) == first
    desk.settled()
    officer = opened(phone=False)
    officer.sign_in("何警官")
    assert officer.page.locator("[data-list] a", has_text=first[0]).count() == 1


def test_a_wrong_pin_tells_nothing_and_keeps_the_code(opened: Open) -> None:
    phone = opened(phone=True)
    for code in ("NG-2222-2222", "kein code"):
        phone.goto("/follow")
        phone.fill("编号", code)
        phone.fill("查询码", "AAAAAAAA")
        phone.press("查看", "follow-wrong")
        told = phone.page.locator("[data-focus]").inner_text()
        assert phone.page.get_by_label("编号").input_value() == code
        assert told == phone.page.locator("[data-focus]").inner_text()
    phone.goto("/party")
    phone.page.get_by_role("button", name="查看").evaluate("button => button.form.noValidate = true")
    phone.press("查看", "party-empty")
    assert phone.reads("请填写查询码")


def test_danger_is_met_with_a_number_before_anything_else(opened: Open, desk: Served) -> None:
    phone = opened(phone=True)
    phone.goto("/file/what")
    phone.fill("您要说的事", DANGER)
    phone.press("下一步", "file-where-danger")
    assert phone.reads("请先拨打 110")
    for _ in range(3):
        phone.press("下一步")
    phone.press("提交", "done-danger")
    assert phone.page.locator("main h1").first.inner_text().strip().startswith("有危险，请现在就拨打")
    leave = phone.page.locator("[data-leave]")
    assert leave.is_visible()
    leave.click()
    phone.page.wait_for_url("**/blank")
    assert "汇客厅" not in phone.page.content()
    desk.settled()
    officer = opened(phone=False)
    officer.sign_in("王警官")
    first = officer.page.locator("[data-list] a").first.inner_text()
    assert "有危险" in first


def _lose_cookie(screen: Screen, name: str) -> None:
    screen.context.clear_cookies(name=name)


def test_a_form_that_outlived_its_visit_asks_for_one_more_press(opened: Open) -> None:
    phone = opened(phone=True)
    phone.goto("/file/what")
    phone.fill("您要说的事", STRIP)
    _lose_cookie(phone, "lounge")
    phone.press("下一步", "again")
    assert phone.reads("再按一次")
    phone.press("接着提交")
    assert phone.page.get_by_label("地点").is_visible()
    phone.press("上一步")
    assert phone.page.get_by_label("您要说的事").input_value() == STRIP


def test_a_key_that_ran_out_is_asked_for_beside_the_typed_words(opened: Open) -> None:
    phone = opened(phone=True)
    code, pin = file_request(phone)
    follow(phone, code, pin)
    phone.press("补充情况", "supplement")
    phone.fill("您要补充的", "昨天他又砌了两层砖。")
    _lose_cookie(phone, "lounge")
    phone.press("送出")
    phone.press("接着提交", "again-code")
    phone.fill("编号", code)
    phone.fill("查询码", pin)
    phone.press("接着提交", "supplemented")
    assert phone.reads("您的补充已经送到")


def test_leaving_forgets_everything_on_this_device(opened: Open) -> None:
    phone = opened(phone=True)
    file_request(phone)
    phone.press("去查进度")
    place = phone.page.url
    phone.press("看完了，退出", "left")
    phone.page.goto(place)
    assert re.search(r"/follow$", phone.page.url)


def test_everything_works_without_script(opened: Open, desk: Served) -> None:
    phone = opened(phone=True, script=False)
    code, pin = file_request(phone)
    follow(phone, code, pin)
    assert phone.reads("您提交了诉求")
    phone.press("撤回", "")
    phone.press("撤回这件事")
    assert phone.reads("已经撤回")
    desk.settled()
    officer = opened(phone=False, script=False)
    officer.sign_in("王警官")
    officer.pick()
    assert officer.page.locator("#opened").is_visible()
