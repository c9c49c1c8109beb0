"""K29 through the pages: a caller, an officer, a mediator, the other side; phones and desks."""

import json
from pathlib import Path

import pytest

from tests.browser.conftest import Open
from tests.browser.story import code_and_pin, enter_as_party, file_request, follow, open_first, overrule_to_mediation
from tests.support.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def _facts(desk: Served, followed: str) -> list[tuple[str, str]]:
    """What the log holds of the request that stands in this address: what happened, in which role."""

    async def ask() -> list[tuple[str, str]]:
        granted = await desk.house.http.post("/issuer/demo-token", data={"login": "auditor"})
        told = await desk.house.http.get(
            "/audit/v1/facts",
            params={"subject": followed.rsplit("/", 1)[-1]},
            headers={"Authorization": f"Bearer {granted.json()['access_token']}"},
        )
        return [(each["fact"], each["role"]) for each in told.json()["facts"]]

    desk.settled()
    return desk.run(ask())


def test_two_neighbours_settle_and_everybody_reads_how(opened: Open, desk: Served, tmp_path: Path) -> None:
    citizen = opened(phone=True)
    code, pin = file_request(citizen)
    with citizen.page.expect_download() as download:
        citizen.page.get_by_role("button", name="下载回执文件").click()
    receipt = tmp_path / "receipt.json"
    download.value.save_as(receipt)
    assert json.loads(receipt.read_text())["content"][0]["text"]
    follow(citizen, code, pin)
    desk.settled()

    officer = opened(phone=False)
    officer.sign_in("王警官")
    officer.look("desk-list")
    assert "隔壁王某" not in officer.text(), "no words of a citizen stand on a list"
    open_first(officer)
    officer.look("desk-open")
    assert officer.reads("隔壁王某盖牛棚")
    assert ("item_read", "triage_officer") in _facts(desk, citizen.page.url)
    overrule_to_mediation(officer)
    assert officer.reads("矛盾纠纷")
    assert officer.reads("张桂兰")
    officer.key("u", "desk-undone")
    assert officer.reads("已撤销")
    overrule_to_mediation(officer)
    desk.settled()

    mediator = opened(phone=False)
    mediator.sign_in("张桂兰")
    mediator.look("work")
    mediator.pick("调解", "case-offered")
    mediator.press("签收", "case-signed")
    mediator.press("告知其他途径", "case-noticed")
    mediator.press("邀请另一方", "case-invite")
    mediator.choose("乙方")
    mediator.press("生成邀请", "invited")
    invited = code_and_pin(mediator)
    mediator.press("回调解室", "")
    assert "还不能" in mediator.text()

    citizen.page.reload()
    citizen.press("同意调解", "follow-consented")
    other = opened(phone=True)
    enter_as_party(other, *invited)
    assert "这不算拒绝" in other.text()
    assert "隔壁王某" not in other.text()
    other.press("愿意，先听我说", "party-case")
    other.press("写下我的说法", "party-view")
    other.fill("您的说法", "可他占我的地，总得和我先说一声嘛。")
    other.press("送出", "party-said")

    mediator.page.reload()
    mediator.press("定主持人", "case-host")
    mediator.choose("张桂兰")
    mediator.press("定下来", "case-hosted")
    mediator.press("开始调解", "case-open-session")
    mediator.press("开始", "case-in-session")
    mediator.press("结束这次调解", "case-end-session")
    mediator.choose("谈成了")
    mediator.press("结束", "case-agreed")
    assert mediator.page.locator(".next").get_by_role("link", name="起草协议").is_visible()
    mediator.press("起草协议", "case-draft")
    mediator.choose("人民调解协议书")
    mediator.fill("事实和约定", "以现有围墙为界，互不追究。")
    mediator.choose("赔礼道歉")
    mediator.page.locator("[name=duty_1_who]").nth(1).check()
    mediator.page.locator("[name=duty_1_due]").fill("2030-11-30")
    mediator.press("起草", "case-drafted")
    assert "现在不用您做什么" in mediator.page.locator(".next").inner_text()
    mediator.press("协议", "agreement-staff")
    assert mediator.reads("以现有围墙为界")

    for side in (citizen, other):
        side.page.reload()
        side.press("看协议、签名", "agreement")
        side.press("签名", "agreement-unread")
        assert "请先勾选" in side.text()
        side.choose("我读过全部约定")
        side.press("签名", "agreement-signed")
        paper = side.page.request.get(side.page.get_by_role("link", name="下载 PDF").get_attribute("href") or "")
        assert (paper.status, paper.headers["content-type"], paper.body()[:5]) == (200, "application/pdf", b"%PDF-")
        side.press("返回")
    desk.settled()

    citizen.until("各方都签了，协议生效")
    citizen.look("follow-settled")
    citizen.press("评价", "rate")
    citizen.press("提交评价", "rate-error")
    citizen.choose("满意")
    citizen.press("提交评价", "rated")
    assert "您的评价已经记下" in citizen.text()

    other.until("评价")
    other.press("评价", "party-rate")
    other.choose("不满意")
    other.press("提交评价", "party-rated")

    citizen.goto("/verify", "verify")
    citizen.page.get_by_label("回执文件").set_input_files(receipt)
    citizen.press("核验", "verified")
    assert "是真的，内容没有被改过" in citizen.text()
    altered = receipt.read_text().replace("牛棚", "鸡棚")
    citizen.goto("/verify", "")
    citizen.fill("或者把回执的文字贴在这里", altered)
    citizen.press("核验", "verify-broken")
    assert "对不上" in citizen.text()
