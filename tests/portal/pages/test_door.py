"""The pages over HTTP, in front of a desk that a test speaks for."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from services.portal.bureau import Bureau
from services.portal.desk_client import DeskClient
from services.portal.main import PAGES
from services.portal.pages.caller import Site
from services.portal.pages.home import own_path
from services.portal.pages.rendering import templates
from services.portal.settings import PortalSettings
from services.portal.staff import Staff
from services.portal.visits import COOKIE, SignedIn, Visit, Visits
from shared.kernel import FixedClock, wall_time

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
VISITS = Visits(b"k" * 32, b"f" * 32)
REQUEST = "0192a3b4-0000-7000-8000-000000000001"
TYPED = '昨天<b>他</b>又来了，"说"了三句'
STORY = {"text": TYPED, "at": "check", "go": "on"}

Answers = Callable[[httpx2.Request], httpx2.Response]


class Desk:
    """What the API answers, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[httpx2.Request] = []
        self.answers: dict[str, Answers] = {}

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        answer = self.answers.get(request.url.path)
        return answer(request) if answer else httpx2.Response(404, json={"type": "not-found", "title": "没有"})

    def says(self, path: str, status: int, body: Any) -> None:
        self.answers[path] = lambda request: httpx2.Response(
            status, json=body, headers={"Content-Type": "application/problem+json"} if status >= 400 else {}
        )


@pytest.fixture
def api() -> Desk:
    return Desk()


@pytest.fixture
async def browser(api: Desk) -> AsyncIterator[httpx2.AsyncClient]:
    settings = PortalSettings()
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(api), base_url="http://desk.test")
    site = Site(
        http=http,
        clock=FixedClock(NOW),
        bureau=Bureau.load(settings.bureau),
        settings=settings,
        staff=Staff(DeskClient(http), ""),
        visits=VISITS,
        templates=templates(),
    )
    app = FastAPI()
    for pages in PAGES:
        app.include_router(pages(site))
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app, client=("203.0.113.7", 1)), base_url="http://lounge.test"
    ) as client:
        yield client
    await http.aclose()


def _as(visit: Visit) -> Mapping[str, str]:
    return {"Cookie": f"{COOKIE}={VISITS.seal(visit)}"}


def _form(visit: Visit, **fields: str) -> dict[str, str]:
    return {"csrf": VISITS.form_token(visit), "form_key": REQUEST, **fields}


def _officer(*, until: int = 3600) -> Visit:
    ends = int(wall_time().timestamp()) + until
    return Visit(
        id="officer", person=SignedIn("token", ends, "duty_officer", "王警官", ("duty_officer",), "", "LOUNGE-1")
    )


@pytest.mark.parametrize("path", ["/", "/file/what", "/follow", "/nothing", "/desk", "/static/lounge.css", "/blank"])
async def test_every_answer_is_dressed(browser: httpx2.AsyncClient, path: str) -> None:
    answer = await browser.get(path)
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "geolocation=()" in answer.headers["permissions-policy"]
    assert "strict-transport-security" not in answer.headers


async def test_over_https_the_cookie_is_secure_and_the_browser_stays_there(browser: httpx2.AsyncClient) -> None:
    answer = await browser.get("https://lounge.test/")
    cookie = answer.headers["set-cookie"]
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert answer.headers["strict-transport-security"].startswith("max-age=")


async def test_a_stranger_s_form_does_nothing(browser: httpx2.AsyncClient, api: Desk) -> None:
    visit = Visit.new()
    for site in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        answer = await browser.post("/done", data={**STORY, "csrf": "x"}, headers={**_as(visit), **site})
        assert answer.status_code == 403
        assert "又来了" not in answer.text
    assert api.asked == []


async def test_our_own_old_form_comes_back_whole(browser: httpx2.AsyncClient, api: Desk) -> None:
    headers = {**_as(Visit.new()), "Sec-Fetch-Site": "same-origin"}
    answer = await browser.post("/done", data={**STORY, "csrf": "x", "form_key": REQUEST}, headers=headers)
    assert answer.status_code == 409
    assert "<b>他</b>" not in answer.text
    assert "昨天&lt;b&gt;他&lt;/b&gt;又来了" in answer.text
    assert f'name="form_key" value="{REQUEST}"' in answer.text
    assert api.asked == []


async def test_a_form_is_sent_under_its_own_key_for_the_visitor(browser: httpx2.AsyncClient, api: Desk) -> None:
    api.says("/intake/v1/requests", 409, {"type": "no", "title": "不行", "detail": "还不行"})
    visit = Visit.new()
    answer = await browser.post("/done", data=_form(visit, **STORY), headers=_as(visit))
    assert answer.status_code == 409
    assert "还不行" in answer.text
    assert api.asked[0].headers["idempotency-key"] == REQUEST
    assert api.asked[0].headers["x-forwarded-for"] == "203.0.113.7"
    assert "authorization" not in api.asked[0].headers


async def test_a_desk_that_is_down_keeps_the_story_on_the_page(browser: httpx2.AsyncClient, api: Desk) -> None:
    def down(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("down")

    api.answers["/intake/v1/requests"] = down
    visit = Visit.new()
    answer = await browser.post("/done", data=_form(visit, **STORY), headers=_as(visit))
    assert answer.status_code == 503
    assert "又来了" in answer.text
    assert "110" in answer.text


async def test_a_field_that_the_desk_refuses_is_shown_on_its_screen(browser: httpx2.AsyncClient, api: Desk) -> None:
    errors = [{"field": "contact.phone", "words": "号码不对"}]
    api.says("/intake/v1/requests", 422, {"type": "invalid", "title": "有误", "detail": "1 项", "errors": errors})
    visit = Visit.new()
    answer = await browser.post("/done", data=_form(visit, **STORY, phone="13800001234"), headers=_as(visit))
    assert answer.status_code == 422
    assert 'action="/file/reach"' in answer.text
    assert "号码不对" in answer.text
    assert "又来了" in answer.text


async def test_pages_of_the_staff_send_to_the_sign_in_and_back(browser: httpx2.AsyncClient) -> None:
    answer = await browser.get("/desk?open=" + REQUEST)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?after=%2Fdesk%3Fopen%3D{REQUEST}"


async def test_the_officer_s_right_goes_along_and_ends_with_the_token(browser: httpx2.AsyncClient, api: Desk) -> None:
    api.says("/routing/v1/worklist", 200, {"items": []})
    api.says("/routing/v1/worklist/counts", 200, {})
    api.says("/intake/v1/requests", 200, {"requests": []})
    assert (await browser.get("/desk", headers=_as(_officer()))).status_code == 200
    assert {each.headers["authorization"] for each in api.asked} == {"Bearer token"}
    assert (await browser.get("/desk", headers=_as(_officer(until=-1)))).status_code == 303


async def test_operators_see_which_partner_gets_nothing(browser: httpx2.AsyncClient, api: Desk) -> None:
    gone = {
        "subscription_id": REQUEST,
        "agency": "FIRE-1",
        "purpose": "joint_task",
        "ways": ["webhook"],
        "state": "given_up",
        "made": 12,
        "sent": 7,
        "oldest": 1,
        "failing_since": "2026-02-25T01:00:00Z",
        "next_try": None,
        "status": 500,
        "failure": "bad_answer",
        "secret_version": 1,
        "both_until": None,
    }
    api.says("/ops/v1/status", 200, {})
    api.says("/ops/v1/parked", 200, {})
    officer = _officer()
    assert "没有单位订阅" in (await browser.get("/ops", headers=_as(officer))).text
    api.says("/notifications/v1/subscriptions", 200, {"subscriptions": [gone]})
    page = (await browser.get("/ops", headers=_as(officer))).text
    assert f'href="/developers/{REQUEST}"' in page
    assert "已停止推送" in page
    assert '<td class="number" data-label="等推送">5</td>' in page
    on_topic = gone | {"ways": ["kafka"], "state": "active", "sent": 0, "on_topic": 9, "failing_since": None}
    api.says("/notifications/v1/subscriptions", 200, {"subscriptions": [on_topic]})
    assert '<td class="number" data-label="等推送">3</td>' in (await browser.get("/ops", headers=_as(officer))).text
    path = f"/notifications/v1/subscriptions/{REQUEST}"
    api.says(path, 200, on_topic)
    api.says(f"{path}/ledger", 200, {})
    api.says("/notifications/v1/purposes", 200, {})
    one = (await browser.get(f"/developers/{REQUEST}", headers=_as(officer))).text
    assert "<dt>方式</dt><dd>Kafka</dd>" in one
    assert "到第 9 条，还有 3 条没放上" in one


async def test_an_act_after_the_sign_in_ran_out_is_held_not_lost(browser: httpx2.AsyncClient, api: Desk) -> None:
    visit = _officer(until=-1)
    form = _form(visit, note="请带户口本")
    answer = await browser.post(f"/desk/{REQUEST}/info", data=form, headers=_as(visit))
    assert answer.status_code == 409
    assert "请带户口本" in answer.text
    assert "在新窗口登录" in answer.text
    assert api.asked == []


async def test_a_refusal_is_a_page_with_the_trace_to_report(browser: httpx2.AsyncClient, api: Desk) -> None:
    told = {"type": "not-allowed", "title": "不许", "detail": "这件事不归您管", "trace_id": "4bf92f3577b34da6"}
    api.says("/routing/v1/worklist", 403, told)
    answer = await browser.get("/desk", headers=_as(_officer()))
    assert answer.status_code == 403
    assert "这件事不归您管" in answer.text
    assert "4bf92f3577b34da6" in answer.text


async def test_an_unknown_code_and_a_wrong_pin_look_alike(browser: httpx2.AsyncClient, api: Desk) -> None:
    api.says("/intake/v1/follow", 403, {"type": "wrong-code-or-pin", "title": "不对", "detail": "编号和查询码对不上"})
    visit = Visit.new()
    form = _form(visit, code="NG-1", pin="PINPINPI")
    answer = await browser.post("/follow", data=form, headers=_as(visit))
    assert answer.status_code == 422
    assert "编号和查询码对不上" in answer.text
    assert "PINPINPI" not in answer.text


async def test_a_sign_in_that_was_not_begun_here_is_refused(browser: httpx2.AsyncClient, api: Desk) -> None:
    answer = await browser.get("/signed-in?code=c&state=forged")
    assert answer.status_code == 400
    assert "登录没有完成" in answer.text
    assert api.asked == []


async def test_what_is_said_once_is_not_said_to_a_part_that_renews_itself(browser: httpx2.AsyncClient) -> None:
    visit = Visit.new().saying("已经记下。")
    renewing = await browser.get("/follow", headers={**_as(visit), "X-Requested-With": "lounge"})
    assert "set-cookie" not in renewing.headers
    shown = await browser.get("/follow", headers=_as(visit))
    assert "已经记下。" in shown.text
    assert "set-cookie" in shown.headers


@pytest.mark.parametrize("path", ["//evil.test", "/\\evil.test", "https://evil.test", "evil", "", "/a\nb"])
def test_nobody_is_sent_elsewhere(path: str) -> None:
    assert own_path(path) == "/"


@pytest.mark.parametrize(
    "path", ["/static/../main.py", "/static/..%2fmain.py", "/static/PINNED.txt", "/static/none.css"]
)
async def test_only_files_of_the_look_are_served(browser: httpx2.AsyncClient, path: str) -> None:
    assert (await browser.get(path)).status_code == 404
