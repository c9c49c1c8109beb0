"""One dispute under two channels: a host's desk with a panel, a party's phone with its instalments."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from shared.kernel import BUREAU_ZONE, wall_time
from tests.browser.conftest import Open
from tests.browser.prepared import agreed_dispute, signed_dispute
from tests.browser.screens import Screen
from tests.browser.story import code_and_pin, enter_as_party, file_request, follow, open_first
from tests.support.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]


def _to_police_mediation(officer: Screen) -> None:
    """A slight violation out of a quarrel between neighbours."""
    officer.page.keyboard.press("e")
    for choice in ("治安违法", "公安调解"):
        officer.choose(choice)
    officer.press("按这样改判", "")


def _seat(officer: Screen, line: int, person: str) -> None:
    officer.page.locator(".seats > li").nth(line).get_by_role("link", name="请人").click()
    officer.choose(person)
    officer.press("发出邀请", "")


def test_a_violation_case_changes_to_peoples_mediation_and_a_panel_advises(opened: Open, desk: Served) -> None:
    citizen = opened(phone=True)
    code, pin = file_request(citizen)
    follow(citizen, code, pin)
    desk.settled()

    triage = opened(phone=False)
    triage.sign_in("王警官")
    open_first(triage)
    _to_police_mediation(triage)
    desk.settled()

    officer = opened(phone=False)
    officer.sign_in("李警官")
    officer.pick("调解", "")
    if not officer.reads("公安调解"):
        pytest.fail(officer.text())
    case = officer.page.url
    officer.press("签收", "four-signed")
    assert officer.reads("首次公安调解")
    assert officer.reads("照协议做到以后，公安机关不再处罚")
    assert officer.page.locator(".button:not(.second):not(.danger)").count() == 1, "one filled button"

    officer.press("转到别的调解", "four-hand-over")
    assert officer.reads("治安案件只能转由人民调解")
    assert officer.page.locator("input[name=channel]:disabled").count() == 3
    officer.press("转过去", "four-hand-over-unchosen")
    assert "请选转给哪一种" in officer.text()
    officer.choose("人民调解")
    officer.choose("复杂")
    officer.press("转过去", "four-handed-over")
    assert officer.reads("处罚决定作出以前，可以先由人民调解（R-05）")
    assert officer.reads("人民调解期限（一个月）")
    officer.press("告知其他途径", "")
    officer.press("邀请另一方", "")
    officer.choose("乙方")
    officer.press("生成邀请", "")
    invited = code_and_pin(officer)
    officer.press("回调解室", "")

    officer.press("联调席位", "four-panel-choice")
    officer.choose("三所联调")
    officer.press("组成联调", "four-panel-empty")
    assert officer.reads("还差 3 席")
    assert officer.reads("人数不够不能决定")
    for line, person in enumerate(("李警官", "司法所老路", "龚律师")):
        _seat(officer, line, person)
    officer.press("入席", "four-panel-take")
    officer.choose("我没有接受一方委托")
    officer.press("入席", "four-panel-one")
    assert officer.reads("还差 2 席")
    for person in ("司法所老路", "龚律师"):
        member = opened(phone=False)
        member.sign_in(person)
        member.until("等您入席")
        member.pick("联调席位", "four-panel-member")
        member.press("入席", "")
        member.choose("我没有接受一方委托")
        member.press("入席", "")
    officer.goto(f"{case}/panel", "four-panel-full")
    officer.press("作决定", "four-panel-decide")
    officer.choose("提调解建议")
    officer.page.get_by_label("律师事务所").uncheck()
    officer.fill("决定的内容", "建议分三期付清，以围墙为界。")
    officer.press("作出决定", "four-panel-refused")
    assert "还差 1 个席位到场" in officer.text()
    officer.page.get_by_label("律师事务所").check()
    officer.press("作出决定", "four-panel-decided")
    assert officer.reads("提调解建议")

    other = opened(phone=True)
    enter_as_party(other, *invited)
    assert other.reads("由人民调解员主持，不收费")
    assert other.reads("以前是公安调解，换了一种，要重新问您")
    other.look("four-claim")
    other.press("愿意，先听我说", "four-party")
    citizen.page.reload()
    citizen.press("同意调解", "four-follow")
    assert citizen.reads("协议值什么")


def test_an_agreement_in_instalments_from_the_draft_to_the_court(opened: Open, desk: Served) -> None:
    dispute = desk.run(agreed_dispute(desk), 180.0)
    mediator = opened(phone=False)
    mediator.sign_in("张桂兰")
    case = f"/cases/{dispute.case}"
    mediator.goto(case, "")
    mediator.press("起草协议", "four-draft")
    mediator.choose("人民调解协议书")
    mediator.fill("事实和约定", "以现有围墙为界。乙方分三期付清修墙的钱。")
    mediator.page.locator("[name=duty_1_kind][value=money]").check()
    mediator.page.locator("[name=duty_1_who]").nth(1).check()
    mediator.page.locator("[name=duty_1_amount_fen]").fill("2000")
    mediator.page.locator("[name=duty_1_due]").fill("2030-01-31")
    mediator.page.locator("[name=duty_1_every][value=month]").check()
    mediator.page.locator("[name=duty_1_times]").fill("3")
    mediator.page.locator("[name=duty_2_kind][value=goods]").check()
    mediator.page.locator("[name=duty_2_who]").nth(1).check()
    mediator.page.locator("[name=duty_2_what]").fill("红砖")
    mediator.page.locator("[name=duty_2_count]").fill("200")
    mediator.page.locator("[name=duty_2_unit][value=piece]").check()
    mediator.page.locator("[name=duty_2_due]").fill("2030-01-31")
    mediator.press("起草", "four-drafted")

    citizen, other = opened(phone=True), opened(phone=True)
    own_pages = (other, "赵志强", f"/party/{dispute.case}"), (citizen, "林晓梅", f"/follow/{dispute.request}")
    for side, name, place in own_pages:
        side.sign_in(name)
        side.goto(place, "four-before-signing")
        side.press("看协议、签名", "four-agreement")
        assert side.reads("每月一期，第 3 期，共 3 期")
        assert side.reads("200 件红砖")
        assert side.reads("2,000.00 元")
        side.choose("我读过全部约定")
        side.press("签名", "four-agreement-signed")
    paper = citizen.page.request.get(citizen.page.get_by_role("link", name="下载 PDF").get_attribute("href") or "")
    assert (paper.status, paper.body()[:5]) == (200, b"%PDF-")
    with citizen.page.expect_download() as download:
        citizen.page.get_by_role("link", name="下载回执").click()
    assert download.value.suggested_filename

    assert citizen.reads("收到了就确认")
    citizen.page.get_by_role("button", name="这一项已经做到").first.click()
    expect(citizen.page.get_by_role("status").filter(has_text="做到了")).to_be_visible()
    citizen.look("four-first-instalment")
    assert citizen.reads("共 4 项，1 项做到了")
    assert not other.page.get_by_role("button", name="这一项已经做到").count(), "who owes cannot confirm"
    citizen.press("我愿意一起请法院确认", "four-joined")
    assert citizen.reads("等对方也愿意")
    other.page.reload()
    other.press("我愿意一起请法院确认", "four-joined")
    other.press("双方都愿意，送到法院", "four-filed")
    assert other.reads("法院决定受不受理")
    desk.settled()

    court = opened(phone=False)
    court.sign_in("田法官助理")
    court.goto("/suits", "four-court-list")
    court.pick("等受理", "four-court-paper")
    assert court.reads("200 件红砖")
    court.press("受理申请", "")
    court.press("作出决定", "four-court-decide")
    court.page.get_by_label("确认", exact=True).check()
    court.fill("裁定书编号", "（2026）冀0581民特9号")
    court.press("作出决定", "four-court-confirmed")
    assert court.reads("可以申请法院强制执行")
    desk.settled()
    other.press("返回", "")
    other.until("法院确认了协议")
    other.look("four-party-confirmed")

    mediator.goto(case, "four-room-settled")
    assert mediator.reads("4 项约定，1 项做到了")
    mediator.press("一人一事一档", "four-export-ask")
    mediator.choose("调解办理")
    mediator.press("申请导出", "four-export-asked")
    assert mediator.reads("等另一个人批准")
    leader = opened(phone=False)
    leader.sign_in("许局长")
    leader.goto("/exports", "four-exports")
    leader.pick("调解办理", "")
    leader.press("批准", "")
    leader.press("批准", "four-export-approved")
    mediator.page.reload()
    mediator.look("four-export-ready")
    link = mediator.page.get_by_role("link", name=re.compile("下载 PDF")).get_attribute("href") or ""
    assert mediator.page.request.get(link).body()[:5] == b"%PDF-"


def test_talks_that_fail_leave_the_party_with_advice_and_legal_aid(opened: Open, desk: Served) -> None:
    dispute = desk.run(signed_dispute(desk), 180.0)
    mediator = opened(phone=False)
    mediator.sign_in("张桂兰")
    mediator.goto(f"/cases/{dispute.case}", "")
    mediator.press("终止调解", "")
    mediator.choose("谈不成")
    mediator.press("终止", "four-ended")
    assert mediator.reads("还有什么办法")
    desk.settled()

    citizen = opened(phone=True)
    citizen.sign_in("林晓梅")
    citizen.goto(f"/follow/{dispute.request}", "four-failed")
    assert citizen.reads("申请法律援助")
    citizen.press("申请法律援助", "four-aid")
    citizen.fill("需要什么帮助", "想起诉，请不起律师。")
    citizen.press("申请法律援助", "four-aid-asked")
    assert citizen.reads("已转交，等决定")
    desk.settled()
    citizen.until("法律援助申请已经转交")


def test_a_court_sends_a_suit_and_takes_back_what_came_of_it(opened: Open, desk: Served) -> None:
    court = opened(phone=False)
    court.sign_in("田法官助理")
    court.goto("/suits", "four-suits-empty")
    court.press("送来一件", "four-suit-new")
    court.fill("案号", "（2026）冀0581民诉前调88号")
    court.choose("立案前委派调解")
    court.fill("原告要什么", "要求返还借款两万元。")
    court.fill("原告电话", "13900000001")
    court.fill("被告电话", "13900000002")
    court.press("送来", "four-suit")
    assert court.reads("立案前委派调解")
    suit = court.page.url
    desk.settled()
    court.until("到调解室")
    court.press("到调解室", "four-suit-room")
    assert court.reads("诉前调解期限（三十日）") or court.reads("现在没有期限在走")
    assert court.reads("司法调解")
    court.goto(suit, "four-trial-not-yet")
    assert court.reads("调解还没有结束，结束以后才登记")
    court.press("到调解室", "")
    court.press("签收", "")
    court.press("终止调解", "")
    court.choose("谈不成")
    court.press("终止", "")
    _follow_the_trial(court, suit)
    phone = opened(phone=True)
    phone.sign_in("田法官助理")
    phone.goto(suit, "four-trial-suspended")
    assert phone.reads("时间暂停，不计算")


def _follow_the_trial(court: Screen, suit: str) -> None:
    """Filed after the talks failed; extended once; suspended."""
    today = wall_time().astimezone(BUREAU_ZONE).date()
    court.goto(suit)
    court.press("登记起诉立案", "four-trial-filing")
    court.fill("法院立案的案号", "（2026）冀0581民初88号")
    court.choose("简易程序")
    court.page.get_by_label("哪天立案").fill((today + timedelta(days=9)).isoformat())
    court.press("登记", "four-trial-filing-refused")
    assert court.reads("立案日期不能在今天以后")
    court.page.get_by_label("哪天立案").fill(today.isoformat())
    court.press("登记", "four-trial-filed")
    assert court.reads("简易程序审限（三个月）")
    court.press("登记延长审限", "four-trial-extend")
    court.fill("裁定或者批准怎么写的", "批准延长一个月，2026年院批12号。")
    court.press("登记延长", "four-trial-extended")
    assert court.reads("简易程序延长（一个月）")
    assert court.reads("这种程序已经延长过一次")
    court.press("登记中止", "")
    court.fill("裁定或者批准怎么写的", "裁定中止诉讼，2026年裁3号。")
    court.press("登记中止", "")
    assert court.reads("诉讼中止着，先登记恢复")
