"""Brings deliveries to webhooks: in order of their numbers, one subscription not held up by another."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from itertools import chain, repeat
from uuid import UUID

import structlog

from services.notifications.subscriptions.commands import Acknowledge, NoteFailure, NoteTaken
from services.notifications.subscriptions.facts import Answer, Way
from services.notifications.subscriptions.ledger import Ledger, Made
from services.notifications.subscriptions.projection import delivery_id
from services.notifications.subscriptions.refusals import ContractMissing
from services.notifications.subscriptions.sending import Sender
from services.notifications.subscriptions.state import Subscription
from services.notifications.subscriptions.store import Deliveries, Subscriptions
from services.notifications.subscriptions.views import ACTIVE, GIVEN_UP
from shared.eventstore import Wakeups
from shared.eventstore.wakeups import Bell
from shared.kernel import SYSTEM, Clock, Context
from shared.telemetry.meters import Measured
from shared.web.errors import LogBehind
from shared.web.rounds import rounds

BELL = "partners:notifications"
RECORDS = "feed:notifications"
"""Rung when a delivery was made, or a pause is over: both are records."""
POLL_SECONDS = 5.0
SETTLE_SECONDS = 0.1
FORGET_SECONDS = 3600.0
AT_ONCE = 50
"""Deliveries of one subscription in one round; a round has to end before its lease does."""
SECONDS = 30.0
LONG = timedelta(hours=1)

WAITING = """
SELECT s.subscription_id FROM partner_subscriptions s JOIN partner_heads h USING (subscription_id)
LEFT JOIN partner_positions p ON p.subscription_id = s.subscription_id AND p.way = $1
WHERE s.state = ANY($2) AND $1 = ANY(s.ways) AND h.made > coalesce(p.sent, 0)
"""
BEHIND = """
SELECT s.agency, s.state, w.way, sum(coalesce(h.made, 0) - coalesce(p.sent, 0)) AS behind FROM partner_subscriptions s
CROSS JOIN unnest(s.ways) AS w (way) LEFT JOIN partner_heads h USING (subscription_id)
LEFT JOIN partner_positions p ON p.subscription_id = s.subscription_id AND p.way = w.way
WHERE s.state <> 'ended' GROUP BY s.agency, s.state, w.way
"""
OVERDUE = """
SELECT count(*) FROM partner_subscriptions s LEFT JOIN partner_positions p
ON p.subscription_id = s.subscription_id AND p.way = $1
WHERE s.state <> 'ended' AND s.state <> 'paused' AND $1 = ANY(s.ways) AND EXISTS (
    SELECT FROM partner_deliveries d WHERE d.subscription_id = s.subscription_id AND d.number > coalesce(p.sent, 0)
    AND d.made_at < $2)
"""

GONE = "SELECT count(*) FROM partner_subscriptions WHERE $1 = ANY(ways) AND state = $2"

log = structlog.get_logger("courier")


async def settled_after(bell: Bell) -> None:
    """Many records ring at nearly the same moment."""
    await bell.wait(POLL_SECONDS)
    await asyncio.sleep(SETTLE_SECONDS)


class Courier:
    def __init__(
        self,
        subscriptions: Subscriptions,
        deliveries: Deliveries,
        ledger: Ledger,
        sender: Sender,
        clock: Clock,
        wakeups: Wakeups,
    ) -> None:
        self._subscriptions = subscriptions
        self._deliveries = deliveries
        self._ledger = ledger
        self._sender = sender
        self._clock = clock
        self._wakeups = wakeups

    async def run(self) -> None:
        bell = self._wakeups.bell(BELL, RECORDS)
        try:
            await rounds("partner webhooks", lambda: settled_after(bell), self.round)
        finally:
            bell.close()

    async def tidy(self) -> None:
        """Forgets what nobody will ask for again: at once, then hourly, so that restarts put nothing off."""
        pauses = chain((0.0,), repeat(FORGET_SECONDS))
        await rounds("partner ledger", lambda: asyncio.sleep(next(pauses)), self._forget)

    async def _forget(self) -> None:
        await self._ledger.forget(self._clock.now())

    async def round(self) -> int:
        """Sends what waits; how many deliveries were taken."""
        rows = await self._ledger.pool.fetch(WAITING, Way.WEBHOOK, (ACTIVE,))
        taken = await asyncio.gather(*(self._serve(row["subscription_id"]) for row in rows), return_exceptions=True)
        for each in taken:
            if isinstance(each, BaseException) and not isinstance(each, LogBehind | ContractMissing):
                raise each
        return sum(each for each in taken if isinstance(each, int))

    async def _serve(self, subscription_id: UUID) -> int:
        if not await self._ledger.lease(subscription_id, Way.WEBHOOK):
            return 0
        try:
            return await self._send_all(subscription_id)
        finally:
            await self._ledger.end_lease(subscription_id, Way.WEBHOOK)

    async def _send_all(self, subscription_id: UUID) -> int:
        clock = asyncio.get_running_loop().time
        begun, taken = clock(), 0
        while taken < AT_ONCE and clock() - begun < SECONDS:
            state, _ = await self._subscriptions.state(subscription_id)
            if not isinstance(state, Subscription) or not state.sends:
                break
            sent = await self._ledger.sent(subscription_id, Way.WEBHOOK)
            waiting = await self._ledger.after(subscription_id, sent, 1)
            if not waiting or not await self._carry(state, waiting[0], sent):
                break
            taken += 1
        return taken

    async def _carry(self, state: Subscription, delivery: Made, sent: int) -> bool:
        """One delivery; False when it was not taken, and so nothing after it may go either."""
        answer, patience = await self._sender.send(state, delivery)
        now = self._clock.now()
        await self._ledger.note_try(delivery, answer.status, answer.failure, now)
        context = Context(actor=SYSTEM, trace=delivery.trace)
        if not answer.is_taken:
            failed = NoteFailure(number=delivery.number, answer=answer, patience=patience, at=now)
            await self._subscriptions.handle(state.subscription_id, failed, context)
            return False
        await self._taken(state, delivery, answer, context)
        await self._ledger.moved(state.subscription_id, Way.WEBHOOK, sent, delivery.number)
        return True

    async def _taken(self, state: Subscription, delivery: Made, answer: Answer, context: Context) -> None:
        now = self._clock.now()
        acknowledged = Acknowledge(status=answer.status or 0, at=now)
        id = delivery_id(delivery.subscription_id, delivery.number)
        await self._deliveries.handle(id, acknowledged, context)
        if state.failing is not None:
            taken = NoteTaken(number=delivery.number, at=now)
            await self._subscriptions.handle(state.subscription_id, taken, context)

    async def behind(self) -> Sequence[Measured]:
        """Made and not taken, by agency, state and way."""
        rows = await self._ledger.pool.fetch(BEHIND)
        return [(float(row["behind"]), {name: row[name] for name in ("agency", "state", "way")}) for row in rows]

    async def overdue(self) -> Sequence[Measured]:
        """Subscriptions of which something waits for long, by way."""
        before = self._clock.now() - LONG
        return [(float(await self._ledger.pool.fetchval(OVERDUE, way, before)), {"way": way.value}) for way in Way]

    async def given_up(self) -> Sequence[Measured]:
        """Subscriptions that get nothing any more."""
        return [(float(await self._ledger.pool.fetchval(GONE, Way.WEBHOOK, GIVEN_UP)), {})]
