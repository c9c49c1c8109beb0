"""Where subscriptions and deliveries are kept, and when an endpoint is tried again. Nothing of it is published."""

from uuid import UUID

from services.notifications.subscriptions.commands import DeliveryCommand, SubscriptionCommand
from services.notifications.subscriptions.decider import subscription_decider
from services.notifications.subscriptions.facts import (
    DeliveryEvent,
    DeliveryMade,
    SubscriptionEvent,
    WebhookFailed,
)
from services.notifications.subscriptions.rules.provision import delivery_decider
from services.notifications.subscriptions.state import Delivery, DeliveryState, SubscriptionState
from shared.contracts.vault import ItemKind as ItemKind
from shared.eventstore import Cancel, Codec, CommandHandler, EventStore, Timer

SUBSCRIPTIONS = "notifications.subscription"
DELIVERIES = "notifications.delivery"
RETRY = "retry"

Subscriptions = CommandHandler[SubscriptionCommand, SubscriptionState, SubscriptionEvent]
Deliveries = CommandHandler[DeliveryCommand, DeliveryState, DeliveryEvent]

subscription_codec: Codec[SubscriptionEvent] = Codec(SubscriptionEvent)
delivery_codec: Codec[DeliveryEvent] = Codec(DeliveryEvent)


def timers_of(event: SubscriptionEvent, state: SubscriptionState) -> tuple[Timer | Cancel, ...]:
    if isinstance(event, WebhookFailed) and event.next_try is not None:
        return (Timer(RETRY, event.next_try),)
    return ()


def subscription_handler(store: EventStore) -> Subscriptions:
    return CommandHandler(
        store=store,
        category=SUBSCRIPTIONS,
        decider=subscription_decider,
        codec=subscription_codec,
        timers=timers_of,
    )


def delivery_handler(store: EventStore) -> Deliveries:
    """What was provided stands beside all else that happened to the request."""
    return CommandHandler(
        store=store,
        category=DELIVERIES,
        decider=delivery_decider,
        codec=delivery_codec,
        key=_key,
    )


def _key(id: UUID, state: DeliveryState, events: tuple[DeliveryEvent, ...]) -> UUID:
    first = events[0]
    if isinstance(first, DeliveryMade):
        return first.request_id or id
    return (state.request_id if isinstance(state, Delivery) else None) or id
