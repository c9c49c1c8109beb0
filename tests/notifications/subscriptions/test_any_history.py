"""Random acts on one subscription: its webhook is never tried while it rests, and never given up too early."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from services.notifications.subscriptions.commands import (
    AskReplay,
    ChangeEndpoint,
    End,
    NoteFailure,
    NoteTaken,
    Pause,
    Resume,
    RotateSecret,
    TryAgain,
)
from services.notifications.subscriptions.decider import subscription_decider
from services.notifications.subscriptions.facts import SubscriptionGivenUp, WebhookFailed
from services.notifications.subscriptions.state import Subscription
from tests.notifications.subscriptions.samples import AWAY, ENDPOINT, NOW, OPEN, OTHER_ENDPOINT, WRONG
from tests.support.machines import Acts, quick


class AnyHistory(Acts):
    decider = subscription_decider

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.attempt(OPEN)

    @property
    def open(self) -> Subscription | None:
        return self.state if isinstance(self.state, Subscription) else None

    @rule(minutes=st.integers(min_value=0, max_value=600))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        if self.open is not None:
            self.attempt(TryAgain(at=self.now))

    @precondition(lambda self: self.open is not None)
    @rule(answer=st.sampled_from([AWAY, WRONG]))
    def nobody_takes_it(self, answer: object) -> None:
        assert self.open is not None
        tried = self.open.sends
        events = self.attempt(NoteFailure(number=1, answer=answer, patience=None, at=self.now), each_counts=True)  # type: ignore[arg-type]
        assert bool(events) == tried
        for event in events:
            if isinstance(event, WebhookFailed) and event.next_try is not None:
                assert event.next_try > self.now
            if isinstance(event, SubscriptionGivenUp):
                assert self.now - event.since > timedelta(days=4)

    @precondition(lambda self: self.open is not None)
    @rule()
    def it_is_taken(self) -> None:
        self.attempt(NoteTaken(number=1, at=self.now))

    @precondition(lambda self: self.open is not None)
    @rule(wish=st.sampled_from([Pause, Resume]))
    def somebody_pauses_or_resumes(self, wish: type) -> None:
        self.attempt(wish(at=self.now))

    @precondition(lambda self: self.open is not None)
    @rule(endpoint=st.sampled_from([ENDPOINT, OTHER_ENDPOINT]))
    def the_address_changes(self, endpoint: object) -> None:
        self.attempt(ChangeEndpoint(endpoint=endpoint, at=self.now))  # type: ignore[arg-type]

    @precondition(lambda self: self.open is not None)
    @rule()
    def the_secret_changes(self) -> None:
        assert self.open is not None
        before = self.open.secret_version
        self.attempt(RotateSecret(following=before, at=self.now))
        assert self.open.valid_secrets(self.now) == (before + 1, before)

    @precondition(lambda self: self.open is not None)
    @rule(after=st.integers(min_value=0, max_value=12))
    def it_is_asked_for_again(self, after: int) -> None:
        events = self.attempt(AskReplay(after=after, made=9, oldest=3, at=self.now), each_counts=True)
        assert bool(events) == (2 <= after < 9)

    @precondition(lambda self: self.open is not None and len(self.past) > 12)
    @rule()
    def it_ends(self) -> None:
        self.attempt(End(at=self.now))
        assert self.open is None


TestAnyHistory = quick(AnyHistory)
