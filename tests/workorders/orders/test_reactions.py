"""Orders follow routing and intake in whatever order their records arrive."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from services.workorders.orders.reactions import HANDLED_ELSEWHERE, order_id_of
from services.workorders.orders.views import order_board
from shared.contracts.codes import Channel, ReasonCode
from shared.contracts.intake import RequestReopenedV1, WithdrawnV1
from shared.contracts.routing import HandlingRevokedV1
from shared.kernel import RequestId, new_id
from shared.messaging import rebuild
from tests.workorders.conftest import INTAKE, ROUTING, Floor

pytestmark = pytest.mark.asyncio(loop_scope="module")

OFFICER = "community_officer"


async def withdrawn(floor: Floor, request_id: RequestId) -> None:
    await INTAKE.says(floor.desk, WithdrawnV1(request_id=request_id, at=floor.desk.clock.now()))
    await floor.desk.settled()


async def revoked(floor: Floor, request_id: RequestId, attempt: int = 1) -> None:
    await ROUTING.says(
        floor.desk,
        HandlingRevokedV1(
            request_id=request_id, attempt=attempt, reason=ReasonCode.OVERRULED, at=floor.desk.clock.now()
        ),
    )
    await floor.desk.settled()


async def board_state(floor: Floor, order_id: UUID) -> str | None:
    await floor.desk.settled()
    state: str | None = await floor.desk.store("workorders").pool.fetchval(
        "SELECT state FROM order_board WHERE order_id = $1", order_id
    )
    return state


@pytest.mark.parametrize("channel", sorted(set(Channel) - HANDLED_ELSEWHERE))
async def test_every_channel_without_a_service_of_its_own_opens_an_order(floor: Floor, channel: Channel) -> None:
    assert await board_state(floor, await floor.routed(channel=channel)) == "OFFERED"


@pytest.mark.parametrize("channel", [Channel.PM, Channel.PSM, Channel.IM, Channel.JM, Channel.EPS])
async def test_disputes_are_left_to_mediation_and_firms_to_the_workstation(floor: Floor, channel: Channel) -> None:
    assert await floor.facts(await floor.routed(channel=channel)) == []


async def test_the_same_routing_delivered_twice_is_one_order(floor: Floor) -> None:
    request_id = RequestId(new_id())
    order_id = await floor.routed(request_id=request_id)
    assert await floor.routed(request_id=request_id) == order_id
    assert await floor.facts(order_id) == ["order_offered"]


async def test_a_new_attempt_is_a_new_order(floor: Floor) -> None:
    request_id = RequestId(new_id())
    first = await floor.routed(request_id=request_id)
    await revoked(floor, request_id)
    second = await floor.routed(request_id=request_id, attempt=2)
    assert [await board_state(floor, each) for each in (first, second)] == ["REVOKED", "OFFERED"]


async def test_revoking_what_mediation_handled_changes_nothing_here(floor: Floor) -> None:
    request_id = RequestId(new_id())
    await floor.routed(request_id=request_id, channel=Channel.PM)
    await revoked(floor, request_id)
    assert await floor.facts(order_id_of(request_id, 1)) == []


async def test_a_withdrawal_takes_a_signed_order_away(floor: Floor) -> None:
    request_id = RequestId(new_id())
    order_id = await floor.routed(request_id=request_id)
    await floor.act(OFFICER, order_id, "signature")
    await withdrawn(floor, request_id)
    assert await board_state(floor, order_id) == "WITHDRAWN"


async def test_a_withdrawal_that_arrives_before_the_routing_counts_too(floor: Floor) -> None:
    request_id = RequestId(new_id())
    await withdrawn(floor, request_id)
    order_id = await floor.routed(request_id=request_id)
    assert await floor.facts(order_id) == ["order_offered", "order_withdrawn"]


async def test_a_withdrawal_after_the_outcome_changes_nothing(floor: Floor) -> None:
    request_id = RequestId(new_id())
    order_id = await floor.routed(request_id=request_id)
    await floor.act(OFFICER, order_id, "signature")
    await floor.act(OFFICER, order_id, "outcome", outcome="failed")
    await withdrawn(floor, request_id)
    assert await board_state(floor, order_id) == "FAILED"


async def reopened(floor: Floor, request_id: RequestId) -> None:
    await INTAKE.says(
        floor.desk,
        RequestReopenedV1(
            request_id=request_id,
            attempt=2,
            reason=ReasonCode.NEW_FACTS,
            former_handler=None,
            at=floor.desk.clock.now(),
        ),
    )


async def test_a_withdrawn_request_that_was_reopened_is_handled_again(floor: Floor) -> None:
    request_id = RequestId(new_id())
    await floor.routed(request_id=request_id)
    await withdrawn(floor, request_id)
    await floor.desk.move_to(floor.desk.clock.now() + timedelta(days=3))
    await reopened(floor, request_id)
    await floor.desk.settled()
    second = await floor.routed(request_id=request_id, attempt=2)
    assert await board_state(floor, second) == "OFFERED"


async def test_a_routing_that_overtakes_its_reopening_waits_for_it(floor: Floor) -> None:
    request_id = RequestId(new_id())
    await floor.routed(request_id=request_id)
    await withdrawn(floor, request_id)
    await floor.desk.move_to(floor.desk.clock.now() + timedelta(days=3))
    second = await floor.routed(request_id=request_id, attempt=2, settle=False)
    pool = floor.desk.store("workorders").pool
    async with asyncio.timeout(10):
        while not await pool.fetchval("SELECT count(*) FROM parked WHERE key = $1 AND state = 'waiting'", request_id):
            await asyncio.sleep(0.02)
    assert await floor.facts(second) == []
    await reopened(floor, request_id)
    assert await board_state(floor, second) == "OFFERED"


async def test_a_signature_that_does_not_come_in_time_is_seen(floor: Floor) -> None:
    order_id = await floor.routed()
    await floor.desk.move_to(floor.desk.clock.now() + timedelta(minutes=16))
    assert await floor.facts(order_id) == ["order_offered", "signature_overdue", "rung_climbed"]
    (row,) = [row for row in await floor.listed(OFFICER, limit=200) if row["order_id"] == str(order_id)]
    assert row["late"] == ["signature"]
    assert (await floor.show(OFFICER, order_id))[1]["overdue"]
    await floor.act(OFFICER, order_id, "signature")
    await floor.desk.settled()
    (row,) = [row for row in await floor.listed(OFFICER, limit=200) if row["order_id"] == str(order_id)]
    assert row["late"] == []


async def test_a_first_response_that_does_not_come_in_time_is_seen(floor: Floor) -> None:
    order_id = await floor.routed()
    await floor.act(OFFICER, order_id, "signature")
    await floor.desk.move_to(floor.desk.clock.now() + timedelta(minutes=31))
    assert (await floor.facts(order_id))[-1] == "step_overdue"
    _, shown = await floor.show(OFFICER, order_id)
    assert [step["overdue"] for step in shown["steps"]] == [True, False]


async def test_a_timely_order_rings_no_bell(floor: Floor) -> None:
    order_id = await floor.routed()
    await floor.act(OFFICER, order_id, "signature")
    await floor.act(OFFICER, order_id, "answer", answer="办好了。")
    await floor.desk.move_to(floor.desk.clock.now() + timedelta(days=30))
    assert not {"signature_overdue", "step_overdue"} & set(await floor.facts(order_id))


async def test_an_order_that_ended_rings_no_bell(floor: Floor) -> None:
    request_id = RequestId(new_id())
    order_id = await floor.routed(request_id=request_id)
    await withdrawn(floor, request_id)
    await floor.desk.move_to(floor.desk.clock.now() + timedelta(days=30))
    assert await floor.facts(order_id) == ["order_offered", "order_withdrawn"]


async def test_the_board_can_be_thrown_away_and_rebuilt(floor: Floor) -> None:
    for act in ("outcome", "return"):
        order_id = await floor.routed()
        await floor.act(OFFICER, order_id, "signature")
        body = {"outcome": "failed"} if act == "outcome" else {"reason": "OVERLOAD"}
        await floor.act(OFFICER, order_id, act, **body)
    await floor.desk.settled()
    runtime = floor.desk.runtime("workorders")
    feeds = [runtime.deps.feeds["workorders"]]
    done = await rebuild(order_board, feeds, runtime.deps.transport, runtime.deps.store, runtime.codecs)
    assert done.rows > 1
    assert done.checksum_before == done.checksum_after
