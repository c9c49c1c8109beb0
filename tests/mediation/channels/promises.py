"""What must hold of a case after each act, told from its history alone, whoever did what."""

from contextlib import suppress
from datetime import datetime
from typing import ClassVar

from hypothesis.stateful import RuleBasedStateMachine, invariant

from services.mediation.cases.commands import CaseCommand, Official
from services.mediation.cases.decider import deciding
from services.mediation.cases.facts import (
    CaseClosed,
    CaseEvent,
    GateNoted,
    HandlingOffered,
    MediationExtended,
    MediatorNamed,
    OutcomeReported,
    PartyConsented,
    PartyRefused,
    SessionHeld,
    SessionOpened,
)
from services.mediation.cases.rules.law import IN_FORCE, Law
from services.mediation.cases.state import EXTENDABLE, Unopened
from services.mediation.cases.values import BodyKind, Interest, SessionResult, SuitStage
from services.mediation.channels.commands import PanelSeen
from services.mediation.channels.facts import (
    AgentAppointed,
    CaseworkExtended,
    ChannelHandedOver,
    FirmConsentNoted,
    HostingAccepted,
    HostingAsked,
    HostingDeclined,
    InterestDisclosed,
    PenaltyDecided,
    RemoteChosen,
    SuitNoted,
    ViolenceReported,
)
from shared.contracts.codes import Category, Channel, Flag, Gate, Outcome, Role, SessionKind
from shared.kernel import ClockId, Decider, PersonId, Rejection
from tests.mediation.cases.samples import COWSHED_OWNER, MONDAY, STATION, WORKSHOP_OWNER

VIOLATION_CLOCKS = ("CL-025", "CL-026", "CL-027", "CL-028")


class Promises(RuleBasedStateMachine):
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
                case SessionHeld(result=SessionResult.AGREED):
                    assert result == "NOT_A_CRIME", event
                case _:
                    pass

    @invariant()
    def after_blows_nobody_sits_down_or_agrees(self) -> None:
        """R-10, R-02."""
        struck = False
        for event in self.past:
            match event:
                case ViolenceReported():
                    struck = True
                case SessionOpened() | MediatorNamed() | SessionHeld(result=SessionResult.AGREED):
                    assert not struck, event
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
            assert lead is Channel.JM or not filed
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

    @invariant()
    def at_court_nobody_talks_on_line_unasked(self) -> None:
        """R-14: every side chose it under this lead, and the host accepted."""
        chosen: set[PersonId] = set()
        accepted: PersonId | None = None
        lead = None
        for event in self.past:
            match event:
                case HandlingOffered() | ChannelHandedOver():
                    lead, chosen, accepted = event.channel, set(), None
                case RemoteChosen():
                    assert lead is Channel.JM
                    chosen.add(event.party)
                case HostingAsked() | HostingDeclined():
                    accepted = None
                case HostingAccepted():
                    accepted = event.host
                case SessionOpened(kind=SessionKind.REMOTE) if lead is Channel.JM:
                    assert chosen == {WORKSHOP_OWNER, COWSHED_OWNER}
                    assert accepted == event.host
                case _:
                    pass

    @invariant()
    def a_firms_economic_dispute_waits_for_its_paper(self) -> None:
        """R-28."""
        economic = written = False
        for event in self.past:
            match event:
                case HandlingOffered(category=Category.ENT):
                    economic = Flag.CRIME_POSSIBLE in event.flags
                case GateNoted(gate=Gate.CRIME_OR_CIVIL):
                    economic = economic or self._is_a_firms
                case FirmConsentNoted(party=party) if party == WORKSHOP_OWNER:
                    written = True
                case SessionOpened():
                    assert written or not economic
                case _:
                    pass

    @property
    def _is_a_firms(self) -> bool:
        return isinstance(self.past[0], HandlingOffered) and self.past[0].category is Category.ENT

    @invariant()
    def a_violation_case_is_made_longer_twice_at_most(self) -> None:
        """R-08."""
        assert sum(isinstance(event, CaseworkExtended) for event in self.past) <= 2

    @invariant()
    def no_time_ends_later_by_hand_overs_alone(self) -> None:
        """R-08, R-12, R-14, R-16, R-17."""
        ends: dict[ClockId, datetime] = {}
        for event in self.past:
            moved = {limit.clock: limit.due for limit in getattr(event, "limits", ())}
            match event:
                case ChannelHandedOver():
                    assert all(due <= ends.get(clock, due) for clock, due in moved.items()), event
                    violation = [due for clock, due in ends.items() if clock in VIOLATION_CLOCKS]
                    assert event.channel is not Channel.PSM or event.mediation_due <= max(
                        violation, default=event.mediation_due
                    )
                case MediationExtended():
                    ends |= dict.fromkeys(EXTENDABLE & ends.keys(), event.until)
                case _:
                    pass
            ends |= moved
