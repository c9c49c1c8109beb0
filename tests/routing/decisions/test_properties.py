"""Random mornings at the desk: whatever is asked in whatever order, these hold."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.routing.clocks.facts import ClockStopped
from services.routing.clocks.table import clock_rules
from services.routing.decisions import decider, draft, gatekeeping
from services.routing.decisions.commands import (
    BreachClock,
    DecisionCommand,
    EndTriage,
    NoteEscalation,
    NoteInfoRequested,
    NoteSupplemented,
    NoteTextUnavailable,
    NoteTold,
    ReopenTriage,
    UndoConfirmation,
    UndoOverrule,
    WarnClock,
)
from services.routing.decisions.decider import decision_decider
from services.routing.decisions.facts import (
    CategoryGuess,
    ConfirmationUndone,
    DecidedBy,
    DecisionConfirmed,
    DecisionEvent,
    DecisionOverruled,
    EndedBy,
    HandlingRevoked,
    HandlingStep,
    OverruleUndone,
    RequestRouted,
    ScreeningAsked,
)
from services.routing.decisions.gate_commands import (
    AnswerReview,
    AskExtension,
    DecideExtension,
    DecideGate,
    NameComplainedOf,
    RequestReview,
    ServeRefusalLetter,
)
from services.routing.decisions.model_facts import JudgementCorrected
from services.routing.decisions.rules.crime_review import Extension
from services.routing.decisions.rules.gates import GateResult, Gates, closed_gate
from services.routing.decisions.rules.grounds import Ground
from services.routing.decisions.rules.ruling import MEDIATION
from services.routing.decisions.state import DecisionState, Ended, Matter, Routed, Waiting
from services.routing.rulepacks.shelf import PackShelf
from services.routing.rulepacks.shipped import shipped_packs
from shared.contracts.codes import Category, Channel, Flag, Gate, Outcome, Priority, ReasonCode, Role
from shared.contracts.danger import DangerKind
from shared.eventstore import Codec
from shared.kernel import Rejection, UnitCode, fact_name
from tests.routing.decisions.desk import (
    DESK,
    INVESTIGATOR,
    MEDIATOR,
    MONDAY,
    NOTE,
    OFFICERS,
    REQUEST,
    ROSTER,
    STATION,
    SUPERVISION,
    SUPERVISOR,
    confirmed,
    filed,
    handled,
    judged,
    overruled,
    returned,
)
from tests.routing.decisions.test_correcting import AGAIN
from tests.support.machines import misses

CODEC: Codec[DecisionEvent] = Codec(DecisionEvent)
flags = st.lists(st.sampled_from(Flag), max_size=3, unique=True).map(tuple)
kinds = st.lists(st.sampled_from(DangerKind), max_size=2, unique=True).map(tuple)


class MorningAtTheDesk(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.decider = decision_decider(clock_rules(), PackShelf(shipped_packs()))
        self.state: DecisionState = self.decider.initial
        self.history: list[DecisionEvent] = []
        self.now = MONDAY

    def do(self, command: DecisionCommand) -> None:
        try:
            events = self.decider.decide(command, self.state)
        except Rejection:
            return
        for event in events:
            self.check(event)
            self.state = self.decider.evolve(self.state, event)
            assert CODEC.decode(fact_name(event), CODEC.encode(event)) == event
            self.history.append(event)

    def check(self, event: DecisionEvent) -> None:
        matter = self.state
        if isinstance(event, RequestRouted):
            assert isinstance(matter, Matter)
            assert event.attempt == 1 + sum(isinstance(past, RequestRouted) for past in self.history)
            assert event.owner not in matter.excluded
            assert event.owner not in matter.course.barred.people
            assert event.unit not in matter.course.barred.units
            assert not closed_gate(matter.gates, event.ruling.channel)
            assert event.ruling.category is not Category.CPL or event.ruling.channel is Channel.SUP
            assert event.ruling.category is not Category.CRM or event.ruling.channel not in MEDIATION
            self.check_seen_by_a_person(matter, event)
        if isinstance(event, ScreeningAsked):
            assert isinstance(matter, Matter)
            assert event.unit not in matter.course.barred.units
        if isinstance(event, HandlingRevoked):
            assert isinstance(matter, Matter)
            assert isinstance(matter.phase, Routed)
            assert event.attempt == matter.phase.attempt

    def check_seen_by_a_person(self, matter: Matter, event: RequestRouted) -> None:
        given_back = any(
            isinstance(past, OverruleUndone | ConfirmationUndone) and past.occurred_at == self.now
            for past in self.history
        )
        if event.ruling.priority is Priority.P0 and matter.decided_by is not DecidedBy.PERSON and not given_back:
            raise AssertionError("an emergency was routed that no person has seen")

    @initialize(danger=kinds)
    def a_request_is_filed(self, danger: tuple[DangerKind, ...]) -> None:
        self.do(filed(*danger))
        if danger:
            assert any(isinstance(event, ScreeningAsked) for event in self.history)

    @rule(minutes=st.integers(0, 3000))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(category=st.sampled_from(Category), channel=st.sampled_from(Channel), flags=flags, unsure=st.booleans(),
          priority=st.sampled_from(Priority), danger=kinds)  # fmt: skip
    def the_model_judges(
        self, category: Category, channel: Channel, flags: tuple[Flag, ...], unsure: bool, priority: Priority,
        danger: tuple[DangerKind, ...],
    ) -> None:  # fmt: skip
        self.do(judged(category, channel, *flags, unsure=unsure, priority=priority, danger=danger, at=self.now))

    @rule(category=st.none() | st.sampled_from(Category), channel=st.none() | st.sampled_from(Channel),
          flags=st.none() | flags, priority=st.none() | st.sampled_from(Priority), elsewhere=st.booleans())  # fmt: skip
    def a_person_overrules(
        self, category: Category | None, channel: Channel | None, flags: tuple[Flag, ...] | None,
        priority: Priority | None, elsewhere: bool,
    ) -> None:  # fmt: skip
        chosen = OFFICERS if elsewhere else None
        self.do(overruled(category, channel, flags=flags, priority=priority, chosen=chosen, at=self.now))

    @rule(flag=st.sampled_from([Flag.DV, Flag.CRIME_POSSIBLE]))
    def a_person_sees_more_in_it(self, flag: Flag) -> None:
        self.do(overruled(flags=(flag,), at=self.now))

    @rule(category=st.sampled_from(Category), unsure=st.booleans())
    def a_slower_model_reads_again(self, category: Category, unsure: bool) -> None:
        guess = CategoryGuess(930, 30, category, Category.COM)
        self.do(replace(AGAIN, category=guess, unsure=unsure, at=self.now))
        corrections = [place for place, past in enumerate(self.history) if isinstance(past, JudgementCorrected)]
        assert len(corrections) <= 1
        for past in self.history[: corrections[0]] if corrections else ():
            assert not isinstance(past, DecisionConfirmed | DecisionOverruled | RequestRouted)

    @rule()
    def a_person_confirms(self) -> None:
        self.do(confirmed(self.now))

    @rule()
    def a_person_takes_the_overrule_back(self) -> None:
        self.do(UndoOverrule(request_id=REQUEST, roster=ROSTER, at=self.now))

    @rule()
    def a_person_takes_the_acceptance_back(self) -> None:
        self.do(UndoConfirmation(request_id=REQUEST, roster=ROSTER, at=self.now))

    @rule(extension=st.sampled_from(Extension), approved=st.booleans(), leader=st.booleans())
    def more_time_is_asked_for(self, extension: Extension, approved: bool, leader: bool) -> None:
        asker, head = INVESTIGATOR, SUPERVISOR if leader else INVESTIGATOR
        wish = AskExtension(
            request_id=REQUEST, extension=extension, by_role=Role.CASE_INVESTIGATOR, by=asker, note=NOTE, at=self.now
        )
        self.do(wish)
        role = Role.BUREAU_LEADER
        self.do(DecideExtension(request_id=REQUEST, approved=approved, by_role=role, by=head, note=None, at=self.now))

    @rule(asks=st.booleans(), overturned=st.booleans())
    def a_refusal_is_served_and_looked_at_again(self, asks: bool, overturned: bool) -> None:
        self.do(ServeRefusalLetter(request_id=REQUEST, by_role=Role.CASE_INVESTIGATOR, letter=NOTE, at=self.now))
        if asks:
            self.do(RequestReview(request_id=REQUEST, roster=ROSTER, at=self.now))
        self.do(
            AnswerReview(
                request_id=REQUEST,
                overturned=overturned,
                by_role=Role.BUREAU_LEADER,
                by=SUPERVISOR,
                note=NOTE,
                roster=ROSTER,
                at=self.now,
            )
        )

    @rule(unit=st.sampled_from([DESK, SUPERVISION, STATION]), corrected=st.booleans())
    def the_unit_complained_of_is_named(self, unit: UnitCode, corrected: bool) -> None:
        if corrected:
            self.do(overruled(Category.CPL, at=self.now))
        people = {SUPERVISION: frozenset({SUPERVISOR}), STATION: frozenset({MEDIATOR})}.get(unit, frozenset())
        self.do(
            NameComplainedOf(request_id=REQUEST, units=frozenset({unit}), people=people, roster=ROSTER, at=self.now)
        )

    @rule(ground=st.none() | st.sampled_from(Ground), gate=st.sampled_from(Gate), result=st.sampled_from(GateResult),
          role=st.sampled_from([Role.TRIAGE_OFFICER, Role.CASE_INVESTIGATOR, Role.DUTY_OFFICER]))  # fmt: skip
    def somebody_decides_a_gate(self, ground: Ground | None, gate: Gate, result: GateResult, role: Role) -> None:
        before: Gates = self.state.gates if isinstance(self.state, Matter) else {}
        self.do(
            DecideGate(
                request_id=REQUEST,
                gate=gate,
                result=result,
                ground=ground,
                by_role=role,
                note=NOTE,
                roster=ROSTER,
                at=self.now,
            )
        )
        assert isinstance(self.state, Matter)
        if gate is Gate.CRIME_OR_CIVIL and role is not Role.CASE_INVESTIGATOR:
            assert self.state.gates.get(gate) == before.get(gate)

    @rule(step=st.sampled_from(HandlingStep), attempt=st.integers(1, 4))
    def the_handler_acts(self, step: HandlingStep, attempt: int) -> None:
        outcome = Outcome.DONE if step is HandlingStep.OUTCOME else None
        self.do(handled(step, outcome, attempt, self.now))

    @rule(reason=st.none() | st.sampled_from(ReasonCode), attempt=st.integers(1, 4))
    def the_handler_gives_it_back(self, reason: ReasonCode | None, attempt: int) -> None:
        self.do(returned(reason, attempt, self.now))

    @rule(reopening=st.integers(2, 4))
    def it_is_reopened(self, reopening: int) -> None:
        self.do(
            ReopenTriage(
                request_id=REQUEST,
                reopening=reopening,
                reason=ReasonCode.BAD_RATING,
                former_handler=MEDIATOR,
                roster=ROSTER,
                at=self.now,
            )
        )

    @rule()
    def the_person_is_asked(self) -> None:
        self.do(NoteInfoRequested(request_id=REQUEST, due=self.now + timedelta(days=7), at=self.now))

    @rule(danger=kinds, answers=st.booleans())
    def the_person_adds_something(self, danger: tuple[DangerKind, ...], answers: bool) -> None:
        self.do(
            NoteSupplemented(request_id=REQUEST, answers_request=answers, danger=danger, roster=ROSTER, at=self.now)
        )

    @rule()
    def the_host_reports_that_it_grows_violent(self) -> None:
        self.do(NoteEscalation(request_id=REQUEST, reported_at=self.now, roster=ROSTER, at=self.now))

    @rule()
    def the_person_is_told(self) -> None:
        self.do(NoteTold(request_id=REQUEST, at=self.now))

    @rule()
    def the_vault_is_down(self) -> None:
        self.do(NoteTextUnavailable(request_id=REQUEST, again=True, roster=ROSTER, at=self.now))

    @rule(data=st.data())
    def a_timer_fires(self, data: st.DataObject) -> None:
        if isinstance(self.state, Matter) and self.state.clocks:
            clock = data.draw(st.sampled_from(sorted(self.state.clocks)))
            self.do(WarnClock(request_id=REQUEST, clock=clock, at=self.now))
            self.do(BreachClock(request_id=REQUEST, clock=clock, at=self.now))

    @rule(why=st.sampled_from(EndedBy), luck=st.integers(0, 5))
    def it_ends(self, why: EndedBy, luck: int) -> None:
        if luck == 0:
            self.do(EndTriage(request_id=REQUEST, why=why, at=self.now))

    @invariant()
    def history_tells_the_same_state(self) -> None:
        assert self.decider.fold(self.history) == self.state

    @invariant()
    def nobody_works_behind_a_closed_gate(self) -> None:
        matter = self.state
        if isinstance(matter, Matter) and isinstance(matter.phase, Routed) and not matter.phase.finished:
            assert matter.ruling is not None
            assert closed_gate(matter.gates, matter.ruling.channel) is None

    @invariant()
    def what_waits_after_a_reading_waits_for_somebody(self) -> None:
        if isinstance(self.state, Matter) and isinstance(self.state.phase, Waiting) and self.state.ruling is not None:
            assert self.state.phase.reasons

    @invariant()
    def no_clock_runs_on_what_is_over(self) -> None:
        if isinstance(self.state, Matter) and isinstance(self.state.phase, Ended):
            assert not self.state.clocks

    @invariant()
    def no_clock_that_broke_was_called_kept(self) -> None:
        broken: set[str] = set()
        for event in self.history:
            name = fact_name(event)
            if name == "clock_breached":
                broken.add(event.clock)  # type: ignore[union-attr]
            elif name == "clock_armed":
                broken.discard(event.clock)  # type: ignore[union-attr]
            elif isinstance(event, ClockStopped):
                assert not (event.kept and event.clock in broken)


TestMorningAtTheDesk = MorningAtTheDesk.TestCase
TestMorningAtTheDesk.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_a_rule_that_was_taken_away_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gatekeeping, "check_decider", lambda *_: None)
    misses(MorningAtTheDesk)


def test_a_complaint_shown_to_those_it_is_about_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft, "who_looks", lambda _, unit, __: unit)
    misses(MorningAtTheDesk)


class WithAMediator(MorningAtTheDesk):
    """The same morning, once a request has gone out: what is found there is found sooner."""

    @initialize()
    def a_mediator_has_it(self) -> None:
        self.do(filed())
        self.do(judged())


def test_a_gate_that_lets_a_handler_work_on_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decider, "closed_gate", lambda *_: None)
    misses(WithAMediator)
