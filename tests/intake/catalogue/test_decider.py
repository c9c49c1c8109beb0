"""An answer names its source, and a question opens nothing that nobody asked for."""

from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.intake.catalogue import decider
from services.intake.catalogue.decider import (
    AnswerInquiry,
    AnswerWithoutSource,
    InquiryAnswered,
    InquiryId,
    InquiryMadeRequest,
    MakeRequest,
    RequestNotAskedFor,
    inquiry_decider,
)
from shared.contracts.codes import Category, Channel, Police, Priority
from shared.contracts.danger import DangerKind
from shared.kernel import ItemCode, RequestId
from tests.intake.requests.samples import MONDAY, text
from tests.support.machines import Acts, misses
from tests.support.spec import Spec

case = Spec(inquiry_decider)
INQUIRY = InquiryId(UUID(int=81))
REQUEST = RequestId(UUID(int=82))


def answering(item: str | None = "residence-permit", danger: tuple[DangerKind, ...] = ()) -> AnswerInquiry:
    return AnswerInquiry(
        inquiry_id=INQUIRY,
        question=text(1),
        group=ItemCode("group-1"),
        item=ItemCode(item) if item else None,
        danger=danger,
        at=MONDAY,
    )


def making(asked_for: bool = True) -> MakeRequest:
    return MakeRequest(request_id=REQUEST, asked_for=asked_for, at=MONDAY)


def answered(danger: tuple[DangerKind, ...] = ()) -> tuple[decider.InquiryEvent, ...]:
    return inquiry_decider.decide(answering(danger=danger), inquiry_decider.initial)


def test_a_question_is_an_inquiry_of_the_lowest_priority_that_the_answer_closes() -> None:
    (fact,) = answered()
    assert isinstance(fact, InquiryAnswered)
    judged = (fact.category, fact.priority, fact.police, fact.channel)
    assert judged == (Category.INQ, Priority.P3, Police.OWN, Channel.BOT)


def test_r_39_an_answer_without_a_source_is_none() -> None:
    case.when(answering(item=None)).then_rejected(AnswerWithoutSource)


def test_r_39_no_request_is_opened_unasked() -> None:
    case.given(*answered()).when(making(asked_for=False)).then_rejected(RequestNotAskedFor)


def test_who_wants_it_gets_his_request_once() -> None:
    made = InquiryMadeRequest(inquiry_id=INQUIRY, request_id=REQUEST, occurred_at=MONDAY)
    case.given(*answered()).when(making()).then(made)
    case.given(*answered(), made).when(making()).then()


def test_r_22_danger_is_taken_up_by_itself() -> None:
    made = inquiry_decider.decide(making(asked_for=False), inquiry_decider.fold(answered((DangerKind.SUICIDE,))))
    assert len(made) == 1


class AnyTalk(Acts):
    decider = inquiry_decider

    def __init__(self) -> None:
        super().__init__()
        self.asked = False

    @rule(sourced=st.booleans())
    def answer(self, sourced: bool) -> None:
        self.attempt(answering("passport" if sourced else None))

    @rule(asked=st.booleans())
    def make(self, asked: bool) -> None:
        if self.past:
            self.asked |= asked
            self.attempt(making(asked))

    @invariant()
    def nothing_is_opened_unasked(self) -> None:
        made = self.of(InquiryMadeRequest)
        assert len(made) <= 1
        assert self.asked or not made


AnyTalk.TestCase.settings = settings(max_examples=15, stateful_step_count=8, deadline=None)
TestAnyTalk = AnyTalk.TestCase


def test_a_desk_that_asks_nobody_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decider, "require_asked", lambda inquiry, asked_for: None)
    misses(AnyTalk)
