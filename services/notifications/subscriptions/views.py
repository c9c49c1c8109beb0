"""The subscriptions as agencies, operators and the courier see them."""

from typing import Any, assert_never

from services.notifications.subscriptions.facts import (
    EndpointChanged,
    RetryCame,
    SecretRotated,
    SubscriptionEnded,
    SubscriptionGivenUp,
    SubscriptionOpened,
    SubscriptionPaused,
    SubscriptionResumed,
    WebhookFailed,
    WebhookRecovered,
)
from shared.eventstore import Incoming, Transaction
from shared.messaging import View

ACTIVE, PAUSED, GIVEN_UP, ENDED = "active", "paused", "given_up", "ended"

DDL = """
CREATE TABLE {table} (
    subscription_id uuid PRIMARY KEY, agency text NOT NULL, purpose text NOT NULL, ways text[] NOT NULL,
    types text[] NOT NULL, places text[] NOT NULL, state text NOT NULL, secret_version integer NOT NULL DEFAULT 1,
    both_until timestamptz, failing_since timestamptz, tries integer NOT NULL DEFAULT 0, next_try timestamptz,
    status integer, failure text, opened_at timestamptz NOT NULL
);
CREATE INDEX ON {table} (agency)
"""
Changing = (
    SecretRotated
    | SubscriptionPaused
    | SubscriptionResumed
    | EndpointChanged
    | SubscriptionEnded
    | SubscriptionGivenUp
    | WebhookRecovered
    | RetryCame
)
TRIED_ANEW: dict[str, Any] = {"failing_since": None, "tries": 0, "next_try": None, "status": None, "failure": None}


async def project(record: Incoming, table: str, tx: Transaction) -> None:
    event = record.body
    if isinstance(event, SubscriptionOpened):
        await tx.execute(
            f"INSERT INTO {table} (subscription_id, agency, purpose, ways, types, places, state, opened_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            event.subscription_id,
            event.agency,
            event.grant.purpose,
            list(event.ways),
            list(event.types),
            list(event.places),
            ACTIVE,
            event.occurred_at,
        )
        return
    if isinstance(event, WebhookFailed):
        await tx.execute(
            f"UPDATE {table} SET failing_since = coalesce(failing_since, $2), tries = $3, next_try = $4, status = $5,"
            " failure = $6 WHERE subscription_id = $1",
            event.subscription_id,
            event.occurred_at,
            event.tries,
            event.next_try,
            event.answer.status,
            event.answer.failure,
        )
        return
    if isinstance(event, EndpointChanged):
        # Another address is tried anew also where the former one was given up; a pause stays.
        await tx.execute(
            f"UPDATE {table} SET state = $3 WHERE subscription_id = $1 AND state = $2",
            event.subscription_id,
            GIVEN_UP,
            ACTIVE,
        )
    if isinstance(event, Changing):
        change = _change(event)
        changes = ", ".join(f"{name} = ${place}" for place, name in enumerate(change, start=2))
        await tx.execute(
            f"UPDATE {table} SET {changes} WHERE subscription_id = $1",
            event.subscription_id,
            *change.values(),
        )


def _change(event: Changing) -> dict[str, Any]:
    match event:
        case SecretRotated():
            return {"secret_version": event.secret_version, "both_until": event.both_until}
        case SubscriptionPaused():
            return {"state": PAUSED}
        case SubscriptionResumed():
            return {"state": ACTIVE, **TRIED_ANEW}
        case EndpointChanged():
            return dict(TRIED_ANEW)
        case SubscriptionEnded():
            return {"state": ENDED}
        case SubscriptionGivenUp():
            return {"state": GIVEN_UP}
        case WebhookRecovered():
            return dict(TRIED_ANEW)
        case RetryCame():
            return {"next_try": None}
        case _:
            assert_never(event)


subscriptions = View(
    "partner_subscriptions",
    ("notifications",),
    DDL,
    project,
    causes=(
        SubscriptionOpened,
        EndpointChanged,
        SecretRotated,
        SubscriptionPaused,
        SubscriptionResumed,
        SubscriptionEnded,
        WebhookFailed,
        RetryCame,
        WebhookRecovered,
        SubscriptionGivenUp,
    ),
)

SUBSCRIPTION_VIEWS = (subscriptions,)
