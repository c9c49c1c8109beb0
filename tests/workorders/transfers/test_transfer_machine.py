"""Any acts of anybody in any order: nothing ends untold, unproven, or while somebody is in danger."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from services.workorders.transfers.commands import (
    ActOnDanger,
    Close,
    NoteOverdue,
    Revoke,
    SendAnswerBack,
    TakeBack,
    Voice,
    Withdraw,
)
from services.workorders.transfers.decider import transfer_decider
from services.workorders.transfers.facts import (
    DangerActed,
    Destination,
    Late,
    OutcomeReported,
    Result,
    TransferAnswered,
    TransferNotified,
    TransferReturned,
    TransferRevoked,
    TransferSent,
    TransferWithdrawn,
)
from services.workorders.transfers.rules import legality, returning
from shared.contracts.codes import Category, Priority, ReasonCode
from shared.kernel import NotFound, TextRef
from tests.support.machines import Acts, misses, quick
from tests.workorders.transfers.samples import (
    ANSWER,
    BETTER,
    BY_HAND,
    HOTLINE,
    LATER,
    LIAISON,
    NEXT_COUNTY,
    NOTE,
    NOTICE,
    PETITION,
    PHOTO,
    SENT_AT,
    URBAN,
    answered,
    objected,
    offered,
    received,
    sending,
)

ENDS = OutcomeReported | TransferReturned | TransferRevoked | TransferWithdrawn
bodies = st.sampled_from([URBAN, HOTLINE, NEXT_COUNTY, PETITION])
voices = st.sampled_from([BY_HAND, Voice(URBAN.code), Voice(HOTLINE.code)])
reasons = st.sampled_from([ReasonCode.NOT_POLICE, ReasonCode.WRONG_CATEGORY])
AWAY = (
    *[None] * 8,
    TakeBack(by=LIAISON, reason=ReasonCode.WRONG_CATEGORY, at=LATER),
    Revoke(reason=ReasonCode.OVERRULED, at=LATER),
    Withdraw(at=LATER),
)
"""Seldom: what is gone has no more dealings to look at."""


class Transfer(Acts):
    decider = transfer_decider

    @initialize(
        category=st.sampled_from([Category.COM, Category.COM, Category.COM, Category.CPL]),
        priority=st.sampled_from([Priority.P1, Priority.P1, Priority.P0]),
        sent=st.sampled_from([True, True, False]),
    )
    def begin(self, category: Category, priority: Priority, sent: bool) -> None:
        self.attempt(offered(category, priority))
        if sent:
            self.attempt(sending())

    def do(self, wish: object) -> None:
        """A body that asks for what is not its own is told that there is nothing."""
        try:
            self.attempt(wish)
        except NotFound:
            assert not isinstance(wish, Close)

    @rule(to=bodies, reason=reasons, notice=st.sampled_from([NOTICE, None]))
    def send(self, to: Destination, reason: ReasonCode, notice: TextRef | None) -> None:
        self.do(sending(to, reason=reason, notice=notice))

    @rule()
    def act_on_danger(self) -> None:
        self.do(ActOnDanger(by=LIAISON, note=NOTE, at=LATER))

    @rule(voice=voices)
    def receive(self, voice: Voice) -> None:
        self.do(received(voice))

    @rule(voice=voices, reason=reasons)
    def object_to(self, voice: Voice, reason: ReasonCode) -> None:
        self.do(objected(voice, reason=reason))

    @rule(
        voice=voices,
        answer=st.sampled_from([ANSWER, BETTER]),
        proof=st.sampled_from([PHOTO, None]),
        result=st.sampled_from([Result.DONE, Result.SETTLED, Result.DONE, Result.FAILED]),
    )
    def answer(self, voice: Voice, answer: TextRef, proof: TextRef | None, result: Result) -> None:
        self.do(answered(voice, answer=answer, proof=proof, result=result))

    @rule(read=st.booleans())
    def close(self, read: bool) -> None:
        self.do(Close(by=LIAISON, has_read=read, at=LATER))

    @rule()
    def send_back(self) -> None:
        self.do(SendAnswerBack(by=LIAISON, note=None, at=LATER))

    @rule(how=st.sampled_from(AWAY))
    def take_away(self, how: object) -> None:
        if how is not None:
            self.do(how)

    @rule(late=st.sampled_from(Late))
    def time_passes(self, late: Late) -> None:
        self.do(NoteOverdue(late=late, due=SENT_AT, at=LATER))

    @invariant()
    def it_ends_once(self) -> None:
        ends = [place for place, event in enumerate(self.past) if isinstance(event, ENDS)]
        assert ends in ([], [len(self.past) - 1])

    @invariant()
    def whatever_left_was_told_to_the_person_and_danger_was_acted_on(self) -> None:
        for place, event in enumerate(self.past):
            if isinstance(event, TransferSent):
                before = self.past[:place]
                assert any(isinstance(each, TransferNotified) for each in before)
                urgent = self.past[0].offer.priority is Priority.P0
                assert not urgent or any(isinstance(each, DangerActed) for each in before)

    @invariant()
    def no_result_without_an_answer_nor_on_a_word_alone(self) -> None:
        if self.past and isinstance(self.past[-1], OutcomeReported):
            assert self.of(TransferAnswered)[-1].answer == self.past[-1].answer
        for answer in self.of(TransferAnswered):
            (sent,) = self.of(TransferSent)
            assert not sent.proof_demanded or answer.proof is not None or answer.result is Result.FAILED


TestTransfer = quick(Transfer)


def test_danger_that_waits_for_paper_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(legality, "_require_acted", lambda waiting: None)
    misses(Transfer)


def test_a_photo_that_nobody_asked_for_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(returning, "_lacks_proof", lambda command, sent: False)
    misses(Transfer)
