"""The registry of groups over HTTP, and what was posted in each."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from services.workorders.groups.book import GroupBook
from services.workorders.groups.clerk import Done, GroupClerk, act
from services.workorders.groups.decider import CloseGroup, GroupKind, ListGroup, Listing
from services.workorders.groups.posts import PostKind, PostState
from services.workorders.groups.reading import PostReader
from services.workorders.groups.store import GroupHandler, group_id
from services.workorders.groups.views import NAME, groups_on
from shared.contracts.codes import Operation, Relation, Role
from shared.kernel import Actor, ItemCode, NotFound
from shared.web import Call, CodeText, Guard, Query, Relate, StrictModel
from shared.web.errors import NotAllowed

Count = Annotated[int, Field(strict=True, ge=0, le=100_000)]


class GroupBody(StrictModel):
    kind: GroupKind
    area: CodeText
    members: Count
    households: Count | None = None
    since: date
    until: date | None = None


class ClosingBody(StrictModel):
    on: date


class GroupDone(Done):
    group: str


class GroupRow(StrictModel):
    code: str
    name: str
    """As the bureau calls it; the code where it gave no name."""
    kind: GroupKind
    area: str
    unit: str
    members: int
    households: int | None
    since: date
    until: date | None


class AreaRow(StrictModel):
    code: str
    name: str


class GroupList(StrictModel):
    groups: tuple[GroupRow, ...]
    areas: tuple[AreaRow, ...]
    """Where somebody may have been seen last, as the bureau calls it."""


class PostRow(StrictModel):
    post_id: UUID
    kind: PostKind
    state: PostState
    words: str | None
    """As the group reads them; None where this reader sees the stub only."""
    request_id: UUID
    order_id: UUID
    posted_at: datetime
    withdrawn_at: datetime | None


class PostList(StrictModel):
    posts: tuple[PostRow, ...]


async def on_the_desk(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
    """Which groups there are is known to everybody who works for a unit."""
    if actor.unit is None:
        return frozenset()
    return frozenset({Relation.OWN, Relation.OWN_UNIT, Relation.OWN_PLACE, Relation.TASK, Relation.LIVE})


def of_group(groups: GroupHandler) -> Relate:
    """A new group belongs to whoever lists it for the own unit."""

    async def relate(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        group, _ = await groups.state(group_id(ItemCode(path["code"])))
        found = {Relation.LIVE} if Role.DISPATCHER in actor.roles else set()
        if actor.unit is not None and (group.listing is None or group.listing.unit == actor.unit):
            found |= {Relation.OWN, Relation.OWN_UNIT, Relation.OWN_PLACE, Relation.TASK}
        return frozenset(found)

    return relate


def groups_router(
    groups: GroupHandler, reader: PostReader, book: GroupBook, clerk: GroupClerk, guard: Guard
) -> APIRouter:
    router = APIRouter(prefix="/workorders/v1/groups", tags=["groups"])
    keeping = guard.command(Operation.MANAGE_DIRECTORY, relation=of_group(groups))

    @router.get("", operation_id="workorders.list_groups")
    async def list_groups(
        query: Annotated[Query, guard.query(Operation.READ, relation=on_the_desk)],
        on: date | None = None,
        after: UUID | None = None,
    ) -> GroupList:
        if after is not None:
            await groups.store.wait_for_view(NAME, after)
        rows = await groups_on(groups.store, on or clerk.today())
        return GroupList(
            groups=tuple(GroupRow.model_validate({**row, "name": book.name_of(row["code"])}) for row in rows),
            areas=tuple(AreaRow(code=code, name=name) for code, name in book.areas.items()),
        )

    @router.put("/{code}", operation_id="workorders.put_group")
    async def put_group(code: CodeText, body: GroupBody, call: Annotated[Call, keeping]) -> GroupDone:
        if call.actor.unit is None:
            raise NotAllowed
        listing = Listing(
            body.kind, ItemCode(body.area), call.actor.unit, body.members, body.households, body.since, body.until
        )
        wish = ListGroup(group=ItemCode(code), listing=listing, at=clerk.now())
        return GroupDone.model_validate(await act(groups, group_id(wish.group), wish, call, group=code))

    @router.post("/{code}/closing", operation_id="workorders.close_group")
    async def close_group(code: CodeText, body: ClosingBody, call: Annotated[Call, keeping]) -> GroupDone:
        wish = CloseGroup(group=ItemCode(code), on=body.on, at=clerk.now())
        return GroupDone.model_validate(await act(groups, group_id(wish.group), wish, call, group=code))

    @router.get("/{code}/posts", operation_id="workorders.list_posts")
    async def list_posts(
        code: CodeText, query: Annotated[Query, guard.query(Operation.READ, relation=of_group(groups))]
    ) -> PostList:
        group, _ = await groups.state(group_id(ItemCode(code)))
        if group.listing is None:
            raise NotFound("group")
        return PostList(
            posts=tuple(PostRow.model_validate(each) for each in await reader.posts_in(ItemCode(code), query))
        )

    return router
