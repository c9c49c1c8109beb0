"""Groups: which there are, what stands in each, and the answer that goes back where the question was asked."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response
from fastapi import Path as PathParam

from services.portal.desk_client import Answer, Refused
from services.portal.pages.acts import MENDABLE
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import (
    FieldError,
    GroupAnswerView,
    GroupLine,
    GroupsView,
    GroupView,
    Notice,
    PostLine,
    Tone,
)
from services.portal.pages.door import pages_router
from services.portal.pages.staffroom import DESK

API = "/workorders/v1"
KINDS: Mapping[str, str] = {
    "residents": "居民群",
    "owners": "业主群",
    "shops": "商户群",
    "couriers": "快递外卖群",
    "grid_workers": "网格员群",
    "firms": "企业群",
}
STATES: Mapping[str, tuple[str, Tone]] = {
    "posted": ("已发出", "good"),
    "no_channel": ("没有接通，请人工发", "late"),
    "withdrawn": ("已撤回", "plain"),
}
LONGEST = 300


class Group(Answer):
    code: str
    name: str
    kind: str
    area: str
    members: int
    households: int | None = None
    until: date | None = None


class Area(Answer):
    code: str
    name: str


class Groups(Answer):
    groups: tuple[Group, ...] = ()
    areas: tuple[Area, ...] = ()


class Post(Answer):
    state: str
    words: str | None = None
    posted_at: datetime
    withdrawn_at: datetime | None = None


class Posts(Answer):
    posts: tuple[Post, ...] = ()


class GroupAnswer(Answer):
    group: str | None = None
    name: str | None = None
    answered_at: datetime | None = None
    answer: str | None = None


def group_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/groups")
    async def listed(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        told = await caller.desk.get(f"{API}/groups", Groups)
        areas = {area.code: area.name for area in told.areas}
        view = GroupsView(
            items=tuple(
                GroupLine(
                    f"/groups/{each.code}",
                    each.name,
                    KINDS.get(each.kind, each.kind),
                    areas.get(each.area, each.area),
                    each.members,
                    each.households,
                    each.until,
                )
                for each in told.groups
            ),
            members=sum(each.members for each in told.groups),
            households=sum(each.households or 0 for each in told.groups),
        )
        return caller.show("street/groups.html", view, caller.page(surface=DESK))

    @router.get("/groups/{code}")
    async def read(
        code: Annotated[str, PathParam(max_length=64, pattern=r"^[A-Za-z0-9._:-]+$")],
        caller: Annotated[Caller, Depends(site.caller)],
    ) -> Response:
        caller.require_staff()
        told = await caller.desk.get(f"{API}/groups", Groups)
        name = next((each.name for each in told.groups if each.code == code), code)
        posts = await caller.desk.get(f"{API}/groups/{code}/posts", Posts)
        view = GroupView(name=name, posts=tuple(_post(each) for each in posts.posts))
        return caller.show("street/group.html", view, caller.page(surface=DESK))

    @router.get("/group-answers/{order_id}")
    async def ask(order_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await _answer_form(caller, order_id)

    @router.post("/group-answers/{order_id}")
    async def answer(order_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        text = caller.text("answer")
        if not text or len(text) > LONGEST:
            words = "请写结果" if not text else f"最多 {LONGEST} 个字，您写了 {len(text)} 个"
            return await _answer_form(caller, order_id, errors=(FieldError("answer", words),), status=422)
        try:
            path = f"{API}/orders/{order_id}/group-answer"
            await caller.desk.command(path, {"answer": text}, caller.form_key)
        except Refused as refused:
            if refused.status not in MENDABLE:
                raise
            notice = Notice(refused.words, "late")
            return await _answer_form(caller, order_id, notice=notice, status=refused.status)
        caller.visit = caller.visit.saying("结果已发到原来的群里。")
        return caller.go(f"/orders/{order_id}")

    return router


def _post(each: Post) -> PostLine:
    state, tone = STATES.get(each.state, (each.state, "plain"))
    return PostLine(each.words or "内容现在读不到。", state, tone, each.posted_at, each.withdrawn_at)


async def _answer_form(
    caller: Caller,
    order_id: UUID,
    *,
    errors: tuple[FieldError, ...] = (),
    notice: Notice | None = None,
    status: int = 200,
) -> Response:
    told = await caller.desk.get(f"{API}/orders/{order_id}/group-answer", GroupAnswer)
    if told.group is None:
        raise HTTPException(404)
    view = GroupAnswerView(
        group=told.name or told.group,
        answered_at=told.answered_at,
        answer=told.answer or caller.text("answer"),
        action=f"/group-answers/{order_id}",
        order_url=f"/orders/{order_id}",
    )
    page = caller.page(surface=DESK, errors=errors, notice=notice)
    return caller.show("street/group_answer.html", view, page, status=status, keep=True)
