"""Talks on line at the court: every side's yes, three days to name, three to accept, thirty to talk (R-14)."""

from datetime import datetime, timedelta

from services.mediation.cases.commands import CaseCommand, NameHost, Official, OpenSession
from services.mediation.cases.facts import CaseClosed, CaseEvent, MediatorNamed, OwnWay, RecordedWay
from services.mediation.cases.refusals import MediatorIsParty, NotOneOfTheParties, NotTheHost
from services.mediation.cases.state import CaseState, Open
from services.mediation.cases.values import SuitStage
from services.mediation.channels.commands import (
    AcceptHosting,
    ChooseRemote,
    DeclineHosting,
    RecordRemote,
    WatchLimit,
)
from services.mediation.channels.facts import (
    HostingAccepted,
    HostingAsked,
    HostingDeclined,
    LimitBreached,
    LimitWarned,
    RemoteChosen,
)
from services.mediation.channels.refusals import HostingNotAccepted, RemoteNotChosen, RemoteOnlyAtCourt
from shared.contracts.codes import Channel, SessionKind
from shared.kernel import ClockId, PersonId
from tests.mediation.cases.samples import (
    BOTH_CONSENT,
    BROTHER,
    COWSHED_OWNER,
    LAND_READY,
    MONDAY,
    OFFICER_ID,
    WORKSHOP_OWNER,
    names,
    opens,
    text,
)
from tests.mediation.channels.samples import COURT_CASE, INVITED, JUDGE, case_in, court_says, hands_over, term
from tests.mediation.channels.test_hosts import case
from tests.support.spec import Spec


def chooses(party: PersonId, at: datetime = MONDAY) -> ChooseRemote:
    return ChooseRemote(party=party, how=OwnWay.SIGNED_IN, term=term(at), at=at)


def accepts(by: PersonId = JUDGE.person, at: datetime = MONDAY) -> AcceptHosting:
    return AcceptHosting(by=by, term=term(at), at=at)


def watches(clock: str, days: int) -> WatchLimit:
    at = MONDAY + timedelta(days=days)
    return WatchLimit(clock=ClockId(clock), remote=term(at), at=at)


def names_on_line(host: Official = JUDGE) -> NameHost:
    return NameHost(host=host, remote=term(), at=MONDAY)


def remote_session(recorded: bool = True) -> OpenSession:
    return opens(JUDGE, kind=SessionKind.REMOTE, recorded=recorded)


BOTH_CHOOSE = (chooses(WORKSHOP_OWNER), chooses(COWSHED_OWNER))
consented = case.after(*COURT_CASE, *BOTH_CONSENT)
on_line = consented.after(*BOTH_CHOOSE)
named = on_line.after(names_on_line())
accepted = named.after(accepts())


def limits(spec: Spec[CaseCommand, CaseState, CaseEvent]) -> set[str]:
    assert isinstance(spec.state, Open)
    return set(spec.state.course.limits)


def test_r_14_nobody_talks_on_line_before_every_side_agreed_to_it() -> None:
    hosted = consented.after(names(JUDGE))
    assert hosted.when(remote_session()).then_rejected(RemoteNotChosen, missing=2).rule == "R-14"
    one = hosted.after(chooses(WORKSHOP_OWNER))
    one.when(remote_session()).then_rejected(RemoteNotChosen, missing=1)
    assert one.when(opens(JUDGE)).rejection is None


def test_r_14_the_mediator_accepts_before_the_talks_on_line() -> None:
    assert named.when(remote_session()).then_rejected(HostingNotAccepted).rule == "R-14"
    assert accepted.when(remote_session()).rejection is None
    replaced = accepted.after(names_on_line(INVITED))
    replaced.when(opens(INVITED, kind=SessionKind.REMOTE)).then_rejected(HostingNotAccepted)


def test_r_14_the_platform_on_line_is_the_courts() -> None:
    land = case.after(*LAND_READY)
    assert land.when(chooses(WORKSHOP_OWNER)).then_rejected(RemoteOnlyAtCourt).rule == "R-14"
    assert land.when(opens(kind=SessionKind.REMOTE)).rejection is None


def test_r_14_three_days_to_name_begin_with_the_last_yes_three_to_accept_with_the_name() -> None:
    (first,) = consented.when(chooses(WORKSHOP_OWNER)).events
    assert isinstance(first, RemoteChosen)
    assert (first.missing, first.limits) == ((COWSHED_OWNER,), ())
    assert "CL-038" in limits(on_line)
    assert [type(event) for event in on_line.when(names_on_line()).events] == [MediatorNamed, HostingAsked]
    assert "CL-039" in limits(named)
    assert "CL-038" not in limits(named)


def test_who_was_named_before_is_asked_with_the_last_yes() -> None:
    early = consented.after(names(JUDGE), chooses(WORKSHOP_OWNER))
    assert [type(event) for event in early.when(chooses(COWSHED_OWNER)).events] == [RemoteChosen, HostingAsked]


def test_r_14_thirty_days_run_from_the_acceptance_and_end_the_case() -> None:
    later = MONDAY + timedelta(days=4)
    (event,) = named.when(accepts(at=later)).events
    assert isinstance(event, HostingAccepted)
    assert event.mediation_due == later + timedelta(days=30)
    assert limits(accepted) == {"CL-040"}
    accepted.when(accepts()).then_nothing()
    assert [type(each) for each in accepted.when(watches("CL-040", 28)).events] == [LimitWarned]
    assert [type(each) for each in accepted.when(watches("CL-040", 30)).events] == [LimitBreached]


def test_r_14_once_filed_the_courts_own_time_is_not_made_longer_by_the_platform() -> None:
    filed = case.after(case_in(Channel.JM, suit=SuitStage.SIMPLE), *COURT_CASE[1:], *BOTH_CONSENT, *BOTH_CHOOSE)
    (event,) = filed.after(names_on_line()).when(accepts()).events
    assert isinstance(event, HostingAccepted)
    assert (event.mediation_due, event.limits) == (None, ())
    after = accepted.after(court_says(SuitStage.ORDINARY))
    assert limits(after) == {"CL-036"}


def test_r_14_a_mediator_who_is_silent_for_three_days_makes_room_for_another() -> None:
    named.when(watches("CL-039", 1)).then_nothing()
    told, declined = named.when(watches("CL-039", 5)).events
    assert isinstance(told, LimitBreached)
    assert isinstance(declined, HostingDeclined)
    assert declined.by_silence
    free = named.after(watches("CL-039", 5))
    assert isinstance(free.state, Open)
    assert (free.state.host, "CL-038" in limits(free)) == (None, True)
    free.when(watches("CL-039", 6)).then_nothing()
    assert [type(each) for each in free.when(watches("CL-038", 11)).events] == [LimitBreached]


def test_a_mediator_may_say_no() -> None:
    declines = DeclineHosting(by=JUDGE.person, term=term(), at=MONDAY)
    (event,) = named.when(declines).events
    assert isinstance(event, HostingDeclined)
    assert not event.by_silence
    named.when(DeclineHosting(by=OFFICER_ID, term=term(), at=MONDAY)).then_rejected(NotTheHost)
    named.when(accepts(OFFICER_ID)).then_rejected(NotTheHost)
    consented.when(accepts()).then_rejected(RemoteNotChosen)


def test_each_side_speaks_for_itself_and_nobody_chooses_twice() -> None:
    on_line.when(chooses(WORKSHOP_OWNER)).then_nothing()
    consented.when(chooses(BROTHER)).then_rejected(NotOneOfTheParties)
    written = RecordRemote(
        party=COWSHED_OWNER,
        how=RecordedWay.PHONE_RECORDED,
        evidence=text(5),
        by=OFFICER_ID,
        term=term(),
        at=MONDAY,
    )
    assert consented.after(chooses(WORKSHOP_OWNER)).when(written).rejection is None
    by_a_party = RecordRemote(
        party=COWSHED_OWNER, how=RecordedWay.PAPER, evidence=text(5), by=WORKSHOP_OWNER, term=term(), at=MONDAY
    )
    consented.when(by_a_party).then_rejected(MediatorIsParty)


def test_another_channel_begins_without_the_platform() -> None:
    moved = accepted.after(hands_over(Channel.PM))
    assert isinstance(moved.state, Open)
    assert (moved.state.course.remote, moved.state.course.accepted) == (frozenset(), None)
    assert not any(isinstance(event, CaseClosed) for event in moved.past)
