"""One matter and its voices: side by side, joined by an officer, parted again; its score with every part."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi import Query as Param

from services.portal.desk_client import Answer, DeskClient, Refused, Unreachable
from services.portal.pages.acts import MENDABLE, ActSpec, act, offered, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import Act, Choice, Field, Notice, PartLine, VoiceCard, VoicesView
from services.portal.pages.door import pages_router
from services.portal.pages.request_pane import WITHHELD
from services.portal.pages.same_pane import (
    BANDS,
    RELATIONS,
    Likelies,
    ScoreFile,
    likelies_of,
    likely_line,
    score_file,
    score_words,
)
from services.portal.pages.staffroom import DESK
from services.portal.pages.words import zh_names
from services.portal.visits import Undoable

UNDO_SECONDS = 60
QUESTION = "这两件是同一事项吗？合并以后，后来的一件跟着先来的一件办，两边的话、编号和评价都各自保留。"
PARTS: Mapping[str, str] = {
    "repeats": "同一人反复反映",
    "other_voices": "对方也来反映",
    "violence": "有动手的迹象",
    "threats": "有威胁的话",
    "failed_mediation": "调解没有成",
    "default": "约定没有做到",
    "reported": "主持人报告有激化风险（R-10）",
    "history": "双方以前的诉求",
    "days_open": "拖了多久（每 30 天）",
}
PROPOSES: Mapping[str, str] = {
    "raise_priority": "提高优先级",
    "visit": "上门走访",
    "second_mediation": "换人再调解一次",
}
PART_CHOICES = tuple(Choice(code, name) for code, name in PARTS.items())
OBJECT = ActSpec(
    "/routing/v1/decisions/{id}/conflict/objections",
    "对其中一项提出异议",
    "对民转刑分数提出异议",
    "说明哪一项算得不对，由另一个人决定。决定以前照算；异议成立的，这一项不再计分，记录保留。",
    "提出异议",
    "异议已记下，等另一个人决定。",
    (
        Field("part", "哪一项", "pick", choices=PART_CHOICES, required=True),
        Field("note", "为什么不对", "area", "不写姓名和电话。", limit=1000, required=True),
    ),
)
ANSWER = ActSpec(
    "/routing/v1/decisions/{id}/conflict/objections/decision",
    "决定一项异议",
    "决定一项异议",
    "提出异议的人不能自己决定。",
    "这样决定",
    "已决定。",
    (
        Field("part", "哪一项", "pick", choices=PART_CHOICES, required=True),
        Field(
            "upheld",
            "异议成立吗",
            "one",
            choices=(Choice("yes", "成立", "这一项不再计分"), Choice("no", "不成立", "照旧计分")),
            required=True,
        ),
        Field("note", "理由", "area", "不写姓名和电话。", limit=1000, required=True),
    ),
    body=lambda values: {**values, "upheld": values["upheld"] == "yes"},
)
ACTS = {"object": OBJECT, "answer": ANSWER}


class Voice(Answer):
    request_id: UUID
    code: str
    relation: str | None = None
    number: int | None = None
    state: str
    filed_at: datetime
    title_item: UUID | None = None
    narrative_item: UUID
    place_item: UUID | None = None


class Voices(Answer):
    lead: UUID
    voices: tuple[Voice, ...]


class _Texts(Answer):
    texts: Mapping[UUID, str | None]


def voices_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/desk/voices/{request_id}")
    async def voices(
        request_id: UUID,
        caller: Annotated[Caller, Depends(site.caller)],
        with_: Annotated[UUID | None, Param(alias="with")] = None,
    ) -> Response:
        caller.require_staff()
        return await _show(caller, request_id, with_)

    @router.post("/desk/voices/{request_id}/link")
    async def link(request_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        """The later one goes on with the earlier."""
        caller.require_staff()
        lead, relation, note = caller.text("lead"), caller.text("relation"), caller.text("note")
        body = {"lead": lead, "relation": relation, **({"note": note} if note else {})}
        try:
            await caller.desk.command(f"/intake/v1/requests/{request_id}/link", body, caller.form_key)
        except Refused as refused:
            return await _again(caller, request_id, lead, refused)
        url = f"/desk/voices/{request_id}/part"
        until = caller.now.timestamp() + UNDO_SECONDS
        caller.visit = caller.visit.with_undo(Undoable("已合并办理，两边的话都保留", url, until))
        return caller.go(f"/desk/voices/{request_id}")

    @router.post("/desk/voices/{request_id}/part")
    async def part(request_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        caller.visit = caller.visit.without_undo()
        try:
            await caller.desk.command(f"/intake/v1/requests/{request_id}/link/undo", {}, caller.form_key)
        except Refused as refused:
            return await _again(caller, request_id, "", refused)
        caller.visit = caller.visit.saying("已分开，单独重新办理。")
        return caller.go(f"/desk?open={request_id}")

    @router.post("/desk/voices/{request_id}/decline")
    async def decline(request_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        other = caller.text("lead")
        try:
            path = f"/routing/v1/decisions/{request_id}/same/declined"
            await caller.desk.command(path, {"other": other}, caller.form_key)
        except Refused as refused:
            return await _again(caller, request_id, other, refused)
        caller.visit = caller.visit.saying("已记下：不是同一件，不再提示。")
        return caller.go(f"/desk?open={request_id}")

    @router.get("/desk/voices/{request_id}/{name}")
    async def ask(request_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return question(caller, _spec(name), _back(request_id), surface=DESK)

    @router.post("/desk/voices/{request_id}/{name}")
    async def do(request_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await act(caller, caller.desk, _spec(name), request_id, _back(request_id), surface=DESK)

    return router


def _spec(name: str) -> ActSpec:
    if name not in ACTS:
        raise Refused(404, {"type": "not-found", "title": "没有这一页"})
    return ACTS[name]


def _back(request_id: UUID) -> tuple[str, str]:
    return f"/desk/voices/{request_id}", "回这个事项"


async def _again(caller: Caller, request_id: UUID, other: str, refused: Refused) -> Response:
    if refused.status not in MENDABLE:
        raise refused
    with_ = UUID(other) if other else None
    return await _show(caller, request_id, with_, Notice(refused.words, "late"), refused.status)


async def _show(
    caller: Caller, request_id: UUID, with_: UUID | None, notice: Notice | None = None, status: int = 200
) -> Response:
    desk = caller.desk
    mine, likelies, score = await asyncio.gather(
        _voices(desk, request_id), likelies_of(desk, request_id), score_file(desk, request_id)
    )
    voices = list(mine.voices)
    if with_ is not None and with_ not in {voice.request_id for voice in voices}:
        voices += (await _voices(desk, with_)).voices
    texts = dict(zip([voice.request_id for voice in voices], await _texts(desk, voices), strict=True))
    view = view_of(request_id, with_, mine, voices, texts, likelies, score)
    return caller.show("desk/voices.html", view, caller.page(surface=DESK, notice=notice), status=status)


async def _voices(desk: DeskClient, request_id: UUID) -> Voices:
    return await desk.get(f"/intake/v1/requests/{request_id}/voices", Voices)


async def _texts(desk: DeskClient, voices: Sequence[Voice]) -> list[Mapping[UUID, str | None]]:
    return await asyncio.gather(*(_texts_of(desk, voice) for voice in voices))


async def _texts_of(desk: DeskClient, voice: Voice) -> Mapping[UUID, str | None]:
    items = [each for each in (voice.title_item, voice.narrative_item, voice.place_item) if each]
    body = {"items": [str(item) for item in items], "purpose": "triage", "request_id": str(voice.request_id)}
    try:
        return (await desk.ask("/vault/v1/items/fetch", body, _Texts)).texts
    except (Refused, Unreachable):
        return {}


def view_of(
    request_id: UUID,
    with_: UUID | None,
    mine: Voices,
    voices: Sequence[Voice],
    texts: Mapping[UUID, Mapping[UUID, str | None]],
    likelies: Likelies,
    score: ScoreFile,
) -> VoicesView:
    own = next(voice for voice in voices if voice.request_id == request_id)
    other = next((voice for voice in voices if voice.request_id == with_), None)
    linked = own.relation is not None
    proposed = next((each for each in likelies.proposals if with_ in (each.request_id, each.other)), None)
    together = {voice.request_id for voice in mine.voices}
    asked = other is not None and other.request_id not in together
    later, lead = _order(own, other) if other is not None and asked else (own, own)
    relation = proposed.relation if proposed else "supporter"
    return VoicesView(
        subject=f"{own.code}" + (f" 与 {other.code}" if other is not None and asked else ""),
        back_url=f"/desk?open={request_id}",
        voices=tuple(
            _card(voice, texts.get(voice.request_id, {}), request_id, is_later=asked and voice is later)
            for voice in voices
        ),
        question=QUESTION if asked else "",
        link_url=f"/desk/voices/{later.request_id}/link" if asked else "",
        decline_url=f"/desk/voices/{later.request_id}/decline" if asked and proposed else "",
        later=str(later.request_id),
        lead=str(lead.request_id),
        relations=tuple(Choice(code, name, chosen=code == relation) for code, name in RELATIONS.items()),
        part_url=f"/desk/voices/{request_id}/part" if linked else "",
        likely=tuple(
            likely_line(each, request_id) for each in likelies.proposals if each.state == "open" and each.shown != with_
        ),
        score=score_words(score),
        score_tone=BANDS[score.band][1],
        parts=tuple(
            PartLine(
                name=PARTS.get(each.part, each.part),
                count=each.count,
                points=each.points,
                rule=f"每次 {each.each} 分，最多 {each.most} 分",
                note="异议成立，不计分" if each.struck else "有异议，等人决定" if each.contested else "",
            )
            for each in score.parts
        ),
        proposes=tuple(PROPOSES[each] for each in score.proposes if each in PROPOSES),
        weights=score.weights,
        acts=_acts(request_id, score),
    )


def _order(own: Voice, other: Voice) -> tuple[Voice, Voice]:
    """Later and earlier."""
    later, lead = sorted((own, other), key=lambda voice: (voice.filed_at, voice.code), reverse=True)
    return later, lead


def _acts(request_id: UUID, score: ScoreFile) -> tuple[Act, ...]:
    at = f"/desk/voices/{request_id}"
    acts = [offered(OBJECT, f"{at}/object")] if any(not each.struck for each in score.parts) else []
    if any(each.contested for each in score.parts):
        acts.append(offered(ANSWER, f"{at}/answer"))
    return tuple(acts)


def _card(voice: Voice, texts: Mapping[UUID, str | None], current: UUID, *, is_later: bool) -> VoiceCard:
    def words(item: UUID | None) -> str:
        return (texts.get(item) or "") if item else ""

    text = words(voice.narrative_item)
    return VoiceCard(
        code=voice.code,
        role="后反映的" if is_later else _role(voice),
        state=zh_names()["states"].get(voice.state, voice.state),
        at=voice.filed_at,
        title=words(voice.title_item),
        text=text,
        withheld="" if text else WITHHELD,
        place=words(voice.place_item),
        url=f"/desk?open={voice.request_id}",
        current=voice.request_id == current,
    )


def _role(voice: Voice) -> str:
    if voice.relation is None:
        return "先反映的"
    number = f"（第 {voice.number} 位）" if voice.number else ""
    return RELATIONS.get(voice.relation, voice.relation) + number
