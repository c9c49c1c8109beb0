"""What somebody has in hand: cases and orders offered to him or his unit; for citizens, what they filed."""

from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.portal.desk_client import Answer, Refused, Unreachable
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import WorkItem, WorkView
from services.portal.pages.door import pages_router
from services.portal.pages.following import SUBJECTS
from services.portal.pages.notices import clock_notices, own_notices
from services.portal.pages.orders_files import API, OrderRows, TaskRows
from services.portal.pages.orders_list import order_item
from services.portal.pages.orders_tasks import task_item
from services.portal.pages.staffroom import DESK, named
from services.portal.pages.station import firm_work
from services.portal.pages.words import near, zh_names
from services.portal.staff import CITIZENS


class CaseRow(Answer):
    case_id: UUID
    channel: str
    state: str
    unit: str = ""
    owner: UUID | None = None
    mediation_due: datetime | None = None
    offered_at: datetime | None = None


class Cases(Answer):
    cases: tuple[CaseRow, ...] = ()


class SeatRow(Answer):
    case_id: UUID
    taken: bool
    offered_at: datetime


class Seats(Answer):
    seats: tuple[SeatRow, ...] = ()


class RequestRow(Answer):
    request_id: UUID
    code: str
    kind: str
    state: str
    filed_at: datetime
    answer_due: datetime | None = None


class Requests(Answer):
    requests: tuple[RequestRow, ...] = ()


def work_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/work")
    async def work(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        person = caller.require_staff()
        if CITIZENS & set(person.roles):
            return caller.show("work.html", await _filed(caller), caller.page())
        names = await site.staff.names()
        mediated, (ordered, more) = await _cases(site, caller, names), await _orders(site, caller, names)
        asked = await _tasks(caller)
        items = (*mediated, *await _seats(caller), *ordered, *asked, *await firm_work(site, caller))
        view = WorkView(
            title="我的件",
            lead="派给您或您单位、还没有结果的，急的在前。",
            items=tuple(sorted(items, key=lambda item: (item.due is None, item.due))),
            empty="没有派给您或您单位的事。",
            older_url=more,
            notices=(*await clock_notices(caller.desk, caller.now), *await own_notices(caller.desk)),
        )
        return caller.show("work.html", view, caller.page(surface=DESK))

    return router


async def _filed(caller: Caller) -> WorkView:
    listed = await caller.desk.get("/intake/v1/requests", Requests)
    states = zh_names()["states"]
    return WorkView(
        title="我反映的事",
        lead="您登录后反映过的，最近的在前。",
        items=tuple(
            WorkItem(
                url=f"/follow/{each.request_id}",
                priority="",
                category=each.code,
                subject=SUBJECTS.get(each.kind, SUBJECTS["other"]),
                place=f"{near(each.filed_at, caller.now)} 提交",
                door="",
                state=states.get(each.state, each.state),
                due=each.answer_due,
                due_for="答复" if each.answer_due else "",
            )
            for each in listed.requests
        ),
        empty="您登录后还没有反映过事。用编号和查询码反映的，请从“查进度”进去。",
    )


async def _cases(site: Site, caller: Caller, names: dict[UUID, str]) -> tuple[WorkItem, ...]:
    try:
        listed = await caller.desk.get("/mediation/v1/cases", Cases)
    except (Refused, Unreachable):
        return ()
    words = zh_names()
    return tuple(
        WorkItem(
            url=f"/cases/{each.case_id}",
            priority="",
            category=words["channels"].get(each.channel, each.channel),
            subject="调解",
            place=named(each.owner, names, site.bureau.unit(each.unit)),
            door="",
            state=words["states"].get(each.state, each.state),
            due=each.mediation_due,
            due_for="调解期限" if each.mediation_due else "等签收",
        )
        for each in listed.cases
        if each.state != "CLOSED"
    )


async def _seats(caller: Caller) -> tuple[WorkItem, ...]:
    """Panels of other people's cases: asked to sit there, or sitting."""
    try:
        listed = await caller.desk.get("/mediation/v1/seats", Seats)
    except (Refused, Unreachable):
        return ()
    return tuple(
        WorkItem(
            url=f"/cases/{each.case_id}/panel",
            priority="",
            category="联调",
            subject="联调席位",
            place=f"{near(each.offered_at, caller.now)} 请的",
            door="",
            state="已入席" if each.taken else "等您入席",
            due=None,
            due_for="",
        )
        for each in listed.seats
    )


async def _orders(site: Site, caller: Caller, names: dict[UUID, str]) -> tuple[tuple[WorkItem, ...], str]:
    """The first page of them, and where the rest is."""
    try:
        listed = await caller.desk.get(f"{API}/orders", OrderRows, open="true")
    except (Refused, Unreachable):
        return (), ""
    items = tuple(order_item(each, names, site.bureau) for each in listed.orders)
    return items, f"/orders?{urlencode({'cursor': listed.cursor})}" if listed.cursor else ""


async def _tasks(caller: Caller) -> tuple[WorkItem, ...]:
    """Parts of other units' orders."""
    try:
        listed = await caller.desk.get(f"{API}/tasks", TaskRows, open="true")
    except (Refused, Unreachable):
        return ()
    return tuple(
        WorkItem(
            url=f"/tasks/{each.order_id}/{each.task_id}",
            priority="",
            category="协办",
            subject="协办任务，由您单位牵头" if each.lead else "协办任务",
            place=f"{near(each.asked_at, caller.now)} 请的",
            door="",
            state=task_item(each).state,
            due=each.due,
            due_for="回复" if each.due else "",
        )
        for each in listed.tasks
    )
