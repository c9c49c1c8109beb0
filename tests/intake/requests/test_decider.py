"""At the door: filing, asking for papers, turning away, taking back."""

from dataclasses import replace
from uuid import UUID

import pytest

from services.intake.requests.commands import (
    Accept,
    Archive,
    InfoTimeOut,
    NoteRouting,
    RefuseAcceptance,
    RequestCommand,
    RequestInfo,
    Supplement,
    Withdraw,
)
from services.intake.requests.decider import (
    AlreadyRouted,
    DangerNeverRefused,
    DangerStaysOpen,
    InfoAlreadyAsked,
    InfoDueTooEarly,
    NotOpen,
    OutcomeAlreadyReported,
    RefusalReasonNotAllowed,
    request_decider,
)
from services.intake.requests.facts import (
    ContactLeft,
    InfoReminded,
    NotAccepted,
    Notice,
    Reach,
    RequestAccepted,
    RequestArchived,
    RequestEvent,
    RequestReopened,
    RoutingNoted,
    Supplemented,
    Way,
    Withdrawn,
)
from services.intake.requests.rules.acceptance import is_complete
from services.intake.requests.rules.closing import NobodyWasTold
from services.intake.requests.state import Open, RequestState, Unfiled, state_code
from shared.contracts.codes import Category, ReasonCode, State
from shared.contracts.danger import DangerKind
from shared.kernel import CorruptHistory, ItemCode, NotFound
from tests.intake.requests.samples import (
    DAY,
    HOUR,
    LEASE,
    MONDAY,
    OFFICER,
    REQUEST,
    TENANT,
    WEEK,
    accepted,
    asked_for_the_lease,
    filed,
    filing,
    note_told,
    outcome_noted,
    request_filed,
    text,
    told,
)
from tests.support.spec import Spec

desk = Spec(request_decider)
threatened = request_filed(danger=(DangerKind.VIOLENCE_NOW,))
vague = request_filed(complete=False)
ask_for_the_lease = RequestInfo(items=(LEASE,), note=None, warn_at=MONDAY + 5 * DAY, due=MONDAY + WEEK, at=MONDAY)
add = Supplement(text=text(2), danger=(), at=MONDAY + HOUR)
refuse = RefuseAcceptance(reason=ReasonCode.NOT_POLICE, note=text(3), at=MONDAY + HOUR)
withdraw = Withdraw(note=None, at=MONDAY + HOUR)
not_police = NotAccepted(request_id=REQUEST, reason=ReasonCode.NOT_POLICE, note=text(3), occurred_at=MONDAY + HOUR)
withdrawn = Withdrawn(request_id=REQUEST, note=None, occurred_at=MONDAY + HOUR)
accepted_later = RequestAccepted(request_id=REQUEST, occurred_at=MONDAY + HOUR)
added = Supplemented(request_id=REQUEST, text=text(2), answers_request=False, danger=(), occurred_at=MONDAY + HOUR)


def code(spec: Spec[RequestCommand, RequestState, RequestEvent]) -> State:
    assert not isinstance(spec.state, Unfiled)
    return state_code(spec.state)


def test_a_request_that_says_something_is_accepted_at_the_door() -> None:
    desk.when(filing()).then(filed, accepted)
    assert code(desk.given(filed, accepted)) is State.ACCEPTED


def test_a_request_that_says_nothing_yet_is_only_received() -> None:
    desk.when(filing(complete=False)).then(vague)
    assert code(desk.given(vague)) is State.RECEIVED


def test_danger_is_accepted_whatever_is_missing() -> None:
    danger = (DangerKind.SUICIDE,)
    desk.when(filing(complete=False, danger=danger)).then(request_filed(complete=False, danger=danger), accepted)


def test_filing_twice_is_one_request() -> None:
    desk.given(filed, accepted).when(filing()).then_nothing()


def test_where_the_person_can_be_reached_is_kept_as_a_reference() -> None:
    command = replace(filing(), contact=Reach(UUID(int=5), (Way.EMAIL,)))
    left = ContactLeft(request_id=REQUEST, person=TENANT, contact=UUID(int=5), ways=(Way.EMAIL,), occurred_at=MONDAY)
    desk.when(command).then(filed, left, accepted)


@pytest.mark.parametrize("narrative", ["邻居半夜装修", "lost my ID card", "楼上漏水，没人管"])
def test_a_sentence_is_enough(narrative: str) -> None:
    assert is_complete(narrative)


@pytest.mark.parametrize("narrative", ["", "。。。。。。", "你好", "啊啊啊啊啊啊", "1111"])
def test_noise_is_not_enough(narrative: str) -> None:
    assert not is_complete(narrative)


def test_nothing_can_be_done_with_a_request_nobody_filed() -> None:
    with pytest.raises(NotFound):
        desk.when(withdraw)


def test_a_history_that_does_not_begin_with_the_filing_is_broken() -> None:
    with pytest.raises(CorruptHistory):
        request_decider.fold((accepted,))


def test_an_officer_accepts_what_was_vague() -> None:
    desk.given(vague).when(Accept(at=MONDAY + HOUR)).then(accepted_later)


def test_accepting_twice_is_accepting_once() -> None:
    desk.given(filed, accepted).when(Accept(at=MONDAY + HOUR)).then_nothing()


def test_more_words_make_a_vague_request_acceptable() -> None:
    desk.given(vague).when(add).then(added, accepted_later)


def test_a_routed_request_counts_as_accepted() -> None:
    route = NoteRouting(attempt=1, category=Category.DIS, at=MONDAY + HOUR)
    noted = RoutingNoted(request_id=REQUEST, attempt=1, category=Category.DIS, occurred_at=MONDAY + HOUR)
    desk.given(vague).when(route).then(noted, accepted_later)
    desk.given(vague, noted, accepted_later).when(route).then_nothing()


class TestPapers:
    def test_missing_papers_are_asked_for_with_a_due_date(self) -> None:
        desk.given(filed, accepted).when(ask_for_the_lease).then(asked_for_the_lease)
        assert code(desk.given(filed, accepted, asked_for_the_lease)) is State.NEED_INFO

    def test_asking_the_same_again_asks_once(self) -> None:
        desk.given(filed, accepted, asked_for_the_lease).when(ask_for_the_lease).then_nothing()

    def test_everything_missing_is_told_at_once_not_one_by_one(self) -> None:
        more = replace(ask_for_the_lease, items=(ItemCode("receipt"),), at=MONDAY + HOUR)
        desk.given(filed, accepted, asked_for_the_lease).when(more).then_rejected(InfoAlreadyAsked, due=MONDAY + WEEK)

    def test_the_person_gets_time_to_answer(self) -> None:
        refused = desk.given(filed, accepted).when(replace(ask_for_the_lease, due=MONDAY))
        assert refused.then_rejected(InfoDueTooEarly).rule == "R-26"

    def test_no_papers_are_asked_for_after_the_outcome(self) -> None:
        desk.given(filed, accepted, outcome_noted()).when(ask_for_the_lease).then_rejected(OutcomeAlreadyReported)

    def test_the_answer_ends_the_wait(self) -> None:
        answer = replace(added, answers_request=True)
        desk.given(filed, accepted, asked_for_the_lease).when(add).then(answer)
        assert code(desk.given(filed, accepted, asked_for_the_lease, answer)) is State.ACCEPTED

    def test_the_answer_to_a_vague_request_accepts_it(self) -> None:
        answer = replace(added, answers_request=True)
        desk.given(vague, asked_for_the_lease).when(add).then(answer, accepted_later)

    def test_the_same_addition_twice_is_one(self) -> None:
        desk.given(filed, accepted, added).when(add).then_nothing()

    def test_the_person_is_reminded_before_the_end(self) -> None:
        waiting = desk.given(filed, accepted, asked_for_the_lease)
        reminded = InfoReminded(request_id=REQUEST, due=MONDAY + WEEK, occurred_at=MONDAY + 5 * DAY)
        waiting.when(InfoTimeOut(at=MONDAY + DAY)).then_nothing()
        waiting.when(InfoTimeOut(at=MONDAY + 5 * DAY)).then(reminded)
        waiting.given(reminded).when(InfoTimeOut(at=MONDAY + 6 * DAY)).then_nothing()

    def test_without_an_answer_the_request_is_not_accepted(self) -> None:
        waiting = desk.given(filed, accepted, asked_for_the_lease)
        lapsed = NotAccepted(
            request_id=REQUEST, reason=ReasonCode.MATERIAL_MISSING, note=None, occurred_at=MONDAY + WEEK
        )
        waiting.when(InfoTimeOut(at=MONDAY + WEEK)).then(lapsed)
        waiting.given(lapsed).when(InfoTimeOut(at=MONDAY + WEEK)).then_nothing()

    def test_a_timer_after_the_answer_does_nothing(self) -> None:
        answered = desk.given(filed, accepted, asked_for_the_lease, replace(added, answers_request=True))
        answered.when(InfoTimeOut(at=MONDAY + WEEK)).then_nothing()

    def test_danger_never_waits_for_papers(self) -> None:
        waiting = desk.given(threatened, accepted, asked_for_the_lease)
        reminded = InfoReminded(request_id=REQUEST, due=MONDAY + WEEK, occurred_at=MONDAY + WEEK)
        assert code(waiting) is State.ACCEPTED
        waiting.when(InfoTimeOut(at=MONDAY + WEEK)).then(reminded)
        waiting.given(reminded).when(InfoTimeOut(at=MONDAY + 2 * WEEK)).then_nothing()

    def test_after_the_due_date_a_person_in_danger_may_be_asked_anew(self) -> None:
        again = replace(ask_for_the_lease, at=MONDAY + WEEK, due=MONDAY + 2 * WEEK)
        decided = desk.given(threatened, accepted, asked_for_the_lease).when(again)
        assert isinstance(decided.state, Open)
        assert decided.state.asked is not None
        assert decided.state.asked.due == MONDAY + 2 * WEEK


class TestTurningAway:
    def test_not_police_business_is_turned_away_with_a_reason_and_a_note(self) -> None:
        desk.given(filed, accepted).when(refuse).then(not_police)
        assert code(desk.given(filed, accepted, not_police)) is State.NOT_ACCEPTED

    def test_turning_away_twice_is_once(self) -> None:
        desk.given(filed, accepted, not_police).when(refuse).then_nothing()

    def test_danger_is_never_turned_away(self) -> None:
        assert desk.given(threatened, accepted).when(refuse).then_rejected(DangerNeverRefused).rule == "R-22"

    @pytest.mark.parametrize("reason", [ReasonCode.OVERLOAD, ReasonCode.MATERIAL_MISSING, ReasonCode.REPEAT])
    def test_only_lawful_reasons_turn_away(self, reason: ReasonCode) -> None:
        desk.given(filed, accepted).when(replace(refuse, reason=reason)).then_rejected(RefusalReasonNotAllowed)

    def test_what_has_a_handler_is_not_turned_away_at_the_door(self) -> None:
        routed = RoutingNoted(request_id=REQUEST, attempt=1, category=Category.DIS, occurred_at=MONDAY)
        assert desk.given(filed, accepted, routed).when(refuse).then_rejected(AlreadyRouted).rule == "R-22"

    def test_it_goes_to_the_file_once_the_person_knows(self) -> None:
        archived = RequestArchived(request_id=REQUEST, category=None, rated=False, occurred_at=MONDAY + DAY)
        desk.given(filed, accepted, not_police).when(note_told(notice=Notice.REFUSAL)).then(
            told(notice=Notice.REFUSAL), archived
        )

    def test_a_notice_for_another_end_does_not_count(self) -> None:
        desk.given(filed, accepted, not_police).when(note_told(notice=Notice.WITHDRAWAL)).then_nothing()
        desk.given(filed, accepted).when(note_told(notice=Notice.REFUSAL)).then_nothing()

    def test_nobody_adds_to_what_was_turned_away(self) -> None:
        desk.given(filed, accepted, not_police).when(add).then_rejected(NotOpen, state=State.NOT_ACCEPTED)


class TestTakingBack:
    def test_the_requester_may_take_it_back(self) -> None:
        desk.given(filed, accepted).when(withdraw).then(withdrawn)
        assert code(desk.given(filed, accepted, withdrawn)) is State.WITHDRAWN

    def test_taking_back_twice_is_once(self) -> None:
        desk.given(filed, accepted, withdrawn).when(withdraw).then_nothing()

    def test_not_after_the_outcome(self) -> None:
        desk.given(filed, accepted, outcome_noted()).when(withdraw).then_rejected(OutcomeAlreadyReported)

    def test_not_while_there_is_danger(self) -> None:
        assert desk.given(threatened, accepted).when(withdraw).then_rejected(DangerStaysOpen).rule == "R-22"

    def test_not_what_is_turned_away_already(self) -> None:
        desk.given(filed, accepted, not_police).when(withdraw).then_rejected(NotOpen)

    def test_it_goes_to_the_file_once_the_person_knows(self) -> None:
        told_of_it = note_told(notice=Notice.WITHDRAWAL)
        archived = RequestArchived(request_id=REQUEST, category=None, rated=False, occurred_at=MONDAY + DAY)
        desk.given(filed, accepted, withdrawn).when(told_of_it).then(told(notice=Notice.WITHDRAWAL), archived)

    def test_nobody_files_it_away_before_the_person_knows(self) -> None:
        desk.given(filed, accepted, withdrawn).when(Archive(at=MONDAY)).then_rejected(NobodyWasTold, missing=1)


class TestDangerComesLate:
    def test_danger_in_an_addition_is_remembered(self) -> None:
        alarmed = desk.given(filed, accepted).after(replace(add, danger=(DangerKind.SUICIDE,)))
        alarmed.when(refuse).then_rejected(DangerNeverRefused)

    @pytest.mark.parametrize("end", [not_police, withdrawn])
    def test_danger_reopens_what_had_ended(self, end: NotAccepted | Withdrawn) -> None:
        alarm = replace(add, danger=(DangerKind.SUICIDE,))
        decided = desk.given(filed, accepted, end).when(alarm)
        reopened = RequestReopened(
            request_id=REQUEST,
            attempt=2,
            reason=ReasonCode.NEW_FACTS,
            former_handler=None,
            note=None,
            occurred_at=MONDAY + HOUR,
        )
        decided.then(replace(added, danger=(DangerKind.SUICIDE,)), reopened)

    def test_danger_after_the_outcome_reopens_at_once(self) -> None:
        alarm = replace(add, danger=(DangerKind.VIOLENCE_NOW,))
        decided = desk.given(filed, accepted, outcome_noted()).when(alarm)
        assert isinstance(decided.events[-1], RequestReopened)
        assert decided.events[-1].former_handler == OFFICER
