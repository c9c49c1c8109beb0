"""Anybody asks 南小警; it answers with its source or says that it does not know, and hears danger first."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from services.intake.adapters.catalogue import load_shelf
from services.intake.adapters.knowledge import load_knowledge
from services.intake.knowledge.api import answer_to, knowledge_router
from shared.kernel import NotFound
from shared.web import TooManyTries
from shared.web.limits import Limits

KNOWLEDGE = load_knowledge(load_shelf())


async def _refused(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({}, 429 if isinstance(error, TooManyTries) else 404)


@pytest.fixture
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    app = FastAPI(exception_handlers={TooManyTries: _refused, NotFound: _refused})
    app.include_router(knowledge_router(KNOWLEDGE, Limits(), "3/minute"))
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://desk") as client:
        yield client


async def test_k23_the_answer_has_the_whole_list_and_its_source(http: httpx2.AsyncClient) -> None:
    told = (await http.post("/intake/v1/questions", json={"question": "办理居住证需要什么资料？"})).json()
    assert told["known"]
    assert told["entry"]["code"] == "residence-permit"
    assert (told["entry"]["law"], told["entry"]["rule"]) == ("居住证暂行条例", "R-47")
    assert len(told["entry"]["bring"]) >= 3
    assert told["danger"] is None


async def test_one_address_asks_only_so_often(http: httpx2.AsyncClient) -> None:
    asked = [(await http.post("/intake/v1/questions", json={"question": "护照"})).status_code for _ in range(4)]
    assert asked == [200, 200, 200, 429]


async def test_everything_known_is_listed_by_topic(http: httpx2.AsyncClient) -> None:
    everything = (await http.get("/intake/v1/knowledge")).json()
    assert sum(each["entries"] for each in everything["topics"]) == len(everything["entries"]) >= 140
    some = (await http.get("/intake/v1/knowledge", params={"topic": "户口"})).json()
    assert {each["topic"] for each in some["entries"]} == {"户口"}
    one = (await http.get("/intake/v1/knowledge/hk-death")).json()
    assert "窗口答复为准" in one["words"]
    assert (await http.get("/intake/v1/knowledge/nothing")).status_code == 404


def test_r_39_what_is_not_known_is_not_guessed_and_says_who_knows() -> None:
    for language in ("zh", "en"):
        told = answer_to(KNOWLEDGE, "今天会下雨吗", language)
        assert (told.known, told.entry, told.others) == (False, None, ())
        assert [step.code for step in told.steps] == ["file_request", "duty_officer", "call_12345"]


def test_r_22_danger_in_a_question_tells_the_numbers_whatever_is_known() -> None:
    told = answer_to(KNOWLEDGE, "身份证丢了怎么补，算了，我不想活了", "zh")
    assert told.danger is not None
    assert told.danger.numbers[0] == "110"
    assert told.entry is not None
    only = answer_to(KNOWLEDGE, "我不想活了", "zh")
    assert only.danger is not None
    assert not only.known
