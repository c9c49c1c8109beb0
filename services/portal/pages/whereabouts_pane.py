"""Where a request lies and who is accountable for it, as pages tell it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.portal.bureau import Bureau
from services.portal.desk_client import Answer, DeskClient, Refused, Unreachable
from services.portal.pages.caller import Site
from services.portal.pages.contexts import Choice, HolderLine, WhereaboutsView
from services.portal.pages.directory_files import API, MEANS, Choosing, Grids, because
from services.portal.pages.staffroom import named
from services.portal.pages.words import zh_names

IN_WORDS: Mapping[str, str] = {"place": "写的地点", "title": "标题", "text": "原话"}
WHY: Mapping[str, str] = {
    "received": "收到，由当班的人负责",
    "asked": "等人判断，由当班的人负责",
    "routed": "派给责任人",
    "signed": "由他签收",
    "handed_over": "同事接手",
    "returned": "退回，由当班的人重新安排",
    "revoked": "收回改派，由当班的人负责",
    "reopened": "重新办理，由当班的人重新安排",
}


class Holder(Answer):
    grid: str
    called: str
    unit: str | None = None
    owner: UUID | None = None
    auxiliary: UUID | None = None


class Sighting(Answer):
    where: str
    means: str


class Span(Answer):
    unit: str
    person: UUID | None = None
    since: datetime
    until: datetime | None = None
    why: str
    reason: str | None = None


class Accountability(Answer):
    grid: str | None = None
    settled: bool = False
    sighting: Sighting | None = None
    candidates: tuple[Holder, ...] = ()
    choosing: Choosing | None = None
    spans: tuple[Span, ...] = ()


async def whereabouts_of(
    site: Site, desk: DeskClient, request_id: UUID, subject: str = "", *, open_: bool = True
) -> WhereaboutsView | None:
    """None for those who may not read it, and while triage does not answer."""
    try:
        told = await desk.get(f"/routing/v1/decisions/{request_id}/accountability", Accountability)
        grids = (await desk.get(f"{API}/grids", Grids)).grids
    except (Refused, Unreachable):
        return None
    names = await site.staff.names()
    doubtful = {each.grid for each in told.candidates} if told.grid is None else set()
    others = tuple(
        Choice(each.code, each.called, "、".join(each.places[:4]), each.code == told.grid)
        for each in grids
        if each.code not in doubtful
    )
    return WhereaboutsView(
        subject=subject,
        back_url=f"/desk?open={request_id}",
        place=_place(told, site.bureau, names),
        found=_found(told),
        candidates=tuple(_candidate(each, site.bureau, names) for each in told.candidates) if doubtful else (),
        others=others if open_ else (),
        because=because(told.choosing, names),
        spans=tuple(_span(each, site.bureau, names) for each in told.spans),
        action=f"/desk/{request_id}/where",
    )


async def doubt_of(site: Site, desk: DeskClient, request_id: UUID, screening: Sequence[str]) -> WhereaboutsView | None:
    """The question which of several places it is; None where nobody has to ask."""
    if "no_owner" not in screening:
        return None
    view = await whereabouts_of(site, desk, request_id)
    return view if view is not None and view.candidates else None


def _place(told: Accountability, bureau: Bureau, names: Mapping[UUID, str]) -> str:
    if told.grid is None or not told.candidates:
        return ""
    held = told.candidates[0]
    walking = f"，辅警{named(held.auxiliary, names, '')}" if held.auxiliary in names else ""
    return f"{held.called}（{bureau.unit(held.unit) or '没有警务单位'}{walking}）"


def _found(told: Accountability) -> str:
    if told.settled:
        return "由人选定"
    if told.sighting is None:
        return "原话里没有认得的地名"
    return f"从{IN_WORDS.get(told.sighting.where, '')}里{MEANS.get(told.sighting.means, '找到')}"


def _candidate(held: Holder, bureau: Bureau, names: Mapping[UUID, str]) -> Choice:
    owner = named(held.owner, names, "现在没有人负责")
    return Choice(held.grid, held.called, f"{owner}（{bureau.unit(held.unit)}）")


def _span(span: Span, bureau: Bureau, names: Mapping[UUID, str]) -> HolderLine:
    reason = zh_names()["reasons"].get(span.reason or "", "") if span.reason else ""
    return HolderLine(
        who=f"{named(span.person, names, '当班民警')}（{bureau.unit(span.unit)}）",
        why=WHY.get(span.why, span.why) + (f"：{reason}" if reason else ""),
        since=span.since,
        until=span.until,
    )
