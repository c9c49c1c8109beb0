"""Whatever people try, in any order: nobody is mediated without consent, by the wrong host, or to two ends."""

from contextlib import suppress
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.mediation.cases.commands import (
    CaseCommand,
    EndCase,
    EndSession,
    ExtendMediation,
    GiveConsent,
    JoinParty,
    NameHost,
    NoteGate,
    Official,
    OpenSession,
    RecordConsent,
    RecordRefusal,
    RefuseMediation,
    ReportDanger,
    ReturnCase,
    Settle,
    SignFor,
    StopCase,
    TimeOut,
)
from services.mediation.cases.decider import case_decider
from services.mediation.cases.facts import (
    CaseClosed,
    CaseEvent,
    Ground,
    LongerAgreed,
    MediatorNamed,
    OutcomeReported,
    OwnWay,
    PartyConsented,
    PartyJoined,
    PartyRefused,
    RecordedWay,
    SessionHeld,
    SessionId,
    SessionOpened,
    SessionResult,
)
from services.mediation.cases.rules.channels import ways_owed
from services.mediation.cases.state import Open
from shared.contracts.codes import Category, Channel, Flag, Gate, ReasonCode, Role, SessionKind
from shared.kernel import PersonId, Rejection, RuleId
from tests.mediation.cases.samples import (
    ALL_WAYS,
    AUXILIARY,
    BOTH_CONSENT,
    BROTHER,
    COWSHED_OWNER,
    FIRST_SESSION,
    INVESTIGATOR,
    MEDIATOR,
    MONDAY,
    NOTICE,
    OFFICER,
    OFFICER_FROM_ELSEWHERE,
    OFFICER_ID,
    SECOND_SESSION,
    STATION,
    THIRD_SESSION,
    UNREGISTERED,
    VIOLATION,
    WORKSHOP_OWNER,
    offered,
    signs,
    text,
)

PEOPLE = st.sampled_from([WORKSHOP_OWNER, COWSHED_OWNER, BROTHER])
OFFICIALS = st.sampled_from([MEDIATOR, UNREGISTERED, OFFICER, OFFICER_FROM_ELSEWHERE, INVESTIGATOR, AUXILIARY])
SESSIONS = st.sampled_from([FIRST_SESSION, SECOND_SESSION, THIRD_SESSION])
READY: tuple[CaseCommand, ...] = (signs(), NOTICE, VIOLATION)
ENTITLED = {Channel.PM: MEDIATOR, Channel.PSM: OFFICER}


class Desk(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.past: list[CaseEvent] = []
        self.hosts: list[Official] = []
        self.now: datetime = MONDAY
        self.channel = Channel.PM

    def attempt(self, wish: CaseCommand) -> tuple[CaseEvent, ...]:
        """Decide, fold, and see that the same wish again changes nothing or is refused."""
        state = case_decider.fold(self.past)
        try:
            events = case_decider.decide(wish, state)
        except Rejection:
            return ()
        self.past.extend(events)
        after = case_decider.fold(self.past)
        with suppress(Rejection):
            assert case_decider.decide(wish, after) == (), f"{wish} happened twice"
        return events

    @initialize(
        channel=st.sampled_from([Channel.PM, Channel.PSM]),
        flag=st.sampled_from([None, None, None, Flag.DV, Flag.CRIME_POSSIBLE, Flag.MINOR]),
        prepared=st.sampled_from([(), READY, (*READY, *BOTH_CONSENT)]),
    )
    def a_dispute_arrives(self, channel: Channel, flag: Flag | None, prepared: tuple[CaseCommand, ...]) -> None:
        self.channel = channel
        category = Category.PSO if channel is Channel.PSM else Category.DIS
        self.attempt(offered(channel, category, (flag,) if flag else ()))
        for wish in prepared:
            self.attempt(wish)
        if prepared:
            self.attempt(NameHost(host=ENTITLED[channel], at=self.now))

    @rule(by=OFFICIALS)
    def somebody_signs(self, by: Official) -> None:
        due = self.now + timedelta(days=31)
        self.attempt(SignFor(by=by, consent_due=self.now, mediation_due=due, at=self.now))

    @rule(party=PEOPLE)
    def somebody_consents(self, party: PersonId) -> None:
        self.attempt(GiveConsent(party=party, how=OwnWay.SIGNED_IN, at=self.now))

    @rule(party=PEOPLE, by=st.sampled_from([OFFICER_ID, WORKSHOP_OWNER]))
    def a_consent_is_written_down(self, party: PersonId, by: PersonId) -> None:
        self.attempt(RecordConsent(party=party, how=RecordedWay.PAPER, evidence=text(1), by=by, at=self.now))

    @rule()
    def a_third_party_joins(self) -> None:
        self.attempt(JoinParty(party=BROTHER, at=self.now))

    @rule(
        gate=st.sampled_from([Gate.CRIME_OR_CIVIL, Gate.DV_GATE, Gate.MINOR_GATE]),
        result=st.sampled_from(["NOT_A_CRIME", "CRIME", "NOT_DV", "BLOCKED", "CLEAR", "GUARDIAN_NEEDED"]),
    )
    def a_gate_is_decided(self, gate: Gate, result: str) -> None:
        self.attempt(NoteGate(gate=gate, result=RuleId(result), at=self.now))

    @rule(host=OFFICIALS)
    def a_host_is_named(self, host: Official) -> None:
        if self.attempt(NameHost(host=host, at=self.now)):
            self.hosts.append(host)

    @rule(result=st.sampled_from(list(SessionResult)))
    def they_sit_down(self, result: SessionResult) -> None:
        taken = {event.session_id for event in self.past if isinstance(event, SessionOpened)}
        for session in (FIRST_SESSION, SECOND_SESSION, THIRD_SESSION):
            if session not in taken:
                self.a_session_is_opened(ENTITLED[self.channel], session, SessionKind.JOINT, True)
                self.a_session_ends(session, result)
                return

    @rule(by=OFFICIALS, session=SESSIONS, kind=st.sampled_from(list(SessionKind)), recorded=st.booleans())
    def a_session_is_opened(self, by: Official, session: SessionId, kind: SessionKind, recorded: bool) -> None:
        before = case_decider.fold(self.past)
        wish = OpenSession(
            session_id=session,
            kind=kind,
            by=by,
            officers=1,
            recording=text(3) if recorded else None,
            at=self.now,
        )
        if self.attempt(wish):
            assert isinstance(before, Open)
            assert not before.missing
            assert by == ENTITLED[self.channel]
            assert recorded or self.channel is Channel.PM
            self.hosts.append(by)

    @rule(session=SESSIONS, result=st.sampled_from(list(SessionResult)))
    def a_session_ends(self, session: SessionId, result: SessionResult) -> None:
        self.attempt(
            EndSession(
                session_id=session,
                result=result,
                attended=(),
                notes=None,
                next_session_due=self.now + timedelta(days=9),
                at=self.now,
            )
        )

    @rule(duties=st.integers(0, 3))
    def the_agreement_takes_effect(self, duties: int) -> None:
        state = case_decider.fold(self.past)
        if isinstance(state, Open) and state.result is SessionResult.AGREED:
            self.attempt(Settle(duties_watched=duties, detail=None, at=self.now))

    @rule(parties=st.sets(PEOPLE))
    def they_want_more_time(self, parties: set[PersonId]) -> None:
        agreed = tuple(LongerAgreed(party, text(5)) for party in sorted(parties))
        self.attempt(ExtendMediation(until=self.now + timedelta(days=60), agreed=agreed, at=self.now))

    @rule(days=st.integers(1, 6))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        self.attempt(TimeOut(at=self.now))

    @rule(party=PEOPLE, ground=st.sampled_from(list(Ground)), how=st.integers(0, 5))
    def the_case_ends(self, party: PersonId, ground: Ground, how: int) -> None:
        ways = (*ALL_WAYS, *ways_owed(self.channel, frozenset()))
        endings: tuple[CaseCommand, ...] = (
            RefuseMediation(party=party, how=OwnWay.CODE_PIN, note=None, at=self.now),
            RecordRefusal(party=party, how=RecordedWay.PAPER, note=text(9), by=OFFICER_ID, at=self.now),
            EndCase(ground=ground, ways=ways, note=None, at=self.now),
            ReturnCase(reason=ReasonCode.WRONG_GRID, note=None, at=self.now),
            ReturnCase(reason=ReasonCode.BAD_RATING, note=None, at=self.now),
            StopCase(reason=None, at=self.now),
        )
        self.attempt(endings[how])

    @rule()
    def danger_is_reported(self) -> None:
        self.attempt(ReportDanger(note=text(7), by=OFFICER_ID, at=self.now))

    @invariant()
    def no_session_without_every_consent(self) -> None:
        parties = {WORKSHOP_OWNER, COWSHED_OWNER}
        consented: set[PersonId] = set()
        for event in self.past:
            match event:
                case PartyJoined():
                    parties.add(event.party)
                case PartyConsented():
                    consented.add(event.party)
                case SessionOpened():
                    assert parties <= consented
                case _:
                    pass

    @invariant()
    def nothing_is_mediated_after_a_refusal(self) -> None:
        refused = [place for place, event in enumerate(self.past) if isinstance(event, PartyRefused)]
        assert len(refused) <= 1
        if refused:
            later = self.past[refused[0] :]
            assert not any(isinstance(event, SessionOpened | SessionHeld | MediatorNamed) for event in later)

    @invariant()
    def the_host_is_entitled(self) -> None:
        for host in self.hosts:
            assert Role.AUXILIARY not in host.roles
            if self.channel is Channel.PSM:
                assert host.unit == STATION
                assert Role.COMMUNITY_OFFICER in host.roles
            else:
                assert host.registered_with is not None

    @invariant()
    def no_outcome_twice_and_no_close_twice(self) -> None:
        assert sum(isinstance(event, OutcomeReported) for event in self.past) <= 1
        assert sum(isinstance(event, CaseClosed) for event in self.past) <= 1

    @invariant()
    def police_sit_twice_at_most(self) -> None:
        opened = sum(isinstance(event, SessionOpened) for event in self.past)
        assert self.channel is Channel.PM or opened <= 2


TestAnyOrder = Desk.TestCase
TestAnyOrder.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
