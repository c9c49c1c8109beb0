"""Taking a request in: facts about the person, texts into the vault, one append, and the receipt."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeAlias
from uuid import NAMESPACE_URL, uuid5

import orjson

from services.intake.adapters.pins import Pins
from services.intake.requests.bodies import (
    ContactBody,
    DangerHelp,
    FileBody,
    FiledAnswer,
    PromiseMade,
    Receipt,
    ReceiptContent,
)
from services.intake.requests.commands import FileRequest
from services.intake.requests.facts import FollowCode, Reach, RequestEvent, RequestFiled, Way
from services.intake.requests.help import help_for
from services.intake.requests.rules.acceptance import is_complete
from services.intake.requests.state import Unfiled, state_code
from services.intake.requests.store import ItemKind, RequestHandler, filing_of
from shared.contracts.codes import Door
from shared.contracts.danger import DangerKind, danger_signs
from shared.eventstore import Repeated, Stored
from shared.kernel import Clock, NotFound, PersonId, RequestId, derive_id
from shared.web import Call, Sealed, Text, Vault

Told: TypeAlias = dict[str, Any]
"""What is kept of an answer under the key of its call: ids, and neither PIN nor words."""

FILINGS = uuid5(NAMESPACE_URL, "urn:lounge:filings")
ROUTED_WITHIN = timedelta(hours=2)
"""R-20, CL-007: the promise at the door."""


class FrontDesk:
    def __init__(self, requests: RequestHandler, vault: Vault, pins: Pins, clock: Clock) -> None:
        self._requests = requests
        self._vault = vault
        self._pins = pins
        self._clock = clock

    async def file(self, body: FileBody, call: Call, door: Door, *, for_another: bool = False) -> FiledAnswer:
        """The id follows from caller and key, so that a try that died half-way is finished by its repeat.

        `for_another`: an officer writes it down; who asks is the person of the contact, never the officer (R-15).
        """
        request_id = RequestId(derive_id(FILINGS, call.principal, call.key))
        pin = self._pins.pin_of(request_id, call.key)
        filed = await filing_of(self._requests, request_id)
        if filed is not None:
            told = await self.told_before(call)
            sealed = await self._seal(request_id, body, filed.requester, call)
        else:
            code = await self._pins.keep(request_id, pin)
            sealed, told = await self._take_in(request_id, code, body, call, door, for_another)
        return await self.answer(request_id, pin, sealed, told, body, call.language)

    async def told_before(self, call: Call) -> Told | None:
        """The answer that was stored; None where the key is older than keys are kept. Raises KeyReused."""
        if call.answered is not None:
            return call.answered
        try:
            # The other one of two equal calls may have filed it after the door looked for the key.
            await self._requests.store.check_once(call.once)
        except Repeated as repeated:
            return _told(repeated)
        return None

    async def _take_in(
        self, request_id: RequestId, code: FollowCode, body: FileBody, call: Call, door: Door, for_another: bool
    ) -> tuple[Sealed, Told | None]:
        asks = None if for_another else call.actor.person
        requester, contact = await self._requester(request_id, body.contact, asks, call)
        other = await self._other_party(request_id, body, call)
        sealed = await self._seal(request_id, body, requester, call)
        command = FileRequest(
            request_id=request_id,
            code=code,
            door=door,
            kind=body.kind,
            title=sealed.refs.get("title"),
            narrative=sealed.refs["narrative"],
            place=sealed.refs.get("place"),
            requester=requester,
            contact=contact,
            other_party=other,
            other_party_known=body.other_party is not None,
            danger=danger_in(body.title, body.narrative, body.place),
            complete=is_complete(body.narrative),
            at=self._clock.now(),
        )
        try:
            recorded = await self._requests.handle(
                request_id,
                command,
                call.context,
                once=call.once,
                answer=lambda recorded: {"request_id": str(request_id), "record_id": str(recorded.last)},
            )
        except Repeated as repeated:
            # The other one of two equal calls was faster; the answer is made from what it stored.
            return sealed, _told(repeated)
        return sealed, recorded.answer

    async def _requester(
        self, request_id: RequestId, contact: ContactBody | None, asks: PersonId | None, call: Call
    ) -> tuple[PersonId | None, Reach | None]:
        if contact is None or not (given := contact.model_dump(exclude_none=True)):
            return asks, None
        facts = await self._vault.identify(call.context, given, request_id=request_id)
        ways = tuple(way for way in Way if given.get(way.value))
        left = Reach(facts.contact_item, ways) if facts.contact_item and ways else None
        return asks or facts.person, left

    async def _other_party(self, request_id: RequestId, body: FileBody, call: Call) -> PersonId | None:
        given = body.other_party.model_dump(exclude_none=True) if body.other_party else {}
        if not given:
            return None
        return (await self._vault.identify(call.context, given, request_id=request_id)).person

    async def _seal(self, request_id: RequestId, body: FileBody, owner: PersonId | None, call: Call) -> Sealed:
        return await self._vault.seal(
            request_id, call.key, texts_of(body), request_id=request_id, owner=owner, context=call.context
        )

    async def answer(
        self, request_id: RequestId, pin: str, sealed: Sealed, told: Told | None, body: FileBody, language: str
    ) -> FiledAnswer:
        history = _as_told(await self._requests.history(request_id), told)
        state = self._requests.decider.fold(stored.event for stored in history)
        filed = history[0].event if history else None
        if not isinstance(filed, RequestFiled) or isinstance(state, Unfiled):
            raise NotFound("request")
        return FiledAnswer(
            request_id=request_id,
            code=filed.code,
            pin=pin,
            state=state_code(state),
            promises=promises_at_the_door(filed, language),
            danger=danger_help(filed.danger, language),
            receipt=receipt_of(history[0], _content(sealed, body)),
            record_id=history[-1].record_id,
        )


def _told(repeated: Repeated) -> Told:
    told: Told = orjson.loads(repeated.answer)
    return told


def _as_told(history: Sequence[Stored[RequestEvent]], told: Told | None) -> Sequence[Stored[RequestEvent]]:
    """What was there when it was filed: a repeat is answered as the first was, whatever happened since."""
    if told is None:
        return history
    ends = next(place for place, stored in enumerate(history, 1) if str(stored.record_id) == told["record_id"])
    return history[:ends]


def danger_in(*texts: str | None) -> tuple[DangerKind, ...]:
    signs = (sign.kind for text in texts if text for sign in danger_signs(text))
    return tuple(dict.fromkeys(signs))


def danger_help(kinds: tuple[DangerKind, ...], language: str) -> DangerHelp | None:
    if not kinds:
        return None
    numbers, words = help_for(kinds, language)
    return DangerHelp(kinds=tuple(kinds), numbers=numbers, words=words)


def promises_at_the_door(filed: RequestFiled, language: str) -> tuple[PromiseMade, ...]:
    """What is promised before anybody has looked; the clocks of routing replace it within seconds."""
    who = "the duty officer of the lounge" if language == "en" else "汇客厅值班民警"
    if filed.danger:
        what = "looks at it now" if language == "en" else "马上查看"
        return (PromiseMade(what=what, who=who, until=filed.occurred_at, clock="CL-012"),)
    what = "decides who handles it" if language == "en" else "确定由谁办理"
    return (PromiseMade(what=what, who=who, until=filed.occurred_at + ROUTED_WITHIN, clock="CL-007"),)


def receipt_of(stored: Stored[RequestEvent], content: tuple[ReceiptContent, ...] | None) -> Receipt:
    """The bytes that were hashed, their salt, and of each text what proves that it was this one."""
    return Receipt(
        record_id=stored.record_id,
        fact=stored.raw.body.decode(),
        salt=stored.raw.salt.hex(),
        content=content,
        proof_url=f"/audit/v1/proofs/{stored.record_id}",
    )


def texts_of(body: FileBody) -> Mapping[str, Text | None]:
    return {
        "title": Text(ItemKind.TITLE, body.title) if body.title else None,
        "narrative": Text(ItemKind.NARRATIVE, body.narrative),
        "place": Text(ItemKind.PLACE, body.place) if body.place else None,
    }


def _content(sealed: Sealed, body: FileBody) -> tuple[ReceiptContent, ...]:
    texts = texts_of(body)
    return tuple(
        ReceiptContent(field=field, text=text.text, content_salt=sealed.salts[field], content_commitment=ref.commitment)
        for field, ref in sealed.refs.items()
        if (text := texts.get(field)) is not None
    )
