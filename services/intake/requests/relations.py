"""How somebody stands to a request: his own, his unit's, or a stranger's."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

import asyncpg

from services.intake.requests.facts import Source, Wanted
from services.intake.requests.store import RequestHandler, filing_of, source_of
from shared.contracts.codes import Channel, Door, Relation, Role
from shared.kernel import Actor, NotFound, PersonId

Relate = Callable[[Actor, Mapping[str, str]], Awaitable[frozenset[Relation]]]


def of_request(requests: RequestHandler, pool: "asyncpg.Pool[Any]") -> Relate:
    async def relate(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        try:
            request_id = UUID(path["request_id"])
        except ValueError:
            raise NotFound("request") from None
        filed = await filing_of(requests, request_id)
        if filed is None:
            raise NotFound("request")
        if actor.about is not None:
            return _by_code(actor, request_id)
        row = await pool.fetchrow(
            "SELECT channel, unit, desk, owner, deputy FROM request_routing WHERE request_id = $1", request_id
        )
        if row and row["channel"] == Channel.CHILD and row["unit"] is not None:
            return _in_the_child_lane(actor, filed.requester)
        source = await source_of(requests, request_id)
        persons = {filed.requester, *_behind(source), *((row["owner"], row["deputy"]) if row else ())} - {None}
        relations = {Relation.OWN} if actor.person in persons else set()
        if source is not None and source.door is Door.OVERSIGHT and actor.person == filed.requester:
            relations.add(Relation.OVERSIGHT)
        if actor.person is not None and actor.person == filed.other_party:
            relations.add(Relation.PANEL)
        # What nobody was given yet belongs to every desk: somebody has to look at it.
        units = {row["unit"], row["desk"]} - {None} if row else set()
        if actor.unit is not None and (not units or actor.unit in units):
            relations.add(Relation.OWN_UNIT)
        return frozenset(relations)

    return relate


def _behind(source: Source | None) -> frozenset[PersonId | None]:
    """Who brought it; and for whom, as soon as he agreed (R-37)."""
    if source is None:
        return frozenset()
    return frozenset({source.filed_by, source.beneficiary if source.wanted is not Wanted.NEVER else None})


def _in_the_child_lane(actor: Actor, requester: PersonId | None) -> frozenset[Relation]:
    """R-36: who asked keeps what is his own; the other side has no part in it, and staff need the lane."""
    if actor.person is not None and actor.person == requester:
        return frozenset({Relation.OWN})
    return frozenset({Relation.OWN_UNIT, Relation.MINOR}) if actor.unit is not None else frozenset()


def _by_code(actor: Actor, request_id: UUID) -> frozenset[Relation]:
    if actor.about != request_id:
        return frozenset()
    return frozenset({Relation.PANEL if actor.role == Role.OTHER_PARTY else Relation.OWN})


async def of_list(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
    """A list holds what is one's own, and for staff what is the unit's; the query leaves out the rest."""
    return frozenset({Relation.OWN, Relation.OWN_UNIT}) if actor.unit else frozenset({Relation.OWN})
