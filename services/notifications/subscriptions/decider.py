"""A partner agency's subscription: by contract and purpose only, tried for days, given up in the open.

R-37, R-41, R-44.
"""

from dataclasses import replace
from datetime import timedelta
from typing import assert_never

from services.notifications.subscriptions.commands import (
    AskReplay,
    ChangeEndpoint,
    End,
    NoteFailure,
    NoteResent,
    NoteTaken,
    NoteTested,
    OpenSubscription,
    Pause,
    Resume,
    RotateSecret,
    SubscriptionCommand,
    TryAgain,
)
from services.notifications.subscriptions.facts import (
    DeliveryResent,
    EndpointChanged,
    Grant,
    ReplayAsked,
    RetryCame,
    SecretRotated,
    SubscriptionEnded,
    SubscriptionEvent,
    SubscriptionGivenUp,
    SubscriptionOpened,
    SubscriptionPaused,
    SubscriptionResumed,
    Way,
    WebhookFailed,
    WebhookRecovered,
    WebhookTested,
)
from services.notifications.subscriptions.refusals import (
    BeyondPurpose,
    ContractMissing,
    DeliveriesGone,
    EndpointMissing,
    NothingToReplay,
    PurposeNotShared,
    SubscriptionIsOver,
    WebhookMissing,
)
from services.notifications.subscriptions.rules.retries import next_try
from services.notifications.subscriptions.state import (
    Ended,
    Failing,
    Subscription,
    SubscriptionState,
    Unopened,
)
from shared.kernel import CorruptHistory, Decider, NotFound

BOTH_SECRETS = timedelta(days=1)


def evolve(state: SubscriptionState, event: SubscriptionEvent) -> SubscriptionState:
    if isinstance(event, SubscriptionOpened):
        return Subscription(event.subscription_id, event.agency, event.grant, frozenset(event.ways), event.endpoint)
    if not isinstance(state, Subscription):
        raise CorruptHistory(f"{type(event).__name__} without a subscription")
    match event:
        case EndpointChanged():
            return _fresh(replace(state, endpoint=event.endpoint))
        case SecretRotated():
            return replace(state, secret_version=event.secret_version, both_until=event.both_until)
        case SubscriptionPaused():
            return replace(state, paused=True)
        case SubscriptionResumed():
            return _fresh(replace(state, paused=False))
        case SubscriptionEnded():
            return Ended(state.subscription_id, state.agency)
        case WebhookFailed():
            first = state.failing.first if state.failing else event.occurred_at
            return replace(state, failing=Failing(first, event.number, event.tries, event.next_try))
        case RetryCame() if state.failing is not None:
            return replace(state, failing=replace(state.failing, waiting_until=None))
        case WebhookRecovered():
            return replace(state, failing=None)
        case SubscriptionGivenUp():
            return replace(state, given_up=True)
        case ReplayAsked() | DeliveryResent() | WebhookTested():
            return state
        case RetryCame():
            raise CorruptHistory("a retry of nothing")
        case _:
            assert_never(event)


def _fresh(state: Subscription) -> Subscription:
    """Tried anew, as if nothing had failed."""
    return replace(state, failing=None, given_up=False)


def decide(command: SubscriptionCommand, state: SubscriptionState) -> tuple[SubscriptionEvent, ...]:
    if isinstance(command, OpenSubscription):
        return () if not isinstance(state, Unopened) else _open(command)
    match state:
        case Unopened():
            raise NotFound("subscription")
        case Ended():
            if isinstance(command, End | NoteTaken | NoteFailure | TryAgain):
                return ()
            raise SubscriptionIsOver()
        case Subscription():
            return _decide(command, state)
        case _:
            assert_never(state)


def _decide(command: SubscriptionCommand, state: Subscription) -> tuple[SubscriptionEvent, ...]:
    id = state.subscription_id
    match command:
        case ChangeEndpoint():
            return _change_endpoint(command, state)
        case RotateSecret():
            return _rotate(command, state)
        case Pause():
            return () if state.paused else (SubscriptionPaused(subscription_id=id, occurred_at=command.at),)
        case Resume():
            is_idle = state.paused or state.given_up
            return (SubscriptionResumed(subscription_id=id, occurred_at=command.at),) if is_idle else ()
        case End():
            return (SubscriptionEnded(subscription_id=id, occurred_at=command.at),)
        case NoteFailure():
            return _failed(command, state)
        case NoteTaken():
            return _taken(command, state)
        case TryAgain():
            return _try_again(command, state)
        case AskReplay():
            return _replay(command, state)
        case NoteResent() | NoteTested():
            return _noted(command, state)
        case OpenSubscription():
            return ()
        case _:
            assert_never(command)


def _open(command: OpenSubscription) -> tuple[SubscriptionEvent, ...]:
    grant = granted(command)
    if (Way.WEBHOOK in command.ways) != (command.endpoint is not None):
        raise EndpointMissing()
    return (
        SubscriptionOpened(
            subscription_id=command.subscription_id,
            agency=command.agency,
            grant=grant,
            ways=tuple(sorted(set(command.ways))),
            types=command.types,
            places=command.places,
            endpoint=command.endpoint,
            opened_by=command.by,
            occurred_at=command.at,
        ),
    )


def granted(command: OpenSubscription) -> Grant:
    """R-41: no contract, no data. R-44: only kinds of agencies that the purpose names. R-37: nothing beyond it."""
    contract = command.contract
    if not contract.in_force:
        raise ContractMissing()
    if contract.grant is None:
        raise PurposeNotShared()
    beyond = (set(command.types) - contract.types) | (set(command.places) - contract.places)
    if beyond:
        raise BeyondPurpose(beyond=len(beyond))
    return contract.grant


def _change_endpoint(command: ChangeEndpoint, state: Subscription) -> tuple[SubscriptionEvent, ...]:
    if Way.WEBHOOK not in state.ways:
        raise WebhookMissing()
    if command.endpoint == state.endpoint:
        return ()
    return (EndpointChanged(subscription_id=state.subscription_id, endpoint=command.endpoint, occurred_at=command.at),)


def _rotate(command: RotateSecret, state: Subscription) -> tuple[SubscriptionEvent, ...]:
    if command.following != state.secret_version:
        return ()
    return (
        SecretRotated(
            subscription_id=state.subscription_id,
            secret_version=state.secret_version + 1,
            both_until=command.at + BOTH_SECRETS,
            occurred_at=command.at,
        ),
    )


def _failed(command: NoteFailure, state: Subscription) -> tuple[SubscriptionEvent, ...]:
    if not state.sends:
        return ()
    known = state.failing
    tries = known.tries + 1 if known else 1
    first = known.first if known else command.at
    again = next_try(command.answer.failure, tries, first, command.at, command.patience)
    failed = WebhookFailed(
        subscription_id=state.subscription_id,
        number=command.number,
        answer=command.answer,
        tries=tries,
        next_try=again,
        occurred_at=command.at,
    )
    if again is not None:
        return (failed,)
    given_up = SubscriptionGivenUp(
        subscription_id=state.subscription_id,
        agency=state.agency,
        since=first,
        tries=tries,
        occurred_at=command.at,
    )
    return (failed, given_up)


def _taken(command: NoteTaken, state: Subscription) -> tuple[SubscriptionEvent, ...]:
    if state.failing is None or state.given_up:
        return ()
    return (
        WebhookRecovered(
            subscription_id=state.subscription_id,
            number=command.number,
            tries=state.failing.tries,
            occurred_at=command.at,
        ),
    )


def _try_again(command: TryAgain, state: Subscription) -> tuple[SubscriptionEvent, ...]:
    failing = state.failing
    if failing is None or failing.waiting_until is None or command.at < failing.waiting_until:
        return ()
    return (RetryCame(subscription_id=state.subscription_id, occurred_at=command.at),)


def _replay(command: AskReplay, state: Subscription) -> tuple[SubscriptionEvent, ...]:
    if not state.ways:
        raise WebhookMissing()
    if command.after >= command.made:
        raise NothingToReplay(made=command.made)
    if command.after + 1 < command.oldest:
        raise DeliveriesGone(oldest=command.oldest)
    return (ReplayAsked(subscription_id=state.subscription_id, after=command.after, occurred_at=command.at),)


def _noted(command: NoteResent | NoteTested, state: Subscription) -> tuple[SubscriptionEvent, ...]:
    if Way.WEBHOOK not in state.ways:
        raise WebhookMissing()
    if isinstance(command, NoteTested):
        return (WebhookTested(subscription_id=state.subscription_id, answer=command.answer, occurred_at=command.at),)
    return (
        DeliveryResent(
            subscription_id=state.subscription_id,
            number=command.number,
            answer=command.answer,
            occurred_at=command.at,
        ),
    )


subscription_decider: Decider[SubscriptionCommand, SubscriptionState, SubscriptionEvent] = Decider(
    Unopened(), decide, evolve
)
