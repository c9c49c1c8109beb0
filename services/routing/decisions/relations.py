"""How somebody stands to a decision. The desk that triages stands to every decision as to its own unit's."""

from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

from services.routing.decisions.answers import unit_of
from services.routing.decisions.rosters import Rosters
from services.routing.decisions.state import Matter, Routed
from services.routing.decisions.store import DecisionHandler
from shared.contracts.codes import Category, Channel, Gate, Priority, Relation, Role
from shared.kernel import Actor, Clock, NotFound

Relate = Callable[[Actor, Mapping[str, str]], Awaitable[frozenset[Relation]]]

BY_ROLE = {
    Role.CASE_INVESTIGATOR: Relation.CASEWORK,
    Role.SUPERVISOR: Relation.COMPLAINT,
    Role.CHILD_OFFICER: Relation.MINOR,
    Role.DISPATCHER: Relation.LIVE,
}
"""Relations that restrict others are told only of those whose work they are: a decision holds codes, no content."""


async def decision_of(decisions: DecisionHandler, id: str) -> tuple[Matter, str | None]:
    """The decision, and the unit that has it or was asked to look. Raises NotFound."""
    try:
        history = [stored.event for stored in await decisions.history(UUID(id))]
    except ValueError:
        raise NotFound("decision") from None
    matter = decisions.decider.fold(history)
    if not isinstance(matter, Matter):
        raise NotFound("decision")
    return matter, unit_of(matter, history)


def of_decision(decisions: DecisionHandler, rosters: Rosters, clock: Clock) -> Relate:
    async def relate(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        matter, unit = await decision_of(decisions, path["request_id"])
        if actor.about is not None:
            return frozenset({Relation.OWN}) if actor.about == matter.request_id else frozenset()
        relations = _personal(actor, matter) | _complained_of(actor, matter)
        if actor.unit is not None and actor.unit in (unit, await rosters.desk(clock.now())):
            relations.add(Relation.OWN_UNIT)
        return frozenset(relations | _of_its_kind(actor, matter))

    return relate


def _personal(actor: Actor, matter: Matter) -> set[Relation]:
    holder = matter.holder
    relations = set()
    if actor.person is not None and actor.person == matter.requester:
        relations.add(Relation.OWN)
    if holder is not None and actor.person in (holder.owner, holder.deputy):
        relations |= {Relation.OWN, Relation.PANEL, Relation.TASK}
    return relations


def _complained_of(actor: Actor, matter: Matter) -> set[Relation]:
    """R-24: nobody reads a complaint about himself or his unit, whatever else he is to it."""
    barred = matter.course.barred
    return {Relation.COMPLAINED_OF} if actor.unit in barred.units or actor.person in barred.people else set()


def _of_its_kind(actor: Actor, matter: Matter) -> set[Relation]:
    ruling = matter.ruling
    category = ruling.category if ruling else None
    own_work = {
        Role.CASE_INVESTIGATOR: Gate.CRIME_OR_CIVIL in matter.gates or category is Category.CRM,
        Role.SUPERVISOR: category is Category.CPL,
        Role.CHILD_OFFICER: category is Category.MIN or Gate.MINOR_GATE in matter.gates,
        Role.DISPATCHER: ruling is not None and ruling.priority is Priority.P0 and not _finished(matter),
    }
    found = {BY_ROLE[role] for role, holds in own_work.items() if holds and role in actor.roles}
    return found | {Relation.MINOR} if _with_the_child_lane(matter) else found


def _with_the_child_lane(matter: Matter) -> bool:
    """R-36: from then on it is read by the lane, and by others with another person's approval."""
    return isinstance(matter.phase, Routed) and matter.ruling is not None and matter.ruling.channel is Channel.CHILD


def _finished(matter: Matter) -> bool:
    return isinstance(matter.phase, Routed) and matter.phase.finished


async def of_lists(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
    """Staff see lists, each his own part of them; the query leaves out the rest."""
    if actor.unit is None:
        return frozenset()
    lanes = {relation for role, relation in BY_ROLE.items() if role in actor.roles}
    return frozenset({Relation.OWN, Relation.OWN_UNIT, Relation.PANEL, Relation.TASK} | lanes)
