"""A request that another body sent: once under its number, told in order, and a notice that has to be answered."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.workorders.arrivals import decider
from services.workorders.arrivals.commands import (
    AnswerNotice,
    GiveNotice,
    NoteArrival,
    NoteOverdue,
    ObjectToArrival,
    SendIn,
    TakeRequestBack,
    TellStage,
)
from services.workorders.arrivals.decider import (
    Arrived,
    NobodyToObjectTo,
    NothingToTakeBack,
    NotUnderSupervision,
    ReplyTimePast,
    ReplyUnproven,
    arrival_decider,
)
from services.workorders.arrivals.facts import (
    ArrivalObjected,
    RequestSent,
    RequestTakenBack,
    Stage,
    StageTold,
    SupervisionAnswered,
    SupervisionNoticed,
    SupervisionOverdue,
)
from services.workorders.transfers.rules.returning import NotAnObjection, ObjectionTooLate
from shared.contracts.codes import Door, Outcome, ReasonCode
from shared.contracts.danger import DangerKind
from shared.kernel import NotFound, RequestId, UnitCode
from tests.support.machines import Acts, misses, quick
from tests.support.spec import Spec
from tests.workorders.samples import AT, REQUEST
from tests.workorders.transfers.samples import ANSWER, LATER, LIAISON, NOTE, NOTICE, PHOTO, TASK

DUE = AT + timedelta(days=10)
PROCURATORATE = UnitCode("PROCURATORATE-1")
FIRST, SECOND = UUID(int=0x801), UUID(int=0x802)


def arrival(door: Door = Door.OVERSIGHT) -> NoteArrival:
    return NoteArrival(request_id=RequestId(REQUEST), body=PROCURATORATE, door=door, external=NOTE, at=AT)


SENT = SendIn(
    request_id=RequestId(REQUEST),
    body=PROCURATORATE,
    door=Door.OVERSIGHT,
    external=NOTE,
    narrative=TASK,
    place=None,
    requester=None,
    danger=(DangerKind.FIRE,),
    at=AT,
)


def told(cause: UUID, stage: Stage = Stage.RESULT) -> TellStage:
    return TellStage(stage=stage, cause=cause, unit=None, outcome=Outcome.DONE, answer=ANSWER, at=LATER)


def notice(id: UUID = FIRST, **changed: Any) -> GiveNotice:
    given: dict[str, Any] = {"notice_id": id, "notice": NOTICE, "reply_due": DUE, "at": AT}
    return GiveNotice(**(given | changed))


def reply(id: UUID = FIRST, **changed: Any) -> AnswerNotice:
    given: dict[str, Any] = {
        "notice_id": id,
        "reply": ANSWER,
        "fixed": True,
        "proof": PHOTO,
        "by": LIAISON,
        "at": LATER,
    }
    return AnswerNotice(**(given | changed))


def objection(**changed: Any) -> ObjectToArrival:
    given: dict[str, Any] = {"reason": ReasonCode.WRONG_GRID, "note": NOTE, "due": DUE, "by": LIAISON, "at": LATER}
    return ObjectToArrival(**(given | changed))


def replace_body(wish: NoteArrival, body: UnitCode | None) -> NoteArrival:
    return replace(wish, body=body)


spec = Spec(arrival_decider)
HERE = spec.after(arrival())


def test_the_same_number_sent_again_is_the_same_request() -> None:
    assert [type(event) for event in spec.when(SENT).events] == [RequestSent]
    spec.after(SENT).when(SENT).then_nothing()
    spec.after(SENT).when(arrival()).then_nothing()
    HERE.when(SENT).then_nothing()


def test_danger_in_a_sent_request_travels_with_it() -> None:
    sent = spec.when(SENT).events[0]
    assert isinstance(sent, RequestSent)
    assert sent.danger == (DangerKind.FIRE,)


def test_the_sender_is_told_each_thing_once_and_in_order() -> None:
    both = HERE.after(told(FIRST, Stage.IN_HAND), told(SECOND))
    assert [event.place for event in both.past if isinstance(event, StageTold)] == [1, 2]
    both.when(told(SECOND)).then_nothing()


@pytest.mark.parametrize("wish", [told(FIRST), notice(), reply()])
def test_of_what_nobody_sent_nothing_is_told_or_demanded(wish: TellStage | GiveNotice | AnswerNotice) -> None:
    with pytest.raises(NotFound):
        arrival_decider.decide(wish, spec.state)


def test_only_an_oversight_bodys_own_matter_carries_the_duty_to_reply() -> None:
    spec.after(arrival(Door.PLATFORM)).when(notice()).then_rejected(NotUnderSupervision)


def test_a_reply_is_due_after_the_notice() -> None:
    HERE.when(notice(reply_due=AT)).then_rejected(ReplyTimePast)


def test_not_ours_goes_back_to_the_sender_and_stays_in_hand_until_it_is_taken_back() -> None:
    HERE.when(TakeRequestBack(at=LATER)).then_rejected(NothingToTakeBack)
    objecting = HERE.after(objection())
    assert isinstance(objecting.past[-1], ArrivalObjected)
    objecting.when(objection()).then_nothing()
    assert isinstance(objecting.when(TakeRequestBack(at=LATER)).events[0], RequestTakenBack)
    objecting.after(TakeRequestBack(at=LATER)).when(TakeRequestBack(at=LATER)).then_nothing()
    objecting.after(told(FIRST)).when(TakeRequestBack(at=LATER)).then_rejected(NothingToTakeBack)


def test_r_24_after_five_working_days_what_came_is_ours() -> None:
    late = objection(at=DUE + timedelta(seconds=1))
    assert HERE.when(late).then_rejected(ObjectionTooLate, due=DUE).rule == "R-24"
    HERE.when(objection(reason=ReasonCode.OVERLOAD)).then_rejected(NotAnObjection)


def test_r_22_danger_is_not_taken_back() -> None:
    dangerous = spec.after(SENT, objection())
    dangerous.when(TakeRequestBack(at=LATER)).then_rejected(NothingToTakeBack)


def test_where_no_connected_body_sent_it_there_is_nobody_to_object_to() -> None:
    by_hand = spec.after(replace_body(arrival(), None))
    by_hand.when(objection()).then_rejected(NobodyToObjectTo)


def test_that_it_is_fixed_is_shown_and_not_only_said() -> None:
    noticed = HERE.after(notice())
    noticed.when(reply(proof=None)).then_rejected(ReplyUnproven)
    assert isinstance(noticed.when(reply()).events[0], SupervisionAnswered)
    assert isinstance(noticed.when(reply(fixed=False, proof=None)).events[0], SupervisionAnswered)


def test_a_notice_that_was_never_given_has_no_reply() -> None:
    with pytest.raises(NotFound):
        arrival_decider.decide(reply(SECOND), HERE.after(notice()).state)


def test_a_reply_that_is_late_is_noted_once_and_still_owed() -> None:
    late = NoteOverdue(notice_id=FIRST, due=DUE, at=DUE)
    noticed = HERE.after(notice())
    assert isinstance(noticed.when(late).events[0], SupervisionOverdue)
    noticed.after(late).when(late).then_nothing()
    assert isinstance(noticed.after(late).when(reply()).events[0], SupervisionAnswered)
    noticed.after(reply()).when(late).then_nothing()


class Dealings(Acts):
    decider = arrival_decider

    def do(self, wish: object) -> None:
        try:
            self.attempt(wish)
        except NotFound:
            assert not isinstance(wish, SendIn | NoteArrival)

    @rule(door=st.sampled_from([Door.OVERSIGHT, Door.PLATFORM]))
    def arrive(self, door: Door) -> None:
        self.do(arrival(door))

    @rule()
    def send(self) -> None:
        self.do(SENT)

    @rule(cause=st.sampled_from([FIRST, SECOND]), stage=st.sampled_from(Stage))
    def tell(self, cause: UUID, stage: Stage) -> None:
        self.do(told(cause, stage))

    @rule(id=st.sampled_from([FIRST, SECOND]), due=st.sampled_from([AT, DUE]))
    def demand(self, id: UUID, due: Any) -> None:
        self.do(notice(id, reply_due=due))

    @rule(id=st.sampled_from([FIRST, SECOND]), fixed=st.booleans(), proof=st.sampled_from([PHOTO, None]))
    def answer(self, id: UUID, fixed: bool, proof: Any) -> None:
        self.do(reply(id, fixed=fixed, proof=proof))

    @rule()
    def object_to(self) -> None:
        self.do(objection())

    @rule()
    def take_back(self) -> None:
        self.do(TakeRequestBack(at=LATER))

    @rule(id=st.sampled_from([FIRST, SECOND]))
    def time_passes(self, id: UUID) -> None:
        self.do(NoteOverdue(notice_id=id, due=DUE, at=DUE))

    @invariant()
    def one_arrival_and_dense_places(self) -> None:
        assert sum(not isinstance(event, StageTold) and _is_first(event) for event in self.past) <= 1
        places = [event.place for event in self.of(StageTold)]
        assert places == list(range(1, len(places) + 1))

    @invariant()
    def each_notice_is_answered_once_and_fixed_means_shown(self) -> None:
        replies = self.of(SupervisionAnswered)
        assert len({each.notice_id for each in replies}) == len(replies)
        assert {each.notice_id for each in replies} <= {each.notice_id for each in self.of(SupervisionNoticed)}
        assert all(each.proof is not None for each in replies if each.fixed)

    @invariant()
    def nothing_in_danger_is_taken_back_and_nothing_unasked(self) -> None:
        if self.of(RequestTakenBack):
            assert len(self.of(ArrivalObjected)) == len(self.of(RequestTakenBack)) == 1
            assert not any(event.danger for event in self.of(RequestSent))

    @invariant()
    def the_duty_to_reply_is_oversights(self) -> None:
        if self.of(SupervisionNoticed):
            assert isinstance(self.state, Arrived)
            assert self.state.door is Door.OVERSIGHT


def _is_first(event: object) -> bool:
    return type(event).__name__ in ("RequestSent", "ArrivalNoted")


TestDealings = quick(Dealings)


def test_a_word_that_passes_for_a_photo_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decider, "_is_unproven", lambda command: False)
    misses(Dealings)
