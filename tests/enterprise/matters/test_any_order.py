"""Whatever people try, in any order: no coordination around a gate, no complaint to whom it is about, one end.

The same machine, run over a decider from which one guard was taken away, finds what that guard prevents.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from services.enterprise.matters.commands import (
    AnswerFirm,
    AnswerTask,
    AskMediation,
    AssignTask,
    CheckLegality,
    HoldRound,
    LodgeStaff,
    MatterCommand,
    NameComplainedOf,
    NameFirm,
    NoteGate,
    NoteGateOverdue,
    NoteTaskTime,
    ObjectToTask,
    RecordConsent,
    ReportOutcome,
    RespondFirst,
    ReturnMatter,
    RevokeMatter,
    SignFor,
    UrgeTask,
    WithdrawMatter,
)
from services.enterprise.matters.decider import guarded_by
from services.enterprise.matters.facts import (
    BatchId,
    ComplainedOfNamed,
    ConsentRecorded,
    FirmTold,
    FirstResponseGiven,
    HandlingStarted,
    Kind,
    Legality,
    LegalityChecked,
    MatterEvent,
    MatterOffered,
    MatterReturned,
    MatterRevoked,
    MatterSigned,
    MatterWithdrawn,
    Measure,
    MediationAsked,
    OutcomeReported,
    RoundHeld,
    RoundId,
    StaffLodged,
    TaskAnswered,
    TaskAssigned,
    TaskId,
    TaskObjected,
    TaskOverdue,
    Worker,
)
from services.enterprise.matters.rules.hands import Doer
from services.enterprise.matters.rules.safeguards import FORBIDDEN, GUARDED, PERSUASION, Safeguards
from shared.contracts.codes import Channel, Flag, Gate, Outcome, OutcomeDetail, ReasonCode
from shared.kernel import Rejection, RuleId, UnitCode
from tests.enterprise.matters.histories import gates, is_about_works, is_economic
from tests.enterprise.matters.samples import CRIME, NOT_A_CRIME, UNDECIDED, offered
from tests.enterprise.samples import (
    BEAT_OFFICER,
    CLERK_FIRE,
    CLERK_MARKET,
    COLLEAGUE,
    FIRE,
    FIRM,
    FORMER,
    MARKET,
    MONDAY,
    OFFICER,
    OTHER_FIRM,
    PARTY_IN_OFFICE,
    later,
    person,
    text,
)

ENDS = OutcomeReported | MatterReturned | MatterRevoked | MatterWithdrawn
WORK = RoundHeld | TaskAssigned | StaffLodged | FirmTold | ConsentRecorded | LegalityChecked | MediationAsked

doers = st.sampled_from([OFFICER, OFFICER, OFFICER, COLLEAGUE, FORMER, PARTY_IN_OFFICE, BEAT_OFFICER, CLERK_MARKET])
clerks = st.sampled_from([CLERK_FIRE, CLERK_MARKET, OFFICER])
units = st.sampled_from([FIRE, MARKET])
tasks = st.sampled_from([TaskId(UUID(int=0xB0 + number)) for number in range(3)])
results = st.sampled_from([NOT_A_CRIME, CRIME, UNDECIDED])
words = st.integers(1, 3).map(text)


class Workstation(RuleBasedStateMachine):
    guards: Safeguards = GUARDED

    def __init__(self) -> None:
        super().__init__()
        self.past: list[MatterEvent] = []
        self.decider = guarded_by(self.guards)
        self.now = MONDAY

    @initialize(
        flag=st.sampled_from([None, None, Flag.PROJECT, Flag.CRIME_POSSIBLE]),
        gate=st.sampled_from([None, NOT_A_CRIME, UNDECIDED]),
        kind=st.none() | st.sampled_from(Kind),
    )
    def begin(self, flag: Flag | None, gate: RuleId | None, kind: Kind | None) -> None:
        self.past = [offered(*([flag] if flag else []), gate=gate)]
        if kind is not None:
            self.sign(OFFICER, kind)

    def attempt(self, wish: MatterCommand) -> tuple[MatterEvent, ...]:
        """Decide, fold, and see that the same wish again changes nothing or is refused."""
        try:
            events = self.decider.decide(wish, self.decider.fold(self.past))
        except Rejection:
            return ()
        self.past.extend(events)
        with suppress(Rejection):
            again = self.decider.decide(wish, self.decider.fold(self.past))
            climbs = isinstance(wish, NoteTaskTime)
            assert again == () or climbs, f"{wish} happened twice"
        return events

    @rule(doer=doers, kind=st.sampled_from(Kind))
    def sign(self, doer: Doer, kind: Kind) -> None:
        if self.attempt(SignFor(doer=doer, kind=kind, gate_due=self.now + timedelta(days=7), at=self.now)):
            assert doer in (OFFICER, COLLEAGUE)

    @rule(gate=st.sampled_from([Gate.CRIME_OR_CIVIL, Gate.CRIME_OR_CIVIL, Gate.LEGALITY]), result=results)
    def somebody_decides_a_gate(self, gate: Gate, result: RuleId) -> None:
        self.attempt(NoteGate(gate=gate, result=result, at=self.now))

    @rule(doer=doers, firm=st.sampled_from([FIRM, OTHER_FIRM]))
    def name_firm(self, doer: Doer, firm: object) -> None:
        self.attempt(NameFirm(doer=doer, firm_id=FIRM if firm == FIRM else OTHER_FIRM, at=self.now))

    @rule(doer=doers, evidence=words)
    def consent(self, doer: Doer, evidence: object) -> None:
        self.attempt(RecordConsent(doer=doer, evidence=text(2), at=self.now))

    @rule(doer=doers, result=st.sampled_from(Legality))
    def look_at_the_permits(self, doer: Doer, result: Legality) -> None:
        self.attempt(CheckLegality(doer=doer, result=result, evidence=text(3), at=self.now))

    @rule(
        doer=doers,
        number=st.integers(1, 4),
        measures=st.lists(st.sampled_from(Measure), min_size=1, max_size=2, unique=True),
    )
    def talk(self, doer: Doer, number: int, measures: list[Measure]) -> None:
        wish = HoldRound(
            doer=doer,
            round_id=RoundId(UUID(int=number)),
            measures=tuple(measures),
            away=False,
            expenses_fen=0,
            note=None,
            at=self.now,
        )
        if self.attempt(wish):
            assert doer in (OFFICER, COLLEAGUE)

    @rule(doer=doers)
    def respond(self, doer: Doer) -> None:
        self.attempt(RespondFirst(doer=doer, note=None, at=self.now))

    @rule(doer=doers, unit=units)
    def name_complained_of(self, doer: Doer, unit: UnitCode) -> None:
        self.attempt(NameComplainedOf(doer=doer, unit=unit, at=self.now))

    @rule(doer=doers, unit=units, task=tasks, days=st.integers(-1, 9))
    def assign(self, doer: Doer, unit: UnitCode, task: TaskId, days: int) -> None:
        due = self.now + timedelta(days=days)
        wish = AssignTask(
            doer=doer,
            task_id=task,
            unit=unit,
            demand=text(4),
            due=due,
            warn_at=self.now,
            object_until=self.now + timedelta(days=5),
            at=self.now,
        )
        self.attempt(wish)

    @rule(doer=clerks, task=tasks)
    def reply(self, doer: Doer, task: TaskId) -> None:
        self.attempt(AnswerTask(doer=doer, task_id=task, reply=text(5), at=self.now))

    @rule(doer=clerks, task=tasks, reason=st.sampled_from(ReasonCode))
    def object_to(self, doer: Doer, task: TaskId, reason: ReasonCode) -> None:
        self.attempt(ObjectToTask(doer=doer, task_id=task, reason=reason, note=None, at=self.now))

    @rule(task=tasks)
    def urge(self, task: TaskId) -> None:
        self.attempt(UrgeTask(task_id=task, note=None, at=self.now))

    @rule(task=tasks, days=st.integers(1, 4), warning=st.booleans())
    def time_passes(self, task: TaskId, days: int, warning: bool) -> None:
        self.now += timedelta(days=days)
        self.attempt(NoteGateOverdue(at=self.now))
        self.attempt(NoteTaskTime(task_id=task, warning=warning, climbs_at=later(days=90), at=self.now))

    @rule(doer=doers, batch=st.integers(1, 3), people=st.sets(st.integers(100, 104)))
    def lodge(self, doer: Doer, batch: int, people: set[int]) -> None:
        workers = tuple(Worker(row, person(each), None) for row, each in enumerate(sorted(people), 1))
        wish = LodgeStaff(doer=doer, batch_id=BatchId(UUID(int=batch)), workers=workers, bad=(), at=self.now)
        self.attempt(wish)

    @rule(doer=doers)
    def tell(self, doer: Doer) -> None:
        self.attempt(AnswerFirm(doer=doer, answer=text(7), at=self.now))

    @rule(doer=doers, channel=st.sampled_from([Channel.PM, Channel.IM, Channel.JM, Channel.PSM]))
    def ask_mediation(self, doer: Doer, channel: Channel) -> None:
        if self.attempt(AskMediation(doer=doer, channel=channel, at=self.now)):
            assert channel is not Channel.PSM

    @rule(
        doer=doers,
        outcome=st.sampled_from([Outcome.DONE, Outcome.DONE, *Outcome]),
        detail=st.none() | st.sampled_from(OutcomeDetail),
    )
    def report(self, doer: Doer, outcome: Outcome, detail: OutcomeDetail | None) -> None:
        self.attempt(ReportOutcome(doer=doer, outcome=outcome, detail=detail, at=self.now))

    @rule(doer=doers, reason=st.sampled_from(ReasonCode))
    def send_back(self, doer: Doer, reason: ReasonCode) -> None:
        self.attempt(ReturnMatter(doer=doer, reason=reason, note=None, at=self.now))

    @rule(often=st.integers(0, 9), withdrawn=st.booleans())
    def take_away(self, often: int, withdrawn: bool) -> None:
        if often == 0:
            revoke = RevokeMatter(reason=ReasonCode.OVERRULED, at=self.now)
            self.attempt(WithdrawMatter(at=self.now) if withdrawn else revoke)

    def _each_with_its_past(self) -> list[tuple[MatterEvent, list[MatterEvent]]]:
        return [(event, self.past[:place]) for place, event in enumerate(self.past)]

    @invariant()
    def r_28_no_coordination_and_no_mediation_around_the_investigator(self) -> None:
        for event, before in self._each_with_its_past():
            if not isinstance(event, RoundHeld | MediationAsked):
                continue
            known = gates(before)
            if is_economic(before) or Gate.CRIME_OR_CIVIL in known:
                assert known.get(Gate.CRIME_OR_CIVIL) == NOT_A_CRIME
            if is_economic(before):
                assert any(isinstance(each, ConsentRecorded) for each in before)

    @invariant()
    def r_28_police_do_nothing_that_they_never_do(self) -> None:
        for event in self.past:
            assert not isinstance(event, RoundHeld) or not set(event.measures) & set(FORBIDDEN)

    @invariant()
    def s39_nobody_is_persuaded_of_works_that_were_not_checked(self) -> None:
        for event, before in self._each_with_its_past():
            persuades = isinstance(event, RoundHeld) and bool(PERSUASION & set(event.measures))
            if (persuades or isinstance(event, MediationAsked)) and is_about_works(before):
                checks = [each.result for each in before if isinstance(each, LegalityChecked)]
                assert checks[-1:] == [Legality.LAWFUL]

    @invariant()
    def r_24_a_complaint_never_reaches_whom_it_is_about(self) -> None:
        accused: set[UnitCode] = set()
        asked: set[UnitCode] = set()
        for event in self.past:
            if isinstance(event, ComplainedOfNamed):
                accused = {event.unit}
            if isinstance(event, TaskAssigned):
                asked.add(event.unit)
            assert not accused & asked

    @invariant()
    def s83_the_end_comes_with_an_answer_and_never_over_a_silent_department(self) -> None:
        for event, before in self._each_with_its_past():
            if isinstance(event, OutcomeReported):
                told = [each.answer for each in before if isinstance(each, FirmTold)]
                assert event.outcome is Outcome.HANDED_OVER or (told and event.answer == told[-1])
                closed = {each.task_id for each in before if isinstance(each, TaskAnswered | TaskObjected)}
                assert {each.task_id for each in before if isinstance(each, TaskAssigned)} == closed

    @invariant()
    def one_person_without_an_interest_is_accountable(self) -> None:
        signed = [event.owner for event in self.past if isinstance(event, MatterSigned)]
        assert len(signed) <= 1
        assert not set(signed) & {FORMER.person, PARTY_IN_OFFICE.person, BEAT_OFFICER.person}
        work = [place for place, event in enumerate(self.past) if isinstance(event, WORK)]
        assert not work or any(isinstance(event, MatterSigned) for event in self.past[: work[0]])

    @invariant()
    def there_is_one_end_and_nothing_after_it(self) -> None:
        ends = [place for place, event in enumerate(self.past) if isinstance(event, ENDS)]
        assert ends in ([], [len(self.past) - 1])

    @invariant()
    def nobody_is_lodged_twice_and_things_begin_once(self) -> None:
        people = [worker.person for event in self.past if isinstance(event, StaffLodged) for worker in event.workers]
        assert len(people) == len(set(people))
        for kind in (FirstResponseGiven, HandlingStarted, MediationAsked, MatterOffered):
            assert sum(isinstance(event, kind) for event in self.past) <= 1

    @invariant()
    def a_ladder_is_climbed_rung_by_rung(self) -> None:
        for task in {event.task_id for event in self.past if isinstance(event, TaskOverdue)}:
            rungs = [event.rung for event in self.past if isinstance(event, TaskOverdue) and event.task_id == task]
            assert rungs in (["supervisor"], ["supervisor", "bureau_leader"])


Workstation.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestWorkstation = Workstation.TestCase

NOTHING: Callable[[object], None] = lambda _: None  # noqa: E731


@pytest.mark.parametrize(
    "broken",
    [
        replace(GUARDED, not_a_crime=NOTHING),
        replace(GUARDED, written_consent=NOTHING),
        replace(GUARDED, lawful_project=NOTHING),
        replace(GUARDED, lawful_measures=NOTHING),
    ],
    ids=["not_a_crime", "written_consent", "lawful_project", "lawful_measures"],
)
def test_a_guard_that_was_taken_away_is_missed(broken: Safeguards) -> None:
    class Careless(Workstation):
        guards = broken

    without_shrinking = settings(
        max_examples=10_000,  # it stops at the first find, within some hundreds
        stateful_step_count=40,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
    )
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Careless, settings=without_shrinking)
