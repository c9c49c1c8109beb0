"""Talks on line (R-14): every side agrees, a mediator is named and accepts, and thirty days run from there."""

from datetime import datetime

from services.mediation.cases.commands import OpenSession
from services.mediation.cases.refusals import MediatorIsParty, NotOneOfTheParties, NotTheHost, SessionStillOpen
from services.mediation.cases.state import Open
from services.mediation.cases.values import Way
from services.mediation.channels.commands import (
    AcceptHosting,
    ChooseRemote,
    DeclineHosting,
    RecordRemote,
    RemoteTerm,
    WatchLimit,
)
from services.mediation.channels.facts import (
    ChannelEvent,
    HostingAccepted,
    HostingAsked,
    HostingDeclined,
    RemoteChosen,
)
from services.mediation.channels.refusals import HostingNotAccepted, RemoteNotChosen, RemoteOnlyAtCourt
from services.mediation.channels.rules.limits import ACCEPT_HOSTING, breached
from shared.contracts.codes import Channel, SessionKind
from shared.kernel import PersonId, TextRef


def choose(command: ChooseRemote, case: Open) -> tuple[ChannelEvent, ...]:
    return _chosen(command, case, command.how, None)


def record_choice(command: RecordRemote, case: Open) -> tuple[ChannelEvent, ...]:
    if command.by in case.parties:
        raise MediatorIsParty
    return _chosen(command, case, command.how, command.evidence)


def _chosen(
    command: ChooseRemote | RecordRemote, case: Open, how: Way, evidence: TextRef | None
) -> tuple[ChannelEvent, ...]:
    """R-14: each side for itself. Who was named before the last one agreed is asked with that agreement."""
    require_court(case)
    if command.party not in case.parties:
        raise NotOneOfTheParties
    if command.party in case.course.remote:
        return ()
    missing = tuple(party for party in not_chosen(case) if party != command.party)
    chosen = RemoteChosen(
        case_id=case.case_id,
        request_id=case.request_id,
        party=command.party,
        how=how,
        evidence=evidence,
        missing=missing,
        limits=() if missing or case.host else (command.term.naming,),
        occurred_at=command.at,
    )
    if missing or case.host is None:
        return (chosen,)
    return (chosen, _asked(case, case.host, command.term, command.at))


def require_court(case: Open) -> None:
    """R-14: the platform on line is the court's."""
    if case.channel is not Channel.JM:
        raise RemoteOnlyAtCourt


def not_chosen(case: Open) -> tuple[PersonId, ...]:
    return tuple(party for party in case.parties if party not in case.course.remote)


def is_remote(case: Open) -> bool:
    return case.channel is Channel.JM and not not_chosen(case)


def ask_to_host(case: Open, host: PersonId, term: RemoteTerm | None, at: datetime) -> tuple[HostingAsked, ...]:
    """R-14: to name the mediator of talks on line is to ask him."""
    return (_asked(case, host, term, at),) if is_remote(case) else ()


def _asked(case: Open, host: PersonId, term: RemoteTerm | None, at: datetime) -> HostingAsked:
    return HostingAsked(
        case_id=case.case_id,
        request_id=case.request_id,
        host=host,
        limits=(term.accepting,) if term else (),
        occurred_at=at,
    )


def accept(command: AcceptHosting, case: Open) -> tuple[ChannelEvent, ...]:
    """R-14: the thirty days run from the acceptance; where the court has filed, its own shorter time stays."""
    _require_asked(case, command.by)
    if case.course.accepted == command.by:
        return ()
    return (
        HostingAccepted(
            case_id=case.case_id,
            request_id=case.request_id,
            host=command.by,
            mediation_due=None if case.course.filed else command.term.mediating.due,
            limits=() if case.course.filed else (command.term.mediating,),
            occurred_at=command.at,
        ),
    )


def decline(command: DeclineHosting, case: Open) -> tuple[ChannelEvent, ...]:
    _require_asked(case, command.by)
    if case.session is not None:
        raise SessionStillOpen
    return (_declined(case, command.by, command.term, command.at, by_silence=False),)


def _require_asked(case: Open, person: PersonId) -> None:
    if missing := not_chosen(case):
        raise RemoteNotChosen(missing=len(missing))
    if case.host != person:
        raise NotTheHost


def lapse(command: WatchLimit, case: Open) -> tuple[ChannelEvent, ...]:
    """R-14: who lets the three days pass has not accepted; another mediator is named."""
    limit = case.course.limits.get(ACCEPT_HOSTING)
    if command.clock != ACCEPT_HOSTING or limit is None or command.at < limit.due or case.host is None:
        return ()
    if case.session is not None:
        return breached(case, command.clock, command.at)
    return (
        *breached(case, command.clock, command.at),
        _declined(case, case.host, command.remote, command.at, by_silence=True),
    )


def _declined(
    case: Open, host: PersonId, term: RemoteTerm | None, at: datetime, *, by_silence: bool
) -> HostingDeclined:
    return HostingDeclined(
        case_id=case.case_id,
        request_id=case.request_id,
        host=host,
        by_silence=by_silence,
        limits=(term.naming,) if term else (),
        occurred_at=at,
    )


def require_remote(case: Open, wish: OpenSession) -> None:
    """R-14: talks on line at the court need every side's yes and a mediator who accepted."""
    if wish.kind is not SessionKind.REMOTE or case.channel is not Channel.JM:
        return
    if missing := not_chosen(case):
        raise RemoteNotChosen(missing=len(missing))
    if case.course.accepted != wish.by.person:
        raise HostingNotAccepted
