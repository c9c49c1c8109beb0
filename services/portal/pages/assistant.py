"""南小警: anybody asks in his own words and is told what to bring, by which law, or that it is not known.

The question travels in the body of a form: no address and no title shows what somebody asked.
"""

from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException, Response
from fastapi import Query as Param

from services.portal.bureau import Bureau
from services.portal.desk_client import Answer
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import (
    DangerHelp,
    EmergencyNumber,
    EntriesView,
    EntryLink,
    EntryView,
    FieldError,
    KnownEntry,
    QuestionView,
    TopicLink,
)
from services.portal.pages.door import pages_router

QUESTIONS = "/intake/v1/questions"
KNOWLEDGE = "/intake/v1/knowledge"
LONGEST = 500


class Told(Answer):
    code: str
    title: str
    who: str
    bring: tuple[str, ...]
    term: str
    fee: str
    where: str
    law: str
    article: str | None
    noted: date
    checked: bool
    words: str


class Line(Answer):
    code: str
    title: str
    term: str


class Danger(Answer):
    numbers: tuple[str, ...]
    words: tuple[str, ...]


class Reply(Answer):
    entry: Told | None
    others: tuple[Line, ...]
    words: str
    danger: Danger | None


class Topic(Answer):
    topic: str
    entries: int


class Listed(Answer):
    topics: tuple[Topic, ...]
    entries: tuple[Line, ...]


def assistant_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/ask")
    async def form(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        return caller.show("assistant/ask.html", QuestionView("", await _topics(caller)), caller.page(), keep=True)

    @router.post("/ask")
    async def answer(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        question = caller.text("question")[:LONGEST]
        topics = await _topics(caller)
        if not question:
            page = caller.page(errors=(FieldError("question", "请写一句您想问什么，两个字也行"),))
            return caller.show("assistant/ask.html", QuestionView("", topics), page, status=422)
        reply = await caller.desk.ask(QUESTIONS, {"question": question}, Reply)
        view = QuestionView(
            question=question,
            topics=topics,
            asked=True,
            words=reply.words,
            entry=_known(reply.entry) if reply.entry else None,
            others=tuple(map(_link, reply.others)),
            danger=_help(reply.danger, site.bureau) if reply.danger else None,
        )
        return caller.show("assistant/ask.html", view, caller.page(), keep=True)

    @router.get("/ask/all")
    async def listed(
        caller: Annotated[Caller, Depends(site.caller)], topic: Annotated[str, Param(max_length=40)] = ""
    ) -> Response:
        told = await caller.desk.get(KNOWLEDGE, Listed, topic=topic)
        topics = tuple(_topic(each, chosen=each.topic == topic) for each in told.topics)
        return caller.show(
            "assistant/list.html", EntriesView(topics, tuple(map(_link, told.entries))), caller.page(), keep=True
        )

    @router.get("/ask/about/{code}")
    async def one(code: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        if not code.replace("-", "").isalnum() or not code.isascii():
            raise HTTPException(404)
        told = await caller.desk.get(f"{KNOWLEDGE}/{code}", Told)
        return caller.show("assistant/entry.html", EntryView(_known(told)), caller.page(), keep=True)

    return router


async def _topics(caller: Caller) -> tuple[TopicLink, ...]:
    told = await caller.desk.get(KNOWLEDGE, Listed, topic="-")
    return tuple(_topic(each, chosen=False) for each in told.topics)


def _topic(topic: Topic, *, chosen: bool) -> TopicLink:
    return TopicLink(topic.topic, topic.entries, f"/ask/all?topic={quote(topic.topic)}", chosen)


def _known(told: Told) -> KnownEntry:
    return KnownEntry(
        title=told.title,
        url=f"/ask/about/{told.code}",
        who=told.who,
        bring=told.bring,
        term=told.term,
        fee=told.fee,
        where=told.where,
        source=" ".join(part for part in (told.law, told.article) if part),
        trust=told.words,
        checked=told.checked,
    )


def _link(line: Line) -> EntryLink:
    return EntryLink(line.title, line.term, f"/ask/about/{line.code}")


def _help(danger: Danger, bureau: Bureau) -> DangerHelp:
    names = {each.number: each.name for each in bureau.emergency}
    return DangerHelp(tuple(EmergencyNumber(number, names.get(number, "")) for number in danger.numbers), danger.words)
