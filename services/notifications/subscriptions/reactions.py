"""Which record is told to which agency, in the transaction that moves the reader's position."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from services.notifications.subscriptions.commands import MakeDelivery, TryAgain, Withdraw
from services.notifications.subscriptions.ledger import Ledger
from services.notifications.subscriptions.projection import Reach, Told, delivery_id, project
from services.notifications.subscriptions.purposes import Agencies, Purposes, contracts_named
from services.notifications.subscriptions.rules.protection import Known, Sharing, sharing_of
from services.notifications.subscriptions.state import Delivery, DeliveryState
from services.notifications.subscriptions.store import RETRY, SUBSCRIPTIONS, Deliveries, Subscriptions
from services.notifications.subscriptions.views import ENDED
from shared.contracts.base import Contract
from shared.contracts.codes import DataLevel, Door
from shared.contracts.danger import DangerKind
from shared.contracts.intake import RequestFiledV1, SupplementedV1
from shared.contracts.routing import (
    RequestClassifiedV1,
    RequestGatedV1,
    RequestRoutedV1,
    ScreeningAskedV1,
)
from shared.eventstore import Due, Incoming, TimerReaction, Transaction, kept_in
from shared.eventstore.incoming import read_record
from shared.kernel import BUREAU_ZONE, Clock, ItemCode, RequestId, UnitCode
from shared.messaging import Reaction

BODIES: Final = frozenset({Door.COURT, Door.OVERSIGHT, Door.PLATFORM, Door.ALERT})
"""Doors at which a body asks: nobody behind them is an anonymous reporter (R-23)."""

REACHES: Final = "partner_reaches"

OF_REQUESTS: Final = (RequestFiledV1, SupplementedV1)
OF_DECISIONS: Final = (RequestClassifiedV1, ScreeningAskedV1, RequestGatedV1, RequestRoutedV1)


def learned(known: Known, body: object) -> Known:
    """What a record teaches of a request; the same object where it teaches nothing."""
    match body:
        case RequestFiledV1():
            is_anonymous = body.requester is None and body.door not in BODIES
            return replace(
                known,
                door=body.door,
                is_anonymous=is_anonymous,
                child_in_danger=known.child_in_danger or DangerKind.CHILD_HARM in body.danger,
            )
        case SupplementedV1() | ScreeningAskedV1() if DangerKind.CHILD_HARM in body.danger:
            return replace(known, child_in_danger=True)
        case RequestClassifiedV1():
            return replace(known, category=body.category, flags=frozenset(body.flags), channel=body.channel)
        case RequestGatedV1():
            return known.gated(body.gate, body.result)
        case RequestRoutedV1():
            return replace(
                known,
                is_routed=True,
                category=body.category,
                flags=frozenset(body.flags),
                channel=body.channel,
                place=known.place or body.unit,
            )
    return known


def deliver_to_partners(
    deliveries: Deliveries,
    ledger: Ledger,
    purposes: Purposes,
    agencies: Agencies,
    clock: Clock,
) -> Reaction:
    teller = _Teller(deliveries, ledger, purposes, agencies, clock)
    return Reaction(reader="notifications.deliver_to_partners", causes=_causes(purposes), handle=teller.tell)


def _causes(purposes: Purposes) -> tuple[tuple[str, type[object]], ...]:
    facts = {fact for purpose in purposes.purposes.values() for fact in purpose.facts} | set(purposes.ties)
    told = {(service, contract) for fact in facts for service, contract in contracts_named(fact)}
    taught = {("intake", each) for each in OF_REQUESTS} | {("routing", each) for each in OF_DECISIONS}
    return tuple(sorted(told | taught, key=lambda each: (each[0], each[1].__name__)))


class _Teller:
    def __init__(
        self,
        deliveries: Deliveries,
        ledger: Ledger,
        purposes: Purposes,
        agencies: Agencies,
        clock: Clock,
    ) -> None:
        self._deliveries = deliveries
        self._ledger = ledger
        self._purposes = purposes
        self._agencies = agencies
        self._clock = clock
        self._told = {fact for purpose in purposes.purposes.values() for fact in purpose.facts}

    async def tell(self, record: Incoming, tx: Transaction) -> None:
        body = record.body
        if not isinstance(body, Contract):
            return
        await self._ledger.one_at_a_time(tx)
        known: Known | None = None
        if "request_id" in type(body).model_fields:
            known = await self._known(record, body, tx)
            sharing = sharing_of(known)
            if sharing is Sharing.NEVER:
                await self._take_back(record, tx)
                return
            if sharing is Sharing.WAIT:
                if self._concerns_somebody(body):
                    await self._ledger.hold(tx, record.raw)
                return
            for held in await self._ledger.release(tx, record.key):
                await self._spread(read_record(held, {}), known, tx)
        await self._spread(record, known, tx)

    async def _known(self, record: Incoming, body: Contract, tx: Transaction) -> Known:
        before = await self._ledger.known(tx, record.key)
        known = learned(before or Known(), body)
        if known != before:
            await self._ledger.learn(tx, record.key, known)
        return known

    def _concerns_somebody(self, body: Contract) -> bool:
        return body.fact in self._told or body.fact in self._purposes.ties

    async def _take_back(self, record: Incoming, tx: Transaction) -> None:
        """R-34: what was told in good faith goes, and what was held back was never there."""
        now, deliveries = self._clock.now(), self._deliveries.within(tx)
        await self._ledger.release(tx, record.key)
        for subscription_id, numbers in (await self._ledger.take_back(tx, record.key, now)).items():
            withdrawn = [
                await deliveries.handle(delivery_id(subscription_id, number), Withdraw(at=now), record.context)
                for number in numbers
            ]
            notice = await self._ledger.make_notice(tx, subscription_id, numbers, record.raw, now)
            command = _as_before(withdrawn[-1].state, notice, record, now)
            await deliveries.handle(delivery_id(subscription_id, notice), command, record.context)

    async def _spread(self, record: Incoming, known: Known | None, tx: Transaction) -> None:
        body = record.body
        if not isinstance(body, Contract):
            return
        named = self._named_in(body)
        for agency in named or ():
            await self._ledger.tie(tx, record.key, agency, ItemCode(body.fact), getattr(body, "attempt", 0))
        if body.fact in self._told:
            await self._tell_all(record, body, known, named, tx)
        if ended := self._purposes.unties.get(ItemCode(body.fact)):
            await self._ledger.untie(tx, record.key, ended, getattr(body, "attempt", 0))

    async def _tell_all(
        self, record: Incoming, body: Contract, known: Known | None, named: frozenset[UnitCode] | None, tx: Transaction
    ) -> None:
        reaches = await self._reaches(tx)
        ties = await self._ledger.ties(tx, record.key) if reaches else frozenset()
        for reach in reaches:
            purpose = self._purposes.purposes[reach.grant.purpose]
            told = project(body.fact, body, known, ties, reach, purpose, named)
            if told is not None:
                await self._deliver(reach, purpose.level, told, record, tx)

    def _named_in(self, body: Contract) -> frozenset[UnitCode] | None:
        """The agencies that a fact names; None for facts that name nobody."""
        field = self._purposes.ties.get(ItemCode(body.fact))
        if field is None:
            return None
        value: Any = getattr(body, field)
        units = value if isinstance(value, tuple) else (value,)
        return frozenset(unit for unit in units if self._agencies.of(unit) is not None)

    async def _reaches(self, tx: Transaction) -> tuple[Reach, ...]:
        """Those with a contract in force today, and no more than it and the purpose allow by now."""
        kept = kept_in(tx)
        known: tuple[Reach, ...] | None = kept.get(REACHES)
        if known is not None:
            return known
        today = self._clock.now().astimezone(BUREAU_ZONE).date()
        rows = await tx.fetch(
            "SELECT subscription_id, agency, purpose, types, places FROM partner_subscriptions WHERE state <> $1"
            " ORDER BY subscription_id",
            ENDED,
        )
        found = tuple(reach for row in rows if (reach := self._reach(row, today)) is not None)
        kept[REACHES] = found
        return found

    def _reach(self, row: Any, today: date) -> Reach | None:
        name, agency = ItemCode(row["purpose"]), self._agencies.of(UnitCode(row["agency"]))
        if agency is None or not agency.has_contract(today) or name not in self._purposes.open_to(agency.kind):
            return None
        places = agency.places & set(row["places"]) if row["places"] else agency.places
        return Reach(
            row["subscription_id"],
            UnitCode(row["agency"]),
            self._purposes.grant(name, agency.contract),
            frozenset(row["types"]),
            places,
        )

    async def _deliver(self, reach: Reach, level: DataLevel, told: Told, record: Incoming, tx: Transaction) -> None:
        now = self._clock.now()
        number = await self._ledger.make(tx, reach, told, record.raw, level, now)
        if number is None:
            return
        has_request = "request_id" in told.data
        command = MakeDelivery(
            subscription_id=reach.subscription_id,
            number=number,
            agency=reach.agency,
            request_id=RequestId(record.key) if has_request else None,
            cause=record.record_id,
            grant=reach.grant,
            at=now,
        )
        id = delivery_id(reach.subscription_id, number)
        await self._deliveries.within(tx).handle(id, command, record.context)


def _as_before(given: DeliveryState, number: int, record: Incoming, now: datetime) -> MakeDelivery:
    """The notice goes to whom, and by the right by which, it was given: also where both have ended since."""
    assert isinstance(given, Delivery)
    return MakeDelivery(
        subscription_id=given.subscription_id,
        number=number,
        agency=given.agency,
        request_id=given.request_id,
        cause=record.record_id,
        grant=given.grant,
        at=now,
    )


def endpoint_timers(subscriptions: Subscriptions) -> TimerReaction:
    async def retry(due: Due, tx: Transaction) -> None:
        if due.name == RETRY:
            await subscriptions.within(tx).handle(due.id, TryAgain(at=due.now), due.context)

    return TimerReaction(category=SUBSCRIPTIONS, handle=retry)
