"""A matter leaves the house with notice and comes back with a result, and belongs to nobody at no moment."""

from datetime import timedelta

import pytest

from services.workorders.groups.rules.publishable import Leak
from services.workorders.orders.rules.hands import HandlerIsParty
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
from services.workorders.transfers.decider import AlreadySent, ReasonNotForTakingBack, transfer_decider
from services.workorders.transfers.facts import (
    AnswerSentBack,
    DangerActed,
    Destination,
    HandlingStarted,
    Late,
    OutcomeReported,
    Result,
    TransferAnswered,
    TransferNotified,
    TransferObjected,
    TransferOverdue,
    TransferReceived,
    TransferReturned,
    TransferRevoked,
    TransferSent,
    TransferSigned,
    TransferWithdrawn,
)
from services.workorders.transfers.rules.legality import (
    ChildStays,
    ComplaintStays,
    DangerFirst,
    NoticeMissing,
    NotTakenThere,
    NotThisReason,
    StubOnly,
    TaskMissing,
    TaskNamesSomebody,
    require_nobody_named,
)
from services.workorders.transfers.rules.returning import (
    AnswerUnread,
    NoAnswerYet,
    NotAnObjection,
    NotTransferredYet,
    ObjectionTooLate,
    PhotoMissing,
    TransferEnded,
)
from shared.contracts.codes import Category, Outcome, OutcomeDetail, Priority, ReasonCode
from shared.kernel import NotFound, UnitCode
from tests.support.spec import Spec
from tests.workorders.samples import AT, REQUESTER
from tests.workorders.transfers.samples import (
    ANOTHER,
    BETTER,
    BY_HAND,
    HOTLINE,
    LATER,
    LIAISON,
    NEXT_COUNTY,
    NOTE,
    OBJECTION_DUE,
    PETITION,
    PLATFORM,
    RECEIPT_DUE,
    SENT_AT,
    URBAN,
    answered,
    objected,
    offered,
    received,
    sending,
)

transfer = Spec(transfer_decider)
WAITING = transfer.after(offered())
OUT = WAITING.after(sending())
ANSWERED = OUT.after(answered())
LOOKED = Close(by=LIAISON, has_read=True, at=LATER)
ACTED = ActOnDanger(by=LIAISON, note=NOTE, at=AT)


def kinds(events: tuple[object, ...]) -> list[type]:
    return [type(event) for event in events]


def test_sending_makes_one_accountable_tells_the_person_and_leaves_in_one_act() -> None:
    decided = WAITING.when(sending())
    assert kinds(decided.events) == [TransferSigned, TransferNotified, TransferSent]
    sent = decided.events[2]
    assert isinstance(sent, TransferSent)
    assert (sent.to, sent.proof_demanded, sent.receipt_due) == (URBAN, True, RECEIPT_DUE)


def test_sending_twice_to_the_same_body_is_sending_once() -> None:
    OUT.when(sending()).then_nothing()


def test_what_is_with_one_body_does_not_go_to_a_second() -> None:
    OUT.when(sending(HOTLINE)).then_rejected(AlreadySent)


def test_r_22_danger_is_acted_on_before_a_matter_leaves() -> None:
    urgent = transfer.after(offered(priority=Priority.P0))
    assert urgent.when(sending()).then_rejected(DangerFirst).rule == "R-22"
    assert kinds(urgent.when(ACTED).events) == [DangerActed]
    assert kinds(urgent.after(ACTED).when(sending()).events)[-1] is TransferSent


def test_r_22_danger_goes_back_to_routing_without_any_condition() -> None:
    urgent = transfer.after(offered(priority=Priority.P0))
    back = TakeBack(by=LIAISON, reason=ReasonCode.WRONG_CATEGORY, at=LATER)
    assert kinds(urgent.when(back).events) == [TransferReturned]


def test_r_22_nothing_leaves_without_notice_to_the_person() -> None:
    assert WAITING.when(sending(notice=None)).then_rejected(NoticeMissing).rule == "R-22"


@pytest.mark.parametrize("wish", [LOOKED, answered(BY_HAND), objected(BY_HAND), received(BY_HAND)])
def test_r_22_not_police_business_alone_ends_no_request(wish: Close) -> None:
    assert WAITING.when(wish).then_rejected(NotTransferredYet).rule == "R-22"


@pytest.mark.parametrize(
    ("to", "reason", "fits"),
    [
        (URBAN, ReasonCode.NOT_POLICE, True),
        (URBAN, ReasonCode.OTHER_UNIT, False),
        (URBAN, ReasonCode.LEGAL_PROCEDURE, False),
        (NEXT_COUNTY, ReasonCode.OTHER_UNIT, True),
        (NEXT_COUNTY, ReasonCode.NOT_POLICE, False),
        (PETITION, ReasonCode.LEGAL_PROCEDURE, True),
        (URBAN, ReasonCode.OVERLOAD, False),
    ],
)
def test_r_22_the_ground_fits_the_kind_of_body(to: Destination, reason: ReasonCode, fits: bool) -> None:
    decided = WAITING.when(sending(to, reason=reason))
    if fits:
        assert kinds(decided.events)[-1] is TransferSent
    else:
        assert decided.then_rejected(NotThisReason).rule == "R-22"


def test_r_21_a_body_gets_only_what_it_takes() -> None:
    assert WAITING.when(sending(PLATFORM)).then_rejected(NotTakenThere).rule == "R-21"


def test_r_24_a_complaint_does_not_reach_those_complained_of() -> None:
    complaint = transfer.after(offered(Category.CPL))
    assert complaint.when(sending(NEXT_COUNTY, reason=ReasonCode.OTHER_UNIT)).then_rejected(ComplaintStays).rule
    assert kinds(complaint.when(sending(PETITION, reason=ReasonCode.LEGAL_PROCEDURE)).events)[-1] is TransferSent


def test_r_32_a_childs_matter_never_leaves_by_transfer() -> None:
    child = transfer.after(offered(Category.MIN))
    assert child.when(sending(NEXT_COUNTY, reason=ReasonCode.OTHER_UNIT)).then_rejected(ChildStays).rule == "R-32"


def test_r_37_the_hotline_is_told_codes_and_no_words() -> None:
    assert WAITING.when(sending(HOTLINE, task=NOTE)).then_rejected(StubOnly).rule == "R-37"
    assert kinds(WAITING.when(sending(HOTLINE)).events)[-1] is TransferSent


def test_r_37_a_note_to_a_body_names_nobody() -> None:
    require_nobody_named(())
    with pytest.raises(TaskNamesSomebody):
        require_nobody_named((Leak.ADDRESS,))


def test_r_37_the_task_names_nobody() -> None:
    assert WAITING.when(sending(task_names_somebody=True)).then_rejected(TaskNamesSomebody).rule == "R-37"


def test_a_body_that_works_by_words_is_told_what_is_asked() -> None:
    WAITING.when(sending(task=None)).then_rejected(TaskMissing)


def test_r_15_who_asked_does_not_send_his_own_matter_away() -> None:
    WAITING.when(sending(by=REQUESTER.person)).then_rejected(HandlerIsParty)


def test_the_receipt_is_taken_once() -> None:
    assert kinds(OUT.when(received()).events) == [TransferReceived, HandlingStarted]
    OUT.after(received()).when(received()).then_nothing()


def test_another_bodys_transfer_does_not_exist_for_this_one() -> None:
    for wish in (received(Voice(HOTLINE.code)), objected(Voice(HOTLINE.code)), answered(Voice(HOTLINE.code))):
        with pytest.raises(NotFound):
            transfer_decider.decide(wish, OUT.state)


def test_an_objection_sends_the_matter_back_to_routing() -> None:
    decided = OUT.when(objected())
    assert kinds(decided.events) == [TransferObjected, TransferReturned]
    OUT.after(objected()).when(objected()).then_nothing()


def test_r_24_after_its_time_the_transfer_stands() -> None:
    late = objected(at=OBJECTION_DUE + timedelta(seconds=1))
    assert OUT.when(late).then_rejected(ObjectionTooLate, due=OBJECTION_DUE).rule == "R-24"
    assert kinds(OUT.when(objected(at=OBJECTION_DUE)).events)[0] is TransferObjected


def test_r_24_too_much_work_is_no_objection() -> None:
    OUT.when(objected(reason=ReasonCode.OVERLOAD)).then_rejected(NotAnObjection)


def test_where_a_photo_is_demanded_the_bodys_word_alone_ends_nothing() -> None:
    OUT.when(answered(proof=None)).then_rejected(PhotoMissing)


def test_an_answer_with_its_photo_waits_for_somebody_who_looks() -> None:
    assert kinds(OUT.when(answered()).events) == [TransferReceived, HandlingStarted, TransferAnswered]
    reported = ANSWERED.when(LOOKED).events[0]
    assert isinstance(reported, OutcomeReported)
    assert (reported.outcome, reported.detail, reported.handler) == (Outcome.DONE, OutcomeDetail.RECTIFIED, LIAISON)


def test_r_37_who_cannot_read_the_answer_does_not_close_on_it() -> None:
    ANSWERED.when(Close(by=LIAISON, has_read=False, at=LATER)).then_rejected(AnswerUnread)


def test_nothing_is_closed_before_an_answer() -> None:
    OUT.when(LOOKED).then_rejected(NoAnswerYet)


def test_that_it_did_not_work_out_needs_no_photo() -> None:
    failed = OUT.after(answered(result=Result.FAILED, proof=None))
    reported = failed.when(LOOKED).events[0]
    assert isinstance(reported, OutcomeReported)
    assert (reported.outcome, reported.detail) == (Outcome.FAILED, None)


def test_where_no_photo_is_demanded_the_answer_is_the_result_and_twice_is_once() -> None:
    dispute = transfer.after(offered(Category.DIS), sending(PLATFORM, task=NOTE))
    settled = answered(Voice(PLATFORM.code), result=Result.SETTLED, proof=None)
    assert kinds(dispute.when(settled).events) == [
        TransferReceived,
        HandlingStarted,
        TransferAnswered,
        OutcomeReported,
    ]
    dispute.after(settled).when(settled).then_nothing()


def test_another_result_after_the_end_is_refused() -> None:
    ended = ANSWERED.after(LOOKED)
    ended.when(answered(answer=BETTER)).then_rejected(TransferEnded)
    ended.when(LOOKED).then_nothing()


def test_an_answer_that_is_none_goes_back_to_the_body() -> None:
    back = SendAnswerBack(by=LIAISON, note=NOTE, at=LATER)
    assert kinds(ANSWERED.when(back).events) == [AnswerSentBack]
    again = ANSWERED.after(back)
    again.when(back).then_nothing()
    again.when(LOOKED).then_rejected(NoAnswerYet)
    assert kinds(again.when(answered(answer=BETTER)).events) == [TransferAnswered]


def test_a_person_takes_it_back_for_a_reason_that_routing_can_use() -> None:
    OUT.when(TakeBack(by=ANOTHER, reason=ReasonCode.OVERLOAD, at=LATER)).then_rejected(ReasonNotForTakingBack)
    back = TakeBack(by=ANOTHER, reason=ReasonCode.CLOCK_BREACHED, at=LATER)
    returned = OUT.when(back).events[0]
    assert isinstance(returned, TransferReturned)
    assert returned.body == URBAN.code
    OUT.after(back).when(back).then_nothing()


@pytest.mark.parametrize(("late", "spec"), [(Late.SENDING, WAITING), (Late.RECEIPT, OUT), (Late.ANSWER, OUT)])
def test_a_time_that_ran_out_is_noted_once(late: Late, spec: Spec) -> None:  # type: ignore[type-arg]
    overdue = NoteOverdue(late=late, due=SENT_AT, at=LATER)
    assert kinds(spec.when(overdue).events) == [TransferOverdue]
    spec.after(overdue).when(overdue).then_nothing()


@pytest.mark.parametrize(
    ("late", "spec"),
    [(Late.SENDING, OUT), (Late.RECEIPT, OUT.after(received())), (Late.ANSWER, ANSWERED), (Late.RECEIPT, WAITING)],
)
def test_what_was_done_in_time_is_not_late(late: Late, spec: Spec) -> None:  # type: ignore[type-arg]
    spec.when(NoteOverdue(late=late, due=SENT_AT, at=LATER)).then_nothing()


def test_routing_and_the_person_may_take_it_away_and_the_body_is_known() -> None:
    revoked = OUT.when(Revoke(reason=ReasonCode.OVERRULED, at=LATER)).events[0]
    withdrawn = OUT.when(Withdraw(at=LATER)).events[0]
    assert isinstance(revoked, TransferRevoked)
    assert isinstance(withdrawn, TransferWithdrawn)
    assert revoked.body == withdrawn.body == URBAN.code == UnitCode("URBAN-1")
    transfer.when(Withdraw(at=LATER)).then_nothing()
    OUT.after(Withdraw(at=LATER)).when(Revoke(reason=ReasonCode.OVERRULED, at=LATER)).then_nothing()
