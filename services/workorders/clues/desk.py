"""What the doors of clues need done. R-23: from here on, nothing that is stored or shown names who brought a clue."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson

from services.workorders.clues.decider import AssignClue, Clue, FileClue, JudgeClue, require_certified
from services.workorders.clues.facts import About, Reporter, Source, Verdict
from services.workorders.clues.store import ClueHandler, clue_text, identity_text, verdict_text
from services.workorders.groups.clerk import GroupClerk, act
from services.workorders.orders.desk import doer_of
from services.workorders.orders.rules.broadcasts import BroadcastUnknown
from services.workorders.orders.rules.states import Offered, Signed, owner_of
from services.workorders.orders.store import OrderHandler
from services.workorders.volunteers.decider import Volunteer
from services.workorders.volunteers.store import VolunteerHandler
from shared.contracts.codes import Purpose, Relation, Role
from shared.kernel import Actor, ItemCode, NotFound, PersonId, UnitCode, derive_id, value
from shared.web import Call, Query, Relate, VaultUnavailable
from shared.web.errors import NotAllowed

CLUES = uuid5(NAMESPACE_URL, "urn:lounge:clues")
SOURCES = {Role.VOLUNTEER: Source.VOLUNTEER, Role.GRID_WORKER: Source.GRID_WORKER}


@value
class Answered:
    """The broadcast that a clue answers, and who works on its order."""

    about: About
    groups: tuple[ItemCode, ...]
    unit: UnitCode
    officer: PersonId | None


class ClueDesk:
    def __init__(
        self, clues: ClueHandler, volunteers: VolunteerHandler, orders: OrderHandler, clerk: GroupClerk, key: bytes
    ) -> None:
        self.clues = clues
        self._volunteers = volunteers
        self._orders = orders
        self._clerk = clerk
        self._key = key

    def pseudonym_of(self, person: PersonId) -> UUID:
        """Keyed: a list of all volunteers does not lead back to the one who filed."""
        return UUID(bytes=hmac.new(self._key, person.bytes, hashlib.sha256).digest()[:16])

    async def file(self, text: str, order_id: UUID | None, broadcast_id: UUID | None, call: Call) -> dict[str, Any]:
        """By a volunteer or a grid worker in person."""
        if call.actor.person is None or call.actor.role not in SOURCES:
            raise NotAllowed
        source = SOURCES[Role(call.actor.role)]
        volunteer, _ = await self._volunteers.state(call.actor.person)
        certified = volunteer.certified_on(self._clerk.today())
        # Before anything is sealed: what is refused is not kept.
        require_certified(source, certified=certified)
        answered = await self._answered(order_id, broadcast_id) if order_id and broadcast_id else None
        pseudonym = self.pseudonym_of(call.actor.person)
        masked = _masked(call, pseudonym)
        await self.clues.store.check_once(masked.once)
        clue_id = derive_id(CLUES, masked.principal, masked.key)
        texts = {"text": clue_text(text), "identity": identity_text(_identity(call.actor.person, volunteer))}
        refs = await self._clerk.seal(masked, clue_id, texts, answered.about.request_id if answered else None)
        wish = FileClue(
            clue_id=clue_id,
            source=source,
            certified=certified,
            reporter=Reporter(pseudonym, refs["identity"]),
            group=None,
            groups_told=(),
            about=answered.about if answered else None,
            text=refs["text"],
            unit=_unit(answered, volunteer, call.actor),
            officer=answered.officer if answered else None,
            at=self._clerk.now(),
        )
        # The record knows the role and not the person.
        unnamed = replace(masked.context, actor=replace(masked.actor, person=None))
        return await act(self.clues, clue_id, wish, masked, unnamed, clue_id=str(clue_id))

    async def take_from_group(
        self, order_id: UUID, broadcast_id: UUID, group: ItemCode, text: str, call: Call
    ) -> dict[str, Any]:
        """What somebody said in a group, brought over by the dispatcher; who said it is not asked."""
        answered = await self._answered(order_id, broadcast_id)
        clue_id = derive_id(CLUES, call.principal, call.key)
        refs = await self._clerk.seal(call, clue_id, {"text": clue_text(text)}, answered.about.request_id)
        wish = FileClue(
            clue_id=clue_id,
            source=Source.GROUP,
            certified=False,
            reporter=None,
            group=group,
            groups_told=answered.groups,
            about=answered.about,
            text=refs["text"],
            unit=answered.unit,
            officer=answered.officer,
            at=self._clerk.now(),
        )
        return await act(self.clues, clue_id, wish, call, clue_id=str(clue_id))

    async def _answered(self, order_id: UUID, broadcast_id: UUID) -> Answered:
        order, _ = await self._orders.state(order_id)
        if not isinstance(order, Offered | Signed):
            raise BroadcastUnknown
        sent = next((each for each in order.broadcasts if each.broadcast_id == broadcast_id), None)
        if sent is None:
            raise BroadcastUnknown
        unit = order.unit if isinstance(order, Signed) else order.offer.unit
        about = About(order_id, order.offer.request_id, broadcast_id)
        return Answered(about, sent.groups, unit, owner_of(order))

    async def assign(self, clue_id: UUID, officer: PersonId, call: Call) -> dict[str, Any]:
        wish = AssignClue(officer=officer, at=self._clerk.now())
        return await act(self.clues, clue_id, wish, call, clue_id=str(clue_id))

    async def judge(self, clue_id: UUID, verdict: Verdict, note: str | None, call: Call) -> dict[str, Any]:
        clue = await self.clue(clue_id)
        doer = doer_of(call.actor)
        if doer is None:
            raise NotAllowed
        request_id = clue.about.request_id if clue.about else None
        refs = await self._clerk.seal(call, clue_id, {"note": verdict_text(note)}, request_id)
        wish = JudgeClue(doer=doer, verdict=verdict, note=refs.get("note"), at=self._clerk.now())
        return await act(self.clues, clue_id, wish, call, clue_id=str(clue_id))

    async def clue(self, clue_id: UUID) -> Clue:
        state, _ = await self.clues.state(clue_id)
        if not isinstance(state, Clue):
            raise NotFound("clue")
        return state

    async def words(self, clue: Clue, query: Query) -> str | None:
        """A vault that is down hides words and no state."""
        request_id = clue.about.request_id if clue.about else None
        try:
            texts = await self._clerk.vault.fetch(
                query.context, [clue.text.item], purpose=Purpose.HANDLING, request_id=request_id
            )
        except VaultUnavailable:
            return None
        return texts.get(clue.text.item)


def _masked(call: Call, pseudonym: UUID) -> Call:
    """R-23: the same call under the pseudonym, for all that it leaves behind: key of a repeat, owner of the words.

    Erasing the person therefore finds none of it; erasing the pseudonym, which stands in the clue, destroys the words
    and who brought them.
    """
    actor = Actor(role=call.actor.role, person=PersonId(pseudonym), roles=call.actor.roles)
    return replace(call, actor=actor, once=replace(call.once, principal=str(pseudonym)))


def of_clue(desk: ClueDesk) -> Relate:
    async def relate(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        clue = await desk.clue(UUID(path["clue_id"]))
        ours = actor.unit is not None and actor.unit == clue.unit
        mine = actor.person is not None and actor.person == clue.officer
        found = {Relation.OWN_UNIT} if ours else set()
        if mine or (ours and clue.officer is None):
            found |= {Relation.OWN, Relation.CASEWORK} if Role.CASE_INVESTIGATOR in actor.roles else {Relation.OWN}
        return frozenset(found)

    return relate


async def of_new_clue(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
    """A volunteer's is his own; a grid worker finds things in his own place."""
    found = {Relation.OWN} if Role.VOLUNTEER in actor.roles else set()
    return frozenset(found | {Relation.OWN_PLACE} if Role.GRID_WORKER in actor.roles else found)


async def of_clue_list(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
    """A list holds the own unit's clues, and those assigned to whoever asks."""
    return frozenset({Relation.OWN, Relation.OWN_UNIT}) if actor.unit is not None else frozenset()


def _unit(answered: Answered | None, volunteer: Volunteer, actor: Actor) -> UnitCode:
    """Raises NotAllowed for a clue that would reach nobody."""
    if answered is not None:
        return answered.unit
    unit = volunteer.certificate.unit if volunteer.certificate else actor.unit
    if unit is None:
        raise NotAllowed
    return unit


def _identity(person: PersonId, volunteer: Volunteer) -> str:
    employer = volunteer.certificate.employer if volunteer.certificate else None
    return orjson.dumps({"person": str(person), "employer": employer}).decode()
