"""How somebody who calls stands to a case: the relations of access.csv, which party he is, what he is officially."""

from datetime import date, datetime

from services.mediation.bodies.decider import standing_on
from services.mediation.bodies.store import BodyHandler, body_id
from services.mediation.cases.casefile import CaseFile
from services.mediation.cases.commands import Official
from services.mediation.cases.values import Body, BodyKind, Conflict
from services.mediation.channels.views import OwnHistory
from services.mediation.mediators.decider import committee_on
from services.mediation.mediators.store import MediatorHandler
from shared.contracts.codes import Relation, Role
from shared.kernel import BUREAU_ZONE, Actor, PersonId, UnitCode
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
    if actor.unit is not None and actor.unit in file.course.units:
        found |= {Relation.PANEL, Relation.TASK}
    return frozenset(found | {Relation.DISPUTE}) if found else frozenset()


class Desk:
    """What the registers and the own history say of people: the only voice for somebody who is named, not signed in."""

    def __init__(self, mediators: MediatorHandler, bodies: BodyHandler, history: OwnHistory) -> None:
        self._mediators = mediators
        self._bodies = bodies
        self._history = history

    async def official(self, actor: Actor, now: datetime, file: CaseFile | None = None) -> Official:
        """The actor with every role the token names, and what the registers say of him and his body today."""
        if actor.person is None:
            raise NotAllowed
        roles = frozenset(Role(role) for role in actor.roles if role in set(Role))
        return await self._known(actor.person, roles, actor.unit, now, file)

    async def named(self, person: PersonId, now: datetime, file: CaseFile) -> Official:
        """Only the register speaks for him, unknown is no. Whom a committee has is a people's mediator, whom an
        industry body has is of that body; whom a court has is invited, for its own people speak for themselves."""
        day = _day(now)
        register, _ = await self._mediators.state(person)
        keeper = committee_on(register, day)
        body = await self.body(keeper, now) if keeper else None
        roles = frozenset({_ROLE_OF[body.kind] if body else Role.PEOPLES_MEDIATOR}) if keeper else frozenset[Role]()
        invited = body is not None and body.kind is BodyKind.COURT
        return await self._known(person, roles, None if invited else keeper, now, file)

    async def body(self, code: UnitCode, now: datetime) -> Body | None:
        entry, _ = await self._bodies.state(body_id(code))
        return standing_on(entry, code, _day(now))

    async def conflicts(self, person: PersonId, file: CaseFile) -> tuple[Conflict, ...]:
        return await self._history.conflicts(person, [each.party for each in file.parties], file.case_id)

    async def _known(
        self, person: PersonId, roles: frozenset[Role], unit: UnitCode | None, now: datetime, file: CaseFile | None
    ) -> Official:
        register, _ = await self._mediators.state(person)
        keeper = committee_on(register, _day(now))
        kept_by = await self.body(keeper, now) if keeper else None
        return Official(
            person,
            roles,
            unit,
            registered_with=keeper if kept_by is None else None,
            body=await self.body(unit, now) if unit else None,
            invited_by=keeper if kept_by is not None and kept_by.kind is BodyKind.COURT else None,
            conflicts=await self.conflicts(person, file) if file else (),
        )


_ROLE_OF = {BodyKind.INDUSTRY: Role.INDUSTRY_MEDIATOR, BodyKind.COURT: Role.COURT_MEDIATOR}


def _day(now: datetime) -> date:
    return now.astimezone(BUREAU_ZONE).date()
