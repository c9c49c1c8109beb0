"""One delivery: made once, taken by the agency, or taken back. R-41: the ledger of what was provided to whom."""

from dataclasses import replace
from typing import assert_never

from services.notifications.subscriptions.commands import Acknowledge, DeliveryCommand, MakeDelivery, Withdraw
from services.notifications.subscriptions.facts import (
    DeliveryAcknowledged,
    DeliveryEvent,
    DeliveryMade,
    DeliveryWithdrawn,
)
from services.notifications.subscriptions.state import Delivery, DeliveryState, Unmade
from shared.kernel import CorruptHistory, Decider, NotFound, RuleId

LEDGER = RuleId("R-41")


def evolve(state: DeliveryState, event: DeliveryEvent) -> DeliveryState:
    if isinstance(event, DeliveryMade):
        return Delivery(event.subscription_id, event.number, event.agency, event.grant, event.request_id)
    if isinstance(state, Unmade):
        raise CorruptHistory("a delivery nobody made")
    match event:
        case DeliveryAcknowledged():
            return replace(state, acknowledged=True)
        case DeliveryWithdrawn():
            return replace(state, withdrawn=True)
        case _:
            assert_never(event)


def decide(command: DeliveryCommand, state: DeliveryState) -> tuple[DeliveryEvent, ...]:
    if isinstance(command, MakeDelivery):
        return _make(command) if isinstance(state, Unmade) else ()
    if isinstance(state, Unmade):
        raise NotFound("delivery")
    match command:
        case Acknowledge():
            if state.acknowledged:
                return ()
            return (
                DeliveryAcknowledged(
                    subscription_id=state.subscription_id,
                    number=state.number,
                    status=command.status,
                    occurred_at=command.at,
                ),
            )
        case Withdraw():
            if state.withdrawn:
                return ()
            return (
                DeliveryWithdrawn(subscription_id=state.subscription_id, number=state.number, occurred_at=command.at),
            )
        case _:
            assert_never(command)


def _make(command: MakeDelivery) -> tuple[DeliveryEvent, ...]:
    """R-41: each provision is a fact of its own, with its ground."""
    return (
        DeliveryMade(
            subscription_id=command.subscription_id,
            number=command.number,
            agency=command.agency,
            request_id=command.request_id,
            cause=command.cause,
            grant=command.grant,
            rule=LEDGER,
            occurred_at=command.at,
        ),
    )


delivery_decider: Decider[DeliveryCommand, DeliveryState, DeliveryEvent] = Decider(Unmade(), decide, evolve)
