"""What is put on the agencies' own topics, without a broker: nobody's fault holds up anybody else."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import orjson
import pytest

from services.notifications.subscriptions.commands import NoteFailure, OpenSubscription
from services.notifications.subscriptions.courier import LONG, Courier
from services.notifications.subscriptions.facts import Answer, Failure, Way
from services.notifications.subscriptions.ledger import Ledger, Made
from services.notifications.subscriptions.purposes import Agencies, agreement, load_agencies
from services.notifications.subscriptions.sending import Secrets, Sender
from services.notifications.subscriptions.store import delivery_handler, subscription_handler
from services.notifications.subscriptions.topic_courier import TopicCourier
from shared.contracts.codes import Category, Channel
from shared.kernel import SYSTEM, Context, Digest, RequestId, TextRef, Unavailable, UnitCode, new_id
from shared.web.outbound import Outbound
from tests.notifications.subscriptions.calls import file, hand_to_fire
from tests.notifications.subscriptions.facts_of_requests import routed
from tests.notifications.subscriptions.samples import PURPOSES
from tests.support.house import MONDAY_MORNING, Desk
from tests.support.neighbours import say
from tests.support.partners import Opened, Partner

pytestmark = pytest.mark.asyncio(loop_scope="module")

Numbered = Callable[[int], RequestId]

FIRE, CENTRE = UnitCode("FIRE-1"), UnitCode("CENTRE-1")
BOTH = (Way.KAFKA, Way.WEBHOOK)


class Topics:
    """Takes everything but what is for an agency whose topic nobody made."""

    def __init__(self) -> None:
        self.missing: UnitCode | None = None
        self.put_on: list[tuple[UnitCode, int]] = []
        self.last = b""

    async def put(self, agency: UnitCode, deliveries: Sequence[Made]) -> None:
        if agency == self.missing:
            raise Unavailable("UnknownTopicOrPartitionError")
        self.put_on += [(agency, each.number) for each in deliveries]
        self.last = deliveries[-1].body


class Bench:
    def __init__(self, desk: Desk) -> None:
        deps = desk.house.runtimes["notifications"].deps
        self.desk, self.topics = desk, Topics()
        self.agencies: Agencies = load_agencies()
        self.subscriptions = subscription_handler(deps.store)
        self.ledger = Ledger(deps.store.pool, deps.division)
        outbound = Outbound(allow_private=True)
        sender = Sender(outbound, deps.vault, Secrets(b"key"), self.agencies, deps.coverage, desk.clock, deps.division)
        deliveries = delivery_handler(deps.store)
        self.webhooks = Courier(self.subscriptions, deliveries, self.ledger, sender, desk.clock, deps.wakeups)
        self.courier = TopicCourier(self.subscriptions, self.ledger, sender, self.topics, deps.wakeups)

    async def open(self, login: str, purpose: str, ways: tuple[Way, ...] = (Way.KAFKA,)) -> Opened:
        """As an agency opens one where the bureau offers topics."""
        agency = UnitCode(login.upper())
        command = OpenSubscription(
            subscription_id=new_id(),
            agency=agency,
            contract=agreement(PURPOSES, self.agencies, agency, purpose, MONDAY_MORNING.date()),
            ways=ways,
            types=(),
            places=(),
            endpoint=TextRef(new_id(), Digest("e2" * 32)) if Way.WEBHOOK in ways else None,
            by=None,
            at=MONDAY_MORNING,
        )
        await self.subscriptions.handle(command.subscription_id, command, Context(actor=SYSTEM))
        await self.desk.settled()
        return Opened(await Partner.of(self.desk, login), command.subscription_id, None)

    async def behind(self, way: Way) -> dict[str, float]:
        measured = await self.webhooks.behind()
        return {labels["agency"]: value for value, labels in measured if labels["way"] == way}

    async def overdue(self) -> dict[str, float]:
        return {labels["way"]: value for value, labels in await self.webhooks.overdue()}


@pytest.fixture
def bench(desk: Desk) -> Bench:
    return Bench(desk)


@pytest.mark.parametrize("missing", [FIRE, CENTRE])
async def test_a_missing_topic_holds_up_no_other_agency(
    desk: Desk, bench: Bench, a_request: Numbered, missing: UnitCode
) -> None:
    fire, centre = await bench.open("fire-1", "joint_task"), await bench.open("centre-1", "governance")
    await file(desk, a_request(1))
    await hand_to_fire(desk, a_request(1))
    made = {FIRE: 4, CENTRE: 3}
    other = FIRE if missing == CENTRE else CENTRE
    bench.topics.missing = missing
    assert await bench.courier.round() == made[other]
    assert {agency for agency, _ in bench.topics.put_on} == {other}
    assert await bench.behind(Way.KAFKA) == {missing: made[missing], other: 0}
    shown = {FIRE: await fire.state(), CENTRE: await centre.state()}
    assert {agency: state["on_topic"] for agency, state in shown.items()} == {missing: 0, other: made[other]}
    assert await bench.overdue() == {"kafka": 0, "webhook": 0}
    await desk.move_to(MONDAY_MORNING + LONG + timedelta(seconds=1))
    assert await bench.overdue() == {"kafka": 1, "webhook": 0}
    bench.topics.missing = None
    assert await bench.courier.round() == made[missing]
    assert await bench.overdue() == {"kafka": 0, "webhook": 0}


async def test_what_was_forgotten_before_it_was_sent_ends_no_round(
    desk: Desk, bench: Bench, a_request: Numbered
) -> None:
    away = await bench.open("fire-1", "joint_task")
    await file(desk, a_request(1))
    await hand_to_fire(desk, a_request(1))
    await bench.ledger.pool.execute("DELETE FROM partner_deliveries WHERE subscription_id = $1", away.id)
    assert await bench.courier.round() == 0
    await file(desk, a_request(2))
    await hand_to_fire(desk, a_request(2))
    assert await bench.courier.round() == 4
    assert [number for _, number in bench.topics.put_on] == [5, 6, 7, 8]


async def test_who_answers_no_webhook_any_more_still_has_the_topic(
    desk: Desk, bench: Bench, a_request: Numbered
) -> None:
    opened = await bench.open("fire-1", "joint_task", BOTH)
    gone: dict[str, Any] = {"answer": Answer(410, Failure.GONE), "patience": None, "at": MONDAY_MORNING}
    await bench.subscriptions.handle(opened.id, NoteFailure(number=1, **gone), Context(actor=SYSTEM))
    await desk.settled()
    assert (await opened.state())["state"] == "given_up"
    await file(desk, a_request(1))
    await hand_to_fire(desk, a_request(1))
    assert await bench.courier.round() == 4
    assert (await bench.behind(Way.KAFKA), await bench.behind(Way.WEBHOOK)) == ({FIRE: 0}, {FIRE: 4})


async def test_r_34_what_lies_on_a_topic_already_is_taken_back_by_a_notice(
    desk: Desk, bench: Bench, a_request: Numbered
) -> None:
    await bench.open("fire-1", "joint_task")
    await file(desk, a_request(1))
    await hand_to_fire(desk, a_request(1))
    assert await bench.courier.round() == 4
    child = routed(a_request(1), category=Category.MIN, channel=Channel.CHILD, unit="CHILD-1", attempt=2)
    await say(desk, "routing", "decision", a_request(1), child)
    await desk.settled()
    assert await bench.courier.round() == 1
    notice = orjson.loads(bench.topics.last)
    assert (notice["sequence"], notice["data"]) == ("5", {"numbers": [1, 2, 3, 4]})
