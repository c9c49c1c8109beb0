"""Deliveries as server-sent events: whoever connects goes on where `Last-Event-ID` ends."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

from services.notifications.subscriptions.courier import RECORDS, SETTLE_SECONDS
from services.notifications.subscriptions.ledger import Ledger
from services.notifications.subscriptions.refusals import ContractMissing
from services.notifications.subscriptions.sending import Sender
from shared.eventstore import Wakeups
from shared.kernel import UnitCode
from shared.web.errors import LogBehind

PAGE = 100
LOOK_SECONDS = 2.0
QUIET_SECONDS = 10.0
"""After so long without a delivery a line that says nothing keeps the connection open."""
RETRY_MILLISECONDS = 2000


class Streams:
    """A stream ends by itself after `seconds`, so that no right outlives its token for long; the client comes back."""

    def __init__(self, ledger: Ledger, sender: Sender, wakeups: Wakeups, seconds: float) -> None:
        self._ledger = ledger
        self._sender = sender
        self._wakeups = wakeups
        self._seconds = seconds

    async def follow(self, subscription_id: UUID, agency: UnitCode, after: int) -> AsyncIterator[bytes]:
        clock = asyncio.get_running_loop().time
        end, heard = clock() + self._seconds, clock()
        bell = self._wakeups.bell(RECORDS)
        try:
            yield f"retry: {RETRY_MILLISECONDS}\n\n".encode()
            while True:
                self._sender.require_contract(agency)
                for delivery in await self._ledger.after(subscription_id, after, PAGE):
                    await self._sender.require_cover(delivery.level)
                    after, heard = delivery.number, clock()
                    yield b"id: %d\nevent: delivery\ndata: %s\n\n" % (after, delivery.body)
                left = end - clock()
                if left <= 0:
                    return
                await bell.wait(min(LOOK_SECONDS, left))
                await asyncio.sleep(SETTLE_SECONDS)
                if clock() - heard > QUIET_SECONDS:
                    heard = clock()
                    yield b": still here\n\n"
        except LogBehind:
            yield b"event: wait\ndata: log-behind\n\n"
        except ContractMissing:
            yield b"event: end\ndata: contract-missing\n\n"
        finally:
            bell.close()
