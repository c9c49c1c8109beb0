"""Whatever people try, in any order: in effect only when all signed, each duty ends once as performed or missed."""

from contextlib import suppress
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.mediation.agreements.commands import (
    AgreementCommand,
    BeginWatch,
    ConfirmDuty,
    NoteDutyDue,
    RecordPerformance,
    RecordSignature,
    SignAgreement,
    VoidDraft,
    WarnOfDuty,
)
from services.mediation.agreements.decider import agreement_decider
from services.mediation.agreements.facts import (
    AgreementDrafted,
    AgreementEvent,
    AgreementSigned,
    AgreementTookEffect,
    Duty,
    DutyDefaulted,
    DutyPerformed,
    WatchBegun,
)
from services.mediation.agreements.state import InEffect, stage
from services.mediation.cases.facts import OwnWay, RecordedWay
from shared.contracts.codes import Product, State
from shared.kernel import PersonId, Rejection
from tests.mediation.agreements.samples import PAYMENT, WALL, draft
from tests.mediation.cases.samples import BROTHER, COWSHED_OWNER, MEDIATOR_ID, MONDAY, WORKSHOP_OWNER, text

PEOPLE = st.sampled_from([WORKSHOP_OWNER, COWSHED_OWNER, BROTHER])
DUTIES = st.sampled_from([PAYMENT, WALL])


class Paper(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.past: list[AgreementEvent] = []
        self.now: datetime = MONDAY

    def attempt(self, wish: AgreementCommand) -> tuple[AgreementEvent, ...]:
        try:
            events = agreement_decider.decide(wish, agreement_decider.fold(self.past))
        except Rejection:
            return ()
        self.past.extend(events)
        with suppress(Rejection):
            assert agreement_decider.decide(wish, agreement_decider.fold(self.past)) == ()
        return events

    @rule(terms=st.integers(20, 22), recorded=st.booleans(), duties=st.sets(DUTIES), agreed=st.booleans())
    def it_is_drafted(self, terms: int, recorded: bool, duties: set[Duty], agreed: bool) -> None:
        product = Product.PM_ORAL_RECORD if recorded else Product.PM_AGREEMENT
        ordered = tuple(duty for duty in (PAYMENT, WALL) if duty in duties)
        self.attempt(draft(product, duties=ordered, terms=terms, recorded=recorded, agreed=agreed))

    @rule(party=PEOPLE, version=st.integers(1, 3), case_open=st.booleans())
    def somebody_signs(self, party: PersonId, version: int, case_open: bool) -> None:
        self.attempt(
            SignAgreement(party=party, version=version, how=OwnWay.SIGNED_IN, case_open=case_open, at=self.now)
        )

    @rule(
        party=PEOPLE,
        version=st.integers(1, 3),
        how=st.sampled_from(list(RecordedWay)),
        by=st.sampled_from([MEDIATOR_ID, WORKSHOP_OWNER]),
    )
    def a_signature_is_recorded(self, party: PersonId, version: int, how: RecordedWay, by: PersonId) -> None:
        self.attempt(
            RecordSignature(
                party=party, version=version, how=how, evidence=text(23), by=by, case_open=True, at=self.now
            )
        )

    @rule()
    def the_case_ends_otherwise(self) -> None:
        self.attempt(VoidDraft(at=self.now))

    @rule()
    def the_case_is_settled(self) -> None:
        before = agreement_decider.fold(self.past)
        for event in self.attempt(BeginWatch(at=self.now)):
            assert isinstance(event, WatchBegun)
            assert isinstance(before, InEffect)
            assert event.watched == len(before.watched)

    @rule(duty=DUTIES, party=PEOPLE)
    def somebody_confirms(self, duty: Duty, party: PersonId) -> None:
        if self.attempt(ConfirmDuty(duty_id=duty.duty_id, party=party, at=self.now)):
            assert party == duty.to

    @rule(duty=DUTIES, by=st.sampled_from([MEDIATOR_ID, WORKSHOP_OWNER]))
    def the_desk_sees_proof(self, duty: Duty, by: PersonId) -> None:
        if self.attempt(RecordPerformance(duty_id=duty.duty_id, proof=text(25), by=by, at=self.now)):
            assert by == MEDIATOR_ID

    @rule(duty=DUTIES, days=st.integers(0, 10))
    def time_passes(self, duty: Duty, days: int) -> None:
        self.now += timedelta(days=days)
        self.attempt(WarnOfDuty(duty_id=duty.duty_id, at=self.now))
        self.attempt(NoteDutyDue(duty_id=duty.duty_id, at=self.now))

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
                    assert signed == {WORKSHOP_OWNER, COWSHED_OWNER}
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
        state = agreement_decider.fold(self.past)
        if isinstance(state, InEffect):
            done = {duty.duty_id for duty in state.duties} == state.performed
            assert (stage(state) is State.PERFORMED) == done


TestAnyOrder = Paper.TestCase
TestAnyOrder.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
