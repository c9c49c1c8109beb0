from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.notifications.subscriptions.commands import (
    AskReplay,
    ChangeEndpoint,
    End,
    NoteFailure,
    NoteResent,
    NoteTaken,
    NoteTested,
    Pause,
    Resume,
    RotateSecret,
    TryAgain,
)
from services.notifications.subscriptions.decider import subscription_decider
from services.notifications.subscriptions.facts import (
    Answer,
    ReplayAsked,
    RetryCame,
    SecretRotated,
    SubscriptionGivenUp,
    WebhookFailed,
    WebhookRecovered,
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
from services.notifications.subscriptions.rules.retries import LONGEST, PAUSES, next_try
from services.notifications.subscriptions.state import Subscription
from shared.kernel import ItemCode, NotFound, UnitCode
from tests.notifications.subscriptions.samples import (
    AGREED,
    AWAY,
    DAY,
    GONE,
    HOUR,
    NOW,
    OPEN,
    OTHER_ENDPOINT,
    PULLED,
    SUBSCRIPTION,
    TAKEN,
    WRONG,
    opening,
)
from tests.support.spec import Spec

desk = Spec(subscription_decider)


def failed(answer: Answer = AWAY, at: datetime = NOW, number: int = 1, patience: int | None = None) -> NoteFailure:
    return NoteFailure(number=number, answer=answer, patience=patience, at=at)


def replay(after: int, made: int = 9, oldest: int = 1) -> AskReplay:
    return AskReplay(after=after, made=made, oldest=oldest, at=NOW)


def test_r_41_without_a_contract_in_force_nothing_is_promised() -> None:
    desk.when(opening(contract=replace(AGREED, in_force=False))).then_rejected(ContractMissing)


def test_r_44_an_agency_whose_kind_has_no_part_in_the_purpose_gets_nothing() -> None:
    desk.when(opening(contract=replace(AGREED, grant=None))).then_rejected(PurposeNotShared)


def test_r_37_more_than_the_purpose_needs_is_refused() -> None:
    desk.when(opening(types=(ItemCode("request_routed"), ItemCode("request_filed")))).then_rejected(
        BeyondPurpose, beyond=1
    )
    desk.when(opening(places=(UnitCode("STATION-ELSEWHERE"),))).then_rejected(BeyondPurpose, beyond=1)


def test_a_webhook_needs_an_address_and_an_address_a_webhook() -> None:
    desk.when(opening(endpoint=None)).then_rejected(EndpointMissing)
    desk.when(opening(ways=())).then_rejected(EndpointMissing)


def test_opening_twice_changes_nothing() -> None:
    desk.after(OPEN).when(OPEN).then_nothing()


def test_what_was_never_opened_is_not_found() -> None:
    with pytest.raises(NotFound):
        desk.when(Pause(at=NOW))


def test_both_secrets_sign_for_a_day() -> None:
    rotate = RotateSecret(following=1, at=NOW)
    rotated = desk.after(OPEN).when(rotate)
    rotated.then(SecretRotated(subscription_id=SUBSCRIPTION, secret_version=2, both_until=NOW + DAY, occurred_at=NOW))
    state = rotated.state
    assert isinstance(state, Subscription)
    assert state.valid_secrets(NOW + DAY) == (2, 1)
    assert state.valid_secrets(NOW + DAY + timedelta(seconds=1)) == (2,)
    desk.after(OPEN, rotate).when(rotate).then_nothing()


def test_pauses_grow_and_a_retry_comes_in_its_time() -> None:
    first = desk.after(OPEN).when(failed())
    first.then(
        WebhookFailed(
            subscription_id=SUBSCRIPTION,
            number=1,
            answer=AWAY,
            tries=1,
            next_try=NOW + PAUSES[0],
            occurred_at=NOW,
        )
    )
    waiting = desk.after(OPEN, failed())
    waiting.when(TryAgain(at=NOW)).then_nothing()
    waiting.when(TryAgain(at=NOW + PAUSES[0])).then(
        RetryCame(subscription_id=SUBSCRIPTION, occurred_at=NOW + PAUSES[0])
    )
    waiting.when(failed()).then_nothing()


def test_patience_that_the_agency_asked_for_is_kept_within_reason() -> None:
    assert next_try(None, 1, NOW, NOW, 3600) == NOW + HOUR
    assert next_try(None, 1, NOW, NOW, 10**6) == NOW + PAUSES[-1]


def test_it_is_tried_for_more_than_three_days_and_then_given_up_in_the_open() -> None:
    now, story = NOW, desk.after(OPEN)
    events: tuple[object, ...] = ()
    while not any(isinstance(event, SubscriptionGivenUp) for event in events):
        decided = story.when(failed(at=now))
        events = decided.events
        story = story.after(failed(at=now))
        last = events[0]
        assert isinstance(last, WebhookFailed)
        if last.next_try is not None:
            now = last.next_try
            story = story.after(TryAgain(at=now))
    assert NOW + timedelta(days=3) < now <= NOW + LONGEST
    given_up = events[-1]
    assert isinstance(given_up, SubscriptionGivenUp)
    assert given_up.since == NOW
    state = story.state
    assert isinstance(state, Subscription)
    assert not state.sends
    resumed = story.after(Resume(at=now)).state
    assert isinstance(resumed, Subscription)
    assert resumed.sends


def test_an_agency_that_is_gone_is_not_tried_again() -> None:
    decided = desk.after(OPEN).when(failed(GONE))
    assert [type(event) for event in decided.events] == [WebhookFailed, SubscriptionGivenUp]


def test_what_is_taken_after_failures_is_a_recovery_and_otherwise_no_news() -> None:
    desk.after(OPEN).when(NoteTaken(number=1, at=NOW)).then_nothing()
    tried = desk.after(OPEN, failed(WRONG), TryAgain(at=NOW + PAUSES[0]))
    tried.when(NoteTaken(number=1, at=NOW + HOUR)).then(
        WebhookRecovered(subscription_id=SUBSCRIPTION, number=1, tries=1, occurred_at=NOW + HOUR)
    )


def test_a_pause_stops_the_webhook_and_resuming_starts_it_anew() -> None:
    paused = desk.after(OPEN, failed(), Pause(at=NOW))
    paused.when(Pause(at=NOW)).then_nothing()
    assert isinstance(paused.state, Subscription)
    assert not paused.state.sends
    going = paused.after(Resume(at=NOW))
    assert isinstance(going.state, Subscription)
    assert going.state.sends
    going.when(Resume(at=NOW)).then_nothing()


def test_another_address_is_tried_at_once() -> None:
    change = ChangeEndpoint(endpoint=OTHER_ENDPOINT, at=NOW)
    moved = desk.after(OPEN, failed(GONE), change)
    assert isinstance(moved.state, Subscription)
    assert moved.state.sends
    moved.when(change).then_nothing()
    desk.after(PULLED).when(change).then_rejected(WebhookMissing)


def test_a_replay_begins_at_any_number_that_is_kept() -> None:
    desk.after(OPEN).when(replay(4)).then(ReplayAsked(subscription_id=SUBSCRIPTION, after=4, occurred_at=NOW))
    desk.after(OPEN).when(replay(9)).then_rejected(NothingToReplay, made=9)
    desk.after(OPEN).when(replay(2, oldest=5)).then_rejected(DeliveriesGone, oldest=5)
    desk.after(PULLED).when(replay(4)).then_rejected(WebhookMissing)


def test_without_a_webhook_there_is_nothing_to_try_out() -> None:
    desk.after(PULLED).when(NoteTested(answer=TAKEN, at=NOW)).then_rejected(WebhookMissing)
    desk.after(PULLED).when(NoteResent(number=1, answer=TAKEN, at=NOW)).then_rejected(WebhookMissing)


def test_an_ended_subscription_takes_no_further_wish() -> None:
    ended = desk.after(OPEN, End(at=NOW))
    ended.when(Resume(at=NOW)).then_rejected(SubscriptionIsOver)
    ended.when(failed()).then_nothing()
    ended.when(End(at=NOW)).then_nothing()
