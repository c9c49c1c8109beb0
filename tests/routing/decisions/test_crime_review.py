"""R-27: seven days, thirty for what is heavy, thirty more; and the letter when it is no crime."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from services.routing.clocks.facts import ClockArmed, ClockStopped
from services.routing.clocks.table import (
    CRIME_REVIEW,
    CRIME_REVIEW_HEAVY,
    CRIME_REVIEW_LONGER,
    CRIME_REVIEW_REFERRED,
    REFUSAL_LETTER,
    REFUSAL_REVIEW,
)
from services.routing.decisions.commands import BreachClock, NoteTold
from services.routing.decisions.facts import ChannelGuess, DecisionEvent, RequestGated, RequestRouted, ScreeningAsked
from services.routing.decisions.gate_commands import (
    AnswerReview,
    AskExtension,
    DecideExtension,
    DecideGate,
    RequestReview,
    ServeRefusalLetter,
)
from services.routing.decisions.gate_facts import CrimeReviewExtensionAsked, RefusalLetterServed
from services.routing.decisions.rules.crime_review import (
    ApproverAsked,
    Extension,
    ExtensionOutOfTurn,
    ExtensionTooLate,
    LetterNotServed,
    NoCrimeQuestion,
    NoRefusalToServe,
    NoReviewToAnswer,
    NothingAskedToApprove,
    NotYoursToApprove,
    NotYoursToAsk,
    ReviewTooLate,
)
from services.routing.decisions.rules.gates import GateResult
from services.routing.decisions.state import DecisionState
from shared.contracts.codes import Category, Channel, Door, Flag, Gate, Role
from shared.kernel import ClockId, PersonId
from tests.routing.decisions.desk import (
    AT_NOON,
    ECONOMIC,
    INVESTIGATOR,
    MONDAY,
    NOTE,
    REQUEST,
    ROSTER,
    desk,
    filed,
    judged,
    kinds,
    matter,
    overruled,
    the,
)
from tests.routing.decisions.test_correcting import AGAIN
from tests.support.spec import Decided

LEADER = PersonId(UUID(int=41))
SWINDLE = desk.after(filed(), judged(Category.ENT, Channel.EPS, Flag.ENTERPRISE, Flag.CRIME_POSSIBLE))
PLAIN = desk.after(filed(), judged(Category.ENT, Channel.EPS, Flag.ENTERPRISE))


def asks(
    extension: Extension = Extension.HEAVY, role: Role = Role.CASE_INVESTIGATOR, at: datetime = AT_NOON
) -> AskExtension:
    return AskExtension(request_id=REQUEST, extension=extension, by_role=role, by=INVESTIGATOR, note=NOTE, at=at)


def answers(
    approved: bool = True, by: PersonId = LEADER, role: Role = Role.BUREAU_LEADER, at: datetime = AT_NOON
) -> DecideExtension:
    return DecideExtension(request_id=REQUEST, approved=approved, by_role=role, by=by, note=None, at=at)


def decides(result: GateResult, at: datetime = AT_NOON) -> DecideGate:
    role = Role.CASE_INVESTIGATOR
    return DecideGate(
        request_id=REQUEST, gate=Gate.CRIME_OR_CIVIL, result=result, by_role=role, note=None, roster=ROSTER, at=at
    )


def serves(role: Role = Role.CASE_INVESTIGATOR) -> ServeRefusalLetter:
    return ServeRefusalLetter(request_id=REQUEST, by_role=role, letter=NOTE, at=AT_NOON)


def requests(at: datetime = AT_NOON) -> RequestReview:
    return RequestReview(request_id=REQUEST, roster=ROSTER, at=at)


def reviewed(overturned: bool, role: Role = Role.BUREAU_LEADER) -> AnswerReview:
    return AnswerReview(
        request_id=REQUEST, overturned=overturned, by_role=role, by=LEADER, note=NOTE, roster=ROSTER, at=AT_NOON
    )


def armed(decided: Decided[DecisionState, DecisionEvent]) -> dict[ClockId, ClockArmed]:
    return {event.clock: event for event in decided.events if isinstance(event, ClockArmed)}


def stopped(decided: Decided[DecisionState, DecisionEvent]) -> set[ClockId]:
    return {event.clock for event in decided.events if isinstance(event, ClockStopped)}


def test_r_27_a_heavy_matter_has_thirty_days_from_the_report_once_the_head_approves() -> None:
    decided = SWINDLE.after(asks()).when(answers())
    assert stopped(decided) == {CRIME_REVIEW}
    heavy = armed(decided)[CRIME_REVIEW_HEAVY]
    assert heavy.started_at == MONDAY
    assert heavy.due.date() - MONDAY.date() == timedelta(days=30)
    longer = SWINDLE.after(asks(), answers(), asks(Extension.LONGER)).when(answers())
    assert armed(longer)[CRIME_REVIEW_LONGER].started_at == AT_NOON
    assert stopped(longer) == {CRIME_REVIEW_HEAVY}


def test_r_27_what_was_not_approved_leaves_the_seven_days() -> None:
    refused = SWINDLE.after(asks()).when(answers(approved=False))
    assert not armed(refused)
    assert not stopped(refused)
    assert CrimeReviewExtensionAsked in kinds(SWINDLE.after(asks(), answers(approved=False)).when(asks()))


def test_r_27_what_another_authority_referred_is_answered_within_three_days() -> None:
    sent_in = desk.after(replace(filed(), door=Door.OVERSIGHT))
    decided = sent_in.when(judged(Category.ENT, Channel.EPS, Flag.CRIME_POSSIBLE))
    assert {CRIME_REVIEW, CRIME_REVIEW_REFERRED} & armed(decided).keys() == {CRIME_REVIEW_REFERRED}


def test_r_27_more_time_is_an_investigators_to_ask_and_the_heads_to_give() -> None:
    assert SWINDLE.when(asks(role=Role.TRIAGE_OFFICER)).then_rejected(NotYoursToAsk).rule == "R-27"
    asked = SWINDLE.after(asks())
    asked.when(answers(role=Role.TRIAGE_OFFICER)).then_rejected(NotYoursToApprove)
    asked.when(answers(by=INVESTIGATOR)).then_rejected(ApproverAsked)
    SWINDLE.when(answers()).then_rejected(NothingAskedToApprove)


def test_r_27_extensions_come_in_turn_and_once() -> None:
    SWINDLE.when(asks(Extension.LONGER)).then_rejected(ExtensionOutOfTurn)
    heavy = SWINDLE.after(asks(), answers())
    heavy.when(asks(Extension.HEAVY)).then_rejected(ExtensionOutOfTurn)
    spent = heavy.after(asks(Extension.LONGER), answers())
    for extension in Extension:
        spent.when(asks(extension)).then_rejected(ExtensionOutOfTurn)


def test_r_27_time_that_is_over_is_not_lengthened() -> None:
    late = SWINDLE.when(asks(at=MONDAY + timedelta(days=9)))
    assert late.then_rejected(ExtensionTooLate).rule == "R-27"


def test_r_27_a_question_that_is_answered_needs_no_time() -> None:
    SWINDLE.after(decides(GateResult.NOT_A_CRIME)).when(asks()).then_rejected(NoCrimeQuestion)
    SWINDLE.after(asks(), decides(GateResult.CRIME)).when(answers()).then_rejected(NoCrimeQuestion)


def test_r_27_days_that_nobody_is_asked_to_use_do_not_run() -> None:
    decided = PLAIN.when(overruled(Category.COM))
    assert (stopped(decided) & {CRIME_REVIEW}, the(RequestRouted, decided).ruling.channel) == (
        {CRIME_REVIEW},
        Channel.XFER,
    )
    assert matter(PLAIN.after(overruled(Category.COM))).gates == {Gate.CRIME_OR_CIVIL: GateResult.UNDECIDED}


def test_r_28_a_question_that_stands_in_the_way_again_is_asked_anew() -> None:
    transferred = PLAIN.after(overruled(Category.COM))
    decided = transferred.when(overruled(Category.DIS))
    assert the(ScreeningAsked, decided).unit == ECONOMIC
    assert armed(decided)[CRIME_REVIEW].started_at == AT_NOON


def test_r_27_days_that_an_investigator_has_begun_to_use_run_on() -> None:
    for begun in (PLAIN.after(asks()), PLAIN.after(decides(GateResult.UNDECIDED))):
        assert CRIME_REVIEW in matter(begun.after(overruled(Category.COM))).clocks


def test_r_27_a_second_reading_that_sees_no_firm_leaves_no_days_running() -> None:
    doubtful = desk.after(filed(), judged(Category.ENT, Channel.EPS, unsure=True))
    to_nobody = replace(AGAIN, channel=ChannelGuess(890, 60, Channel.XFER, None))
    assert CRIME_REVIEW in matter(doubtful).clocks
    assert CRIME_REVIEW not in matter(doubtful.after(to_nobody)).clocks


def test_r_27_who_reported_a_crime_is_refused_in_writing_within_three_days() -> None:
    assert REFUSAL_LETTER in armed(SWINDLE.when(decides(GateResult.NOT_A_CRIME)))
    assert REFUSAL_LETTER not in armed(PLAIN.when(decides(GateResult.NOT_A_CRIME)))
    refused = SWINDLE.after(decides(GateResult.NOT_A_CRIME))
    told = refused.when(NoteTold(request_id=REQUEST, at=AT_NOON))
    assert REFUSAL_LETTER not in stopped(told), "hearing of the outcome is not having it in writing"
    served = refused.when(serves())
    assert stopped(served) == {REFUSAL_LETTER}
    letter, window = the(RefusalLetterServed, served), armed(served)[REFUSAL_REVIEW]
    assert letter.review_until == window.due
    assert window.due.date() - AT_NOON.date() == timedelta(days=7)
    refused.after(serves()).when(serves()).then_nothing()


@pytest.mark.parametrize("result", [GateResult.UNDECIDED, GateResult.CRIME])
def test_r_27_no_letter_without_the_recorded_refusal(result: GateResult) -> None:
    SWINDLE.after(decides(result)).when(serves()).then_rejected(NoRefusalToServe)
    refused = SWINDLE.after(decides(GateResult.NOT_A_CRIME))
    assert refused.when(serves(Role.TRIAGE_OFFICER)).then_rejected(NotYoursToAsk).rule == "R-27"


def test_r_27_a_review_is_asked_for_within_seven_days_of_the_letter() -> None:
    refused = SWINDLE.after(decides(GateResult.NOT_A_CRIME))
    refused.when(requests()).then_rejected(LetterNotServed)
    served = refused.after(serves())
    assert stopped(served.when(requests())) == {REFUSAL_REVIEW}
    late = served.when(requests(AT_NOON + timedelta(days=8))).then_rejected(ReviewTooLate)
    assert late.rule == "R-27"
    served.after(requests()).when(requests()).then_nothing()


def test_r_26_nobody_asks_too_late_while_only_a_guess_says_so() -> None:
    in_december = datetime.fromisoformat("2026-12-28T09:00+08:00")
    served = SWINDLE.after(decides(GateResult.NOT_A_CRIME), replace(serves(), at=in_december))
    guess = matter(served).clocks[REFUSAL_REVIEW].due
    put_off = served.after(BreachClock(request_id=REQUEST, clock=REFUSAL_REVIEW, at=guess))
    assert stopped(put_off.when(requests(guess + timedelta(hours=1)))) == {REFUSAL_REVIEW}


def test_r_27_a_refusal_that_was_overturned_is_an_open_question_again() -> None:
    served = SWINDLE.after(decides(GateResult.NOT_A_CRIME), serves())
    served.when(reviewed(overturned=True)).then_rejected(NoReviewToAnswer)
    asked = served.after(requests())
    asked.when(reviewed(overturned=True, role=Role.CASE_INVESTIGATOR)).then_rejected(NotYoursToApprove)
    decided = asked.when(reviewed(overturned=True))
    assert the(RequestGated, decided).result is GateResult.UNDECIDED
    assert (the(ScreeningAsked, decided).unit, CRIME_REVIEW in armed(decided)) == (ECONOMIC, True)
    again = asked.after(reviewed(overturned=True))
    assert RequestRouted in kinds(again.when(decides(GateResult.NOT_A_CRIME)))
    upheld = asked.after(reviewed(overturned=False))
    assert matter(upheld).gates[Gate.CRIME_OR_CIVIL] is GateResult.NOT_A_CRIME
    upheld.when(reviewed(overturned=False)).then_nothing()
