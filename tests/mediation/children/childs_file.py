"""Random legal and illegal acts of everybody on a child's file, and what has to hold after each."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from services.mediation.children import commands, facts
from services.mediation.children.commands import Hand, OpenSealed
from services.mediation.children.decider import child_decider
from services.mediation.children.facts import REPORT, SCHOOL, ClockStep, Conflict, ReadId, SealedScope, Seat
from services.mediation.children.state import Open
from shared.contracts.codes import Outcome, Priority, ReasonCode, Role
from shared.kernel import ClockId, PersonId, Rejection
from tests.mediation.children.samples import (
    AT,
    COLLEAGUE,
    COUNSELLOR,
    LATER,
    LEADER,
    MOTHER,
    NEIGHBOUR,
    OFFICER,
    OUTSIDER,
    READ,
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
from tests.mediation.children.told import Told
from tests.support.machines import Acts

FORMER = Hand(PersonId(UUID(int=16)), Role.CHILD_OFFICER)
SIDE = Hand(NEIGHBOUR, Role.CHILD_OFFICER)
PARTS = {hand.person: hand.part for hand in (OFFICER, COLLEAGUE, LEADER, COUNSELLOR)}

OTHERS = (OUTSIDER, SCHOOL_HAND, SIDE, FORMER, COUNSELLOR, LEADER, COLLEAGUE)
MOTHERS = st.sampled_from([Seat.GUARDIAN, Seat.SUITABLE_ADULT])
SIGNERS = st.sampled_from([OFFICER, OFFICER, COLLEAGUE])
PEOPLE = st.sampled_from([MOTHER, NEIGHBOUR, STEPFATHER, TEACHER, COLLEAGUE.person, COUNSELLOR.person])
ENDINGS: list[Any] = [
    close(),
    close(outcome=Outcome.FAILED),
    replace(close(), answer=None),
    *(
        commands.ReturnChildFile(hand=OFFICER, reason=reason, at=AT)
        for reason in (ReasonCode.WRONG_CATEGORY, ReasonCode.OVERLOAD, ReasonCode.NOT_SETTLED)
    ),
]
ADULTS = st.sampled_from([MOTHER, MOTHER, MOTHER, TEACHER, STEPFATHER])
SUSPECTS = st.sampled_from([STEPFATHER, TEACHER, COLLEAGUE.person, COUNSELLOR.person])
TIMES = st.sampled_from([AT, LATER, AT + timedelta(hours=9), AT + timedelta(days=11)])
WAY: list[Any] = [
    seat(Seat.SCHOOL, TEACHER),
    counsellor_seat(),
    counselling(),
    bullying(),
    report(),
    interview(),
    casework(),
    told_reporter(),
    school_result(),
    exclude(STEPFATHER, Conflict.NAMED_IN_IT),
    exclude(COLLEAGUE.person, Conflict.NAMED_IN_IT),
    ask(),
    approve(),
]
DUTIES: list[Any] = [
    school_result(),
    bullying(),
    told_reporter(),
    casework(),
    report(to=()),
    report(),
    commands.RespondToChild(hand=OFFICER, note=None, at=AT),
    sign(),
]
"""The last first: each is tried before what has to come before it."""
STEPS = st.integers(0, len(WAY) + 1)
BEGUN = st.sets(STEPS) | st.sets(STEPS, max_size=2).map(lambda left_out: set(range(len(WAY) + 2)) - left_out)
"""A little is done, or nearly all."""
ONCE = (
    facts.ChildFileOffered,
    facts.ChildFileSigned,
    facts.ChildFirstResponse,
    facts.ChildHandlingStarted,
    facts.MandatoryReported,
    facts.ChildCaseworkFiled,
    facts.ReporterUnitTold,
    facts.BullyingReported,
    facts.ChildInterviewHeld,
)
OWNERS_WORK = (
    commands.RespondToChild
    | commands.NoteCasework
    | commands.TellReporterUnit
    | commands.GiveSeat
    | commands.ExcludeSeat
    | commands.RecordInterview
    | commands.CloseChildFile
)
READING = commands.AskRead | commands.ApproveRead | commands.DeclineRead | OpenSealed
OFFICERS_WORK = OWNERS_WORK | commands.SignForChild | commands.ReportHarm | commands.ReturnChildFile
SCHOOLS_WORK = commands.ReportBullying | commands.GiveSchoolResult


class ChildsFile(Acts):
    decider = child_decider

    def __init__(self) -> None:
        super().__init__()
        self.wishes: list[Any] = []

    def attempt(self, wish: Any, *, each_counts: bool = False) -> tuple[Any, ...]:
        events = super().attempt(wish, each_counts=each_counts)
        self.wishes += [wish] * len(events)
        return events

    def do(self, wish: Any, others: bool) -> None:
        """Whose work it is does it; before, perhaps, all others try."""
        for hand in (*(OTHERS if others else ()), wish.hand):
            self.attempt(replace(wish, hand=hand), each_counts=isinstance(wish, OpenSealed))

    def each(self, *kinds: type) -> Iterator[tuple[Any, Any, Told]]:
        """Every such fact, the wish behind it, and what was told before."""
        told = Told()
        for event, wish in zip(self.past, self.wishes, strict=True):
            if not kinds or isinstance(event, kinds):
                yield event, wish, told
            told.take(event)

    def so_far(self) -> Told:
        told = Told()
        for event in self.past:
            told.take(event)
        return told

    @initialize(priority=st.sampled_from([Priority.P0, Priority.P1]), begun=BEGUN, signer=SIGNERS, mother=MOTHERS)
    def some_work_is_done(self, priority: Priority, begun: set[int], signer: Hand, mother: Seat) -> None:
        self.attempt(offer(priority, (FORMER.person,)))
        way = [sign(signer), seat(mother, MOTHER), *WAY]
        for number in sorted(begun):
            self.attempt(way[number])

    @rule(first=st.integers(0, len(DUTIES) - 1), at=TIMES)
    def duties_are_done(self, first: int, at: datetime) -> None:
        for wish in (DUTIES * 2)[first : first + 4]:
            self.do(replace(wish, at=at), others=True)

    @rule(others=st.booleans(), kind=st.sampled_from(Seat), person=PEOPLE)
    def a_seat_is_given(self, others: bool, kind: Seat, person: PersonId) -> None:
        for each in (NEIGHBOUR, COLLEAGUE.person, person):
            self.do(seat(kind, each, PARTS.get(each)), others)

    @rule(others=st.booleans(), person=SUSPECTS, conflict=st.sampled_from(Conflict))
    def somebody_is_kept_out(self, others: bool, person: PersonId, conflict: Conflict) -> None:
        self.do(exclude(person, conflict), others)

    @rule(others=st.booleans(), adult=ADULTS, number=st.integers(1, 2))
    def the_child_is_asked(self, others: bool, adult: PersonId, number: int) -> None:
        self.do(interview(adult, number=number), others)

    @invariant()
    def a_child_could_not_be_asked_off_the_record_or_a_girl_by_a_man(self) -> None:
        for hand in (OFFICER, COLLEAGUE):
            for slip in (interview(NEIGHBOUR), interview(recording=False), interview(girl=True)):
                with suppress(Rejection):
                    assert self.decider.decide(replace(slip, hand=hand), self.state) == (), "R-34"

    @rule(others=st.booleans(), number=st.integers(1, 3))
    def a_session_is_held(self, others: bool, number: int) -> None:
        self.do(counselling(number=number), others)

    def read(self, back: int) -> ReadId:
        """The last one that was asked for, or an earlier one; -1: the next."""
        return ReadId(UUID(int=READ.int + max(len(self.of(facts.SealedReadAsked)) - 1 - back, 0)))

    @rule(others=st.booleans(), scope=st.sampled_from(SealedScope))
    def a_read_is_asked(self, others: bool, scope: SealedScope) -> None:
        for hand in (*(OTHERS if others else ()), OFFICER):
            self.attempt(ask(hand, scope, self.read(-1)))

    @rule(others=st.booleans(), back=st.integers(0, 2), yes_first=st.booleans())
    def a_read_is_decided(self, others: bool, back: int, yes_first: bool) -> None:
        yes = replace(approve(OFFICER), read_id=self.read(back))
        no = commands.DeclineRead(hand=OFFICER, read_id=self.read(back), at=AT)
        for wish in (yes, no) if yes_first else (no, yes):
            self.attempt(wish)
            self.do(replace(wish, hand=LEADER), others)

    @rule(others=st.booleans(), back=st.integers(0, 2), at=TIMES)
    def it_is_opened(self, others: bool, back: int, at: datetime) -> None:
        self.do(replace(open_it(at=at), read_id=self.read(back)), others)

    @rule(clock=st.sampled_from([REPORT, facts.FEEDBACK, SCHOOL]), step=st.sampled_from(ClockStep), at=TIMES)
    def a_clock_is_watched(self, clock: ClockId, step: ClockStep, at: datetime) -> None:
        self.attempt(commands.WatchChildClock(clock=clock, step=step, at=at))

    @rule(wish=st.sampled_from([*ENDINGS, commands.StopChildFile(at=AT)]), now=st.booleans())
    def it_ends(self, wish: Any, now: bool) -> None:
        if now:
            self.attempt(wish)

    @invariant()
    def the_group_acts_and_no_side_of_it(self) -> None:
        for _, wish, told in self.each():
            hand: Hand | None = getattr(wish, "hand", None)
            if hand is None or (isinstance(wish, SCHOOLS_WORK) and told.seats.get(hand.person) is Seat.SCHOOL):
                continue
            assert hand.part is not None, "R-36: not of the group"
            assert told.offer is not None
            assert hand.person not in {told.offer.requester, told.offer.other_party, *told.out}, "R-15: a side of it"
            assert hand.person not in told.offer.excluded, "a former handler"
            assert not isinstance(wish, commands.GiveSchoolResult), "R-33: not the school"

    @invariant()
    def the_lane_is_worked_by_child_officers_and_a_file_by_its_own(self) -> None:
        for _, wish, told in self.each():
            if isinstance(wish, OFFICERS_WORK):
                assert wish.hand.part is Role.CHILD_OFFICER
            if isinstance(wish, OWNERS_WORK):
                assert wish.hand.person == told.owner

    @invariant()
    def what_happens_once_happens_once_and_nothing_but_reads_follows_the_end(self) -> None:
        for event, wish, told in self.each():
            assert not isinstance(event, ONCE) or type(event) not in told.kinds, event
            assert not told.ended or isinstance(wish, READING)

    @invariant()
    def the_report_comes_first_and_its_unit_is_answered(self) -> None:
        for event, wish, told in self.each(facts.MandatoryReported, facts.ChildCaseworkFiled, facts.ReporterUnitTold):
            match event:
                case facts.MandatoryReported():
                    assert wish.to
                    assert event.kept is (event.occurred_at <= told.owed[REPORT])
                case facts.ChildCaseworkFiled():
                    assert facts.MandatoryReported in told.kinds
                case _:
                    assert facts.ChildCaseworkFiled in told.kinds
        for _, _, told in self.each(facts.SchoolResultGiven):
            assert facts.BullyingReported in told.kinds

    @invariant()
    def it_could_end_only_when_all_is_done(self) -> None:
        for wish in ENDINGS:
            with suppress(Rejection):
                for event in self.decider.decide(wish, self.state):
                    self.may_end(event, wish, self.so_far())

    def may_end(self, event: Any, wish: Any, told: Told) -> None:
        reported = facts.MandatoryReported in told.kinds
        if isinstance(event, facts.ChildFileReturned):
            assert event.reason is ReasonCode.OVERLOAD or (reported and event.reason is ReasonCode.WRONG_CATEGORY)
            return
        assert reported, "R-32: the report is missing"
        assert facts.FEEDBACK not in told.owed, "R-32: the unit that reported waits"
        assert wish.answer is not None, "R-32: without words"
        if event.outcome is Outcome.DONE and facts.BullyingReported in told.kinds:
            late = (SCHOOL, facts.ChildClockBreached) in told.steps
            assert SCHOOL not in told.owed or late, "R-33: the school was not heard"
            suspected = Conflict.SUSPECTED in told.out.values()
            assert suspected or Seat.GUARDIAN in told.seats.values(), "R-33: the guardian was not told"

    @invariant()
    def nobody_in_conflict_sits_and_counsellors_come_from_the_group(self) -> None:
        for event, wish, told in self.each(facts.ChildSeatGiven):
            assert event.person not in {*told.out, NEIGHBOUR}
            assert wish.part is (Role.COUNSELLOR if event.seat is Seat.COUNSELLOR else None)
        if isinstance(self.state, Open):
            assert self.state.seats.keys().isdisjoint(self.state.excluded)

    @invariant()
    def a_child_is_asked_beside_its_adult_on_record_and_a_girl_by_a_woman(self) -> None:
        for event, wish, told in self.each(facts.ChildInterviewHeld):
            assert told.seats.get(event.adult) in (Seat.GUARDIAN, Seat.SUITABLE_ADULT), "R-34: no adult"
            assert wish.recording is not None, "R-34: not on record"
            assert wish.woman_asks or not wish.girl, "R-34: no woman"
        for event, _, told in self.each(facts.CounsellingHeld):
            assert told.seats.get(event.counsellor) is Seat.COUNSELLOR, "R-36: no counsellor of hers"

    @invariant()
    def a_read_waits_for_another_person(self) -> None:
        for event, wish, told in self.each(facts.SealedReadAsked, facts.SealedReadApproved, facts.SealedReadDeclined):
            if isinstance(event, facts.SealedReadAsked):
                assert event.scope is SealedScope.OWN_SESSIONS or wish.hand.part is not Role.COUNSELLOR
                assert told.items(event.reader, event.scope), "nothing to read"
                continue
            assert event.read_id not in told.approved.keys() | told.declined, "decided twice"
            asked = told.asked[event.read_id]
            if isinstance(event, facts.SealedReadApproved) and event.approver is None:
                answers = told.offer is not None and asked.reader == (told.owner or told.offer.owner)
                danger = told.offer is not None and told.offer.priority is Priority.P0 and not told.ended
                assert asked.scope is SealedScope.OWN_SESSIONS or (
                    asked.scope is SealedScope.CALL and answers and danger
                ), "R-36: by nobody"
            else:
                assert wish.hand.person != asked.reader, "R-36: by himself"
                assert wish.hand.part is not Role.COUNSELLOR, "R-36: by a counsellor"

    @invariant()
    def what_is_sealed_opens_to_its_reader_in_its_time(self) -> None:
        for event, _, told in self.each(facts.SealedRead):
            asked = told.asked[event.read_id]
            assert event.read_id in told.approved, "R-36: not approved"
            assert event.occurred_at <= told.approved[event.read_id], "R-36: over"
            assert event.reader == asked.reader, "R-36: of another"
            assert list(event.items) == told.items(asked.reader, asked.scope), "R-36: more than asked"

    @invariant()
    def a_clock_speaks_once_and_while_it_is_owed(self) -> None:
        for event, wish, told in self.each(facts.ChildClockWarned, facts.ChildClockBreached, facts.ChildClockEscalated):
            assert event.clock in told.owed, "nothing is owed"
            assert (event.clock, type(event)) not in told.steps, "said before"
            assert isinstance(event, facts.ChildClockWarned) or wish.at >= told.owed[event.clock], "too early"
