"""Whatever people try, in any order: in effect only when all signed, each duty ends once, nothing unwatched.

The same machine finds a rule that was taken out.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from services.mediation.agreements.commands import (
    AcceptConfirmation,
    AgreementCommand,
    BeginWatch,
    ClimbLadder,
    ConfirmDuty,
    DecideConfirmation,
    DraftAgreement,
    ExtendConfirmation,
    FileConfirmation,
    JoinConfirmation,
    NoteConfirmationDue,
    NoteDutyDue,
    NoteDutyToday,
    RecordPerformance,
    RecordSignature,
    SignAgreement,
    VoidDraft,
    WarnOfConfirmation,
    WarnOfDuty,
)
from services.mediation.agreements.decider import agreement_decider
from services.mediation.agreements.facts import (
    AgreementDrafted,
    AgreementEvent,
    AgreementSigned,
    AgreementTookEffect,
    ConfirmationDecided,
    ConfirmationFiled,
    ConfirmationJoined,
    ConfirmationRefusal,
    ConfirmationStep,
    DefaultClimbed,
    Duty,
    DutyDefaulted,
    DutyPerformed,
    Every,
    PenaltyProcedureDue,
    Schedule,
    Scope,
    WatchBegun,
)
from services.mediation.agreements.rules.ladder import RUNGS, Rung
from services.mediation.agreements.rules.schedule import instalments
from services.mediation.agreements.state import AgreementState, Confirming, Drafted, InEffect, evolve, stage
from services.mediation.cases.facts import OwnWay, RecordedWay
from services.mediation.cases.state import Ended, Open
from services.mediation.cases.values import SuitStage
from services.mediation.channels.commands import Official
from shared.contracts.codes import Channel, Effect, Gate, Product, State
from shared.kernel import Decider, PersonId, Rejection, RuleId
from tests.mediation.agreements.samples import OVER, PAYMENT, TALKED, WALL, draft, seen
from tests.mediation.cases.samples import BROTHER, COWSHED_OWNER, MEDIATOR_ID, MONDAY, WORKSHOP_OWNER, text
from tests.mediation.channels.samples import INVITED, JUDGE

AgreementDecider = Decider[AgreementCommand, AgreementState, AgreementEvent]

BOTH = {WORKSHOP_OWNER, COWSHED_OWNER}
HOSTS = frozenset({MEDIATOR_ID})
HOST = replace(JUDGE, person=MEDIATOR_ID)
PARTY_AT_COURT = replace(JUDGE, person=WORKSHOP_OWNER)
PEOPLE = st.sampled_from([WORKSHOP_OWNER, COWSHED_OWNER, BROTHER])
BY_MONTH = replace(PAYMENT, schedule=Schedule(Every.MONTH, 3))
UNDATED = replace(WALL, due=None, warn_at=None, lapses_at=None)
DRAFTED = st.sampled_from([PAYMENT, WALL, BY_MONTH, UNDATED])
WATCHED = st.sampled_from([PAYMENT, WALL, *instalments(BY_MONTH)])


def nothing(case: Open) -> Open | Ended:
    return case


def somebody_joined(case: Open) -> Open | Ended:
    return replace(case, parties=(*case.parties, BROTHER))


def one_struck_the_other(case: Open) -> Open | Ended:
    return replace(case, course=replace(case.course, violence=True))


def a_crime_is_possible(case: Open) -> Open | Ended:
    return replace(case, gates={Gate.CRIME_OR_CIVIL: RuleId("UNDECIDED")})


def the_suit_was_filed(case: Open) -> Open | Ended:
    return replace(case, course=replace(case.course, suit=SuitStage.SIMPLE))


def it_was_over(case: Open) -> Open | Ended:
    return OVER


Since = Callable[[Open], Open | Ended]
SINCE = st.sampled_from(
    [nothing] * 5 + [somebody_joined, one_struck_the_other, a_crime_is_possible, the_suit_was_filed, it_was_over]
)
"""What happened to the case since it was last looked at."""
PAPERS = st.sampled_from(
    [
        (Channel.PM, Product.PM_AGREEMENT),
        (Channel.PM, Product.PM_ORAL_RECORD),
        (Channel.PSM, Product.POLICE_AGREEMENT),
        (Channel.IM, Product.IM_AGREEMENT),
        (Channel.IM, Product.IM_SETTLEMENT),
        (Channel.JM, Product.COURT_PAPER),
        (Channel.PM, Product.POLICE_AGREEMENT),
    ]
)


class Paper(RuleBasedStateMachine):
    decider: ClassVar[AgreementDecider] = agreement_decider

    def __init__(self) -> None:
        super().__init__()
        self.past: list[AgreementEvent] = []
        self.now: datetime = MONDAY
        self.case: Open = TALKED
        """As it stood when the last draft was made."""

    @property
    def present(self) -> AgreementState:
        return self.decider.fold(self.past)

    def attempt(self, wish: AgreementCommand) -> tuple[AgreementEvent, ...]:
        try:
            events = self.decider.decide(wish, self.present)
        except Rejection:
            return ()
        self.past.extend(events)
        with suppress(Rejection):
            again = self.decider.decide(wish, self.present)
            assert again == () or isinstance(wish, ClimbLadder)
        return events

    @rule(
        paper=PAPERS,
        terms=st.integers(20, 22),
        recorded=st.booleans(),
        duties=st.lists(DRAFTED, max_size=2, unique_by=lambda duty: duty.duty_id),
        agreed=st.booleans(),
        listed=st.booleans(),
        filed=st.booleans(),
        identity=st.booleans(),
        heard=st.booleans(),
        since=SINCE,
    )
    def it_is_drafted(
        self,
        paper: tuple[Channel, Product],
        terms: int,
        recorded: bool,
        duties: list[Duty],
        agreed: bool,
        listed: bool,
        filed: bool,
        identity: bool,
        heard: bool,
        since: Since,
    ) -> None:
        channel, product = paper
        wish = draft(product, channel, tuple(duties), terms, recorded, agreed, listed, filed, identity, heard)
        case = seen(channel, agreed=agreed, listed=listed, filed=filed, heard=heard)
        self.writes(replace(wish, case=since(case)))

    def writes(self, wish: DraftAgreement | SignAgreement | RecordSignature) -> None:
        """Nothing is drafted or signed that the case of this moment does not allow (R-09, R-10, R-28, R-61)."""
        if not self.attempt(wish):
            return
        case, paper = wish.case, [event for event in self.past if isinstance(event, AgreementDrafted)][-1]
        assert isinstance(case, Open)
        assert case.parties == paper.parties
        assert not case.course.violence
        assert not case.gates
        assert not case.course.filed or (paper.product is Product.COURT_PAPER and case.heard_by_court)
        if isinstance(wish, DraftAgreement):
            self.case = case

    @rule(party=PEOPLE, version=st.integers(1, 3), since=SINCE)
    def somebody_signs(self, party: PersonId, version: int, since: Since) -> None:
        case = since(self.case)
        self.writes(SignAgreement(party=party, version=version, how=OwnWay.SIGNED_IN, case=case, at=self.now))

    @rule(duty=DRAFTED, identity=st.booleans())
    def both_sign_what_the_mediator_wrote(self, duty: Duty, identity: bool) -> None:
        """Each step may be refused; where none is, the rest of the rules come within reach."""
        self.writes(draft(duties=(duty,), identity=identity))
        version = next((each.version for each in reversed(self.past) if isinstance(each, AgreementDrafted)), 1)
        for party in (WORKSHOP_OWNER, COWSHED_OWNER):
            self.somebody_signs(party=party, version=version, since=nothing)

    @rule(
        party=PEOPLE,
        version=st.integers(1, 3),
        how=st.sampled_from(list(RecordedWay)),
        by=st.sampled_from([MEDIATOR_ID, WORKSHOP_OWNER]),
        since=SINCE,
    )
    def a_signature_is_recorded(
        self, party: PersonId, version: int, how: RecordedWay, by: PersonId, since: Since
    ) -> None:
        self.writes(
            RecordSignature(
                party=party,
                version=version,
                how=how,
                evidence=text(23),
                by=by,
                case=since(self.case),
                at=self.now,
            )
        )

    @rule()
    def the_case_ends_otherwise(self) -> None:
        self.attempt(VoidDraft(at=self.now))

    @rule()
    def the_case_is_settled(self) -> None:
        before = self.present
        for event in self.attempt(BeginWatch(at=self.now)):
            assert isinstance(event, WatchBegun)
            assert isinstance(before, InEffect)
            assert event.watched == len(before.watched)

    @rule(duty=WATCHED, party=PEOPLE)
    def somebody_confirms(self, duty: Duty, party: PersonId) -> None:
        if self.attempt(ConfirmDuty(duty_id=duty.duty_id, party=party, at=self.now)):
            assert party == duty.to

    @rule(duty=WATCHED, by=st.sampled_from([MEDIATOR_ID, WORKSHOP_OWNER]))
    def the_desk_sees_proof(self, duty: Duty, by: PersonId) -> None:
        if self.attempt(RecordPerformance(duty_id=duty.duty_id, proof=text(25), by=by, at=self.now)):
            assert by == MEDIATOR_ID

    @rule(duty=WATCHED, days=st.integers(0, 20))
    def time_passes(self, duty: Duty, days: int) -> None:
        self.now += timedelta(days=days)
        for wish in (WarnOfDuty, NoteDutyToday, NoteDutyDue):
            self.attempt(wish(duty_id=duty.duty_id, at=self.now))
        self.attempt(ClimbLadder(duty_id=duty.duty_id, at=self.now))
        self.attempt(WarnOfConfirmation(at=self.now))
        for step in ConfirmationStep:
            self.attempt(NoteConfirmationDue(step=step, at=self.now))

    @rule(party=PEOPLE, scope=st.sampled_from(list(Scope)))
    def somebody_wants_it_confirmed(self, party: PersonId, scope: Scope) -> None:
        self.attempt(JoinConfirmation(party=party, scope=scope, how=OwnWay.SIGNED_IN, at=self.now))

    @rule(scope=st.sampled_from(list(Scope)), parties=st.sets(PEOPLE))
    def it_goes_to_the_court(self, scope: Scope, parties: set[PersonId]) -> None:
        for party in parties:
            self.somebody_wants_it_confirmed(party=party, scope=scope)
        before = self.present
        wish = FileConfirmation(scope=scope, acceptance_due=self.now + timedelta(days=3), at=self.now)
        for event in self.attempt(wish):
            assert isinstance(event, ConfirmationFiled)
            assert isinstance(before, InEffect)
            assert before.effect is Effect.BINDING_CONTRACT
            assert before.confirmation.due is not None
            assert self.now <= before.confirmation.due

    @rule(by=st.sampled_from([JUDGE, HOST, PARTY_AT_COURT, INVITED]), confirmed=st.booleans())
    def the_court_speaks(self, by: Official, confirmed: bool) -> None:
        later = self.now + timedelta(days=15)
        self.attempt(AcceptConfirmation(by=by, hosts=HOSTS, decision_due=later, at=self.now))
        self.attempt(ExtendConfirmation(by=by, hosts=HOSTS, decision_due=later, at=self.now))
        reason = None if confirmed else ConfirmationRefusal.UNCLEAR
        wish = DecideConfirmation(by=by, hosts=HOSTS, confirmed=confirmed, reason=reason, ruling=None, at=self.now)
        for event in self.attempt(wish):
            assert isinstance(event, ConfirmationDecided)
            assert by == JUDGE

    @invariant()
    def in_effect_only_when_all_signed_the_same_version(self) -> None:
        version = 0
        signed: set[PersonId] = set()
        for event in self.past:
            match event:
                case AgreementDrafted():
                    assert event.version == version + 1
                    version, signed = event.version, set()
                case AgreementSigned():
                    assert event.version == version
                    signed.add(event.party)
                case AgreementTookEffect():
                    assert signed == BOTH
                case _:
                    pass

    @invariant()
    def it_takes_effect_once(self) -> None:
        assert sum(isinstance(event, AgreementTookEffect) for event in self.past) <= 1

    @invariant()
    def each_duty_is_performed_once_and_missed_once_at_most(self) -> None:
        for kind in (DutyPerformed, DutyDefaulted):
            duties = [event.duty_id for event in self.past if isinstance(event, kind)]
            assert len(duties) == len(set(duties))

    @invariant()
    def performed_means_every_duty(self) -> None:
        state = self.present
        if isinstance(state, InEffect):
            done = {duty.duty_id for duty in state.duties} == state.performed
            assert (stage(state) is State.PERFORMED) == done

    @invariant()
    def what_is_agreed_is_performed_missed_or_watched_until_a_day(self) -> None:
        """Invariant 5: AGREED is not RESOLVED until PERFORMED, or a due date is set and watched."""
        state = self.present
        if isinstance(state, InEffect):
            for duty in state.duties:
                open_still = duty.duty_id not in state.performed | state.defaulted
                assert not open_still or (duty.due is not None and duty.lapses_at is not None)

    @invariant()
    def the_number_told_last_is_the_number_still_watched(self) -> None:
        state = self.present
        told = [event for event in self.past if isinstance(event, DutyPerformed | DutyDefaulted)]
        if told and isinstance(state, InEffect):
            assert told[-1].still_watched == len(state.watched)

    @invariant()
    def a_missed_duty_climbs_rung_by_rung(self) -> None:
        climbed: dict[object, list[Rung]] = {}
        for event in self.past:
            if isinstance(event, DefaultClimbed):
                climbed.setdefault(event.duty_id, []).append(event.rung)
        missed = {event.duty_id for event in self.past if isinstance(event, DutyDefaulted)}
        assert set(climbed) == missed
        for rungs in climbed.values():
            first = RUNGS.index(rungs[0])
            assert rungs == list(RUNGS[first : first + len(rungs)])

    @invariant()
    def the_penalty_question_is_opened_by_a_broken_police_agreement_alone(self) -> None:
        opened = [event for event in self.past if isinstance(event, PenaltyProcedureDue)]
        missed = any(isinstance(event, DutyDefaulted) for event in self.past)
        police = any(
            isinstance(event, AgreementTookEffect) and event.effect is Effect.ENDS_PENALTY for event in self.past
        )
        assert len(opened) == (1 if missed and police else 0)

    @invariant()
    def a_court_is_asked_by_both_and_never_about_a_tie_between_persons(self) -> None:
        joined: dict[PersonId, Scope] = {}
        identity = False
        for event in self.past:
            match event:
                case AgreementDrafted():
                    identity = event.identity_relation
                case ConfirmationJoined():
                    joined[event.party] = event.scope
                case ConfirmationFiled():
                    assert {party for party, scope in joined.items() if scope is event.scope} == BOTH
                    assert not (identity and event.scope is Scope.WHOLE)
                case _:
                    pass

    @invariant()
    def only_a_court_makes_a_contract_enforceable(self) -> None:
        state = self.present
        if isinstance(state, InEffect) and state.effect is Effect.ENFORCEABLE:
            by_court = any(isinstance(event, ConfirmationDecided) and event.confirmed for event in self.past)
            paper = any(isinstance(e, AgreementTookEffect) and e.product is Product.COURT_PAPER for e in self.past)
            assert by_court or paper
            assert paper or state.confirmation.at is Confirming.CONFIRMED


TestAnyOrder = Paper.TestCase
TestAnyOrder.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)

RECEIVER = {duty.duty_id: duty.to for duty in (PAYMENT, WALL, *instalments(BY_MONTH))}
Decide = Callable[[AgreementCommand, AgreementState], tuple[AgreementEvent, ...]]


def one_signature_is_enough(command: AgreementCommand, state: AgreementState) -> tuple[AgreementEvent, ...]:
    if isinstance(command, SignAgreement) and isinstance(state, Drafted) and command.party in state.parties:
        state = replace(state, signed=frozenset(BOTH - {command.party}))
    return agreement_decider.decide(command, state)


def who_owes_confirms(command: AgreementCommand, state: AgreementState) -> tuple[AgreementEvent, ...]:
    if isinstance(command, ConfirmDuty) and isinstance(state, InEffect):
        command = replace(command, party=RECEIVER.get(command.duty_id, command.party))
    return agreement_decider.decide(command, state)


def one_side_asks_the_court(command: AgreementCommand, state: AgreementState) -> tuple[AgreementEvent, ...]:
    if isinstance(command, FileConfirmation) and isinstance(state, InEffect):
        joined = dict.fromkeys(state.parties, command.scope)
        state = replace(state, confirmation=replace(state.confirmation, joined=joined))
    return agreement_decider.decide(command, state)


def a_tie_is_confirmed(command: AgreementCommand, state: AgreementState) -> tuple[AgreementEvent, ...]:
    if isinstance(state, InEffect):
        state = replace(state, identity_relation=False)
    return agreement_decider.decide(command, state)


def the_case_of_the_draft_counts(command: AgreementCommand, state: AgreementState) -> tuple[AgreementEvent, ...]:
    if isinstance(command, SignAgreement | RecordSignature) and isinstance(state, Drafted):
        listed, filed = state.product is Product.IM_AGREEMENT, state.product is Product.COURT_PAPER
        command = replace(command, case=seen(state.channel, listed=listed, filed=filed))
    return agreement_decider.decide(command, state)


def only_the_last_session_counts(command: AgreementCommand, state: AgreementState) -> tuple[AgreementEvent, ...]:
    if isinstance(command, DraftAgreement) and isinstance(command.case, Open):
        course = replace(command.case.course, violence=False)
        command = replace(command, case=replace(command.case, gates={}, course=course))
    return agreement_decider.decide(command, state)


def no_day_is_asked_for(command: AgreementCommand, state: AgreementState) -> tuple[AgreementEvent, ...]:
    events = agreement_decider.decide(dated(command) if isinstance(command, DraftAgreement) else command, state)
    return tuple(replace(each, duties=undated(each.duties)) if isinstance(each, AgreementDrafted) else each
                 for each in events)  # fmt: skip


def dated(command: DraftAgreement) -> DraftAgreement:
    return replace(command, duties=tuple(WALL if duty == UNDATED else duty for duty in command.duties))


def undated(duties: tuple[Duty, ...]) -> tuple[Duty, ...]:
    return tuple(UNDATED if duty == WALL else duty for duty in duties)


@pytest.mark.parametrize(
    "broken",
    [
        one_signature_is_enough,
        who_owes_confirms,
        one_side_asks_the_court,
        a_tie_is_confirmed,
        no_day_is_asked_for,
        the_case_of_the_draft_counts,
        only_the_last_session_counts,
    ],
)
def test_a_rule_that_was_taken_out_is_found(broken: Decide) -> None:
    class Broken(Paper):
        decider = Decider(agreement_decider.initial, broken, evolve)

    found = settings(
        max_examples=10_000,  # it stops at the first find, within some hundreds
        stateful_step_count=15,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        derandomize=True,
    )
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Broken, settings=found)
