"""Brings deliveries to the agencies' own Kafka topics: the same bytes, in order of their numbers."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

import structlog

from services.notifications.subscriptions.courier import BELL, RECORDS, WAITING, settled_after
from services.notifications.subscriptions.facts import Way
from services.notifications.subscriptions.ledger import Ledger, Made
from services.notifications.subscriptions.refusals import ContractMissing
from services.notifications.subscriptions.sending import Sender
from services.notifications.subscriptions.state import Subscription
from services.notifications.subscriptions.store import Subscriptions
from services.notifications.subscriptions.views import ACTIVE, GIVEN_UP
from shared.eventstore import Wakeups
from shared.kernel import Unavailable, UnitCode
from shared.web.errors import LogBehind
from shared.web.rounds import rounds

AT_ONCE = 200
ON_TOPICS = (ACTIVE, GIVEN_UP)
"""It is the webhook that was given up."""

log = structlog.get_logger("topic_courier")


class Shelf(Protocol):
    async def put(self, agency: UnitCode, deliveries: Sequence[Made]) -> None:
        """On the agency's topic, in order. Raises Unavailable."""
        ...


class TopicCourier:
    def __init__(
        self, subscriptions: Subscriptions, ledger: Ledger, sender: Sender, shelf: Shelf, wakeups: Wakeups
    ) -> None:
        self._subscriptions = subscriptions
        self._ledger = ledger
        self._sender = sender
        self._shelf = shelf
        self._wakeups = wakeups

    async def run(self) -> None:
        bell = self._wakeups.bell(BELL, RECORDS)
        try:
            await rounds("partner topics", lambda: settled_after(bell), self.round)
        finally:
            bell.close()

    async def round(self) -> int:
        """How many deliveries were put on topics."""
        rows = await self._ledger.pool.fetch(WAITING, Way.KAFKA, ON_TOPICS)
        return sum([await self._serve(row["subscription_id"]) for row in rows])

    async def _serve(self, subscription_id: UUID) -> int:
        state, _ = await self._subscriptions.state(subscription_id)
        if not isinstance(state, Subscription) or not await self._ledger.lease(subscription_id, Way.KAFKA):
            return 0
        try:
            sent = await self._ledger.sent(subscription_id, Way.KAFKA)
            waiting = await self._ledger.after(subscription_id, sent, AT_ONCE)
            self._sender.require_contract(state.agency)
            for delivery in waiting:
                await self._sender.require_cover(delivery.level)
            if not waiting:
                return 0
            await self._shelf.put(state.agency, waiting)
            await self._ledger.moved(subscription_id, Way.KAFKA, sent, waiting[-1].number)
            return len(waiting)
        except (ContractMissing, LogBehind):
            return 0
        except Unavailable as error:
            # One agency's topic may be missing: that is no other agency's business.
            log.warning("topic_waits", agency=state.agency, error=str(error))
            return 0
        finally:
            await self._ledger.end_lease(subscription_id, Way.KAFKA)
