"""A request routed to a connected body becomes a transfer; everything else is an order as ever."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.workorders.transfers.store import transfer_id_of
from services.workorders.transfers.views import transfer_board
from shared.contracts.codes import Category, Channel, ReasonCode
from shared.contracts.intake import WithdrawnV1
from shared.contracts.routing import HandlingRevokedV1
from shared.kernel import RequestId, UnitCode, new_id
from shared.messaging import rebuild
from tests.workorders.conftest import INTAKE, ROUTING, Floor

pytestmark = pytest.mark.asyncio(loop_scope="module")

CITY, HOTLINE = UnitCode("CITY-1"), UnitCode("HOTLINE-12345")
SENDING = {
    "to": "CITY-1",
    "reason": "NOT_POLICE",
    "notice": "已移送城市管理局，我们会盯到有结果。",
    "task": "请处理倾斜的水泥杆。",
}


async def routed(floor: Floor, request_id: RequestId | None = None, unit: UnitCode = CITY) -> tuple[RequestId, UUID]:
    request_id = request_id or RequestId(new_id())
    await floor.routed(request_id=request_id, channel=Channel.XFER, category=Category.COM, unit=unit)
    return request_id, transfer_id_of(request_id, 1)


async def board(floor: Floor, transfer_id: UUID) -> dict[str, Any] | None:
    await floor.desk.settled()
    row = await floor.desk.store("workorders").pool.fetchrow(
        "SELECT state, open, late FROM transfer_board WHERE transfer_id = $1", transfer_id
    )
    return dict(row) if row else None


async def post(floor: Floor, transfer_id: UUID, act: str, body: dict[str, str] | None = None) -> int:
    url, headers = f"/workorders/v1/transfers/{transfer_id}/{act}", await floor.desk.as_("triage_officer")
    answer = await floor.desk.http.post(url, headers=headers, json=body)
    await floor.desk.settled()
    return answer.status_code


async def withdrawn(floor: Floor, request_id: RequestId) -> None:
    await INTAKE.says(floor.desk, WithdrawnV1(request_id=request_id, at=floor.desk.clock.now()))
    await floor.desk.settled()


async def test_a_connected_body_gets_a_transfer_and_no_order(floor: Floor) -> None:
    request_id, transfer_id = await routed(floor)
    assert await board(floor, transfer_id) == {"state": "waiting", "open": True, "late": []}
    assert await floor.listed("hotline_liaison", request_id=str(request_id)) == []


async def test_a_body_without_a_connector_is_an_order_as_ever(floor: Floor) -> None:
    request_id, transfer_id = await routed(floor, unit=HOTLINE)
    assert await board(floor, transfer_id) is None
    assert len(await floor.listed("hotline_liaison", request_id=str(request_id))) == 1


async def test_the_handling_protocol_is_spoken(floor: Floor) -> None:
    request_id, transfer_id = await routed(floor)
    assert await post(floor, transfer_id, "sending", SENDING) == 200
    assert await post(floor, transfer_id, "return", {"reason": "WRONG_CATEGORY"}) == 200
    assert [each.fact for each in await floor.published(request_id)] == [
        "handling_offered",
        "handling_signed",
        "first_response",
        "request_transferred",
        "handling_returned",
    ]


async def test_routing_takes_a_transfer_away(floor: Floor) -> None:
    request_id, transfer_id = await routed(floor)
    revoked = HandlingRevokedV1(
        request_id=request_id, attempt=1, reason=ReasonCode.OVERRULED, at=floor.desk.clock.now()
    )
    await ROUTING.says(floor.desk, revoked)
    assert await board(floor, transfer_id) == {"state": "taken_away", "open": False, "late": []}


@pytest.mark.parametrize("first", [True, False])
async def test_a_withdrawal_ends_it_in_whatever_order_the_records_come(floor: Floor, first: bool) -> None:
    request_id = RequestId(new_id())
    if first:
        await withdrawn(floor, request_id)
    _, transfer_id = await routed(floor, request_id)
    if not first:
        await withdrawn(floor, request_id)
    assert await board(floor, transfer_id) == {"state": "taken_away", "open": False, "late": []}


async def test_r_22_twenty_four_hours_without_sending_or_receipt_show_on_the_board(floor: Floor) -> None:
    _, unsent = await routed(floor)
    _, sent = await routed(floor)
    assert await post(floor, sent, "sending", SENDING) == 200
    await floor.desk.move_to(floor.desk.clock.now() + timedelta(hours=24, seconds=1))
    assert await board(floor, unsent) == {"state": "waiting", "open": True, "late": ["sending"]}
    assert await board(floor, sent) == {"state": "out", "open": True, "late": ["receipt"]}


async def test_the_board_rebuilt_from_history_is_the_same(floor: Floor) -> None:
    await floor.desk.settled()
    runtime = floor.desk.runtime("workorders")
    feeds = [runtime.deps.feeds["workorders"]]
    done = await rebuild(transfer_board, feeds, runtime.deps.transport, runtime.deps.store, runtime.codecs)
    assert done.checksum_before == done.checksum_after
    assert done.rows > 5


async def test_who_sees_what_on_the_board(floor: Floor) -> None:
    request_id, transfer_id = await routed(floor)

    async def seen(login: str) -> list[str]:
        headers = await floor.desk.as_(login)
        answer = await floor.desk.http.get(f"/workorders/v1/transfers?request_id={request_id}", headers=headers)
        return [row["transfer_id"] for row in answer.json().get("transfers", [])]

    assert await seen("hotline_liaison") == await seen("operator") == [str(transfer_id)]
    assert await seen("clerk_city") == []
    await post(floor, transfer_id, "sending", SENDING)
    assert await seen("clerk_city") == [str(transfer_id)]
    assert await seen("clerk_fire") == await seen("community_officer") == []
