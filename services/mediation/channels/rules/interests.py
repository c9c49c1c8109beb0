"""Nobody is judge in a cause he has a part in (R-15), and no suspect sends somebody else (R-06)."""

from collections.abc import Iterable
from typing import Final

from services.mediation.cases.refusals import MediatorIsParty, NotOneOfTheParties, SessionStillOpen
from services.mediation.cases.state import Open
from services.mediation.cases.values import Conflict, Interest
from services.mediation.channels.commands import AppointAgent, DiscloseInterest
from services.mediation.channels.facts import AgentAppointed, ChannelEvent, HostRecused, InterestDisclosed
from services.mediation.channels.refusals import HasAnInterest, MediatorIsNoAgent, SuspectSendsNoAgent
from shared.contracts.codes import Channel
from shared.kernel import PersonId, RuleId

RECUSAL: Final = RuleId("R-15")

ONLY_TO_BE_DISCLOSED: Final = frozenset({Interest.MEDIATED_BEFORE})
"""Who mediated in the village before is no stranger, yet neutral: once the sides know it, they may go on with him."""


def require_neutral(case: Open, person: PersonId, conflicts: Iterable[Conflict]) -> None:
    """R-15. What was disclosed, what the own history tells, and a mandate in this very case."""
    if person in case.course.agents:
        raise HasAnInterest(interest=Interest.MANDATE)
    disclosed = case.course.interests.get(person, frozenset())
    if grave := sorted((disclosed - ONLY_TO_BE_DISCLOSED) | {each.interest for each in conflicts}):
        raise HasAnInterest(interest=grave[0])


def disclose(command: DiscloseInterest, case: Open) -> tuple[ChannelEvent, ...]:
    """A host with an interest stops hosting at once; the session in which it came out is ended first."""
    if command.person in case.parties:
        raise MediatorIsParty
    if command.interest in case.course.interests.get(command.person, frozenset()):
        return ()
    disclosed = InterestDisclosed(
        case_id=case.case_id,
        request_id=case.request_id,
        person=command.person,
        interest=command.interest,
        note=command.note,
        occurred_at=command.at,
    )
    if command.interest in ONLY_TO_BE_DISCLOSED or command.person != case.host:
        return (disclosed,)
    if case.session is not None:
        raise SessionStillOpen
    recused = HostRecused(
        case_id=case.case_id,
        request_id=case.request_id,
        host=command.person,
        interest=command.interest,
        rule=RECUSAL,
        occurred_at=command.at,
    )
    return (disclosed, recused)


def appoint_agent(command: AppointAgent, case: Open) -> tuple[ChannelEvent, ...]:
    if command.party not in case.parties:
        raise NotOneOfTheParties
    if command.agent in case.parties:
        raise MediatorIsParty
    if case.course.agents.get(command.agent) == command.party:
        return ()
    require_no_mediator(case, command)
    if case.channel is Channel.PSM and command.party in case.course.suspects:
        raise SuspectSendsNoAgent
    return (
        AgentAppointed(
            case_id=case.case_id,
            request_id=case.request_id,
            party=command.party,
            agent=command.agent,
            mandate=command.mandate,
            occurred_at=command.at,
        ),
    )


def require_no_mediator(case: Open, wish: AppointAgent) -> None:
    """R-15: neither a present nor a former host, nor anybody with a seat, nor an agent of the other side."""
    members = wish.panel.members if wish.panel else ()
    if wish.agent in case.course.hosted or wish.agent in members:
        raise MediatorIsNoAgent
    if wish.agent in case.course.agents:
        raise HasAnInterest(interest=Interest.MANDATE)
