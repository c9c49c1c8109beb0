"""How somebody stands to a transfer, in the words of the access table."""

from collections.abc import Mapping
from uuid import UUID

from services.workorders.transfers.facts import Offer
from services.workorders.transfers.state import Ended, Out, TransferState, Unoffered
from services.workorders.transfers.store import TransferHandler
from shared.contracts.codes import Category, Relation, Role
from shared.kernel import Actor, NotFound, UnitCode
from shared.web import Relate

OF_BODIES = frozenset({Role.PLATFORM, Role.DEPARTMENT_CLERK, Role.PARTNER_CLERK})
"""They see what was sent to their own body, and nothing before that."""


def of_transfer(transfers: TransferHandler) -> Relate:
    async def relate(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        state, _ = await transfers.state(UUID(path["transfer_id"]))
        if isinstance(state, Unoffered):
            raise NotFound
        return relations(actor, state)

    return relate


async def of_the_board(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
    """To the rows that the list leaves."""
    return frozenset({Relation.OWN, Relation.OWN_UNIT, Relation.TASK} if actor.unit is not None else set())


async def of_the_line(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
    """A body's own messages: whose they are is looked at where they are fetched."""
    return frozenset({Relation.OWN, Relation.TASK} if actor.unit is not None else set())


def body_of(state: TransferState) -> UnitCode | None:
    return state.body if isinstance(state, Out | Ended) else None


def relations(actor: Actor, state: TransferState) -> frozenset[Relation]:
    if isinstance(state, Unoffered):
        return frozenset()
    offer = state.offer
    if actor.person is not None and actor.person in (offer.requester, offer.other_party):
        return _of_party(actor, offer)
    if actor.about is not None and actor.about == offer.request_id:
        return frozenset({Relation.OWN})
    if not OF_BODIES.isdisjoint(actor.roles):
        theirs = actor.unit is not None and actor.unit == body_of(state)
        return frozenset({Relation.OWN, Relation.TASK}) if theirs else frozenset()
    found = {Relation.OWN, Relation.OWN_UNIT} if actor.unit is not None and actor.unit == offer.unit else set()
    return frozenset(found | ({Relation.COMPLAINT} if offer.category is Category.CPL else set()))


def _of_party(actor: Actor, offer: Offer) -> frozenset[Relation]:
    if actor.person == offer.requester:
        return frozenset({Relation.OWN})
    return frozenset({Relation.COMPLAINED_OF}) if offer.category is Category.CPL else frozenset()
