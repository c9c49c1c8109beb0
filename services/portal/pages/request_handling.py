"""What else is known of the open request: its code, who brought it, where it is or was handled."""

import asyncio
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from services.portal.desk_client import Answer, DeskClient, Refused, Unreachable
from services.portal.pages.contexts import Link
from services.portal.pages.staffroom import Stub, stub_of
from services.portal.pages.words import zh_names

BY_ONESELF = ("PORTAL", "ASSISTANT")
"""Doors through which nobody files for another."""


class _Code(Answer):
    code: str
    filed_at: datetime


class _Codes(Answer):
    requests: tuple[_Code, ...] = ()


class _CaseRow(Answer):
    case_id: UUID
    state: str = ""


class _Cases(Answer):
    cases: tuple[_CaseRow, ...] = ()


class _OrderRow(Answer):
    order_id: UUID
    state: str = ""


class _Orders(Answer):
    orders: tuple[_OrderRow, ...] = ()


class _TransferRow(Answer):
    transfer_id: UUID


class _Transfers(Answer):
    transfers: tuple[_TransferRow, ...] = ()


L = TypeVar("L", _Cases, _Orders, _Transfers)


async def stub_for(desk: DeskClient, request_id: UUID, door: str | None) -> Stub | None:
    """Who filed for himself needs nothing but the code that people say; a door's file tells who brought it."""
    if door not in BY_ONESELF:
        return await stub_of(desk, request_id)
    try:
        listed = await desk.get("/intake/v1/requests", _Codes, id=request_id, limit=1)
    except (Refused, Unreachable):
        return None
    return next((Stub(code=each.code, filed_at=each.filed_at) for each in listed.requests), None)


def brought(request_id: UUID, stub: Stub | None) -> tuple[Link, ...]:
    """What was not filed by who asks: where his consent and his thanks are noted."""
    if stub is None or stub.brought_by is None:
        return ()
    note = "还没有问过他本人" if stub.wanted == "never" else ""
    return (Link("登记情况", f"/registered/{request_id}", note),)


async def handling_of(desk: DeskClient, request_id: UUID, *, handed_out: bool) -> tuple[Link, ...]:
    """Where it is or was handled, for those who may see it; what was never sent out is nowhere."""
    if not handed_out:
        return ()
    cases, orders, transfers = await asyncio.gather(
        _listed(desk, "/mediation/v1/cases", _Cases, request_id),
        _listed(desk, "/workorders/v1/orders", _Orders, request_id),
        _listed(desk, "/workorders/v1/transfers", _Transfers, request_id),
    )
    names = zh_names()["states"]
    links = [Link("调解室", f"/cases/{each.case_id}", names.get(each.state, "")) for each in cases.cases]
    links += [Link("工单", f"/orders/{each.order_id}", names.get(each.state, "")) for each in orders.orders]
    links += [Link("移送", f"/transfers/{each.transfer_id}", "签收、异议、收回") for each in transfers.transfers]
    return tuple(links)


async def _listed(desk: DeskClient, path: str, kind: type[L], about: UUID) -> L:
    try:
        return await desk.get(path, kind, request_id=about)
    except (Refused, Unreachable):
        return kind()
