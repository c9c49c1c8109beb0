"""Whatever people of all roles try on a case, in any order, under a given law: what must hold after each step."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.mediation.cases.commands import (
    CaseCommand,
    EndCase,
    EndSession,
    GiveConsent,
    GiveNotice,
    NameHost,
    NoteGate,
    Official,
    OpenSession,
    RecordConsent,
    RefuseMediation,
    ReturnCase,
    Settle,
    SignFor,
    StopCase,
    TimeOut,
)
from services.mediation.cases.decider import deciding
from services.mediation.cases.facts import (
    CaseClosed,
    CaseEvent,
    GateNoted,
    Ground,
    HandlingOffered,
    MediatorNamed,
    OutcomeReported,
    OwnWay,
    PartyConsented,
    PartyRefused,
    RecordedWay,
    SessionHeld,
    SessionId,
    SessionOpened,
    SessionResult,
)
from services.mediation.cases.rules.law import IN_FORCE, Law
from services.mediation.cases.state import Open, Unopened
from services.mediation.cases.values import BodyKind, Interest, SuitStage
from services.mediation.channels.commands import (
    AppointAgent,
    DiscloseInterest,
    PanelSeen,
    ReportViolence,
    Suspend,
    WatchLimit,
)
from services.mediation.channels.facts import (
    AgentAppointed,
    ChannelHandedOver,
    InterestDisclosed,
    PenaltyDecided,
    SuitNoted,
    ViolenceReported,
)
from services.mediation.channels.rules.limits import LENGTHS
from shared.contracts.codes import Channel, Flag, Gate, Outcome, Panel, ReasonCode, Role, SessionKind
from shared.kernel import Decider, PersonId, Rejection, RuleId
from tests.mediation.cases.samples import (
    ALL_WAYS,
    AUXILIARY,
    BOTH_CONSENT,
    COWSHED_OWNER,
    INVESTIGATOR,
    MEDIATOR,
    MONDAY,
    OFFICER,
    OFFICER_FROM_ELSEWHERE,
    OFFICER_ID,
    STATION,
    UNREGISTERED,
    VIOLATION,
    WORKSHOP_OWNER,
    person,
    signs,
    text,
)
from tests.mediation.channels.samples import (
    APPLICATION,
    ENTITLED,
    INDUSTRY,
    INDUSTRY_UNKNOWN,
    INDUSTRY_UNLISTED,
    INVITED,
    JUDGE,
    PENALTY,
    STRANGER_TO_COURT,
    case_in,
    court_says,
    hands_over,
    names_trade,
)

PREPARED: tuple[CaseCommand, ...] = (signs(), VIOLATION, GiveNotice(ways=ALL_WAYS, at=MONDAY), names_trade())
CHANNELS = (Channel.PSM, Channel.PM, Channel.IM, Channel.JM)
LEADS = st.sampled_from(CHANNELS)
PARTIES = st.sampled_from([WORKSHOP_OWNER, COWSHED_OWNER])
OFFICIALS = st.sampled_from(
    [
        MEDIATOR, UNREGISTERED, OFFICER, OFFICER_FROM_ELSEWHERE, INVESTIGATOR, AUXILIARY, INDUSTRY, INDUSTRY_UNLISTED,
        INDUSTRY_UNKNOWN, JUDGE, INVITED, STRANGER_TO_COURT,
    ]
)  # fmt: skip
PANELS = st.sampled_from(
    [None, None, PanelSeen(Panel.THREE_OFFICES, 1, (person(40),)), PanelSeen(Panel.CENTRE, 0, (person(41),))]
)


class FourChannels(RuleBasedStateMachine):
    law: ClassVar[Law] = IN_FORCE

    def __init__(self) -> None:
        super().__init__()
        self.decider: Decider[CaseCommand, object, CaseEvent] = deciding(self.law)  # type: ignore[assignment]
        self.past: list[CaseEvent] = []
        self.state: object = Unopened()
        self.now: datetime = MONDAY
        self.sessions = 0
        self.settled = 0
        self.opened: list[tuple[Channel, Official, PanelSeen | None, bool]] = []

    def attempt(self, wish: CaseCommand) -> tuple[CaseEvent, ...]:
        """Decide, fold, and see that the same wish again changes nothing or is refused."""
        try:
            events = self.decider.decide(wish, self.state)
        except Rejection:
            return ()
        self.past.extend(events)
        self.state = self.decider.fold(events, self.state)
        with suppress(Rejection):
            assert self.decider.decide(wish, self.state) == (), f"{wish} happened twice"
        return events

    @property
    def lead(self) -> Channel:
        assert isinstance(self.past[0], HandlingOffered)
        moved = [event.channel for event in self.past if isinstance(event, ChannelHandedOver)]
        return moved[-1] if moved else self.past[0].channel

    @property
    def filed(self) -> bool:
        return any(isinstance(event, SuitNoted) and event.stage is not SuitStage.PRE_SUIT for event in self.past)

    # ── what people try ──────────────────────────────────────────────────
    @initialize(
        channel=LEADS,
        flag=st.sampled_from([None, None, None, Flag.DV, Flag.CRIME_POSSIBLE]),
        prepared=st.sampled_from([(), PREPARED, (*PREPARED, *BOTH_CONSENT), (*PREPARED, *BOTH_CONSENT)]),
    )
    def a_dispute_arrives(self, channel: Channel, flag: Flag | None, prepared: tuple[CaseCommand, ...]) -> None:
        self.attempt(case_in(channel, *((flag,) if flag else ())))
        for wish in prepared:
            self.attempt(wish)

    @rule(by=OFFICIALS)
    def somebody_signs(self, by: Official) -> None:
        self.attempt(SignFor(by=by, consent_due=self.now, mediation_due=self.now + timedelta(days=31), at=self.now))

    @rule()
    def the_notice_is_given(self) -> None:
        self.attempt(GiveNotice(ways=ALL_WAYS, at=self.now))

    @rule(party=PARTIES)
    def somebody_consents(self, party: PersonId) -> None:
        self.attempt(GiveConsent(party=party, how=OwnWay.SIGNED_IN, at=self.now))

    @rule(by=st.sampled_from([OFFICER_ID, WORKSHOP_OWNER]))
    def consents_are_written_down(self, by: PersonId) -> None:
        for party in (WORKSHOP_OWNER, COWSHED_OWNER):
            self.attempt(RecordConsent(party=party, how=RecordedWay.PAPER, evidence=text(1), by=by, at=self.now))

    @rule(
        decided=st.sampled_from(
            [
                (Gate.CRIME_OR_CIVIL, "UNDECIDED"), (Gate.CRIME_OR_CIVIL, "NOT_A_CRIME"),
                (Gate.CRIME_OR_CIVIL, "CRIME"), (Gate.DV_GATE, "BLOCKED"), (Gate.DV_GATE, "NOT_DV"),
                (Gate.MEDIABLE, "YES"),
            ]
        )
    )  # fmt: skip
    def a_gate_is_decided(self, decided: tuple[Gate, str]) -> None:
        self.attempt(NoteGate(gate=decided[0], result=RuleId(decided[1]), at=self.now))

    @rule(host=OFFICIALS)
    def a_host_is_named(self, host: Official) -> None:
        self.attempt(NameHost(host=host, at=self.now))

    @rule(channel=LEADS, application=st.booleans())
    def the_lead_is_handed_over(self, channel: Channel, application: bool) -> None:
        paper = APPLICATION if application else None
        self.attempt(hands_over(channel, ReasonCode.NOT_SETTLED, paper, self.now))

    @rule(stage=st.sampled_from(list(SuitStage)))
    def the_court_writes(self, stage: SuitStage) -> None:
        self.attempt(court_says(stage, self.now))

    @rule()
    def the_penalty_is_decided(self) -> None:
        self.attempt(PENALTY)

    @rule(by=OFFICIALS, panel=PANELS, recorded=st.booleans())
    def a_session_is_opened(self, by: Official, panel: PanelSeen | None, recorded: bool) -> None:
        lead, filed = self.lead, self.filed
        self.sessions += 1
        wish = OpenSession(
            session_id=SessionId(person(1000 + self.sessions)),
            kind=SessionKind.JOINT,
            by=by,
            officers=1,
            recording=text(3) if recorded else None,
            panel=panel,
            at=self.now,
        )
        if any(isinstance(event, SessionOpened) for event in self.attempt(wish)):
            self.opened.append((lead, by, panel, filed))

    @rule(result=st.sampled_from(list(SessionResult)), panel=PANELS, recorded=st.booleans())
    def they_sit_down_with_the_right_host(self, result: SessionResult, panel: PanelSeen | None, recorded: bool) -> None:
        self.attempt(NameHost(host=ENTITLED[self.lead], at=self.now))
        self.a_session_is_opened(ENTITLED[self.lead], panel, recorded)
        self.the_session_ends(result)

    @rule(result=st.sampled_from(list(SessionResult)))
    def the_session_ends(self, result: SessionResult) -> None:
        if not isinstance(self.state, Open) or self.state.session is None:
            return
        wish = EndSession(
            session_id=self.state.session.session_id,
            result=result,
            attended=(),
            notes=None,
            next_session_due=self.now + timedelta(days=9),
            at=self.now,
        )
        self.attempt(wish)

    @rule(who=st.sampled_from([MEDIATOR.person, JUDGE.person, INDUSTRY.person]), grave=st.booleans())
    def an_interest_comes_out(self, who: PersonId, grave: bool) -> None:
        interest = Interest.RELATIVE if grave else Interest.MEDIATED_BEFORE
        self.attempt(DiscloseInterest(person=who, interest=interest, note=None, at=self.now))

    @rule(party=PARTIES, agent=st.sampled_from([MEDIATOR.person, JUDGE.person, person(40), person(50)]), panel=PANELS)
    def an_agent_is_sent(self, party: PersonId, agent: PersonId, panel: PanelSeen | None) -> None:
        self.attempt(AppointAgent(party=party, agent=agent, mandate=text(80), panel=panel, at=self.now))

    @rule(days=st.sampled_from([0, 0, 1, 3, 9]), clock=st.sampled_from(sorted(LENGTHS)))
    def time_passes(self, days: int, clock: RuleId) -> None:
        self.now += timedelta(days=days)
        self.attempt(WatchLimit(clock=clock, at=self.now))  # type: ignore[arg-type]
        self.attempt(TimeOut(at=self.now))

    @rule()
    def it_waits_for_an_appraisal(self) -> None:
        self.attempt(Suspend(reason=ReasonCode.APPRAISAL, evidence=text(60), at=self.now))

    @rule()
    def the_agreement_takes_effect(self) -> None:
        if isinstance(self.state, Open) and self.state.result is SessionResult.AGREED:
            self.settled += bool(self.attempt(Settle(duties_watched=1, detail=None, at=self.now)))

    @rule(party=PARTIES, how=st.integers(0, 30))
    def the_case_ends(self, party: PersonId, how: int) -> None:
        """Seldom: most histories should be long."""
        endings: tuple[CaseCommand, ...] = (
            RefuseMediation(party=party, how=OwnWay.CODE_PIN, note=None, at=self.now),
            ReportViolence(note=text(50), by=OFFICER_ID, at=self.now),
            EndCase(ground=Ground.NOT_SETTLED, ways=tuple(ALL_WAYS), note=None, at=self.now),
            ReturnCase(reason=ReasonCode.WRONG_GRID, note=None, at=self.now),
            StopCase(reason=None, at=self.now),
        )
        if how < len(endings):
            self.attempt(endings[how])

    # ── what must hold ───────────────────────────────────────────────────
    @invariant()
    def no_session_without_every_consent_to_the_present_lead(self) -> None:
        consented: set[PersonId] = set()
        for event in self.past:
            match event:
                case PartyConsented():
                    consented.add(event.party)
                case ChannelHandedOver():
                    assert not event.kept or {event.before, event.channel} == {Channel.PM, Channel.IM}
                    consented = set(event.kept)
                case SessionOpened():
                    assert consented >= {WORKSHOP_OWNER, COWSHED_OWNER}
                case _:
                    pass

    @invariant()
    def one_clear_refusal_ends_it_at_once(self) -> None:
        refused = [place for place, event in enumerate(self.past) if isinstance(event, PartyRefused)]
        if refused:
            later = self.past[refused[0] :]
            assert any(isinstance(event, CaseClosed) for event in later)
            assert not any(isinstance(event, SessionOpened | SessionHeld | MediatorNamed) for event in later)

    @invariant()
    def a_possible_crime_is_mediated_only_after_its_gate(self) -> None:
        if not self.past:
            return
        first = self.past[0]
        assert isinstance(first, HandlingOffered)
        result = "UNDECIDED" if Flag.CRIME_POSSIBLE in first.flags else "NOT_A_CRIME"
        for event in self.past:
            match event:
                case GateNoted(gate=Gate.CRIME_OR_CIVIL):
                    result = event.result
                case SessionOpened() | MediatorNamed() | ChannelHandedOver() | PartyConsented():
                    assert result == "NOT_A_CRIME", event
                case _:
                    pass

    @invariant()
    def agreed_is_not_settled_before_the_agreement_is_in_effect(self) -> None:
        outcomes = [event.outcome for event in self.past if isinstance(event, OutcomeReported)]
        assert outcomes.count(Outcome.SETTLED) == self.settled
        assert len(outcomes) <= 1
        assert sum(isinstance(event, CaseClosed) for event in self.past) <= 1

    @invariant()
    def every_change_of_the_lead_has_its_law(self) -> None:
        """R-05, R-61, R-01: told from the history alone."""
        penalty = filed = struck = False
        for event in self.past:
            match event:
                case PenaltyDecided():
                    penalty = True
                case ViolenceReported():
                    struck = True
                case SuitNoted():
                    filed = filed or event.stage is not SuitStage.PRE_SUIT
                case ChannelHandedOver():
                    assert event.rule
                    assert event.reason
                    assert not struck
                    assert not filed or event.channel is Channel.JM
                    if Channel.PSM in (event.before, event.channel):
                        assert {event.before, event.channel} == {Channel.PSM, Channel.PM}
                        assert not penalty
                    if event.channel is Channel.PSM:
                        assert event.paper is not None
                        assert isinstance(self.past[0], HandlingOffered)
                        assert self.past[0].category == "PSO"
                case _:
                    pass

    @invariant()
    def the_host_is_entitled_on_the_day(self) -> None:
        for lead, host, panel, filed in self.opened:
            assert Role.AUXILIARY not in host.roles
            assert panel is None or not panel.lacking
            match lead:
                case Channel.PSM:
                    assert (host.unit, Role.COMMUNITY_OFFICER in host.roles) == (STATION, True)
                case Channel.PM:
                    assert Role.PEOPLES_MEDIATOR in host.roles
                    assert host.registered_with is not None
                case Channel.IM:
                    assert host.body is not None
                    assert host.body.kind is BodyKind.INDUSTRY
                case _:
                    court = host.body is not None and host.body.kind is BodyKind.COURT
                    assert court or (host.invited_by is not None and not filed)

    @invariant()
    def nobody_with_a_part_in_it_hosts(self) -> None:
        apart: set[PersonId] = set()
        hosts: set[PersonId] = set()
        for event in self.past:
            match event:
                case InterestDisclosed() if event.interest is not Interest.MEDIATED_BEFORE:
                    apart.add(event.person)
                case AgentAppointed():
                    assert event.agent not in hosts
                    apart.add(event.agent)
                case MediatorNamed() | SessionOpened():
                    assert event.host not in apart
                    hosts.add(event.host)
                case _:
                    pass

    @invariant()
    def the_police_sit_twice_at_most_and_with_a_recording(self) -> None:
        opened = [event for event in self.past if isinstance(event, SessionOpened)]
        police = [event for event, (lead, *_) in zip(opened, self.opened, strict=True) if lead is Channel.PSM]
        assert len(police) <= 2
        assert all(event.recording is not None for event in police)

    @invariant()
    def it_is_one_case_of_one_request(self) -> None:
        assert len({(event.case_id, event.request_id) for event in self.past}) <= 1
