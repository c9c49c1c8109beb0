"""Any acts of anybody in any order: one owner, one end, and nothing done without an answer."""

from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.workorders.orders import decider
from services.workorders.orders.decider import NoteOverdue, OrderCommand, SignFor, order_decider
from services.workorders.orders.rules.endings import ReportOutcome, ReturnOrder, RevokeOrder, WithdrawOrder
from services.workorders.orders.rules.facts import (
    AnswerGiven,
    FirstResponseGiven,
    HandlingStarted,
    OrderEvent,
    OrderReturned,
    OrderRevoked,
    OrderSigned,
    OrderWithdrawn,
    OutcomeReported,
    StepReported,
)
from services.workorders.orders.rules.hands import Doer
from services.workorders.orders.rules.playbook import Playbook
from services.workorders.orders.rules.steps import AnswerOrder, ReportStep, RespondFirst
from shared.contracts.codes import Category, Outcome, OutcomeDetail, ReasonCode, Role
from shared.kernel import Digest, ItemCode, PersonId, Rejection, TextRef
from tests.support.machines import misses
from tests.workorders.samples import (
    ANSWER_PLAYBOOK,
    ANSWER_STEP,
    AUXILIARY,
    COLLEAGUE,
    CONTROLLED,
    DISPATCH_PLAYBOOK,
    DISPATCHED,
    FORMER,
    LATER,
    OFFICER,
    ON_SCENE,
    OTHER_PARTY,
    REQUESTER,
    RESPONSE_STEP,
    STRANGER,
    offer,
    offered,
)

ENDS = OutcomeReported | OrderReturned | OrderRevoked | OrderWithdrawn
doers = st.sampled_from([OFFICER, COLLEAGUE, AUXILIARY, STRANGER, FORMER, REQUESTER, OTHER_PARTY])
steps = st.sampled_from([RESPONSE_STEP, ANSWER_STEP, DISPATCHED, ON_SCENE, CONTROLLED])
texts = st.integers(1, 3).map(lambda n: TextRef(UUID(int=n), Digest(f"{n}" * 64)))


class Order(RuleBasedStateMachine):
    history: list[OrderEvent]

    @initialize(
        playbook=st.sampled_from([ANSWER_PLAYBOOK, DISPATCH_PLAYBOOK]),
        category=st.sampled_from([Category.SVC, Category.CPL]),
        owner=st.none() | doers.map(lambda doer: doer.person),
    )
    def begin(self, playbook: Playbook, category: Category, owner: PersonId | None) -> None:
        self.history = [offered(offer(playbook=playbook, category=category, owner=owner))]

    def _do(self, command: OrderCommand) -> tuple[OrderEvent, ...]:
        try:
            events = order_decider.decide(command, order_decider.fold(self.history))
        except Rejection:
            return ()
        self.history.extend(events)
        assert order_decider.decide(command, order_decider.fold(self.history)) == (), "a repeated command does nothing"
        return events

    @rule(doer=doers)
    def sign(self, doer: Doer) -> None:
        if self._do(SignFor(doer=doer, at=LATER)):
            assert doer in (OFFICER, COLLEAGUE, STRANGER)

    @rule(doer=doers, note=st.none() | texts)
    def respond(self, doer: Doer, note: TextRef | None) -> None:
        self._do(RespondFirst(doer=doer, note=note, at=LATER))

    @rule(doer=doers, step=steps)
    def work(self, doer: Doer, step: ItemCode) -> None:
        self._do(ReportStep(doer=doer, step=step, note=None, at=LATER))

    @rule(doer=doers, text=texts)
    def answer(self, doer: Doer, text: TextRef) -> None:
        self._do(AnswerOrder(doer=doer, answer=text, at=LATER))

    @rule(doer=doers, outcome=st.sampled_from(Outcome), detail=st.none() | st.sampled_from(OutcomeDetail))
    def end(self, doer: Doer, outcome: Outcome, detail: OutcomeDetail | None) -> None:
        if self._do(ReportOutcome(doer=doer, outcome=outcome, detail=detail, at=LATER)):
            assert doer.role is not Role.AUXILIARY

    @rule(doer=doers, reason=st.sampled_from(ReasonCode))
    def send_back(self, doer: Doer, reason: ReasonCode) -> None:
        self._do(ReturnOrder(doer=doer, reason=reason, note=None, at=LATER))

    @rule(withdrawn=st.booleans())
    def take_away(self, withdrawn: bool) -> None:
        self._do(WithdrawOrder(at=LATER) if withdrawn else RevokeOrder(reason=ReasonCode.OVERRULED, at=LATER))

    @rule(step=st.none() | steps)
    def time_passes(self, step: ItemCode | None) -> None:
        self._do(NoteOverdue(step=step, due=LATER, at=LATER))

    @invariant()
    def one_person_is_accountable(self) -> None:
        signed = [event for event in self.history if isinstance(event, OrderSigned)]
        assert len(signed) <= 1
        assert not {each.owner for each in signed} & {FORMER.person, REQUESTER.person, OTHER_PARTY.person}

    @invariant()
    def nothing_happens_after_the_end(self) -> None:
        ends = [place for place, event in enumerate(self.history) if isinstance(event, ENDS)]
        assert ends in ([], [len(self.history) - 1])

    @invariant()
    def work_follows_the_signature(self) -> None:
        signed = False
        for event in self.history:
            signed = signed or isinstance(event, OrderSigned)
            if isinstance(event, FirstResponseGiven | HandlingStarted | StepReported | AnswerGiven | OutcomeReported):
                assert signed

    @invariant()
    def nothing_is_done_without_an_answer(self) -> None:
        last = self.history[-1]
        if isinstance(last, OutcomeReported) and last.outcome is Outcome.DONE:
            answers = [event.answer for event in self.history if isinstance(event, AnswerGiven)]
            assert last.answer == answers[-1]

    @invariant()
    def things_begin_once(self) -> None:
        assert sum(isinstance(event, HandlingStarted) for event in self.history) <= 1
        assert sum(isinstance(event, FirstResponseGiven) for event in self.history) <= 1


Order.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestOrder = Order.TestCase


def test_a_rule_that_was_taken_away_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decider, "require_may_sign", lambda doer, hands, signers: None)
    misses(Order)
