"""Hot places: one kind of trouble in one place, more than usual; the list, one with its weeks, and the alarm."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi import Query as Param

from services.portal.desk_client import Answer, DeskClient, Refused, Unreachable
from services.portal.pages.acts import ActSpec, act
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import (
    Choice,
    FilterLink,
    HotSpotAlarmView,
    HotSpotLine,
    HotSpotsView,
    HotSpotView,
    Tone,
    WeekLine,
    WorkItem,
)
from services.portal.pages.door import pages_router
from services.portal.pages.request_pane import STAGES
from services.portal.pages.staffroom import DESK
from services.portal.pages.words import zh_names

PAGE = 40
LONGEST_BAR = 20
API = "/routing/v1/hotspots"
FILTERS = (("正热的", "true"), ("已平息", "false"), ("全部", ""))
COLD = frozenset({"FBK", "INQ", "MIN", "CPL"})
NOTE = ActSpec(f"{API}/{{id}}/note", "知道了", "知道了", "", "知道了", "已记下：有人看过。")


class Row(Answer):
    spot_id: UUID
    grid: str
    category: str
    requests: int
    people: int
    usual: int
    opened_at: datetime
    seen_at: datetime | None = None
    closed_at: datetime | None = None
    times: int = 1


class Rows(Answer):
    spots: tuple[Row, ...] = ()
    unseen: int = 0
    next_cursor: str | None = None


class Item(Answer):
    request_id: UUID
    state: str
    door: str = ""
    category: str | None = None
    priority: str | None = None
    channel: str | None = None
    due: datetime | None = None


class Spot(Row):
    items: tuple[Item, ...] = ()
    weeks: tuple[int, ...] = ()


class _Coded(Answer):
    request_id: UUID
    code: str


class _Codes(Answer):
    requests: tuple[_Coded, ...] = ()


def hot_spot_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/desk/hotspots")
    async def listed(
        caller: Annotated[Caller, Depends(site.caller)],
        hot: Annotated[str, Param(max_length=5)] = "true",
        category: Annotated[str, Param(max_length=10)] = "",
        place: Annotated[str, Param(max_length=40)] = "",
        cursor: Annotated[str, Param(max_length=200)] = "",
    ) -> Response:
        caller.require_staff()
        asked = {"hot": hot, "category": category, "place": place.strip()}
        rows = await caller.desk.get(API, Rows, limit=PAGE, cursor=cursor, **asked)
        return caller.show(
            "hotspots/list.html", list_view(rows, asked, cursor, site.bureau.grids), caller.page(surface=DESK)
        )

    @router.get("/desk/hotspots/alarm")
    async def alarm(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        try:
            count = (await caller.desk.get(API, Rows, limit=1)).unseen
        except (Refused, Unreachable):
            count = 0
        return caller.show("hotspots/alarm.html", HotSpotAlarmView(count), caller.page(surface=DESK))

    @router.get("/desk/hotspots/{spot_id}")
    async def one(spot_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        spot = await caller.desk.get(f"{API}/{spot_id}", Spot)
        codes = await _codes(caller.desk, [item.request_id for item in spot.items])
        view = spot_view(spot, caller.now, site.bureau.grids, codes)
        return caller.show("hotspots/one.html", view, caller.page(surface=DESK))

    @router.post("/desk/hotspots/{spot_id}/note")
    async def note(spot_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await act(caller, caller.desk, NOTE, spot_id, (f"/desk/hotspots/{spot_id}", "回热点"), surface=DESK)

    return router


async def _codes(desk: DeskClient, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """Request → the code that people say; without intake the list is shown all the same."""
    if not ids:
        return {}
    try:
        listed = await desk.get("/intake/v1/requests", _Codes, id=list(ids), limit=len(ids))
    except (Refused, Unreachable):
        return {}
    return {each.request_id: each.code for each in listed.requests}


def list_view(rows: Rows, asked: Mapping[str, str], cursor: str, grids: Mapping[str, str]) -> HotSpotsView:
    kinds = zh_names()["categories"]

    def url(**changed: str) -> str:
        kept = {name: value for name, value in {**asked, **changed}.items() if value or name == "hot"}
        return f"/desk/hotspots?{urlencode(kept)}"

    return HotSpotsView(
        filters=tuple(
            FilterLink(label, url(hot=value), rows.unseen if value == "true" else 0, value == asked["hot"])
            for label, value in FILTERS
        ),
        place=asked["place"],
        category=asked["category"],
        categories=tuple(
            Choice(code, name, chosen=code == asked["category"]) for code, name in kinds.items() if code not in COLD
        ),
        hot=asked["hot"],
        lines=tuple(_line(row, grids) for row in rows.spots),
        newest_url=url() if cursor else "",
        older_url=url(cursor=rows.next_cursor) if rows.next_cursor else "",
    )


def spot_view(spot: Spot, now: datetime, grids: Mapping[str, str], codes: Mapping[UUID, str]) -> HotSpotView:
    most = max((*spot.weeks, 1))
    starts = [now - timedelta(weeks=len(spot.weeks) - place) for place in range(len(spot.weeks))]
    return HotSpotView(
        line=_line(spot, grids),
        times=spot.times,
        seen_at=spot.seen_at,
        closed_at=spot.closed_at,
        note_url="" if spot.seen_at or spot.closed_at else f"/desk/hotspots/{spot.spot_id}/note",
        weeks=tuple(
            WeekLine(f"{start.month}月{start.day}日起一周", count, "▮" * -(-count * LONGEST_BAR // most))
            for start, count in zip(starts, spot.weeks, strict=True)
        ),
        items=tuple(_item(item, codes) for item in spot.items),
        hidden=spot.requests - len(spot.items),
    )


def _line(row: Row, grids: Mapping[str, str]) -> HotSpotLine:
    state, tone = _state(row)
    return HotSpotLine(
        url=f"/desk/hotspots/{row.spot_id}",
        place=f"{grids[row.grid]}（{row.grid}）" if row.grid in grids else row.grid,
        category=zh_names()["categories"].get(row.category, row.category),
        requests=row.requests,
        people=row.people,
        usual=f"{row.usual / 1000:.1f}",
        opened_at=row.opened_at,
        state=state,
        tone=tone,
    )


def _state(row: Row) -> tuple[str, Tone]:
    if row.closed_at is not None:
        return "已平息", "plain"
    return ("正热，有人看过", "soon") if row.seen_at is not None else ("正热，还没有人看", "late")


def _item(item: Item, codes: Mapping[UUID, str]) -> WorkItem:
    names = zh_names()
    return WorkItem(
        url=f"/desk?open={item.request_id}",
        priority=item.priority,
        category=names["channels"].get(item.channel, "") if item.channel else "去向未定",
        subject=names["categories"].get(item.category or "", "还没有分类"),
        place=codes.get(item.request_id, ""),
        door=item.door,
        state=STAGES.get(item.state, item.state),
        due=item.due,
        due_for="时限" if item.due else "",
    )
