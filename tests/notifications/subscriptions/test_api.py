"""What agencies may ask for, and what they are refused."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from services.notifications.subscriptions.ledger import KEPT, Ledger
from shared.kernel import RequestId
from shared.web.coverage import LogCoverage
from tests.notifications.subscriptions.calls import file, hand_to_fire
from tests.support.house import MONDAY_MORNING, Desk
from tests.support.partners import Partner
from tests.support.receiver import receiver

pytestmark = pytest.mark.asyncio(loop_scope="module")

Numbered = Callable[[int], RequestId]

ELSEWHERE = "https://partner.invalid/hook"


async def test_an_agency_sees_its_purposes_and_its_own_subscriptions_only(desk: Desk) -> None:
    fire, bank = await Partner.of(desk, "fire-1"), await Partner.of(desk, "bank-1")
    told = (await fire.get("/purposes")).json()
    assert (told["agency"], told["in_force"]) == ("FIRE-1", True)
    assert {each["purpose"] for each in told["purposes"]} == {"joint_task", "combined_inspection"}
    document = (await fire.get("/purposes/joint_task/asyncapi.json")).json()
    assert document["asyncapi"] == "3.0.0"
    opened = await fire.open("joint_task")
    assert [each["subscription_id"] for each in (await fire.get("/subscriptions")).json()["subscriptions"]] == [
        str(opened.id)
    ]
    assert (await bank.get("/subscriptions")).json()["subscriptions"] == []
    for path in ("", "/deliveries", "/ledger", "/stream", "/deliveries/1"):
        assert (await bank.get(f"{opened.path}{path}")).status_code == 403
    for act in ("pause", "end", "secret", "test", "replay"):
        body = {"after": 0} if act == "replay" else None
        assert (await bank.post(f"{opened.path}/{act}", body)).status_code == 403
    citizen = await desk.http.get(f"/notifications/v1{opened.path}/deliveries", headers=await desk.as_("citizen_lin"))
    assert citizen.status_code == 403
    assert (await fire.get(f"/subscriptions/{UUID(int=5)}")).status_code == 404


@pytest.mark.parametrize(
    ("client", "body", "slug"),
    [
        ("market-1", {"purpose": "joint_task"}, "contract-missing"),
        ("bank-1", {"purpose": "governance"}, "purpose-not-shared"),
        ("fire-1", {"purpose": "nothing_of_the_kind"}, "purpose-not-shared"),
        ("fire-1", {"purpose": "joint_task", "types": ["request_filed"]}, "beyond-purpose"),
        ("centre-1", {"purpose": "governance", "places": ["STATION-XX"]}, "beyond-purpose"),
        ("fire-1", {"purpose": "joint_task", "url": "ftp://partner.invalid/"}, "address-refused"),
        ("fire-1", {"purpose": "joint_task", "kafka": True}, "topics-not-offered"),
    ],
)
async def test_r_41_r_44_r_37_what_no_contract_or_purpose_covers_is_refused(
    desk: Desk, client: str, body: dict[str, object], slug: str
) -> None:
    refused = await (await Partner.of(desk, client)).post("/subscriptions", body)
    assert (refused.status_code, refused.json()["type"]) == (409, slug)
    assert refused.json()["detail"]


async def test_opening_again_with_the_same_key_shows_the_same_secret(desk: Desk) -> None:
    fire = await Partner.of(desk, "fire-1")
    body = {"purpose": "joint_task", "url": ELSEWHERE}
    first = await fire.post("/subscriptions", body, key="one-key")
    again = await fire.post("/subscriptions", body, key="one-key")
    assert first.json() == again.json()
    assert first.json()["secret"].startswith("whsec_")
    stored = await desk.store("notifications").pool.fetchval(
        "SELECT string_agg(encode(answer, 'escape'), '') FROM idempotency"
    )
    assert first.json()["secret"].removeprefix("whsec_") not in stored


async def test_an_address_that_was_given_stands_in_no_event(desk: Desk) -> None:
    fire = await Partner.of(desk, "fire-1")
    opened = await fire.open("joint_task", ELSEWHERE)
    events = await desk.store("notifications").read(f"notifications.subscription-{opened.id}")
    assert not any(b"partner.invalid" in event.body for event in events)


async def test_without_a_webhook_there_is_nothing_to_send_to(desk: Desk, a_request: Numbered) -> None:
    fire = await Partner.of(desk, "fire-1")
    opened = await fire.open("joint_task")
    assert opened.secret is None
    await file(desk, a_request(1))
    await hand_to_fire(desk, a_request(1))
    for act, body in (("test", None), ("deliveries/1/resend", None), ("replay", {"after": 0})):
        refused = await opened.post(act, body)
        assert (refused.status_code, refused.json()["type"]) == (409, "webhook-missing"), act
    refused = await opened.post("endpoint", {"url": ELSEWHERE})
    assert refused.json()["type"] == "webhook-missing"


async def test_what_is_no_longer_kept_is_said_to_be_gone(desk: Desk, a_request: Numbered) -> None:
    fire = await Partner.of(desk, "fire-1")
    async with receiver() as there:
        opened = await fire.open("joint_task", there.url)
        await file(desk, a_request(1))
        await hand_to_fire(desk, a_request(1))
        await there.until(4)
        beyond = await opened.post("replay", {"after": 4})
        assert (beyond.status_code, beyond.json()["type"]) == (409, "nothing-to-replay")
        assert timedelta(days=30) <= KEPT
        pool = desk.store("notifications").pool
        await Ledger(pool, "130581").forget(MONDAY_MORNING + KEPT)
        assert len(await opened.pulled()) == 4
        await pool.execute("DELETE FROM partner_deliveries WHERE subscription_id = $1 AND number < 3", opened.id)
        for gone in (
            await fire.get(f"{opened.path}/deliveries", after=0),
            await opened.post("replay", {"after": 0}),
            await opened.post("deliveries/1/resend"),
        ):
            assert (gone.status_code, gone.json()["type"]) == (409, "deliveries-gone")
        assert len(await opened.pulled(after=2)) == 2


async def test_above_l1_nothing_leaves_while_the_log_is_behind(
    desk: Desk, a_request: Numbered, monkeypatch: pytest.MonkeyPatch
) -> None:
    fire = await Partner.of(desk, "fire-1")
    async with receiver() as there:
        opened = await fire.open("joint_task", there.url)
        await file(desk, a_request(1))

        async def behind(self: LogCoverage) -> bool:
            return True

        monkeypatch.setattr(LogCoverage, "stale", behind)
        pool = desk.store("notifications").pool
        await hand_to_fire(desk, a_request(1))
        await there.until(4)
        await pool.execute(
            "UPDATE partner_deliveries SET level = 'L2' WHERE subscription_id = $1 AND number > 2", opened.id
        )
        held = await fire.get(f"{opened.path}/deliveries")
        assert (held.status_code, held.json()["type"]) == (503, "log-behind")
        assert (await fire.get(f"{opened.path}/deliveries", limit=2)).status_code == 200
        assert (await opened.post("deliveries/3/resend")).status_code == 503
        streamed = await fire.get(f"{opened.path}/stream")
        assert streamed.content.count(b"event: delivery") == 2
        assert b"log-behind" in streamed.content
        await opened.post("replay", {"after": 0})
        await there.until(6)
        assert [posted.number for posted in there.taken[4:]] == [1, 2]
