"""How somebody who calls stands to a case: the relations of access.csv, which party he is, what he is officially."""

from datetime import datetime

from services.mediation.cases.casefile import CaseFile
from services.mediation.cases.commands import Official
from services.mediation.mediators.decider import committee_on
from services.mediation.mediators.store import MediatorHandler
from shared.contracts.codes import Relation, Role
from shared.kernel import BUREAU_ZONE, Actor, PersonId
from shared.web.errors import NotAllowed

PARTY_ROLES = frozenset(
    {
        Role.REQUESTER,
        Role.OTHER_PARTY,
        Role.AGENT,
        Role.GUARDIAN,
        Role.FIRM_MEMBER,
        Role.MINOR,
        Role.ANONYMOUS_REPORTER,
    }
)


def party_of(actor: Actor, file: CaseFile) -> PersonId | None:
    """The party as whom the actor speaks. A code and PIN without a person speak for the requester."""
    parties = [each.party for each in file.parties]
    if actor.person in parties:
        return actor.person
    if actor.about == file.request_id and actor.person is None and actor.role != Role.OTHER_PARTY:
        return parties[0]
    return None


def relations_to(actor: Actor, file: CaseFile) -> frozenset[Relation]:
    found: set[Relation] = set()
    party = party_of(actor, file)
    if party is not None:
        found.add(Relation.OWN if party == file.parties[0].party else Relation.PANEL)
    if actor.person is not None and actor.person in {file.signed_by or file.owner, file.deputy, file.host}:
        found |= {Relation.OWN, Relation.PANEL}
    if actor.unit is not None and actor.unit == file.unit:
        found |= {Relation.OWN_UNIT, Relation.TASK}
        if file.owner is None and file.signed_by is None:
            found.add(Relation.OWN)
    return frozenset(found | {Relation.DISPUTE}) if found else frozenset()


async def official(actor: Actor, mediators: MediatorHandler, now: datetime) -> Official:
    """The actor with every role the token names, and the committee that has him on its register today."""
    if actor.person is None:
        raise NotAllowed
    roles = frozenset(Role(role) for role in actor.roles if role in set(Role))
    register, _ = await mediators.state(actor.person)
    return Official(actor.person, roles, actor.unit, committee_on(register, now.astimezone(BUREAU_ZONE).date()))


async def official_by_register(person: PersonId, mediators: MediatorHandler, now: datetime) -> Official:
    """Somebody who is named, not signed in: only the register speaks for him, unknown is no."""
    register, _ = await mediators.state(person)
    committee = committee_on(register, now.astimezone(BUREAU_ZONE).date())
    roles = frozenset({Role.PEOPLES_MEDIATOR}) if committee else frozenset[Role]()
    return Official(person, roles, committee, committee)
