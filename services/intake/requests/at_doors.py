"""Taking in what somebody brings who is not, or not only, the one who asks."""

import re
from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from services.intake.adapters.pins import Pins
from services.intake.requests.bodies import DoorAnswer, DoorBody, PersonBody
from services.intake.requests.commands import FileRequest
from services.intake.requests.facts import FollowCode, Reach, RequestEvent, Source, Wanted, Way
from services.intake.requests.filing import FILINGS, FrontDesk, Told, danger_in, texts_of
from services.intake.requests.rules.acceptance import is_complete
from services.intake.requests.rules.doors import DOORS, HOTLINES, MACHINES, Asks, let_in, number_of, wanted
from services.intake.requests.state import RequestState
from services.intake.requests.store import ItemKind, RequestHandler, filing_of, source_of
from shared.contracts.codes import DataLevel, Door, Role
from shared.eventstore import Once, Recorded, Repeated
from shared.kernel import Actor, Clock, Context, ItemCode, NotFound, PersonId, Rejection, RequestId, derive_id
from shared.web import Call, Sealed, Text, Vault
from shared.web.vault import VaultRefused

NUMBERS = uuid5(NAMESPACE_URL, "urn:lounge:numbers-of-others")
CODE = re.compile(r"[A-Za-z0-9._/:-]{1,64}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class NumberKnownOtherwise(Rejection):
    """Under this number something else was sent before."""


@dataclass(frozen=True, slots=True)
class Brought:
    """One thing that somebody brings."""

    request_id: RequestId
    key: str
    """Seals the texts and makes the PIN; the same for a repeat."""
    body: DoorBody
    context: Context
    batch: UUID | None = None
    once: Once | None = None

    @staticmethod
    def of(
        body: DoorBody,
        context: Context,
        request_id: RequestId,
        key: str,
        *,
        batch: UUID | None = None,
        once: Once | None = None,
    ) -> "Brought":
        """The id follows from the outside system's number where there is one."""
        brought = Brought(request_id, key, body, context, batch, once)
        if not brought.is_numbered:
            return brought
        known_as = RequestId(derive_id(NUMBERS, brought.system, brought.number))
        return Brought(known_as, str(known_as), body, context, batch, once)

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @property
    def system(self) -> ItemCode | None:
        """Machines speak for themselves; people say whose number it is."""
        given = self.body.system
        if given in HOTLINES and given in DOORS_WITH_SYSTEMS.get(self.body.door, frozenset()):
            return ItemCode(given)
        if self.actor.role in MACHINES:
            return ItemCode(str(self.actor.unit or self.actor.role))
        return None

    @property
    def group(self) -> ItemCode | None:
        given = self.body.group
        return ItemCode(given) if given and CODE.fullmatch(given) else None

    @property
    def is_numbered(self) -> bool:
        return self.number is not None and self.system is not None

    @property
    def number(self) -> str | None:
        return (number_of(self.body.number) or None) if self.body.number else None


DOORS_WITH_SYSTEMS = {door: rule.systems for door, rule in DOORS.items() if rule.systems}


@dataclass(frozen=True, slots=True)
class _People:
    requester: PersonId | None
    beneficiary: PersonId | None
    reach: Reach | None
    """Of whoever may be written to now."""
    reach_later: Reach | None
    wanted: Wanted


class DoorDesk:
    def __init__(self, requests: RequestHandler, front: FrontDesk, vault: Vault, pins: Pins, clock: Clock) -> None:
        self._requests = requests
        self._front = front
        self._vault = vault
        self._pins = pins
        self._clock = clock

    async def register(self, body: DoorBody, call: Call, request_id: RequestId | None = None) -> DoorAnswer:
        """`request_id`: where it follows from something else than the call."""
        brought = brought_by(body.model_copy(update={"door": _door(body, call.actor)}), call, request_id)
        known = await filing_of(self._requests, brought.request_id)
        repeated = known is not None and brought.key != call.key and call.answered is None
        told: Told | None = None
        if known is not None:
            told = None if repeated else await self._front.told_before(call)
            sealed = await self._seal(brought, known.requester)
        else:
            sealed, told = await self._take_in(brought)
        return await self._answer(brought, sealed, told, call.language, repeated=repeated)

    async def take_in(self, brought: Brought, requests: RequestHandler) -> bool:
        """Inside somebody else's transaction; True for what was known before. Raises Rejection."""
        known = await filing_of(requests, brought.request_id)
        if known is not None:
            await self._seal(brought, known.requester)
            return True
        _door(brought.body, brought.actor)
        command, _ = await self._command(brought)
        await requests.handle(brought.request_id, command, brought.context)
        return False

    async def _take_in(self, brought: Brought) -> tuple[Sealed, Told | None]:
        command, sealed = await self._command(brought)

        def kept(recorded: Recorded[RequestState, RequestEvent]) -> Told:
            return {"request_id": str(brought.request_id), "record_id": str(recorded.last)}

        try:
            recorded = await self._requests.handle(
                brought.request_id, command, brought.context, once=brought.once, answer=kept
            )
        except Repeated:
            return sealed, None
        return sealed, recorded.answer if recorded.events else None

    async def _command(self, brought: Brought) -> tuple[FileRequest, Sealed]:
        people = await self._people(brought)
        sealed = await self._seal(brought, people.requester)
        code = await self._pins.keep(brought.request_id, self._pin(brought))
        return _filing(brought, code, people, sealed, await self._other_party(brought), self._clock), sealed

    def _pin(self, brought: Brought) -> str:
        return self._pins.pin_of(brought.request_id, brought.key)

    async def _people(self, brought: Brought) -> _People:
        """Who asks, for whom, and whom anybody may write to: who never asked is left in peace (R-37)."""
        body, asks = brought.body, DOORS[brought.body.door].asks
        caller = body.contact if asks is Asks.CALLER else None
        concerned = body.beneficiary or (None if asks is Asks.CALLER else body.contact)
        requester, reach = await self._identify(brought, caller)
        beneficiary, later = await self._identify(brought, concerned)
        if asks is Asks.FILER:
            requester = brought.actor.person
        how = wanted(body.door, for_another=concerned is not None, agreed=body.agreed)
        if requester is None and how is Wanted.AGREED:
            reach = later
        return _People(requester, beneficiary, reach, later, how)

    async def _identify(self, brought: Brought, who: PersonBody | None) -> tuple[PersonId | None, Reach | None]:
        given = _usable(who)
        if not given:
            return None, None
        facts = await self._vault.identify(brought.context, given, request_id=brought.request_id)
        ways = tuple(way for way in Way if given.get(way.value))
        return facts.person, Reach(facts.contact_item, ways) if facts.contact_item and ways else None

    async def _other_party(self, brought: Brought) -> PersonId | None:
        given = brought.body.other_party.model_dump(exclude_none=True) if brought.body.other_party else {}
        if not given:
            return None
        return (await self._vault.identify(brought.context, given, request_id=brought.request_id)).person

    async def _seal(self, brought: Brought, owner: PersonId | None) -> Sealed:
        number = brought.number
        texts = {**texts_of(brought.body), "number": Text(ItemKind.NOTE, number, DataLevel.L2) if number else None}
        try:
            return await self._vault.seal(
                brought.request_id,
                brought.key,
                texts,
                request_id=brought.request_id,
                owner=owner,
                context=brought.context,
            )
        except VaultRefused:
            if brought.is_numbered:
                raise NumberKnownOtherwise() from None
            raise

    async def _answer(
        self, brought: Brought, sealed: Sealed, told: Told | None, language: str, *, repeated: bool
    ) -> DoorAnswer:
        filed = await self._front.answer(brought.request_id, self._pin(brought), sealed, told, brought.body, language)
        first = await filing_of(self._requests, brought.request_id)
        source = await source_of(self._requests, brought.request_id)
        if first is None or source is None:
            raise NotFound("request")
        shown = DOORS[first.door].hands_out_pin and not repeated
        return DoorAnswer(
            **filed.model_dump(exclude={"pin", "receipt"}),
            pin=filed.pin if shown else None,
            receipt=None if repeated else filed.receipt,
            door=first.door,
            asked=source.wanted,
            repeated=repeated,
        )


def brought_by(body: DoorBody, call: Call, request_id: RequestId | None) -> Brought:
    if request_id is not None:
        return Brought.of(body, call.context, request_id, str(request_id), once=call.once)
    own = RequestId(derive_id(FILINGS, call.principal, call.key))
    return Brought.of(body, call.context, own, call.key, once=call.once)


def _filing(
    brought: Brought, code: FollowCode, people: _People, sealed: Sealed, other_party: PersonId | None, clock: Clock
) -> FileRequest:
    body, actor = brought.body, brought.actor
    return FileRequest(
        request_id=brought.request_id,
        code=code,
        door=body.door,
        kind=body.kind,
        title=sealed.refs.get("title"),
        narrative=sealed.refs["narrative"],
        place=sealed.refs.get("place"),
        requester=people.requester,
        contact=people.reach,
        other_party=other_party,
        other_party_known=body.other_party is not None,
        danger=danger_in(body.title, body.narrative, body.place),
        complete=is_complete(body.narrative),
        at=clock.now(),
        source=Source(
            door=body.door,
            group=brought.group,
            system=brought.system,
            external=sealed.refs.get("number"),
            filed_by=actor.person if actor.person != people.requester else None,
            beneficiary=people.beneficiary,
            reach=people.reach_later,
            wanted=people.wanted,
            batch=brought.batch,
        ),
        by=_role(actor),
    )


def _door(body: DoorBody, actor: Actor) -> Door:
    """Looked at before anything is sealed; the decider looks again."""
    danger = bool(danger_in(body.title, body.narrative, body.place))
    return let_in(body.door, _role(actor), danger=danger)


def _role(actor: Actor) -> Role | None:
    return Role(actor.role) if actor.role in set(Role) else None


def _usable(who: PersonBody | None) -> dict[str, str]:
    given: dict[str, str] = who.model_dump(exclude_none=True) if who is not None else {}
    if "email" in given and EMAIL.fullmatch(given["email"]) is None:
        del given["email"]
    return given
