"""What the pages of orders make of the API's answers."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any, get_args
from uuid import UUID

import httpx2
import orjson
import pytest
import yaml
from fastapi import FastAPI

from services.portal.bureau import Bureau
from services.portal.desk_client import DeskClient
from services.portal.pages.caller import Site
from services.portal.pages.contexts import Field, OrdersView, Page
from services.portal.pages.orders import order_pages
from services.portal.pages.orders_files import Order, OrderRow, PlaybookFile, StepFile
from services.portal.pages.orders_list import Asked, order_item, order_list_pages
from services.portal.pages.orders_shelf import ASKS, DOES, in_time, playbook_view
from services.portal.pages.orders_specs import colleagues
from services.portal.pages.orders_steps import PROOFS, SHARES, beside, step_body, step_fields
from services.portal.pages.orders_tasks import STATES as TASK_STATES
from services.portal.pages.orders_view import ACT_OF, PART_STATES, WHY_NOT, Reading
from services.portal.pages.rendering import templates
from services.portal.pages.staffroom import HANDLED
from services.portal.settings import PortalSettings
from services.portal.staff import Person, Staff
from services.portal.visits import COOKIE, SignedIn, Visit, Visits
from services.workorders.adapters.playbooks import Sheet, load_shelf
from services.workorders.orders.rules.facts import OrderEvent
from services.workorders.orders.rules.playbook import Ask, Does, Proof, Share
from services.workorders.orders.rules.states import TaskState
from services.workorders.orders.shelf_page import playbook_page
from services.workorders.settings import WorkordersSettings
from shared.kernel import BUREAU_ZONE, FixedClock, fact_name, wall_time

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
OWNER, OTHER = UUID(int=1), UUID(int=2)
BUREAU = Bureau.load(PortalSettings().bureau)
SHELF = load_shelf(WorkordersSettings().playbooks)
PAGE = Page(bureau="县公安局", now=NOW.astimezone(BUREAU_ZONE), path="/orders", csrf="c", form_key="k", surface="desk")
VISITS = Visits(b"k" * 32, b"f" * 32)
SILENT_FACTS = {"order_fact_told"}
"""Told under their own names by the step that stands beside them."""


class Reader:
    """Whoever looks, with what was typed."""

    def __init__(self, person: UUID, **form: str) -> None:
        self.form = form
        self.staff = type("Signed", (), {"person": str(person), "roles": ()})()

    def text(self, name: str) -> str:
        return self.form.get(name, "")

    def many(self, name: str) -> tuple[str, ...]:
        return (self.form[name],) if name in self.form else ()


def _step(code: str, does: str = "work", **more: Any) -> dict[str, Any]:
    return {"step": code, "does": does, "title": {"zh": f"「{code}」"}, **more}


def _order(*steps: dict[str, Any], **more: Any) -> Order:
    fields: dict[str, Any] = {
        "order_id": UUID(int=7),
        "request_id": UUID(int=8),
        "category": "URB",
        "priority": "P1",
        "channel": "XDEP",
        "state": "SIGNED",
        "unit": "STATION-GL",
        "owner": OWNER,
        "signed_at": NOW,
        "steps": steps,
    }
    return Order.model_validate(fields | more)


def _read(order: Order, person: UUID = OWNER, opened: str = "", **form: str) -> Reading:
    return Reading(Reader(person, **form), BUREAU, order, {OWNER: "李警官"}, opened)  # type: ignore[arg-type]


def _may(*names: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"operation": f"workorders.{name}", "step": step, "allowed": True} for name, step in names]


def _told(sheet: Sheet) -> PlaybookFile:
    return PlaybookFile.model_validate(playbook_page(sheet, SHELF).model_dump(mode="json"))


def test_the_pages_have_words_for_everything_that_a_playbook_may_want() -> None:
    assert set(PROOFS) == set(Proof)
    assert set(SHARES) == set(Share)
    assert set(ASKS) == set(Ask)
    assert set(DOES) == set(Does)
    assert set(ACT_OF) == set(Does) - {Does.ANSWER}
    assert set(TASK_STATES) == set(TaskState)
    assert set(PART_STATES) == set(TaskState) - {TaskState.ANSWERED}
    assert {fact_name(event) for event in get_args(OrderEvent)} - SILENT_FACTS <= set(HANDLED)


def test_every_reason_why_not_is_a_refusal_of_the_desk() -> None:
    text = (files("services.workorders") / "problems.yaml").read_text(encoding="utf-8")
    assert set(WHY_NOT) <= set(yaml.safe_load(text))


def test_every_grid_of_the_directory_has_a_name() -> None:
    text = (files("services.routing.directory") / "demo.yaml").read_text(encoding="utf-8")
    assert set(yaml.safe_load(text)["grids"]) == set(BUREAU.grids)


@pytest.mark.parametrize("sheet", SHELF.sheets, ids=lambda sheet: sheet.playbook.code)
def test_a_playbook_stands_on_its_page_without_a_code(sheet: Sheet) -> None:
    html = templates().get_template("orders/playbook.html").render(page=PAGE, view=playbook_view(_told(sheet)))
    codes = [step.code for step in sheet.playbook.steps if "_" in step.code]
    assert [code for code in codes if code in html] == []
    assert all(words.zh.split("（")[0] in html for words in sheet.step_titles.values())


@pytest.mark.parametrize("sheet", SHELF.sheets, ids=lambda sheet: sheet.playbook.code)
def test_a_step_asks_exactly_for_the_proof_of_its_playbook(sheet: Sheet) -> None:
    wanted: Mapping[str, str] = {"place": "grid", "proxy": "applicant", "amount": "amount_fen"}
    for each in _told(sheet).steps:
        step = each.step
        asked = [field.name for field in step_fields(step, BUREAU.grids)]
        expected = [wanted.get(name, name) for name in (*step.proof, *step.asks)]
        assert sorted(asked) == sorted(expected + (["result"] if step.results else []))


def test_what_was_typed_travels_as_proof_and_as_what_was_told() -> None:
    typed = {"grid": "GL-01", "photo": "0001", "result": "family", "note": "平安"}
    assert step_body(typed) == {
        "result": "family",
        "note": "平安",
        "evidence": {"grid": "GL-01", "photo": "0001"},
    }
    assert step_body({}) == {}


def test_a_refusal_of_the_desk_stands_beside_the_field_of_its_step() -> None:
    fields = (Field("photo", "照片编号"), Field("note", "补一句"))
    [error] = beside("on_site", fields, [("evidence.photo", "太长"), ("strange", "没有这一项")])
    assert (error.field, error.message) == ("on_site-photo", "太长")


def test_each_step_says_what_comes_first_whose_turn_it_is_and_who_is_waited_for() -> None:
    parts = [
        {"task_id": UUID(int=n), "step": "joint", "unit": "FIRE-1", "lead": n == 1, "state": state}
        for n, state in ((1, "answered"), (2, "signed"), (3, "objected"))
    ]
    order = _order(
        _step("seen", done_at=NOW, by=OWNER, proof=["photo"]),
        _step("joint", "task"),
        _step("stage", "approve", others=["station_leader"]),
        _step("told", "answer", missing=["joint", "stage"]),
        _step("never", counts=False),
        tasks=parts,
    )
    seen, joint, stage, told, never = _read(order).steps()
    assert (seen.stage, seen.text, seen.shown) == ("done", "李警官", "照片")
    assert (joint.stage, joint.text) == ("waiting", "请了 2 个单位，1 个已回复")
    assert (stage.stage, stage.text) == ("open", "等所长（指导员）批")
    assert (told.stage, told.text) == ("later", "先做完：「joint」、「stage」")
    assert never.stage == "needless"


def test_one_form_stands_open_and_it_is_the_one_that_was_refused() -> None:
    order = _order(
        _step("joint", "task", task={"kinds": ["DEPARTMENT"]}),
        _step("seen", proof=["photo"]),
        _step("again", most_tries=3, tries=1),
        next=_may(("ask_units", "joint"), ("report_step", "seen"), ("report_step", "again")),
    )
    assert [(card.code, card.opened) for card in _read(order).cards()] == [
        ("seen", True),
        ("again", False),
        ("joint", False),
    ]
    typed = {"again-note": "没有人接"}
    seen, again, joint = _read(order, OWNER, "again", **typed).cards()
    assert (seen.opened, again.opened, again.note and again.note.value) == (False, True, "没有人接")
    assert (again.try_number, "记第 2 次" in again.try_label) == (2, True)
    assert (joint.page is not None, seen.page) == (True, None)


def test_who_is_not_accountable_is_told_who_is() -> None:
    order = _order(_step("seen"))
    assert _read(order, OTHER).idle() == "由李警官办，您可以看。"
    assert _read(order).idle() == "现在没有要您做的。"
    assert _read(order, OTHER).more() == ()


def test_an_outcome_that_needs_more_than_the_answer_is_not_offered_with_it() -> None:
    ends = [{"outcome": "done", "missing": ["joint", "told"]}, {"outcome": "handed_over", "missing": []}]
    order = _order(_step("joint", "task"), _step("told", "answer"), ends=ends, next=_may(("answer_order", "told")))
    assert [(each.value, each.chosen) for each in _read(order).outcomes()] == [("handed_over", False), ("", True)]
    ready = _order(_step("told", "answer"), ends=[{"outcome": "done", "missing": ["told"]}])
    assert [(each.value, each.chosen) for each in _read(ready).outcomes()] == [("done", True)]


def _row(number: int, **more: Any) -> OrderRow:
    fields = {
        "order_id": UUID(int=number),
        "category": "URB",
        "priority": "P1",
        "channel": "XDEP",
        "unit": "STATION-GL",
        "owner": OWNER,
        "state": "SIGNED",
        "answer_due": NOW + timedelta(hours=number),
    }
    return OrderRow.model_validate(fields | more)


def test_a_late_order_says_so_in_words() -> None:
    assert order_item(_row(1, late=("signature",), state="OFFERED"), {}, BUREAU).state == "已派 · 超时未签收"
    assert order_item(_row(1, late=("a", "b")), {}, BUREAU).state == "已签收 · 2 步超时"
    assert order_item(_row(1, late=("a",), open=False, state="RESOLVED"), {}, BUREAU).state == "已化解或办结"


def test_the_filters_stand_in_the_address_and_strange_ones_are_dropped() -> None:
    asked = Asked("", "OFFERED", "STATION", "yes", "c1")
    assert asked.url(cursor="c2") == "/orders?state=OFFERED&kind=STATION&late=yes&cursor=c2"
    assert asked.api()["late"] == "true"
    assert Asked("yes", "<b>", "MOON", "", "").url() == "/orders?shut=yes"


def test_a_page_of_fifty_orders_takes_less_than_fifteen_milliseconds_of_cpu() -> None:
    rows = [_row(number) for number in range(1, 51)]
    template = templates().get_template("orders/list.html")

    def once() -> float:
        begun = time.process_time()
        items = tuple(order_item(row, {OWNER: "李警官"}, BUREAU) for row in rows)
        view = OrdersView((), (), (), "", False, items, "/orders?cursor=c", "")
        template.render(page=PAGE, view=view)
        return time.process_time() - begun

    assert min(once() for _ in range(5)) < 0.015


def test_minutes_are_told_in_hours_where_they_are_whole() -> None:
    assert [in_time(minutes) for minutes in (3, 60, 90, 240)] == ["3 分钟", "1 小时", "90 分钟", "4 小时"]


def test_a_step_without_words_on_the_shelf_is_still_named() -> None:
    assert StepFile(step="seen", does="work").name == "seen"


def test_a_colleague_who_was_asked_takes_over_and_the_page_says_who_is_accountable_till_then() -> None:
    order = _order(_step("seen"), offered_to=OTHER)
    asked = _read(order, OTHER).sign()
    assert asked is not None
    assert (asked.url, "同事请您接手" in asked.hint) == (f"/orders/{order.order_id}/sign_for_order", True)
    assert _read(order).sign() is None


def test_an_order_is_handed_to_a_colleague_of_the_unit_and_to_no_auxiliary() -> None:
    def somebody(number: int, unit: str = "STATION-GL", role: str = "community_officer") -> Person:
        return Person(login=f"p{number}", name=f"民警{number}", roles=(role,), unit=unit, person=UUID(int=number))

    order = _order(_step("seen"))
    people = (somebody(1), somebody(2), somebody(3, unit="TRAFFIC-1"), somebody(4, role="auxiliary"))
    assert [each.label for each in colleagues(people, order)] == ["民警2"]
    assert [act.label for act in _read(order).more()] == ["交给同事"]
    assert replace(_read(order), has_colleagues=False).more() == ()


def _officer() -> Visit:
    ends = int(wall_time().timestamp()) + 3600
    return Visit(
        id="officer",
        person=SignedIn("token", ends, "li", "李警官", ("community_officer",), str(OWNER), "STATION-GL"),
    )


class Desk:
    """The API as a test speaks for it: one order, and a no to every wish."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.asked: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        if request.method == "POST":
            told = {"type": "proof-missing", "title": "缺", "detail": "这一步还缺照片。"}
            return httpx2.Response(409, json=told, headers={"Content-Type": "application/problem+json"})
        if request.url.path == f"/workorders/v1/orders/{self.order.order_id}":
            return httpx2.Response(200, json=self.order.model_dump(mode="json"))
        if request.url.path == "/workorders/v1/orders":
            rows = [_row(number).model_dump(mode="json") for number in range(1, 51)]
            return httpx2.Response(200, json={"orders": rows, "cursor": "next"})
        return httpx2.Response(404, json={})


@asynccontextmanager
async def _browsing(desk: Desk) -> AsyncIterator[httpx2.AsyncClient]:
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(desk), base_url="http://desk.test")
    site = Site(http, FixedClock(NOW), BUREAU, PortalSettings(), Staff(DeskClient(http), ""), VISITS, templates())
    app = FastAPI()
    for pages in (order_list_pages, order_pages):
        app.include_router(pages(site))
    cookie = {"Cookie": f"{COOKIE}={VISITS.seal(_officer())}"}
    transport = httpx2.ASGITransport(app=app)
    async with http, httpx2.AsyncClient(transport=transport, base_url="http://lounge.test", headers=cookie) as client:
        yield client


async def test_what_was_typed_stays_beside_the_refusal() -> None:
    order = _order(_step("seen", proof=["photo"]), next=_may(("report_step", "seen")))
    typed = {"seen-photo": "0001", "seen-note": "拍了<b>两张</b>"}
    desk = Desk(order)
    async with _browsing(desk) as browser:
        form = {"csrf": VISITS.form_token(_officer()), "form_key": str(UUID(int=9)), **typed}
        answer = await browser.post(f"/orders/{order.order_id}/report_step-seen", data=form)
    assert (answer.status_code, "这一步还缺照片。" in answer.text) == (409, True)
    assert 'value="0001"' in answer.text
    assert "拍了&lt;b&gt;两张&lt;/b&gt;" in answer.text
    [wish] = [each for each in desk.asked if each.method == "POST"]
    assert wish.url.path == f"/workorders/v1/orders/{order.order_id}/steps/seen"
    assert orjson.loads(wish.content) == {"note": typed["seen-note"], "evidence": {"photo": "0001"}}


async def test_a_list_of_orders_is_one_question_to_the_desk() -> None:
    desk = Desk(_order())
    async with _browsing(desk) as browser:
        answer = await browser.get("/orders", params={"late": "yes", "kind": "STATION"})
    [asked] = desk.asked
    assert (answer.status_code, answer.text.count('href="/orders/0')) == (200, 50)
    assert dict(asked.url.params) == {"open": "true", "unit_kind": "STATION", "late": "true", "limit": "50"}
    assert "/orders?kind=STATION&amp;late=yes&amp;cursor=next" in answer.text
