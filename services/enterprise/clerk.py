"""What the doors of the workstation need besides: words only for those who have to do with the matter."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.enterprise.matters.rules.hands import Doer
from shared.contracts.codes import Relation, Role
from shared.kernel import Actor, RequestId
from shared.web import Query, clerk
from shared.web.errors import NotAllowed

INVOLVED = frozenset({Relation.OWN, Relation.OWN_UNIT, Relation.OWN_FIRM, Relation.TASK})
"""Whoever stands otherwise to a thing sees its stub and no words (L1)."""


class Clerk(clerk.Clerk):
    async def words(
        self, query: Query, items: Sequence[UUID], request_id: RequestId | None = None
    ) -> Mapping[UUID, str | None]:
        if INVOLVED.isdisjoint(query.relations):
            return {}
        return await super().words(query, items, request_id)


def doer_of(actor: Actor) -> Doer:
    """Raises NotAllowed for those who act for nobody: a service, an anonymous caller."""
    if actor.person is None or actor.role not in set(Role):
        raise NotAllowed
    return Doer(actor.person, Role(actor.role), actor.unit)
