"""What people do to an order in these tests, and the facts that come of it."""

from services.workorders.orders.decider import (
    SignFor,
    order_decider,
)
from services.workorders.orders.rules.endings import (
    ReportOutcome,
    ReturnOrder,
    RevokeOrder,
    WithdrawOrder,
)
from services.workorders.orders.rules.facts import (
    AnswerGiven,
    FirstResponseGiven,
    HandlingStarted,
    OrderReturned,
    OrderRevoked,
    OrderWithdrawn,
    OutcomeReported,
)
from services.workorders.orders.rules.hands import (
    Doer,
)
from services.workorders.orders.rules.steps import AnswerOrder, RespondFirst
from shared.contracts.codes import Channel, Outcome, OutcomeDetail, ReasonCode
from shared.kernel import PersonId, TextRef
from tests.support.spec import Spec
from tests.workorders.samples import (
    ANSWER,
    ANSWER_STEP,
    LATER,
    NOTE,
    OFFICER,
    ORDER,
    REQUEST,
    RESPONSE_STEP,
    SIGNED_AT,
    offer,
    offered,
    signed,
)

order = Spec(order_decider)
waiting = order.given(offered(offer()))
in_hand = waiting.given(signed())

started = HandlingStarted(order_id=ORDER, request_id=REQUEST, occurred_at=LATER)


def sign(doer: Doer) -> SignFor:
    return SignFor(doer=doer, at=SIGNED_AT)


def respond(doer: Doer = OFFICER, note: TextRef | None = NOTE) -> RespondFirst:
    return RespondFirst(doer=doer, note=note, at=LATER)


def responded(note: TextRef | None = NOTE) -> FirstResponseGiven:
    return FirstResponseGiven(order_id=ORDER, request_id=REQUEST, step=RESPONSE_STEP, note=note, occurred_at=LATER)


def answer(doer: Doer = OFFICER, text: TextRef = ANSWER) -> AnswerOrder:
    return AnswerOrder(doer=doer, answer=text, at=LATER)


def answered(text: TextRef = ANSWER) -> AnswerGiven:
    return AnswerGiven(order_id=ORDER, request_id=REQUEST, step=ANSWER_STEP, answer=text, occurred_at=LATER)


def report(outcome: Outcome, detail: OutcomeDetail | None = None, doer: Doer = OFFICER) -> ReportOutcome:
    return ReportOutcome(doer=doer, outcome=outcome, detail=detail, at=LATER)


def reported(outcome: Outcome, detail: OutcomeDetail | None = None, text: TextRef | None = ANSWER) -> OutcomeReported:
    return OutcomeReported(
        order_id=ORDER,
        request_id=REQUEST,
        attempt=1,
        channel=Channel.WIN,
        outcome=outcome,
        detail=detail,
        answer=text,
        handler=OFFICER.person,
        occurred_at=LATER,
    )


def send_back(doer: Doer = OFFICER, reason: ReasonCode = ReasonCode.WRONG_GRID) -> ReturnOrder:
    return ReturnOrder(doer=doer, reason=reason, note=NOTE, at=LATER)


def sent_back(owner: PersonId | None) -> OrderReturned:
    return OrderReturned(
        order_id=ORDER,
        request_id=REQUEST,
        attempt=1,
        reason=ReasonCode.WRONG_GRID,
        note=NOTE,
        owner=owner,
        occurred_at=LATER,
    )


revoke = RevokeOrder(reason=ReasonCode.OVERRULED, at=LATER)
revoked = OrderRevoked(order_id=ORDER, request_id=REQUEST, reason=ReasonCode.OVERRULED, occurred_at=LATER)
withdraw = WithdrawOrder(at=LATER)
withdrawn = OrderWithdrawn(order_id=ORDER, request_id=REQUEST, occurred_at=LATER)
