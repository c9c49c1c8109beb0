"""How somebody stands to the people of a request."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

import asyncpg

from services.notifications.contacts.decider import Contact
from services.notifications.contacts.facts import REQUESTER, Side, Voice
from services.notifications.contacts.store import ContactHandler
from shared.contracts.codes import Relation, Role
from shared.kernel import Actor, NotFound

Relate = Callable[[Actor, Mapping[str, str]], Awaitable[frozenset[Relation]]]


def of_people(contacts: ContactHandler, pool: "asyncpg.Pool[Any]") -> Relate:
    """Requester, other party, or staff."""
    staff = of_staff(contacts, pool)

    async def relate(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        contact = await contact_of(contacts, path)
        voice = voice_of(actor, contact)
        if voice == REQUESTER:
            return frozenset({Relation.OWN})
        if voice is not None:
            return frozenset({Relation.PANEL})
        return await staff(actor, path)

    return relate


def of_staff(contacts: ContactHandler, pool: "asyncpg.Pool[Any]") -> Relate:
    """The people of a request have no relation here: what it holds is for who works on it."""

    async def relate(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        contact = await contact_of(contacts, path)
        if actor.unit is None:
            return frozenset()
        row = await pool.fetchrow("SELECT * FROM request_holders WHERE request_id = $1", contact.request_id)
        of_a_child = await pool.fetchval(
            "SELECT true FROM child_lane_requests WHERE request_id = $1", contact.request_id
        )
        if of_a_child:
            # the lane tells; nobody else at the desk reads what was told.
            return frozenset({Relation.OWN_UNIT, Relation.MINOR})
        relations = set()
        if row and actor.person is not None and actor.person in (row["owner"], row["deputy"]):
            relations.add(Relation.OWN)
        units = {row["unit"], row["desk"]} - {None} if row else set()
        if not units or actor.unit in units:
            relations.add(Relation.OWN_UNIT)
        return frozenset(relations)

    return relate


async def contact_of(contacts: ContactHandler, path: Mapping[str, str]) -> Contact:
    try:
        request_id = UUID(path["request_id"])
    except ValueError:
        raise NotFound("request") from None
    state, _ = await contacts.state(request_id)
    if not isinstance(state, Contact):
        raise NotFound("request")
    return state


def voice_of(actor: Actor, contact: Contact) -> Voice | None:
    """For whom somebody speaks; None for who is no side of the request."""
    if actor.about is not None and actor.about != contact.request_id:
        return None
    if actor.about is not None and actor.role != Role.OTHER_PARTY:
        return REQUESTER
    if actor.person is None:
        return None
    if actor.person == contact.requester:
        return REQUESTER
    voice = Voice(Side.OTHER_PARTY, actor.person)
    return voice if voice in contact.posted.values() else None
