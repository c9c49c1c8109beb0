"""Messages to a body leave in order, each until it is taken, and somebody hears of it when nobody takes them."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.workorders.connector import decider
from services.workorders.connector.decider import (
    PAUSES,
    Content,
    Failure,
    Line,
    LineGivenUp,
    LineResumed,
    MessageFailed,
    MessageKind,
    MessageQueued,
    MessageTaken,
    NoteFailed,
    NoteTaken,
    QueueMessage,
    ResumeLine,
    line_decider,
)
from shared.kernel import NotFound, RequestId, UnitCode
from tests.support.machines import Acts, misses, quick
from tests.support.spec import Spec
from tests.workorders.samples import AT, REQUEST
from tests.workorders.transfers.samples import LIAISON, TRANSFER

LINE = UUID(int=0x701)


def queued(number: int) -> QueueMessage:
    return QueueMessage(
        line_id=LINE,
        request_id=RequestId(REQUEST),
        body=UnitCode("URBAN-1"),
        matter=TRANSFER,
        message_id=UUID(int=0x7000 + number),
        content=Content(MessageKind.TRANSFER_OFFERED if number == 1 else MessageKind.TRANSFER_TAKEN_BACK),
        at=AT,
    )


def taken(place: int) -> NoteTaken:
    return NoteTaken(place=place, status=200, at=AT)


def failed(place: int) -> NoteFailed:
    return NoteFailed(place=place, failure=Failure.UNREACHABLE, status=None, at=AT)


spec = Spec(line_decider)
TWO = spec.after(queued(1), queued(2))


def test_the_same_cause_is_one_message() -> None:
    TWO.when(queued(2)).then_nothing()
    TWO.after(taken(1), taken(2)).when(queued(1)).then_nothing()


def test_the_second_waits_for_the_first() -> None:
    TWO.when(taken(2)).then_nothing()
    TWO.when(failed(2)).then_nothing()
    line = TWO.after(taken(1)).state
    assert isinstance(line, Line)
    assert line.first is not None
    assert line.first.place == 2


def test_pauses_grow_to_a_day_and_last_for_days() -> None:
    assert list(PAUSES) == sorted(PAUSES)
    assert timedelta(days=5) < sum(PAUSES, timedelta()) < timedelta(days=7)
    tried = TWO.after(*(failed(1) for _ in PAUSES))
    failures = [event for event in tried.past if isinstance(event, MessageFailed)]
    assert [event.next_try - AT for event in failures] == list(PAUSES)


def test_what_nobody_takes_for_days_is_given_up_and_nothing_is_lost() -> None:
    given_up = TWO.after(*(failed(1) for _ in PAUSES), failed(1))
    assert isinstance(given_up.past[-1], LineGivenUp)
    given_up.when(failed(1)).then_nothing()
    resumed = given_up.after(ResumeLine(by=LIAISON, at=AT))
    assert isinstance(resumed.past[-1], LineResumed)
    assert [type(event) for event in resumed.after(taken(1), taken(2)).past[-2:]] == [MessageTaken, MessageTaken]


def test_resuming_what_runs_changes_nothing() -> None:
    TWO.when(ResumeLine(by=LIAISON, at=AT)).then_nothing()
    TWO.after(failed(1)).after(ResumeLine(by=LIAISON, at=AT)).when(ResumeLine(by=LIAISON, at=AT)).then_nothing()


def test_where_nothing_was_queued_there_is_no_line() -> None:
    with pytest.raises(NotFound):
        line_decider.decide(taken(1), spec.state)


class Sending(Acts):
    decider = line_decider

    def do(self, wish: object, *, each_counts: bool = False) -> None:
        try:
            self.attempt(wish, each_counts=each_counts)
        except NotFound:
            assert self.past == []

    @rule(number=st.integers(1, 4))
    def queue(self, number: int) -> None:
        self.do(queued(number))

    @rule(place=st.integers(1, 5))
    def take(self, place: int) -> None:
        self.do(taken(place))

    @rule(place=st.integers(1, 5))
    def fail(self, place: int) -> None:
        self.do(failed(place), each_counts=True)

    @rule()
    def resume(self) -> None:
        self.do(ResumeLine(by=LIAISON, at=AT))

    @invariant()
    def places_are_dense_and_taken_in_order(self) -> None:
        places = [event.message.place for event in self.of(MessageQueued)]
        assert places == list(range(1, len(places) + 1))
        done = [event.place for event in self.of(MessageTaken)]
        assert done == places[: len(done)]

    @invariant()
    def nothing_queued_is_lost(self) -> None:
        if isinstance(self.state, Line):
            known = len(self.of(MessageQueued))
            assert len(self.of(MessageTaken)) + len(self.state.waiting) == known == len(self.state.known)


TestSending = quick(Sending)


def test_a_second_message_that_overtakes_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decider, "_is_its_turn", lambda line, place: line.first is not None)
    misses(Sending)
