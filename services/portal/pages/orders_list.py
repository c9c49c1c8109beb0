"""The orders that somebody may see, page by page: one call, one page."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi import Query as Param

from services.portal.bureau import Bureau
from services.portal.pages.acts import choices_of
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import Choice, FilterLink, OrdersView, WorkItem
from services.portal.pages.door import pages_router
from services.portal.pages.orders_files import API, OrderRow, OrderRows
from services.portal.pages.staffroom import DESK, named
from services.portal.pages.words import zh_names

PAGE = 50
STATES = (
    "OFFERED", "SIGNED", "IN_PROGRESS", "DISPATCHED", "ON_SCENE", "BROADCAST", "RECALLED", "CONTROLLED", "COLLECTING",
    "APPROVING", "ISSUED", "DELIVERED", "CASEWORK_FILED", "RESOLVED", "FAILED", "REFUSED", "HANDED_OVER", "RETURNED",
    "WITHDRAWN",
)  # fmt: skip
TABS = (("在办", ""), ("已结束", "yes"))
KINDS = (
    "STATION", "POLICE_TEAM", "COMMAND", "HOUSEHOLD", "TRAFFIC", "ECONOMIC", "ENTERPRISE_STATION", "CHILD_POST",
    "SUPERVISION", "LOUNGE",
)  # fmt: skip
"""Units of the bureau: whom orders are sent to."""


class Asked:
    """What stands in the address: filters and page."""

    def __init__(self, shut: str, state: str, kind: str, late: str, cursor: str) -> None:
        self.shut = "yes" if shut else ""
        self.state = state if state in STATES else ""
        self.kind = kind if kind in KINDS else ""
        self.late = "yes" if late else ""
        self.cursor = cursor

    def api(self) -> Mapping[str, object]:
        return {
            "open": "false" if self.shut else "true",
            "state": self.state,
            "unit_kind": self.kind,
            "late": "true" if self.late else "",
            "cursor": self.cursor,
            "limit": PAGE,
        }

    def url(self, **changed: str) -> str:
        given = {"shut": self.shut, "state": self.state, "kind": self.kind, "late": self.late, "cursor": self.cursor}
        kept = {name: value for name, value in (given | changed).items() if value}
        return "/orders" + (f"?{urlencode(kept)}" if kept else "")


def order_list_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/orders")
    async def listed(
        caller: Annotated[Caller, Depends(site.caller)],
        shut: Annotated[str, Param(max_length=5)] = "",
        state: Annotated[str, Param(max_length=40)] = "",
        kind: Annotated[str, Param(max_length=40)] = "",
        late: Annotated[str, Param(max_length=5)] = "",
        cursor: Annotated[str, Param(max_length=120)] = "",
    ) -> Response:
        caller.require_staff()
        asked = Asked(shut, state, kind, late, cursor)
        found = await caller.desk.get(f"{API}/orders", OrderRows, **asked.api())
        names = await site.staff.names()
        view = OrdersView(
            tabs=tuple(
                FilterLink(label, asked.url(shut=value, state="", cursor=""), 0, value == asked.shut)
                for label, value in TABS
            ),
            states=(Choice("", "全部"), *choices_of("states", STATES, asked.state)),
            kinds=(Choice("", "全部"), *choices_of("unit_kinds", KINDS, asked.kind)),
            shut=asked.shut,
            late=bool(asked.late),
            items=tuple(order_item(row, names, site.bureau) for row in found.orders),
            older_url=asked.url(cursor=found.cursor) if found.cursor else "",
            newest_url=asked.url(cursor="") if asked.cursor else "",
        )
        return caller.show("orders/list.html", view, caller.page(surface=DESK))

    return router


def order_item(row: OrderRow, names: Mapping[UUID, str], bureau: Bureau) -> WorkItem:
    words = zh_names()
    state = words["states"].get(row.state, "已收回" if row.state == "REVOKED" else row.state)
    return WorkItem(
        url=f"/orders/{row.order_id}",
        priority=row.priority,
        category=words["channels"].get(row.channel, row.channel),
        subject=words["categories"].get(row.category, row.category),
        place=named(row.owner, names, bureau.unit(row.unit)),
        door="",
        state=_late(row, state),
        due=row.answer_due if row.open else None,
        due_for="答复" if row.open else "",
    )


def _late(row: OrderRow, state: str) -> str:
    if not row.late or not row.open:
        return state
    return f"{state} · 超时未签收" if "signature" in row.late else f"{state} · {len(row.late)} 步超时"
