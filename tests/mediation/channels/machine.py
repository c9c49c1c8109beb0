"""Whatever people of all roles try on a case, in any order, under a given law. What must hold stands in promises.py."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from services.mediation.cases import deadlines
from services.mediation.cases.commands import (
    CaseCommand,
    EndCase,
    EndSession,
    ExtendMediation,
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
from services.mediation.cases.deadlines import Term
from services.mediation.cases.facts import (
    Ground,
    LongerAgreed,
    OwnWay,
    RecordedWay,
    SessionId,
    SessionOpened,
    SessionResult,
)
from services.mediation.cases.state import Open
from services.mediation.cases.values import Interest, SuitStage
from services.mediation.channels.commands import (
    AcceptHosting,
    AppointAgent,
    ChooseRemote,
    DeclineHosting,
    DiscloseInterest,
    ExtendCasework,
    PanelSeen,
    RecordFirmConsent,
    ReportViolence,
    Resume,
    Suspend,
    WatchLimit,
)
from services.mediation.channels.rules.limits import LENGTHS
from services.mediation.channels.state import Course
from shared.contracts.codes import Category, Channel, Flag, Gate, ReasonCode, SessionKind
from shared.kernel import ClockId, PersonId, RuleId
from tests.mediation.cases.samples import (
    ALL_WAYS,
    COWSHED_OWNER,
    MEDIATOR,
    MONDAY,
    OFFICER_ID,
    WORKSHOP_OWNER,
    person,
    text,
)
from tests.mediation.channels.cast import KINDS, LEADS, OFFICIALS, PANELS, PARTIES, PREPARED, RESULTS_OF_GATES
from tests.mediation.channels.promises import Promises
from tests.mediation.channels.samples import (
    APPLICATION,
    ENTITLED,
    INDUSTRY,
    JUDGE,
    PENALTY,
    case_in,
    court_says,
    hands_over,
    limit,
    term,
)

BLOWS = ReportViolence(note=text(50), by=OFFICER_ID, at=MONDAY)
SUSPICION = NoteGate(gate=Gate.CRIME_OR_CIVIL, result=RuleId("UNDECIDED"), at=MONDAY)


class FourChannels(Promises):
    @initialize(
        channel=LEADS,
        flag=st.sampled_from([None, None, None, Flag.DV, Flag.CRIME_POSSIBLE]),
        firm=st.booleans(),
        prepared=PREPARED,
    )
    def a_dispute_arrives(
        self, channel: Channel, flag: Flag | None, firm: bool, prepared: tuple[CaseCommand, ...]
    ) -> None:
        category = Category.ENT if firm and channel is not Channel.PSM else None
        self.attempt(case_in(channel, *((flag,) if flag else ()), category=category))
        for wish in prepared:
            self.attempt(wish)

    @rule(by=OFFICIALS)
    def somebody_signs(self, by: Official) -> None:
        time = self.fresh_time(self.lead)
        self.attempt(
            SignFor(by=by, consent_due=self.now, mediation_due=time.mediation_due, limits=time.limits, at=self.now)
        )

    def fresh_time(self, channel: Channel) -> Term:
        """What the desk counts for a channel that takes the lead now."""
        course = self.state.course if isinstance(self.state, Open) else Course()
        return deadlines.term(channel, course.trade, course.suit, self.now)

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

    @rule(decided=RESULTS_OF_GATES)
    def a_gate_is_decided(self, decided: tuple[Gate, str]) -> None:
        self.attempt(NoteGate(gate=decided[0], result=RuleId(decided[1]), at=self.now))

    @rule(host=OFFICIALS)
    def a_host_is_named(self, host: Official) -> None:
        self.attempt(NameHost(host=host, remote=term(self.now), at=self.now))

    @rule(channel=LEADS, application=st.booleans())
    def the_lead_is_handed_over(self, channel: Channel, application: bool) -> None:
        paper, time = APPLICATION if application else None, self.fresh_time(channel)
        wish = hands_over(channel, ReasonCode.NOT_SETTLED, paper, self.now)
        self.attempt(replace(wish, mediation_due=time.mediation_due, limits=time.limits))

    @rule(days=st.sampled_from([1, 20]))
    def all_agree_to_take_longer(self, days: int) -> None:
        if isinstance(self.state, Open) and self.state.mediation_due is not None:
            agreed = tuple(LongerAgreed(party, text(5)) for party in (WORKSHOP_OWNER, COWSHED_OWNER))
            until = self.state.mediation_due + timedelta(days=days)
            self.attempt(ExtendMediation(until=until, agreed=agreed, at=self.now))

    @rule(stage=st.sampled_from(list(SuitStage)))
    def the_court_writes(self, stage: SuitStage) -> None:
        self.attempt(court_says(stage, self.now))

    @rule()
    def the_penalty_is_decided(self) -> None:
        self.attempt(PENALTY)

    @rule(by=OFFICIALS, kind=KINDS, panel=PANELS, recorded=st.booleans())
    def a_session_is_opened(self, by: Official, kind: SessionKind, panel: PanelSeen | None, recorded: bool) -> None:
        lead, filed = self.lead, self.filed
        self.sessions += 1
        wish = OpenSession(
            session_id=SessionId(person(1000 + self.sessions)),
            kind=kind,
            by=by,
            officers=1,
            recording=text(3) if recorded else None,
            panel=panel,
            at=self.now,
        )
        if any(isinstance(event, SessionOpened) for event in self.attempt(wish)):
            self.opened.append((lead, by, panel, filed))

    @rule(
        result=st.sampled_from(list(SessionResult)),
        kind=KINDS,
        panel=PANELS,
        recorded=st.booleans(),
        meanwhile=st.sampled_from([None, None, None, BLOWS, SUSPICION]),
    )
    def they_sit_down_with_the_right_host(
        self,
        result: SessionResult,
        kind: SessionKind,
        panel: PanelSeen | None,
        recorded: bool,
        meanwhile: ReportViolence | NoteGate | None,
    ) -> None:
        self.attempt(NameHost(host=ENTITLED[self.lead], remote=term(self.now), at=self.now))
        self.a_session_is_opened(ENTITLED[self.lead], kind, panel, recorded)
        if meanwhile is not None:
            self.attempt(replace(meanwhile, at=self.now))
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
    def time_passes(self, days: int, clock: ClockId) -> None:
        self.now += timedelta(days=days)
        self.attempt(WatchLimit(clock=clock, remote=term(self.now), at=self.now))
        self.attempt(TimeOut(at=self.now))

    @rule(party=PARTIES)
    def somebody_wants_to_talk_on_line(self, party: PersonId) -> None:
        self.attempt(ChooseRemote(party=party, how=OwnWay.SIGNED_IN, term=term(self.now), at=self.now))

    @rule(by=OFFICIALS, yes=st.booleans())
    def somebody_answers_whether_he_hosts(self, by: Official, yes: bool) -> None:
        answer = AcceptHosting if yes else DeclineHosting
        self.attempt(answer(by=by.person, term=term(self.now), at=self.now))

    @rule(asked=st.booleans())
    def they_talk_on_line_before_the_judge(self, asked: bool) -> None:
        for party in (WORKSHOP_OWNER, COWSHED_OWNER) if asked else ():
            self.somebody_wants_to_talk_on_line(party)
        self.attempt(NameHost(host=JUDGE, remote=term(self.now), at=self.now))
        self.somebody_answers_whether_he_hosts(JUDGE, yes=True)
        self.a_session_is_opened(JUDGE, SessionKind.REMOTE, None, recorded=True)

    @rule(party=PARTIES)
    def a_firm_hands_in_its_paper(self, party: PersonId) -> None:
        self.attempt(RecordFirmConsent(party=party, paper=text(7), by=OFFICER_ID, at=self.now))

    @rule(by=OFFICIALS, paper=st.integers(61, 64))
    def the_body_above_gives_more_time(self, by: Official, paper: int) -> None:
        due = self.now + timedelta(days=60)
        self.attempt(ExtendCasework(approval=text(paper), by=by, limit=limit("CL-026", due), at=self.now))

    @rule()
    def it_waits_for_an_appraisal(self) -> None:
        self.attempt(Suspend(reason=ReasonCode.APPRAISAL, evidence=text(60), at=self.now))

    @rule()
    def it_goes_on(self) -> None:
        if isinstance(self.state, Open) and self.state.course.suspended is not None:
            due, moved = deadlines.after_the_pause(self.state, self.now)
            self.attempt(Resume(mediation_due=due, limits=moved, at=self.now))

    @rule()
    def the_agreement_takes_effect(self) -> None:
        if isinstance(self.state, Open) and self.state.result is SessionResult.AGREED:
            self.settled += bool(self.attempt(Settle(duties_watched=1, detail=None, at=self.now)))

    @rule(party=PARTIES, how=st.integers(0, 30))
    def the_case_ends(self, party: PersonId, how: int) -> None:
        """Seldom: most histories should be long."""
        endings: tuple[CaseCommand, ...] = (
            RefuseMediation(party=party, how=OwnWay.CODE_PIN, note=None, at=self.now),
            replace(BLOWS, at=self.now),
            EndCase(ground=Ground.NOT_SETTLED, ways=tuple(ALL_WAYS), note=None, at=self.now),
            ReturnCase(reason=ReasonCode.WRONG_GRID, note=None, at=self.now),
            StopCase(reason=None, at=self.now),
        )
        if how < len(endings):
            self.attempt(endings[how])
