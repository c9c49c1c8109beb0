"""In the pane of a request: what may be the same matter, and how likely the quarrel turns violent."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from services.portal.desk_client import Answer, DeskClient, Refused, Unreachable
from services.portal.pages.contexts import LikelyLine, SamePane, Tone
from services.portal.pages.words import zh_names

RELATIONS: Mapping[str, str] = {
    "repeat": "同一人再次反映",
    "supporter": "别人反映同一件事",
    "other_voice": "同一纠纷的另一方",
}
SIGNS: Mapping[str, str] = {
    "same_person": "同一个人",
    "opposite_sides": "双方互为对方",
    "same_other_party": "对方是同一人",
    "same_grid": "同一网格",
    "same_places": "地名相同",
    "same_words": "说法相近",
}
BANDS: Mapping[str, tuple[str, Tone]] = {
    "low": ("低", "plain"),
    "watch": ("要留意", "soon"),
    "high": ("高", "late"),
}


class Likely(Answer):
    request_id: UUID
    other: UUID
    shown: UUID
    relation: str
    likeness: int
    place: int
    signs: tuple[str, ...] = ()
    state: str
    category: str | None = None
    filed_at: datetime
    lead: UUID | None = None


class Likelies(Answer):
    proposals: tuple[Likely, ...] = ()


class PartFile(Answer):
    part: str
    count: int
    points: int
    each: int
    most: int
    struck: bool = False
    contested: bool = False


class ScoreFile(Answer):
    points: int = 0
    band: str = "low"
    watch_from: int = 0
    high_from: int = 0
    parts: tuple[PartFile, ...] = ()
    proposes: tuple[str, ...] = ()
    weights: str = ""


async def likelies_of(desk: DeskClient, request_id: UUID) -> Likelies:
    try:
        return await desk.get(f"/routing/v1/decisions/{request_id}/same", Likelies)
    except (Refused, Unreachable):
        return Likelies()


async def score_file(desk: DeskClient, request_id: UUID) -> ScoreFile:
    try:
        return await desk.get(f"/routing/v1/decisions/{request_id}/conflict", ScoreFile)
    except (Refused, Unreachable):
        return ScoreFile()


async def same_of(desk: DeskClient, request_id: UUID) -> SamePane:
    likelies, score = await asyncio.gather(likelies_of(desk, request_id), score_file(desk, request_id))
    linked = next((each for each in likelies.proposals if each.state == "linked"), None)
    return SamePane(
        likely=tuple(likely_line(each, request_id) for each in likelies.proposals if each.state == "open"),
        linked=_linked(linked, request_id) if linked else "",
        url=f"/desk/voices/{request_id}",
        score=score_words(score),
        score_tone=BANDS[score.band][1],
    )


def likely_line(likely: Likely, request_id: UUID) -> LikelyLine:
    kind = zh_names()["categories"].get(likely.category or "", "还没有分类")
    return LikelyLine(
        url=f"/desk/voices/{request_id}?with={likely.shown}",
        label=kind,
        relation=RELATIONS[likely.relation],
        signs="、".join(SIGNS[sign] for sign in likely.signs if sign in SIGNS),
        alike=f"文字相近 {likely.likeness // 10}%",
        at=likely.filed_at,
    )


def score_words(score: ScoreFile) -> str:
    """Empty while there is no sign at all."""
    return f"{BANDS[score.band][0]}（{score.points} 分，{score.high_from} 分起为高）" if score.parts else ""


def _linked(likely: Likely, request_id: UUID) -> str:
    if likely.request_id == request_id:
        return "这件已与同一事项合并办理"
    return "有诉求合并到这件一起办理"
