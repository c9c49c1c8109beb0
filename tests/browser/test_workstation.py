"""The enterprise workstation through the pages: officers and departments at desks, a firm's manager on a phone."""

from collections.abc import Iterator
from typing import Any

import pytest

from shared.kernel import FixedClock, new_id
from tests.browser.conftest import Open
from tests.browser.screens import Screen
from tests.browser.story import code_and_pin
from tests.support.house import MONDAY_MORNING
from tests.support.postgres import Database
from tests.support.served import Served, served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

CODE, NAME = "91990000MA0DEM2AXD", "明化风电设备有限公司"
BOSS_PHONE = "13900000021"
WORKERS = (
    "姓名,身份证号,手机号,住址\n"
    "工友乙,990000198602020013,,员工宿舍2号楼\n"
    "工友丙,990000198703030026,,员工宿舍3号楼\n"
    "工友丁,99000019880404,,员工宿舍4号楼"
)


@pytest.fixture(scope="module")
def desk(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A Monday in March: plans of inspections lie in one year."""
    with served(database, tmp_path_factory.mktemp("home"), clock=FixedClock(MONDAY_MORNING)) as running:
        yield running


def _call(desk: Served, login: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """What people of other desks do meanwhile, by their own API."""

    async def ask() -> dict[str, Any]:
        http = desk.house.http
        granted = (await http.post("/issuer/demo-token", data={"login": login})).json()
        headers = {"Authorization": f"Bearer {granted['access_token']}", "Idempotency-Key": str(new_id())}
        answer = await http.request("GET" if body is None else "POST", path, json=body, headers=headers)
        assert answer.status_code < 300, f"{path} as {login}: {answer.status_code} {answer.text}"
        told: dict[str, Any] = answer.json() if answer.content else {}
        return told

    desk.settled()
    return desk.run(ask())


def _brought(desk: Served, code: str) -> str:
    listed = _call(desk, "duty_officer", "/intake/v1/requests?limit=200")["requests"]
    return str(next(each["request_id"] for each in listed if each["code"] == code))


def _filed(desk: Served, title: str, narrative: str) -> str:
    contact = {"name": "钱经理", "phone": BOSS_PHONE}
    body = {"kind": "other", "title": title, "narrative": narrative, "contact": contact}
    return str(_call(desk, "firm_boss", "/intake/v1/requests", body)["request_id"])


def _to_the_station(desk: Served, request: str, *flags: str, gate: str = "") -> None:
    """Triage sends a request to the workstation; the investigator may have said that it is no crime."""
    body = {"category": "ENT", "channel": "EPS", "police": "lead", "priority": "P2", "reason": "OVERRULED"}
    desk.settled()
    _call(desk, "triage_officer", f"/routing/v1/decisions/{request}/overrule", {**body, "flags": list(flags)})
    if gate:
        desk.settled()
        note = {"result": gate, "note": "不涉及经济纠纷。"}
        _call(desk, "case_investigator", f"/routing/v1/decisions/{request}/gates/CRIME_OR_CIVIL", note)
    desk.settled()


def _open_matter(officer: Screen, desk: Served, request: str) -> None:
    found = _call(desk, "enterprise_officer", f"/enterprise/v1/matters?request_id={request}")["matters"]
    officer.goto(f"/station/matters/{found[0]['matter_id']}")


def _pick(screen: Screen, name: str, value: str) -> None:
    screen.page.locator(f"[name={name}][value='{value}']").check()


def _no_firm_yet(officer: Screen) -> None:
    officer.sign_in("沈警官")
    assert officer.page.url.endswith("/station")
    officer.look("station-empty")
    assert officer.reads("没有要办的企业诉求")
    officer.press("建企业档案", "station-new-firm")
    officer.fill("统一社会信用代码", "9199OOOO")
    officer.fill("企业名称", NAME)
    officer.press("建档", "station-firm-refused")
    assert officer.reads("应为 18 位"), officer.text()
    officer.fill("统一社会信用代码", CODE)
    officer.press("建档", "firm-empty")
    assert officer.page.url.split("?")[0].endswith(f"/firms/{CODE}")
    assert officer.reads("还不能：护企工作站和社区民警只做走访服务，不检查企业（R-30）")
    assert officer.page.locator("main .button:not(.second)").count() == 1, "one filled button"
    officer.press("登记企业代表", "firm-member")
    officer.fill("手机号", BOSS_PHONE)
    officer.press("登记")
    officer.press("定联络民警", "firm-liaison")
    officer.choose("沈警官")
    officer.page.locator("[name=since]").fill("2026-03-01")
    officer.press("定下来", "firm-with-liaison")
    assert officer.reads("3月1日（周日）起")
    officer.press("定重点项目", "firm-key-project")
    officer.choose("是重点项目")
    officer.press("定下来", "firm-marked")
    assert "重点项目" in officer.page.locator("main header").inner_text()


def _plan(clerk: Screen, name: str, item: str, begins: str, ends: str, photo: str) -> None:
    clerk.sign_in(name)
    clerk.look(f"{photo}-empty")
    clerk.press("登记检查计划", f"{photo}-form")
    clerk.fill("企业的统一社会信用代码", CODE)
    clerk.choose(item)
    clerk.fill("最早哪天", begins)
    clerk.fill("最晚哪天", ends)
    clerk.press("登记计划", photo)
    assert clerk.reads("已登记，等护企工作站合并")


def test_departments_plan_the_station_merges_and_the_firm_objects(opened: Open, desk: Served) -> None:
    officer = opened(phone=False)
    _no_firm_yet(officer)
    fire, emergency = opened(phone=False), opened(phone=False)
    _plan(fire, "消防小邵", "消防监督检查", "2026-03-09", "2026-03-20", "plans-fire")
    fire.press("登记检查计划")
    fire.fill("企业的统一社会信用代码", CODE)
    fire.choose("消防监督检查")
    fire.fill("最早哪天", "2026-09-01")
    fire.fill("最晚哪天", "2026-09-30")
    fire.press("登记计划", "plans-over-the-cap")
    assert fire.reads("一年内对同一企业最多检查 1 次"), fire.text()
    assert fire.reads("今年已经排满")
    fire.fill("企业的统一社会信用代码", "91990000MA0DEM0A00")
    fire.press("登记计划", "plans-no-firm")
    assert fire.reads("护企工作站没有这家企业的档案")
    _plan(emergency, "应急小孟", "安全生产检查", "2026-03-16", "2026-03-27", "plans-emergency")
    desk.settled()

    officer.goto("/station", "station-proposal")
    assert officer.reads("都行的日子：3月16日（周一）至 3月20日（周五）")
    officer.press("合并成一次门", "firm-merge")
    officer.press("合并", "firm-merged")
    assert officer.reads("一起进门，只进一次")
    assert officer.reads("1 / 1 次，已满")

    boss = opened(phone=True)
    boss.sign_in("钱经理")
    desk.settled()
    boss.goto("/firms", "own-firm")
    assert boss.page.url.endswith(f"/firms/{CODE}")
    assert boss.reads("等检查")
    assert boss.reads("应急管理局、消防救援大队")
    boss.press("对这次检查提出异议", "own-firm-object")
    boss.page.get_by_label("为什么").evaluate("field => field.removeAttribute('required')")
    boss.press("提出异议", "own-firm-object-error")
    assert boss.reads("请填写：为什么")
    boss.fill("为什么", "十六日全厂停产检修，请换一天。")
    boss.press("提出异议", "own-firm-objected")
    assert boss.reads("有异议，等决定；决定前不能检查")
    assert boss.reads("还不能，已经提过异议")

    fire.goto("/station/plans", "plans-objected")
    assert fire.reads("与应急管理局一起进门")
    assert fire.reads("还不能：企业提出了异议，作出决定前不得检查")
    desk.settled()
    officer.goto("/station", "station-objection")
    officer.press("决定企业的异议", "firm-decide")
    officer.choose("异议成立")
    officer.fill("理由", "停产检修属实，请两家另排日期。")
    officer.press("作出决定", "firm-decided")
    boss.page.reload()
    assert boss.reads("异议成立，不再检查")
    assert boss.reads("停产检修属实")
    fire.page.reload()
    assert fire.reads("作废，不占次数")


def test_a_list_of_workers_is_lodged_row_by_row_and_the_firm_is_answered(opened: Open, desk: Served) -> None:
    officer = opened(phone=False)
    officer.sign_in("沈警官")
    officer.press("登记企业诉求", "station-new-matter")
    officer.fill("企业说了什么", "我们厂新招了外地员工，住在厂里宿舍，想一次办好居住登记。")
    officer.fill("企业代表怎么称呼", "钱经理")
    officer.fill("他的手机号", "139 0000 0021")
    officer.press("登记", "station-brought")
    assert officer.reads("把这两样交给企业代表")
    code, _ = code_and_pin(officer)
    _to_the_station(desk, _brought(desk, code), "ENTERPRISE", gate="NOT_A_CRIME")
    officer.goto("/station", "station-matter")
    officer.pick("企业诉求，等签收", "matter-offered")
    officer.press("签收", "matter-sign")
    officer.choose("员工居住登记")
    officer.press("签收", "matter-signed")
    officer.press("关联企业", "matter-firm")
    officer.fill("统一社会信用代码", "91990000MA0DEM0A00")
    officer.press("关联", "matter-firm-unknown")
    assert officer.reads("没有这个代码的企业档案")
    officer.fill("统一社会信用代码", CODE)
    officer.press("关联", "matter-linked")
    assert officer.page.locator("main .button:not(.second)").count() == 1, "one filled button"
    officer.press("登记员工名单", "lodging")
    officer.press("登记这张名单", "lodging-nothing")
    assert officer.reads("请选文件，或者把名单贴进来")
    file = {"name": "workers.csv", "mimeType": "text/csv", "buffer": WORKERS.encode("gb18030")}
    officer.page.locator("#file").set_input_files(file)  # type: ignore[arg-type]
    officer.press("登记这张名单", "lodging-partly")
    assert officer.reads("登记了 2 人，1 行没有登记")
    assert officer.reads("没有登记：身份证号不是 18 位")
    left = officer.page.locator("#workers").input_value()
    assert left.startswith("工友丁,99000019880404")
    officer.fill("或者把名单贴在这里", left.replace("99000019880404", "990000198804040039"))
    officer.press("改好了，再交一次", "lodging-mended")
    assert officer.reads("登记了 1 人")
    officer.press("回这件诉求", "matter-lodged")
    assert officer.reads("3 人")
    officer.press("答复企业", "matter-answer")
    officer.fill("答复", "三名员工都登记好了，居住证月底前送到厂里。")
    officer.press("答复企业", "matter-answered")
    officer.press("报结果", "matter-outcome")
    officer.press("报结果", "matter-done")
    assert officer.reads("现在不用您做什么")
    desk.settled()
    boss = opened(phone=True)
    boss.sign_in("钱经理")
    boss.look("own-firm-answered")
    assert boss.reads("居住证月底前送到厂里")
    assert boss.reads("已做到")


def test_nothing_is_coordinated_before_the_gate_and_a_department_must_answer(opened: Open, desk: Served) -> None:
    contract = _filed(desk, "合同纠纷", "外地公司收了我们的货款，到期不交货，怀疑是诈骗。")
    _to_the_station(desk, contract, "ENTERPRISE", "CRIME_POSSIBLE", gate="NOT_A_CRIME")
    complaint = _filed(desk, "投诉", "有的部门一个月来厂里查了五六次，影响生产。")
    _to_the_station(desk, complaint, "ENTERPRISE", gate="NOT_A_CRIME")
    officer = opened(phone=False)
    officer.sign_in("柳警官")
    _open_matter(officer, desk, contract)
    assert officer.reads("怀疑是诈骗")
    officer.press("签收")
    officer.choose("合同、货款纠纷")
    officer.press("签收")
    officer.press("关联企业")
    officer.fill("统一社会信用代码", CODE)
    officer.press("关联", "matter-contract")
    assert officer.reads("经济纠纷须企业书面同意后才能协调")
    assert officer.page.locator(".next").get_by_role("link", name="记下书面同意").is_visible()
    officer.goto("/work", "work-of-an-officer")
    _open_matter(officer, desk, complaint)
    assert officer.reads("查了五六次")
    officer.press("签收")
    officer.choose("投诉部门")
    officer.press("签收")
    officer.press("关联企业")
    officer.fill("统一社会信用代码", CODE)
    officer.press("关联")
    officer.press("写明投诉哪个单位", "matter-complained-of")
    assert not officer.page.locator(".error-summary").count(), "a question, not yet a refusal"
    _pick(officer, "unit", "MARKET-1")
    officer.press("记下")
    officer.press("交办给部门", "matter-assign")
    _pick(officer, "unit", "MARKET-1")
    officer.fill("要查什么、办什么", "查清检查次数。")
    officer.fill("最晚哪天答复", "2026-03-13")
    officer.press("交办", "matter-never-to-them")
    assert officer.reads("企业投诉不得交给被投诉的单位办理")
    _pick(officer, "unit", "EMERGENCY-1")
    officer.press("交办", "matter-assigned")
    assert officer.reads("必须答复")
    desk.settled()
    clerk = opened(phone=False)
    clerk.sign_in("应急小孟")
    clerk.look("plans-with-a-task")
    clerk.pick("企业诉求，必须答复", "matter-for-a-department")
    assert "查了五六次" not in clerk.text()
    assert "市场监管局" not in clerk.text(), "whom the complaint is about is no business of another department (R-44)"
    assert clerk.reads("查清检查次数")
    clerk.press("答复", "matter-task-answer")
    clerk.fill("答复", "核对了记录：一个月三次，已请市场局合并。")
    clerk.press("发出答复", "matter-task-answered")
    desk.settled()
    boss = opened(phone=True)
    boss.sign_in("钱经理")
    boss.look("own-firm-promises")
    assert boss.reads("应急管理局的答复：")


def test_a_visit_goes_from_questions_to_the_reply_and_leaves_hazard_and_loss(opened: Open, desk: Served) -> None:
    officer = opened(phone=False)
    officer.sign_in("沈警官")
    officer.fill("企业名称或代码", "风电")
    officer.press("搜索", "station-searched")
    officer.page.locator("section[aria-labelledby=firms] [data-list] a").first.click()
    officer.page.wait_for_url(f"**/firms/{CODE}")
    officer.press("登记走访", "firm-visit")
    officer.press("登记走访")
    desk.settled()
    officer.goto("/station", "station-visit")
    officer.page.locator("section[aria-labelledby=visits] a").first.click()
    officer.page.wait_for_url("**/station/visits/**")
    officer.look("visit-planned")
    assert officer.reads("还不能：走访后才能记录企业的意见")
    officer.press("填走访清单", "visit-checklist")
    for question in officer.page.locator("fieldset").all():
        question.locator("input").first.check()
    officer.press("走访完成", "visit-held")
    officer.press("记企业的意见")
    officer.fill("企业说了什么", "希望检查合在一起。")
    officer.press("记下", "visit-opinion")
    assert officer.reads("还不能：先写明采取什么措施、何时完成")
    officer.press("写明措施", "visit-measure")
    officer.fill("办什么", "由工作站合并三月的检查。")
    _pick(officer, "unit", "ENTERPRISE-1")
    officer.fill("最晚哪天", "2026-03-10")
    officer.press("定下来")
    officer.press("答复企业")
    officer.fill("答复", "已经合并成一次。")
    officer.press("答复", "visit-answered")
    officer.press(NAME)
    desk.settled()
    officer.page.reload()
    officer.press("登记隐患", "firm-hazard")
    officer.page.locator("[name=source]").first.check()
    officer.choose("消防通道临时堆物")
    _pick(officer, "slight", "yes")
    officer.fill("看到了什么", "三号库房门口堆纸箱。")
    officer.fill("最晚哪天改好", "2026-03-06")
    officer.press("登记", "firm-with-hazard")
    officer.press("登记损失", "firm-loss")
    officer.fill("金额（元）", "3200000")
    officer.press("登记", "firm-with-loss")
    officer.press("登记挽回", "firm-recover")
    officer.fill("金额（元）", "1600000")
    officer.fill("凭据", "银行回单，在卷第十二页。")
    officer.press("登记挽回")
    desk.settled()
    officer.goto("/station", "station-full")
    assert officer.reads("1,600,000.00 元（160 万元）")
    assert officer.reads("3,200,000.00 元（320 万元）")
    officer.press("复查", "hazard-recheck")
    _pick(officer, "result", "NOT_FIXED")
    officer.press("记下复查结果", "hazard-needs-a-day")
    assert officer.reads("没有整改的须写明今后的期限")
    _pick(officer, "result", "FIXED")
    officer.press("记下复查结果", "station-fixed")
    assert officer.reads("七天内没有到期的隐患")


def test_the_keyboard_alone_objects_on_a_phone_without_script(opened: Open, desk: Served) -> None:
    """The manager's page works without JavaScript; his next visit is merged by the API meanwhile."""
    firm = _call(desk, "enterprise_officer", f"/enterprise/v1/firms/by-code/{CODE}")["firm_id"]
    window = {"begins": "2026-05-04", "ends": "2026-05-08"}
    year = f"/enterprise/v1/firms/{firm}/inspections/2026"
    _call(desk, "clerk_emergency", f"{year}/plans", {"item": "production_safety", **window})
    _call(desk, "enterprise_officer", year, window)
    boss = opened(phone=True, script=False)
    boss.sign_in("钱经理")
    page = boss.page
    link = page.get_by_role("link", name="对这次检查提出异议")
    link.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_label("为什么").focus()
    page.keyboard.type("五月初盘点，请换一周。")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    boss.look("own-firm-no-script")
    assert boss.reads("有异议，等决定")


def test_strangers_are_told_that_a_firm_is_not_theirs(opened: Open) -> None:
    citizen = opened(phone=True)
    citizen.sign_in("林晓梅")
    citizen.goto(f"/firms/{CODE}", "firm-forbidden")
    assert citizen.reads("这一页您看不了")
    citizen.goto("/station", "station-forbidden")
    assert citizen.reads("这是护企工作站民警的工作台")
    citizen.goto("/firms", "firms-none")
    assert citizen.reads("还没有把您登记为哪家企业的代表")
    citizen.goto("/firms/91990000MA0DEM0A00", "firm-absent")
    assert citizen.reads("没有这一页")
