"""Proposals: made once, answered by an officer, never repeated after a no."""

from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from services.routing.same import decider
from services.routing.same.decider import (
    Decline,
    NoteLinked,
    NoteParted,
    NothingProposed,
    Propose,
    SameMatterDeclined,
    SameMatterProposed,
    same_decider,
)
from services.routing.same.rules.likely import Found, SameAs
from shared.kernel import RequestId
from tests.routing.decisions.desk import MONDAY, REQUEST
from tests.support.machines import Acts, quick
from tests.support.spec import Spec

OTHER, THIRD = RequestId(UUID(int=2)), RequestId(UUID(int=3))
desk = Spec(same_decider)


def propose(*others: RequestId) -> Propose:
    found = tuple(Found(other, SameAs.SUPPORTER, 300, 200, ()) for other in others)
    return Propose(request_id=REQUEST, found=found, at=MONDAY)


def decline(other: RequestId = OTHER) -> Decline:
    return Decline(request_id=REQUEST, other=other, at=MONDAY)


def test_a_proposal_is_made_once() -> None:
    told = desk.when(propose(OTHER))
    assert [type(event) for event in told.events] == [SameMatterProposed]
    desk.after(propose(OTHER)).when(propose(OTHER)).then_nothing()


def test_what_an_officer_said_no_to_is_not_proposed_again() -> None:
    answered = desk.after(propose(OTHER), decline())
    answered.when(propose(OTHER)).then_nothing()
    answered.when(decline()).then_nothing()
    desk.when(decline()).then_rejected(NothingProposed)


def test_what_was_parted_is_not_proposed_again() -> None:
    linked = desk.after(propose(OTHER), NoteLinked(request_id=REQUEST, other=OTHER, relation=SameAs.REPEAT, at=MONDAY))
    linked.when(propose(THIRD)).then_nothing()
    parted = linked.after(NoteParted(request_id=REQUEST, other=OTHER, at=MONDAY))
    parted.when(propose(OTHER)).then_nothing()
    assert [type(event) for event in parted.when(propose(THIRD)).events] == [SameMatterProposed]


class Likely(Acts):
    decider = decider.same_decider
    others = st.sampled_from([OTHER, THIRD])

    @rule(other=others)
    def propose(self, other: RequestId) -> None:
        for event in self.attempt(propose(other)):
            declined = [each.other for each in self.of(SameMatterDeclined)]
            assert event.other not in declined

    @rule(other=others)
    def decline(self, other: RequestId) -> None:
        self.attempt(decline(other))

    @rule(other=others)
    def part(self, other: RequestId) -> None:
        self.attempt(NoteParted(request_id=REQUEST, other=other, at=MONDAY))


TestLikely = quick(Likely)
