"""Deliveries on a running house: by webhook, feed and stream, in order, once for each number, whoever was away."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from standardwebhooks.webhooks import Webhook

from services.notifications.subscriptions.ledger import Ledger
from services.notifications.subscriptions.purposes import load_agencies
from services.notifications.subscriptions.rules.retries import LONGEST
from services.notifications.subscriptions.sending import Secrets, Sender
from services.notifications.subscriptions.stream import Streams
from shared.contracts.codes import Category, Channel, Flag
from shared.kernel import RequestId, UnitCode
from shared.web.outbound import Outbound
from tests.notifications.subscriptions.calls import file, hand_to_fire
from tests.notifications.subscriptions.facts_of_requests import filed, offered, outcome, returned, routed, started
from tests.support.house import MONDAY_MORNING, Desk
from tests.support.neighbours import say
from tests.support.partners import Opened, Partner
from tests.support.receiver import Receiver

pytestmark = pytest.mark.asyncio(loop_scope="module")

Numbered = Callable[[int], RequestId]

AFTER_EVERY_CONTRACT = datetime.fromisoformat("2100-01-01T00:00:00+08:00")
LIFE = ["handling_offered", "handling_started", "outcome_reported", "request_archived"]


def facts(events: object) -> list[str]:
    assert isinstance(events, list | tuple)
    return [event["type"].removeprefix("cn.lounge.partner.").removesuffix(".v1") for event in events]


async def test_one_request_by_every_way_byte_for_byte(
    desk: Desk, a_request: Numbered, fire: Partner, there: Receiver
) -> None:
    opened = await fire.open("joint_task", there.url)
    await file(desk, a_request(1))
    await hand_to_fire(desk, a_request(1))
    await there.until(4)
    assert opened.secret is not None
    for posted in there.taken:
        Webhook(opened.secret).verify(posted.body, dict(posted.headers))
    assert [posted.number for posted in there.taken] == [1, 2, 3, 4]
    pulled = await opened.pulled()
    assert facts(pulled) == LIFE
    assert pulled == [orjson.loads(posted.body) for posted in there.taken]
    streamed = await fire.get(f"{opened.path}/stream", after=1)
    lines = [line for line in streamed.content.split(b"\n") if line.startswith(b"data: ")]
    assert [line.removeprefix(b"data: ") for line in lines] == [posted.body for posted in there.taken[1:]]
    one = await fire.get(f"{opened.path}/deliveries/2")
    assert one.content == there.taken[1].body


async def test_a_partner_who_was_down_for_three_days_gets_everything_once_and_in_order(
    desk: Desk, a_request: Numbered, fire: Partner, there: Receiver
) -> None:
    opened = await fire.open("joint_task", there.url)
    there.status = 503
    for number in range(6):
        await file(desk, a_request(number))
        await hand_to_fire(desk, a_request(number))
    until = MONDAY_MORNING + timedelta(days=3)
    tries = 1
    await there.until_posted(tries)
    while (due := await _next_try(opened)) < until:
        await desk.move_to(due)
        tries += 1
        await there.until_posted(tries)
    assert tries > 10
    assert {posted.number for posted in there.posted} == {1}, "nothing may overtake the first"
    there.status = 204
    await desk.move_to(due)
    await there.until(24)
    assert [posted.number for posted in there.taken] == list(range(1, 25))
    by_request = defaultdict(list)
    for posted in there.taken:
        event = orjson.loads(posted.body)
        by_request[event["subject"]].append(event)
    assert len(by_request) == 6
    assert all(facts(events) == LIFE for events in by_request.values())
    assert (await _when(opened, lambda state: state["failing_since"] is None))["state"] == "active"


async def _next_try(opened: Opened) -> datetime:
    """The failed try may still be on its way into the view."""
    seen = datetime.fromisoformat(str((await opened.state())["next_try"] or MONDAY_MORNING.isoformat()))
    if seen > opened.partner.desk.clock.now():
        return seen
    state = await _when(opened, lambda state: state["next_try"] is not None)
    return datetime.fromisoformat(state["next_try"])


async def _when(opened: Opened, is_so: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    for _ in range(400):
        await opened.partner.desk.settled()
        state = await opened.state()
        due = state["next_try"]
        if is_so(state) and (due is None or datetime.fromisoformat(due) > opened.partner.desk.clock.now()):
            return state
    raise AssertionError("never so")


async def test_who_stays_away_is_given_up_in_the_open_and_gets_all_of_it_when_he_is_back(
    desk: Desk, a_request: Numbered, fire: Partner, there: Receiver
) -> None:
    opened = await fire.open("joint_task", there.url)
    there.status = 410
    await file(desk, a_request(1))
    await hand_to_fire(desk, a_request(1))
    await there.until_posted(1)
    await _when(opened, lambda state: state["state"] == "given_up")
    operator = await desk.http.get("/notifications/v1/subscriptions", headers=await desk.as_("operator"))
    first = operator.json()["subscriptions"][0]
    assert (first["state"], first["made"], first["sent"], first["status"]) == ("given_up", 4, 0, 410)
    facts_told = [
        event.fact for event in await desk.store("notifications").read(f"notifications.subscription-{opened.id}")
    ]
    assert facts_told[-1] == "subscription_given_up"
    there.status = 200
    assert (await opened.post("resume")).status_code == 200
    await there.until(4)
    assert timedelta(days=3) < LONGEST


async def test_a_narrower_purpose_gets_less(desk: Desk, a_request: Numbered, fire: Partner, centre: Partner) -> None:
    joint = await fire.open("joint_task")
    only = await fire.open("joint_task", types=["outcome_reported"])
    stub = await centre.open("governance")
    await file(desk, a_request(1))
    await hand_to_fire(desk, a_request(1))
    assert facts(await joint.pulled()) == LIFE
    assert facts(await only.pulled()) == ["outcome_reported"]
    assert facts(await stub.pulled()) == ["request_routed", "outcome_reported", "request_archived"]
    assert set((await stub.pulled())[1]["data"]) == {"request_id", "outcome", "at"}


@pytest.mark.parametrize(
    "how",
    [
        {"category": Category.MIN, "channel": Channel.CHILD},
        {"category": Category.CPL, "channel": Channel.SUP},
        {"category": Category.CRM, "channel": Channel.CASE},
        {"flags": (Flag.MINOR,)},
        {"requester": None},
        {"flags": (Flag.CRIME_POSSIBLE,)},
    ],
    ids=["child", "complaint", "casework", "minor", "anonymous", "crime"],
)
async def test_r_34_r_24_r_23_r_45_what_no_partner_may_know_leaves_not_even_a_gap(
    desk: Desk, a_request: Numbered, fire: Partner, centre: Partner, how: dict[str, object]
) -> None:
    joint, stub = await fire.open("joint_task"), await centre.open("governance")
    await file(desk, a_request(1))
    await file(desk, a_request(2), **how)  # type: ignore[arg-type]
    await hand_to_fire(desk, a_request(2))
    await file(desk, a_request(3))
    await hand_to_fire(desk, a_request(3))
    for opened in (joint, stub):
        pulled = await opened.pulled()
        assert [int(event["sequence"]) for event in pulled] == list(range(1, len(pulled) + 1))
        assert not any(str(a_request(2)) in orjson.dumps(event).decode() for event in pulled)
    assert len(await joint.pulled()) == 4


async def test_r_34_what_turns_out_to_be_a_childs_is_taken_back(
    desk: Desk, a_request: Numbered, fire: Partner, there: Receiver
) -> None:
    opened = await fire.open("joint_task", there.url)
    await file(desk, a_request(1))
    await hand_to_fire(desk, a_request(1))
    await there.until(4)
    await _turns_out_to_be_a_childs(desk, a_request(1))
    await file(desk, a_request(2))
    await hand_to_fire(desk, a_request(2))
    pulled = await opened.pulled()
    assert [int(event["sequence"]) for event in pulled] == list(range(1, 10))
    assert facts(pulled) == ["delivery_withdrawn"] * 5 + LIFE
    assert str(a_request(1)) not in orjson.dumps(pulled).decode()


@pytest.mark.parametrize("in_order", [True, False])
async def test_r_37_who_gave_it_back_hears_nothing_of_what_others_do_with_it(
    desk: Desk, a_request: Numbered, fire: Partner, in_order: bool
) -> None:
    opened = await fire.open("joint_task")
    id = RequestId(a_request(1))
    await file(desk, id)
    await say(desk, "workorders", "order", id, offered(id))
    await desk.settled()
    for service, category, body in (
        ("workorders", "order", returned(id)),
        ("routing", "decision", routed(id, unit="URBAN-1", attempt=2)),
        ("workorders", "order", offered(id, "URBAN-1", attempt=2)),
    )[:: 1 if in_order else -1]:
        await say(desk, service, category, id, body)
        await desk.settled()
    await say(desk, "workorders", "order", id, started(id), outcome(id))
    await desk.settled()
    assert facts(await opened.pulled()) == ["handling_offered", "handling_returned"]


async def test_r_34_whoever_has_it_already_is_told_to_drop_it(
    desk: Desk, a_request: Numbered, fire: Partner, there: Receiver
) -> None:
    opened = await fire.open("joint_task", there.url)
    narrow = await fire.open("joint_task", types=["outcome_reported"])
    await file(desk, a_request(1))
    await hand_to_fire(desk, a_request(1))
    await there.until(4)
    assert facts(await narrow.pulled()) == ["outcome_reported"]
    await _turns_out_to_be_a_childs(desk, a_request(1))
    await there.until(5)
    told = orjson.loads(there.taken[4].body)
    assert (facts([told]), told["sequence"], told["data"]) == (["delivery_withdrawn"], "5", {"numbers": [1, 2, 3, 4]})
    assert await opened.pulled(after=4) == [told]
    streamed = await fire.get(f"{opened.path}/stream", after=4)
    assert there.taken[4].body in streamed.content
    assert [event["data"] for event in await narrow.pulled(after=1)] == [{"numbers": [1]}]
    await say(desk, "workorders", "order", a_request(1), outcome(a_request(1)))
    await desk.settled()
    assert (await opened.state())["made"] == 5, "said once"
    told_of = await desk.store("notifications").pool.fetchval(
        "SELECT count(*) FROM events WHERE key = $1 AND fact = 'delivery_made'", a_request(1)
    )
    assert told_of == 4 + 1 + 1 + 1, "the ledger of R-41 has the notices too"


async def _turns_out_to_be_a_childs(desk: Desk, id: RequestId) -> None:
    child = routed(id, category=Category.MIN, channel=Channel.CHILD, unit="CHILD-1", attempt=2)
    await say(desk, "routing", "decision", id, child)
    await desk.settled()


async def test_what_overtakes_the_filing_waits_for_it(desk: Desk, a_request: Numbered, fire: Partner) -> None:
    opened = await fire.open("joint_task")
    id = RequestId(a_request(1))
    await say(desk, "workorders", "order", id, offered(id))
    await say(desk, "routing", "decision", id, routed(id))
    held = 0
    for _ in range(1000):
        held = await desk.store("notifications").pool.fetchval("SELECT count(*) FROM partner_held WHERE key = $1", id)
        if held == 2:
            break
    assert held == 2
    assert await opened.pulled() == []
    await say(desk, "intake", "request", id, filed(id))
    await desk.settled()
    assert facts(await opened.pulled()) == ["handling_offered"]


async def test_everything_after_a_number_is_sent_once_more_and_one_by_hand(
    desk: Desk, a_request: Numbered, fire: Partner, there: Receiver
) -> None:
    opened = await fire.open("joint_task", there.url)
    await file(desk, a_request(1))
    await hand_to_fire(desk, a_request(1))
    await there.until(4)
    first = [posted.body for posted in there.taken]
    assert (await opened.post("replay", {"after": 2})).status_code == 200
    await there.until(6)
    assert [posted.body for posted in there.taken[4:]] == first[2:]
    assert [posted.headers["webhook-id"] for posted in there.taken[4:]] == [
        posted.headers["webhook-id"] for posted in there.taken[2:4]
    ]
    answer = await opened.post("deliveries/1/resend")
    assert answer.json() == {"subscription_id": str(opened.id), "taken": True, "status": 204, "failure": None}
    assert there.taken[-1].body == first[0]
    ledger = (await fire.get(f"{opened.path}/ledger")).json()["deliveries"]
    assert [(line["number"], line["state"], line["tries"]) for line in ledger] == [
        (4, "taken", 2), (3, "taken", 2), (2, "taken", 1), (1, "taken", 2),
    ]  # fmt: skip


async def test_the_secret_is_rotated_and_both_hold_for_a_day(desk: Desk, fire: Partner, there: Receiver) -> None:
    opened = await fire.open("joint_task", there.url)
    rotated = await opened.post("secret", key="rotate-once")
    again = await opened.post("secret", key="rotate-once")
    assert rotated.json()["secret"] == again.json()["secret"] != opened.secret
    assert opened.secret is not None
    assert (await opened.post("test")).json()["taken"] is True
    for secret in (opened.secret, rotated.json()["secret"]):
        Webhook(secret).verify(there.taken[-1].body, dict(there.taken[-1].headers))
    await desk.move_to(MONDAY_MORNING + timedelta(days=1, seconds=1))
    await opened.post("test")
    Webhook(rotated.json()["secret"]).verify(there.taken[-1].body, dict(there.taken[-1].headers))
    assert there.taken[-1].headers["webhook-signature"].count("v1,") == 1


async def test_it_is_paused_resumed_moved_and_ended(
    desk: Desk, a_request: Numbered, fire: Partner, there: Receiver
) -> None:
    opened = await fire.open("joint_task", "http://127.0.0.1:9/nobody")
    assert (await opened.post("pause")).status_code == 200
    await file(desk, a_request(1))
    await hand_to_fire(desk, a_request(1))
    assert (await opened.post("endpoint", {"url": there.url})).status_code == 200
    assert there.posted == []
    assert (await opened.post("resume")).status_code == 200
    await there.until(4)
    assert (await opened.post("end")).status_code == 200
    await desk.settled()
    await file(desk, a_request(2))
    await hand_to_fire(desk, a_request(2))
    assert len(await opened.pulled()) == 4
    over = await opened.post("resume")
    assert (over.status_code, over.json()["type"]) == (409, "subscription-is-over")


async def test_r_41_each_provision_is_a_fact_of_its_request(
    desk: Desk, a_request: Numbered, fire: Partner, there: Receiver
) -> None:
    await fire.open("joint_task", there.url)
    await file(desk, a_request(1))
    await hand_to_fire(desk, a_request(1))
    await there.until(4)
    await desk.settled()
    rows = await desk.store("notifications").pool.fetch(
        "SELECT fact, count(*) AS times FROM events WHERE key = $1 AND stream LIKE 'notifications.delivery-%'"
        " GROUP BY fact ORDER BY fact",
        a_request(1),
    )
    assert {row["fact"]: row["times"] for row in rows}["delivery_made"] == 4


async def test_r_41_after_its_contract_an_agency_gets_nothing_more(
    desk: Desk, a_request: Numbered, fire: Partner
) -> None:
    opened = await fire.open("joint_task")
    await file(desk, a_request(1))
    await hand_to_fire(desk, a_request(1))
    await desk.move_to(AFTER_EVERY_CONTRACT)
    for path in ("/deliveries", "/deliveries/1", "/stream"):
        gone = await fire.get(f"{opened.path}{path}")
        assert (gone.status_code, gone.json()["type"], gone.json()["rule"]) == (409, "contract-missing", "R-41"), path
    await file(desk, a_request(2))
    await hand_to_fire(desk, a_request(2))
    assert (await opened.state())["made"] == 4


async def test_r_41_a_stream_that_is_open_when_the_contract_ends_ends_with_it(
    desk: Desk, a_request: Numbered, fire: Partner
) -> None:
    opened = await fire.open("joint_task")
    await file(desk, a_request(1))
    await hand_to_fire(desk, a_request(1))
    deps = desk.house.runtimes["notifications"].deps
    outbound, secrets = Outbound(allow_private=True), Secrets(b"key")
    sender = Sender(outbound, deps.vault, secrets, load_agencies(), deps.coverage, desk.clock, deps.division)
    streams = Streams(Ledger(deps.store.pool, deps.division), sender, deps.wakeups, 30.0)
    following = streams.follow(opened.id, UnitCode("FIRE-1"), 0)
    assert (await anext(following)).startswith(b"retry")
    for number in (1, 2, 3, 4):
        assert (await anext(following)).startswith(b"id: %d" % number)
    await desk.move_to(AFTER_EVERY_CONTRACT)
    assert [line async for line in following] == [b"event: end\ndata: contract-missing\n\n"]
    await outbound.close()
