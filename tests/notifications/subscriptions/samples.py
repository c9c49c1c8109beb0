"""An agency with a contract, and what may happen between it and the bureau."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.notifications.subscriptions.commands import Contract, OpenSubscription
from services.notifications.subscriptions.facts import Answer, Failure, Grant, Way
from services.notifications.subscriptions.purposes import load_purposes
from shared.kernel import Digest, ItemCode, TextRef, UnitCode

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SUBSCRIPTION = UUID("01900000-0000-7000-8000-0000000000e1")
FIRE = UnitCode("FIRE-1")
STATION = UnitCode("STATION-GL")
PURPOSES = load_purposes()
GRANT = Grant(ItemCode("joint_task"), 1, ItemCode("duty"), ItemCode("DEMO-2025-01"))
ENDPOINT = TextRef(UUID("01900000-0000-7000-8000-0000000000e2"), Digest("e2" * 32))
OTHER_ENDPOINT = TextRef(UUID("01900000-0000-7000-8000-0000000000e3"), Digest("e3" * 32))
AGREED = Contract(
    grant=GRANT,
    in_force=True,
    types=frozenset({ItemCode("request_routed"), ItemCode("outcome_reported")}),
    places=frozenset({STATION}),
)
TAKEN = Answer(200)
AWAY = Answer(None, Failure.UNREACHABLE)
WRONG = Answer(500, Failure.BAD_ANSWER)
GONE = Answer(410, Failure.GONE)


def opening(
    *,
    contract: Contract = AGREED,
    ways: tuple[Way, ...] = (Way.WEBHOOK,),
    types: tuple[ItemCode, ...] = (),
    places: tuple[UnitCode, ...] = (),
    endpoint: TextRef | None = ENDPOINT,
) -> OpenSubscription:
    return OpenSubscription(
        subscription_id=SUBSCRIPTION,
        agency=FIRE,
        contract=contract,
        ways=ways,
        types=types,
        places=places,
        endpoint=endpoint,
        by=None,
        at=NOW,
    )


OPEN = opening()
PULLED = opening(ways=(), endpoint=None)
