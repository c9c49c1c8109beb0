"""试算: which past requests would go elsewhere by a draft, from where to where, one by one."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.portal.desk_client import Answer
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts.rule_packs import GroupLine, MovedLine, RedecisionView
from services.portal.pages.door import pages_router
from services.portal.pages.rule_views import API, PAGE, Progress
from services.portal.pages.rule_words import said
from services.portal.pages.staffroom import DESK
from services.portal.pages.words import zh_names

CHILD = "CHILD"


class Group(Answer):
    channel_before: str
    channel_after: str
    requests: int
    sooner: int
    later: int
    flags: int
    gates: int


class Result(Progress):
    against: str
    groups: tuple[Group, ...] = ()


class Moved(Answer):
    request_id: UUID
    category_before: str
    category_after: str
    channel_before: str
    channel_after: str
    priority_before: str
    priority_after: str
    flags_before: tuple[str, ...]
    flags_after: tuple[str, ...]
    gates_before: tuple[str, ...]
    gates_after: tuple[str, ...]
    row: str | None = None
    filed_at: datetime


class MovedPage(Answer):
    requests: tuple[Moved, ...] = ()
    next: str | None = None


def redecision_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get(PAGE + "/drafts/{pack_id}/redecisions/{redecision_id}")
    async def result(
        pack_id: UUID,
        redecision_id: UUID,
        caller: Annotated[Caller, Depends(site.caller)],
        before: str = "",
        to: str = "",
        cursor: str = "",
        after: UUID | None = None,
    ) -> Response:
        """`after`: the record of its beginning, which has to be shown."""
        caller.require_staff()
        path = f"{API}/redecisions/{redecision_id}"
        told = await caller.desk.get(path, Result, after=after)
        known = set(zh_names()["channels"])
        chosen = {name: code for name, code in (("before", before), ("after", to)) if code in known}
        page = await caller.desk.get(f"{path}/requests", MovedPage, cursor=cursor, **chosen)
        url = f"{PAGE}/drafts/{pack_id}/redecisions/{redecision_id}"
        view = _view(told, page, url, f"{PAGE}/drafts/{pack_id}", (chosen.get("before", ""), chosen.get("after", "")))
        return caller.show("rules/redecision.html", view, caller.page(surface=DESK))

    @router.get(PAGE + "/drafts/{pack_id}/redecisions/{redecision_id}/export")
    async def export(
        pack_id: UUID,
        redecision_id: UUID,
        caller: Annotated[Caller, Depends(site.caller)],
        before: str = "",
        to: str = "",
    ) -> Response:
        caller.require_staff()
        known = set(zh_names()["channels"])
        query = urlencode({name: code for name, code in (("before", before), ("after", to)) if code in known})
        written = await caller.desk.file(f"{API}/redecisions/{redecision_id}/export?{query}")
        name = f'attachment; filename="redecision-{redecision_id}.csv"'
        return Response(written, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": name})

    return router


def _view(told: Result, page: MovedPage, url: str, draft_url: str, chosen: tuple[str, str]) -> RedecisionView:
    filtered = {name: code for name, code in zip(("before", "to"), chosen, strict=True) if code}
    query = f"?{urlencode(filtered)}" if filtered else ""
    elsewhere = sum(each.requests for each in told.groups if each.channel_before != each.channel_after)
    return RedecisionView(
        url=url,
        draft_url=draft_url,
        against=told.against,
        seen=told.seen,
        total=told.total,
        elsewhere=elsewhere,
        otherwise=told.changed - elsewhere,
        disagreed=told.disagreed,
        running=told.finished_at is None,
        groups=tuple(_group(each, url, chosen) for each in told.groups),
        requests=tuple(map(_moved, page.requests)),
        hidden=sum(each.requests for each in told.groups if CHILD in (each.channel_before, each.channel_after)),
        everything_url=url if filtered else "",
        next_url=f"{url}?{urlencode({**filtered, 'cursor': page.next})}" if page.next else "",
        export_url=f"{url}/export{query}",
    )


def _group(group: Group, url: str, chosen: tuple[str, str]) -> GroupLine:
    way = (group.channel_before, group.channel_after)
    notes = (("更急", group.sooner), ("更缓", group.later), ("标记不同", group.flags), ("闸门不同", group.gates))
    return GroupLine(
        url="" if CHILD in way else f"{url}?{urlencode({'before': way[0], 'to': way[1]})}#requests",
        before=said((way[0],), "channels"),
        after=said((way[1],), "channels"),
        requests=group.requests,
        note="，".join(f"{words} {count} 件" for words, count in notes if count),
        current=chosen == way,
    )


def _moved(moved: Moved) -> MovedLine:
    return MovedLine(
        url=f"/desk?open={moved.request_id}",
        request=str(moved.request_id)[-8:],
        filed_at=moved.filed_at,
        before=_ruled(moved.category_before, moved.channel_before, moved.priority_before),
        after=_ruled(moved.category_after, moved.channel_after, moved.priority_after),
        besides="；".join(_besides(moved)),
        row=moved.row.rpartition("/")[2] if moved.row else "",
    )


def _besides(moved: Moved) -> Iterator[str]:
    """Flags are only ever added; gates may close, or no longer."""
    if added := [flag for flag in moved.flags_after if flag not in moved.flags_before]:
        yield f"加上标记{said(added, 'flags')}"
    if fewer := [flag for flag in moved.flags_before if flag not in moved.flags_after]:
        yield f"不再加标记{said(fewer, 'flags')}"
    if closed := [gate for gate in moved.gates_after if gate not in moved.gates_before]:
        yield f"关上{said(closed, 'gates')}"
    if left := [gate for gate in moved.gates_before if gate not in moved.gates_after]:
        yield f"不再关{said(left, 'gates')}"


def _ruled(category: str, channel: str, priority: str) -> str:
    return " · ".join((said((category,), "categories"), said((channel,), "channels"), said((priority,), "priorities")))
