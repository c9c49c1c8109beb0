"""Whatever is done to a request, in whatever order: the promises of the desk hold."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.intake.requests import decider
from services.intake.requests.commands import (
    Accept,
    Archive,
    InfoTimeOut,
    NoteAgreement,
    NoteDuty,
    NoteFeedback,
    NoteOutcome,
    NoteRating,
    NoteRouting,
    NoteTold,
    RatingTimeOut,
    RefuseAcceptance,
    Reopen,
    RequestCommand,
    RequestInfo,
    Supplement,
    Withdraw,
)
from services.intake.requests.decider import request_decider
from services.intake.requests.facts import (
    REQUESTER,
    BeneficiaryAgreed,
    ContactLeft,
    DutyEnded,
    NotAccepted,
    Notice,
    OutcomeNoted,
    RequestArchived,
    RequestEvent,
    RequestReopened,
    SideTold,
    Withdrawn,
)
from services.intake.requests.linking_commands import Lead, LinkDuplicate, NoteSharedOutcome, SplitLink
from services.intake.requests.linking_facts import SameAs
from services.intake.requests.state import Closed, Declined, TakenBack, Unfiled
from shared.contracts.codes import Category, Channel, Outcome, ReasonCode
from shared.contracts.danger import DangerKind
from shared.kernel import Rejection, RequestId
from tests.intake.requests.samples import (
    DAY,
    DEPOSIT,
    HANDLING,
    LANDLORD,
    LEASE,
    MONDAY,
    NEIGHBOUR,
    OFFICER,
    RENT,
    REQUEST,
    SECOND_HANDLING,
    WEEK,
    filing,
    text,
    unasked,
)
from tests.support.machines import misses

LEAD = RequestId(UUID(int=2))
attempts = st.integers(1, 4)
handlings = st.sampled_from([HANDLING, SECOND_HANDLING])
dangers = st.sampled_from([(), (), (), (DangerKind.SUICIDE,)])


class AnyHistory(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.history: tuple[RequestEvent, ...] = ()
        self.now = MONDAY

    def act(self, command: RequestCommand) -> None:
        state = request_decider.fold(self.history)
        try:
            events = request_decider.decide(command, state)
        except Rejection:
            return
        self.history += events
        self.check_archived(events)
        if not isinstance(command, Reopen):
            assert not any(isinstance(event, RequestReopened) for event in self.again(command))

    def again(self, command: RequestCommand) -> tuple[RequestEvent, ...]:
        try:
            return request_decider.decide(command, request_decider.fold(self.history))
        except Rejection:
            return ()

    def check_archived(self, events: tuple[RequestEvent, ...]) -> None:
        if not any(isinstance(event, RequestArchived) for event in events):
            return
        told = [event for event in self.history if isinstance(event, SideTold) and event.voice == REQUESTER]
        assert told, "archived untold"
        for place, outcome in enumerate(self.history):
            if isinstance(outcome, OutcomeNoted):
                later = [event for event in self.history[place:] if isinstance(event, DutyEnded)]
                ended = [event for event in later if event.handling_id == outcome.handling_id]
                assert len(ended) >= outcome.duties_watched, "archived while a duty is watched"

    @initialize(danger=dangers, complete=st.booleans(), asked=st.booleans())
    def file(self, danger: tuple[DangerKind, ...], complete: bool, asked: bool) -> None:
        self.act(filing(danger=danger, complete=complete) if asked else unasked(danger=danger))

    @rule()
    def agree(self) -> None:
        self.act(NoteAgreement(at=self.now))

    @rule(number=st.integers(1, 3))
    def thank(self, number: int) -> None:
        self.act(NoteFeedback(text=text(number), at=self.now))

    @invariant()
    def nobody_is_written_to_who_never_asked(self) -> None:
        kinds = [type(event) for event in self.history if isinstance(event, BeneficiaryAgreed | ContactLeft)]
        assert kinds in ([], [BeneficiaryAgreed, ContactLeft])

    @rule(hours=st.integers(1, 24 * 8))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.act(InfoTimeOut(at=self.now))
        self.act(RatingTimeOut(at=self.now))

    @rule()
    def accept(self) -> None:
        self.act(Accept(at=self.now))

    @rule()
    def ask(self) -> None:
        self.act(RequestInfo(items=(LEASE,), note=None, warn_at=self.now + 5 * DAY, due=self.now + WEEK, at=self.now))

    @rule(number=st.integers(1, 3), danger=dangers)
    def supplement(self, number: int, danger: tuple[DangerKind, ...]) -> None:
        self.act(Supplement(text=text(number), danger=danger, at=self.now))

    @rule(reason=st.sampled_from([ReasonCode.NOT_POLICE, ReasonCode.OVERLOAD]))
    def refuse(self, reason: ReasonCode) -> None:
        self.act(RefuseAcceptance(reason=reason, note=text(9), at=self.now))

    @rule()
    def withdraw(self) -> None:
        self.act(Withdraw(note=None, at=self.now))

    @rule(attempt=attempts)
    def route(self, attempt: int) -> None:
        self.act(NoteRouting(attempt=attempt, category=Category.DIS, at=self.now))

    @rule(
        attempt=attempts,
        handling=handlings,
        outcome=st.sampled_from(Outcome),
        answered=st.booleans(),
        duties=st.integers(0, 2),
        both=st.booleans(),
    )
    def learn_outcome(
        self, attempt: int, handling: UUID, outcome: Outcome, answered: bool, duties: int, both: bool
    ) -> None:
        self.act(
            NoteOutcome(
                attempt=attempt,
                handling_id=handling,
                outcome=outcome,
                answered=answered,
                handler=OFFICER,
                duties_watched=duties,
                sides=(LANDLORD,) if both else (),
                at=self.now,
            )
        )

    @rule(attempt=attempts, notice=st.sampled_from(Notice), requester=st.booleans())
    def tell(self, attempt: int, notice: Notice, requester: bool) -> None:
        voice = REQUESTER if requester else NEIGHBOUR
        self.act(NoteTold(attempt=attempt, notice=notice, voice=voice, at=self.now))

    @rule(attempt=attempts, requester=st.booleans(), satisfied=st.booleans())
    def rate(self, attempt: int, requester: bool, satisfied: bool) -> None:
        voice = REQUESTER if requester else NEIGHBOUR
        self.act(NoteRating(attempt=attempt, voice=voice, satisfied=satisfied, at=self.now))

    @rule(handling=handlings, duty=st.sampled_from([RENT, DEPOSIT]), performed=st.booleans())
    def duty_ends(self, handling: UUID, duty: UUID, performed: bool) -> None:
        self.act(
            NoteDuty(
                handling_id=handling,
                duty_id=duty,
                performed=performed,
                at=self.now,
            )
        )

    @rule()
    def reopen(self) -> None:
        self.act(Reopen(reason=ReasonCode.NEW_FACTS, note=None, at=self.now))

    @rule()
    def archive(self) -> None:
        self.act(Archive(at=self.now))

    @rule(relation=st.sampled_from(SameAs), danger=st.booleans())
    def link(self, relation: SameAs, danger: bool) -> None:
        lead = Lead(
            request_id=LEAD,
            open=True,
            finished=False,
            linked_to=None,
            danger=danger,
            category=Category.DIS,
            requester=LANDLORD,
        )
        self.act(LinkDuplicate(lead=lead, relation=relation, note=None, at=self.now))

    @rule()
    def split(self) -> None:
        self.act(SplitLink(reason=ReasonCode.OVERRULED, note=None, at=self.now))

    @rule(attempt=attempts, handling=handlings)
    def share(self, attempt: int, handling: UUID) -> None:
        self.act(
            NoteSharedOutcome(
                lead=LEAD,
                attempt=attempt,
                handling_id=handling,
                channel=Channel.PM,
                outcome=Outcome.SETTLED,
                detail=None,
                answer=None,
                answered=True,
                handler=OFFICER,
                at=self.now,
            )
        )

    @invariant()
    def whoever_goes_on_with_another_was_let_in(self) -> None:
        state = request_decider.fold(self.history)
        if isinstance(state, Unfiled) or state.matter.link is None:
            return
        assert not isinstance(state, Declined | TakenBack)
        assert state.matter.link.relation is not SameAs.REPEAT, "nobody known came twice here"

    @invariant()
    def the_id_stays(self) -> None:
        assert {event.request_id for event in self.history} <= {REQUEST}

    @invariant()
    def danger_is_never_sent_away(self) -> None:
        state = request_decider.fold(self.history)
        if isinstance(state, Declined | TakenBack):
            assert not state.matter.danger

    @invariant()
    def attempts_only_grow(self) -> None:
        attempts = [event.attempt for event in self.history if isinstance(event, RequestReopened)]
        assert attempts == sorted(set(attempts))

    @invariant()
    def an_end_is_an_end(self) -> None:
        """Only a reopening follows an end; notes may still be written to the file."""
        state = request_decider.fold(self.history)
        if isinstance(state, Unfiled | Closed):
            return
        ends = [i for i, e in enumerate(self.history) if isinstance(e, NotAccepted | Withdrawn | RequestArchived)]
        if ends and not isinstance(state, Declined | TakenBack):
            assert any(isinstance(event, RequestReopened) for event in self.history[ends[-1] :])


AnyHistory.TestCase.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)
TestAnyHistory = AnyHistory.TestCase


def test_a_rule_that_was_taken_away_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decider, "guard_closing", lambda request, looked_at_additions: None)
    misses(AnyHistory)
