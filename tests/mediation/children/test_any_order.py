"""Random legal and illegal acts of everybody; what the law demands of a child's file holds after each."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.mediation.children.commands import ChildCommand, DeclineRead, ReturnChildFile, WatchChildClock
from services.mediation.children.decider import child_decider
from services.mediation.children.facts import (
    REPORT,
    SCHOOL,
    ChildEvent,
    ChildInterviewHeld,
    ChildOutcomeReported,
    ChildSeatExcluded,
    ChildSeatGiven,
    ClockStep,
    Conflict,
    CounsellingHeld,
    MandatoryReported,
    ReadId,
    SealedRead,
    SealedReadApproved,
    SealedReadAsked,
    SealedScope,
    Seat,
)
from shared.contracts.codes import Priority, ReasonCode, Role
from shared.kernel import PersonId, Rejection, derive_id
from tests.mediation.children.samples import (
    AT,
    CHILD_ID,
    COLLEAGUE,
    COUNSELLOR,
    LATER,
    LEADER,
    MOTHER,
    NEIGHBOUR,
    OFFICER,
    OUTSIDER,
    SCHOOL_HAND,
    STEPFATHER,
    TEACHER,
    approve,
    ask,
    bullying,
    casework,
    close,
    counselling,
    counsellor_seat,
    exclude,
    interview,
    offer,
    open_it,
    report,
    school_result,
    seat,
    sign,
    told_reporter,
)

HANDS = st.sampled_from([OFFICER, COLLEAGUE, LEADER, COUNSELLOR, OUTSIDER, SCHOOL_HAND])
PEOPLE = st.sampled_from([MOTHER, NEIGHBOUR, STEPFATHER, TEACHER, COLLEAGUE.person, COUNSELLOR.person])
READS = st.sampled_from([ReadId(derive_id(CHILD_ID, "read", number)) for number in range(3)])
TIMES = st.sampled_from([AT, LATER, AT + timedelta(hours=9), AT + timedelta(days=11)])
PARTS = {COLLEAGUE.person: Role.CHILD_OFFICER, COUNSELLOR.person: Role.COUNSELLOR}


@st.composite
def acts(draw: st.DrawFn) -> ChildCommand:
    hand, at, read = draw(HANDS), draw(TIMES), draw(READS)
    wishes: list[ChildCommand] = [
        sign(),
        report(),
        casework(),
        told_reporter(),
        bullying(),
        school_result(),
        counselling(number=draw(st.integers(1, 3))),
        counsellor_seat(),
        interview(
            draw(PEOPLE), recording=draw(st.booleans()), girl=draw(st.booleans()), woman_asks=draw(st.booleans())
        ),
        ask(scope=draw(st.sampled_from(list(SealedScope))), read_id=read),
        replace(approve(), read_id=read),
        DeclineRead(hand=hand, read_id=read, at=at),
        replace(open_it(), read_id=read),
        close(),
        ReturnChildFile(hand=hand, reason=draw(st.sampled_from(list(ReasonCode))), at=at),
        exclude(draw(PEOPLE), draw(st.sampled_from(list(Conflict)))),
        _seat(draw(st.sampled_from(list(Seat))), draw(PEOPLE)),
    ]
    wish = draw(st.sampled_from(wishes))
    if draw(st.booleans()):
        wish = replace(wish, hand=hand)  # type: ignore[arg-type]
    clock = WatchChildClock(
        clock=draw(st.sampled_from([REPORT, SCHOOL])), step=draw(st.sampled_from(list(ClockStep))), at=at
    )
    return draw(st.sampled_from([replace(wish, at=at), clock]))


def _seat(kind: Seat, person: PersonId) -> ChildCommand:
    return seat(kind, person, PARTS.get(person))


def hurt(history: list[ChildEvent]) -> list[str]:
    """What the law demands and this history lacks."""
    found = []
    reported = seated_out = False
    seats: dict[PersonId, Seat] = {}
    out: set[PersonId] = set()
    asked: dict[ReadId, SealedReadAsked] = {}
    approved: dict[ReadId, SealedReadApproved] = {}
    for event in history:
        match event:
            case MandatoryReported():
                reported = True
            case ChildSeatGiven():
                seated_out = seated_out or event.person in out or event.person == NEIGHBOUR
                seats[event.person] = event.seat
            case ChildSeatExcluded():
                out.add(event.person)
                seats.pop(event.person, None)
            case ChildInterviewHeld() if seats.get(event.adult) not in (Seat.GUARDIAN, Seat.SUITABLE_ADULT):
                found.append("R-34: asked without an adult of the child's")
            case CounsellingHeld() if seats.get(event.counsellor) is not Seat.COUNSELLOR:
                found.append("R-36: counselled by who has no seat")
            case SealedReadAsked():
                asked[event.read_id] = event
            case SealedReadApproved():
                approved[event.read_id] = event
                if event.approver == asked[event.read_id].reader:
                    found.append("R-36: approved by the reader")
                if event.approver is None and asked[event.read_id].scope is SealedScope.SESSIONS:
                    found.append("R-36: counselling opened without an approval")
            case SealedRead():
                until = approved[event.read_id].until if event.read_id in approved else None
                if until is None or event.occurred_at > until or event.reader != asked[event.read_id].reader:
                    found.append("R-36: read without an approval that holds")
            case ChildOutcomeReported() if not reported or event.answer is None:
                found.append("R-32: closed before the report, or without words")
    return [*found, *(["R-06: who is in conflict sits"] if seated_out else [])]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([Priority.P0, Priority.P1]), st.lists(acts(), max_size=40))
def test_whatever_anybody_tries_the_child_stays_protected(priority: Priority, wishes: list[ChildCommand]) -> None:
    history: list[ChildEvent] = list(child_decider.decide(offer(priority), child_decider.initial))
    state = child_decider.fold(history)
    for wish in wishes:
        try:
            events = child_decider.decide(wish, state)
        except Rejection:
            continue
        state = child_decider.fold(events, state)
        history += events
    assert hurt(history) == []


def test_a_broken_rule_is_found() -> None:
    """A guardian who was kept out and sits again, an approval by the reader, an end without a report."""
    base: list[ChildEvent] = list(child_decider.decide(offer(), child_decider.initial))
    ids = {"child_id": CHILD_ID, "request_id": offer().offer.request_id}
    signed = child_decider.fold([*base, *child_decider.decide(sign(), child_decider.fold(base))])
    out = child_decider.decide(exclude(STEPFATHER), signed)
    back = child_decider.decide(seat(Seat.GUARDIAN, STEPFATHER), signed)
    assert hurt([*base, *out, *back]) == ["R-06: who is in conflict sits"]
    [asked] = child_decider.decide(ask(scope=SealedScope.CALL), signed)
    approved = SealedReadApproved(
        read_id=ask().read_id,
        approver=OFFICER.person,
        until=LATER,
        occurred_at=AT,
        **ids,  # type: ignore[arg-type]
    )
    assert hurt([*base, asked, approved]) == ["R-36: approved by the reader"]
