"""Every view of the front desk is a function of history: built anew it holds the same rows."""

from uuid import UUID

import pytest

from services.intake.requests.views import REQUEST_VIEWS
from shared.kernel import new_id
from shared.messaging import View, rebuild
from tests.intake.requests.calls import filed, outcome, post, routed, told
from tests.support.house import MONDAY_MORNING, Desk
from tests.support.neighbours import say


async def a_busy_day(desk: Desk) -> None:
    for _ in range(3):
        answer = await filed(desk, login="citizen_lin")
        key = UUID(answer["request_id"])
        await say(desk, "routing", "decision", key, routed(answer["request_id"]))
        await say(desk, "mediation", "case", key, outcome(answer["request_id"], handling_id=new_id()))
        await say(desk, "notifications", "contact", key, told(answer["request_id"]))
        await desk.settled()
    vague = await filed(desk, {"narrative": "你好"})
    await post(desk, f"/requests/{vague['request_id']}/info-requests", {"items": ["lease"]}, "duty_officer")
    await desk.settled()
    await desk.move_to(MONDAY_MORNING)


@pytest.mark.parametrize("view", REQUEST_VIEWS, ids=lambda view: view.name)
async def test_a_view_built_anew_holds_the_same_rows(desk: Desk, view: View) -> None:
    await a_busy_day(desk)
    runtime = desk.runtime("intake")
    deps = runtime.deps
    feeds = [deps.feeds[source] for source in view.sources]
    rebuilt = await rebuild(view, feeds, deps.transport, deps.store, runtime.codecs)
    assert rebuilt.rows > 0
    assert rebuilt.checksum_after == rebuilt.checksum_before
