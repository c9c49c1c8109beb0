from uuid import UUID

import pytest

from services.notifications.subscriptions.commands import Acknowledge, MakeDelivery, Withdraw
from services.notifications.subscriptions.facts import DeliveryAcknowledged, DeliveryMade, DeliveryWithdrawn
from services.notifications.subscriptions.rules.provision import LEDGER, delivery_decider
from shared.kernel import NotFound, RequestId
from tests.notifications.subscriptions.samples import FIRE, GRANT, NOW, SUBSCRIPTION
from tests.support.spec import Spec

REQUEST = RequestId(UUID("01900000-0000-7000-8000-0000000000a1"))
RECORD = UUID("01900000-0000-7000-8000-0000000000a2")
MAKE = MakeDelivery(
    subscription_id=SUBSCRIPTION, number=7, agency=FIRE, request_id=REQUEST, cause=RECORD, grant=GRANT, at=NOW
)
desk = Spec(delivery_decider)


def test_r_41_each_provision_stands_in_the_ledger_with_its_right() -> None:
    desk.when(MAKE).then(
        DeliveryMade(
            subscription_id=SUBSCRIPTION,
            number=7,
            agency=FIRE,
            request_id=REQUEST,
            cause=RECORD,
            grant=GRANT,
            rule=LEDGER,
            occurred_at=NOW,
        )
    )
    desk.after(MAKE).when(MAKE).then_nothing()


def test_it_is_acknowledged_once_and_taken_back_once() -> None:
    acknowledge, withdraw = Acknowledge(status=204, at=NOW), Withdraw(at=NOW)
    desk.after(MAKE).when(acknowledge).then(
        DeliveryAcknowledged(subscription_id=SUBSCRIPTION, number=7, status=204, occurred_at=NOW)
    )
    desk.after(MAKE).when(withdraw).then(DeliveryWithdrawn(subscription_id=SUBSCRIPTION, number=7, occurred_at=NOW))
    desk.after(MAKE, acknowledge, withdraw).when(acknowledge).then_nothing()
    desk.after(MAKE, acknowledge, withdraw).when(withdraw).then_nothing()


def test_what_was_never_made_is_not_found() -> None:
    with pytest.raises(NotFound):
        desk.when(Withdraw(at=NOW))
