"""What the doors of meetings, sweeps and deliberations need done: seal what was typed, fetch it, name who acts."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import Field

from services.workorders.meetings.store import words_of_units
from services.workorders.orders.desk import doer_of
from services.workorders.orders.rules.hands import Doer
from services.workorders.sweeps.store import claim_texts
from shared.contracts.codes import Purpose
from shared.eventstore import CommandHandler, Recorded
from shared.kernel import BUREAU_ZONE, Actor, Clock, PersonId, Rejection, RequestId, TextRef
from shared.web import Call, Query, StrictModel, Vault, VaultUnavailable
from shared.web.errors import NotAllowed

C = TypeVar("C")

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]


class PhoneNotRecognised(Rejection):
    """A number by which nobody can sign in opens nothing to anybody."""


class Done(StrictModel):
    id: UUID
    version: int
    record_id: UUID | None
    """None: it was so already."""


class Clerk:
    def __init__(self, vault: Vault, clock: Clock) -> None:
        self._vault = vault
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now()

    async def seal(self, call: Call, scope: UUID, texts: Mapping[str, str | None]) -> Mapping[str, TextRef]:
        """What is written to be read by the units that take part, of several requests."""
        sealed = await self._vault.seal(
            scope,
            f"{call.principal} {call.once.operation} {call.key}",
            {field: words_of_units(text) for field, text in texts.items() if text is not None},
            request_id=None,
            owner=call.actor.person,
            context=call.context,
        )
        return sealed.refs

    async def seal_claim(
        self, call: Call, scope: UUID, narrative: str, place: str, request_id: RequestId | None
    ) -> Mapping[str, TextRef]:
        """What becomes a request lies with that request, so that triage can read it."""
        sealed = await self._vault.seal(
            scope,
            f"{call.principal} {call.once.operation} {call.key}",
            claim_texts(narrative, place),
            request_id=request_id,
            owner=call.actor.person,
            context=call.context,
        )
        return sealed.refs

    async def person_of(self, call: Call, phone: str | None) -> PersonId | None:
        """Whom the vault knows by this number. Raises PhoneNotRecognised."""
        if phone is None:
            return None
        known = await self._vault.identify(call.context, {"phone": phone}, request_id=None)
        if not known.phone_valid:
            raise PhoneNotRecognised
        return known.person

    async def read(self, query: Query, refs: Iterable[TextRef | None]) -> Mapping[UUID, str | None]:
        """The words by item. A vault that is down hides words and no state."""
        items = [ref.item for ref in refs if ref is not None]
        try:
            return await self._vault.fetch(query.context, items, purpose=Purpose.HANDLING, request_id=None)
        except VaultUnavailable:
            return {}


def told(texts: Mapping[UUID, str | None], ref: TextRef | None) -> str | None:
    return texts.get(ref.item) if ref is not None else None


def acting(actor: Actor) -> Doer:
    """Raises NotAllowed for those who act for nobody."""
    doer = doer_of(actor)
    if doer is None:
        raise NotAllowed
    return doer


def end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59, 999999), BUREAU_ZONE)


def done(id: UUID, recorded: Recorded[Any, Any]) -> dict[str, Any]:
    return {
        "id": str(id),
        "version": recorded.version,
        "record_id": str(recorded.last) if recorded.last else None,
    }


async def act(
    handler: CommandHandler[C, Any, Any], id: UUID, wish: C, call: Call, *, named: UUID | None = None
) -> Done:
    """One command of a call; `named` is what it made, where that is not the stream."""
    recorded = await handler.handle(
        id,
        wish,
        call.context,
        once=call.once,
        answer=lambda recorded: done(named or id, recorded),
        if_version=call.if_match,
    )
    return Done.model_validate(recorded.answer)
