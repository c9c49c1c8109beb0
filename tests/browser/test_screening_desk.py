"""The screening desk by keyboard alone: one key an item, the next opens by itself, and the mistake is taken back.

`LOUNGE_SCREENED=60` clears sixty instead of twelve; the time of each is printed.
"""

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from services.portal.pages.worklist import PAGE
from shared.kernel import new_id
from tests.browser.conftest import Open
from tests.browser.prepared import Callers, filed_dispute
from tests.browser.screens import Screen
from tests.support.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

SCREENED = int(os.environ.get("LOUNGE_SCREENED", "12"))
DANGERS = (
    "老人中午出门到现在没回家，手机打不通，他有点糊涂，求你们帮着找找。",
    "我在汇景花园，实在活不下去了，不想活了。",
    "楼下着火了，烟往上冒，三楼还有人没下来。",
    "电梯卡在四楼，里面有人被困住出不来。",
    "他拿着刀在我家门口砸门，快来人。",
    "我爸突然晕倒了，叫不醒，喘不上气。",
)
"""A person always looks at these, whatever a model is sure of."""

KEYS = ("a", "a", "1", "a", "e d Enter", "a", "e 1 S-P Enter")
"""Mostly right; now and then the second choice, a class, an urgency with a channel."""

SLOWEST = 3.0
"""Seconds an item may take on a machine that does other work too; alone it is tenths."""


def _screenings(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        text = DANGERS[number % len(DANGERS)]
        yield {"narrative": f"{text}（第 {number + 1} 件）", "place": "汇景花园"}


def _file(desk: Served, count: int) -> None:
    async def file() -> None:
        http = desk.house.http
        granted = await http.post("/issuer/demo-token", data={"login": "citizen_lin"})
        bearer = {"Authorization": f"Bearer {granted.json()['access_token']}"}

        async def one(body: dict[str, Any]) -> None:
            answer = await http.post(
                "/intake/v1/requests", json=body, headers={**bearer, "Idempotency-Key": str(new_id())}
            )
            assert answer.status_code == 201, answer.text

        await asyncio.gather(*(one(body) for body in _screenings(count)))

    desk.run(file())
    desk.settled()


def _open(screen: Screen) -> str:
    return str(screen.page.locator("[data-pane]").get_attribute("data-open"))


def _press(screen: Screen, keys: str) -> float:
    """Presses what one item takes; the seconds until the next is there to be read."""
    page, before = screen.page, _open(screen)
    begun = time.perf_counter()
    for key in keys.split():
        page.keyboard.press(key.replace("S-", "Shift+"))
    page.wait_for_function("id => document.querySelector('[data-pane]')?.dataset.open !== id", arg=before)
    return time.perf_counter() - begun


def test_items_are_cleared_by_keyboard_alone(opened: Open, desk: Served) -> None:
    _file(desk, SCREENED + 2)
    officer = opened(phone=False)
    officer.sign_in("何警官")
    officer.goto("/desk?state=mine", "screening-list")
    page = officer.page
    page.keyboard.press("?")
    assert page.locator("[data-help]").get_attribute("open") is not None
    page.keyboard.press("?")
    page.keyboard.press("j")
    page.wait_for_selector("[data-pane]")
    first = _open(officer)
    officer.look("screening-open")
    assert page.locator("mark.danger").count()
    page.keyboard.press("e")
    officer.look("screening-correct")
    page.keyboard.press("Escape")
    loads: list[str] = []
    page.on("load", lambda loaded: loads.append(loaded.url))

    _press(officer, "a")
    assert officer.reads("已接受")
    officer.look("screening-next")
    page.keyboard.press("u")
    page.wait_for_function("id => document.querySelector('[data-pane]').dataset.open === id", arg=first)
    assert officer.reads("已撤销")
    assert f"open={first}" in page.url

    taken = [_press(officer, KEYS[number % len(KEYS)]) for number in range(SCREENED)]
    assert len(loads) == SCREENED // PAGE, "the list is read anew only when all of its rows are done"
    assert page.locator("[data-list] a[data-done]").count()
    officer.look("screening-done")
    ordered = sorted(taken)
    p50, p95 = statistics.median(ordered), ordered[int(len(ordered) * 0.95) - 1]
    told = f"{len(taken)} items by keyboard: p50 {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, all {sum(taken):.1f} s"
    sys.stdout.write(f"\n{told}\n{' '.join(f'{seconds * 1000:.0f}' for seconds in taken)}\n")
    assert p50 < SLOWEST


def test_what_a_colleague_took_meanwhile_is_said_and_the_desk_works_on_a_phone_without_a_script(
    opened: Open, desk: Served
) -> None:
    _file(desk, 2)
    officer, colleague = opened(phone=False), opened(phone=True, script=False)
    officer.sign_in("王警官")
    officer.goto("/desk?state=mine")
    officer.page.keyboard.press("j")
    officer.page.wait_for_selector("[data-pane]")
    both = _open(officer)
    colleague.sign_in("何警官")
    colleague.goto(f"/desk?state=mine&open={both}", "screening-plain")
    colleague.press("接受", "screening-plain-next")
    assert colleague.reads("已接受")
    officer.page.keyboard.press("a")
    officer.page.get_by_text("刚才已由同事处理").wait_for()
    assert _open(officer) == both
    officer.look("screening-taken")


def test_a_held_key_answers_one_request_and_not_the_next(opened: Open, desk: Served) -> None:
    _file(desk, 3)
    officer = opened(phone=False)
    officer.sign_in("何警官")
    officer.goto("/desk?state=mine")
    page = officer.page
    page.keyboard.press("j")
    page.wait_for_selector("[data-pane]")
    page.keyboard.press("e")
    _hold(officer, "v")
    assert page.get_by_label("家庭暴力").is_checked(), "four times would be none"
    page.keyboard.press("Escape")
    accepted: list[str] = []
    page.on("request", lambda sent: accepted.append(sent.url) if sent.url.endswith("/accept") else None)
    first = _open(officer)
    page.keyboard.down("a")
    page.wait_for_function("id => document.querySelector('[data-pane]')?.dataset.open !== id", arg=first)
    second = _open(officer)
    for _ in range(5):
        page.keyboard.down("a")
        page.wait_for_timeout(100)
    page.keyboard.up("a")
    assert (_open(officer), len(accepted)) == (second, 1)
    _hold(officer, "k")
    page.wait_for_function("id => document.querySelector('[data-pane]')?.dataset.open !== id", arg=second)


def _hold(screen: Screen, key: str) -> None:
    for _ in range(4):
        screen.page.keyboard.down(key)
    screen.page.keyboard.up(key)


def test_an_officer_says_what_the_model_missed(opened: Open, desk: Served) -> None:
    request = desk.run(filed_dispute(desk))
    phone, officer = opened(phone=True), opened(phone=False)
    for screen in (officer, phone):
        screen.sign_in("何警官")
        screen.goto(f"/desk?open={request}")
        screen.page.locator("[data-correct] summary").click()
        assert not screen.page.get_by_label("家庭暴力").is_checked()
        screen.page.keyboard.press("v")
        assert screen.page.get_by_label("家庭暴力").is_checked()
        screen.look("screening-flags")
    phone.page.get_by_role("button", name="按这样改判").click()
    phone.page.get_by_text("已改判：标记：").wait_for()
    phone.goto(f"/desk?open={request}", "screening-flagged")
    assert phone.reads("家暴闸门")
    phone.page.get_by_text("决定其他闸门").click()
    phone.look("gate-others")


def test_r_27_a_gate_says_who_decides_until_when_and_its_forms_ask_what_the_law_asks(
    opened: Open, desk: Served
) -> None:
    request = desk.run(_suspected_swindle(desk))
    officer, investigator = opened(phone=False), opened(phone=True)
    officer.sign_in("何警官")
    officer.goto(f"/desk?open={request}", "gate-pending")
    assert officer.reads("挡住当前渠道")
    assert "决定民刑闸门：还不能" in officer.text()
    investigator.sign_in("秦警官")
    investigator.goto(f"/desk?state=mine&open={request}", "gate-own")
    assert investigator.reads("货款给了一半")
    assert "移送外单位" not in investigator.text()
    investigator.press("请求延长审查", "gate-extension")
    investigator.page.get_by_label("延长到").select_option("heavy")
    investigator.fill("为什么还定不了", "转账还没有查完。")
    investigator.press("请求延长", "gate-extension-asked")
    assert investigator.reads("已请求延长")
    investigator.press("决定民刑闸门", "gate-decision")
    investigator.choose("不是犯罪")
    investigator.press("这样决定", "gate-decided")
    investigator.press("送达不予立案通知书", "gate-letter")
    officer.goto(f"/desk?open={request}")
    officer.page.keyboard.press("g")
    officer.look("gate-others")
    officer.press("决定可调解闸门", "gate-mediable")
    officer.choose("不能调解")
    officer.press("这样决定", "gate-mediable-missing")
    assert officer.reads("必须选明是哪一种情形")
    officer.choose("婚姻、收养、亲子等身份关系")
    officer.press("这样决定", "gate-mediable-decided")
    assert officer.reads("不能调解：婚姻、收养、亲子等身份关系")
    officer.press("重新决定", "gate-mediable-again")
    officer.goto(f"/desk/{request}/complained-of", "gate-complained-of")


async def _suspected_swindle(desk: Served) -> str:
    api = Callers(desk)
    told = "货款给了一半，对方公司不发货也不退钱，电话不接，怀疑是骗子公司。"
    body = {"narrative": told, "place": "汇景花园"}
    request = str((await api.ask("POST", "/intake/v1/requests", "citizen_lin", body))["request_id"])
    await desk.house.settled(60.0)
    ruling = {"category": "ENT", "channel": "EPS", "flags": ["CRIME_POSSIBLE", "ENTERPRISE"], "reason": "OVERRULED"}
    await api.ask("POST", f"/routing/v1/decisions/{request}/overrule", "triage_officer", ruling)
    await desk.house.settled(60.0)
    return request
