"""What staff bring in on a phone, a table at the counter, and what to bring for citizens."""

from pathlib import Path

import pytest

from tests.browser.conftest import Open
from tests.browser.screens import Screen
from tests.support.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

TABLE = "事由,地点,手机号\n小区东门的路灯坏了一个星期,汇景花园东门,13900000071\n楼道里堆满了纸箱,汇景花园2栋,139000\n"


def press_exactly(screen: Screen, label: str, name: str = "") -> None:
    """The navigation has a link of the same word."""
    with screen.page.expect_navigation():
        screen.page.get_by_role("button", name=label, exact=True).click()
    if name:
        screen.look(name)


def test_an_officer_brings_a_need_with_one_hand_and_notes_the_consent(opened: Open, desk: Served) -> None:
    officer = opened(phone=True)
    officer.sign_in("李警官")
    officer.goto("/register", "register-doors")
    officer.press("我发现的需要", "register-form")
    officer.fill("什么事", "李大爷中风卧床，没有居住证，医药费报不了，人也来不了。")
    officer.fill("在哪里", "汇景花园3栋")
    officer.fill("本人姓名", "李大爷")
    press_exactly(officer, "登记", "register-done")
    assert officer.reads("还没有问过他本人")
    code, pin = (each.inner_text() for each in officer.page.locator(".key b").all())
    officer.press("看这件登记", "registered")
    him = opened(phone=True)
    him.goto("/follow")
    him.fill("编号", code)
    him.fill("查询码", pin)
    him.press("查看", "follow-consent-open")
    assert him.reads("社区民警；还没有问过您本人")
    officer.press("记下：他同意了", "consent-ask")
    officer.press("他同意了", "consent-noted")
    assert officer.reads("本人同意")


def test_a_table_is_looked_at_filed_and_handed_out(opened: Open, desk: Served, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_bytes(TABLE.encode("gbk"))
    clerk = opened(phone=False)
    clerk.sign_in("小许")
    clerk.goto("/batches", "batches")
    clerk.page.get_by_label("选文件").set_input_files(table)
    clerk.press("先看看有没有错", "batch-checked")
    assert clerk.reads("第 2 行")
    assert clerk.reads("手机号的格式不对")
    press_exactly(clerk, "登记")
    desk.settled()
    clerk.until("登记完了")
    clerk.look("batch-done")
    clerk.press("编号和查询码", "batch-slips")
    clerk.goto("/batches", "batches-again")
    phone = opened(phone=True)
    phone.sign_in("小许")
    phone.goto("/batches", "batches")


def test_anybody_finds_what_to_bring(opened: Open, desk: Served) -> None:
    citizen = opened(phone=True)
    citizen.goto("/catalogue", "catalogue")
    citizen.page.get_by_label("找什么").fill("居住证")
    press_exactly(citizen, "找")
    citizen.pick("居住证", "catalogue-item")
    assert citizen.reads("15 日内")
    citizen.goto("/catalogue?q=天气", "catalogue-nothing")
    opened(phone=False).goto("/catalogue/passport", "catalogue-item")


def test_anybody_asks_in_his_own_words(opened: Open, desk: Served) -> None:
    citizen = opened(phone=True)
    citizen.goto("/ask", "ask")
    citizen.fill("您想问什么", "身份正昨天弄丢了咋补")
    press_exactly(citizen, "问")
    citizen.look("ask-answered")
    assert citizen.reads("居民身份证法")
    assert "?" not in citizen.page.url
    citizen.fill("您想问什么", "今天会下雨吗")
    press_exactly(citizen, "问")
    citizen.look("ask-unknown")
    assert citizen.reads("这个我不知道")
    citizen.fill("您想问什么", "我不想活了")
    press_exactly(citizen, "问")
    citizen.look("ask-danger")
    assert citizen.reads("请现在就拨打")
    opened(phone=False).goto("/ask/about/hk-death", "ask-entry")
    opened(phone=False).goto("/ask/all?topic=户口", "ask-topic")
