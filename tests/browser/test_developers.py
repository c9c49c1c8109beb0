"""The page of partner agencies' developers: subscribe, the secret once, try it, replay, pause, end."""

import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest

from shared.kernel import new_id
from shared.web.service import read_secret
from tests.browser.conftest import Open
from tests.support.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

EXAMPLE = Path(__file__).parents[2] / "deploy" / "examples" / "answer_task.py"
REGISTRATION = {
    "door": "WINDOW",
    "kind": "service",
    "narrative": "因老伴去世，需办理存款继承手续",
    "contact": {"name": "樊先生的家人", "phone": "13900000045"},
    "beneficiary": {"name": "樊先生", "phone": "13900000046"},
    "agreed": True,
}
ROUTED = {"category": "SVC", "channel": "WIN", "police": "own", "priority": "P1", "flags": ["ELDERLY"]}
STEPS: tuple[tuple[str, object], ...] = (
    ("/signature", {}),
    ("/playbook", {"playbook": "one_stop_certificate"}),
    ("/first-response", {}),
    ("/steps/ask_amount", {"result": "within"}),
    ("/steps/kinship", {"evidence": {"consent": "in_person"}}),
    (
        "/tasks",
        {
            "step": "one_visit",
            "parts": [
                {"unit": "BANK-1", "lead": True, "share": {"name": "樊先生", "matter": "老伴在本行的存款继承。"}},
                {"unit": "STATION-GL", "share": {"name": "樊先生"}},
            ],
        },
    ),
)
URL = "接收地址（推送用，可以不填）"


def test_an_agency_subscribes_and_looks_after_its_deliveries(opened: Open, desk: Served) -> None:
    screen = opened(phone=True, script=False)
    screen.sign_in("消防小邵")
    screen.goto("/developers", "developers")
    assert screen.reads("未成年人、投诉民警、匿名举报和办案的事，一律不提供")
    screen.press("开通", "developers-error")
    assert screen.reads("请选一个用途")
    screen.choose("部门协办")
    screen.fill(URL, "https://127.0.0.1/hook")
    screen.press("开通", "developers-address")
    assert screen.reads("只能填互联网上的 https 地址")
    screen.fill(URL, "https://partner.invalid/hook")
    screen.press("开通", "developers-secret")
    assert screen.reads("whsec_")
    desk.settled()
    screen.press("存好了", "developers-subscription")
    assert not screen.reads("whsec_")
    screen.press("发一条测试", "developers-tested")
    assert screen.reads("测试没推过去：找不到这个域名")
    screen.press("换密钥", "developers-rotated")
    assert screen.reads("新旧两个密钥都会签名")
    screen.press("存好了")
    screen.press("暂停推送")
    path = screen.page.url.partition("?")[0].removeprefix(desk.url)
    desk.run(_three_deliveries(desk, UUID(path.rsplit("/", 1)[1])))
    screen.goto(path, "developers-deliveries")
    screen.press("再推一次")
    assert screen.reads("第 3 条没推过去：找不到这个域名")
    screen.fill("从第几条以后", "7")
    screen.press("重推", "developers-replay")
    assert screen.reads("最后一条的序号是 3")
    wide = opened(phone=False)
    wide.sign_in("消防小邵")
    wide.goto("/developers", "developers")
    wide.goto(path, "developers-deliveries")
    screen.goto(path)
    screen.page.get_by_text("结束订阅").click()
    screen.press("结束这个订阅", "developers-ended")
    assert screen.reads("已结束")


def test_an_agencys_own_system_answers_the_task_that_its_feed_told_of(desk: Served) -> None:
    with httpx2.Client(base_url=desk.url, timeout=30, trust_env=False) as http:
        secret = read_secret(desk.house.home, "client-bank-1").hex()
        bank = _bearer(http, "/issuer/token", grant_type="client_credentials", client_id="bank-1", client_secret=secret)
        opened = _post(http, bank, "/notifications/v1/subscriptions", {"purpose": "own_matter"})
        desk.settled()
        officer = _bearer(http, "/issuer/demo-token", login="permit_officer")
        triage = _bearer(http, "/issuer/demo-token", login="triage_officer")
        request = _post(http, officer, "/intake/v1/registrations", REGISTRATION)["request_id"]
        desk.settled()
        _post(http, triage, f"/routing/v1/decisions/{request}/overrule", ROUTED)
        desk.settled()
        listed = http.get("/workorders/v1/orders", params={"request_id": request}, headers=officer).json()
        order = f"/workorders/v1/orders/{listed['orders'][0]['order_id']}"
        for path, body in STEPS:
            _post(http, officer, order + path, body)
        desk.settled()
        settings = {
            "LOUNGE_DESK": desk.url,
            "LOUNGE_CLIENT": "bank-1",
            "LOUNGE_CLIENT_SECRET": secret,
            "PATH": "/usr/bin:/bin",
        }
        told = subprocess.run(
            [sys.executable, str(EXAMPLE)], env=settings, capture_output=True, text=True, timeout=60, check=True
        )
        assert told.stdout.splitlines() == ["asked 老伴在本行的存款继承。", f"answered {order.rsplit('/', 1)[1]}"]
        desk.settled()
        feed = http.get(f"/notifications/v1/subscriptions/{opened['subscription_id']}/deliveries", headers=bank).json()
        assert [each["type"] for each in feed["deliveries"]] == ["cn.lounge.partner.task_asked.v1"]
        assert "樊" not in str(feed)


def _bearer(http: httpx2.Client, path: str, **form: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {http.post(path, data=form).json()['access_token']}"}


def _post(http: httpx2.Client, who: dict[str, str], path: str, body: object) -> Any:
    answer = http.post(path, json=body, headers={**who, "Idempotency-Key": str(new_id())})
    assert answer.is_success, f"{path}: {answer.text}"
    return answer.json()


async def _three_deliveries(desk: Served, subscription_id: UUID) -> None:
    pool = desk.house.runtimes["notifications"].deps.store.pool
    await pool.execute("INSERT INTO partner_heads (subscription_id, made) VALUES ($1, 3)", subscription_id)
    for number in (1, 2, 3):
        await pool.execute(
            "INSERT INTO partner_deliveries (subscription_id, number, key, record_id, fact, level, body, made_at)"
            " VALUES ($1, $2, $3, $3, 'handling_offered', 'L1', '{}', now())",
            subscription_id,
            number,
            new_id(),
        )
