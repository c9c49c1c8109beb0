"""One key, one step: what the screening desk asks of the API, and what it answers the page."""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx2
import orjson
from fastapi import FastAPI

from services.portal.bureau import Bureau
from services.portal.desk_client import DeskClient
from services.portal.main import PAGES
from services.portal.pages.caller import Site
from services.portal.pages.rendering import templates
from services.portal.pages.request_pane import Decision, seen_in
from services.portal.pages.screening import TRIES
from services.portal.settings import PortalSettings
from services.portal.staff import Staff
from services.portal.visits import COOKIE, SignedIn, Visit, Visits
from shared.kernel import FixedClock, wall_time

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
VISITS = Visits(b"k" * 32, b"f" * 32)
FIRST, SECOND, THIRD = (UUID(int=number) for number in (1, 2, 3))
RECORD = str(UUID(int=9))
MOST_QUESTIONS = 7
"""Of one step: the wish, the next decision, its texts, its code, and what it may be the same as."""

IN_PLACE = {"X-Requested-With": "lounge"}


def _decision(request_id: UUID, **more: Any) -> dict[str, Any]:
    return {
        "request_id": str(request_id),
        "state": "waiting_for_person",
        "category": "DIS",
        "priority": "P2",
        "police": "lead",
        "channel": "PM",
        "decided_by": "model",
        "screening": ["low_confidence"],
        "filed_at": NOW.isoformat(),
        "version": 5,
        "narrative_item": str(UUID(int=90)),
        "guesses": [
            {"field": "category", "label": "DIS", "confidence": 610, "second": "PSO", "second_confidence": 300}
        ],
        "reasons": [{"field": "text", "start": 0, "end": 2, "sign": "violence_now"}],
        **more,
    }


def _seen(decision: Mapping[str, Any]) -> str:
    return seen_in(Decision.model_validate(decision))


class Desk:
    """Decisions that can change while somebody looks at them."""

    def __init__(self, *decisions: dict[str, Any]) -> None:
        self.decisions = {each["request_id"]: each for each in decisions}
        self.asked: list[httpx2.Request] = []
        self.before_each_wish: Callable[[dict[str, Any]], None] = lambda decision: None
        """What happens to a decision just before a wish reaches it."""
        self.wished: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        path = request.url.path
        if path == "/vault/v1/items/fetch":
            return httpx2.Response(200, json={"texts": {str(UUID(int=90)): "打人了，门口"}})
        if request.method == "POST":
            return self._wish(request, path.split("/")[4])
        if path.startswith("/routing/v1/decisions/") and (found := self.decisions.get(path.split("/")[4])):
            return httpx2.Response(200, json=found)
        if path == "/routing/v1/worklist":
            return httpx2.Response(200, json={"items": [_row(each) for each in self.decisions.values()]})
        if path == "/routing/v1/worklist/counts":
            return httpx2.Response(200, json={})
        return httpx2.Response(404, json={})

    def read(self) -> list[str]:
        """The requests whose texts were fetched, once for each read."""
        fetched = [each for each in self.asked if each.url.path == "/vault/v1/items/fetch"]
        return [orjson.loads(each.content)["request_id"] for each in fetched]

    def _wish(self, request: httpx2.Request, about: str) -> httpx2.Response:
        self.wished.append(request)
        self.before_each_wish(self.decisions[about])
        version = request.headers.get("if-match")
        if version is not None and version != f'"{self.decisions[about]["version"]}"':
            told = {"type": "stale", "title": "旧了", "detail": "旧了"}
            return httpx2.Response(412, json=told, headers={"Content-Type": "application/problem+json"})
        self.decisions[about] |= {"state": "routed", "screening": [], "decided_by": "person"}
        return httpx2.Response(200, json={"record_id": RECORD})


def _row(decision: Mapping[str, Any]) -> dict[str, Any]:
    return {name: decision[name] for name in ("request_id", "state", "category", "screening", "filed_at")}


def _officer() -> Visit:
    ends = int(wall_time().timestamp()) + 3600
    return Visit(
        id="officer", person=SignedIn("token", ends, "triage", "何警官", ("triage_officer",), str(FIRST), "LOUNGE-1")
    )


@asynccontextmanager
async def _browsing(desk: Desk) -> AsyncIterator[httpx2.AsyncClient]:
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(desk), base_url="http://desk.test")
    settings = PortalSettings()
    bureau = Bureau.load(settings.bureau)
    site = Site(http, FixedClock(NOW), bureau, settings, Staff(DeskClient(http), ""), VISITS, templates())
    app = FastAPI()
    for pages in PAGES:
        app.include_router(pages(site))
    cookie = {"Cookie": f"{COOKIE}={VISITS.seal(_officer())}"}
    transport = httpx2.ASGITransport(app=app)
    async with http, httpx2.AsyncClient(transport=transport, base_url="http://lounge.test", headers=cookie) as client:
        yield client


def _form(decision: Mapping[str, Any], **more: str | list[str]) -> dict[str, Any]:
    own = {"csrf": VISITS.form_token(_officer()), "form_key": str(UUID(int=9))}
    return {**own, "version": str(decision["version"]), "seen": _seen(decision), "list": "state=mine", **more}


def _opened(html: str) -> str:
    found = re.search(r'data-open="([^"]+)"', html)
    assert found, html[:400]
    return found[1]


async def test_one_key_accepts_and_the_next_opens_without_a_page() -> None:
    first, second = _decision(FIRST), _decision(SECOND)
    desk = Desk(first, second)
    async with _browsing(desk) as browser:
        form = _form(first, next=str(SECOND))
        answer = await browser.post(f"/desk/{FIRST}/accept", data=form, headers=IN_PLACE)
    assert (answer.status_code, "<html" in answer.text) == (200, False)
    assert _opened(answer.text) == str(SECOND)
    assert f'data-url="/desk?state=mine&amp;open={SECOND}"' in answer.text
    assert f'data-row="{FIRST}" data-done="已接受"' in answer.text
    assert f"/desk/{FIRST}/undo?of=confirmation" in answer.text
    [wish] = desk.wished
    assert (wish.url.path, wish.headers["if-match"]) == (f"/routing/v1/decisions/{FIRST}/confirmation", '"5"')


async def test_a_step_asks_nothing_of_services_where_the_next_request_has_not_been() -> None:
    first = _decision(FIRST)
    desk = Desk(first, _decision(SECOND, door="PORTAL"))
    async with _browsing(desk) as browser:
        await browser.post(f"/desk/{FIRST}/accept", data=_form(first, next=str(SECOND)), headers=IN_PLACE)
    services = {each.url.path.split("/")[1] for each in desk.asked}
    assert services <= {"routing", "intake", "vault"}
    assert sum(each.url.path.startswith("/intake/v1/requests") for each in desk.asked) <= 2
    assert len(desk.asked) <= MOST_QUESTIONS


async def test_a_number_corrects_and_is_told_apart_from_what_no_page_offers() -> None:
    first = _decision(FIRST)
    desk = Desk(first, _decision(SECOND))
    async with _browsing(desk) as browser:
        form = _form(first, next=str(SECOND), proposal="category=PSO")
        answer = await browser.post(f"/desk/{FIRST}/correct", data=form, headers=IN_PLACE)
        strange = _form(_decision(SECOND), proposal="unit=STATION-GL,category=NONE")
        kept = await browser.post(f"/desk/{SECOND}/correct", data=strange, headers=IN_PLACE)
    assert orjson.loads(desk.wished[0].content) == {"category": "PSO", "reason": "WRONG_CATEGORY"}
    assert ("已改判：治安违法" in answer.text, len(desk.wished)) == (True, 1)
    assert (_opened(kept.text), "还没有改动" in kept.text) == (str(SECOND), True)


async def test_a_correction_sends_only_what_differs_from_what_was_seen() -> None:
    first = _decision(FIRST)
    desk = Desk(first)
    async with _browsing(desk) as browser:
        form = _form(first, category="DIS", priority="P1", channel="PM")
        await browser.post(f"/desk/{FIRST}/correct", data=form)
    assert orjson.loads(desk.wished[0].content) == {"priority": "P1", "reason": "OVERRULED"}


async def test_what_a_colleague_decided_meanwhile_is_said_and_nothing_is_overwritten() -> None:
    first = _decision(FIRST)
    desk = Desk(dict(first) | {"version": 8, "state": "routed", "category": "URB", "decided_by": "person"})
    async with _browsing(desk) as browser:
        answer = await browser.post(f"/desk/{FIRST}/accept", data=_form(first), headers=IN_PLACE)
    assert (_opened(answer.text), len(desk.wished)) == (str(FIRST), 1)
    assert "刚才已由同事处理" in answer.text
    assert "交通与市容" in answer.text


async def test_a_clock_that_ticked_on_is_no_reason_to_ask_again() -> None:
    first = _decision(FIRST)
    desk = Desk(dict(first) | {"version": 6}, _decision(SECOND))
    async with _browsing(desk) as browser:
        form = _form(first, next=str(SECOND))
        answer = await browser.post(f"/desk/{FIRST}/accept", data=form, headers=IN_PLACE)
    assert (_opened(answer.text), [each.headers.get("if-match") for each in desk.wished]) == (
        str(SECOND),
        ['"5"', '"6"'],
    )


async def test_a_colleague_who_decides_between_the_two_tries_is_not_overwritten() -> None:
    first = _decision(FIRST)
    desk = Desk(dict(first) | {"version": 6})

    def ruled_at_the_second(decision: dict[str, Any]) -> None:
        if len(desk.wished) == 2:
            decision |= {"version": 7, "category": "URB", "decided_by": "person"}

    desk.before_each_wish = ruled_at_the_second
    async with _browsing(desk) as browser:
        answer = await browser.post(f"/desk/{FIRST}/accept", data=_form(first), headers=IN_PLACE)
    assert desk.decisions[str(FIRST)]["state"] == "waiting_for_person"
    assert (_opened(answer.text), "刚才已由同事处理" in answer.text) == (str(FIRST), True)


async def test_a_version_that_never_stands_still_is_told_after_a_few_tries() -> None:
    first = _decision(FIRST)
    desk = Desk(dict(first))
    desk.before_each_wish = lambda decision: decision.update(version=decision["version"] + 1)
    async with _browsing(desk) as browser:
        answer = await browser.post(f"/desk/{FIRST}/accept", data=_form(first), headers=IN_PLACE)
    assert (_opened(answer.text), len(desk.wished)) == (str(FIRST), TRIES)


async def test_the_next_text_is_read_once_and_only_where_it_is_shown() -> None:
    first, second = _decision(FIRST), _decision(SECOND)
    desk = Desk(dict(first), dict(second))
    async with _browsing(desk) as browser:
        in_place = await browser.post(f"/desk/{FIRST}/accept", data=_form(first, next=str(SECOND)), headers=IN_PLACE)
        assert (_opened(in_place.text), desk.read()) == (str(SECOND), [str(SECOND)])
        desk.decisions[str(FIRST)] = dict(first)
        gone = await browser.post(f"/desk/{SECOND}/accept", data=_form(second, next=str(FIRST)))
    assert (gone.status_code, desk.read()) == (303, [str(SECOND)]), "the page that is gone to reads it"


async def test_no_text_is_read_ahead_of_a_step_that_fails() -> None:
    first = _decision(FIRST)
    desk = Desk(dict(first) | {"version": 8, "category": "URB", "decided_by": "person"}, _decision(SECOND))
    async with _browsing(desk) as browser:
        form = _form(first, next=str(SECOND))
        answer = await browser.post(f"/desk/{FIRST}/accept", data=form, headers=IN_PLACE)
    assert (_opened(answer.text), desk.read()) == (str(FIRST), [str(FIRST)])


async def test_an_officer_says_what_the_model_missed_and_the_other_flags_stay() -> None:
    first = _decision(FIRST, flags=["ELDERLY", "MINOR"])
    desk = Desk(dict(first))
    async with _browsing(desk) as browser:
        shown = (await browser.get("/desk/pane", params={"open": str(FIRST)})).text
        form = _form(first, category="DIS", flags=["", "MINOR", "DV", "STRANGE"])
        await browser.post(f"/desk/{FIRST}/correct", data=form)
    boxes = re.findall(r'name="flags" value="(\w+)"( checked)?', shown)
    assert boxes == [("DV", ""), ("MINOR", " checked"), ("CRIME_POSSIBLE", "")]
    assert orjson.loads(desk.wished[0].content) == {"flags": ["DV", "ELDERLY", "MINOR"], "reason": "OVERRULED"}


async def test_a_flag_falls_only_when_its_box_is_unticked() -> None:
    first = _decision(FIRST, flags=["ELDERLY", "MINOR"])
    desk = Desk(dict(first))
    given: tuple[dict[str, Any], ...] = ({"priority": "P1"}, {"flags": ["", "MINOR"]}, {"flags": [""]})
    async with _browsing(desk) as browser:
        for each in given:
            desk.decisions[str(FIRST)] = dict(first)
            await browser.post(f"/desk/{FIRST}/correct", data=_form(first, **each))
    assert [orjson.loads(each.content) for each in desk.wished] == [
        {"priority": "P1", "reason": "OVERRULED"},
        {"flags": ["ELDERLY"], "reason": "OVERRULED"},
    ]


async def test_a_flag_that_a_colleague_set_meanwhile_is_not_overwritten() -> None:
    first = _decision(FIRST)
    desk = Desk(dict(first) | {"version": 6, "flags": ["DV"]})
    async with _browsing(desk) as browser:
        form = _form(first, flags=["", "MINOR"])
        answer = await browser.post(f"/desk/{FIRST}/correct", data=form, headers=IN_PLACE)
    assert (len(desk.wished), re.search("刚才已由同事处理[^<]*家庭暴力", answer.text) is not None) == (1, True)


async def test_gates_that_nothing_closed_yet_are_folded_away() -> None:
    undecided = [{"gate": "MEDIABLE", "may_decide": ["triage_officer"]}]
    more = {"undecided_gates": undecided}
    desk = Desk(_decision(FIRST, **more), _decision(SECOND, state="ended", **more))
    async with _browsing(desk) as browser:
        html = (await browser.get("/desk/pane", params={"open": str(FIRST)})).text
        ended = (await browser.get("/desk/pane", params={"open": str(SECOND)})).text
    assert re.search(rf'<details[^>]*data-gates.*href="/desk/{FIRST}/gate-MEDIABLE"', html, re.S)
    assert "gate-MEDIABLE" not in ended


async def test_requests_that_colleagues_took_are_passed_over_and_said() -> None:
    first, taken = _decision(FIRST), _decision(SECOND, state="routed", screening=[])
    desk = Desk(first, taken, _decision(THIRD))
    async with _browsing(desk) as browser:
        form = _form(first, next=f"{SECOND} {THIRD}")
        answer = await browser.post(f"/desk/{FIRST}/accept", data=form, headers=IN_PLACE)
    assert (_opened(answer.text), "跳过 1 件：同事已处理" in answer.text) == (str(THIRD), True)
    assert f'data-row="{SECOND}" data-done="同事已处理"' in answer.text


async def test_without_a_script_the_same_keys_are_pages() -> None:
    first = _decision(FIRST)
    desk = Desk(first, _decision(SECOND))
    async with _browsing(desk) as browser:
        shown = await browser.get("/desk", params={"state": "mine", "open": str(FIRST)})
        answer = await browser.post(f"/desk/{FIRST}/accept", data=_form(first, next=str(SECOND)))
    assert f'name="next" value="{SECOND}"' in shown.text
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"/desk?state=mine&open={SECOND}&after={RECORD}",
    )


async def test_at_the_end_of_the_rows_the_list_is_read_anew() -> None:
    first = _decision(FIRST)
    desk = Desk(first, _decision(SECOND))
    async with _browsing(desk) as browser:
        answer = await browser.post(f"/desk/{FIRST}/accept", data=_form(first), headers=IN_PLACE)
        fresh = await browser.get(answer.headers["x-go"])
        desk.decisions.pop(str(SECOND))
        last = await browser.get(answer.headers["x-go"])
    assert answer.status_code == 204
    assert [each.headers["location"] for each in (fresh, last)] == [
        f"/desk?state=mine&open={each}" for each in (SECOND, FIRST)
    ]


async def test_an_acceptance_is_taken_back_and_opens_again() -> None:
    desk = Desk(_decision(FIRST))
    async with _browsing(desk) as browser:
        form = _form(_decision(FIRST))
        answer = await browser.post(f"/desk/{FIRST}/undo?of=confirmation", data=form, headers=IN_PLACE)
    assert desk.wished[0].url.path == f"/routing/v1/decisions/{FIRST}/confirmation/undo"
    assert (_opened(answer.text), "已撤销" in answer.text) == (str(FIRST), True)


async def test_the_bar_says_when_the_open_request_was_decided_by_somebody_else() -> None:
    first = _decision(FIRST)
    desk = Desk(first)
    asked = {"since": NOW.isoformat(), "of": "state=mine", "open": str(FIRST), "seen": _seen(first)}
    async with _browsing(desk) as browser:
        before = await browser.get("/desk/arrivals", params=asked)
        desk.decisions[str(FIRST)] = first | {"state": "routed", "decided_by": "person"}
        after = await browser.get("/desk/arrivals", params=asked)
    assert ("同事" in before.text, "同事刚刚处理了" in after.text) == (False, True)


async def test_the_marked_words_and_the_second_choice_are_shown_with_their_weight() -> None:
    desk = Desk(_decision(FIRST))
    async with _browsing(desk) as browser:
        html = (await browser.get("/desk/pane", params={"open": str(FIRST)})).text
    assert '<mark class="danger" title="危险：正在发生的伤害">打人' in html
    assert "61% 把握" in html
    assert "其次可能是治安违法（30%）" in html
    assert re.search(r'data-key="1"><kbd>1</kbd> 治安违法 <span[^>]*>30%', html)
