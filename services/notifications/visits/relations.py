"""How somebody stands to the visits of a request."""

from collections.abc import Mapping
from uuid import UUID

from services.notifications.visits.decider import Revisiting
from services.notifications.visits.facts import Matter
from services.notifications.visits.store import VisitHandler
from services.notifications.visits.views import Seen
from shared.contracts.codes import Category, Channel, Relation, Role
from shared.kernel import Actor, NotFound
from shared.web import Relate

SEE_EVERY_STUB = frozenset({Role.TRIAGE_OFFICER, Role.BUREAU_LEADER, Role.AUDITOR, Role.OPERATOR})
MEDIATORS = frozenset({Role.PEOPLES_MEDIATOR})


def of_revisits(visits: VisitHandler) -> Relate:
    async def relate(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        known, _ = await visits.state(UUID(path["request_id"]))
        if known.matter is None:
            raise NotFound("revisit")
        day = path.get("day", "")
        return relations(actor, known, known.matter, int(day) if day.isascii() and day.isdigit() else None)

    return relate


def relations(actor: Actor, known: Revisiting, matter: Matter, day: int | None) -> frozenset[Relation]:
    """A child's visits are the lane's, a complaint's the supervision's, whatever else holds (R-24, R-36)."""
    if actor.unit is None:
        return frozenset()
    units = {visit.unit for visit in known.visits.values()} | {matter.unit}
    ours = actor.unit in units
    if matter.channel is Channel.CHILD:
        return frozenset({Relation.MINOR})
    if matter.category is Category.CPL or matter.channel is Channel.SUP:
        return frozenset({Relation.COMPLAINT})
    found: set[Relation] = set()
    if ours:
        found |= {Relation.OWN_UNIT, Relation.TASK}
    visit = known.visits.get(day) if day is not None else None
    goers = {visit.visitor} if visit is not None else {each.visitor for each in known.visits.values()}
    # A visit that names nobody is the whole unit's; who handled it may report, and never judge alone.
    if actor.person in goers or (ours and None in goers):
        found.add(Relation.OWN)
    if actor.person is not None and actor.person == matter.handler:
        found.add(Relation.PANEL if not MEDIATORS.isdisjoint(actor.roles) else Relation.OWN)
    return frozenset(found)


async def of_the_list(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
    """To the rows that `seen_by` leaves."""
    found = {Relation.OWN, Relation.OWN_UNIT, Relation.TASK}
    if Role.CHILD_OFFICER in actor.roles:
        found.add(Relation.MINOR)
    if Role.SUPERVISOR in actor.roles:
        found.add(Relation.COMPLAINT)
    if not MEDIATORS.isdisjoint(actor.roles):
        found.add(Relation.PANEL)
    return frozenset(found)


def seen_by(actor: Actor) -> Seen:
    return Seen(
        everything=bool(SEE_EVERY_STUB & set(actor.roles)),
        unit=actor.unit,
        person=actor.person,
        child_lane=Role.CHILD_OFFICER in actor.roles,
        complaints=Role.SUPERVISOR in actor.roles,
    )
