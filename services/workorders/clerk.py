"""What the doors of meetings, sweeps and deliberations need besides: texts for several units, and who acts."""

from collections.abc import Mapping
from datetime import date, datetime, time
from uuid import UUID

from services.workorders.meetings.store import words_of_units
from services.workorders.orders.desk import doer_of
from services.workorders.orders.rules.hands import Doer
from services.workorders.sweeps.store import claim_texts
from shared.kernel import BUREAU_ZONE, Actor, PersonId, Rejection, RequestId, TextRef
from shared.web import Call, clerk
from shared.web.errors import NotAllowed


class PhoneNotRecognised(Rejection):
    """A number by which nobody can sign in opens nothing to anybody."""


class Clerk(clerk.Clerk):
    async def seal_for_units(self, call: Call, scope: UUID, texts: Mapping[str, str | None]) -> Mapping[str, TextRef]:
        """What is written to be read by the units that take part, of several requests."""
        return await self.seal(
            call, scope, {field: words_of_units(text) for field, text in texts.items() if text is not None}
        )

    async def seal_claim(
        self, call: Call, scope: UUID, narrative: str, place: str, request_id: RequestId | None
    ) -> Mapping[str, TextRef]:
        """What becomes a request lies with that request, so that triage can read it."""
        return await self.seal(call, scope, claim_texts(narrative, place), request_id)

    async def person_of(self, call: Call, phone: str | None) -> PersonId | None:
        """Whom the vault knows by this number. Raises PhoneNotRecognised."""
        if phone is None:
            return None
        known = await self.vault.identify(call.context, {"phone": phone}, request_id=None)
        if not known.phone_valid:
            raise PhoneNotRecognised
        return known.person


def acting(actor: Actor) -> Doer:
    """Raises NotAllowed for those who act for nobody."""
    doer = doer_of(actor)
    if doer is None:
        raise NotAllowed
    return doer


def end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59, 999999), BUREAU_ZONE)
