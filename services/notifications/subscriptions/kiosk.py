"""What the API is made with: whose a subscription is, what of it is shown, and the few acts of more than one step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson

from services.notifications.subscriptions.commands import AskReplay
from services.notifications.subscriptions.ledger import Ledger
from services.notifications.subscriptions.purposes import Agencies, Purposes
from services.notifications.subscriptions.refusals import DeliveriesGone, SubscriptionIsOver
from services.notifications.subscriptions.sending import Secrets, Sender
from services.notifications.subscriptions.state import Ended, Subscription
from services.notifications.subscriptions.store import ItemKind, Subscriptions
from services.notifications.subscriptions.stream import Streams
from shared.contracts.codes import DataLevel, Relation
from shared.kernel import BUREAU_ZONE, Actor, Clock, NotFound, TextRef, UnitCode
from shared.web import Call, StrictModel, Text, Vault
from shared.web.outbound import Outbound

NOTHING: frozenset[Relation] = frozenset()
MEMBER = frozenset({Relation.TASK, Relation.OWN})


class SubscriptionAnswer(StrictModel):
    subscription_id: UUID
    agency: str
    purpose: str
    ways: tuple[str, ...]
    types: tuple[str, ...]
    places: tuple[str, ...]
    state: str
    made: int
    sent: int
    """By webhook."""
    on_topic: int
    """Up to which number they lie on the agency's Kafka topic."""
    oldest: int
    failing_since: datetime | None
    tries: int
    next_try: datetime | None
    status: int | None
    failure: str | None
    secret_version: int
    both_until: datetime | None
    opened_at: datetime


class SubscriptionList(StrictModel):
    subscriptions: tuple[SubscriptionAnswer, ...]


class PurposeAnswer(StrictModel):
    purpose: str
    zh: str
    en: str
    means: str
    ground: str
    rule: str
    types: Mapping[str, tuple[str, ...]]
    places: tuple[str, ...]


class PurposesAnswer(StrictModel):
    agency: str | None
    zh: str | None
    contract: str | None
    until: str | None
    in_force: bool
    purposes: tuple[PurposeAnswer, ...]


class DeliveryLine(StrictModel):
    number: int
    fact: str
    state: str
    """waiting, taken, failed or withdrawn"""
    tries: int
    status: int | None
    failure: str | None
    made_at: datetime
    tried_at: datetime | None


class LedgerAnswer(StrictModel):
    deliveries: tuple[DeliveryLine, ...]
    next_before: int | None


@dataclass(frozen=True, slots=True)
class Kiosk:
    subscriptions: Subscriptions
    ledger: Ledger
    sender: Sender
    streams: Streams
    purposes: Purposes
    agencies: Agencies
    secrets: Secrets
    vault: Vault
    outbound: Outbound
    clock: Clock
    division: str
    has_topics: bool
    ring: Callable[[], None]

    NAMESPACE: ClassVar[UUID] = uuid5(NAMESPACE_URL, "urn:lounge:subscriptions")

    async def of_member(self, actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        """Whoever acts for an agency stands to its subscriptions as to its tasks."""
        return MEMBER if self.agencies.of(actor.unit) is not None else NOTHING

    async def of_agency(self, actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        agency = await self._agency(_id(path))
        return MEMBER if actor.unit is not None and actor.unit == agency else NOTHING

    async def _agency(self, subscription_id: UUID) -> UnitCode:
        state, _ = await self.subscriptions.state(subscription_id)
        if not isinstance(state, Subscription | Ended):
            raise NotFound("subscription")
        return state.agency

    async def state(self, subscription_id: UUID) -> Subscription:
        state, _ = await self.subscriptions.state(subscription_id)
        if isinstance(state, Ended):
            raise SubscriptionIsOver()
        if not isinstance(state, Subscription):
            raise NotFound("subscription")
        return state

    async def require_contract(self, subscription_id: UUID) -> UnitCode:
        """The agency. Raises ContractMissing where its contract ended: what lies here does not leave any more."""
        agency = await self._agency(subscription_id)
        self.sender.require_contract(agency)
        return agency

    async def require_kept(self, subscription_id: UUID, after: int) -> None:
        """Raises DeliveriesGone."""
        if after + 1 < (oldest := await self.ledger.oldest(subscription_id)):
            raise DeliveriesGone(oldest=oldest)

    async def sealed(self, subscription_id: UUID, url: str, call: Call) -> TextRef:
        """The address, in the vault. Raises AddressRefused for one that would never be called."""
        await self.outbound.check(url)
        sealed = await self.vault.seal(
            subscription_id,
            call.key,
            {"endpoint": Text(ItemKind.CONTACT, orjson.dumps({"url": url}).decode(), DataLevel.L2)},
            request_id=None,
            owner=None,
            context=call.context,
        )
        return sealed.refs["endpoint"]

    async def replayed(self, subscription_id: UUID, command: AskReplay, call: Call) -> dict[str, Any]:
        """The wish and the position that follows from it, in one transaction."""
        async with self.subscriptions.store.transaction() as tx:
            recorded = await self.subscriptions.within(tx).handle(
                subscription_id,
                command,
                call.context,
                once=call.once,
                answer=lambda recorded: {
                    "subscription_id": str(subscription_id),
                    "version": recorded.version,
                    "record_id": str(recorded.last) if recorded.last else None,
                },
            )
            for way in recorded.state.ways if isinstance(recorded.state, Subscription) else ():
                await self.ledger.put_back(tx, subscription_id, way, command.after)
        self.subscriptions.store.appended()
        assert recorded.answer is not None
        return recorded.answer

    def purposes_of(self, actor: Actor) -> PurposesAnswer:
        agency = self.agencies.of(actor.unit)
        today = self.clock.now().astimezone(BUREAU_ZONE).date()
        open_to = self.purposes.open_to(agency.kind) if agency else {}
        return PurposesAnswer(
            agency=actor.unit if agency else None,
            zh=agency.zh if agency else None,
            contract=agency.contract if agency else None,
            until=agency.until.isoformat() if agency else None,
            in_force=agency is not None and agency.has_contract(today),
            purposes=tuple(
                PurposeAnswer(
                    purpose=name,
                    zh=each.zh,
                    en=each.en,
                    means=each.means,
                    ground=each.ground,
                    rule=each.rule,
                    types={str(fact): fields for fact, fields in each.facts.items()},
                    places=tuple(sorted(agency.places)) if agency and each.scope == "place" else (),
                )
                for name, each in open_to.items()
            ),
        )

    async def listed(self, actor: Actor) -> SubscriptionList:
        agency: UnitCode | None = actor.unit if self.agencies.of(actor.unit) is not None else None
        rows = await self.ledger.pool.fetch(
            f"{_SHOWN} WHERE ($1::text IS NULL OR s.agency = $1)"
            " ORDER BY s.state = 'given_up' DESC, s.agency, s.opened_at LIMIT 500",
            agency,
        )
        return SubscriptionList(subscriptions=tuple(_shown(row) for row in rows))

    async def one(self, subscription_id: UUID) -> SubscriptionAnswer:
        row = await self.ledger.pool.fetchrow(f"{_SHOWN} WHERE s.subscription_id = $1", subscription_id)
        if row is None:
            raise NotFound("subscription")
        return _shown(row)

    async def ledger_of(self, subscription_id: UUID, before: int | None, limit: int) -> LedgerAnswer:
        rows = await self.ledger.newest(subscription_id, before, limit)
        return LedgerAnswer(
            deliveries=tuple(_line(row) for row in rows),
            next_before=rows[-1]["number"] if len(rows) == limit else None,
        )


_SHOWN = """
SELECT s.*, coalesce(h.made, 0) AS made, coalesce(p.sent, 0) AS sent, coalesce(t.sent, 0) AS on_topic,
    coalesce((SELECT min(number) FROM partner_deliveries d WHERE d.subscription_id = s.subscription_id),
        coalesce(h.made, 0) + 1) AS oldest
FROM partner_subscriptions s LEFT JOIN partner_heads h USING (subscription_id)
LEFT JOIN partner_positions p ON p.subscription_id = s.subscription_id AND p.way = 'webhook'
LEFT JOIN partner_positions t ON t.subscription_id = s.subscription_id AND t.way = 'kafka'
"""


def _shown(row: Mapping[str, Any]) -> SubscriptionAnswer:
    return SubscriptionAnswer.model_validate(
        {name: row[name] for name in SubscriptionAnswer.model_fields}
        | {name: tuple(row[name]) for name in ("ways", "types", "places")}
    )


def _line(row: Mapping[str, Any]) -> DeliveryLine:
    state = "taken" if row["taken_at"] else "failed" if row["tries"] else "waiting"
    return DeliveryLine(
        number=row["number"],
        fact=row["fact"],
        state="withdrawn" if row["withdrawn"] else state,
        tries=row["tries"],
        status=row["status"],
        failure=row["failure"],
        made_at=row["made_at"],
        tried_at=row["tried_at"],
    )


def _id(path: Mapping[str, str]) -> UUID:
    try:
        return UUID(path["subscription_id"])
    except ValueError:
        raise NotFound("subscription") from None
