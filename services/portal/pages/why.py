"""Why one request was judged so: margins, what would have changed it, and earlier decisions about much the same."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.portal.desk_client import Answer
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import NearLine, TurnLine, WhyLine, WhyView
from services.portal.pages.door import pages_router
from services.portal.pages.request_pane import Decision, decision_of, texts_of, title_of
from services.portal.pages.staffroom import DESK
from services.portal.pages.words import zh_names

FIELDS: Mapping[str, tuple[str, str]] = {
    "category": ("类别", "categories"),
    "priority": ("缓急", "priorities"),
    "police": ("谁的事", "police"),
    "channel": ("去向", "channels"),
}
DOUBTS: Mapping[str, str] = {
    "category": "类别没有把握",
    "priority": "缓急没有把握",
    "police": "是不是公安的事没有把握",
    "channel": "去向没有把握",
    "scarce": "这一类以前见得太少，模型说了不算",
    "urgent": "看作普通的事，可又很像等不得的事",
    "sent_away": "看作别的部门的事，可又很像公安的事",
}
NO_WORDS = "原话现在读不到，或者当时的模型已经不在，所以算不出什么会改变这个判断。"
ALWAYS = 1000
SHORTEST = 1


class Place(Answer):
    field: str
    start: int
    end: int


class Margin(Answer):
    field: str
    answer: str
    confidence: int
    second: str
    second_confidence: int
    needed: int
    scarce: bool


class Turn(Answer):
    field: str
    instead: str
    confidence: int
    words: tuple[Place, ...]


class Second(Answer):
    category: str
    confidence: int
    first_category: str
    first_confidence: int
    unsure: bool
    at: datetime


class Near(Answer):
    request_id: UUID
    likeness: int
    category: str
    channel: str
    by_a_person: bool
    outcome: str | None = None
    filed_at: datetime


class Why(Answer):
    model: str | None = None
    recomputed: bool = False
    second: Second | None = None
    doubts: tuple[str, ...] = ()
    margins: tuple[Margin, ...] = ()
    turns: tuple[Turn, ...] = ()
    nearest: tuple[Near, ...] = ()


def why_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/desk/{request_id}/why")
    async def why(request_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        decision = await decision_of(caller.desk, request_id)
        told = await caller.desk.get(f"/routing/v1/decisions/{request_id}/why", Why)
        texts = await texts_of(caller.desk, decision) if told.turns else {}
        return caller.show("desk/why.html", view_of(decision, told, texts), caller.page(surface=DESK))

    return router


def view_of(decision: Decision, why: Why, texts: Mapping[UUID, str | None]) -> WhyView:
    return WhyView(
        subject=title_of(decision),
        back_url=f"/desk?open={decision.request_id}",
        model=why.model or "",
        again=_again(why.second) if why.second else "",
        again_at=why.second.at if why.second else None,
        withheld="" if why.recomputed or why.model is None else NO_WORDS,
        doubts=tuple(DOUBTS[doubt] for doubt in why.doubts if doubt in DOUBTS),
        lines=tuple(_line(margin) for margin in why.margins if margin.field in FIELDS),
        turns=tuple(_turn(turn, decision, texts) for turn in why.turns if turn.field in FIELDS),
        nearest=tuple(_near(near) for near in why.nearest),
    )


def _name(field: str, code: str) -> str:
    return str(zh_names()[FIELDS[field][1]].get(code, code))


def _percent(per_mille: int) -> str:
    return f"{per_mille // 10}%"


def _again(second: Second) -> str:
    first, again = _name("category", second.first_category), _name("category", second.category)
    known = "仍没有把握，所以请人判断" if second.unsure else "有把握，按它分流"
    changed = "也是" if second.first_category == second.category else f"改为{again}"
    before, after = _percent(second.first_confidence), _percent(second.confidence)
    return f"第一遍看作{first}（{before}），第二遍{changed}（{after}），{known}。"


def _line(margin: Margin) -> WhyLine:
    if margin.scarce:
        person = "这一类见得太少，总要人看"
    elif margin.needed > ALWAYS:
        person = "这一项总要人看"
    elif margin.needed < SHORTEST:
        person = ""
    else:
        verb = "够了" if margin.confidence >= margin.needed else "不够，所以请人看"
        person = f"要到 {_percent(margin.needed)} 才不用人看，{verb}"
    return WhyLine(
        about=FIELDS[margin.field][0],
        answer=_name(margin.field, margin.answer),
        sure=_percent(margin.confidence),
        second=f"{_name(margin.field, margin.second)}（{_percent(margin.second_confidence)}）",
        person=person,
    )


def _turn(turn: Turn, decision: Decision, texts: Mapping[UUID, str | None]) -> TurnLine:
    typed = {
        "title": texts.get(decision.title_item) if decision.title_item else None,
        "text": texts.get(decision.narrative_item) if decision.narrative_item else None,
    }
    words = (((typed.get(word.field) or "")[word.start : word.end]) for word in turn.words)
    return TurnLine(
        about=FIELDS[turn.field][0],
        words=tuple(dict.fromkeys(word for word in words if word)),
        instead=_name(turn.field, turn.instead),
        sure=_percent(turn.confidence),
    )


def _near(near: Near) -> NearLine:
    by = "由人定" if near.by_a_person else "由模型定"
    outcome = zh_names()["outcomes"].get(near.outcome, "") if near.outcome else "还没有结果"
    return NearLine(
        url=f"/desk?open={near.request_id}",
        label=f"{_name('category', near.category)} → {_name('channel', near.channel)}",
        outcome=f"{by}，{outcome}",
        likeness=near.likeness // 10,
        at=near.filed_at,
    )
