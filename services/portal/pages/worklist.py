"""The worklist of the desk that triages, and the bar of new arrivals."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi import Query as Param

from services.portal.desk_client import Answer, DeskClient, Refused, Unreachable
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import ArrivalsView, FilterLink, RequestPane, WorkItem, WorklistView
from services.portal.pages.door import pages_router
from services.portal.pages.request_pane import STAGES, decision_of, pane_of, seen_in, state_of
from services.portal.pages.screening import MOST_FOLLOWING, list_of, url_of
from services.portal.pages.staffroom import DESK
from services.portal.pages.words import zh_names

PAGE = 40
FILTERS = (
    ("全部", ""),
    ("等我办", "mine"),
    ("待人判断", "waiting_for_person"),
    ("等闸门", "gated"),
    ("已分流", "routed"),
    ("已超时", "late"),
)
SORTS = (("最急的在前", ""), ("最早的在前", "old"))
MAX_WORDS = 40
"""Codes that one search may stand for."""


class Row(Answer):
    request_id: UUID
    state: str
    door: str = ""
    category: str | None = None
    flags: tuple[str, ...] = ()
    priority: str | None = None
    channel: str | None = None
    danger: tuple[str, ...] = ()
    screening: tuple[str, ...] = ()
    unit: str | None = None
    grid: str | None = None
    filed_at: datetime
    due: datetime | None = None
    late: bool = False

    @property
    def waits(self) -> bool:
        return self.state in ("waiting_for_person", "gated") or bool(self.screening)


class Worklist(Answer):
    items: tuple[Row, ...]
    next_cursor: str | None = None


class Counts(Answer):
    """Of what is open, by filter."""

    all: int = 0
    waiting_for_person: int = 0
    gated: int = 0
    routed: int = 0
    late: int = 0
    mine: int = 0
    newer: int = 0


class _Coded(Answer):
    request_id: UUID
    code: str


class _Codes(Answer):
    requests: tuple[_Coded, ...] = ()


def worklist_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/desk")
    async def desk(
        caller: Annotated[Caller, Depends(site.caller)],
        open_: Annotated[UUID | None, Param(alias="open")] = None,
        state: Annotated[str, Param(max_length=30)] = "",
        sort: Annotated[str, Param(max_length=10)] = "",
        q: Annotated[str, Param(max_length=60)] = "",
        cursor: Annotated[str, Param(max_length=200)] = "",
        after: UUID | None = None,
        done: Annotated[UUID | None, Param(alias="next")] = None,
    ) -> Response:
        """`next`: opens the first that waits, other than this one, which was just done; else this one, as it is now."""
        caller.require_staff()
        asked = Asked(state, sort, q, cursor)
        about = await _about(caller.desk, asked.search)
        found, counts = await asyncio.gather(
            caller.desk.get("/routing/v1/worklist", Worklist, limit=PAGE, after=after, **asked.api(), **about),
            caller.desk.get("/routing/v1/worklist/counts", Counts),
        )
        if open_ is None and done is not None:
            waiting = (row.request_id for row in found.items if row.waits and row.request_id != done)
            return caller.go(url_of(asked.url(), next(waiting, done)))
        following = _after(found, open_)
        codes, opened = await asyncio.gather(
            _codes(caller.desk, [row.request_id for row in found.items]),
            _opened(site, caller, open_, asked.url(), following),
        )
        view = _view(caller, asked, found, counts, codes, open_, opened)
        return caller.show("desk/worklist.html", view, caller.page(surface=DESK))

    @router.get("/desk/arrivals")
    async def arrivals(
        caller: Annotated[Caller, Depends(site.caller)],
        since: datetime,
        of: Annotated[str, Param(max_length=600)] = "",
        open_: Annotated[UUID | None, Param(alias="open")] = None,
        seen: Annotated[str, Param(max_length=400)] = "",
    ) -> Response:
        """Rows never move under the cursor: what is new is counted, and shown when asked for. What a colleague decided
        on the open request meanwhile is said before the reader presses a key."""
        caller.require_staff()
        counts = await caller.desk.get("/routing/v1/worklist/counts", Counts, since=since.isoformat())
        taken = ""
        if open_ is not None and seen:
            now = await decision_of(caller.desk, open_)
            taken = state_of(now) if seen_in(now) != seen else ""
        view = ArrivalsView(counts.newer, list_of(of), taken, url_of(list_of(of), open_) if taken else "")
        return caller.show("desk/arrivals.html", view, caller.page(surface=DESK))

    return router


class Asked:
    """What stands in the address: filter, order, search, page."""

    def __init__(self, state: str, sort: str, search: str, cursor: str) -> None:
        self.state = state if state in {value for _, value in FILTERS} else ""
        self.sort = sort if sort in {value for _, value in SORTS} else ""
        self.search = search.strip()
        self.cursor = cursor

    def api(self) -> Mapping[str, object]:
        """The same for the list behind the page."""
        return {
            "state": "" if self.state in ("late", "mine") else self.state,
            "late": "true" if self.state == "late" else "",
            "mine": "true" if self.state == "mine" else "",
            "order": "filed" if self.sort else "",
            "cursor": self.cursor,
        }

    def url(self, **changed: str) -> str:
        given = {"state": self.state, "sort": self.sort, "q": self.search, "cursor": self.cursor, **changed}
        kept = {name: value for name, value in given.items() if value}
        return "/desk" + (f"?{urlencode(kept)}" if kept else "")


async def _about(desk: DeskClient, search: str) -> Mapping[str, object]:
    """What the words of a search mean: codes by the names that people know them by, or a request by its code."""
    if not search:
        return {}
    names, wanted = zh_names(), search.upper()
    kinds = (names["categories"], names["channels"], names["priorities"], names["flags"])
    meant = [code for kind in kinds for code, name in kind.items() if wanted in name.upper() or wanted == code]
    try:
        listed = await desk.get("/intake/v1/requests", _Codes, code=search[:20], limit=1)
        meant += [str(each.request_id) for each in listed.requests]
    except (Refused, Unreachable):
        pass
    return {"about": [*meant[: MAX_WORDS - 1], search[:MAX_WORDS]]}


async def _codes(desk: DeskClient, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """Request → the code that people say; without intake the list is shown all the same."""
    if not ids:
        return {}
    try:
        listed = await desk.get("/intake/v1/requests", _Codes, id=ids, limit=len(ids))
    except (Refused, Unreachable):
        return {}
    return {each.request_id: each.code for each in listed.requests}


async def _opened(
    site: Site, caller: Caller, open_: UUID | None, list_url: str, following: Sequence[UUID]
) -> RequestPane | None:
    return await pane_of(site, caller, open_, list_url, following=following) if open_ else None


def _after(found: Worklist, open_: UUID | None) -> tuple[UUID, ...]:
    """The rows below the open one that wait for somebody; those above come last."""
    ids = [row.request_id for row in found.items]
    place = ids.index(open_) + 1 if open_ in ids else 0
    rows = (*found.items[place:], *found.items[:place])
    return tuple(row.request_id for row in rows if row.waits and row.request_id != open_)[:MOST_FOLLOWING]


def _view(
    caller: Caller,
    asked: Asked,
    found: Worklist,
    counts: Counts,
    codes: Mapping[UUID, str],
    open_: UUID | None,
    opened: RequestPane | None,
) -> WorklistView:
    return WorklistView(
        filters=tuple(
            FilterLink(
                label,
                asked.url(state=value, cursor=""),
                getattr(counts, value or "all"),
                value == asked.state,
            )
            for label, value in FILTERS
        ),
        sorts=tuple(
            FilterLink(label, asked.url(sort=value, cursor=""), 0, value == asked.sort) for label, value in SORTS
        ),
        search=asked.search,
        items=tuple(_item(row, asked, codes, open_) for row in found.items),
        total=getattr(counts, asked.state or "all"),
        opened=opened,
        arrivals=ArrivalsView(0, asked.url(), "", ""),
        arrivals_url="/desk/arrivals?"
        + urlencode({"since": caller.now.isoformat(), "of": urlsplit(asked.url()).query}),
        newer_url=asked.url(cursor="") if asked.cursor else "",
        older_url=asked.url(cursor=found.next_cursor) if found.next_cursor else "",
    )


def _item(row: Row, asked: Asked, codes: Mapping[UUID, str], open_: UUID | None) -> WorkItem:
    names = zh_names()
    flags = "，".join(names["flags"].get(flag, flag) for flag in row.flags[:3])
    kind = names["categories"][row.category] if row.category else "还没有分类"
    return WorkItem(
        url=asked.url() + ("&" if "?" in asked.url() else "?") + urlencode({"open": str(row.request_id)}),
        priority=row.priority,
        category=names["channels"].get(row.channel, "") if row.channel else "去向未定",
        subject=("有危险：" if row.danger else "") + kind + (f"（{flags}）" if flags else ""),
        place=codes.get(row.request_id, ""),
        door=row.door,
        state=STAGES.get(row.state, row.state),
        due=row.due,
        due_for="时限" if row.due else "",
        current=row.request_id == open_,
        id=str(row.request_id),
        waits=row.waits,
    )
