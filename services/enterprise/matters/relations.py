"""How somebody stands to a firm's matter, in the words of the access table."""

from collections.abc import Mapping

from services.enterprise.firms.decider import Firm
from services.enterprise.firms.store import FirmHandler
from services.enterprise.matters.state import Ended, Offered, Signed, Unoffered, departments_of, firm_of, owner_of
from services.enterprise.matters.store import MatterHandler
from shared.contracts.codes import Category, Relation, Role
from shared.kernel import Actor, NotFound, PersonId
from shared.web import Relate
from shared.web.clerk import id_in


def of_matter(matters: MatterHandler, firms: FirmHandler) -> Relate:
    async def relate(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        state, _ = await matters.state(id_in(path, "matter_id"))
        if isinstance(state, Unoffered):
            raise NotFound("matter")
        firm_id = firm_of(state)
        members: frozenset[PersonId] = frozenset()
        if firm_id is not None and actor.person is not None:
            firm, _ = await firms.state(firm_id)
            members = firm.members if isinstance(firm, Firm) else frozenset()
        return relations(actor, state, members)

    return relate


def relations(actor: Actor, state: Offered | Signed | Ended, members: frozenset[PersonId]) -> frozenset[Relation]:
    if as_party := _as_party(actor, state, members):
        return frozenset(as_party)
    offer = state.offer
    found: set[Relation] = set()
    if actor.person is not None and actor.person == owner_of(state):
        found |= {Relation.OWN, Relation.OWN_UNIT}
    if actor.unit is not None and actor.unit == offer.unit:
        found.add(Relation.OWN_UNIT)
    if actor.unit is not None and actor.unit in departments_of(state):
        found.add(Relation.TASK)
    if offer.category is Category.CPL:
        found.add(Relation.COMPLAINT)
    return frozenset(found)


def _as_party(actor: Actor, state: Offered | Signed | Ended, members: frozenset[PersonId]) -> set[Relation]:
    """A party stays one, whatever post he holds beside it."""
    offer = state.offer
    if actor.about is not None:
        return {Relation.OWN} if actor.about == offer.request_id and Role.REQUESTER in actor.roles else set()
    if actor.person is None:
        return set()
    found: set[Relation] = set()
    if actor.person == offer.requester:
        found.add(Relation.OWN)
    if actor.person in members:
        found.add(Relation.OWN_FIRM)
    if actor.person == offer.other_party and offer.category is Category.CPL:
        found.add(Relation.COMPLAINED_OF)
    return found
