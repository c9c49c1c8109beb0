"""The answer into the group: once, by whoever handles it, after the person knows, and leading to nobody."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.workorders.groupanswers.decider import (
    AnswerGroup,
    AnswerNamesSomebody,
    AskedInGroup,
    GroupAnswered,
    GroupAnsweredAlready,
    NotAskedInGroup,
    NoteGroup,
    ResultNotKnownYet,
    group_answer_decider,
)
from services.workorders.groups.rules.publishable import Leak
from services.workorders.orders.rules.hands import Doer, NotTheOwner
from shared.contracts.codes import Role
from shared.kernel import Digest, ItemCode, PersonId, RequestId, TextRef, UnitCode
from tests.support.machines import Acts, quick
from tests.support.spec import Spec

AT = datetime(2026, 3, 18, 5, tzinfo=UTC)
REQUEST = RequestId(UUID(int=0x100))
ORDER, SECOND_ORDER = UUID(int=0x900), UUID(int=0x901)
SHOPS = ItemCode("GROUP-SHOPS")
OFFICER = Doer(PersonId(UUID(int=0xA1)), Role.COMMUNITY_OFFICER, UnitCode("STATION-1"))
COLLEAGUE = Doer(PersonId(UUID(int=0xA2)), Role.COMMUNITY_OFFICER, UnitCode("STATION-1"))
ANSWER, OTHER_ANSWER = TextRef(UUID(int=0xC3), Digest("c" * 64)), TextRef(UUID(int=0xC4), Digest("d" * 64))

note = NoteGroup(request_id=REQUEST, group=SHOPS, at=AT)
asked = AskedInGroup(request_id=REQUEST, group=SHOPS, occurred_at=AT)
group = Spec(group_answer_decider)
waiting = group.given(asked)


def tell(
    doer: Doer = OFFICER,
    *,
    order: UUID = ORDER,
    answered: bool = True,
    answer: TextRef = ANSWER,
    leaks: tuple[Leak, ...] = (),
) -> AnswerGroup:
    return AnswerGroup(
        doer=doer,
        order_id=order,
        owner=OFFICER.person,
        answered=answered,
        answer=answer,
        leaks=leaks,
        at=AT,
    )


def told(order: UUID = ORDER) -> GroupAnswered:
    return GroupAnswered(request_id=REQUEST, order_id=order, group=SHOPS, answer=ANSWER, occurred_at=AT)


def test_the_group_is_remembered_once() -> None:
    group.when(note).then(asked)
    waiting.when(note).then_nothing()


def test_the_answer_goes_into_the_very_group_and_once() -> None:
    waiting.when(tell()).then(told())
    waiting.given(told()).when(tell()).then_nothing()
    waiting.given(told()).when(tell(answer=OTHER_ANSWER)).then_rejected(GroupAnsweredAlready)


def test_a_request_that_was_reopened_gets_a_second_answer() -> None:
    waiting.given(told()).when(tell(order=SECOND_ORDER)).then(told(SECOND_ORDER))


def test_what_was_not_asked_in_a_group_is_not_answered_there() -> None:
    group.when(tell()).then_rejected(NotAskedInGroup)


def test_the_person_who_asked_learns_it_first() -> None:
    waiting.when(tell(answered=False)).then_rejected(ResultNotKnownYet)


def test_only_whoever_handles_the_order_answers() -> None:
    waiting.when(tell(COLLEAGUE)).then_rejected(NotTheOwner)


def test_r_45_an_answer_that_leads_to_somebody_is_refused() -> None:
    refused = waiting.when(tell(leaks=(Leak.NAME, Leak.PLATE))).then_rejected(AnswerNamesSomebody)
    assert (refused.rule, refused.details["leaks"]) == ("R-45", (Leak.NAME, Leak.PLATE))


class Answers(Acts):
    decider = group_answer_decider

    @rule()
    def asked_there(self) -> None:
        self.attempt(note)

    @rule(
        doer=st.sampled_from([OFFICER, COLLEAGUE]),
        order=st.sampled_from([ORDER, SECOND_ORDER]),
        answered=st.booleans(),
        answer=st.sampled_from([ANSWER, OTHER_ANSWER]),
        leaks=st.sampled_from([(), (Leak.NAME,)]),
    )
    def answer(self, doer: Doer, order: UUID, answered: bool, answer: TextRef, leaks: tuple[Leak, ...]) -> None:
        if self.attempt(tell(doer, order=order, answered=answered, answer=answer, leaks=leaks)):
            assert not leaks

    @invariant()
    def one_answer_for_each_order_and_only_where_it_was_asked(self) -> None:
        given = self.of(GroupAnswered)
        assert len({each.order_id for each in given}) == len(given)
        assert not given or self.of(AskedInGroup)


TestAnswers = quick(Answers)
